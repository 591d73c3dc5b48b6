"""Reading a form written down as runs of text, and what tests ask of a reading."""

from dataclasses import replace

from models.invoice import Invoice
from models.page import Code, Token
from models.text import squash
from ocr.assemble import find_invoices
from ocr.words import find_words
from tests.support.layouts import page

Tokens = tuple[Token, ...]


def read(tokens: Tokens, *codes: Code) -> Invoice:
    """The one invoice the runs make."""
    (invoice,) = find_invoices(page(), find_words(tokens), codes)
    return invoice


def changed(tokens: Tokens, old: str, new: str) -> Tokens:
    assert any(old in token.text for token in tokens)
    return tuple(replace(token, text=token.text.replace(old, new)) for token in tokens)


def without(tokens: Tokens, *texts: str) -> Tokens:
    """The runs that hold none of the texts, each of which at least one holds."""
    kept = tuple(token for token in tokens if not any(text in token.text for text in texts))
    assert len(kept) <= len(tokens) - len(texts)
    return kept


def values(invoice: Invoice, *names: str) -> list[str | None]:
    found = [getattr(invoice, name) for name in names]
    return [None if value is None else str(value) for value in found]


def details(invoice: Invoice) -> dict[tuple[str, int], str]:
    return {(squash(each.name), each.row): each.value for each in invoice.extra.details}
