"""PDF signatures: the kinds there are, and what a later change makes of them."""

import io
import socket
from collections.abc import Callable
from functools import cache

import pytest
from asn1crypto import keys, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PdfFileWriter, copy_into_new_writer
from pyhanko.sign import PdfSignatureMetadata, SimpleSigner, sign_pdf
from pyhanko_certvalidator.registry import SimpleCertificateStore

from ingest.signatures import Trust, check_pdf
from ingest.signatures.digests import digest
from models.original import Signature, SignatureStatus
from tests.support import signing
from tests.support.signing import signer

UNTRUSTED = Trust()


def checked(data: bytes, trust: Trust = UNTRUSTED) -> Signature:
    (verdict,) = check_pdf(data, trust)
    assert bool(verdict.why) == bool(verdict.why_en) == (verdict.status != "trusted")
    return verdict


@cache
def plain() -> bytes:
    return signing.signed_pdf(lambda content: signing.cms(signer("rsa"), content))


@pytest.mark.parametrize("kind", ["rsa", "sm2", "rsa_sha1"])
@pytest.mark.parametrize("attributes", [True, False])
@pytest.mark.parametrize("filter_", ["adbe.pkcs7.detached", "ETSI.CAdES.detached"])
def test_detached_signatures(kind: str, attributes: bool, filter_: str) -> None:
    def value(content: bytes) -> bytes:
        return signing.cms(signer(kind), content, attributes=attributes)

    data = signing.signed_pdf(value, filter_)
    verdict = checked(data)
    assert (verdict.status, verdict.method) == (SignatureStatus.CHAIN_UNKNOWN, "pdf")
    assert (verdict.name, verdict.signer) == ("S1", "CN=甲 signer")
    assert ("SHA-1" in verdict.why) is (kind == "rsa_sha1")
    assert check_pdf(data, Trust((signer(kind).root,)))[0].status is SignatureStatus.TRUSTED


def of_digest(content: bytes) -> bytes:
    return signing.cms(signer("rsa"), content, inside=digest("sha1", content))


def bare(content: bytes) -> bytes:
    return signing.octets(signer("rsa_sha1").key.sign(content))


def seal(content: bytes) -> bytes:
    return signing.ses("ses_v4", signer("sm2"), content)


@pytest.mark.parametrize(
    ("value", "filter_", "weak"),
    [
        (of_digest, "adbe.pkcs7.sha1", True),
        (bare, "adbe.x509.rsa_sha1", True),
        (seal, "GM.SES", False),
    ],
)
def test_other_kinds(value: Callable[[bytes], bytes], filter_: str, weak: bool) -> None:
    data = signing.signed_pdf(value, filter_, signer("rsa_sha1").certificate)
    verdict = checked(data)
    assert verdict.status is SignatureStatus.CHAIN_UNKNOWN
    assert ("SHA-1" in verdict.why) is weak
    assert checked(data.replace(b"(1272", b"(9272")).status.is_broken


@pytest.mark.parametrize(
    ("tamper", "status"),
    [
        (lambda data: data.replace(b"(1272", b"(9272"), SignatureStatus.DIGEST_BAD),
        (lambda data: data.replace(b"/Count 1", b"/Count 2"), SignatureStatus.DIGEST_BAD),
        (lambda data: data + b"\n\0\n", SignatureStatus.CHAIN_UNKNOWN),
        (lambda data: data + b"\n% no PDF object", SignatureStatus.UNCHECKED),
        (lambda data: data[:-20], SignatureStatus.UNCHECKED),
        (lambda data: data[: len(data) // 2], SignatureStatus.UNCHECKED),
        (lambda data: data.replace(b"/ByteRange [0", b"/ByteRange [7"), SignatureStatus.UNCHECKED),
        (
            lambda data: data.replace(b"/ByteRange [0 ", b"/ByteRange 0 ]"),
            SignatureStatus.UNCHECKED,
        ),
        (lambda _: b"%PDF-1.7 /ByteRange", SignatureStatus.UNCHECKED),
        (lambda _: b"/ByteRange" * 99, SignatureStatus.UNCHECKED),
    ],
)
def test_tampering(tamper: Callable[[bytes], bytes], status: SignatureStatus) -> None:
    assert checked(tamper(plain())).status is status


def flipped(content: bytes) -> bytes:
    made = signing.cms(signer("rsa"), content)
    return made[:-1] + bytes([made[-1] ^ 1])


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (flipped, SignatureStatus.SIGNATURE_BAD),
        (lambda content: signing.cms(signer("rsa"), content + b" "), SignatureStatus.DIGEST_BAD),
        (lambda _: b"no signature", SignatureStatus.UNCHECKED),
        (lambda _: b"", SignatureStatus.UNCHECKED),
        (lambda _: signing.seq(signing.oid("1.2.3"), b"\xa0\0"), SignatureStatus.UNCHECKED),
        (lambda content: signing.cms(signer("rsa"), content)[:900], SignatureStatus.UNCHECKED),
    ],
)
def test_signature_values(value: Callable[[bytes], bytes], status: SignatureStatus) -> None:
    assert checked(signing.signed_pdf(value)).status is status


def test_content_hidden_between_the_ranges() -> None:
    data = signing.signed_pdf(lambda content: signing.cms(signer("rsa"), content), early=12)
    verdict = checked(data)
    assert verdict.status is SignatureStatus.DIGEST_BAD
    assert "未受保护" in verdict.why


@pytest.mark.parametrize("early", [-1, -2])
def test_ranges_that_take_in_the_value_are_no_gap(early: int) -> None:
    data = signing.signed_pdf(lambda content: signing.cms(signer("rsa"), content), early=early)
    assert (checked(data).status is SignatureStatus.CHAIN_UNKNOWN) is (early == -1)


def test_a_pdf_without_a_signature() -> None:
    assert check_pdf(b"%PDF-1.7", UNTRUSTED) == ()
    kind = b"/Type /Sig /Filter /Adobe.PPKLite"
    stamped = plain().replace(kind, b"/Type /DocTimeStamp".ljust(len(kind)))
    assert check_pdf(stamped, UNTRUSTED) == ()


def test_a_signature_that_no_field_refers_to() -> None:
    verdict = checked(plain().replace(b"/AcroForm", b"/NoForm__"))
    assert verdict.status is SignatureStatus.UNCHECKED
    assert "签名域" in verdict.why


def test_a_locked_pdf_is_unchecked() -> None:
    writer: PdfFileWriter = copy_into_new_writer(PdfFileReader(io.BytesIO(plain())))
    writer.encrypt("secret")
    output = io.BytesIO()
    writer.write(output)
    assert checked(output.getvalue()).status is SignatureStatus.UNCHECKED


def changed(edit: Callable[[IncrementalPdfFileWriter], None], data: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    edit(writer)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def page_of(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    page: generic.DictionaryObject = writer.root["/Pages"]["/Kids"][0]
    return page


def paint(writer: IncrementalPdfFileWriter) -> None:
    """Another amount on the page."""
    stream = generic.StreamObject(stream_data=b"BT /F 12 Tf 50 300 Td (9272.00 yuan) Tj ET")
    page = page_of(writer)
    page["/Contents"] = writer.add_object(stream)
    writer.update_container(page)


def turn(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    pages["/Rotate"] = generic.NumberObject(90)
    writer.update_container(pages)


def swap_font(writer: IncrementalPdfFileWriter) -> None:
    font = page_of(writer)["/Resources"]["/Font"]["/F"]
    font["/BaseFont"] = pdf_name("/Symbol")
    writer.update_container(font)


def add_page(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    pages["/Kids"].append(writer.add_object(generic.DictionaryObject(page_of(writer))))
    writer.update_container(pages)


def rewrite(writer: IncrementalPdfFileWriter) -> None:
    """A note, by a program that writes the page anew, saying the same in other words."""
    comment(writer)
    page = page_of(writer)
    page["/Rotate"] = generic.NumberObject(360)
    page["/MediaBox"] = generic.ArrayObject(
        generic.FloatObject(side) for side in ("0.0", "0.0", "595.00", "397.0")
    )
    page["/Tabs"] = pdf_name("/S")
    writer.update_container(page)


def comment(writer: IncrementalPdfFileWriter) -> None:
    note = generic.DictionaryObject(
        {pdf_name("/Type"): pdf_name("/Annot"), pdf_name("/Subtype"): pdf_name("/FreeText")}
    )
    annotations = page_of(writer)["/Annots"]
    annotations.append(writer.add_object(note))
    writer.update_container(annotations)


def attach(writer: IncrementalPdfFileWriter) -> None:
    writer.root["/Names"] = generic.DictionaryObject(
        {pdf_name("/EmbeddedFiles"): generic.DictionaryObject()}
    )
    writer.update_root()


def add_validation_data(writer: IncrementalPdfFileWriter) -> None:
    kept = writer.add_object(generic.StreamObject(stream_data=signer("rsa").root))
    store = {pdf_name("/Certs"): generic.ArrayObject([kept])}
    writer.root["/DSS"] = writer.add_object(generic.DictionaryObject(store))
    writer.update_root()


@pytest.mark.parametrize(
    ("edit", "status", "why"),
    [
        (paint, SignatureStatus.DIGEST_BAD, "页面内容"),
        (turn, SignatureStatus.DIGEST_BAD, "页面内容"),
        (swap_font, SignatureStatus.DIGEST_BAD, "页面内容"),
        (add_page, SignatureStatus.DIGEST_BAD, "页面内容"),
        (comment, SignatureStatus.UNCHECKED, "批注"),
        (rewrite, SignatureStatus.UNCHECKED, "批注"),
        (attach, SignatureStatus.UNCHECKED, "无法判断"),
        (add_validation_data, SignatureStatus.CHAIN_UNKNOWN, "仅追加"),
    ],
)
def test_what_is_appended_after_signing(
    edit: Callable[[IncrementalPdfFileWriter], None], status: SignatureStatus, why: str
) -> None:
    verdict = checked(changed(edit, plain()))
    assert verdict.status is status
    assert why in verdict.why


def test_a_second_signature_made_by_other_software() -> None:
    private = signing.rsa_private("甲 signer")
    other = SimpleSigner(
        signing_cert=x509.Certificate.load(signer("rsa").certificate),
        signing_key=keys.PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore(),
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(plain()))
    data = sign_pdf(writer, PdfSignatureMetadata(field_name="S2"), signer=other).getvalue()
    first, second = check_pdf(data, Trust((signer("rsa").root,)))
    assert (first.name, first.status) == ("S1", SignatureStatus.TRUSTED)
    assert "仅追加" in first.why
    assert (second.name, second.status) == ("S2", SignatureStatus.TRUSTED)


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert checked(plain()).status is SignatureStatus.CHAIN_UNKNOWN
