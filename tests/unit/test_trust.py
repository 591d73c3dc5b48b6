"""Authorities that are meant to be trusted are, or it is said why not."""

import datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from models.errors import SettingsError
from piaohe.trust import load_trust


def certificate() -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "示例认证中心")])
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=9))
        .sign(key, hashes.SHA256())
    )


def test_pem_and_der_are_read(tmp_path: Path) -> None:
    one, two, three = (certificate() for _ in range(3))
    (tmp_path / "a.pem").write_bytes(
        one.public_bytes(Encoding.PEM) + two.public_bytes(Encoding.PEM)
    )
    (tmp_path / "b.cer").write_bytes(three.public_bytes(Encoding.DER))
    expected = tuple(each.public_bytes(Encoding.DER) for each in (one, two, three))
    assert load_trust(tmp_path).certificates == expected
    assert load_trust(None).certificates == ()


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="trusted_dir_unreadable"):
        load_trust(tmp_path / "nowhere")
    (tmp_path / "note.txt").write_text("not a certificate")
    with pytest.raises(SettingsError, match="certificate_unreadable"):
        load_trust(tmp_path)
