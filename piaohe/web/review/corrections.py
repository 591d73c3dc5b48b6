"""An invoice as a person corrects it: their value becomes evidence, what was there a candidate."""

import datetime
import re
import unicodedata
from collections.abc import Mapping

import validate
from models.finding import Severity
from models.invoice import MONEY_FIELDS, Candidate, Evidence, FieldName, Invoice
from models.page import Source
from models.text import fold, money, squash

LONGEST = 300
"""Characters of what may be typed into a field."""

_NAMES = frozenset({FieldName.BUYER_NAME, FieldName.SELLER_NAME})
_DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")


class Unusable(ValueError):  # noqa: N818 - reads better at the raise
    """What was typed cannot be a value of the field: too_long, no_date, no_money, no_text,
    no_field, no_category."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


def corrected(invoice: Invoice, typed: Mapping[FieldName, str]) -> Invoice:
    """The invoice with the typed values; an empty text takes a value away. What is typed as it
    was stays as it was read. The findings are still the old ones. Raises Unusable."""
    values = {name: normal(name, text) for name, text in typed.items()}
    changed = {name: value for name, value in values.items() if value != shown(invoice, name)}
    fields = dict(invoice.fields)
    for name, value in changed.items():
        old = fields.pop(name, None)
        if value:
            fields[name] = _evidence(value, typed[name], old, shown(invoice, name))
    ordered = {name: fields[name] for name in FieldName if name in fields}
    whole = invoice.model_dump(exclude={"fields"}) | {
        name.value: value or None for name, value in changed.items()
    }
    return Invoice.model_validate(whole | {"fields": ordered})


def shown(invoice: Invoice, name: FieldName) -> str:
    """A field's value as it is typed; empty where there is none."""
    value = getattr(invoice, name.value)
    return "" if value is None else str(value)


def normal(name: FieldName, text: str) -> str:
    """What was typed, as records hold it; empty for nothing. Raises Unusable."""
    if len(text) > LONGEST:
        raise Unusable(name, "too_long")
    plain = fold(text).strip()
    if not plain:
        return ""
    if name in MONEY_FIELDS:
        amount = money(plain)
        if amount is None:
            raise Unusable(name, "no_money")
        return str(amount)
    if name is FieldName.DATE:
        return day_of(plain, name)
    if name in _NAMES:
        return text_of(text)
    return squash(plain).upper()


def text_of(text: str) -> str:
    """Free text as it was typed, without characters nobody sees; half-width brackets of a Chinese
    name stay what they are."""
    kept = unicodedata.normalize("NFC", text)
    return "".join(char for char in kept if unicodedata.category(char)[0] != "C").strip()


def hints(
    invoice: Invoice, typed: Mapping[FieldName, str], today: datetime.date
) -> tuple[validate.Hint, ...]:
    """What is to be said of the values as they would be, the ones not typed as they are."""
    texts = {name.value: shown(invoice, name) for name in FieldName}
    texts |= {name.value: text[:LONGEST] for name, text in typed.items()}
    words = invoice.extra.total_in_words
    found = validate.check_fields(
        validate.Typed(form=invoice.form, total_in_words=words, **texts), today
    )
    # what is said of a field nobody touched stands among the findings already
    return tuple(
        hint for hint in found if hint.field in texts and hint.severity is not Severity.INFO
    )


def day_of(text: str, field: str) -> str:
    """A day as ISO writes it. Raises Unusable for the field."""
    match = _DAY.fullmatch(squash(text))
    try:
        if match is None:
            raise ValueError(text)
        return datetime.date(*(int(part) for part in match.groups())).isoformat()
    except ValueError as error:
        raise Unusable(field, "no_date") from error


def _evidence(value: str, typed: str, old: Evidence | None, before: str) -> Evidence:
    """A person's value. It stands where the old one stood, so that its place can still be shown."""
    if old is None:
        lost = (
            (Candidate(value=before, raw=before, source=Source.DERIVED, confidence=0),)
            if before
            else ()
        )
        return Evidence(value=value, raw=typed, source=Source.PERSON, confidence=1, candidates=lost)
    loser = Candidate(
        value=old.value,
        raw=old.raw,
        source=old.source,
        confidence=old.confidence,
        page=old.page,
        box=old.box,
    )
    return Evidence(
        value=value,
        raw=typed,
        source=Source.PERSON,
        confidence=1,
        page=old.page,
        box=old.box,
        corrected_by="person",
        candidates=(loser, *old.candidates),
    )
