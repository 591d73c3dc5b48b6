"""piaohe batch-sheet: separator pages for batches."""

from dataclasses import dataclass
from pathlib import Path

from models.errors import UsageError
from piaohe.cli.shell import Shell


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options of `batch-sheet`."""

    name: str
    out: Path
    owner: str = ""
    department: str = ""
    count: int = 1


def batch_sheet(shell: Shell, wanted: Wanted) -> int:
    """Write the sheets, each with a number of its own, into one PDF. Gives the exit code."""
    # drawing is loaded only by who draws
    from piaohe.batches import draw_sheets, new_mark

    texts = (wanted.name, wanted.owner, wanted.department)
    marks = [new_mark(*texts) for _ in range(wanted.count)]
    try:
        wanted.out.write_bytes(draw_sheets(marks))
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise UsageError(
            "bad_option",
            f"无法写入 {wanted.out}：{why}",
            "请用 --out 指定一个可写的文件",
            message_en=f"{wanted.out} cannot be written: {why}",
            hint_en="name a file that can be written with --out",
        ) from error
    shell.tell(
        f"已生成 {wanted.count} 张批次页：{wanted.out}；放在一批票据之前一起扫描",
        f"{wanted.count} batch sheets drawn: {wanted.out}; scan one before the papers of a batch",
    )
    return 0
