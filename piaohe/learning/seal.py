"""Files of this installation that only it can have written: sealed with its own key.

A sealed file is a line that says what it is, the HMAC-SHA256 of the rest in hex, and the rest.
The key lies beside the database, for its owner's eyes only. It belongs in no backup of the data:
whoever has both could forge what was learnt, and all of that can be learnt again.
"""

import contextlib
import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path

from models.errors import SettingsError
from piaohe.store import errors
from piaohe.store.originals import sync_folder

KEY_FILE = "keys/classifier.key"
"""In the home folder, where secrets are: not to be copied with the data."""

_FORMAT = b"piaohe-sealed-1"
_KEY = re.compile(r"[0-9a-f]{64}")
_MOST = 20 * 2**20


class Refused(Exception):  # noqa: N818 - an answer, not a failure
    """A sealed file is not what it should be; `why` and `why_en` say in what way."""

    def __init__(self, why: str, why_en: str) -> None:
        super().__init__(why_en)
        self.why, self.why_en = why, why_en


def make_key(home: Path) -> bytes:
    """The installation's key, made (mode 0600) where there is none yet.

    Raises StoreError where it cannot be written, SettingsError key_unusable as `read_key` would
    refuse it.
    """
    path = home / KEY_FILE
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    except OSError as error:
        raise errors.from_os(error, str(path)) from error
    else:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
    try:
        return read_key(home)
    except Refused as refused:
        raise SettingsError(
            "key_unusable",
            f"安装密钥 {path} 不可用：{refused.why}",
            f"请改正（chmod 600 {path}），或删除它后重新训练：piaohe classifier train",
            message_en=f"the installation's key {path} cannot be used: {refused.why_en}",
            hint_en=f"correct it (chmod 600 {path}), or remove it and run piaohe classifier train",
        ) from refused


def read_key(home: Path) -> bytes:
    """The key. Raises Refused where there is none, or none that can be trusted."""
    path = home / KEY_FILE
    try:
        mode, text = path.stat().st_mode, path.read_text("ascii").strip()
    except FileNotFoundError:
        raise Refused("没有安装密钥", "there is no installation key") from None
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("安装密钥无法读取", f"the key: {type(error).__name__}") from error
    if os.name != "nt" and mode & 0o077:
        raise Refused("其他用户也能读写安装密钥", "others may read or write the installation key")
    if not _KEY.fullmatch(text):
        raise Refused("安装密钥已损坏", "the installation key is damaged")
    return bytes.fromhex(text)


def seal(key: bytes, what: str, body: bytes) -> bytes:
    """A body with its seal; `what` it is, is sealed with it."""
    return b"\n".join((_FORMAT, _mac(key, what, body), body))


def unseal(key: bytes, what: str, data: bytes) -> bytes:
    """The body of a sealed file. Raises Refused where it is unsigned or was altered."""
    parts = data.split(b"\n", 2)
    if len(parts) != 3 or parts[0] != _FORMAT:
        raise Refused("没有签名，或格式不同", "it is not signed, or of another format")
    if not hmac.compare_digest(parts[1], _mac(key, what, parts[2])):
        raise Refused(
            "签名不符：内容被改动过，或不是本机签的",
            "its signature is wrong: it was altered, or signed elsewhere",
        )
    return parts[2]


def read(path: Path) -> bytes:
    """A sealed file's bytes, as they are. Raises Refused where they cannot be had."""
    try:
        if path.stat().st_size > _MOST:
            raise Refused("文件过大", "the file is too large")
        return path.read_bytes()
    except FileNotFoundError:
        raise Refused("文件不见了", "the file is not there") from None
    except OSError as error:
        raise Refused("文件无法读取", f"the file: {error.strerror}") from error


def write(path: Path, data: bytes) -> None:
    """Put a file in its place, whole or not at all. Raises StoreError."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise errors.from_os(error, str(path)) from error


def _mac(key: bytes, what: str, body: bytes) -> bytes:
    whole = b"\0".join((_FORMAT, what.encode(), body))
    return hmac.new(key, whole, hashlib.sha256).hexdigest().encode()
