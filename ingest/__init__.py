"""Bytes to pages: what a file is, whether it may be read, and its pages one at a time.

    with ingest.open(data, "scan.pdf") as opened:
        for original in opened.originals():
            for page in original.pages:
                ...

A plain file is its own and only original; an archive or a mail holds several. Besides its pages an
original has the structured data that came with it and the verdicts on its signatures.

What a file is, is told by its content; a name that says otherwise is a notice. A file that cannot
be read raises models.errors.DocumentError with one of these codes, from `open` where it can be
told at once, else when the page is asked for or drawn:

    empty_file         nothing in it
    file_too_large     more bytes than Limits.max_bytes
    not_a_document     text, a web page, an Office file, a program, a film, ...: the message says
    unsupported_type   another archive or picture format: the hint says what to do
    image_too_large    a picture declares more pixels than Limits.max_pixels, or a drawing would
    image_too_small    a side of less than Limits.min_side pixels
    truncated_image    a picture that ends too early (raised at the latest when drawn)
    damaged_image      a picture that cannot be decoded (likewise)
    encrypted_pdf      a PDF that asks for a password
    damaged_pdf        a PDF that cannot be opened or has no pages
    damaged_page       one page of a PDF that cannot be opened; the others can
    pdf_too_complex    a PDF that unpacks to more drawing instructions than any page needs
    page_too_complex   one page of a PDF that takes too long to draw; raised when drawn
    too_many_pages     more pages than Limits.max_pages

and those of `ingest.ofd.refusals`, `ingest.containers` and `models.markup`.

Notices: extension_mismatch (the name's extension says something else), pdf_end_missing (the end of
a PDF is missing; pages or words may be lost).

Pages can be drawn while their file is open. Drawings are read-only arrays, because a picture is
decoded once and shared. A PDF page's pixels are those at PDF_DPI (fewer for a page larger than
Limits.max_pdf_pixels). PDFium is not thread-safe: open PDFs in one thread of a process only.
"""

from ingest.limits import Limits
from ingest.look import Looking
from ingest.opened import OpenedFile, PageReader
from ingest.opening import open_contents
from ingest.pdf import PDF_DPI
from ingest.signatures import Trust

__all__ = ["PDF_DPI", "Limits", "Looking", "OpenedFile", "PageReader", "Trust", "open"]

_DEFAULT_LIMITS = Limits()
_NO_TRUST = Trust()


def open(  # noqa: A001 - called as ingest.open, which is how it reads best
    data: bytes, name: str, limits: Limits = _DEFAULT_LIMITS, trust: Trust = _NO_TRUST
) -> OpenedFile:
    """Opens the file whose bytes are `data`. `name` is only compared with what the content is.

    `trust` holds the certificates of the authorities under which signers are trusted.
    Raises DocumentError with one of the codes above.
    """
    return OpenedFile(*open_contents(data, name, limits, trust))
