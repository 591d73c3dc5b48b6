"""What can go wrong with the home folder and the database, said so that a user can act on it.

home_not_writable      the folder cannot be made or written to
disk_full              no room left
database_busy          somebody else kept writing for longer than we wait (retry helps)
database_damaged       the file is no SQLite database, or is broken
database_unknown       the file is a database, but not one of ours
schema_too_new         a newer Piaohe has written it
database_encoding      a PostgreSQL database that is not in UTF-8
database_unreachable   it cannot be connected to, gives no rights, or anything else its driver
                       cannot do
database_read_only     it may be read, but not written to
restore_unfinished     a restore into this home folder was stopped half-way
original_damaged       a kept original is not what its name promises
original_missing       a kept original is not there
original_unreadable    a kept original is there, but the system refuses it
originals_unreachable  the server that keeps the originals (S3) cannot be used
backup_place           a backup would be put into what it backs up
backup_busy            another backup writes to the same folder (retry helps)
backup_none            there is no whole backup at a place
backup_damaged         a backup is not what it was when it was made
backup_too_new         a newer Piaohe has made the backup
home_not_empty         a restore needs an empty home folder
database_not_empty     a restore needs an empty database
"""

import errno
import sqlite3
from collections.abc import Sequence

from sqlalchemy.exc import DBAPIError

from models.errors import StoreError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_MOST_TOLD = 5


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


def database_forbidden(place: str, why: str) -> StoreError:
    """database_unreachable, where waiting does not help: the rights are missing."""
    return StoreError(
        "database_unreachable",
        f"数据库 {place} 拒绝了所需的操作：{why}",
        "数据库用户须能在其模式（schema）中建表、读取和写入，且连接的须是主库而非只读副本，例如："
        "GRANT USAGE, CREATE ON SCHEMA public TO 用户。",
        message_en=f"the database {place} does not allow what is needed: {why}",
        hint_en="The database user must be able to make, read and write tables in its schema, on "
        "the primary server and not on a read-only one; such as: GRANT USAGE, CREATE ON SCHEMA "
        "public TO user.",
    )


def database_read_only(place: str, missing: Sequence[str]) -> StoreError:
    """`missing`: what is lacking, a table or setting each."""
    more = len(missing) - _MOST_TOLD
    told = "; ".join(missing[:_MOST_TOLD])
    rest, rest_en = (f"；另有 {more} 处", f"; and {more} more") if more > 0 else ("", "")
    return StoreError(
        "database_read_only",
        f"数据库 {place} 只能读取，缺少写入所需的权限：{told}{rest}",
        "请由数据库管理员授权：GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public "
        "TO 用户；GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO 用户。",
        message_en=f"the database {place} can be read, but not written to; it lacks: "
        f"{told}{rest_en}",
        hint_en="Have its administrator run: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES "
        "IN SCHEMA public TO user; GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO user.",
    )


def database_standby(place: str) -> StoreError:
    """database_read_only, where the server itself takes no writes."""
    return StoreError(
        "database_read_only",
        f"数据库 {place} 是处于恢复状态的只读副本（standby），不能写入",
        "请把设置 database.url 指向主库；若正在切换，请等副本升为主库后再启动。",
        message_en=f"the database {place} is a standby in recovery, which takes no writes",
        hint_en="Name the primary server in the setting database.url; during a failover, start "
        "again when the standby was promoted.",
        retry=True,
    )


def database_encoding(place: str, encoding: str) -> StoreError:
    return StoreError(
        "database_encoding",
        f"数据库 {place} 的编码是 {encoding}，存不下所有汉字",
        "请另建一个 UTF-8 的数据库：CREATE DATABASE piaohe ENCODING 'UTF8' TEMPLATE template0。",
        message_en=f"the database {place} is in {encoding}, which cannot hold every character",
        hint_en="Make one in UTF-8: CREATE DATABASE piaohe ENCODING 'UTF8' TEMPLATE template0.",
    )


def restore_unfinished(place: str) -> StoreError:
    return StoreError(
        "restore_unfinished",
        f"数据目录 {place} 的恢复没有完成",
        "请再次运行同一条 piaohe restore 命令，它会从中断处继续。",
        message_en=f"a restore into the home folder {place} was not finished",
        hint_en="Run the same piaohe restore command again; it goes on where it stopped.",
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


def originals_unreachable(place: str, why: str, *, retry: bool = True) -> StoreError:
    return StoreError(
        "originals_unreachable",
        f"无法使用存放原件的 {place}：{why}",
        "请检查设置 originals.url 和 originals.endpoint、网络，以及环境变量 AWS_ACCESS_KEY_ID、"
        "AWS_SECRET_ACCESS_KEY 的权限（列出、读取、写入）。",
        message_en=f"the originals at {place} cannot be used: {why}",
        hint_en="Check the settings originals.url and originals.endpoint, the network, and that "
        "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment may list, read and write.",
        retry=retry,
    )


def backup_place(place: str) -> StoreError:
    return StoreError(
        "backup_place",
        f"备份不能放在这里：{place}",
        "备份、密钥和数据目录须各在各的文件夹里，互不包含；最好不在同一块磁盘上。",
        message_en=f"a backup cannot be put here: {place}",
        hint_en="Backup, keys and home folder each need a folder outside of the others, best of "
        "all on different disks.",
    )


def backup_busy(place: str) -> StoreError:
    return StoreError(
        "backup_busy",
        f"另一个备份正在写入 {place}",
        "请等它完成后再试。",
        message_en=f"another backup is writing to {place}",
        hint_en="Try again when it is done.",
        retry=True,
    )


def backup_none(place: str) -> StoreError:
    return StoreError(
        "backup_none",
        f"这里没有完整的备份：{place}",
        "请给出 piaohe backup 写过的文件夹，或其中 backups 下的一个。",
        message_en=f"there is no whole backup here: {place}",
        hint_en="Name a folder that piaohe backup has written to, or one in its backups folder.",
    )


def backup_damaged(place: str, damages: list[str]) -> StoreError:
    told = "; ".join(damages[:_MOST_TOLD])
    more = len(damages) - _MOST_TOLD
    return StoreError(
        "backup_damaged",
        f"备份 {place} 已损坏：{told}" + (f"；另有 {more} 处" if more > 0 else ""),
        "没有写入任何内容。请换用较早的备份，或从另一份副本补回损坏的文件。",
        message_en=f"the backup {place} is damaged: {told}"
        + (f"; and {more} more" if more > 0 else ""),
        hint_en="Nothing was written. Take an earlier backup, or bring the damaged files back from "
        "another copy of it.",
    )


def backup_too_new(place: str, version: int) -> StoreError:
    return StoreError(
        "backup_too_new",
        f"备份由更新版本的票核制作（格式 {version}）：{place}",
        "请升级票核后再恢复。",
        message_en=f"a newer Piaohe has made this backup (format {version}): {place}",
        hint_en="Upgrade Piaohe and restore it then.",
    )


def home_not_empty(place: str, there: list[str]) -> StoreError:
    return StoreError(
        "home_not_empty",
        f"数据目录 {place} 不是空的（有 {'、'.join(there)}）",
        "恢复只写入空目录（可有 piaohe.toml）。请用 --home 指定另一个目录。",
        message_en=f"the home folder {place} is not empty (it has {', '.join(there)})",
        hint_en="A backup is only brought back into an empty folder (piaohe.toml may be there). "
        "Name another one with --home.",
    )


def database_not_empty(place: str) -> StoreError:
    return StoreError(
        "database_not_empty",
        f"数据库 {place} 中已有数据",
        "恢复只写入空数据库。请另建一个，并写入设置 database.url。",
        message_en=f"the database {place} holds data already",
        hint_en="A backup is only brought back into an empty database. Make another one and name "
        "it in the setting database.url.",
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
    if code is not None:
        return _from_sqlite(code, str(cause), place)
    if isinstance(cause, BaseException) and hasattr(cause, "sqlstate"):
        return _from_postgres(cause, place)
    return database_unreachable(place, type(cause).__name__)


def _from_sqlite(code: int, why: str, place: str) -> StoreError:
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


_BUSY = frozenset({"55P03", "57014", "40001", "40P01", "53300", "25P03"})
"""Not granted a lock or cancelled for taking too long, a deadlock, too many connections, a unit
of work that paused for too long."""
_FORBIDDEN = frozenset({"42501", "25006", "3F000", "28000", "28P01", "3D000"})
"""No right, a read-only server, no schema to make tables in, not let in, no such database."""
_SAFE_CLASSES = frozenset({"08", "25", "28", "3D", "3F", "53", "55", "57", "58"})
"""Classes of errors whose message is about the server and never quotes a row."""


def _from_postgres(cause: BaseException, place: str) -> StoreError:
    """By the five characters of the server's own code (PostgreSQL's appendix A)."""
    state = getattr(cause, "sqlstate", None)
    if state is None:
        # not even connected, or cut off: libpq's words name host, port and user
        return database_unreachable(place, " ".join(str(cause).split()) or type(cause).__name__)
    why = f"{type(cause).__name__} {state}"
    if state[:2] in _SAFE_CLASSES or state == "42501":
        why = str(getattr(getattr(cause, "diag", None), "message_primary", None) or why)
    if state in _BUSY:
        return database_busy()
    if state in _FORBIDDEN:
        return database_forbidden(place, why)
    if state in {"53100", "53200"}:
        return disk_full(place) if state == "53100" else database_unreachable(place, why)
    if state in {"XX001", "XX002"}:
        return database_damaged(place, why)
    return database_unreachable(place, why)
