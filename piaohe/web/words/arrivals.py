"""What is said of documents on their way."""

ARRIVALS = {
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
