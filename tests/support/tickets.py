"""Tickets written down as runs of text, and what tests of their readers ask of a reading.

All companies, people and numbers are invented; check characters and CRCs are right.
"""

from models.invoice import FieldName, Invoice
from models.page import Code
from models.taxqr import crc16
from tests.support.forms import Tokens
from tests.support.layouts import code, run


def qr(body: str) -> Code:
    return code(f"{body}{crc16(body.encode()):04X}", x=1500, y=600)


def contested(invoice: Invoice, name: FieldName) -> bool:
    evidence = invoice.fields[name]
    return evidence.confidence <= 0.5 and not evidence.confirmed_by


TAXI_LABELS = ("公司电话：", "车号：", "证号：", "日期：", "上车：", "下车：", "单价：", "里程：")
TAXI_VALUES = ("24/11/14", "08:12", "08:47", "2.20", "18.3", "00:02:11", "52.0")
TAXI_HEAD = (
    run(100, 40, "云川省云栖市通用机打发票"),
    run(100, 100, "发票代码"),
    run(200, 100, "15101182B006"),
    run(100, 130, "发票号码"),
    run(200, 130, "47120863"),
    run(120, 180, "出租车专用"),
)


def taxi(shift: float = 0.0, stretch: float = 1.0) -> Tokens:
    """A strip whose values stand `shift` rows below their labels."""
    labels = (*TAXI_LABELS, "等候：", "金额：", "卡号：")
    left = [run(100, 240 + 40 * i, text) for i, text in enumerate(labels)]
    right = [
        run(300, 240 + 40 * ((3 + i) * stretch + shift), text) for i, text in enumerate(TAXI_VALUES)
    ]
    return (*TAXI_HEAD, *left, *right)


TOLL = (
    run(80, 40, "云川省高速公路车辆通行费专用发票"),
    run(80, 100, "发票代码"),
    run(180, 100, "151011904312"),
    run(80, 130, "发票号码"),
    run(180, 130, "05821694"),
    run(80, 200, "入"),
    run(140, 200, "口：柏屿"),
    run(80, 240, "出　口：蓝津"),
    run(80, 280, "车型：一型客"),
    run(80, 320, "金_額："),
    run(180, 320, "75.00元"),
    run(80, 360, "收费员：刘一"),
    run(80, 400, "日期：2021-09-27"),
    run(80, 440, "时间：22:02:13"),
)

QUOTA = (
    run(80, 40, "云川省通用定额发票"),
    run(80, 100, "发票代码"),
    run(180, 100, "151011904312"),
    run(80, 130, "发票号码"),
    run(180, 130, "05821694"),
    run(120, 200, "伍拾元整"),
    run(300, 200, "￥50.00"),
    run(80, 260, "开票日期：　　年　　月　　日"),
)

SHIP = (
    run(80, 40, "云川省水路客运统一船票"),
    run(80, 90, "发票代码"),
    run(180, 90, "151011904312"),
    run(80, 120, "发票号码"),
    run(180, 120, "05821694"),
    run(80, 170, "竹澳"),
    run(600, 170, "南麓岛"),
    run(80, 220, "开航日期2019-08-14"),
    run(330, 220, "开航时间"),
    run(430, 220, "18:55"),
    run(560, 220, "船名云帆8"),
    run(80, 260, "航次H858"),
    run(330, 260, "舱"),
    run(370, 260, "位三等舱"),
    run(80, 300, "票"),
    run(110, 300, "价￥427.00"),
    run(80, 340, "王一禾"),
    run(180, 340, "3101151964****3945"),
    run(800, 90, "副券"),
    run(760, 220, "08-14"),
    run(760, 300, "￥427.00"),
)

RAIL = (
    run(80, 60, "K204816"),
    run(120, 110, "云"),
    run(190, 110, "栖站"),
    run(330, 110, "D7316"),
    run(520, 110, "青禾站"),
    run(120, 150, "Yunqi"),
    run(80, 200, "2018年06月27日14:22开"),
    run(520, 200, "05车08A号"),
    run(80, 240, "¥47.5元"),
    run(520, 240, "二等座"),
    run(80, 280, "限乘当日当次车"),
    run(80, 320, "1101081988****0418林一禾"),
    run(120, 360, "买票请到12306 发货请到95306"),
    run(140, 390, "中国铁路祝您旅途愉快"),
    run(80, 430, "58213040071108K204816"),
    run(340, 430, "云栖售"),
)

ROLL = (
    run(80, 40, "云川增值税普通发票（卷票）"),
    run(80, 90, "发票代码"),
    run(180, 90, "044002000206"),
    run(80, 120, "发票号码"),
    run(180, 120, "98059872"),
    run(80, 170, "机打号码：98059872"),
    run(80, 200, "机器编号：496368723929"),
    run(80, 230, "销售方名称：青禾示例酒店管"),
    run(80, 260, "理有限公司"),
    run(80, 290, "纳税人识别号：91440300MA5XYT123G"),
    run(80, 320, "开票日期：2020-05-03 收款员：黄一"),
    run(80, 350, "购买方名称：云栖测试科技有限公司"),
    run(80, 380, "纳税人识别号：91110108MA01ABCD5T"),
    run(80, 440, "项目"),
    run(200, 440, "数量"),
    run(290, 440, "单价"),
    run(380, 440, "金额"),
    run(80, 470, "住宿服务*住宿费"),
    run(200, 500, "5402.60"),
    run(300, 500, "2013.00"),
    run(80, 530, "*住宿服务*会议"),
    run(80, 560, "住宿费"),
    run(290, 590, "670.60"),
    run(380, 590, "670.60"),
    run(80, 640, "合计金额（小写）：￥2683.60"),
    run(80, 670, "合计金额（大写）：贰仟陆佰捌拾叁"),
    run(80, 700, "圆陆角整"),
    run(80, 730, "校验码：98704 07253"),
    run(80, 760, "17270 31120"),
)
