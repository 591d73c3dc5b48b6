"""The 数电票 XML: root EInvoice, in the versions and manners of its issuers (domain.md 5.1)."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from xml.etree.ElementTree import Element

from models.forms import Form
from models.invoice import LineItem
from synth import numbers
from synth.originals.dialects import Labels, Rates, XmlDialect
from synth.originals.markup import node, written
from synth.originals.special import CODES, has_section, sections
from synth.truth import Party, Truth
from synth.vat.lines import EXEMPT, UNTAXED

_SIGNED = "Header|EInvoiceData|SellerAuthentication|TaxSupervisionInfo"
_SORTS = {
    Form.DZ_SPECIAL: ("01", "增值税专用发票"),
    Form.DZ_NORMAL: ("02", "普通发票"),
}
_CLASSES = {
    "餐饮服务": "3070401",
    "住宿服务": "3070402",
    "人力资源服务": "3040803",
    "运输服务": "3010101",
    "经营租赁": "3040502",
    "生产生活服务": "3040502",
    "预付卡销售": "6010000",
    "建筑服务": "3050100",
    "汽油": "1070101",
    "柴油": "1070101",
}
"""The first digits of tax classification codes, by the short name before a line's own (3.6)."""
_SERVICES = re.compile(r"服务|租赁|劳务")
_CONFIRMATION = re.compile(r"红字发票信息确认单编号：(\d+)")


def can_draw(truth: Truth) -> bool:
    """Whether the invoice has an XML of this kind."""
    return truth.form in _SORTS


def draw_xml(truth: Truth, *, dialect: XmlDialect) -> bytes:
    """The XML of a 数电票; the same truth and dialect give the same bytes.

    Raises ValueError for a form that has no such XML.
    """
    if not can_draw(truth):
        raise ValueError(f"{truth.form} has no EInvoice XML")
    chance = Random(f"xml:{truth.kind}:{truth.seed}")
    clock = f"{chance.randint(8, 19):02d}:{chance.randint(0, 59):02d}:{chance.randint(0, 59):02d}"
    writer = _Writer(truth, dialect, f"{truth.day} {clock}", chance)
    return written(writer.root(), dialect.hand)


@dataclass(frozen=True, slots=True)
class _Writer:
    """The sections of one invoice. `time` is when it was issued."""

    truth: Truth
    dialect: XmlDialect
    time: str
    chance: Random

    def root(self) -> Element:
        dialect = self.dialect
        root = node("EInvoice", self._header(), self._data())
        if dialect.authentication:
            method = node("AuthenticationMethods", dialect.authentication)
            root.append(node("SellerAuthentication", method))
        root.append(self._supervision())
        if dialect.signed:
            root.append(self._signature())
        if dialect.platform_code:
            root.append(node("ptbh"))
        return root

    def _header(self) -> Element:
        truth, dialect = self.truth, self.dialect
        header = node("Header")
        if not dialect.bare:
            header.append(node("EIid", truth.number))
            header.append(node("EInvoiceTag", f"SWEI{truth.number[2:4]}00"))
        header.append(node("Version", dialect.version))
        if dialect.labels is not Labels.ABSENT:
            header.append(node("InherentLabel", *self._inherent()))
        if dialect.labels is Labels.EMPTY:
            header.append(node("UndefinedLabel", *(node("Label") for _ in range(3))))
        elif not dialect.bare and dialect.labels is not Labels.ABSENT:
            header.append(node("UndefinedLabel", *self._undefined()))
        return header

    def _inherent(self) -> Iterator[Element]:
        truth, labels = self.truth, self.dialect.labels
        taxpayer = ("5", "自然人") if _is_person(truth.seller) else ("1", "一般纳税人")
        for tag, code, name in (
            ("InIssuType", "N" if truth.total < 0 else "Y", "是否蓝字发票标志"),
            ("EInvoiceType", "01", "电子发票"),
            ("GeneralOrSpecialVAT", *_SORTS[truth.form]),
            ("TaxpayerType", *taxpayer),
        ):
            if labels is Labels.EMPTY:
                yield node(tag)
            elif labels is Labels.FULL:
                yield node(tag, node("LabelCode", code), node("LabelName", name))
            elif tag in ("EInvoiceType", "GeneralOrSpecialVAT"):
                yield node(tag, node("LabelName", name))

    def _undefined(self) -> Iterator[Element]:
        truth = self.truth
        stated = [
            ("企业行业性质类标签", f"{self.chance.randint(1, 30):02d}", "示例行业"),
            ("发票开具方式标签", "1", "网页开票"),
        ]
        rates = {item.tax_rate for item in truth.items}
        stated += [
            ("特定征税方式标签", code, mark)
            for code, mark in (("03", EXEMPT), ("04", UNTAXED))
            if mark in rates
        ]
        if (truth.extra.remark or "").startswith("差额征税"):
            stated.append(("特定征税方式标签", "01", "差额征税"))
        business = truth.extra.special_business
        if business in CODES:
            stated.append(("特定业务标签", CODES[business], business))
        for kind, code, name in stated:
            parts = (node("LabelType", kind), node("LabelCode", code), node("LabelName", name))
            yield node("Label", *parts)

    def _data(self) -> Element:
        truth, dialect = self.truth, self.dialect
        data = node(
            "EInvoiceData",
            _party("Seller", truth.seller, contact=not dialect.bare),
            _party("Buyer", truth.buyer, contact=not dialect.bare, phone_first=dialect.phone_first),
            self._basic(),
            *(self._line(index, item) for index, item in enumerate(truth.items)),
        )
        special = [*self._red(), *sections(truth)]
        if special or not dialect.bare:
            data.append(node("SpecificInformation", *special))
        if truth.extra.remark or not dialect.bare:
            data.append(node("AdditionalInformation", node("Remark", truth.extra.remark)))
        if dialect.platform_code:
            data[-1].append(node("Transaction", self._payment()))
        return data

    def _payment(self) -> Element:
        """How the passenger or guest of a platform paid."""
        return node(
            "TransactionRecord",
            node("PaymentChannel", "示例支付"),
            node("TransactionNumber", numbers.digits(self.chance, 28)),
        )

    def _basic(self) -> Element:
        truth, dialect = self.truth, self.dialect
        total = node("TotalTax-includedAmount", f"{truth.total:.2f}")
        words = node("TotalTax-includedAmountInChinese", truth.extra.total_in_words)
        drawer, time = node("Drawer", truth.extra.drawer), node("RequestTime", self.time)
        ends = [words, total, time, drawer] if dialect.words_first else [total, words, drawer, time]
        if dialect.bare:
            ends.remove(time)
        return node(
            "BasicInformation",
            node("TotalAmWithoutTax", f"{truth.amount or 0:.2f}"),
            node("TotalTaxAm", f"{truth.tax or 0:.2f}"),
            *ends,
        )

    def _line(self, index: int, item: LineItem) -> Element:
        amount, tax = item.amount or Decimal(0), item.tax or Decimal(0)
        spec, unit = item.spec, item.unit
        if self.dialect.columns and self.truth.extra.special_business == "建筑服务":
            spec, unit = self._columns(index)
        places = 6 if self.dialect.long_money else 2
        return node(
            "IssuItemInformation",
            node("ItemName", item.name),
            node("SpecMod", spec),
            node("MeaUnits", unit),
            node("Quantity", item.quantity),
            node("UnPrice", item.unit_price),
            node("Amount", f"{amount:.2f}"),
            node("TaxRate", self._rate(item.tax_rate)),
            node("ComTaxAm", f"{tax:.{places}f}"),
            node("TotaltaxIncludedAmount", f"{amount + tax:.{places}f}"),
            node("TaxClassificationCode", _class_code(item)),
        )

    def _columns(self, index: int) -> tuple[str | None, str | None]:
        found = {
            detail.name: detail.value for detail in self.truth.extra.details if detail.row == index
        }
        return found.get("建筑服务发生地"), found.get("建筑项目名称")

    def _rate(self, rate: str | None) -> str | None:
        """A rate in the dialect's manner.

        Untaxed lines have the rate zero and a label says why; where two labels would leave that
        open, or none can stand, the line says it itself.
        """
        if rate in (EXEMPT, UNTAXED):
            rates = {item.tax_rate for item in self.truth.items}
            labelled = self.dialect.labels is Labels.FULL
            if not labelled or {EXEMPT, UNTAXED} <= rates:
                return rate
            rate = "0%"
        if not rate or not rate.endswith("%"):
            return rate
        if self.dialect.rates is Rates.PERCENT:
            return rate
        share = Decimal(rate.removesuffix("%")) / 100
        return f"{share:.6f}" if self.dialect.rates is Rates.SIX else format(share.normalize(), "f")

    def _red(self) -> Iterator[Element]:
        truth = self.truth
        if truth.extra.red_of:
            found = _CONFIRMATION.search(truth.extra.remark or "")
            yield node(
                "RedEInvoice",
                node("OriginalInvoiceCode", truth.extra.red_of),
                node("CreditNoteNumber", found[1] if found else None),
            )

    def _supervision(self) -> Element:
        truth, dialect = self.truth, self.dialect
        when = self.time if dialect.clock else str(truth.day)
        info = node(
            "TaxSupervisionInfo",
            node("InvoiceNumber", truth.number),
            node("IssueTime", when),
        )
        if not dialect.bare:
            info.append(node("TaxBureauCode", f"1{truth.number[2:4]}00000000"))
            info.append(node("TaxBureauName", f"国家税务总局{truth.face.bureau}"))
        return info

    def _signature(self) -> Element:
        """A block of the right shape: an SM2 signature is a sequence of two numbers."""
        pair = b"".join(b"\x02\x20" + bytes([1 + self.chance.randrange(126)]) +
                        self.chance.randbytes(31) for _ in range(2))  # fmt: skip
        uri = "|".join(f"/Einvoice/{name}" for name in _SIGNED.split("|"))
        signature = node(
            "TaxBureauSignature",
            node("Reference", URI=f"{uri}|/Einvoice/TaxBureauSignature/SignatureTime"),
            node("SignatureAlgorithm", "1.2.156.10197.1.501"),
            node("SignatureFormat", "DETACH"),
            node("SignatureTime", self.time),
            node("SignatureValue", base64.b64encode(b"\x30\x44" + pair).decode()),
        )
        signature.append(node("KeyInfo"))
        return signature


def states_form(dialect: XmlDialect) -> bool:
    """Whether the XML says if the invoice is special or ordinary."""
    return dialect.labels in (Labels.FULL, Labels.NAMES)


def states_business(truth: Truth, dialect: XmlDialect) -> bool:
    """Whether the XML says what 特定业务 the invoice is of, by its section or a label."""
    return has_section(truth) or (dialect.labels is Labels.FULL and not dialect.bare)


def _is_person(party: Party | None) -> bool:
    return party is not None and (party.tax_id is None or party.tax_id[:6].isdigit()) and (
        len(party.name) <= 4
    )  # fmt: skip


def _party(role: str, party: Party | None, *, contact: bool, phone_first: bool = False) -> Element:
    address, _, phone = (party.address if party else "").rpartition(" ")
    bank, _, account = (party.bank if party else "").rpartition(" ")
    section = node(
        f"{role}Information",
        node(f"{role}IdNum", party.tax_id if party else None),
        node(f"{role}Name", party.name if party else None),
    )
    if contact:
        places = [node(f"{role}Addr", address), node(f"{role}TelNum", phone)]
        section.extend(reversed(places) if phone_first else places)
        section.append(node(f"{role}BankName", bank))
        section.append(node(f"{role}BankAccNum", account))
        if role == "Buyer":
            section.append(node("BuyerHandlingName"))
    return section


def _class_code(item: LineItem) -> str:
    """A 19-digit code of the right family: 1 goods, 3 services, 6 what is not taxed."""
    short = item.name.split("*")[1] if item.name.count("*") > 1 else item.name
    if item.tax_rate == UNTAXED:
        head = "6010000"
    elif short in _CLASSES:
        head = _CLASSES[short]
    else:
        family = "3040" if _SERVICES.search(short) else "1060"
        head = family + numbers.digits(Random(f"class:{short}"), 3)
    return head.ljust(19, "0")
