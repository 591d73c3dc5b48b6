"""What can go wrong with the home folder and the database, said so that a user can act on it.

home_not_writable      the folder cannot be made or written to
disk_full              no room left
database_busy          somebody else kept writing for longer than we wait (retry helps)
database_damaged       the file is no SQLite database, or is broken
database_unknown       the file is a database, but not one of ours
schema_too_new         a newer Piaohe has written it
database_unreachable   anything else the database driver cannot do
original_damaged       a kept original is not what its name promises
original_missing       a kept original is not there
original_unreadable    a kept original is there, but the system refuses it
"""

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError

from models.errors import StoreError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def home_not_writable(place: str, why: str) -> StoreError:
    return StoreError(
        "home_not_writable",
        f"无法写入数据目录 {place}：{why}",
        "请检查目录的权限和磁盘是否只读，或用 PIAOHE_HOME / --home 指定另一个可写的目录。",
        message_en=f"cannot write to the home folder {place}: {why}",
        hint_en="Check the folder's rights and whether the disk is read-only, or name another "
        "folder with PIAOHE_HOME or --home.",
    )


def disk_full(place: str) -> StoreError:
    return StoreError(
        "disk_full",
        f"磁盘空间不足：{place}",
        "请清理磁盘空间后重试；已保存的内容不受影响。",
        message_en=f"no space left on the disk of {place}",
        hint_en="Free some space and try again; what was kept before is unharmed.",
        retry=True,
    )


def database_busy() -> StoreError:
    return StoreError(
        "database_busy",
        "数据库正被另一个进程写入，等待超时",
        "请稍后重试；若一直如此，请检查是否有卡住的 piaohe 进程。",
        message_en="another process kept writing to the database for longer than we wait",
        hint_en="Try again in a moment; if it lasts, look for a piaohe process that hangs.",
        retry=True,
    )


def database_damaged(place: str, why: str) -> StoreError:
    return StoreError(
        "database_damaged",
        f"数据库文件已损坏或不是数据库：{place}（{why}）",
        "请先另存该文件，再恢复备份；原件仍在 originals 目录中，也可移走该文件后重新导入。",
        message_en=f"the database file is damaged or is none: {place} ({why})",
        hint_en="Copy the file away first, then restore a backup; the originals are still in the "
        "originals folder, so it can also be moved away and the documents taken in again.",
    )


def database_unknown(place: str) -> StoreError:
    return StoreError(
        "database_unknown",
        f"该数据库不是票核的数据库：{place}",
        "请用 PIAOHE_HOME / --home 指定另一个目录，或移走该文件。",
        message_en=f"this database is not one of Piaohe's: {place}",
        hint_en="Name another folder with PIAOHE_HOME or --home, or move the file away.",
    )


def schema_too_new(place: str, version: str) -> StoreError:
    return StoreError(
        "schema_too_new",
        f"数据库由更新版本的票核写入（结构版本 {version}）：{place}",
        "请升级票核后再打开；旧版本不会改动该数据库。",
        message_en=f"a newer Piaohe has written this database (schema {version}): {place}",
        hint_en="Upgrade Piaohe and open it again; this version leaves the database untouched.",
    )


def database_unreachable(place: str, why: str) -> StoreError:
    return StoreError(
        "database_unreachable",
        f"无法使用数据库 {place}：{why}",
        "请检查数据目录、磁盘和数据库设置；可运行 piaohe doctor 查看详情。",
        message_en=f"the database {place} cannot be used: {why}",
        hint_en="Check the home folder, the disk and the database settings; `piaohe doctor` says "
        "more.",
        retry=True,
    )


def original_damaged(sha256: str) -> StoreError:
    return StoreError(
        "original_damaged",
        f"已保存的原件内容与其指纹不符：{sha256}",
        "请从备份恢复该原件；票核不会自动覆盖它。",
        message_en=f"a kept original is no longer what its fingerprint promises: {sha256}",
        hint_en="Restore this original from a backup; Piaohe will not overwrite it on its own.",
    )


def original_missing(sha256: str) -> StoreError:
    return StoreError(
        "original_missing",
        f"找不到已保存的原件：{sha256}",
        "请从备份恢复该原件，或重新导入同一文件。",
        message_en=f"a kept original is not there: {sha256}",
        hint_en="Restore this original from a backup, or take the same file in again.",
    )


def original_unreadable(sha256: str, error: OSError) -> StoreError:
    why = error.strerror or type(error).__name__
    return StoreError(
        "original_unreadable",
        f"无法读取已保存的原件 {sha256}：{why}",
        "请检查 originals 目录的权限和磁盘状态。",
        message_en=f"a kept original cannot be read: {sha256}: {why}",
        hint_en="Check the rights of the originals folder and the state of the disk.",
        retry=True,
    )


def from_os(error: OSError, place: str) -> StoreError:
    """The store's error for what the operating system refused."""
    if error.errno in _FULL:
        return disk_full(place)
    return home_not_writable(place, error.strerror or type(error).__name__)


def from_database(error: DBAPIError | sqlite3.Error, place: str) -> StoreError:
    """The store's error for what the database driver refused. Carries no row contents."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    if code is None:
        return database_unreachable(place, type(cause).__name__)
    why = str(cause)
    # extended result codes keep the primary one in their low byte
    match code & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return database_busy()
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return database_damaged(place, why)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return home_not_writable(place, why)
        case sqlite3.SQLITE_FULL:
            return disk_full(place)
        case _:
            return database_unreachable(place, why)
