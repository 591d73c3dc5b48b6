"""Faults of kind, numbers, codes, QR codes, originals and dates."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import replace as changed
from decimal import Decimal

from benchmarks.planters.base import (
    Planted,
    Planter,
    Plot,
    at,
    days,
    digit,
    extra,
    other_digit,
    read,
    sight,
    text,
    with_,
)
from models.forms import Form
from models.invoice import Candidate, Evidence, FieldName
from models.original import Signature, SignatureStatus, StructureProblem
from models.page import Source
from models.sight import Edge, Sight
from models.taxqr import crc16


def _qr(at: int, new: Callable[[Plot, str], str | None]) -> Planter:
    """A part of the QR code changed, its CRC put right again."""

    def plant(plot: Plot) -> Planted:
        parts = (plot.invoice.extra.qr or "").split(",")
        value = new(plot, parts[at]) if len(parts) >= 8 else None
        if value is None or parts[0] != "01":
            return None
        parts[at] = value
        head = ",".join(parts[:7]) + ","
        return extra(plot, qr=f"{head}{crc16(head.encode()):04X}")

    return plant


def _foreign(text: str) -> str | None:
    return "".join(str((int(c) + 5) % 10) for c in text[-6:]) if text[-6:].isdigit() else None


def _qr_number(_plot: Plot, text: str) -> str | None:
    tail = _foreign(text)
    return None if tail is None else text[:-6] + tail


def _qr_date(_plot: Plot, text: str) -> str | None:
    if len(text) != 8:
        return None
    day = datetime.date(int(text[:4]), int(text[4:6]), int(text[6:])) - datetime.timedelta(days=40)
    return f"{day:%Y%m%d}"


def _qr_amount(_plot: Plot, text: str) -> str | None:
    return f"{Decimal(text) * 3 + 17:.2f}" if text else None


def _qr_form(plot: Plot, text: str) -> str | None:
    other = {"31": "32", "32": "31", "01": "04", "04": "01", "10": "01", "08": "10"}
    return other.get(text)


def _qr_check(_plot: Plot, text: str) -> str | None:
    return _qr_number(_plot, text) if len(text) == 20 else None


def _wrong_crc(plot: Plot) -> Planted:
    parts = (plot.invoice.extra.qr or "").split(",")
    if len(parts) < 8 or not parts[7]:
        return None
    parts[7] = f"{int(parts[7], 16) ^ 0x1234:04X}"
    return extra(plot, qr=",".join(parts))


def _broken_qr(plot: Plot) -> Planted:
    parts = (plot.invoice.extra.qr or "").split(",")
    if len(parts) < 8 or parts[0] != "01":
        return None
    parts[5] = "20261345"
    return extra(plot, qr=",".join(parts))


def _other_form(plot: Plot) -> Planted:
    other = {
        Form.DZ_NORMAL: Form.RAIL_E,
        Form.DZ_SPECIAL: Form.AIR_E,
        Form.RAIL_E: Form.DZ_NORMAL,
        Form.AIR_E: Form.DZ_NORMAL,
    }.get(plot.invoice.form or Form.TAXI)
    return with_(plot, form=other, type=other.type) if other else None


def _late_paper(plot: Plot) -> Planted:
    day = datetime.date(2025, 10, 1) + datetime.timedelta(days=plot.rng.randint(0, 90))
    invoice = plot.invoice.model_copy(
        update={"date": day, "extra": plot.invoice.extra.model_copy(update={"travel_date": day})}
    )
    return invoice, changed(plot.context, today=day + datetime.timedelta(days=10))


def _late_form(plot: Plot) -> Planted:
    day = datetime.date(2026, 7, 1) + datetime.timedelta(days=plot.rng.randint(0, 60))
    invoice = plot.invoice.model_copy(update={"date": day})
    return invoice, changed(plot.context, today=day + datetime.timedelta(days=10))


def _long_ago(plot: Plot) -> Planted:
    if plot.invoice.date is None:
        return None
    away = datetime.timedelta(days=plot.rng.choice((-400, -700, 200, 300)))
    return extra(plot, travel_date=plot.invoice.date + away)


def _no_form(plot: Plot, **more: object) -> Planted:
    invoice = plot.invoice.model_copy(
        update={"form": None, "type": "other", "code": None, "sight": Sight.model_validate(more)}
    )
    return invoice, plot.context


def _other_code(plot: Plot) -> Planted:
    """The code of a form with another title."""
    electronic = plot.invoice.form in (Form.VAT_E_NORMAL, Form.TOLL_E)
    return text(plot, "code", lambda _: "011001800604" if electronic else "044001900111")


def _second(plot: Plot) -> Planted:
    number = plot.invoice.number
    return extra(plot, second_number=other_digit(number, -1, plot.rng)) if number else None


def _unsigned(plot: Plot) -> Planted:
    bare = plot.invoice.model_copy(update={"signatures": ()})
    return read(changed(plot, invoice=bare), FieldName.NUMBER, Source.PDF_TEXT)


def _xml_differs(plot: Plot) -> Planted:
    total = plot.invoice.total
    if total is None:
        return None
    other = Candidate(value=f"{total + 100:.2f}", raw="", source=Source.PDF_TEXT, confidence=1.0)
    return read(plot, FieldName.TOTAL, Source.XML, candidates=[other])


def _bad_date(plot: Plot) -> Planted:
    if plot.invoice.date is None:
        return None
    shown = f"{plot.invoice.date.year}年02月30日"
    found = Evidence(value=shown, raw=shown, source=Source.PDF_TEXT, confidence=1.0)
    return with_(plot, date=None, fields={FieldName.DATE: found})


_BROKEN = (Signature(status=SignatureStatus.DIGEST_BAD, method="ses_v4", why="x", why_en="x"),)


_TWO = (StructureProblem(code="numbers_differ", where="EIid"),)

PLANTERS: Mapping[str, Planter] = {
    "R-DOC-01": lambda p: _no_form(p, what=p.rng.choice(("trip_list", "contract", "receipt"))),
    "R-DOC-02": _no_form,
    "R-DOC-03": lambda p: sight(p, invoices_on_page=p.rng.randint(2, 9)),
    "R-DOC-04": lambda p: _no_form(p, claim_words=("扫一扫领取发票",)),
    "R-DOC-05": lambda p: with_(p, total=None),
    "R-DOC-06": lambda p: read(p, FieldName.TOTAL, confidence=0.7),
    "R-DOC-07": lambda p: with_(
        p, seller_name=p.rng.choice(("名称：", "销售方信息", "纳税人识别号"))
    ),
    "R-DOC-08": lambda p: sight(p, cut_edges=(Edge.RIGHT,), missing_labels=("税额",)),
    "R-FILE-02": lambda p: sight(p, screen=True),
    "R-NUM-01": digit("number"),
    "R-NUM-02": at("number", 0, "19"),
    "R-NUM-03": at("number", 2, "00"),
    "R-NUM-04": _other_form,
    "R-NUM-05": digit("number"),
    "R-NUM-06": _second,
    "R-CODE-01": digit("code"),
    "R-CODE-02": _other_code,
    "R-CODE-03": lambda p: text(
        p, "code", lambda t: "99" + t[2:] if len(t) == 10 else t[0] + "99" + t[3:]
    ),
    "R-CODE-04": lambda p: text(
        p, "code", lambda t: t[:4] + "27" + t[6:] if len(t) == 10 else t[:5] + "27" + t[7:]
    ),
    "R-CODE-05": lambda p: with_(p, code=None if p.invoice.code else "044001900111"),
    "R-CHK-01": digit("check_code"),
    "R-QR-01": lambda p: extra(p, qr=None),
    "R-QR-02": _broken_qr,
    "R-QR-03": _qr(3, _qr_number),
    "R-QR-04": _qr(5, _qr_date),
    "R-QR-05": _qr(4, _qr_amount),
    "R-QR-06": _qr(6, _qr_check),
    "R-QR-07": _wrong_crc,
    "R-QR-08": _qr(1, _qr_form),
    "R-SIG-01": lambda p: with_(p, signatures=_BROKEN),
    "R-SIG-02": _unsigned,
    "R-XML-01": _xml_differs,
    "R-XML-02": lambda p: with_(p, problems=_TWO),
    "R-DATE-01": _bad_date,
    "R-DATE-02": days(-9),
    "R-DATE-03": days(380),
    "R-DATE-06": _late_paper,
    "R-DATE-07": _late_form,
    "R-DATE-08": _long_ago,
    "R-DUP-01": lambda p: (
        (p.invoice, changed(p.context, seen={p.invoice.key: "0001.pdf"})) if p.invoice.key else None
    ),
}
