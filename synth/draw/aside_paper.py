"""Layouts of small paper asides: card slips, receipts by hand, a till's 消费清单, cards, backs."""

from PIL import Image, ImageFilter, ImageOps

from synth.aside import Aside, Ask
from synth.aside_papers import HOTEL, make_settlement
from synth.draw import aside_page, pdf, picture
from synth.draw.aside_parts import (
    GRAY,
    company_stamp,
    dashes,
    lines_of,
    put,
    scribble,
    write_by_hand,
)
from synth.draw.billparts import width_of
from synth.draw.sheet import Color, Fill, Layer, Pen, Picture, Sheet, Style
from synth.fonts import Font
from synth.kinds import kind_of

_THERMAL: Color = (70, 68, 74)
_BACK_DPI = 120
_ENGLISH = {
    "商户名称": "MERCHANT",
    "终端编号": "TERMINAL",
    "卡号": "CARD NO.",
    "批次号": "BATCH",
    "凭证号": "VOUCHER",
    "授权码": "AUTH NO.",
    "参考号": "REF NO.",
    "日期/时间": "DATE/TIME",
    "金额": "AMOUNT",
}
_SMALL_PRINT = (
    "温馨提示：一、本票据请妥善保管，遗失不补。二、热敏纸请避光、避热保存，以免字迹褪色。"
    "三、如需查询真伪，请登录主管部门网站。四、涂改、撕毁无效。"
)


def pos(aside: Aside) -> Sheet:
    """A card terminal's slip, 57 mm wide; the kept one wider, its labels in English too."""
    told = aside.details
    wide = 76.0 if aside.layout == 2 else 57.0
    rows = _pos_rows(aside)
    sheet = Sheet(wide, 24 + len(rows) * 4.6 + 34)
    ink = Style(Font.HEI, 8, _THERMAL)
    sheet.put(Layer.FORM, Fill(0, 0, wide, sheet.height, (252, 251, 250)))
    title = ("POS签购单", "商户签购单", "签购单 SALES SLIP")[aside.layout]
    put(sheet, (wide / 2, 9), title, Style(Font.HEI, 12, _THERMAL, 0.08), "center")
    put(sheet, (wide / 2, 14.5), told["copy"], ink, "center")
    dashes(sheet, 17.5, _THERMAL)
    y = 23.5
    for name, value in rows:
        large = name == "金额"
        y += 1.2 if large else 0
        style = Style(Font.HEI, 11, _THERMAL, 0.08) if large else ink
        english = f" {_ENGLISH[name]}" if aside.layout == 2 and name in _ENGLISH else ""
        put(sheet, (3, y), f"{name}{english}：{value}", style, fit=wide - 6)
        y += 5.4 if large else 4.6
    dashes(sheet, y - 1.5, _THERMAL)
    put(sheet, (3, y + 5), "持卡人签名：", ink)
    if "商户" in told["copy"]:
        scribble(sheet, (10, y + 6, wide - 26, 10), _THERMAL, aside.rng())
    note = "本人确认以上交易，同意将其记入本卡账户"
    put(sheet, (wide / 2, y + 22), note, Style(Font.HEI, 6.5, _THERMAL), "center", wide - 5)
    put(sheet, (wide / 2, y + 27), "*** 重印无效 ***", ink, "center")
    return sheet


def _pos_rows(aside: Aside) -> list[tuple[str, str]]:
    told = aside.details
    return [
        ("商户名称", told["merchant"]),
        ("商户编号", told["merchant_no"]),
        ("终端编号", told["terminal"]),
        ("操作员号", told["operator"]),
        ("发卡行", told["issuer"]),
        ("收单行", told["acquirer"]),
        ("卡号", f"{told['card']}/S"),
        ("交易类型", "消费(SALE)"),
        ("批次号", told["batch"]),
        ("凭证号", told["voucher"]),
        ("授权码", told["auth"]),
        ("参考号", told["reference"]),
        ("日期/时间", f"{aside.date:%Y/%m/%d} {told['time']}"),
        ("金额", f"RMB {aside.total:.2f}"),
        ("备注", ""),
    ]


def receipt(aside: Aside) -> Sheet:
    """A 收款收据 filled in with a pen."""
    sheet, told, rng = Sheet(182, 88), aside.details, aside.rng()
    color: Color = ((176, 44, 52), (40, 70, 150), (30, 110, 84))[aside.layout]
    label = Style(Font.KAI, 11, color)
    title = ("收　款　收　据", "收　　据", "收 款 收 据")[aside.layout]
    put(sheet, (91, 15), title, Style(Font.SONG, 20, color, 0.15), "center")
    for y in (18.0, 19.0):
        sheet.line(58, y, 124, y, Pen(color, 0.2))
    number = Style(Font.MONO, 14, (206, 44, 44), 0.12)
    put(sheet, (146, 16), "№", Style(Font.SONG, 12, color), "right")
    put(sheet, (148, 16), told["number"], number)
    for x, word in ((84.0, "年"), (99.0, "月"), (114.0, "日")):
        put(sheet, (x, 26), word, label)
    for x, value in (
        (72.0, f"{aside.date:%Y}"),
        (91.0, str(aside.date.month)),
        (106.0, str(aside.date.day)),
    ):
        write_by_hand(sheet, (x, 26), value, 11.5, rng)
    rows = (
        (36.0, "今收到", told["from"]),
        (46.0, "交　来", told["for"]),
        (56.0, "人民币（大写）", told["words"]),
    )
    for y, name, value in rows:
        put(sheet, (14, y), name, label)
        x = 16 + width_of(name, label)
        sheet.line(x, y + 1.2, 166, y + 1.2, Pen(color, 0.2))
        write_by_hand(sheet, (x + 3, y), value, 13, rng)
    put(sheet, (14, 66), "￥", Style(Font.SONG, 13, color))
    write_by_hand(sheet, (20, 66), f"{aside.total:.2f}", 14, rng)
    sheet.line(19, 67.2, 58, 67.2, Pen(color, 0.2))
    sheet.frame(8, 30, 172, 70, Pen(color, 0.4))
    feet = ((12.0, "收款单位（盖章）"), (84.0, "收款人"), (132.0, "交款人"))
    for x, word in feet:
        put(sheet, (x, 79), word, Style(Font.KAI, 10.5, color))
    write_by_hand(sheet, (98, 79), told["clerk"], 12.5, rng)
    sheet.column(Layer.FORM, (177, 36), "第二联交付款人", 4.6, Style(Font.KAI, 8, color))
    stamp = company_stamp(told["unit"], rng.choice(("财务专用章", "现金收讫")))
    sheet.put(Layer.SEAL, Picture(30, 50, 34, 34, stamp))
    return sheet


def settlement(aside: Aside) -> Sheet:
    """A hotel's page or a restaurant's slip from the till, 76 mm wide."""
    return aside_page.hotel(aside) if HOTEL in aside.details else _till(aside)


def _till(aside: Aside) -> Sheet:
    told = aside.details
    sheet = Sheet(76, 74 + len(aside.lines) * 4.8)
    ink, middle = Style(Font.HEI, 8.5, _THERMAL), 38.0
    sheet.put(Layer.FORM, Fill(0, 0, 76, sheet.height, (251, 250, 248)))
    put(sheet, (middle, 8), told["seller"], Style(Font.HEI, 10, _THERMAL, 0.08), "center", 70)
    title = ("消费清单", "结账单（消费清单）", "结算单")[aside.layout]
    put(sheet, (middle, 15), title, Style(Font.HEI, 12, _THERMAL, 0.06), "center")
    heads = (f"台号：{told['table']}　收银：{told['clerk']}", f"单号：{told['order']}")
    for i, text in enumerate((*heads, f"时间：{aside.date:%Y-%m-%d} {told['time']}")):
        put(sheet, (4, 22 + i * 4.6), text, ink, fit=68)
    y = 37.0
    dashes(sheet, y - 0.8, _THERMAL)
    columns = (
        (4.0, "品名", "left"),
        (44.0, "数量", "right"),
        (58.0, "单价", "right"),
        (72.0, "金额", "right"),
    )
    for row in (tuple(name for _, name, _ in columns), *aside.lines):
        y += 4.8
        for (x, _, align), text in zip(columns, row, strict=True):
            fit = 34.0 if align == "left" else 13.0
            put(sheet, (x, y), text, ink, "left" if align == "left" else "right", fit)
    dashes(sheet, y + 3, _THERMAL)
    total = f"应付金额：￥{aside.total:.2f}"
    put(sheet, (72, y + 10.5), total, Style(Font.HEI, 12, _THERMAL, 0.1), "right")
    put(sheet, (middle, y + 18), "开发票请扫描桌面二维码或联系收银台", ink, "center", 70)
    put(sheet, (middle, y + 23), "凭本小票30日内开具发票　谢谢惠顾", ink, "center", 70)
    return sheet


def card(aside: Aside) -> Sheet:
    """A business card, 90 x 54 mm."""
    sheet, told = Sheet(90, 54), aside.details
    color: Color = ((28, 62, 120), (160, 40, 46), (28, 104, 88))[aside.layout]
    sheet.put(Layer.FORM, Fill(0, 0, 90, 54, (253, 252, 249)), Fill(0, 0, 90, 3, color))
    if aside.layout:
        sheet.put(Layer.FORM, Fill(0, 0, 22, 54, color))
    left = 28 if aside.layout else 8
    put(sheet, (left, 18), told["name"], Style(Font.KAI, 17, _ink(color), 0.08))
    put(sheet, (left + 30, 18), told["job"], Style(Font.KAI, 9, GRAY))
    put(sheet, (left, 26), told["firm"], Style(Font.HEI, 9, color), fit=86 - left)
    sheet.line(left, 29, 86, 29, Pen(color, 0.25))
    rows = (
        f"手机：{told['mobile']}",
        f"电话：{told['phone']}　邮箱：{told['mail']}",
        f"地址：{told['address']}",
    )
    for i, text in enumerate(rows):
        put(sheet, (left, 35 + i * 5), text, Style(Font.HEI, 7.5, (64, 64, 70)), fit=86 - left)
    return sheet


def _ink(color: Color) -> Color:
    red, green, blue = (round(part * 0.55) for part in color)
    return red, green, blue


def menu(aside: Aside) -> Sheet:
    """A page of a menu."""
    sheet, told = Sheet(148, 210), aside.details
    paper: Color = ((252, 246, 230), (246, 236, 214), (250, 250, 246))[aside.layout]
    ink: Color = ((120, 52, 28), (60, 40, 24), (30, 60, 46))[aside.layout]
    sheet.put(Layer.FORM, Fill(0, 0, 148, 210, paper))
    sheet.frame(8, 8, 140, 202, Pen(ink, 0.6))
    sheet.frame(10, 10, 138, 200, Pen(ink, 0.2))
    put(sheet, (74, 30), told["title"], Style(Font.KAI, 26, ink, 0.1, 2.0), "center")
    put(sheet, (74, 40), "招牌菜谱", Style(Font.KAI, 13, ink, spacing=2.0), "center")
    for i, (name, price) in enumerate(aside.lines):
        y = 56 + i * 12.6
        put(sheet, (24, y), name, Style(Font.KAI, 14, ink))
        start = 26 + width_of(name, Style(Font.KAI, 14))
        put(sheet, (start, y), "." * 80, Style(Font.SANS, 9, GRAY), fit=max(104 - start, 4))
        put(sheet, (126, y), f"¥{price}", Style(Font.SANS, 13, ink, 0.06), "right")
    for i, key in enumerate(("note", "phone")):
        put(sheet, (74, 188 + i * 6), told[key], Style(Font.KAI, 9, ink), "center")
    return sheet


def back(aside: Aside) -> Sheet:
    """The back of the invoice it belongs to, or of a slip: its front shines through, mirrored.

    Some have a pencilled note, the kept one the small print that forms have on their backs.
    """
    front = kind_of(aside.of.kind).lay_out(aside.of) if aside.of else _till(_slip(aside))
    sheet = Sheet(front.width, front.height)
    gray = picture.render(pdf.write(front), _BACK_DPI).convert("L")
    gray = ImageOps.mirror(gray).filter(ImageFilter.GaussianBlur(1.6))
    share = float(aside.details["shine"])
    ghost = Image.new("RGBA", gray.size, (104, 102, 108, 0))
    ghost.putalpha(gray.point([round((255 - level) * share * 2) for level in range(256)]))
    sheet.put(Layer.FORM, Picture(0, 0, sheet.width, sheet.height, ghost))
    if aside.layout == 1:
        at = (sheet.width * 0.2, sheet.height * 0.4)
        write_by_hand(sheet, at, aside.details["note"], 12, aside.rng())
    elif aside.layout == 2:
        style = Style(Font.HEI, 6.5, (150, 148, 152))
        for i, text in enumerate(lines_of(_SMALL_PRINT, style, sheet.width - 12)):
            put(sheet, (6, 12 + i * 3.4), text, style)
    return sheet


def _slip(aside: Aside) -> Aside:
    """Some restaurant's bill."""
    seed = aside.seed
    while HOTEL in (bill := make_settlement(Ask("settlement", "receipt", seed, 3))).details:
        seed += 1
    return bill
