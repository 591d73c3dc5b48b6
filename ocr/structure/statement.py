"""What one structured part of a file states about an invoice."""

from dataclasses import dataclass, field
from enum import IntEnum

from models.forms import Form
from models.geometry import Box
from models.invoice import Candidate, Extra, FieldName, LineItem
from models.original import StructureProblem
from models.page import Source


class Trust(IntEnum):
    """How far a kind of part is believed; the higher, the more (domain.md 5.2)."""

    OFD_DATA = 1
    OFD_TAGS = 2
    XBRL = 3
    XML = 4


@dataclass(frozen=True, slots=True)
class Stated:
    """A value as stated. `value` is normalised as in `Evidence`, `raw` as it stands.

    `page` and `box` are those of the printed text an OFD tag points at, None for pure data.
    """

    value: str
    raw: str
    source: Source
    page: int | None = None
    box: Box | None = None

    def as_candidate(self) -> Candidate:
        return Candidate(
            value=self.value,
            raw=self.raw,
            source=self.source,
            confidence=1.0,
            page=self.page,
            box=self.box,
        )


@dataclass(frozen=True, slots=True)
class Statement:
    """What one structured part, or all parts of a file about one invoice together, state.

    `values` hold only what could be read exactly; `others` the different values that something
    else, or the same part elsewhere, states for a field. `twice` are the fields the data states in
    two places alike. `is_whole` is False for parts that hold some fields only, so that what is
    missing there is not missing on the invoice. `attachment` is set, and nothing else, where the
    part is no invoice at all (Attachment.what: bank_slip).
    """

    trust: Trust
    source: Source
    name: str
    form: Form | None = None
    values: dict[FieldName, Stated] = field(default_factory=dict)
    others: dict[FieldName, tuple[Stated, ...]] = field(default_factory=dict)
    twice: frozenset[FieldName] = frozenset()
    items: tuple[LineItem, ...] = ()
    extra: Extra = field(default_factory=Extra)
    is_red: bool | None = None
    is_whole: bool = True
    problems: tuple[StructureProblem, ...] = ()
    attachment: str | None = None

    @property
    def number(self) -> str | None:
        stated = self.values.get(FieldName.NUMBER)
        return stated.value if stated else None
