"""Faults that show only beside something else: the ledger, the portal, other invoices."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

import validate
from benchmarks.planters import around, claimed
from benchmarks.planters.base import Planted, Planter, Plot, extra, line, other_digit, with_
from benchmarks.planters.claimed import knowing, ruled, under_claim
from models.claim import Use
from models.duplicate import Shape, Specimen
from models.forms import Form
from models.invoice import Detail, Invoice
from models.ledger import LedgerStatus
from models.match import MatchState
from models.related import Related
from models.verdicts import SourceVerdict
from piaohe.judging.relations import Known, relate
from validate.duplicates import judge
from validate.policy import Listed

_DAY = datetime.timedelta(days=1)
_ELSEWHERE = "kept/{at}.pdf"


def told(**fields: object) -> Planter:
    """The ledger says something else."""

    def plant(plot: Plot) -> Planted:
        record = plot.context.record or SourceVerdict(state=MatchState.EXACT)
        return knowing(plot, record=record.model_copy(update=fields))

    return plant


def answered(*codes: str) -> Planter:
    def plant(plot: Plot) -> Planted:
        if plot.invoice.date is None:
            return None
        return knowing(plot, portal=around.answer(plot.rng.choice(codes), plot.context.today))

    return plant


def beside(plot: Plot, others: Iterable[Invoice]) -> Planted:
    """The invoice with these ones kept, and all that is found from them."""
    known = [Known(_ELSEWHERE.format(at=at), one) for at, one in enumerate(others)]
    return knowing(plot, related=relate(plot.invoice, known, complete=True))


def like(plot: Plot, other: Invoice, *shapes: Shape) -> Planted:
    """The invoice with another one kept, and the verdict on the two."""
    ours, theirs = (*shapes, Shape.PHOTO, Shape.PHOTO)[:2]
    kept = Specimen("kept", 0, "kept/0.xml", other, theirs)
    return knowing(plot, seen=judge(Specimen("ours", 0, "ours", plot.invoice, ours), [kept]))


def _altered(plot: Plot) -> Planted:
    number, old = plot.invoice.number or "", plot.invoice
    # a seller or a journey is what makes it the same business
    named = old.seller_tax_id or old.seller_name
    if len(number) < 7 or not number.isdigit() or not old.date or not old.total or not named:
        return None
    if old.form in (Form.QUOTA, Form.TOLL_PAPER):
        return None
    far = plot.rng.random() < 0.5 and bool(old.items)
    new = around.moved(number, 7_654_321) if far else other_digit(number, -3, plot.rng)
    own = {"qr": None, "second_number": None, "ticket_no": None}
    more = old.extra.model_copy(update=own)
    return like(plot, old.model_copy(update={"number": new, "extra": more}))


def _in_a_row(plot: Plot) -> Planted:
    invoice, number = plot.invoice, plot.invoice.number or ""
    sold = invoice.seller_tax_id or invoice.seller_name or invoice.form is Form.TAXI
    if invoice.date is None or not number.isdigit() or not sold:
        return None
    days = [plot.rng.randint(-1, 1) * _DAY for _ in range(2)]
    if invoice.form is Form.TAXI:
        return beside(plot, [around.slip(invoice, at, 0) for at in (1, 2)])
    update = [
        {"number": around.moved(number, at), "date": invoice.date + day}
        for at, day in zip(plot.rng.choice(((1, 2), (-1, 1), (-2, -1))), days, strict=True)
    ]
    bare = invoice.extra.model_copy(update={"second_number": None, "qr": None})
    return beside(plot, [invoice.model_copy(update=one | {"extra": bare}) for one in update])


def _split(plot: Plot) -> Planted:
    invoice = plot.invoice
    if invoice.date is None or not (invoice.seller_tax_id or invoice.seller_name):
        return None
    limit = plot.rng.choice((1000, 3000, 5000))
    least = int(limit * 0.95) + 1
    totals = [Decimal(plot.rng.randint(least * 100, limit * 100)) / 100 for _ in range(3)]
    others = [
        invoice.model_copy(
            update={
                "number": around.moved(invoice.number or "0000", 31 * at),
                "total": total,
                "date": invoice.date + plot.rng.randint(-3, 3) * _DAY,
            }
        )
        for at, total in enumerate(totals[1:], start=1)
    ]
    return beside(replace(plot, invoice=invoice.model_copy(update={"total": totals[0]})), others)


def _many(plot: Plot) -> Planted:
    invoice = plot.invoice
    if invoice.date is None or not (invoice.seller_tax_id or invoice.seller_name):
        return None
    numbers = [around.moved(invoice.number or "0000", 37 * at) for at in range(1, 7)]
    if len(set(numbers)) < len(numbers):
        return None
    return beside(plot, [invoice.model_copy(update={"number": each}) for each in numbers])


def _roll(plot: Plot) -> Planted:
    if plot.invoice.form is not Form.TAXI or plot.invoice.date is None:
        return None
    away = plot.rng.choice((-1, 1)) * plot.rng.randint(1, 180)
    days = plot.rng.randint(1, 40) * (-1 if away > 0 else 1)
    return beside(plot, [around.slip(plot.invoice, away, days)])


def _two_places(plot: Plot) -> Planted:
    told_all = plot.invoice.extra
    if not (told_all.travel_date and told_all.traveller and told_all.departure_time):
        return None
    return beside(plot, [around.journey(plot.invoice, plot.rng.randint(-25, 25))])


def _other_name(plot: Plot) -> Planted:
    if not plot.invoice.seller_tax_id or not plot.invoice.seller_name:
        return None
    other = plot.invoice.model_copy(
        update={
            "seller_name": "子丑寅卯供应链管理有限公司",
            "number": around.moved(plot.invoice.number or "", 77),
        }
    )
    return beside(plot, [other])


def _red(plot: Plot) -> Invoice | None:
    """The invoice as one that takes back another, where it is not red already."""
    invoice = plot.invoice
    if invoice.total is None or not invoice.number:
        return None
    named = invoice.extra.red_of or around.moved(invoice.number[-20:], -9_000)
    update = {"total": -abs(invoice.total), "extra": _named_red(invoice, named)}
    return invoice.model_copy(update=update)


def _named_red(invoice: Invoice, named: str) -> object:
    return invoice.extra.model_copy(update={"red_of": named})


def _lost_blue(plot: Plot) -> Planted:
    red = _red(plot)
    return beside(replace(plot, invoice=red), []) if red else None


def _too_red(plot: Plot) -> Planted:
    red = _red(plot)
    if red is None or red.total is None or abs(red.total) < 1:
        return None
    blue = around.blue_of(red)
    part = (abs(red.total) * Decimal(plot.rng.randint(10, 95)) / 100).quantize(Decimal("0.01"))
    return beside(replace(plot, invoice=red), [blue.model_copy(update={"total": part})])


def _taken_back(plot: Plot) -> Planted:
    invoice = plot.invoice
    if not invoice.key or invoice.total is None or invoice.total <= 0:
        return None
    red = invoice.model_copy(
        update={
            "number": around.moved(invoice.number or "", 5_000),
            "total": -invoice.total,
            "extra": _named_red(invoice, invoice.key),
        }
    )
    return beside(plot, [red])


def _next_year(plot: Plot) -> Planted:
    date = plot.invoice.date
    if date is None:
        return None
    return under_claim(plot, date=datetime.date(date.year + 1, plot.rng.randint(1, 5), 9))


def _day_off(plot: Plot) -> Planted:
    """Moved to the next Sunday that is not worked, with nothing said of it."""
    day = plot.invoice.extra.travel_date or plot.invoice.date
    if day is None:
        return None
    day += (6 - day.weekday()) * _DAY
    worked = validate.StatutoryCalendar().is_workday(day)
    if worked is not False:
        return None
    context = under_claim(plot, overtime=False, trip=None)
    shown = replace(plot, context=context[1]) if context else plot
    if plot.invoice.extra.travel_date:
        return extra(shown, travel_date=day)
    return with_(shown, date=day)


def _listed(plot: Plot) -> Planted:
    invoice = plot.invoice
    if invoice.seller_tax_id and plot.rng.random() < 0.5:
        entry = Listed(tax_id=invoice.seller_tax_id)
    elif invoice.seller_name:
        entry = Listed(name=invoice.seller_name)
    else:
        return told(status=LedgerStatus.ABNORMAL)(plot)
    return ruled(plot, blacklist=(*plot.context.policy.blacklist, entry))


_NO_TAX = frozenset({Form.TAXI, Form.QUOTA, Form.FISCAL, Form.MED_OUT, Form.MED_IN, Form.MACHINE})


def _not_a_voucher(plot: Plot) -> Planted:
    return under_claim(plot, deduct=True) if plot.invoice.form in _NO_TAX else None


def _blocked(plot: Plot) -> Planted:
    if plot.rng.random() < 0.4:
        use = plot.rng.choice((Use.WELFARE, Use.PERSONAL, Use.EXEMPT, Use.ENTERTAINMENT))
        return under_claim(plot, deduct=True, use=use)
    name = plot.rng.choice(("*餐饮服务*餐费", "*娱乐服务*场地费", "*居民日常服务*洗涤费"))
    planted = line(plot, lambda _: {"name": name})
    return under_claim(replace(plot, invoice=planted[0]), deduct=True) if planted else None


def _anonymous(plot: Plot) -> Planted:
    if plot.invoice.form not in (Form.BUS, Form.SHIP):
        return None
    lost = plot.rng.choice(("traveller", "traveller_id"))
    return extra(plot, **{lost: None})


def _guest(plot: Plot) -> Planted:
    name = plot.invoice.extra.traveller
    if not name:
        return None
    return knowing(plot, staff=(plot.context.staff or frozenset()) - {name})


def _abroad(plot: Plot) -> Planted:
    if plot.invoice.form is not Form.AIR_E:
        return None
    others = [one for one in plot.invoice.extra.details if one.name != "国内国际标识"]
    mark = Detail(name="国内国际标识", value=plot.rng.choice(("国际", "国际及港澳台", "I")))
    return extra(plot, details=(*others, mark))


def _established(plot: Plot) -> Planted:
    if plot.invoice.date is None or plot.context.related is None:
        return None
    later = plot.invoice.date + plot.rng.randint(1, 400) * _DAY
    known = plot.context.related.model_copy(update={"seller_established": later})
    return knowing(plot, related=known)


def _again(plot: Plot) -> Planted:
    known = plot.context.related or Related()
    return knowing(plot, related=known.model_copy(update={"copies": ("kept/0.pdf",)}))


_DIFFERING = {"total": ("100.00", "1000.00"), "seller_name": ("甲公司", "乙公司")}
PLANTERS: Mapping[str, Planter] = {
    "R-DUP-02": lambda p: like(p, p.invoice, Shape.PDF, Shape.XML) if p.invoice.key else None,
    "R-DUP-03": _altered,
    "R-DUP-04": told(vouchers=("记-0042",)),
    "R-FILE-01": _again,
    "R-DATE-04": _next_year,
    "R-DATE-05": _established,
    "R-DATE-09": _day_off,
    "R-PTY-06": _listed,
    "R-PTY-07": _other_name,
    "R-RED-01": _lost_blue,
    "R-RED-02": _taken_back,
    "R-RED-03": _too_red,
    "R-SEQ-01": _in_a_row,
    "R-SEQ-02": _split,
    "R-SEQ-03": _many,
    "R-SEQ-04": _roll,
    "R-SEQ-05": _two_places,
    "R-SOR-01": told(state=MatchState.MISSING, cause="N14", status=None, risk=None),
    "R-SOR-02": told(state=MatchState.MISMATCH, differing=_DIFFERING),
    "R-SOR-03": lambda p: told(
        status=p.rng.choice((LedgerStatus.VOID, LedgerStatus.RED_FULL, LedgerStatus.RED_PART))
    )(p),
    "R-SOR-04": lambda p: told(risk=p.rng.choice(("疑点发票", "异常凭证", "失控发票")))(p),
    "R-SOR-05": told(selected=False),
    "R-VER-01": answered("009", "02"),
    "R-VER-02": answered("006", "03"),
    "R-VER-03": answered("002", "007", "rqerr", "timeout", "015"),
    **claimed.PLANTERS,
    "R-DED-01": _not_a_voucher,
    "R-DED-02": _blocked,
    "R-DED-03": _anonymous,
    "R-DED-04": _guest,
    "R-DED-05": _abroad,
}
