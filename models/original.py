"""What an electronic original says besides its pages: structured data, tags and signatures."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.geometry import Box
from models.page import FileKind, Page
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


class StructureProblem(Record):
    """Something wrong with what structured data says, as data for the rules (R-XML-02).

    `code` is stable: several_invoices (more than one in a file), wrong_root (the invoice lies
    inside something else), no_number (no InvoiceNumber), numbers_differ (EIid is another number),
    two_values (one field stated twice, differently), unreadable (a value that is none of its kind
    and was left out), forms_differ (two parts of a file name different forms). `where` is the
    element or tag, `text` what stands there, cut to 80 characters.
    """

    code: str
    where: str
    text: str = ""

    @property
    def breaks_schema(self) -> bool:
        """Whether the data is no valid invoice, rather than one value of it in doubt."""
        return self.code in ("several_invoices", "wrong_root", "no_number", "numbers_differ")


@dataclass(frozen=True, slots=True)
class Original:
    """One file with its pages and what it says besides them.

    A plain file is its own and only original (`name` ""); an archive or a mail has one for each
    file in it, `name` being the path inside. `pages` are read one at a time when asked for, each
    may raise DocumentError; their indexes count within the received file.
    """

    name: str
    kind: FileKind
    pages: Sequence[Page]
    parts: tuple[StructuredPart, ...] = ()
    signatures: tuple[Signature, ...] = ()
