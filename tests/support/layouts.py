"""Invoices written down as positioned runs of text, for tests of everything after the engine.

All companies, people and numbers are invented; check characters and CRCs are right.
"""

from models.geometry import Box
from models.page import Code, Page, Source, Token

HALF_WIDTH = 10.0
HEIGHT = 20.0


def run(x: float, y: float, text: str, *, confidence: float = 1.0) -> Token:
    """A run of text with its top-left corner at (x, y): 10 px a Latin, 20 px a Chinese letter."""
    width = sum(2 * HALF_WIDTH if ord(char) > 0x2E7F else HALF_WIDTH for char in text)
    return Token(text, Box(x, y, x + width, y + HEIGHT), confidence, Source.OCR)


def page(width: int = 1700, height: int = 1100, text: tuple[Token, ...] = ()) -> Page:
    """A page that has no picture; drawing it is an error."""

    def draw(*_: object) -> None:
        raise AssertionError("this page must not be drawn")

    return Page(0, width, height, text, draw, draw, is_picture=not text)  # type: ignore[arg-type]


def code(payload: str, x: float = 60, y: float = 40, side: float = 120) -> Code:
    corners = ((x, y), (x + side, y), (x + side, y + side), (x, y + side))
    return Code(payload, corners, "test")


DIGITAL_QR = "01,31,,26442000000087654321,10600.00,20260315,,9E9D"
DIGITAL = (
    run(560, 60, "电子发票（增值税专用发票）"),
    run(1260, 100, "发票号码："),
    run(1380, 100, "26442000000087654321"),
    run(1260, 150, "开票日期："),
    run(1380, 150, "2026年03月15日"),
    run(100, 270, "名称："),
    run(180, 270, "云栖测试科技有限公司"),
    run(900, 270, "名称："),
    run(980, 270, "青禾示例酒店管理有限公司"),
    run(100, 350, "统一社会信用代码/纳税人识别号："),
    run(440, 350, "91110108MA01ABCD5T"),
    run(900, 350, "统一社会信用代码/纳税人识别号："),
    run(1240, 350, "91440300MA5XYT123G"),
    run(120, 420, "项目名称"),
    run(360, 420, "规格型号"),
    run(560, 420, "单 位"),
    run(760, 420, "数 量"),
    run(960, 420, "单 价"),
    run(1160, 420, "金 额"),
    run(1270, 420, "税率/征收率"),
    run(1550, 420, "税 额"),
    run(100, 460, "*住宿服务*住宿费"),
    run(565, 460, "天"),
    run(790, 460, "20"),
    run(960, 460, "500"),
    run(1140, 460, "10000.00"),
    run(1300, 460, "6%"),
    run(1550, 460, "600.00"),
    run(100, 490, "（含早餐）"),
    run(180, 720, "合"),
    run(320, 720, "计"),
    run(1130, 720, "¥10000.00"),
    run(1540, 720, "¥600.00"),
    run(140, 780, "价税合计（大写）"),
    run(500, 780, "ⓧ壹万零陆佰圆整"),
    run(1160, 780, "（小写）"),
    run(1260, 780, "¥10600.00"),
    run(100, 880, "购方开户银行:示例银行云栖支行;"),
    run(150, 1030, "开票人："),
    run(240, 1030, "林一禾"),
)
"""A 数电专票, every label and value a run of its own."""

PAPER_QR = "01,01,4400194130,01234567,1000.00,20200105,,72BE"
PAPER = (
    run(620, 60, "广东增值税专用发票"),
    run(260, 80, "4400194130"),
    run(1180, 80, "No 01234567"),
    run(1450, 70, "4400194130"),
    run(1450, 100, "01234567"),
    run(1180, 140, "开票日期：2020年01月05日"),
    run(140, 220, "名"),
    run(240, 220, "称：云栖测试科技有限公司"),
    run(140, 255, "纳税人识别号：91110108MA01ABCD5T"),
    run(140, 290, "地址、电话："),
    run(280, 290, "云栖市测试路1号010-00000000"),
    run(140, 325, "开户行及账号："),
    run(300, 325, "示例银行 6200000000000000000"),
    run(960, 220, "1*6<+81+574+9*2+/>0-39063/*"),
    run(960, 255, "-*0/968*624582>91*3/*1<6*42"),
    run(160, 380, "货物或应税劳务、服务名称"),
    run(500, 380, "规格型号"),
    run(660, 380, "单位"),
    run(780, 380, "数 量"),
    run(940, 380, "单 价"),
    run(1140, 380, "金 额"),
    run(1300, 380, "税率"),
    run(1450, 380, "税 额"),
    run(140, 415, "*文具*签字笔"),
    run(660, 415, "支"),
    run(800, 415, "500"),
    run(970, 415, "2"),
    run(1150, 415, "1000.00"),
    run(1300, 415, "13%"),
    run(1470, 415, "130.00"),
    run(200, 700, "合"),
    run(320, 700, "计"),
    run(1140, 700, "￥1000.00"),
    run(1460, 700, "￥130.00"),
    run(160, 750, "价税合计（大写）"),
    run(520, 750, "壹仟壹佰叁拾圆整"),
    run(1160, 750, "（小写）￥1130.00"),
    run(140, 810, "名"),
    run(240, 810, "称：青禾示例文具店"),
    run(140, 845, "纳税人识别号：91440300MA5XYT123G"),
    run(140, 880, "地址、电话："),
    run(140, 915, "开户行及账号："),
    run(140, 980, "收款人：周一"),
    run(500, 980, "复核：吴二"),
    run(860, 980, "开票人：郑三"),
    run(1240, 980, "销售方：（章）"),
)
"""A 增值税专用发票 as an engine reads a scan: labels glued to values, No glued to its number."""
