"""Secrets that have to be read again, sealed before they go into the database.

AES-256-GCM with a key that lies beside the database, for its owner's eyes only: whoever has the
database or a backup of it alone cannot read them. What a secret is for is sealed with it, so one
cannot be put in another's place.
"""

import base64
import binascii
import contextlib
import os
import re
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models.errors import SettingsError
from piaohe.store import errors
from piaohe.store.originals import sync_folder

KEY_FILE = "keys/secrets.key"
"""In the home folder; `piaohe backup --keys` copies it, a backup of the data does not."""

_MARK = "sealed1:"
_KEY = re.compile(r"[0-9a-f]{64}")
_NONCE = 12


class Unreadable(Exception):  # noqa: N818 - an answer, not a failure
    """What is kept was sealed with another key, for something else, or was altered."""


class Vault:
    """Seals with the key of a home folder, which is made (mode 0600) when first needed."""

    def __init__(self, home: Path) -> None:
        self._path = home / KEY_FILE

    def seal(self, secret: str, what: str) -> str:
        """A secret as it is kept. Raises StoreError where a key cannot be written, SettingsError
        key_unusable."""
        self._make()
        nonce = secrets.token_bytes(_NONCE)
        sealed = AESGCM(self._key()).encrypt(nonce, secret.encode(), what.encode())
        return _MARK + base64.urlsafe_b64encode(nonce + sealed).decode()

    def open(self, kept: str, what: str) -> str:
        """The secret that `seal` was given; one that was kept before there were seals as it is.

        Raises Unreadable, and SettingsError key_unusable.
        """
        if not is_sealed(kept):
            return kept
        try:
            data = base64.urlsafe_b64decode(kept.removeprefix(_MARK))
            opened = AESGCM(self._key()).decrypt(data[:_NONCE], data[_NONCE:], what.encode())
        except (binascii.Error, ValueError, InvalidTag) as error:
            raise Unreadable(what) from error
        return opened.decode()

    def _make(self) -> None:
        """Whole or not at all, and never over one that another process made meanwhile."""
        if self._path.exists():
            return
        draft = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32) + "\n")
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(draft, self._path)
            draft.unlink()
            sync_folder(self._path.parent)
        except OSError as error:
            with contextlib.suppress(OSError):
                draft.unlink()
            raise errors.from_os(error, str(self._path)) from error

    def _key(self) -> bytes:
        try:
            mode, text = self._path.stat().st_mode, self._path.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise self._unusable("无法读取", type(error).__name__) from error
        if os.name != "nt" and mode & 0o077:
            raise self._unusable("其他用户也能读写", "others may read or write it")
        if not _KEY.fullmatch(text):
            raise self._unusable("内容已损坏", "it is damaged")
        return bytes.fromhex(text)

    def _unusable(self, why: str, why_en: str) -> SettingsError:
        path = self._path
        return SettingsError(
            "key_unusable",
            f"密钥 {path} 不可用：{why}",
            f"请改正（chmod 600 {path}），或从密钥备份中恢复它",
            message_en=f"the key {path} cannot be used: {why_en}",
            hint_en=f"correct it (chmod 600 {path}), or bring it back from the backup of keys",
        )


def is_sealed(kept: str) -> bool:
    """Whether a secret as it is kept is sealed."""
    return kept.startswith(_MARK)
