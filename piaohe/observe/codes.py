"""The alerts by code, and what is said of each, in Chinese and English. What to do about one stands
in docs/runbook.md, under its code."""

RUNBOOK = "docs/runbook.md"

ALERTS: dict[str, tuple[str, str]] = {
    "queue_stuck": (
        "队列停滞：{waiting} 份文件在等，最久的已等 {minutes} 分钟，期间没有一份处理完",
        "the queue stands still: {waiting} documents wait, the oldest for {minutes} minutes, and "
        "none was done",
    ),
    "workers_gone": (
        "没有处理进程在运行，{waiting} 份文件在等",
        "no worker is running and {waiting} documents wait",
    ),
    "error_rate": (
        "处理失败过多：最近 {of} 份中有 {given_up} 份无法处理",
        "too many documents are given up: {given_up} of the last {of}",
    ),
    "accuracy_drift": (
        "人工更正变多：最近 {of} 份中更正了 {recent} 份，此前同样多的 {before} 份",
        "people correct more: {recent} of the last {of}, and {before} of as many before",
    ),
    "original_damaged": (
        "{count} 份原件已损坏或丢失，第一份是 {first}",
        "{count} originals are damaged or missing, the first is {first}",
    ),
    "disk_low": (
        "磁盘空间不足（{subject}）：还剩 {free_mib} MiB",
        "little room is left on the disk of {subject}: {free_mib} MiB",
    ),
    "snapshot_suspect": (
        "数据源 {subject} 最近一次的快照可疑，没有采用",
        "the last snapshot of the source {subject} is suspicious and not in use",
    ),
    "source_down": (
        "数据源 {subject} 已有 {hours} 小时没有可用的数据",
        "the source {subject} gave nothing usable for {hours} hours",
    ),
    "chore_failed": (
        "定时任务 {subject} 失败（{error}），连续 {failures} 次",
        "the chore {subject} failed ({error}), {failures} times in a row",
    ),
    "backup_old": (
        "最近一次完好的备份已是 {hours} 小时前（0 表示还没有）",
        "the last sound backup was made {hours} hours ago (0: there is none)",
    ),
}
_RESOLVED = ("已恢复：", "resolved: ")


def said(code: str, subject: str, facts: dict[str, int | str], *, raised: bool) -> tuple[str, str]:
    """The (Chinese, English) message."""
    values = {"subject": subject, **facts}
    zh, en = (text.format(**values) for text in ALERTS[code])
    return (zh, en) if raised else (_RESOLVED[0] + zh, _RESOLVED[1] + en)


def anchor(code: str) -> str:
    """Where what to do is written."""
    return f"{RUNBOOK}#{code}"
