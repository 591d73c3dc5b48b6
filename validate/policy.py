"""The policy: what a company decides for itself, as records a TOML file is read into.

Descriptions are Chinese because `piaohe policy show` prints them to finance people. Thresholds
have the defaults of domain.md 7.1 and 8; lists that only a company can know are empty, and the
rules that need them are then not evaluated.
"""

import datetime
from decimal import Decimal
from typing import Annotated, Literal
from zlib import crc32

from pydantic import Field, StringConstraints

from models.claim import Use
from models.finding import Severity
from models.record import Record

Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Yuan = Annotated[Decimal, Field(ge=0, le=Decimal("1e12"), allow_inf_nan=False)]
Days = Annotated[int, Field(ge=0, le=36500)]
OTHER_TIER = "其他"
"""The tier of every city that none names."""


class Entity(Record):
    """A company of our own, under whose name invoices may be made out."""

    name: str = Field(description="单位全称，与发票抬头一致")
    tax_id: str | None = Field(None, description="统一社会信用代码")
    aliases: tuple[str, ...] = Field((), description="也可接受的名称，如旧名称")
    established: datetime.date | None = Field(None, description="成立日期")


class Listed(Record):
    """A supplier that must not be paid: by name, by tax id, or both."""

    name: Word | None = Field(None, description="供应商名称")
    tax_id: Word | None = Field(None, description="供应商税号")
    reason: str = Field("", description="列入原因")


class Tier(Record):
    """A tier of cities; `limits` refer to it by name."""

    name: Word = Field(description="档次名称，如 一线")
    cities: tuple[Word, ...] = Field(description="属于这一档的城市")


class Limit(Record):
    """A standard for one category. Without a grade it holds for every grade, without a tier for
    every city; of those that fit the one that says most counts."""

    category: Word = Field(description="费用类别，如 HOTEL")
    amount: Yuan = Field(description="标准，元")
    per: Literal["invoice", "night", "person", "day"] = Field(
        "invoice", description="每张发票、每间夜、每人或每天"
    )
    grade: Word | None = Field(None, description="职级；不写为所有职级")
    tier: Word | None = Field(None, description="城市档次；不写为所有城市")


class Attachments(Record):
    """Papers that must come with an invoice."""

    need: tuple[Word, ...] = Field(description="须附的材料，全部都要")
    category: Word | None = Field(None, description="费用类别；不写为所有类别")
    above: Yuan = Field(Decimal(0), description="价税合计超过此数才需要，元")


class Seats(Record):
    """The seat classes a grade may travel in."""

    classes: tuple[Word, ...] = Field(description="可乘坐的席别或舱位")
    grade: Word | None = Field(None, description="职级；不写为所有职级")


class CalendarDays(Record):
    """Days that differ from the statutory calendar, or that it does not know yet."""

    holidays: tuple[datetime.date, ...] = Field((), description="另外放假的日子")
    workdays: tuple[datetime.date, ...] = Field((), description="另外上班的日子（调休）")


_ATTACHMENTS = (
    Attachments(category="MEETING", need=("会议通知", "签到表", "费用清单")),
    Attachments(category="TRAIN_EDU", need=("培训通知",), above=Decimal(1000)),
    Attachments(category="GIFT", need=("审批单", "领用名单")),
    Attachments(category="FREIGHT", need=("运输清单",)),
    Attachments(category="HOTEL", need=("水单",)),
    Attachments(need=("合同", "付款凭证", "验收单"), above=Decimal(50000)),
)


class Policy(Record):
    """All a company decides; `severity` replaces a rule's severity, whatever it would choose."""

    version: str = Field("", description="制度版本，记入每张发票的校验结果")
    effective: datetime.date | None = Field(None, description="生效日期")
    max_age_days: Days = Field(365, description="R-DATE-03：开票超过多少天需人工确认")
    clock_skew_days: Days = Field(1, description="R-DATE-02：晚于今天几天以内视为时钟误差")
    settlement: str = Field(
        "05-31",
        pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$",
        description="R-DATE-04：汇算清缴截止日（次年），月-日",
    )
    code_max_age_years: int = Field(4, ge=0, description="R-CODE-04：发票代码最多早于开票几年")
    min_confidence: float = Field(0.6, ge=0, le=1, description="低于此识别置信度的字段不参与校验")
    low_confidence: float = Field(0.8, ge=0, le=1, description="R-DOC-06：低于此置信度需人工确认")
    line_tax_info: Decimal = Field(Decimal("0.01"), description="R-AMT-05：行税额误差提示，元")
    line_tax_warn: Decimal = Field(Decimal("0.06"), description="R-AMT-05：行税额误差警告，元")
    max_total: Yuan = Field(Decimal(1_000_000), description="R-AMT-14：单张发票金额上限，元")
    legacy_until: datetime.date = Field(
        datetime.date(2026, 6, 30), description="R-DATE-07：此日后仍开具的旧票种需人工确认"
    )
    paper_tickets_until: datetime.date = Field(
        datetime.date(2025, 9, 30), description="R-DATE-06：纸质铁路、航空客票可报销的最后乘坐日"
    )
    travel_after_issue_days: Days = Field(180, description="R-DATE-08：乘坐日最多晚于开票几天")
    issue_after_travel_days: Days = Field(365, description="R-DATE-08：开票最多晚于乘坐几天")
    invoice_tax_warn: Decimal = Field(Decimal("1.00"), description="R-AMT-06：整票税额误差警告，元")
    invoice_tax_reject: Decimal = Field(
        Decimal("1.27"), description="R-AMT-06：整票税额误差拒绝，元"
    )
    sole_trader_limit: Yuan = Field(
        Decimal(100_000), description="R-PTY-05：个体工商户发票超过多少元提示"
    )
    seal_similarity: float = Field(
        0.6, ge=0, le=1, description="R-SEAL-02：印章文字与销售方名称至少多相似"
    )
    buyer_required: bool = Field(True, description="R-BUY-03：普通发票也必须有购买方")
    near_days: Days = Field(3, description="R-SEQ-01/02：相隔几天以内视为同时")
    serial_gap: int = Field(2, ge=1, le=1000, description="R-SEQ-01：号码相差不超过多少为连号")
    serial_least: int = Field(3, ge=2, description="R-SEQ-01：连号至少几张")
    same_day_least: int = Field(6, ge=2, description="R-SEQ-03：同一销售方一天至少几张")
    approval_limits: tuple[Yuan, ...] = Field(
        (Decimal(1000), Decimal(3000), Decimal(5000)), description="R-SEQ-02：审批限额，元"
    )
    below_limit: Decimal = Field(
        Decimal("0.05"), gt=0, lt=1, description="R-SEQ-02：低于限额多大比例以内视为接近"
    )
    roll_length: int = Field(200, ge=1, description="R-SEQ-04：号码相差多少以内视为同一卷出租车票")
    ride_minutes: int = Field(
        30, ge=1, le=1440, description="R-SEQ-05：不知到达时间的行程至少算多少分钟"
    )
    portal_days: Days = Field(2, description="R-VER-01：开票几天后查无此票才算问题")
    trip_slack_days: Days = Field(1, description="R-POL-03：票据日期可在行程前后几天")
    holiday_categories: tuple[Word, ...] = Field(
        (), description="R-DATE-09：只对这些费用类别提示节假日；空为所有类别"
    )
    sensitive_words: tuple[Word, ...] | None = Field(
        None, description="R-ITEM-04：敏感品目的词；不写用自带词表（validate/data/items.toml）"
    )
    prepaid_words: tuple[Word, ...] | None = Field(
        None, description="R-ITEM-05：不予报销的预付、充值品目的词；不写用自带词表"
    )
    vague_names: tuple[Word, ...] | None = Field(
        None, description="R-ITEM-02：笼统的品名；不写用自带词表"
    )
    undeductible_categories: tuple[Word, ...] = Field(
        ("MEAL",), description="R-DED-02：进项税不得抵扣的费用类别"
    )
    undeductible_uses: tuple[Use, ...] = Field(
        tuple(use for use in Use if use is not Use.BUSINESS),
        description="R-DED-02：进项税不得抵扣的用途",
    )
    ride_hailing_general_credit: Literal["allow", "warn", "deny"] = Field(
        "warn", description="网约车等旅客运输电子普通发票：可抵扣、须人工确认或不可抵扣"
    )
    severity: dict[str, Severity] = Field(
        default_factory=dict, description="按规则编号改变严重程度：reject、warn 或 info"
    )
    entities: tuple[Entity, ...] = Field((), description="本单位")
    staff: tuple[Word, ...] = Field((), description="R-DED-04：本单位人员姓名")
    blacklist: tuple[Listed, ...] = Field((), description="R-PTY-06：风险供应商")
    tiers: tuple[Tier, ...] = Field((), description="城市档次；其余城市为“其他”")
    limits: tuple[Limit, ...] = Field((), description="R-POL-01/02：费用标准")
    attachments: tuple[Attachments, ...] = Field(_ATTACHMENTS, description="R-POL-05：须附的材料")
    seats: tuple[Seats, ...] = Field((), description="R-POL-08：席别和舱位标准")
    calendar: CalendarDays = Field(CalendarDays(), description="工作日历的补充")

    @property
    def mark(self) -> str:
        """Version and a check sum of the contents, such as "2026-07+1f0c9a3e": what is recorded
        with a judgement, for a version may have been edited without a new name."""
        return f"{self.version or 'default'}+{crc32(self.model_dump_json().encode()):08x}"

    def tier_of(self, city: str) -> str:
        """The tier of a city, "其他" where none names it. "北京市" is 北京."""
        plain = city.removesuffix("市")
        for tier in self.tiers:
            if any(plain == known.removesuffix("市") for known in tier.cities):
                return tier.name
        return OTHER_TIER
