"""What reviewers corrected, what was learnt from it, and which of that is in use."""

import datetime
from enum import StrEnum

from pydantic import Field
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from models.invoice import Extra, Invoice, LineItem
from models.record import Record
from piaohe.store.tables.learning import ClassifierUseRow, ClassifierVersionRow, CorrectionRow
from piaohe.store.values import clean_text, storable


class Subject(StrEnum):
    """What of an invoice was corrected."""

    CATEGORY = "category"
    KIND = "kind"


class Correction(Record):
    """That somebody said what an invoice is. `example` is as much of it as can be learnt from.

    `before` is None where nothing had been said; `id` is 0 before it is kept.
    """

    at: datetime.datetime
    by: str
    invoice_id: str
    what: Subject
    before: str | None
    after: str
    example: Invoice
    id: int = 0


class Version(Record):
    """What was learnt once. `base` names the model it stands on, `code` the version of Piaohe.

    `last` is the id of the newest correction that counted; `counts` and `metrics` are those of
    the training.
    """

    number: int
    sha256: str
    base: str
    code: str
    seed: int
    trained_at: datetime.datetime
    trained_by: str
    last: int
    counts: dict[str, int] = Field(default_factory=dict)
    metrics: dict[str, float] = Field(default_factory=dict)


class How(StrEnum):
    """How a version came to be in use."""

    PROMOTED = "promoted"
    FORCED = "forced"
    ROLLED_BACK = "rolled_back"


class Use(Record):
    """That `number` (0: the shipped model alone) is in use since `at`, and by whom."""

    at: datetime.datetime
    by: str
    how: How
    number: int
    reason: str | None = None


def example_of(invoice: Invoice) -> Invoice:
    """What of an invoice is kept as an example: no amounts of the whole, buyers or people."""
    return Invoice(
        type=invoice.type,
        form=invoice.form,
        seller_name=invoice.seller_name,
        items=tuple(
            LineItem(name=item.name, amount=item.amount, tax_rate=item.tax_rate)
            for item in invoice.items[:20]
        ),
        extra=Extra(special_business=invoice.extra.special_business),
    )


class Corrections:
    """The corrections of all invoices. They are added and read, never changed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, correction: Correction) -> Correction:
        """Keep one; gives it with its id."""
        _, record = storable(correction.example)
        row = CorrectionRow(
            at=correction.at,
            by=clean_text(correction.by),
            invoice_id=correction.invoice_id,
            what=correction.what.value,
            before=correction.before,
            after=clean_text(correction.after),
            record=record,
        )
        self._session.add(row)
        self._session.flush()
        return _correction(row)

    def all(self, what: Subject, last: int | None = None) -> list[Correction]:
        """The corrections that count, in the order they were made: of each invoice the latest.

        With `last` only those up to that id, as things stood then.
        """
        query = select(CorrectionRow).where(CorrectionRow.what == what.value)
        if last is not None:
            query = query.where(CorrectionRow.id <= last)
        latest: dict[str, CorrectionRow] = {}
        for row in self._session.scalars(query.order_by(CorrectionRow.id)):
            latest.pop(row.invoice_id, None)
            latest[row.invoice_id] = row
        return [_correction(row) for row in latest.values()]

    def of(self, invoice_id: str) -> list[Correction]:
        """What was corrected of one invoice, the oldest first."""
        query = select(CorrectionRow).where(CorrectionRow.invoice_id == invoice_id)
        return [_correction(row) for row in self._session.scalars(query.order_by(CorrectionRow.id))]


class Versions:
    """The versions that were learnt, and the history of their use."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, version: Version) -> Version:
        """Keep a version under the next number, which it comes back with."""
        newest = self._session.scalar(select(func.max(ClassifierVersionRow.number))) or 0
        numbered, record = storable(version.model_copy(update={"number": newest + 1}))
        row = {
            "number": numbered.number,
            "sha256": numbered.sha256,
            "trained_at": numbered.trained_at,
            "record": record,
        }
        self._session.execute(insert(ClassifierVersionRow), [row])
        return numbered

    def all(self) -> list[Version]:
        """Every version, the oldest first."""
        query = select(ClassifierVersionRow.record).order_by(ClassifierVersionRow.number)
        return [Version.model_validate_json(record) for record in self._session.scalars(query)]

    def get(self, number: int) -> Version | None:
        row = self._session.get(ClassifierVersionRow, number)
        return Version.model_validate_json(row.record) if row else None

    def use(self, use: Use) -> None:
        """Note that a version is in use from now on."""
        row = {
            "at": use.at,
            "by": clean_text(use.by),
            "how": use.how.value,
            "number": use.number,
            "reason": clean_text(use.reason) if use.reason else None,
        }
        self._session.execute(insert(ClassifierUseRow), [row])

    def uses(self) -> list[Use]:
        """The history of use, the oldest first."""
        rows = self._session.scalars(select(ClassifierUseRow).order_by(ClassifierUseRow.id))
        return [
            Use(at=row.at, by=row.by, how=How(row.how), number=row.number, reason=row.reason)
            for row in rows
        ]

    def stack(self) -> list[int]:
        """The versions in use one after the other, the active one last; never empty.

        Rolling back takes the last one away, so that it can be done again and again, down to 0.
        """
        found = [0]
        for use in self.uses():
            if use.how is not How.ROLLED_BACK:
                found.append(use.number)
            elif len(found) > 1:
                found.pop()
        return found


def _correction(row: CorrectionRow) -> Correction:
    return Correction(
        at=row.at,
        by=row.by,
        invoice_id=row.invoice_id,
        what=Subject(row.what),
        before=row.before,
        after=row.after,
        example=Invoice.model_validate_json(row.record),
        id=row.id,
    )
