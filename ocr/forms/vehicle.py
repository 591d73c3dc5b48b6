"""机动车销售统一发票: tax-control paper, 数电 and 数电纸质 (domain.md 1.4)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from models.invoice import Detail, Extra, FieldName
from models.page import Source
from models.text import CENT
from ocr.extract.sheet import Seen, Sheet
from ocr.forms import printed
from ocr.forms.case import Case, FormReading
from ocr.forms.cells import CellLabel, Cells
from ocr.forms.level import levelled
from ocr.resolve.evidence import Verdict
from ocr.resolve.money import Witnesses, decide_money

LABELS = tuple(
    CellLabel(cell, text)
    for cell, texts in {
        "code": ("机打代码",),
        "number": ("机打号码",),
        "machine_no": ("机器编号",),
        "digital_number": ("数电发票号码", "数电发票", "数电号码"),
        "cipher": ("税控码",),
        "buyer": (
            "购买方名称及",
            "购买方名称",
            "购买方",
            "购货单位(人)",
            "购货单位",
            "购货人",
            "身份证号码/组织机构代码",
            "身份证号码/",
            "身份证号码",
            "组织机构代码",
        ),
        "seller": ("销货单位名称", "销售方名称", "销货单位", "销售单位名称"),
        "tax_id": (
            "统一社会信用代码/纳税人识别号/身份证件号码",
            "统一社会信用代码/纳税人识别号",
            "统一社会信用代码/纳税人",
            "统一社会信用代码/",
            "统一社会信用代码",
            "识别号/身份证件号码",
            "身份证件号码",
            "纳税人识别号",
            "识别号",
        ),
        "type": ("车辆类型",),
        "model": ("厂牌型号",),
        "origin": ("产地",),
        "certificate": ("合格证号",),
        "import": ("进口证明书号",),
        "inspection": ("商检单号",),
        "engine": ("发动机号码", "发动机号"),
        "vin": ("车辆识别代号/车架号码", "车辆识别代号", "车架号码"),
        "words": ("价税合计(大写)", "价税合计"),
        "total": ("小写",),
        "phone": ("电话",),
        "account": ("账号",),
        "address": ("地址",),
        "bank": ("开户银行", "开户行"),
        "rate": ("增值税税率或征收率", "增值税税率", "或征收率", "税率或征收率"),
        "tax": ("增值税税额", "增值税", "税额"),
        "office": ("主管税务机关及代码", "主管税务机关", "主管税务", "机关及代码"),
        "amount": ("不含税价(小写)", "不含税价"),
        "receipt": ("完税凭证号码", "完税证明号码"),
        "tonnage": ("吨位",),
        "seats": ("限乘人数",),
        "remark": ("备注",),
        "drawer": ("开票人",),
        "foot": ("销货单位盖章", "销售方盖章", "销货单位(盖章)"),
    }.items()
    for text in texts
)
"""What the form prints, line by line. 购买方名称及身份证号码 holds name and id in one cell."""

_POINT_LOST = 0.8
"""What a reading is worth that lacks its decimal point."""

_DETAILS = (
    ("type", "车辆类型"),
    ("seats", "限乘人数"),
    ("tonnage", "吨位"),
    ("origin", "产地"),
    ("certificate", "合格证号"),
    ("import", "进口证明书号"),
    ("inspection", "商检单号"),
    ("receipt", "完税凭证号码"),
)


def read_vehicle(case: Case) -> FormReading:
    """The invoice of a new vehicle: 不含税价 + 税额 = 价税合计, the parties and the vehicle."""
    words = levelled(case.words)
    cells = Cells(words, LABELS)
    head = printed.head_of(words, cells)
    verdicts = printed.vehicle_identity(case, head, cells)
    verdicts |= _money(case, cells)
    verdicts |= _parties(cells)
    return FormReading(verdicts, (), _extra(case, cells, head))


def _money(case: Case, cells: Cells) -> dict[FieldName, Verdict]:
    amounts = printed.amounts_of(
        amounts=cells.named("amount"),
        # the label of 税额 is small and often lost; then its figure stands behind the rate
        taxes=cells.named("tax") or cells.named("rate"),
        totals=cells.named("total"),
        words=cells.named("words"),
    )
    if amounts.capital is not None:
        most = Decimal(amounts.capital.value)
        amounts = replace(amounts, amounts=_pointed(amounts.amounts, most))
    witnesses = Witnesses(
        capital=Decimal(amounts.capital.value) if amounts.capital else None,
        qr=case.qr.amount if case.qr else None,
        qr_is_total=case.qr.amount_is_total if case.qr else None,
    )
    verdicts = decide_money(amounts, witnesses)
    _believe_difference(amounts.amounts, verdicts)
    _hold_against_rate(cells, verdicts)
    return {name: verdict for name, verdict in verdicts.items() if not _mere_guess(verdict)}


def _pointed(readings: Sequence[Seen], total: Decimal) -> tuple[Seen, ...]:
    """Readings of an amount, the decimal point put back into one that is above the total for
    want of it."""
    return tuple(_with_point(reading, total) for reading in readings)


def _with_point(reading: Seen, total: Decimal) -> Seen:
    value = Decimal(reading.value)
    pointed = (value / 100).quantize(CENT)
    if value <= total or pointed > total or "." in reading.raw:
        return reading
    return replace(reading, value=str(pointed), confidence=_POINT_LOST * reading.confidence)


def _is_no_money(reading: Seen, total: Verdict) -> bool:
    """Whether a figure has no decimal point and is above a total something bears out, with or
    without one: signs run together."""
    most = 100 * Decimal(total.winner.value)
    return bool(total.confirmed_by) and "." not in reading.raw and Decimal(reading.value) > most


def _believe_difference(readings: Sequence[Seen], verdicts: dict[FieldName, Verdict]) -> None:
    """The amount is what total and tax leave where no money is printed that says otherwise; as a
    correction, for a person is to see what is printed."""
    amount, total = verdicts.get(FieldName.AMOUNT), verdicts.get(FieldName.TOTAL)
    if amount is None or total is None or not amount.contested:
        return
    if all(_is_no_money(reading, total) for reading in readings):
        amount.contested, amount.corrected_by = False, "arithmetic"


def _mere_guess(verdict: Verdict) -> bool:
    """Whether an amount is a figure without its 分, or follows from one, and nothing speaks for
    it: figures cut short under a seal look like that."""
    if verdict.winner.source is Source.DERIVED:
        return verdict.contested
    return (
        "." not in verdict.winner.raw
        and not verdict.confirmed_by
        and verdict.winner.source
        in (
            Source.OCR,
            Source.PDF_TEXT,
        )
        and not verdict.corrected_by
    )


def _hold_against_rate(cells: Cells, verdicts: dict[FieldName, Verdict]) -> None:
    """不含税价 times the printed rate bears out both amounts. It contradicts only what was derived,
    for the rate may be misread as well."""
    amount, tax = verdicts.get(FieldName.AMOUNT), verdicts.get(FieldName.TAX)
    rate = _rate(cells)
    if amount is None or tax is None or rate is None:
        return
    whole = Decimal(amount.winner.value) * Decimal(rate) / 100
    due = whole.quantize(CENT, ROUND_HALF_UP)
    holds = abs(due - Decimal(tax.winner.value)) <= CENT
    for verdict in (amount, tax):
        if holds and not verdict.contested:
            verdict.confirmed_by.append("rate")
        elif not holds and verdict.winner.source is Source.DERIVED:
            verdict.contested = True


def _rate(cells: Cells) -> str | None:
    """The printed rate in per cent."""
    text = "".join(printed.lines_in(cells.named("rate")))
    match = re.match(r"(\d{1,2}(?:\.\d)?)%", text)
    return match[1] if match else None


def _parties(cells: Cells) -> dict[FieldName, Verdict]:
    buyers, sellers = cells.named("buyer"), cells.named("seller")
    ids = printed.of_party(cells.named("tax_id"), [*buyers, *sellers])
    of_buyer = [one for at in range(len(buyers)) for one in ids.get(at, ())]
    buyer = printed.party_in(buyers, of_buyer)
    seller = printed.party_in(sellers[:1], ids.get(len(buyers), ()))
    held = [one for found in ids.values() for one in found]
    others = [one for one in cells.named("tax_id") if one not in held]
    if not sellers and of_buyer and len(others) == 1:
        # of the two ids a form prints the one that is not the buyer's; the name stands above it
        seller = printed.party_above(others[0], cells)
    return printed.decide_parties(buyer, seller)


def _extra(case: Case, cells: Cells, head: Sheet) -> Extra:
    return case.extra.model_copy(
        update=printed.machine_prints(case, cells, head)
        | {
            "vin": printed.vin(printed.text_in(cells.named("vin"))),
            "engine_no": printed.text_in(cells.named("engine")),
            "vehicle_model": printed.text_in(cells.named("model")),
            "details": tuple(_details(cells)),
        }
    )


def _details(cells: Cells) -> list[Detail]:
    found = [
        Detail(name=name, value=value)
        for cell, name in _DETAILS
        if (value := printed.text_in(cells.named(cell)))
    ]
    if rate := _rate(cells):
        found.append(Detail(name="增值税税率或征收率", value=f"{rate}%"))
    for line in printed.lines_in(cells.named("office")):
        name = "主管税务机关代码" if re.fullmatch(r"[\dA-Z]{6,}", line) else "主管税务机关"
        found.append(Detail(name=name, value=line))
    return found
