"""Structured originals written down as XML, for tests of what reads them.

All companies, people and numbers are invented; check characters are right.
"""

from models.original import NamedText, PartKind, StructuredPart

BUYER = ("云栖测试科技有限公司", "91110108MA01ABCD5T")
SELLER = ("青禾示例酒店管理有限公司", "91440300MA5XYT123G")
NUMBER = "26442000000087654321"
LINE = (
    "<IssuItemInformation><ItemName>*住宿服务*住宿费</ItemName><MeaUnits>天</MeaUnits>"
    "<Quantity>20.000000</Quantity><UnPrice>500</UnPrice><Amount>10000.000000</Amount>"
    "<TaxRate>0.060000</TaxRate><ComTaxAm>600.000000</ComTaxAm>"
    "<TotaltaxIncludedAmount>10600.000000</TotaltaxIncludedAmount>"
    "<TaxClassificationCode>3070402000000000000</TaxClassificationCode></IssuItemInformation>"
)


def element(name: str, **children: str) -> str:
    """<name> with its children; an underscore in a child's name stands for a dash."""
    inner = "".join(
        f"<{k.replace('_', '-')}>{v}</{k.replace('_', '-')}>" for k, v in children.items()
    )
    return f"<{name}>{inner}</{name}>"


def digital(
    *,
    head: str = f"<EIid>{NUMBER}</EIid>",
    labels: str = "<GeneralOrSpecialVAT><LabelCode>01</LabelCode></GeneralOrSpecialVAT>",
    undefined: str = "",
    basic: dict[str, str] | None = None,
    lines: str = LINE,
    special: str = "",
    remark: str = "",
    supervision: dict[str, str] | None = None,
) -> str:
    """A 数电票 XML; a value of None-like "" in `basic` is an empty element."""
    amounts = {
        "TotalAmWithoutTax": "10000.00",
        "TotalTaxAm": "600.00",
        "TotalTax_includedAmount": "10600.00",
        "TotalTax_includedAmountInChinese": "壹万零陆佰圆整",
        "Drawer": "林小满",
        "RequestTime": "2026-03-15 09:30:00",
    } | (basic or {})
    bureau = {"InvoiceNumber": NUMBER, "IssueTime": "2026-03-15"} | (supervision or {})
    return (
        f"<EInvoice><Header>{head}<Version>0.35</Version><InherentLabel>{labels}</InherentLabel>"
        f"<UndefinedLabel>{undefined}</UndefinedLabel></Header><EInvoiceData>"
        + element("SellerInformation", SellerIdNum=SELLER[1], SellerName=SELLER[0])
        + element("BuyerInformation", BuyerIdNum=BUYER[1], BuyerName=BUYER[0], BuyerAddr="")
        + element("BasicInformation", **amounts)
        + lines
        + f"<SpecificInformation>{special}</SpecificInformation>"
        + element("AdditionalInformation", Remark=remark)
        + "</EInvoiceData>"
        + element("TaxSupervisionInfo", **bureau)
        + "</EInvoice>"
    )


def label(kind: str, name: str, code: str = "01") -> str:
    return element("Label", LabelType=kind, LabelCode=code, LabelName=name)


QR = "01,10,044002600111,87654321,10000.00,20260315,12345678901234567890,1A2B"


def tax_control(**more: str) -> str:
    """An original_invoice.xml of the tax-control system; `more` replaces or adds top elements."""
    top = {
        "InvoiceCode": "044002600111",
        "InvoiceNo": "87654321",
        "TypeCode": "0",
        "IssueDate": "2026年03月15日",
        "InvoiceCheckCode": "12345 67890 12345 67890",
        "MachineNo": "661234567890",
        "TaxInclusiveTotalAmount": "10600.00",
        "TaxTotalAmount": "600.00",
        "TaxExclusiveTotalAmount": "10000.00",
        "GraphCode": QR,
        "InvoiceClerk": "林小满",
        "Payee": "周一鸣",
        "Checker": "吴清",
        "Note": "",
    } | more
    inner = "".join(f"<fp:{name}>{value}</fp:{name}>" for name, value in top.items())
    goods = (
        "<fp:GoodsInfos><fp:GoodsInfo><fp:Item>*住宿服务*住宿费</fp:Item><fp:Specification/>"
        "<fp:MeasurementDimension>天</fp:MeasurementDimension><fp:Price>500</fp:Price>"
        "<fp:Quantity>20</fp:Quantity><fp:Amount>10000.00</fp:Amount><fp:TaxScheme>6%</fp:TaxScheme>"
        "<fp:TaxAmount>600.00</fp:TaxAmount></fp:GoodsInfo></fp:GoodsInfos>"
    )
    return (
        '<eInvoice xmlns:fp="http://www.edrm.org.cn/schema/e-invoice/2019" Version="1.0">'
        f"{inner}<fp:Buyer><fp:BuyerName>{BUYER[0]}</fp:BuyerName>"
        f"<fp:BuyerTaxID>{BUYER[1]}</fp:BuyerTaxID></fp:Buyer>"
        f"<fp:Seller><fp:SellerName>{SELLER[0]}</fp:SellerName>"
        f"<fp:SellerTaxID>{SELLER[1]}</fp:SellerTaxID></fp:Seller>{goods}</eInvoice>"
    )


def xbrl(prefix: str, facts: dict[str, str], tuples: str = "") -> str:
    """An XBRL instance; a fact of value "@nil" is written as nil."""
    inner = "".join(
        f'<{prefix}:{name} contextRef="c1" xsi:nil="true"/>'
        if value == "@nil"
        else f'<{prefix}:{name} contextRef="c1">{value}</{prefix}:{name}>'
        for name, value in facts.items()
    )
    return (
        '<xbrli:xbrl xmlns:xbrli="http://www.xbrl.org/2003/instance" '
        'xmlns:link="http://www.xbrl.org/2003/linkbase" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'xmlns:{prefix}="http://xbrl.mof.gov.cn/taxonomy/2021-11-30/{prefix}">'
        f'<link:schemaRef xlink:href="{prefix}_entry_point_2021-11-30.xsd"/>'
        '<xbrli:context id="c1"><xbrli:entity><xbrli:identifier scheme="-">x</xbrli:identifier>'
        "</xbrli:entity></xbrli:context>"
        f"{inner}{tuples}</xbrli:xbrl>"
    )


RAIL = {
    "TypeOfVoucher": "电子发票（铁路电子客票）",
    "ElectronicInvoiceRailwayETicketNumber": "26449131234000123456",
    "DateOfIssue": "2026-03-20",
    "TypeOfBusiness": "售",
    "DepartureStation": "甲地南",
    "DestinationStation": "乙地东",
    "TrainNumber": "G1234",
    "TravelDate": "2026-03-18",
    "DepartureTime": "08:05:00",
    "SeatLevel": "二等座",
    "Carriage": "05",
    "Seat": "12A",
    "Fare": "272.50",
    "TotalAmountExcludingTax": "250.00",
    "TaxRate": "0.09",
    "TaxAmount": "22.50",
    "Name": "林小满",
    "IdNumber": "4403001990****012X",
    "ETicketNumber": "1234567890123456789012026",
    "NameOfPurchaser": BUYER[0],
    "UnifiedSocialCreditCodeOfPurchaser": BUYER[1],
    "IssueParty": "@nil",
    "NumberOfOriginalInvoice": "@nil",
}
AIR = {
    "ElectronicInvoiceAirTransportReceiptNumber": "26118000000012345678",
    "IssueDate": "2026-04-02",
    "NameOfSeller": "示例航空有限公司",
    "NameOfPurchaser": BUYER[0],
    "UnifiedSocialCreditCodeOfPurchaser": BUYER[1],
    "PassengerName": "林小满",
    "ValidIdNumber": "4403001990****012X",
    "ETicketNumber": "9991234567890",
    "Fare": "733.94",
    "FuelSurcharge": "18.35",
    "VatRate": "0.09",
    "VatTaxAmount": "67.71",
    "CivilAviationDevelopmentFund": "50.00",
    "OtherTaxes": "0.00",
    "TotalAmount": "870.00",
    "VerificationCode": "1234",
}
FLIGHT = (
    "<atr:DetailInformationOfAirTicketTuple>"
    "<atr:DepartureStation>甲地机场</atr:DepartureStation>"
    "<atr:DestinationStation>乙地机场</atr:DestinationStation><atr:Carrier>示例</atr:Carrier>"
    "<atr:Flight>ZZ1234</atr:Flight><atr:SeatClass>Y</atr:SeatClass>"
    "<atr:CarrierDate>2026-04-01</atr:CarrierDate><atr:DepartureTime>08:15</atr:DepartureTime>"
    "</atr:DetailInformationOfAirTicketTuple>"
)

BOOKED = {
    "InvoiceNumber": NUMBER,
    "SellerName": SELLER[0],
    "SellerIdNum": SELLER[1],
    "TotalAmWithoutTax": "10000.00",
    "TotalTaxAm": "600.00",
    "TotalTax-includedAmount": "10600.00",
    "RequestTime": "2026-03-15 20:05:10",
    "WhetherEinvoiceIsRedEinvoice": "false",
    "ContractNumber": "R1",
    "NameOfAccountingEntity": BUYER[0],
    "UnifiedSocialCreditCodeOfAccountingEntity": BUYER[1],
}


def part(text: str, name: str = "original.xml") -> StructuredPart:
    return StructuredPart(PartKind.XML, name, text.encode())


def tags(*pairs: tuple[str, str]) -> StructuredPart:
    values = tuple(NamedText(name, text, 0) for name, text in pairs)
    return StructuredPart(PartKind.OFD_TAGS, "Doc_0/Tags/CustomTag.xml", values=values)


def data(*pairs: tuple[str, str]) -> StructuredPart:
    values = tuple(NamedText(name, text) for name, text in pairs)
    return StructuredPart(PartKind.OFD_DATA, "OFD.xml", values=values)
