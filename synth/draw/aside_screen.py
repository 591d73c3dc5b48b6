"""Layouts of asides that are pictures of a phone's screen: a chat, an order, an invoice's code."""

from random import Random

from synth.aside import Aside
from synth.aside_screens import ME, PAID, PHOTO, TIME
from synth.draw import qr
from synth.draw.aside_parts import (
    GRAY,
    WHITE,
    arrow,
    bar,
    dashes,
    lines_of,
    put,
    rounded,
    status_bar,
)
from synth.draw.billparts import width_of
from synth.draw.sheet import Color, Disc, Fill, Layer, Pen, Sheet, Style
from synth.fonts import Font

_PHONES = ((68.0, 147.0), (72.0, 144.0), (66.0, 141.0))
"""Width and height (mm) of a screen, by layout."""
_DARK: Color = (20, 20, 22)
_GREENS: tuple[Color, ...] = ((149, 236, 105), (160, 232, 120), (136, 200, 250))
_FACES: tuple[Color, ...] = ((92, 146, 196), (214, 140, 92), (126, 168, 110), (178, 120, 164))
_ORANGES: tuple[Color, ...] = ((250, 96, 30), (228, 40, 52), (24, 120, 220))


def chat(aside: Aside) -> Sheet:
    """A chat; the picture in it is of some paper too small to read."""
    sheet, rng = Sheet(*_PHONES[aside.layout]), aside.rng()
    width, height = sheet.width, sheet.height
    sheet.put(
        Layer.FORM,
        Fill(0, 0, width, height, (237, 237, 237)),
        Fill(0, height - 15, width, 15, (247, 247, 247)),
    )
    status_bar(sheet, aside.details["clock"], aside.details["battery"], _DARK)
    bar(sheet, aside.details["name"])
    sheet.line(0, 16.4, width, 16.4, Pen((214, 214, 214), 0.1))
    faces = rng.sample(_FACES, 2)
    y = 20.0
    for line in aside.lines:
        if y > height - 34:
            break
        y = _bubble(sheet, line, y, (_GREENS[aside.layout], faces, rng))
    _input(sheet, height - 15)
    return sheet


def _bubble(
    sheet: Sheet, line: tuple[str, ...], y: float, hand: tuple[Color, list[Color], Random]
) -> float:
    """One line of the chat; gives where the next begins."""
    who, text = line
    green, faces, rng = hand
    width = sheet.width
    if who == TIME:
        put(sheet, (width / 2, y + 2.4), text, Style(Font.HEI, 6, GRAY), "center")
        return y + 6
    mine = who == ME or (who == PHOTO and text == ME)
    x = width - 10.5 if mine else 3.0
    rounded(sheet, (x, y, 7.5, 7.5), 1.0, faces[0] if mine else faces[1])
    sheet.put(
        Layer.FORM, Disc(x + 3.75, y + 3.0, 1.35, WHITE), Fill(x + 1.9, y + 4.9, 3.7, 1.6, WHITE)
    )
    if who == PHOTO:
        left = width - 12.5 - 24 if mine else 12.5
        _paper(sheet, (left, y, 24, 16), rng)
        return y + 19
    if who == PAID:
        rounded(sheet, (12.5, y, 38, 13), 1.0, (246, 156, 62))
        put(sheet, (22, y + 5), text, Style(Font.SANS, 9, WHITE, 0.05))
        put(sheet, (22, y + 8.4), "已收款", Style(Font.HEI, 6, WHITE))
        put(sheet, (14.4, y + 12.0), "转账", Style(Font.HEI, 5, WHITE))
        sheet.put(Layer.FORM, Disc(17, y + 5.4, 2.3, WHITE))
        return y + 16
    style = Style(Font.HEI, 8, _DARK)
    rows = lines_of(text, style, width - 32)
    box = max(width_of(row, style) for row in rows) + 5
    left = width - 12.5 - box if mine else 12.5
    tall = len(rows) * 3.9 + 3.4
    color = green if mine else WHITE
    rounded(sheet, (left, y, box, tall), 1.0, color)
    tip = (left + box + 1.1, y + 3.7) if mine else (left - 1.1, y + 3.7)
    arrow(sheet, tip, -1.2 if mine else 1.2, color)
    for i, row in enumerate(rows):
        put(sheet, (left + 2.5, y + 4.7 + i * 3.9), row, style)
    return y + max(tall, 7.5) + 3.2


def _paper(sheet: Sheet, box: tuple[float, float, float, float], rng: Random) -> None:
    """A picture bubble: a desk, a slip of paper and lines where its print would be."""
    x, y, width, height = box
    rounded(sheet, box, 0.8, rng.choice(((148, 118, 90), (96, 100, 108), (188, 184, 176))))
    sheet.put(Layer.FORM, Fill(x + 3, y + 2, width - 6, height - 4, (250, 248, 243)))
    sheet.put(Layer.FORM, Fill(x + 8, y + 3.2, width - 16, 0.8, (164, 92, 70)))
    for i in range(5):
        wide = rng.uniform(6, width - 9)
        sheet.line(x + 4, y + 5.4 + i * 1.5, x + 4 + wide, y + 5.4 + i * 1.5, Pen(GRAY, 0.2))
    sheet.put(Layer.FORM, Disc(x + width - 6, y + height - 5, 1.8, pen=Pen((222, 60, 60), 0.25)))


def _input(sheet: Sheet, top: float) -> None:
    width = sheet.width
    sheet.line(0, top, width, top, Pen((214, 214, 214), 0.1))
    rounded(sheet, (10, top + 2, width - 30, 6.2), 0.8, WHITE)
    for x in (5.2, width - 14.6, width - 6.0):
        sheet.put(Layer.FORM, Disc(x, top + 5.1, 2.2, pen=Pen(_DARK, 0.28)))
    rounded(sheet, (width / 2 - 11, sheet.height - 1.9, 22, 0.8), 0.4, _DARK)


def order(aside: Aside) -> Sheet:
    """An order's page in a shop's app."""
    sheet, told = Sheet(*_PHONES[aside.layout]), aside.details
    width, height = sheet.width, sheet.height
    color = _ORANGES[aside.layout]
    sheet.put(Layer.FORM, Fill(0, 0, width, height, (244, 244, 246)), Fill(0, 0, width, 33, color))
    status_bar(sheet, told["clock"], told["battery"], WHITE)
    bar(sheet, "订单详情", WHITE)
    put(sheet, (6, 23), "交易成功", Style(Font.HEI, 12, WHITE, 0.08))
    put(sheet, (6, 28), "感谢您的惠顾，欢迎再次光临", Style(Font.HEI, 6.5, WHITE))
    rounded(sheet, (3, 31, width - 6, 13), 1.4, WHITE)
    put(sheet, (7, 36), told["receiver"], Style(Font.HEI, 7.5, _DARK))
    put(sheet, (7, 40.6), told["address"], Style(Font.HEI, 7, GRAY), fit=width - 15)
    y = _goods(sheet, aside, 46.0)
    rows = (
        ("订单编号", told["number"]),
        ("创建时间", told["placed"]),
        ("付款时间", told["paid"]),
        ("支付方式", told["pay"]),
        ("发票类型", told["invoice"]),
        ("发票抬头", "企业"),
    )
    rounded(sheet, (3, y, width - 6, len(rows) * 5.2 + 4), 1.4, WHITE)
    for i, (name, value) in enumerate(rows):
        line = y + 5 + i * 5.2
        put(sheet, (7, line), name, Style(Font.HEI, 7, GRAY))
        put(sheet, (24, line), value, Style(Font.HEI, 7, _DARK), fit=width - 32)
    _buttons(sheet, ("再次购买", "查看发票", "联系客服"), color)
    return sheet


def _goods(sheet: Sheet, aside: Aside, top: float) -> float:
    """What was bought and what it came to; gives where the next card begins."""
    width, rng = sheet.width, aside.rng()
    tall = 7 + len(aside.lines) * 14 + 17
    rounded(sheet, (3, top, width - 6, tall), 1.4, WHITE)
    put(sheet, (7, top + 5), aside.details["shop"], Style(Font.HEI, 7.5, _DARK, 0.05))
    for i, (name, price, count) in enumerate(aside.lines):
        y = top + 7 + i * 14
        rounded(sheet, (7, y, 12, 12), 0.8, rng.choice(_FACES))
        rounded(sheet, (9.4, y + 2.6, 7.2, 6.6), 0.6, (240, 238, 230))
        for j, row in enumerate(lines_of(name, Style(Font.HEI, 7), width - 46)[:2]):
            put(sheet, (21, y + 3.4 + j * 3.3), row, Style(Font.HEI, 7, _DARK))
        put(sheet, (width - 7, y + 3.4), price, Style(Font.SANS, 7.5, _DARK), "right")
        put(sheet, (width - 7, y + 7.2), count, Style(Font.SANS, 6.5, GRAY), "right")
    y = top + 7 + len(aside.lines) * 14
    sums = (
        ("商品总价", aside.details["goods"]),
        ("店铺优惠", aside.details["off"]),
        ("实付款", f"¥{aside.total:.2f}"),
    )
    for i, (name, value) in enumerate(sums):
        last = i == len(sums) - 1
        ink = _ORANGES[aside.layout] if last else GRAY
        line = y + 4 + i * 4.6
        put(sheet, (7, line), name, Style(Font.HEI, 7, _DARK if last else GRAY))
        face = Style(Font.SANS, 9 if last else 7, ink, 0.05 if last else 0.0)
        put(sheet, (width - 7, line), value, face, "right")
    return top + tall + 2


def _buttons(sheet: Sheet, names: tuple[str, ...], color: Color) -> None:
    width, top = sheet.width, sheet.height - 13
    sheet.put(Layer.FORM, Fill(0, top, width, 13, WHITE))
    for i, name in enumerate(reversed(names)):
        x = width - 20 * (i + 1)
        rounded(sheet, (x, top + 2.6, 17.5, 6), 3, color if i == 1 else (226, 226, 230))
        ink = WHITE if i == 1 else _DARK
        put(sheet, (x + 8.75, top + 6.7), name, Style(Font.HEI, 7, ink), "center")
    rounded(sheet, (width / 2 - 11, sheet.height - 1.9, 22, 0.8), 0.4, _DARK)


def claim(aside: Aside) -> Sheet:
    """A page with the code behind which an invoice waits: a till's slip, or a phone's screen."""
    return _claim_slip(aside) if aside.layout != 1 else _claim_screen(aside)


def _claim_rows(aside: Aside) -> tuple[tuple[str, str], ...]:
    told = aside.details
    return (
        ("商户", told["seller"]),
        ("订单号", told["order"]),
        ("交易时间", f"{aside.date:%Y-%m-%d} {told['time']}"),
        ("可开票金额", f"¥{aside.total:.2f}"),
        ("有效期至", told["until"]),
    )


def _claim_slip(aside: Aside) -> Sheet:
    kept = aside.layout == 2
    sheet = Sheet(80.0 if kept else 58.0, 118.0)
    middle, ink = sheet.width / 2, (56, 54, 58)
    sheet.put(Layer.FORM, Fill(0, 0, sheet.width, sheet.height, (250, 249, 247)))
    title = "电子发票领取凭证" if kept else "开票二维码"
    put(sheet, (middle, 10), title, Style(Font.HEI, 13, ink, 0.1), "center")
    style = Style(Font.HEI, 7.5, ink)
    for i, (name, value) in enumerate(_claim_rows(aside)):
        put(sheet, (4, 18 + i * 5), f"{name}：{value}", style, fit=sheet.width - 8)
    dashes(sheet, 45, ink)
    qr.put(sheet, Layer.FORM, (middle - 17, 49), aside.details["url"], size=34, color=ink)
    notes = (
        "扫一扫　开具电子发票",
        "请核对抬头及税号，一经开具不予换开",
        "本凭证不作为报销依据",
    )
    for i, note in enumerate(notes):
        size = 9.5 if i == 0 else 7
        at = (middle, 91 + i * 5)
        put(sheet, at, note, Style(Font.HEI, size, ink), "center", sheet.width - 6)
    put(sheet, (middle, 112), "谢谢惠顾", style, "center")
    return sheet


def _claim_screen(aside: Aside) -> Sheet:
    sheet = Sheet(*_PHONES[0])
    width, color = sheet.width, _ORANGES[aside.seed % len(_ORANGES)]
    sheet.put(Layer.FORM, Fill(0, 0, width, sheet.height, color))
    status_bar(sheet, aside.details["time"], "64", WHITE)
    bar(sheet, "扫码开票", WHITE)
    rounded(sheet, (5, 24, width - 10, 96), 2.4, WHITE)
    put(sheet, (width / 2, 34), "扫一扫领取发票", Style(Font.HEI, 13, _DARK, 0.08), "center")
    put(sheet, (width / 2, 39.5), aside.details["seller"], Style(Font.HEI, 7, GRAY), "center", 52)
    qr.put(sheet, Layer.FORM, (width / 2 - 19, 44), aside.details["url"], size=38)
    for i, (name, value) in enumerate(_claim_rows(aside)[1:]):
        y = 91 + i * 6
        put(sheet, (9, y), name, Style(Font.HEI, 7, GRAY))
        put(sheet, (width - 9, y), value, Style(Font.SANS, 7, _DARK), "right", 40)
    note = "长按识别二维码，填写抬头后发票将发送至邮箱"
    put(sheet, (width / 2, 127), note, Style(Font.HEI, 6.5, WHITE), "center", width - 8)
    return sheet
