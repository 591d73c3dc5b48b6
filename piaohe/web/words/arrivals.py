"""What is said of documents on their way."""

ARRIVALS = {
    "sheet.open": ("要扫描一批纸票？打印批次页", "Scanning a pile? Print a batch sheet"),
    "sheet.name": ("批次名称", "Name of the batch"),
    "sheet.example": ("例如：9 月差旅", "e.g. Travel in September"),
    "sheet.owner": ("提交人", "Whose"),
    "sheet.department": ("部门", "Department"),
    "sheet.draw": ("下载批次页（PDF）", "Download the sheet (PDF)"),
    "sheet.why": (
        "打印后放在这批票据最上面，一起放进扫描仪；扫描件会按批次归在一起。",
        "Print it, lay it on top of the pile and scan them together: what follows it is kept as "
        "one batch.",
    ),
    "problem.not_cancellable": (
        "这份文件已经处理完，不能再取消。",
        "This document is done with; it cannot be cancelled any more.",
    ),
    "problem.not_retriable": (
        "只有处理不了、未能识别或已取消的文件可以重试。",
        "Only what was given up, could not be read or was cancelled can be tried again.",
    ),
    "audit.document.cancelled": ("取消", "Cancelled"),
    "audit.document.retried": ("重试", "Tried again"),
}
