"""OFD packages: unpacked within limits, paths found the ways writers state them, traps refused."""

import io
import zipfile

import pytest

from ingest.limits import Limits
from ingest.ofd import OfdPackage
from ingest.ofd.refusals import OFD_REFUSALS, refusal
from models.errors import DocumentError
from tests.support.ofd import members, ofd, ofd_xml, page_xml, xml, zipped


def _package(data: bytes) -> OfdPackage:
    return OfdPackage(data, Limits())


def _code(data: bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        _package(data)
    return caught.value.record.code


def _doubled(first: str, second: str) -> bytes:
    """An OFD that has Doc_0/a.xml twice."""
    memory = io.BytesIO(ofd(page_xml("")))
    with zipfile.ZipFile(memory, "a") as archive:
        archive.writestr("Doc_0/a.xml", first)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("Doc_0/a.xml", second)
    return memory.getvalue()


def _marked_encrypted(data: bytes) -> bytes:
    at = data.index(b"PK\x01\x02")
    return data[: at + 8] + bytes([data[at + 8] | 1]) + data[at + 9 :]


WHOLE = ofd(page_xml(""))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04 no archive", "damaged_ofd"),
        (WHOLE[:-30], "damaged_ofd"),
        (zipped({"a.xml": "<a/>"}), "damaged_ofd"),
        (zipped({"OFD.xml": "<ofd:OFD"}), "damaged_ofd"),
        (zipped({"OFD.xml": xml("OFD", "")}), "damaged_ofd"),
        (_doubled("<a/>", "<b/>"), "damaged_ofd"),
        (_marked_encrypted(WHOLE), "encrypted_ofd"),
        (zipped({"OFD.xml": ofd_xml(), "a": bytes(2_000_000)}), "ofd_too_complex"),
        (zipped({"OFD.xml": ofd_xml(), **{f"{n}": "" for n in range(5_001)}}), "ofd_too_complex"),
    ],
    ids=range(9),
)
def test_bad_packages_are_refused(data: bytes, code: str) -> None:
    assert _code(data) == code


def test_the_same_member_twice_is_no_trap() -> None:
    assert _package(_doubled("<a/>", "<a/>")).read("Doc_0/a.xml") == b"<a/>"


def test_every_refusal_speaks_both_languages() -> None:
    for code in OFD_REFUSALS:
        record = refusal(code, why="因", why_en="why", page=1).record
        assert record.code == code
        assert all((record.message, record.message_en, record.hint, record.hint_en))


@pytest.mark.parametrize(
    "name", ["../outside.xml", "a/../../outside.xml", "C:/outside.xml", "a" * 500 + ".xml"]
)
def test_members_that_lead_outside_are_left_out(name: str) -> None:
    package = _package(ofd(page_xml(""), extra={name: "<a/>"}))
    assert not any("outside" in path or "aaa" in path for path in package.names())


@pytest.mark.parametrize(
    ("loc", "named_in", "folder"),
    [
        ("/Doc_0/Res/a.png", "Doc_0/PublicRes.xml", "Res"),
        ("Doc_0/Res/a.png", "OFD.xml", ""),
        ("a.png", "Doc_0/PublicRes.xml", "Res"),
        ("a.png", "Doc_0/PublicRes.xml", "/Doc_0/Res"),
        ("Res/a.png", "Doc_0/PublicRes.xml", "Res"),
        ("Res/a.png", "Doc_0/Pages/Page_0/Content.xml", ""),
        ("../Res/a.png", "Doc_0/Pages/Content.xml", ""),
        ("\\Doc_0\\Res\\a.png", "OFD.xml", ""),
        ("res/A.PNG", "Doc_0/Document.xml", ""),
    ],
)
def test_a_location_is_found_however_stated(loc: str, named_in: str, folder: str) -> None:
    package = _package(ofd(page_xml(""), extra={"Doc_0/Res/a.png": b"x"}))
    assert package.find(loc, named_in, folder) == "Doc_0/Res/a.png"


@pytest.mark.parametrize("loc", ["../../../etc/passwd", "/etc/passwd", "", "..", "a" * 10_000])
def test_nothing_outside_is_found(loc: str) -> None:
    package = _package(ofd(page_xml("")))
    assert package.find(loc, "Doc_0/Document.xml") is None


def test_an_unpacked_and_packed_again_ofd_may_sit_in_a_folder() -> None:
    wrapped = {f"发票/{name}": data for name, data in members(page_xml("")).items()}
    assert "Doc_0/Document.xml" in _package(zipped(wrapped)).names()


def test_names_and_bytes_of_members() -> None:
    package = _package(ofd(page_xml(""), extra={"Doc_0/Res/a.png": b"x"}))
    assert package.read("/doc_0/res/a.png") == b"x"
    with pytest.raises(DocumentError, match="damaged_ofd"):
        package.read("Doc_0/Res/b.png")


def test_a_member_whose_bytes_changed_cannot_be_read() -> None:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("OFD.xml", ofd_xml())
        archive.writestr("a.txt", b"unchanged")
    package = _package(memory.getvalue().replace(b"unchanged", b"changed!!"))
    with pytest.raises(DocumentError, match="damaged_ofd"):
        package.read("a.txt")


@pytest.mark.parametrize("there", [True, False])
def test_signature_lists_are_named_even_where_they_are_missing(there: bool) -> None:
    stated = "<ofd:Signatures>/Doc_0/Signs/Signatures.xml</ofd:Signatures>"
    found = members(page_xml("")) | {"OFD.xml": ofd_xml(more=stated)}
    if there:
        found["Doc_0/Signs/Signatures.xml"] = xml("Signatures", "")
    assert _package(zipped(found)).signature_lists == ("Doc_0/Signs/Signatures.xml",)


@pytest.mark.parametrize(
    "data",
    [
        b'<:eInvoice xmlns:=""><A><ofd:ObjectRef PageRef="1">7</ofd:ObjectRef></A></:eInvoice>',
        b'<fp:eInvoice><A><ofd:ObjectRef ofd:PageRef="1">7</ofd:ObjectRef></A></fp:eInvoice>',
    ],
)
def test_namespace_mistakes_of_real_issuers_are_forgiven(data: bytes) -> None:
    root = _package(ofd(page_xml(""), extra={"Doc_0/Tags/t.xml": data})).xml("Doc_0/Tags/t.xml")
    reference = root.find("A/ObjectRef")
    assert root.tag == "eInvoice"
    assert reference is not None
    assert (reference.get("PageRef"), reference.text) == ("1", "7")


def test_entities_are_not_forgiven() -> None:
    data = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><:a>&b;</:a>'
    package = _package(ofd(page_xml(""), extra={"t.xml": data}))
    with pytest.raises(DocumentError, match="damaged_xml"):
        package.xml("t.xml")
