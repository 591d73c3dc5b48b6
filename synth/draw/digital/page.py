"""A 数电票 as pages: head and parties on each, lines as far as they fit, sums on the last."""

from dataclasses import dataclass
from decimal import Decimal

from synth.draw.digital import foot, head
from synth.draw.digital.columns import of_lines, of_table
from synth.draw.digital.looks import LOOKS, Look
from synth.draw.digital.rows import Row, item_rows, put_headings, put_money, put_row, table_rows
from synth.draw.sheet import Layer, Sheet, Text
from synth.truth import Truth

_HEIGHT = 140.0


def lay_out(truth: Truth) -> Sheet:
    """The first page."""
    return _pages(truth)[0]


def more(truth: Truth) -> tuple[Sheet, ...]:
    """The pages after the first; none unless the invoice has more lines than fit and is one that
    goes on instead of growing."""
    return tuple(_pages(truth)[1:])


@dataclass(frozen=True, slots=True)
class _Part:
    """The lines of one page: from..to, which page of how many it is."""

    first: int
    rows: tuple[Row, ...]
    page: int
    pages: int

    @property
    def is_last(self) -> bool:
        return self.page == self.pages

    @property
    def lines(self) -> int:
        return sum(row.lines for row in self.rows)


def _pages(truth: Truth) -> list[Sheet]:
    look = LOOKS[int(truth.face.details.get("layout", "0"))]
    below = _Below.of(truth, look)
    rows = item_rows(truth, look)
    split = [rows]
    if truth.face.details.get("paged") == "1":
        split = _split(rows, look, below.height)
    starts = [sum(map(len, split[:i])) for i in range(len(split))]
    return [
        _page(truth, look, below, _Part(starts[i], tuple(part), i + 1, len(split)))
        for i, part in enumerate(split)
    ]


def _split(rows: list[Row], look: Look, table: float) -> list[list[Row]]:
    """Lines page by page: pages of lines alone, and a last one with room for the sums."""
    if _height(rows, look) <= look.room - table:
        return [rows]
    full = _subtotal_y(look) - look.first - 2.4
    last = look.room - look.pitch - table
    pages: list[list[Row]] = []
    rest = rows
    while rest and _height(rest, look) > last and len(rest) > 1:
        count = 1
        while count < len(rest) - 1 and _height(rest[: count + 1], look) <= full:
            count += 1
        pages.append(rest[:count])
        rest = rest[count:]
    return [*pages, rest]


def _height(rows: list[Row] | tuple[Row, ...], look: Look) -> float:
    return sum(row.lines for row in rows) * look.pitch


def _subtotal_y(look: Look) -> float:
    return look.bottom - 2.3


@dataclass(frozen=True, slots=True)
class _Below:
    """The table a special business adds, or the facts of a medical bill."""

    rows: tuple[Row, ...]
    facts: tuple[foot.Fact, ...]
    titled: bool
    height: float

    @classmethod
    def of(cls, truth: Truth, look: Look) -> "_Below":
        rows, titled = tuple(table_rows(truth, look)), bool(of_table(truth))
        facts = foot.facts(truth)
        height = sum(row.lines for row in rows) * look.pitch
        height += foot.fact_lines(facts) * look.pitch
        if titled or facts:
            height += 2.6 + (look.pitch + 0.4 if titled else 0.0)
        return cls(rows, facts, titled, height)

    def put(self, sheet: Sheet, truth: Truth, look: Look, top: float) -> None:
        """Set it below `top` mm."""
        y = top + look.pitch - 0.2
        if look.ruled:
            sheet.line(look.left, top, look.right, top, look.pen)
        if self.titled:
            put_headings(sheet, of_table(truth), y, look)
            y += look.pitch + 0.4
        for row in self.rows:
            put_row(sheet, row, y, look)
            y += row.lines * look.pitch
        foot.put_facts(sheet, self.facts, y, look)


def _page(truth: Truth, look: Look, below: _Below, part: _Part) -> Sheet:
    several = part.pages > 1
    table = below.height if part.is_last else 0.0
    room = look.room - (look.pitch if several else 0.0) if part.is_last else 999.0
    grown = max(0.0, _height(part.rows, look) + table - room)
    longer = foot.remark_growth(truth, look) if part.is_last else 0.0
    sheet = Sheet(210, _HEIGHT + grown + longer)
    head.put(sheet, truth, look, (part.page, part.pages))
    end = look.bottom + grown + longer
    head.frame(sheet, look, end)
    put_headings(sheet, of_lines(truth), look.headings, look)
    y = look.first
    for row in part.rows:
        put_row(sheet, row, y, look)
        y += row.lines * look.pitch
    if not part.is_last:
        _subtotal(sheet, truth, look, part, _subtotal_y(look))
    else:
        _close(sheet, truth, look, below, part, grown)
        foot.put(sheet, truth, look, grown, end)
    foot.drawer(sheet, truth, look, grown + longer)
    return sheet


def _close(
    sheet: Sheet, truth: Truth, look: Look, below: _Below, part: _Part, grown: float
) -> None:
    """小计 where there are several pages, 合计, and the extra table above or below them."""
    sums = look.sums + grown - (0 if look.before_sums else below.height)
    above = look.pitch  # what the lines of sums take above their last baseline
    if part.pages > 1:
        _subtotal(sheet, truth, look, part, sums - look.pitch)
        above += look.pitch
    _sum(sheet, truth, look, sums)
    if below.height:
        top = sums - above - below.height + 0.6 if look.before_sums else sums + 2.4
        below.put(sheet, truth, look, top)


def _subtotal(sheet: Sheet, truth: Truth, look: Look, part: _Part, y: float) -> None:
    items = truth.items[part.first : part.first + len(part.rows)]
    amount = sum((item.amount or Decimal(0) for item in items), Decimal(0))
    tax = sum((item.tax or Decimal(0) for item in items), Decimal(0))
    taxed = any(item.tax is not None for item in items)
    _sum_line(sheet, truth, look, "小计", (y, f"{amount:.2f}", f"{tax:.2f}" if taxed else "***"))


def _sum(sheet: Sheet, truth: Truth, look: Look, y: float) -> None:
    taxed = truth.tax is not None and any(item.tax is not None for item in truth.items)
    tax = f"{truth.tax:.2f}" if taxed else "***"
    _sum_line(sheet, truth, look, "合计", (y, f"{truth.amount:.2f}", tax), marked=True)


def _sum_line(
    sheet: Sheet,
    truth: Truth,
    look: Look,
    words: str,
    values: tuple[float, str, str],
    *,
    marked: bool = False,
) -> None:
    """A line of sums under the columns of amount and tax."""
    y, amount, tax = values
    for char, x in zip(words, (22.2, 38.2), strict=True):
        sheet.put(Layer.FORM, Text(x, y, char, look.labels, "center"))
    columns = {column.key: column for column in of_lines(truth)}
    for key, text in (("amount", amount), ("tax", tax)):
        at = columns[key].x, y
        put_money(sheet, look, at, text, size=look.value_size, of=key if marked else "")
