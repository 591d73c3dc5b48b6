"""What is looked for, as an address or a form has it."""

import datetime
from decimal import Decimal
from typing import Annotated
from urllib.parse import urlencode

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from models.finding import Status
from models.forms import Form, InvoiceType
from models.text import MAX_MONEY, from_fen, to_fen
from piaohe.access import Permission, Viewer
from piaohe.store.wanted import Booked, Order, State, Wanted
from piaohe.web.problems import Problem
from piaohe.web.review.corrections import LONGEST
from piaohe.web.shown import from_cursor

Text = Annotated[str, Field(max_length=LONGEST)]
_Money = Annotated[Decimal, Field(decimal_places=2, ge=-MAX_MONEY, le=MAX_MONEY)]
_NOT_FILTERS = {"cursor", "limit", "order", "q", "say"}


class Filters(BaseModel):
    """What is looked for; all that is given has to hold. `q`: words in numbers, names, items,
    remarks, file names and notes, or an amount. `say`: a phrase that is understood first (pages
    only). Amounts in yuan, days of the invoice, both ends included; `by` is a person's id;
    `category` and `cause` may be none; handed in from `arrived_since` to before `arrived_until`.
    """

    model_config = ConfigDict(extra="forbid")

    status: Status | None = None
    state: State | None = None
    rule: str | None = Field(None, max_length=64)
    kind: list[InvoiceType] = Field(default_factory=list)
    form: Form | None = None
    category: str | None = Field(None, max_length=64)
    match: Booked | None = None
    cause: str | None = Field(None, max_length=64)
    department: str | None = Field(None, max_length=LONGEST)
    since: datetime.date | None = None
    until: datetime.date | None = None
    arrived_since: AwareDatetime | None = None
    arrived_until: AwareDatetime | None = None
    least: _Money | None = None
    most: _Money | None = None
    seller: str | None = Field(None, max_length=LONGEST)
    buyer: str | None = Field(None, max_length=LONGEST)
    by: int | None = Field(None, ge=0, lt=2**63)
    twins: bool = False
    q: Text = ""
    say: Text | None = None
    queue: bool = False
    cursor: str | None = Field(None, max_length=500)
    limit: int = Field(50, ge=1, le=200)
    order: Order = Order.RISK

    @field_validator("*", mode="before")
    @classmethod
    def _not_given(cls, value: object, info: object) -> object:
        """A form sends what was not chosen as an empty text."""
        if isinstance(value, list):
            return [each for each in value if each != ""]
        name = getattr(info, "field_name", "")
        if value == "" and name not in ("q", "say"):
            return cls.model_fields[name].get_default(call_default_factory=True)
        return value

    def of(self, viewer: Viewer) -> Wanted:
        """The same, with only what a viewer may see."""
        every = Permission.DOCUMENTS_ALL in viewer.may
        same = self.model_dump(exclude={"say", "cursor", "limit", "order", "least", "most", "kind"})
        return Wanted(
            **same,
            kind=tuple(self.kind),
            least=None if self.least is None else to_fen(self.least),
            most=None if self.most is None else to_fen(self.most),
            owner=None if every else viewer.id,
        )

    @property
    def given(self) -> dict[str, list[str]]:
        """The filters that are set, as an address has them, without the words."""
        found: dict[str, list[str]] = {}
        for name, value in self.model_dump(mode="json", exclude=_NOT_FILTERS).items():
            if value not in (None, "", [], False):
                every = value if isinstance(value, list) else [1 if value is True else value]
                found[name] = [str(each) for each in every]
        return found

    def address(self, *, without: tuple[str, ...] = (), **instead: object) -> str:
        """The query of an address with the same filters and words, but for some."""
        parts: dict[str, object] = {k: v for k, v in self.given.items() if k not in without}
        if self.q and "q" not in without:
            parts["q"] = self.q
        if self.order is not Order.RISK:
            parts["order"] = self.order.value
        return urlencode(parts | instead, doseq=True)


def place_of(cursor: str | None) -> int | None:
    """The place a cursor names. Raises Problem 422 bad_cursor."""
    if not cursor:
        return None
    found = from_cursor(cursor, 1)
    if not found or not (found[0].isascii() and found[0].isdigit()) or len(found[0]) > 18:
        raise Problem(422, "bad_cursor")
    return int(found[0])


def yuan(fen: int) -> str:
    return str(from_fen(fen))
