"""The ground truth of one drawn document: what is on it, before anything is drawn."""

import datetime
from decimal import Decimal

from pydantic import Field

from models.forms import Form
from models.invoice import Extra, LineItem, type_of
from models.record import Record
from models.text import squash

LabelValue = (
    str
    | int
    | None
    | list[float]
    | list[list[float]]
    | dict[str, str]
    | dict[str, list[float]]
    | list[dict[str, str]]
)
"""What a field of a label may hold; a document's label is a dict of these (contract.md, Labels)."""


class Party(Record):
    """A buyer or a seller. A natural person has no tax id."""

    name: str
    tax_id: str | None = None
    address: str = ""
    bank: str = ""


class Face(Record):
    """What is printed besides the fields anyone reads: decoration that makes the page look right.

    `region` is the province in the title of a tax-control form, `bureau` the tax office in the
    supervision seal, `cipher` the four lines of the 密码区, `copy_no` the sheet of a paper set
    (2 is 抵扣联, 3 发票联), `ink` the printer's ribbon, `shift` how far (mm) print and form are
    apart, `downloads` the 下载次数 a portal prints, `listed` the lines of a 销货清单 that stand on
    pages of their own, `details` whatever else a form has, by a name
    only its maker and its layout share.
    """

    region: str = ""
    bureau: str = ""
    cipher: tuple[str, ...] = ()
    copy_no: int = 3
    ink: tuple[int, int, int] = (0, 0, 0)
    shift: tuple[float, float] = (0.0, 0.0)
    downloads: int = 0
    decree: str = ""
    listed: tuple[LineItem, ...] = ()
    details: dict[str, str] = Field(default_factory=dict)


class Truth(Record):
    """Everything a drawn document says. Fields a form does not print are None.

    `kind`, `seed`, `traits` and `kept` are the order it was made to. `items` carry quantities and
    prices exactly as printed. The seed repeats every random choice of drawing, so the same Truth
    always gives the same bytes.
    """

    kind: str = ""
    traits: tuple[str, ...] = ()
    kept: bool = False
    form: Form
    seed: int
    code: str | None = None
    number: str
    date: datetime.date | None
    amount: Decimal | None = None
    tax: Decimal | None = None
    total: Decimal
    check_code: str | None = None
    buyer: Party | None = None
    seller: Party | None = None
    category: str | None = None
    items: tuple[LineItem, ...] = ()
    extra: Extra = Extra()
    face: Face = Face()

    @property
    def day(self) -> datetime.date:
        """The date of issue. ValueError for a form that prints none (定额发票)."""
        if self.date is None:
            raise ValueError(f"{self.form} prints no date")
        return self.date

    def label(self, file: str, medium: str) -> dict[str, LabelValue]:
        """The line of labels.jsonl for this document drawn into `file`.

        `medium` is photo, scan, screenshot or pdf. Null means the document does not print it.
        """
        return {
            "file": file,
            "kind": medium,
            "type": type_of(self.form, self.extra).value,
            "form": self.form.value,
            "code": self.code,
            "number": self.number,
            "date": self.date.isoformat() if self.date else None,
            "amount": _text(self.amount),
            "tax": _text(self.tax),
            "total": _text(self.total),
            "check_code": self.check_code,
            **_party("buyer", self.buyer),
            **_party("seller", self.seller),
            "category": self.category,
            "items": [_item(item) for item in self.items],
            "extra": {
                name: value
                for name, value in self.extra.model_dump(mode="json").items()
                if value not in (None, [])
            },
        }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _party(role: str, party: Party | None) -> dict[str, LabelValue]:
    return {
        f"{role}_name": squash(party.name) if party else None,
        f"{role}_tax_id": party.tax_id if party else None,
    }


def _item(item: LineItem) -> dict[str, str]:
    values = item.model_dump(mode="json")
    return {name: str(value) for name, value in values.items() if value is not None}
