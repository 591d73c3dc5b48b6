"""What stands on asides that are paper: slips, receipts, contracts, cards, the back of a ticket."""

from decimal import Decimal
from random import Random

from models.capital import format_capital
from models.text import CENT
from synth import numbers
from synth.aside import Aside, Ask, Priced, aside_words, clock, money
from synth.truth import Party

HOTEL = "hotel"
"""The name among `details` of a settlement that is a hotel's."""


def _seller(ask: Ask, rng: Random, suffix: str) -> Party:
    if ask.of and ask.of.seller and ask.of.seller.name:
        return ask.of.seller
    return ask.names.company(rng, rng.choice(ask.names.regions), suffix)


def _buyer(ask: Ask, rng: Random) -> Party:
    return (ask.of and ask.of.buyer) or ask.names.any_company(rng)


def make_pos(ask: Ask) -> Aside:
    """A card terminal's slip; it states the invoice's total."""
    rng = ask.rng()
    total = ask.of.total if ask.of else money(rng, 20, 4800)
    day = ask.day(rng)
    words = aside_words()
    bank = rng.choice(words.banks)
    suffix = rng.choice(("餐饮有限公司", "酒店有限公司", "商贸有限公司"))
    details = {
        "merchant": _seller(ask, rng, suffix).name,
        "merchant_no": numbers.digits(rng, 15),
        "terminal": numbers.digits(rng, 8),
        "operator": f"{rng.randint(1, 12):02d}",
        "issuer": rng.choice(words.banks),
        "acquirer": bank,
        "card": f"6222{numbers.digits(rng, 2)}******{numbers.digits(rng, 4)}",
        "batch": numbers.digits(rng, 6),
        "voucher": numbers.digits(rng, 6),
        "auth": numbers.digits(rng, 6),
        "reference": numbers.digits(rng, 12),
        "time": f"{clock(rng)}:{rng.randrange(60):02d}",
        "copy": rng.choice(("商户存根", "持卡人存根")),
    }
    return ask.made(rng, day, total, details=details)


def make_receipt(ask: Ask) -> Aside:
    """A 收款收据 from a stationer's pad, filled in by hand."""
    rng = ask.rng()
    total = ask.of.total if ask.of else money(rng, 50, 9800)
    details = {
        "number": numbers.digits(rng, 7),
        "from": _buyer(ask, rng).name if rng.random() < 0.7 else ask.names.person(rng),
        "for": rng.choice(aside_words().receipt_reasons),
        "words": format_capital(total),
        "unit": _seller(ask, rng, "商贸有限公司").name,
        "clerk": ask.names.person(rng),
    }
    return ask.made(rng, ask.day(rng), total, details=details)


def make_settlement(ask: Ask) -> Aside:
    """A restaurant's 消费清单 or a hotel's 结算单: lines that come to the total."""
    rng, words = ask.rng(), aside_words()
    hotel = rng.random() < 0.5
    menu: tuple[Priced, ...] = words.room_charges if hotel else words.dishes
    if ask.kept and not hotel:
        menu = words.kept_dishes
    chosen = rng.sample(menu, min(len(menu), rng.randint(3, 8)))
    day = ask.day(rng)
    lines: list[tuple[str, ...]] = []
    total = Decimal(0)
    for name, low, high in chosen:
        price, count = money(rng, low, high), rng.randint(1, 4 if high < 100 else 2)
        total += price * count
        lines.append((name, str(count), f"{price:.2f}", f"{price * count:.2f}"))
    if ask.of and ask.of.total != total:
        # what the bill comes to is what was invoiced
        rest = ask.of.total - total
        word = "服务费" if rest > 0 else "优惠减免"
        lines.append((word, "1", f"{rest:.2f}", f"{rest:.2f}"))
        total = ask.of.total
    details = {
        "seller": _seller(ask, rng, "酒店管理有限公司" if hotel else "餐饮管理有限公司").name,
        "table": f"{rng.choice('ABCK')}{rng.randint(1, 28):02d}",
        "room": str(rng.randint(201, 2218)),
        "guest": ask.names.person(rng),
        "order": f"{day:%Y%m%d}{numbers.digits(rng, 12)}",
        "clerk": f"{rng.randint(1001, 9099)}",
        "time": clock(rng),
    }
    return ask.made(rng, day, total, tuple(lines), details | ({HOTEL: "1"} if hotel else {}))


def make_contract(ask: Ask) -> Aside:
    """A page of a contract that speaks of invoices, amounts and taxpayer ids."""
    rng, words = ask.rng(), aside_words()
    total = ask.of.total if ask.of else money(rng, 8000, 480000)
    buyer, seller = _buyer(ask, rng), _seller(ask, rng, "智能设备有限公司")
    day = ask.day(rng)
    filled = {
        "words": format_capital(total),
        "total": f"{total:,.2f}",
        "buyer": buyer.name,
        "tax_id": buyer.tax_id or "",
        "bank": buyer.bank,
        "days": str(rng.randint(7, 45)),
    }
    first, *others = words.clauses
    chosen = [first, *others[:4], *sorted(rng.sample(others[4:], 4), key=others.index)]
    details = {
        "title": rng.choice(words.kept_contracts if ask.kept else words.contracts),
        "number": f"HT-{day:%Y}-{numbers.digits(rng, 6)}",
        "buyer": buyer.name,
        "seller": seller.name,
        "one": ask.names.person(rng),
        "two": ask.names.person(rng),
    }
    lines = tuple((clause.format(**filled),) for clause in chosen)
    return ask.made(rng, day, total, lines, details)


def make_card(ask: Ask) -> Aside:
    """A business card."""
    rng = ask.rng()
    firm = ask.names.any_company(rng)
    address, _, phone = firm.address.rpartition(" ")
    details = {
        "name": ask.names.person(rng),
        "job": rng.choice(aside_words().jobs),
        "firm": firm.name,
        "phone": phone,
        "mobile": f"100{numbers.digits(rng, 8)}",
        "address": address,
        "mail": f"{rng.choice(('wang', 'li', 'sales', 'office'))}{rng.randint(1, 99)}@mail.example",
    }
    return ask.made(rng, ask.day(rng), details=details)


def make_menu(ask: Ask) -> Aside:
    """A page of a menu: many prices, none of them paid."""
    rng, words = ask.rng(), aside_words()
    dishes = words.kept_dishes if ask.kept else words.dishes
    lines = tuple(
        (name, f"{money(rng, low, high):.0f}")
        for name, low, high in rng.sample(dishes, min(len(dishes), 10))
    )
    details = {
        "title": f"{ask.names.brand(rng)}小馆",
        "note": "以上价格单位：元　可开发票　禁止自带酒水",
        "phone": f"订餐电话：555{numbers.digits(rng, 5)}",
    }
    return ask.made(rng, ask.day(rng), lines=lines, details=details)


def make_back(ask: Ask) -> Aside:
    """The back of a ticket: nothing, but for what shines through."""
    rng = ask.rng()
    shine = f"{rng.uniform(0.04, 0.13):.3f}"
    note = f"{ask.names.person(rng)} {money(rng, 20, 900):.0f}元 已核"
    return ask.made(rng, ask.day(rng), details={"shine": shine, "note": note})


def make_goods_list(ask: Ask) -> Aside:
    """A shop's own 销货清单: what was delivered, with prices that come to the total."""
    rng, words = ask.rng(), aside_words()
    day = ask.day(rng)
    rows = _invoiced(ask) or [
        (name, "件", rng.randint(1, 12), money(rng, low, high))
        for name, low, high in rng.sample(words.kept_goods if ask.kept else words.goods, 3)
    ]
    lines = tuple(
        (name, unit, str(count), f"{price:.2f}", f"{price * count:.2f}")
        for name, unit, count, price in rows
    )
    total = sum((Decimal(line[-1]) for line in lines), Decimal(0)).quantize(CENT)
    details = {
        "seller": _seller(ask, rng, "办公用品有限公司").name,
        "buyer": _buyer(ask, rng).name,
        "number": f"XS{day:%Y%m%d}{numbers.digits(rng, 4)}",
        "words": format_capital(total),
        "clerk": ask.names.person(rng),
        "taker": ask.names.person(rng),
    }
    return ask.made(rng, day, total, lines, details)


def _invoiced(ask: Ask) -> list[tuple[str, str, int, Decimal]]:
    """What an invoice bills, as one delivery of everything at its total."""
    if not ask.of or not ask.of.items:
        return []
    name = ask.of.items[0].name.rpartition("*")[2] or ask.of.items[0].name
    return [(name, ask.of.items[0].unit or "批", 1, ask.of.total)]
