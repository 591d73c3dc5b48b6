"""What stands on asides that are files or screens: trip lists, bank slips, chats, orders, codes."""

import datetime
from decimal import Decimal
from random import Random

from models.capital import format_capital
from models.text import CENT
from synth import numbers
from synth.aside import Aside, Ask, aside_words, clock, money
from synth.truth import Party

_LEAST_FARE = Decimal("6.00")
ME, YOU, TIME, PHOTO, PAID = "me", "you", "time", "photo", "paid"
"""Whose a bubble of a chat is, or what stands there instead of one."""


def make_trips(ask: Ask) -> Aside:
    """The 行程单 of a ride-hailing company; its fares come to the invoice's total."""
    rng, words = ask.rng(), aside_words()
    day = ask.day(rng)
    total = ask.of.total if ask.of and ask.of.total > 0 else money(rng, 30, 620)
    fares = shares(rng, total, rng.randint(1, 9))
    spots = words.kept_spots if ask.kept else words.spots
    city = rng.choice(ask.names.regions).city
    first = day - datetime.timedelta(days=rng.randint(3, 30))
    days = (first + datetime.timedelta(days=min(i, (day - first).days)) for i in range(len(fares)))
    times = sorted((ridden, clock(rng)) for ridden in days)
    lines = []
    for i, (fare, (ridden, time)) in enumerate(zip(fares, times, strict=True)):
        start, end = rng.sample(spots, 2)
        lines.append(
            (
                str(i + 1),
                rng.choice(words.cars),
                f"{ridden:%m-%d} {time}",
                f"{city}市",
                start,
                end,
                f"{float(fare) / rng.uniform(2.2, 3.6):.1f}",
                f"{fare:.2f}",
            )
        )
    details = {
        "brand": rng.choice(words.kept_rides if ask.kept else words.rides),
        "asked": f"{day:%Y-%m-%d}",
        "from": f"{first:%Y-%m-%d}",
        "to": f"{day:%Y-%m-%d}",
        "phone": f"100{numbers.digits(rng, 8)}",
        "serial": numbers.digits(rng, 20),
    }
    return ask.made(rng, day, total, tuple(lines), details)


def shares(rng: Random, total: Decimal, count: int) -> list[Decimal]:
    """`total` in at most `count` fares of at least six yuan each, where it is that much."""
    count = max(1, min(count, int(total / _LEAST_FARE)))
    spare = total - _LEAST_FARE * count
    if spare < 0:
        return [total]
    weights = [rng.uniform(0.2, 1) for _ in range(count)]
    parts = [
        (_LEAST_FARE + spare * Decimal(repr(weight / sum(weights)))).quantize(CENT)
        for weight in weights[:-1]
    ]
    return [*parts, total - sum(parts, Decimal(0))]


def make_bank(ask: Ask) -> Aside:
    """A bank's 电子回单 for the payment of an invoice."""
    rng, words = ask.rng(), aside_words()
    total = abs(ask.of.total) if ask.of else money(rng, 300, 90000)
    payer = _known(ask.of.buyer if ask.of else None) or ask.names.any_company(rng)
    payee = _known(ask.of.seller if ask.of else None) or ask.names.any_company(rng)
    day = ask.day(rng)
    details = {
        "bank": rng.choice(words.banks),
        "receipt": numbers.digits(rng, 16),
        "serial": f"{day:%Y%m%d}{numbers.digits(rng, 12)}",
        "words": format_capital(total),
        "purpose": _purpose(ask, rng),
        "time": f"{clock(rng)}:{rng.randrange(60):02d}",
        "check": "".join(rng.choice("0123456789ABCDEF") for _ in range(12)),
        **_account("payer", payer, rng),
        **_account("payee", payee, rng),
    }
    return ask.made(rng, day, total, details=details)


def _known(party: Party | None) -> Party | None:
    return party if party and party.name else None


def _account(role: str, party: Party, rng: Random) -> dict[str, str]:
    bank, _, account = party.bank.rpartition(" ")
    return {
        f"{role}_name": party.name,
        f"{role}_account": account or numbers.digits(rng, 19),
        f"{role}_bank": bank or f"{rng.choice(aside_words().banks)}营业部",
    }


def _purpose(ask: Ask, rng: Random) -> str:
    purpose = rng.choice(aside_words().purposes)
    return f"{purpose} 发票{ask.of.number}" if ask.of and rng.random() < 0.6 else purpose


def make_chat(ask: Ask) -> Aside:
    """A phone's picture of a chat: amounts, an invoice's number, a picture of some paper."""
    rng, words = ask.rng(), aside_words()
    total = ask.of.total if ask.of else money(rng, 30, 2400)
    day = ask.day(rng)
    number = ask.of.number if ask.of else f"{day:%y}31{numbers.digits(rng, 16)}"
    bubbles: list[tuple[str, ...]] = [(TIME, f"{day.month}月{day.day}日 {clock(rng)}")]
    said = [words.chats[i] for i in sorted(rng.sample(range(len(words.chats)), 4))]
    for who, text in said:
        bubbles.append((who, text.format(a=f"{total:.2f}")))
    bubbles.insert(rng.randint(2, 4), (PHOTO, rng.choice((ME, YOU))))
    bubbles.append((ME, f"发票号码：{number}"))
    bubbles.append((PAID, f"¥{total:.2f}") if rng.random() < 0.5 else (YOU, "好的收到"))
    details = {
        "name": rng.choice((ask.names.person(rng), f"财务-{ask.names.person(rng)}", "报销群(6)")),
        "clock": clock(rng),
        "battery": str(rng.randint(12, 98)),
    }
    return ask.made(rng, day, total, tuple(bubbles), details)


def make_order(ask: Ask) -> Aside:
    """A phone's picture of an order in a shop: a 20-digit order number, the word 发票."""
    rng, words = ask.rng(), aside_words()
    goods = words.kept_goods if ask.kept else words.goods
    day = ask.day(rng)
    lines = []
    total = Decimal(0)
    for name, low, high in rng.sample(goods, rng.randint(1, 2)):
        price, count = money(rng, low, high), rng.randint(1, 3)
        total += price * count
        lines.append((name, f"¥{price:.2f}", f"x{count}"))
    off = money(rng, 1, 20)
    hour, minute = rng.randint(7, 22), rng.randrange(58)
    placed = f"{day:%Y-%m-%d} {hour:02d}:{minute:02d}:{rng.randrange(60):02d}"
    paid = f"{day:%Y-%m-%d} {hour:02d}:{minute + 1:02d}:{rng.randrange(60):02d}"
    details = {
        "shop": ask.names.brand(rng) + rng.choice(words.shops),
        "goods": f"¥{total:.2f}",
        "off": f"-¥{off:.2f}",
        "number": f"{rng.choice('123')}{numbers.digits(rng, 19)}",
        "placed": placed,
        "paid": paid,
        "pay": rng.choice(("扫码支付", "余额支付", "银行卡")),
        "receiver": f"{ask.names.person(rng)}　100****{numbers.digits(rng, 4)}",
        "address": f"{rng.choice(ask.names.roads)}{rng.randint(1, 300)}号 前台代收",
        "invoice": rng.choice(("电子普通发票", "增值税专用发票", "不开发票")),
        "clock": clock(rng),
        "battery": str(rng.randint(12, 98)),
    }
    return ask.made(rng, day, total - off, tuple(lines), details)


def make_claim(ask: Ask) -> Aside:
    """A page with the code behind which an invoice can be had; it is none itself."""
    rng, words = ask.rng(), aside_words()
    total = ask.of.total if ask.of else money(rng, 18, 900)
    day = ask.day(rng)
    key = "".join(rng.choice("0123456789abcdefghijkmnpqrstuvwxyz") for _ in range(24))
    host = rng.choice(words.kept_hosts if ask.kept else words.hosts)
    region = rng.choice(ask.names.regions)
    firm = _known(ask.of.seller if ask.of else None)
    details = {
        "seller": (firm or ask.names.company(rng, region, "餐饮管理有限公司")).name,
        "url": f"https://{host}/s/{key}",
        "order": numbers.digits(rng, 20),
        "time": clock(rng),
        "until": f"{day + datetime.timedelta(days=rng.choice((30, 60, 180))):%Y-%m-%d}",
    }
    return ask.made(rng, day, total, details=details)
