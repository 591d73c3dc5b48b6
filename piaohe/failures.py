"""Failures of single documents that the shell itself sees."""

import logging
import os
import traceback
from collections.abc import Sequence
from pathlib import Path

from models.errors import ErrorRecord

_log = logging.getLogger("piaohe")


def internal_error(error: Exception) -> ErrorRecord:
    """A mistake of ours. The place in our code is said; texts of the document are not.

    The message of an exception may quote what it stumbled over, so only its type is shown.
    """
    place = "?"
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if "site-packages" not in frame.filename:
            place = f"{Path(frame.filename).name}:{frame.lineno}"
            break
    _log.debug("a document failed", exc_info=error)
    name = type(error).__name__
    return ErrorRecord(
        code="internal_error",
        message=f"程序内部错误（{name}，{place}）",
        hint="其他文件不受影响。请把这一行（不要附上发票）报告给票核的开发者",
        message_en=f"internal error ({name} at {place})",
        hint_en="the other files are not affected; please report this line, without the invoice",
        retry=False,
    )


def unreadable(error: OSError) -> ErrorRecord:
    """A file or folder the operating system does not let us read."""
    if isinstance(error, FileNotFoundError):
        return ErrorRecord(
            code="file_not_found",
            message="文件不存在",
            hint="请检查路径；文件可能已被移动或改名",
            message_en="there is no such file",
            hint_en="check the path: the file may have been moved or renamed",
        )
    if isinstance(error, PermissionError):
        return ErrorRecord(
            code="permission_denied",
            message="没有读取权限",
            hint="请为当前用户加上读取权限（chmod u+r，文件夹再加 x）后重试",
            message_en="no permission to read it",
            hint_en="give the current user the right to read (chmod u+r, for folders also x)",
        )
    if isinstance(error, IsADirectoryError):
        return ErrorRecord(
            code="not_a_file",
            message="是文件夹，不是文件",
            hint="请给出其中的文件",
            message_en="it is a folder, not a file",
            hint_en="name a file in it",
        )
    why = os.strerror(error.errno) if error.errno else type(error).__name__
    return ErrorRecord(
        code="unreadable_file",
        message=f"无法读取（{why}）",
        hint="请检查磁盘或网络盘是否正常，然后重试",
        message_en=f"cannot be read ({why})",
        hint_en="check the disk or the network share, then try again",
        retry=True,
    )


def refused_by_system(error: OSError) -> ErrorRecord:
    """What no command foresees: the output cannot be written, a disk fails."""
    why = os.strerror(error.errno) if error.errno else type(error).__name__
    return ErrorRecord(
        code="system_error",
        message=f"操作系统拒绝了读写（{why}）",
        hint="请检查输出的去处、磁盘空间和权限，然后重试；已保存的内容不受影响",
        message_en=f"the system refused to read or write ({why})",
        hint_en="check where the output goes, the disk and its rights, then try again; what was "
        "kept is unharmed",
        retry=True,
    )


def combined(problems: Sequence[ErrorRecord]) -> ErrorRecord:
    """One record for all that went wrong with a file: the first, with the others counted."""
    first = problems[0]
    rest = len(problems) - 1
    if not rest:
        return first
    return first.model_copy(
        update={
            "message": f"{first.message}；另有 {rest} 页未读出",
            "message_en": f"{first.message_en}; {rest} more pages not read",
        }
    )
