"""Layouts of asides that are pages: 行程单, 电子回单, contracts, a hotel's 结算单, a 销货清单."""

from dataclasses import dataclass

from synth.aside import Aside
from synth.draw.aside_parts import (
    GRAY,
    company_stamp,
    lines_of,
    put,
    scribble,
)
from synth.draw.billparts import width_of
from synth.draw.sheet import Align, Color, Fill, Layer, Pen, Picture, Sheet, Style, Text
from synth.fonts import Font

_DARK: Color = (32, 32, 36)
_A4 = (210.0, 297.0)


@dataclass(frozen=True, slots=True)
class _Table:
    """A table: its headings, the right edge of each column (mm), where cells stand, its rows."""

    headings: tuple[str, ...]
    edges: tuple[float, ...]
    aligns: tuple[Align, ...]
    pitch: float
    head: Color | None
    pen: Pen
    style: Style

    def put(self, sheet: Sheet, top: float, rows: tuple[tuple[str, ...], ...]) -> float:
        """Draw it below `top`; gives its lower edge. Long cells take two lines."""
        left, right = self.edges[0], self.edges[-1]
        bold = Style(self.style.font, self.style.size, self.style.color, 0.05)
        if self.head:
            sheet.put(Layer.FORM, Fill(left, top, right - left, self.pitch, self.head))
        y = top
        for number, row in enumerate((self.headings, *rows)):
            style = bold if number == 0 else self.style
            cells = [
                lines_of(text, style, end - start - 1.6)[:2]
                for text, start, end in zip(row, self.edges, self.edges[1:], strict=False)
            ]
            deep = self.pitch + (max(1, *map(len, cells)) - 1) * 3.6
            for i, lines in enumerate(cells):
                self._cell(sheet, (i, y, deep), lines, style)
            sheet.line(left, y, right, y, self.pen)
            y += deep
        sheet.line(left, y, right, y, self.pen)
        return y

    def _cell(
        self, sheet: Sheet, at: tuple[int, float, float], lines: list[str], style: Style
    ) -> None:
        i, y, deep = at
        start, end = self.edges[i], self.edges[i + 1]
        align = self.aligns[i]
        x = {"left": start + 1, "center": (start + end) / 2, "right": end - 1}[align]
        first = y + deep / 2 + 1.15 - (len(lines) - 1) * 1.8
        for j, line in enumerate(lines):
            put(sheet, (x, first + j * 3.6), line, style, align)


def trips(aside: Aside) -> Sheet:
    """The list of rides: three companies' ways of setting it out."""
    return (_trips_wide, _trips_plain, _trips_ruled)[aside.layout](aside)


_TRIP_HEADINGS = ("序号", "车型", "上车时间", "城市", "起点", "终点", "里程[公里]", "金额[元]")
_TRIP_ALIGNS: tuple[Align, ...] = (
    "center",
    "left",
    "left",
    "left",
    "left",
    "left",
    "right",
    "right",
)


def _trips_wide(aside: Aside) -> Sheet:
    sheet, told = Sheet(*_A4), aside.details
    color = ((236, 112, 32), (32, 136, 112), (44, 96, 188))[aside.seed % 3]
    sheet.put(Layer.FORM, Fill(14, 15, 3, 9, color))
    put(sheet, (20, 22), told["brand"], Style(Font.HEI, 17, color, 0.15))
    title = f"{told['brand']}—行程单"
    put(sheet, (105, 38), title, Style(Font.HEI, 18, _DARK, 0.1), "center")
    put(sheet, (105, 44.5), "TRIP TABLE", Style(Font.SANS, 10, GRAY, spacing=0.5), "center")
    sheet.line(14, 49, 196, 49, Pen(GRAY, 0.25))
    put(sheet, (14, 57), f"申请日期：{told['asked']}", Style(Font.HEI, 9, _DARK))
    between = f"行程起止日期：{told['from']} 至 {told['to']}"
    put(sheet, (196, 57), between, Style(Font.HEI, 9, _DARK), "right")
    put(sheet, (14, 63), f"行程人手机号：{told['phone']}", Style(Font.HEI, 9, _DARK))
    count = f"共{len(aside.lines)}笔行程，合计{aside.total:.2f}元"
    put(sheet, (14, 71), count, Style(Font.HEI, 10, _DARK, 0.06))
    edges = (14.0, 24.0, 42.0, 66.0, 82.0, 116.0, 150.0, 172.0, 196.0)
    pen, style = Pen((190, 190, 194), 0.15), Style(Font.HEI, 8, _DARK)
    table = _Table(_TRIP_HEADINGS, edges, _TRIP_ALIGNS, 8.5, (240, 240, 242), pen, style)
    bottom = table.put(sheet, 75, aside.lines)
    note = "说明：行程单仅作行程信息证明，不作为报销凭证，请与对应的电子发票一并使用"
    put(sheet, (14, bottom + 7), note, Style(Font.HEI, 7.5, GRAY))
    put(sheet, (105, 286), "页码：1/1", Style(Font.HEI, 8, GRAY), "center")
    return sheet


def _trips_plain(aside: Aside) -> Sheet:
    sheet, told = Sheet(*_A4), aside.details
    put(sheet, (105, 26), "行程报销单", Style(Font.SONG, 20, (0, 0, 0), 0.2, 1.5), "center")
    style = Style(Font.SONG, 10)
    pairs = (
        (f"用车平台：{told['brand']}", f"报销流水号：{told['serial']}"),
        (f"申请时间：{told['asked']}", f"手机号码：{told['phone']}"),
        (
            f"行程时间：{told['from']}至{told['to']}",
            f"合计：{len(aside.lines)}单　{aside.total:.2f}元",
        ),
    )
    for i, (one, two) in enumerate(pairs):
        put(sheet, (16, 38 + i * 6.4), one, style)
        put(sheet, (112, 38 + i * 6.4), two, style)
    headings = ("序号", "服务商", "上车时间", "城市", "出发地", "目的地", "公里数", "实付金额(元)")
    edges = (16.0, 26.0, 46.0, 70.0, 86.0, 120.0, 154.0, 170.0, 194.0)
    table = _Table(
        headings, edges, _TRIP_ALIGNS, 9.5, None, Pen((0, 0, 0), 0.2), Style(Font.SONG, 8.5)
    )
    bottom = table.put(sheet, 58, aside.lines)
    for x in edges:
        sheet.line(x, 58, x, bottom, Pen((0, 0, 0), 0.2))
    put(
        sheet,
        (194, bottom + 8),
        f"总金额：￥{aside.total:.2f}",
        Style(Font.SONG, 11, weight=0.12),
        "right",
    )
    stamp = company_stamp(f"{told['brand']}科技有限公司", "行程专用章")
    sheet.put(Layer.SEAL, Picture(148, bottom + 8, 34, 34, stamp))
    return sheet


def _trips_ruled(aside: Aside) -> Sheet:
    sheet, told = Sheet(_A4[1], _A4[0]), aside.details
    color = (98, 60, 160)
    sheet.put(Layer.FORM, Fill(0, 0, sheet.width, 20, color))
    put(
        sheet,
        (14, 13),
        f"{told['brand']}　企业用车行程明细",
        Style(Font.HEI, 15, (255, 255, 255)),
        "left",
    )
    count = f"共 {len(aside.lines)} 次　总计 {aside.total:.2f} 元"
    words = f"{told['phone']}　{told['from']} ~ {told['to']}　{count}"
    put(sheet, (14, 30), words, Style(Font.HEI, 10, _DARK))
    edges = (14.0, 28.0, 56.0, 92.0, 116.0, 168.0, 220.0, 250.0, 283.0)
    headings = ("No.", "车型", "时间", "城市", "上车地点", "下车地点", "里程(km)", "费用(元)")
    table = _Table(
        headings,
        edges,
        _TRIP_ALIGNS,
        9.5,
        (236, 230, 246),
        Pen(color, 0.12),
        Style(Font.HEI, 9, _DARK),
    )
    bottom = table.put(sheet, 36, aside.lines)
    put(sheet, (14, bottom + 8), f"行程信息编号 {told['serial']}", Style(Font.HEI, 8, GRAY))
    return sheet


def bank(aside: Aside) -> Sheet:
    """A bank's 电子回单, half of a page."""
    sheet, told = Sheet(210, 140 if aside.layout != 1 else 132), aside.details
    color: Color = ((190, 30, 44), (24, 74, 150), (18, 120, 96))[aside.layout]
    put(sheet, (14, 16), told["bank"], Style(Font.HEI, 15, color, 0.15))
    title = ("电子回单", "客户专用回单", "网上银行电子回单")[aside.layout]
    put(sheet, (105, 17), title, Style(Font.HEI, 17, _DARK, 0.1), "center")
    put(sheet, (14, 26), f"回单编号：{told['receipt']}", Style(Font.SONG, 9))
    day = f"交易日期：{aside.date:%Y年%m月%d日}"
    put(sheet, (196, 26), day, Style(Font.SONG, 9), "right")
    _accounts(sheet, aside, color)
    rows = (
        ("币种", "人民币　CNY"),
        ("金额（大写）", told["words"]),
        ("金额（小写）", f"￥{aside.total:,.2f}"),
        ("摘要", told["purpose"]),
        ("交易流水号", told["serial"]),
        ("交易时间", f"{aside.date:%Y-%m-%d} {told['time']}"),
    )
    y = 57.0
    for i, (name, value) in enumerate(rows):
        x, line = (14.0, y + (i // 2) * 9.0) if i % 2 == 0 else (105.0, y + (i // 2) * 9.0)
        end = 105.0 if i % 2 == 0 else 196.0
        sheet.frame(x, line, end, line + 9, Pen(color, 0.18))
        sheet.line(x + 24, line, x + 24, line + 9, Pen(color, 0.18))
        put(sheet, (x + 12, line + 5.7), name, Style(Font.SONG, 9, _DARK), "center", 23)
        style = Style(Font.SONG, 9)
        sheet.put(Layer.PRINT, Text(x + 26, line + 5.7, value, style, fit=end - x - 28))
    notes = (
        f"验证码：{told['check']}　　打印次数：1次（重复打印无效）",
        "重要提示：本回单仅表明该笔款项已支付，不作为发货或收款依据，如已打印发票请勿重复报销。",
    )
    for i, note in enumerate(notes):
        put(sheet, (14, 92 + i * 6), note, Style(Font.SONG, 8, GRAY))
    stamp = company_stamp(f"{told['bank']}股份有限公司", "电子回单专用章")
    sheet.put(Layer.SEAL, Picture(150, 80, 36, 36, stamp))
    return sheet


def _accounts(sheet: Sheet, aside: Aside, color: Color) -> None:
    """Payer and payee side by side: name, account, bank."""
    for x, word, role in ((14.0, "付款人", "payer"), (105.0, "收款人", "payee")):
        sheet.frame(x, 30, x + 91, 57, Pen(color, 0.18))
        sheet.line(x + 8, 30, x + 8, 57, Pen(color, 0.18))
        sheet.line(x + 24, 30, x + 24, 57, Pen(color, 0.18))
        sheet.column(Layer.FORM, (x + 4, 37), word, 7, Style(Font.SONG, 10, _DARK))
        for i, (name, key) in enumerate(
            (("户名", "name"), ("账号", "account"), ("开户行", "bank"))
        ):
            y = 30 + i * 9
            if i:
                sheet.line(x + 8, y, x + 91, y, Pen(color, 0.18))
            put(sheet, (x + 16, y + 5.7), name, Style(Font.SONG, 9, _DARK), "center")
            value = aside.details[f"{role}_{key}"]
            style = Style(Font.SONG, 9.5)
            sheet.put(Layer.PRINT, Text(x + 26, y + 5.7, value, style, fit=64))


def contract(aside: Aside) -> Sheet:
    """A page of a contract, signed and sealed."""
    sheet, told, rng = Sheet(*_A4), aside.details, aside.rng()
    face = (Font.SONG, Font.KAI, Font.HEI)[aside.layout]
    body = Style(face, 11, (24, 24, 28))
    put(sheet, (105, 32), told["title"], Style(face, 20, _DARK, 0.2, 1.2), "center")
    put(sheet, (188, 41), f"合同编号：{told['number']}", Style(face, 10, _DARK), "right")
    for i, (word, key) in enumerate((("甲方（需方）", "buyer"), ("乙方（供方）", "seller"))):
        put(sheet, (24, 51 + i * 7.5), f"{word}：{told[key]}", body, fit=160)
    y = 69.0
    for number, (clause,) in enumerate(aside.lines):
        text = clause if number == 0 else f"{'一二三四五六七八九十'[number - 1]}、{clause}"
        for line in lines_of(f"　　{text}", body, 162):
            put(sheet, (24, y), line, body)
            y += 6.6
        y += 1.2
    y = max(y + 8, 226.0)
    for x, word, key in ((26.0, "甲方（盖章）", "one"), (114.0, "乙方（盖章）", "two")):
        put(sheet, (x, y), f"{word}：", body)
        put(sheet, (x, y + 10), "授权代表：", body)
        scribble(sheet, (x + 22, y + 4, 24, 8), _DARK, rng)
        put(sheet, (x, y + 20), f"日期：{aside.date:%Y年%m月%d日}", body)
        name = told["buyer" if key == "one" else "seller"]
        stamp = company_stamp(name, "合同专用章")
        sheet.put(Layer.SEAL, Picture(x + 20, y - 16, 40, 40, stamp))
    put(sheet, (105, 287), "第 1 页　共 1 页", Style(face, 9, GRAY), "center")
    return sheet


def hotel(aside: Aside) -> Sheet:
    """A hotel's 结算单."""
    sheet, told = Sheet(210, 88 + len(aside.lines) * 7), aside.details
    put(sheet, (105, 18), told["seller"], Style(Font.SONG, 15, _DARK, 0.12), "center")
    put(sheet, (105, 27), "宾客结算单", Style(Font.SONG, 13, _DARK, 0.1, 1.0), "center")
    put(sheet, (105, 32.5), "GUEST FOLIO", Style(Font.SANS, 8, GRAY), "center")
    style = Style(Font.SONG, 9.5)
    pairs = (
        (f"宾客姓名 Guest: {told['guest']}", f"房号 Room: {told['room']}"),
        (f"结算单号: {told['order']}", f"离店日期: {aside.date:%Y-%m-%d} {told['time']}"),
    )
    for i, (one, two) in enumerate(pairs):
        sheet.put(Layer.PRINT, Text(16, 42 + i * 6, one, style), Text(120, 42 + i * 6, two, style))
    edges = (16.0, 96.0, 120.0, 156.0, 194.0)
    headings = ("消费项目 Description", "数量", "单价", "金额 Amount")
    aligns: tuple[Align, ...] = ("left", "center", "right", "right")
    table = _Table(headings, edges, aligns, 7.0, None, Pen(_DARK, 0.15), style)
    bottom = table.put(sheet, 53, aside.lines)
    for y, text in (
        (7, f"合计 Total: ￥{aside.total:.2f}"),
        (13, f"预收押金退还后实收: ￥{aside.total:.2f}"),
    ):
        put(sheet, (194, bottom + y), text, Style(Font.SONG, 10.5, weight=0.1), "right")
    put(sheet, (16, bottom + 13), "发票请于离店后30日内至前台开具", Style(Font.SONG, 8.5, GRAY))
    put(sheet, (16, bottom + 22), "宾客签名 Signature: ____________", style)
    scribble(sheet, (50, bottom + 15, 28, 8), _DARK, aside.rng())
    put(sheet, (130, bottom + 22), f"收银员: {told['clerk']}", style)
    return sheet


def goods_list(aside: Aside) -> Sheet:
    """A shop's 销货清单, printed on carbonless paper."""
    sheet, told = Sheet(_A4[0], 69.5 + max(7, len(aside.lines)) * 7.4), aside.details
    color: Color = ((60, 76, 140), (150, 60, 60), (40, 100, 80))[aside.layout]
    label = Style(Font.SONG, 10, color)
    put(sheet, (105, 14), told["seller"], Style(Font.SONG, 14, color, 0.1), "center")
    title = ("销　货　清　单", "销售清单（送货单）", "商品销货清单")[aside.layout]
    put(sheet, (105, 23), title, Style(Font.SONG, 15, color, 0.12), "center")
    ink = Style(Font.SONG, 10, (44, 44, 54), 0.06)
    pairs = ((14.0, "购货单位：", told["buyer"]), (128.0, "单号：", told["number"]))
    for x, name, value in (*pairs, (168.0, "", f"{aside.date:%Y-%m-%d}")):
        put(sheet, (x, 32), name, label)
        sheet.put(Layer.PRINT, Text(x + width_of(name, label), 32, value, ink, fit=88))
    edges = (14.0, 26.0, 96.0, 112.0, 130.0, 158.0, 194.0)
    headings = ("序号", "商品名称及规格", "单位", "数量", "单价", "金额")
    aligns: tuple[Align, ...] = ("center", "left", "center", "right", "right", "right")
    blank = max(0, 7 - len(aside.lines))
    rows = [(str(i + 1), *line) for i, line in enumerate(aside.lines)] + [("",) * 6] * blank
    table = _Table(
        headings, edges, aligns, 7.4, None, Pen(color, 0.2), Style(Font.SONG, 9.5, (44, 44, 54))
    )
    bottom = table.put(sheet, 36, tuple(rows))
    for x in edges:
        sheet.line(x, 36, x, bottom, Pen(color, 0.2))
    put(sheet, (16, bottom + 7), f"合计人民币（大写）：{told['words']}", label)
    put(sheet, (194, bottom + 7), f"￥{aside.total:.2f}", ink, "right")
    put(sheet, (16, bottom + 16), f"制单：{told['clerk']}　　　送货：　　　　收货人签字：", label)
    scribble(sheet, (110, bottom + 9, 24, 8), (34, 52, 128), aside.rng())
    stamp = company_stamp(told["seller"], "业务专用章")
    sheet.put(Layer.SEAL, Picture(146, bottom - 14, 36, 36, stamp))
    return sheet
