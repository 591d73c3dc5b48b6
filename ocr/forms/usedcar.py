"""二手车销售统一发票: tax-control paper, 数电 and 数电纸质 (domain.md 1.4)."""

from decimal import Decimal

from models.invoice import Detail, Extra, FieldName
from ocr.extract.sheet import Sheet
from ocr.forms import printed
from ocr.forms.case import Case, FormReading
from ocr.forms.cells import CellLabel, Cells, Filled
from ocr.forms.level import levelled
from ocr.resolve.evidence import Verdict
from ocr.resolve.money import Witnesses, decide_money

_ROLES = ("经营、拍卖单位", "二手车市场")
_PARTS = {"address": "地址", "tax_id": "纳税人识别号", "bank": "开户银行、账号", "phone": "电话"}

LABELS = (
    *(
        CellLabel(cell, text)
        for cell, texts in {
            "code": ("机打代码",),
            "number": ("机打号码",),
            "machine_no": ("机器编号",),
            "digital_number": ("数电发票号码", "数电发票", "数电号码"),
            "cipher": ("税控码",),
            "buyer": ("买方单位/个人", "买方单位", "买方名称", "购买方名称"),
            "seller": ("卖方单位/个人", "卖方单位", "卖方名称", "销售方名称"),
            "party_id": (
                "单位代码/身份证号码",
                "单位代码/身份证号",
                "单位代码",
                "身份证号码",
                "代码/身份证号",
            ),
            "home": ("买方单位/个人住址", "卖方单位/个人住址", "住址"),
            "phone": ("电话",),
            "plate": ("车牌照号", "车牌号"),
            "registration": ("登记证号",),
            "type": ("车辆类型",),
            "vin": ("车架号/车辆识别代码", "车辆识别代码", "车架号"),
            "model": ("厂牌型号",),
            "office": (
                "转入地车辆管理所名称",
                "转入地车辆管理所",
                "转入地车辆",
                "管理所名称",
            ),
            "words": ("车价合计(大写)", "车价合计"),
            "total": ("小写",),
            "tax_id": ("纳税人识别号", "统一社会信用代码/纳税人识别号"),
            "address": ("经营、拍卖单位地址", "二手车市场地址", "地址"),
            "bank": ("开户银行、账号", "开户银行及账号", "开户行及账号"),
            "remark": ("备注",),
            "drawer": ("开票人",),
            "foot": ("开票单位(盖章)", "开票单位"),
        }.items()
        for text in texts
    ),
    *(CellLabel(role, role, glued=False) for role in _ROLES),
    CellLabel("二手车市场", "二手车交易市场", glued=False),
    CellLabel("经营、拍卖单位", "经营拍卖单位", glued=False),
)
"""What the form prints, line by line."""

_DETAILS = (
    ("registration", "登记证号"),
    ("type", "车辆类型"),
    ("office", "转入地车辆管理所名称"),
)


def read_used_car(case: Case) -> FormReading:
    """The invoice of a used vehicle: two parties, often persons, and 车价合计 alone."""
    words = levelled(case.words)
    cells = Cells(words, LABELS)
    head = printed.head_of(words, cells)
    verdicts = printed.vehicle_identity(case, head, cells)
    verdicts |= _money(case, cells)
    verdicts |= _parties(cells)
    return FormReading(verdicts, (), _extra(case, cells, head))


def _money(case: Case, cells: Cells) -> dict[FieldName, Verdict]:
    """车价合计 by its figures, capitals and QR; nothing else is printed."""
    amounts = printed.amounts_of(totals=cells.named("total"), words=cells.named("words"))
    witnesses = Witnesses(
        capital=Decimal(amounts.capital.value) if amounts.capital else None,
        qr=case.qr.amount if case.qr else None,
        qr_is_total=True,
    )
    verdicts = decide_money(amounts, witnesses)
    return {name: each for name, each in verdicts.items() if name is FieldName.TOTAL}


def _parties(cells: Cells) -> dict[FieldName, Verdict]:
    buyers, sellers = cells.named("buyer"), cells.named("seller")
    ids = printed.of_party(cells.named("party_id"), [*buyers, *sellers])
    return printed.decide_parties(
        printed.party_in(buyers[:1], ids.get(0, ()) if buyers else ()),
        printed.party_in(sellers[:1], ids.get(len(buyers), ())),
    )


def _extra(case: Case, cells: Cells, head: Sheet) -> Extra:
    return case.extra.model_copy(
        update=printed.machine_prints(case, cells, head)
        | {
            "plate": printed.text_in(cells.named("plate")),
            "vin": printed.vin(printed.text_in(cells.named("vin"))),
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
    for role in _ROLES:
        found += _role(cells, role)
    return found


def _role(cells: Cells, role: str) -> list[Detail]:
    """The market or broker that issued the invoice, where it is named."""
    name = printed.text_in(cells.named(role))
    if name is None:
        return []
    found = [Detail(name=role, value=name)]
    top = cells.named(role)[0].cell
    end = min(
        (
            each.cell.box.cy
            for other in _ROLES
            for each in cells.named(other)
            if each.cell.box.cy > top.box.cy + top.height
        ),
        default=float("inf"),
    )
    for cell, part in _PARTS.items():
        inside = [each for each in cells.named(cell) if _between(each, top.box.y0, end)]
        if value := printed.text_in(inside):
            found.append(Detail(name=f"{role}{part}", value=value))
    return found


def _between(filled: Filled, top: float, end: float) -> bool:
    box = filled.cell.box
    return box.cy > top - 0.5 * filled.cell.height and box.cy < end - 0.5 * filled.cell.height
