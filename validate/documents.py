"""Files that hold no invoice: what the rules say about the pages that stand in its place."""

from models.batch import ATTACHMENT
from models.document import Attachment, Document
from models.finding import Finding
from models.invoice import Invoice
from models.sight import Sight
from validate.context import Context
from validate.engine import check

ABOUT_PAGES = frozenset({"R-DOC-01", "R-DOC-04"})
"""The rules that judge a page by what it is instead of an invoice."""


def check_document(document: Document, context: Context) -> tuple[Finding, ...]:
    """The findings about a file without invoices, one for each kind of page in it.

    A file that holds an invoice has none: there trip lists and the like belong to it. Neither has
    a file of which nothing could be read: its error says so.
    """
    if document.invoices:
        return ()
    kinds = dict.fromkeys(page.what for page in document.attachments if page.what != ATTACHMENT)
    return tuple(finding for what in kinds for finding in _about(document, what, context))


def _about(document: Document, what: str, context: Context) -> tuple[Finding, ...]:
    first: Attachment = next(page for page in document.attachments if page.what == what)
    stand_in = Invoice(page=first.page, sight=Sight(what=what))
    findings = check(stand_in, context).findings
    return tuple(finding for finding in findings if finding.rule in ABOUT_PAGES)
