"""The text of a 行程单 → its rides. 滴滴, 高德, T3 and the others print one table: when, from
where, to where, how much; below or above it how many rides there are and what they come to.

Only a list that proves itself is believed: its rows are as many as it says and add up to its sum.
"""

import datetime
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise

from models.page import Token
from models.ride import Ride
from models.text import money, squash

_COUNT = re.compile(r"共计?(\d{1,3})(?:笔|单|个|条|段)?行程|行程(?:数|笔数|总数)[:：]?(\d{1,3})")
_SUM = re.compile(r"(?:合计|总计|总金额|总额)(?:金额)?[:：]?[¥￥]?([\d,]{1,12}(?:\.\d{1,2})?)元?")
_AMOUNT_HEAD = re.compile(
    r"^(?:实付|订单|行程|车费|支付)?(?:金额|车费)[\[(（【]?(?:元|CNY)?[\])）】]?$"
)
_ORIGIN_HEAD = re.compile(r"^(?:起点|出发地|上车地点|上车点|始发地|出发地点)$")
_DESTINATION_HEAD = re.compile(r"^(?:终点|目的地|下车地点|下车点|到达地|到达地点)$")
_MONEY = re.compile(r"^[¥￥]?(\d{1,6}\.\d{1,2})元?$")
_WHEN = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_MOST = 200
_CENT = Decimal("0.01")


def rides_of(tokens: Sequence[Token]) -> tuple[Ride, ...]:
    """The rides of a trip list from its text with boxes; () where it does not prove itself.

    Never raises for what a page holds.
    """
    text = squash("".join(token.text for token in tokens))
    count, together = _stated(text)
    head = _column(tokens, _AMOUNT_HEAD)
    if together is None or head is None:
        return ()
    amounts = [token for token in _under(tokens, head) if _MONEY.match(squash(token.text))]
    amounts = amounts[:_MOST]
    prices = [_price(token) for token in amounts]
    if not prices or (count is not None and count != len(prices)):
        return ()
    if abs(sum(prices, Decimal(0)) - together) > _CENT:
        return ()
    rows = _rows(tokens, amounts)
    heads = (_column(tokens, _ORIGIN_HEAD), _column(tokens, _DESTINATION_HEAD))
    return tuple(_ride(price, row, heads) for price, row in zip(prices, rows, strict=True))


def _stated(text: str) -> tuple[int | None, Decimal | None]:
    """How many rides the list says it has, and what they come to."""
    counted, summed = _COUNT.search(text), _SUM.search(text)
    count = int(counted[1] or counted[2]) if counted else None
    return count, money(summed[1]) if summed else None


def _column(tokens: Iterable[Token], head: re.Pattern[str]) -> Token | None:
    return next((token for token in tokens if head.match(squash(token.text))), None)


def _under(tokens: Iterable[Token], head: Token) -> list[Token]:
    """The tokens below a head, in its column, from the top down."""
    wide = max(head.box.width, 1.0)
    below = (token for token in tokens if token.box.cy > head.box.cy + head.box.height / 2)
    near = [token for token in below if abs(token.box.cx - head.box.cx) <= wide]
    return sorted(near, key=lambda token: token.box.cy)


def _price(token: Token) -> Decimal:
    match = _MONEY.match(squash(token.text))
    return Decimal(match[1]) if match else Decimal(0)


def _rows(tokens: Sequence[Token], amounts: Sequence[Token]) -> list[list[Token]]:
    """The tokens of each row: those nearer to its amount than to that of any other, no farther
    than half a row off the first and the last."""
    middles = [amount.box.cy for amount in amounts]
    steps = [after - before for before, after in pairwise(middles)]
    reach = min(steps, default=amounts[0].box.height * 3) / 2
    rows: list[list[Token]] = [[] for _ in amounts]
    for token in tokens:
        at = min(range(len(middles)), key=lambda row: abs(middles[row] - token.box.cy))
        if abs(middles[at] - token.box.cy) <= reach:
            rows[at].append(token)
    return rows


def _ride(price: Decimal, row: Sequence[Token], heads: tuple[Token | None, Token | None]) -> Ride:
    text = " ".join(token.text for token in row)
    time = _TIME.search(text)
    origin, destination = (_cell(row, head) for head in heads)
    return Ride(
        amount=price,
        date=_day(text),
        time=time[0] if time else None,
        origin=origin,
        destination=destination,
    )


def _day(text: str) -> datetime.date | None:
    """The day of a row; None where no year stands on it."""
    found = _WHEN.search(text)
    if found is None or found[1] is None:
        return None
    try:
        return datetime.date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def _cell(row: Iterable[Token], head: Token | None) -> str | None:
    """What stands in the column of a head, lines put together."""
    if head is None:
        return None
    own = [token for token in row if token.box.x0 <= head.box.cx <= token.box.x1 + head.box.width]
    own = [token for token in own if abs(token.box.x0 - head.box.x0) <= 2 * head.box.width]
    text = "".join(token.text.strip() for token in sorted(own, key=lambda token: token.box.cy))
    return text[:80] or None
