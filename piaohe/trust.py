"""The certificates of the authorities under which signers are trusted, read from a folder."""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

import ingest
from models.errors import SettingsError

_PEM = b"-----BEGIN CERTIFICATE-----"


def load_trust(folder: Path | None) -> ingest.Trust:
    """Every certificate in the folder; no folder trusts nobody.

    Raises SettingsError (trusted_dir_unreadable, certificate_unreadable): an authority that was
    meant to be trusted must not be left out in silence.
    """
    if folder is None:
        return ingest.Trust()
    try:
        files = sorted(path for path in folder.iterdir() if path.is_file())
        contents = [(path, path.read_bytes()) for path in files]
    except OSError as error:
        raise SettingsError(
            "trusted_dir_unreadable",
            f"无法读取证书目录：{folder}",
            "请检查设置 signatures.trusted_dir",
            message_en=f"the folder of certificates cannot be read: {folder}",
            hint_en="check the setting signatures.trusted_dir",
        ) from error
    return ingest.Trust(tuple(der for path, data in contents for der in _certificates(path, data)))


def _certificates(path: Path, data: bytes) -> list[bytes]:
    try:
        if _PEM in data:
            found = x509.load_pem_x509_certificates(data)
        else:
            found = [x509.load_der_x509_certificate(data)]
        return [certificate.public_bytes(Encoding.DER) for certificate in found]
    except ValueError as error:
        raise SettingsError(
            "certificate_unreadable",
            f"不是有效的证书文件：{path}",
            "请只在该目录中放置 PEM 或 DER 格式的证书",
            message_en=f"not a certificate: {path}",
            hint_en="keep only certificates in PEM or DER in that folder",
        ) from error
