"""What the rows above a header say of the file: whose it is, and which days it holds."""

import datetime
import re
from collections.abc import Sequence

from models.identifiers import is_uscc
from models.ledger import Coverage
from models.text import squash
from piaohe.sources.cells import Cell, date_of, text_of
from piaohe.sources.tables import Row

_OWN_TAX_ID = re.compile(r"(?:纳税人识别号|统一社会信用代码|识别号|税号)[:/]*([0-9A-Z]{15,20})")
_TAX_PERIOD = re.compile(r"(?:税款)?所属期[:]?(\d{4})[年\-/.]?(\d{2}|\d(?=月))")
_TWO_DATES = re.compile(
    r"(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)(?:\d{2}:\d{2}(?::\d{2})?)?\D{1,8}(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)"
)


def stated_coverage(rows: Sequence[Row], header: int) -> Coverage:
    """What the rows above row `header` state; None where they do not."""
    above = [row for row in rows if row.number < header]
    cells = [squash(_date_or_text(cell)) for row in above for cell in row.cells if cell is not None]
    text = ":".join(cells).upper().replace("：", ":").replace("::", ":")
    own = _OWN_TAX_ID.search(text)
    entity = own[1] if own else next((cell for cell in cells if is_uscc(cell)), None)
    first, last = _period(text)
    return Coverage(first=first, last=last, entity_tax_id=entity)


def _date_or_text(cell: Cell) -> str:
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    return text_of(cell)


def _period(text: str) -> tuple[datetime.date | None, datetime.date | None]:
    if match := _TWO_DATES.search(text):
        first, last = date_of(match[1]), date_of(match[2])
        if first and last and first <= last:
            return first, last
    if match := _TAX_PERIOD.search(text):
        year, month = int(match[1]), int(match[2])
        if 1 <= month <= 12 and 1990 <= year <= 2100:
            first = datetime.date(year, month, 1)
            following = datetime.date(year + month // 12, month % 12 + 1, 1)
            return first, following - datetime.timedelta(days=1)
    return None, None
