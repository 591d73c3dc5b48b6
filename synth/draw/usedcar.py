"""Layouts of 二手车销售统一发票: sprocket paper 241 x 177.8 mm, and electronic 210 x 140 mm.

Cells and their order follow the published field list of the form; their exact sizes are a guess.
"""

from dataclasses import dataclass

from synth.draw import seal
from synth.draw.cells import Run, detail
from synth.draw.sheet import Color, Layer, Picture, Sheet, Style, Text
from synth.draw.vehicle import (
    ELECTRONIC,
    HEIGHT,
    WIDTH,
    electronic_foot,
    electronic_head,
    front,
    machine_block,
    margins,
    paper_inks,
    put_rows,
)
from synth.draw.vehicle_rows import Copy, Rows, Spec
from synth.fonts import Font
from synth.truth import Party, Truth

_BROWN: Color = (150, 74, 58)
_COPIES = {
    1: Copy("发票联", "第一联　发票联（购货单位或个人付款凭证）（手开无效）", _BROWN),
    2: Copy("转移登记联", "第二联　转移登记联（公安车辆管理部门留存）（手开无效）", (46, 78, 158)),
    3: Copy("出入库联", "第三联　出入库联（手开无效）", (116, 62, 140)),
    4: Copy("记账联", "第四联　记账联（手开无效）", (190, 50, 56)),
}
_ROLES = ("经营、拍卖单位", "二手车市场")


@dataclass(frozen=True, slots=True)
class _Look:
    """A paper layout: x of the edges and inner lines, heights of first row and others, fonts."""

    xs: tuple[float, float, float, float, float]
    top: float
    first: float
    pitch: float
    label: Style
    title: Style


_LOOKS = (
    _Look(
        (19.7, 52.0, 118.0, 152.0, 220.6),
        34.0,
        22.0,
        8.1,
        Style(Font.KAI, 9.5),
        Style(Font.KAI, 20, spacing=3.3),
    ),
    _Look(
        (21.5, 55.0, 114.0, 149.0, 221.5),
        36.0,
        21.0,
        7.9,
        Style(Font.SONG, 9),
        Style(Font.SONG, 18, spacing=2.6),
    ),
    _Look(
        (17.5, 47.0, 124.0, 155.0, 222.0),
        33.0,
        19.5,
        8.4,
        Style(Font.KAI, 9),
        Style(Font.KAI, 18, spacing=4.2),
    ),
)


def lay_out(truth: Truth) -> Sheet:
    """The sheet of a used vehicle's invoice, of paper or electronic."""
    return _electronic(truth) if truth.form.is_digital else _paper(truth)


def values(truth: Truth) -> dict[str, tuple[Run, ...]]:
    """What stands in the cells, by the keys of the layouts."""
    extra = truth.extra
    found = {
        "plate": (Run(extra.plate or "", "extra.plate"),),
        "registration": detail(truth, "登记证号"),
        "type": detail(truth, "车辆类型"),
        "vin": (Run(extra.vin or "", "extra.vin"),),
        "model": (Run(extra.vehicle_model or "", "extra.vehicle_model"),),
        "office": detail(truth, "转入地车辆管理所名称"),
        "words": (Run(extra.total_in_words or "", "extra.total_in_words"),),
        "total": (Run(f"¥{truth.total:.2f}", "total"),),
        "remark": (Run(extra.remark or "", "extra.remark"),),
    }
    for role, party in (("buyer", truth.buyer), ("seller", truth.seller)):
        found |= _party(role, party)
    for role in _ROLES:
        found[role] = detail(truth, role)
        for part in ("地址", "纳税人识别号", "开户银行、账号", "电话"):
            found[role + part] = detail(truth, role + part)
    return found


def _party(role: str, party: Party | None) -> dict[str, tuple[Run, ...]]:
    if party is None:
        return {}
    address, _, phone = party.address.rpartition(" ")
    return {
        role: (Run(party.name, f"{role}_name"),),
        f"{role}_id": (Run(party.tax_id or "", f"{role}_tax_id"),),
        f"{role}_address": (Run(address),),
        f"{role}_phone": (Run(phone),),
    }


def _rows(xs: tuple[float, float, float, float, float]) -> tuple[tuple[Spec, ...], ...]:
    left, a, b, c, right = xs
    rows: list[tuple[Spec, ...]] = []
    for word, role in (("买方", "buyer"), ("卖方", "seller")):
        rows += [
            (
                (f"{word}单位/个人", role, left, a, b),
                ("单位代码/身份证号码", f"{role}_id", b, c, right),
            ),
            (
                (f"{word}单位/个人住址", f"{role}_address", left, a, c),
                ("电话", f"{role}_phone", c, c + 12, right),
            ),
        ]
    third = (right - left) / 3
    rows += [
        (
            ("车牌照号", "plate", left, a, left + third + 5),
            ("登记证号", "registration", left + third + 5, left + third + 24, right - third + 3),
            ("车辆类型", "type", right - third + 3, right - third + 22, right),
        ),
        (
            ("车架号/车辆识别代码", "vin", left, a, b - 13),
            ("厂牌型号", "model", b - 13, b + 4, right - third + 8),
            ("转入地车辆\n管理所名称", "office", right - third + 8, right - third + 28, right),
        ),
        (
            ("车价合计（大写）", "words", left, a, c + 8),
            ("小写", "total", c + 8, c + 21, right),
        ),
    ]
    for role in _ROLES:
        rows += _role_rows(role, xs)
    return tuple(rows)


def _role_rows(role: str, xs: tuple[float, float, float, float, float]) -> list[tuple[Spec, ...]]:
    left, a, b, c, right = xs
    return [
        ((role, role, left, a, b), ("纳税人识别号", f"{role}纳税人识别号", b, c, right)),
        ((f"{role}地址", f"{role}地址", left, a, right),),
        (
            ("开户银行、账号", f"{role}开户银行、账号", left, a, c),
            ("电话", f"{role}电话", c, c + 12, right),
        ),
    ]


def _paper(truth: Truth) -> Sheet:
    look = _LOOKS[int(truth.face.details["layout"])]
    copy = _COPIES[truth.face.copy_no]
    sheet = Sheet(WIDTH, HEIGHT)
    inks = paper_inks(truth, look.label, copy.color)
    title = Style(look.title.font, look.title.size, copy.color, 0.12, look.title.spacing)
    front(sheet, truth, "二手车销售统一发票", copy, (title, inks))
    margins(sheet, truth, copy)
    left, right = look.xs[0], look.xs[-1]
    first = look.top + look.first
    rows = _rows(look.xs)
    placed: Rows = tuple((first + look.pitch * (i + 1), row) for i, row in enumerate(rows))
    bottom = placed[-1][0]
    sheet.frame(left, look.top, right, bottom, inks.pen)
    machine_block(sheet, truth, (left, right), (look.top, first), inks)
    put_rows(sheet, first, placed, values(truth), inks)
    y = min(bottom + 5.2, HEIGHT - 5)
    sheet.put(
        Layer.FORM,
        Text(left + 1.5, y, "开票单位（盖章）", inks.label),
        Text(left + 82, y, "开票人：", inks.label),
        Text(left + 128, y, "备注：", inks.label),
    )
    sheet.put(
        Layer.PRINT,
        Text(left + 97, y, truth.extra.drawer or "", inks.value, of="extra.drawer"),
    )
    if truth.extra.remark:
        mark = Text(left + 139, y, truth.extra.remark, inks.value, fit=62, of="extra.remark")
        sheet.put(Layer.PRINT, mark)
    _stamp(sheet, truth)
    return sheet


def _stamp(sheet: Sheet, truth: Truth) -> None:
    """The seal of the market or broker that issued it."""
    found = values(truth)
    for role in _ROLES:
        if found[role]:
            name, tax_id = found[role][0].text, found[f"{role}纳税人识别号"][0].text
            sheet.put(Layer.SEAL, Picture(48, 140, 40, 30, seal.issuer(name, tax_id)))


_E_XS = ((4.6, 35.0, 104.0, 138.0, 205.8), (4.6, 38.0, 100.0, 132.0, 205.8))
_E_TITLES = ("电子发票（二手车销售统一发票）", "二手车销售电子统一发票")


def _electronic(truth: Truth) -> Sheet:
    layout = int(truth.face.details["layout"])
    xs = _E_XS[layout % 2]
    rows = _rows(xs)
    if layout == 2:
        # the vehicle before the parties
        rows = (*rows[4:7], *rows[:4], *rows[7:])
    rows = (*rows, (("备注", "remark", xs[0], xs[0] + 14, xs[-1]),))
    sheet = Sheet(210, 140)
    electronic_head(sheet, truth, _E_TITLES[layout % 2])
    top, bottom = 29.8, 128.0
    step = (bottom - top) / len(rows)
    placed = tuple((top + step * (i + 1), row) for i, row in enumerate(rows))
    sheet.frame(xs[0], top, xs[-1], bottom, ELECTRONIC.pen)
    put_rows(sheet, top, placed, values(truth), ELECTRONIC)
    electronic_foot(sheet, truth)
    return sheet
