"""The words printed on the forms: labels, titles, and what belongs to no invoice (domain.md 1).

This is data a person who knows invoices can read and extend; how it is searched is in `words`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from models.forms import Form


class Label(StrEnum):
    """What a printed label announces."""

    CODE = "code"
    NUMBER = "number"
    DATE = "date"
    CHECK_CODE = "check_code"
    MACHINE_NO = "machine_no"
    NAME = "name"
    TAX_ID = "tax_id"
    ADDRESS = "address"
    BANK = "bank"
    ITEM = "item"
    SPEC = "spec"
    UNIT = "unit"
    QUANTITY = "quantity"
    UNIT_PRICE = "unit_price"
    AMOUNT = "amount"
    TAX_RATE = "tax_rate"
    TAX = "tax"
    SUM = "sum"
    WORDS = "words"
    TOTAL = "total"
    REMARK = "remark"
    PAYEE = "payee"
    REVIEWER = "reviewer"
    DRAWER = "drawer"
    SEAL = "seal"


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a label is printed.

    `pattern` is matched against text without spaces. `anywhere` labels are long or particular
    enough to be found inside a run ("收款人:张三复核:李四"); others count only where a run begins.
    """

    label: Label
    pattern: str
    anywhere: bool = False


_NOT_OF_ANOTHER = "".join(
    f"(?<!{before}{between})"
    for before in ("蓝字", "正数")
    for between in ("", "数电", "数电发", "发")
)
"""A red letter's remark names another invoice: 被红冲蓝字数电发票号码, 对应正数发票代码."""

SPELLINGS: tuple[Spelling, ...] = (
    Spelling(Label.CODE, rf"{_NOT_OF_ANOTHER}发票代码[:：]?", anywhere=True),
    Spelling(Label.NUMBER, rf"{_NOT_OF_ANOTHER}(?:数电)?发?票号码[:：]?", anywhere=True),
    Spelling(Label.NUMBER, r"(?:No|N[oO0]\.?|№)[:：.]?(?=\d{8})"),
    Spelling(Label.DATE, r"(?:开票|填开)日期[:：]?", anywhere=True),
    Spelling(Label.CHECK_CODE, r"校验码[:：]?", anywhere=True),
    Spelling(Label.MACHINE_NO, r"机器编号[:：]?", anywhere=True),
    Spelling(
        Label.TAX_ID,
        r"(?:统一社会信用代码[/／1l|]?)?纳税人识别[号码][:：]?|统一社会信用代码[:：]?",
        anywhere=True,
    ),
    Spelling(Label.ADDRESS, r"地址[、,.，]?电话[:：]?", anywhere=True),
    Spelling(Label.BANK, r"开户行及[账帐]号[:：]?", anywhere=True),
    Spelling(Label.NAME, r"(?:购买|销售)方名称[:：]"),
    Spelling(Label.NAME, r"名?称[:：]"),
    Spelling(Label.NAME, r"名称$"),
    Spelling(Label.ITEM, r"(?:货物.?应税劳务.{0,4}名?称?|.{0,4}应税劳务.{0,4}名称|项目名称)$"),
    Spelling(Label.SPEC, r"规格型号$", anywhere=True),
    Spelling(Label.UNIT, r"(?:面积)?单位$"),
    Spelling(Label.QUANTITY, r"数量$"),
    Spelling(Label.UNIT_PRICE, r"单价$"),
    Spelling(Label.AMOUNT, r"金额$"),
    Spelling(Label.TAX_RATE, r"税率(?:[/／]?征收率)?(?:\(%\))?$"),
    Spelling(Label.TAX, r"税额$"),
    Spelling(Label.WORDS, r"价税合计(?:\(?大写\)?)?[:：]?"),
    Spelling(Label.WORDS, r"\(大写\)[:：]?"),
    Spelling(Label.TOTAL, r"\(?小写\)?[:：]?", anywhere=True),
    Spelling(Label.TOTAL, r"(?:\(?小.?|写)\)?(?=[¥￥]\d)", anywhere=True),
    Spelling(Label.TOTAL, r"票价[:：]"),
    Spelling(Label.SUM, r"合计(?=$|[¥:：])"),
    Spelling(Label.REMARK, r"备注$"),
    Spelling(Label.PAYEE, r"收款人[:：]?", anywhere=True),
    Spelling(Label.REVIEWER, r"复核人?(?:[:：]|$)", anywhere=True),
    Spelling(Label.DRAWER, r"开票人[:：]?", anywhere=True),
    Spelling(Label.SEAL, r"销[售货](?:方|单位)[:：]?\(章\)", anywhere=True),
)

MISREAD_LABELS: tuple[tuple[str, Label], ...] = (
    ("统一社会信用代码/纳税人识别号", Label.TAX_ID),
    ("纳税人识别号", Label.TAX_ID),
    ("开户行及账号", Label.BANK),
    ("地址、电话", Label.ADDRESS),
    ("地址电话", Label.ADDRESS),
    ("发票代码", Label.CODE),
    ("发票号码", Label.NUMBER),
    ("开票日期", Label.DATE),
)
"""Labels long enough to be known with a character misread, where a run begins with them."""

SPLIT_LABELS: tuple[str, ...] = (
    "名称",
    "合计",
    "小计",
    "金额",
    "税额",
    "单价",
    "数量",
    "单位",
    "校验码",
    "税率",
    "项目名称",
)
"""Labels printed with wide gaps, whose characters may arrive as separate runs."""

COLUMNS: tuple[Label, ...] = (
    Label.ITEM,
    Label.SPEC,
    Label.UNIT,
    Label.QUANTITY,
    Label.UNIT_PRICE,
    Label.AMOUNT,
    Label.TAX_RATE,
    Label.TAX,
)
"""The columns of the table of lines, from left to right."""

MARGIN_CHARACTERS = frozenset("购买方销售货单位信息密码区备注购貨")
"""Single characters of labels printed downwards."""


TRADITIONAL = str.maketrans(
    "關稅進專繳書華國稱貨單數額價納證憑號碼開發購買賣銷項規機動車運輸據聯備註認",
    "关税进专缴书华国称货单数额价纳证凭号码开发购买卖销项规机动车运输据联备注认",
)
"""Characters of labels and titles in a calligraphic face, which OCR takes for traditional ones."""


@dataclass(frozen=True, slots=True)
class Title:
    """A printed title and the form it names; `anywhere` where it may stand at the foot as well."""

    pattern: re.Pattern[str]
    form: Form
    anywhere: bool = False


def _title(pattern: str, form: Form, *, anywhere: bool = False) -> Title:
    return Title(re.compile(pattern), form, anywhere)


TITLES: tuple[Title, ...] = (
    _title(r"电子发票\(?增值税专用发票", Form.DZ_SPECIAL),
    _title(r"电子发票\(?普通发票", Form.DZ_NORMAL),
    _title(r"电子发票\(?铁路电子客票", Form.RAIL_E),
    _title(r"电子发票\(?航空运输电子客票行程单", Form.AIR_E),
    _title(r"电子发票\(?机动车销售统一发票|机动车销售电子统一发票", Form.DZ_VEHICLE),
    _title(r"电子发票\(?二手车销售统一发票|二手车销售电子统一发票", Form.DZ_USED_CAR),
    _title(r"增值.?电.?专用发票", Form.VAT_E_SPECIAL),
    _title(r"增值.?电.?普通发票", Form.VAT_E_NORMAL),
    _title(r"增值.?专用发票", Form.VAT_SPECIAL),
    _title(r"增值.?普通发票\(?卷[票式]", Form.VAT_ROLL),
    _title(r"增值.?普通发票", Form.VAT_NORMAL),
    _title(r"机动车销售统一发票", Form.VEHICLE),
    _title(r"二手车销售统一发票", Form.USED_CAR),
    _title(r"深圳电子普通发票|区块链", Form.BLOCKCHAIN),
    _title(r"定额.{0,4}发票|发票\(?定额", Form.QUOTA),
    _title(r"通行费.{0,4}财政.{0,2}(?:电子)?票据", Form.TOLL_FISCAL),
    _title(r"车辆通行费$|车辆通行费.{0,8}发票|机打发票.{0,3}通行费", Form.TOLL_PAPER),
    # in some cities a taxi strip is a 通用机打发票 that says so on a line of its own
    _title(r"出租汽?车.{0,4}(?:专用)?发票|出租汽车.{0,8}票|出租汽?车专用|市出租汽", Form.TAXI),
    _title(r"通用机打发票|机打发票", Form.MACHINE),
    _title(r"航空运输电子客票行程单", Form.AIR_PAPER),
    _title(r"海关进口增值税专用缴款书", Form.CUSTOMS_VAT),
    _title(r"税收完税证明|税收缴款书|完税凭证\(", Form.TAX_CERT),
    _title(r"医疗.{0,6}门诊.{0,6}收费票据", Form.MED_OUT),
    _title(r"医疗.{0,6}住院.{0,6}收费票据", Form.MED_IN),
    _title(r"非税收入|财政票据|资金往来结算票据|捐赠.{0,6}票据|会费.{0,4}票据", Form.FISCAL),
    _title(r"汽车客?票|客运汽车票|公路汽.客票|(?:公路|道路)(?:旅客运输|.{0,2}客运)", Form.BUS),
    _title(r"船票|客船|轮渡|轮船|客轮|水[路上](?:旅客运输|.{0,2}客运)", Form.SHIP),
    _title(r"(?:过路|过桥|通行费|高速公路).{0,8}(?:发票|票据)", Form.TOLL_PAPER),
    _title(r"中国铁路|买票请到12306|限乘当日当次车|仅供报销使用", Form.RAIL_PAPER, anywhere=True),
    # titles under a seal: what only such a form prints names it as well
    _title(
        r"上车.{0,30}下车.{0,60}(?:里程|单价)|里程.{0,30}(?:等候|候时)",
        Form.TAXI,
        anywhere=True,
    ),
    _title(r"开航日期|开航时间", Form.SHIP, anywhere=True),
    _title(r"乘车日期.{0,80}(?:开车时间|发车时间|检票口)", Form.BUS, anywhere=True),
    _title(
        r"(?:入口.{0,20}出口|出口.{0,20}入口).{0,40}(?:车型|收费员)",
        Form.TOLL_PAPER,
        anywhere=True,
    ),
)
"""In order of precedence: the first that matches names the form."""


@dataclass(frozen=True, slots=True)
class Signs:
    """Labels only one form has: all of these patterns on a sheet whose title was not read."""

    form: Form
    patterns: tuple[re.Pattern[str], ...]


def _signs(form: Form, *patterns: str) -> Signs:
    return Signs(form, tuple(re.compile(pattern) for pattern in patterns))


SIGNS: tuple[Signs, ...] = (
    _signs(Form.USED_CAR, r"车价合计|登记证号|转入地", r"[买卖]方单位", r"车牌照号|厂牌型号"),
    _signs(Form.VEHICLE, r"厂牌型号", r"合格证号|不含税价", r"车辆识别代号|发动机号码"),
    _signs(Form.MACHINE, r"机打(?:代码|号码)", r"行业分类|开票单位|[付收]款(?:方|单位)"),
    _signs(Form.CUSTOMS_VAT, r"完税价格", r"税款金额|税号", r"收入机关|缴款期限|报关单"),
    _signs(Form.TAX_CERT, r"原凭证号|入\(退\)库", r"实缴\(退\)金额|税款所属"),
    _signs(Form.MED_IN, r"收款单位", r"住院(?:号|时间|科别)", r"票据(?:代码|号码)"),
    _signs(Form.MED_OUT, r"收款单位", r"门诊号", r"票据(?:代码|号码)"),
    _signs(Form.TOLL_FISCAL, r"收款单位", r"通行日期", r"票据(?:代码|号码)"),
    _signs(
        Form.FISCAL,
        r"[交缴]款(?:人|单位)",
        r"收款单位",
        r"票据(?:代码|号码)|收费项目|财政",
    ),
)
"""In order of precedence: the first of which everything is found names the form."""


@dataclass(frozen=True, slots=True)
class NonInvoice:
    """A page that comes along with invoices and is none, by the words that give it away."""

    pattern: re.Pattern[str]
    what: str


NON_INVOICES: tuple[NonInvoice, ...] = (
    NonInvoice(re.compile(r"(?<!客票)行程(?:报销)?单|行程信息"), "trip_list"),
    NonInvoice(
        re.compile(r"销售货物或者?提供应税劳务(?:、?服务)?清单|(?<!详见)(?<!详见附)销[货售]清单"),
        "sales_list",
    ),
    NonInvoice(re.compile(r"扫一扫.{0,4}(?:领取|开票)|开票二维码|领取发票"), "claim_page"),
    NonInvoice(re.compile(r"(?:签购单|持卡人存根|商户存根|POS)"), "pos_slip"),
    NonInvoice(re.compile(r"(?:电子回单|银行回单|回单编号|转账凭证)"), "bank_slip"),
    NonInvoice(re.compile(r"(?:收款收据|(?m:^收据)|结算单|消费清单)"), "receipt"),
    NonInvoice(re.compile(r"(?:合同编号|甲方.{0,30}乙方)"), "contract"),
)

COMPANY_ENDINGS = re.compile(
    r"(?:公司|集团|厂|店|部|中心|社|行|院|所|馆|局|队|站|学校|大学|医院|银行|事务所|合作社|个人|户|坊|铺|园|会|处|城|宫|楼|场)$"
)
"""How names of sellers and buyers end, for finding a name whose label was not read."""
