"""What an electronic original says besides its pages: structured data, tags and signatures."""

from dataclasses import dataclass
from enum import StrEnum

from models.geometry import Box
from models.page import FileKind
from models.record import Record


class PartKind(StrEnum):
    """How a structured part states its values.

    xml: a whole XML document (数电票, tax-control invoice, XBRL instance); ofd_tags: an OFD's
    custom tags, each pointing at printed text; ofd_data: the name-value pairs of an OFD's DocInfo.
    """

    XML = "xml"
    OFD_TAGS = "ofd_tags"
    OFD_DATA = "ofd_data"


@dataclass(frozen=True, slots=True)
class NamedText:
    """A value under the name its file gives it, such as "TaxSupervisionInfo.InvoiceNumber".

    `page` counts within the received file, `box` is in that page's pixels.
    """

    name: str
    text: str
    page: int | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class StructuredPart:
    """One structured statement about an invoice. `name` is its path inside the file, "" for the
    file itself; XML parts carry `data`, the other kinds `values`."""

    kind: PartKind
    name: str
    data: bytes = b""
    values: tuple[NamedText, ...] = ()


class SignatureStatus(StrEnum):
    """What can be said of a signature (domain.md 5.4).

    unsigned: there is none; unchecked: there is one nobody here can check (`why` says so);
    digest_ok: the parts are as signed, the signature itself could not be checked;
    chain_unknown: the signature holds, its certificate leads to no configured authority;
    trusted: it does; digest_bad, signature_bad: the file was changed after signing.
    """

    UNSIGNED = "unsigned"
    UNCHECKED = "unchecked"
    DIGEST_OK = "digest_ok"
    CHAIN_UNKNOWN = "chain_unknown"
    TRUSTED = "trusted"
    DIGEST_BAD = "digest_bad"
    SIGNATURE_BAD = "signature_bad"

    @property
    def is_broken(self) -> bool:
        return self in (SignatureStatus.DIGEST_BAD, SignatureStatus.SIGNATURE_BAD)


class Signature(Record):
    """The verdict on one signature of a file.

    `method` names the format ("ses_v1", "ses_v4", "pdf", "xml"), `signer` is the subject of the
    certificate as written in it, `signed_at` the stated time as written. `why` says what was found
    wrong or could not be checked, in Chinese and English.
    """

    status: SignatureStatus
    method: str = ""
    name: str = ""
    signer: str | None = None
    signed_at: str | None = None
    why: str = ""
    why_en: str = ""


@dataclass(frozen=True, slots=True)
class Original:
    """What one file says besides its pages.

    A plain file is its own and only original (`name` ""); an archive or a mail has one for each
    file in it, `name` being the path inside. Its pages are `first_page` up to but not including
    `end_page` of the received file.
    """

    name: str
    kind: FileKind
    first_page: int
    end_page: int
    parts: tuple[StructuredPart, ...] = ()
    signatures: tuple[Signature, ...] = ()
