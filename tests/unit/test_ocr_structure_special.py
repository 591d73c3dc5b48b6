"""特定业务 of a 数电票, red letters, and invoices issued for someone."""

import pytest

from models.forms import InvoiceType
from ocr.structure import Statement, read_part, statement_invoice
from tests.support.originals import digital, element, label, part


def read(text: str) -> Statement:
    (statement,) = read_part(part(text))
    return statement


def details(statement: Statement) -> set[tuple[str, str, int]]:
    return {(item.name, item.value, item.row) for item in statement.extra.details}


SECTIONS = (
    (
        element(
            "PassengerTransportation",
            Departure="甲地",
            Destination="乙地",
            Traveler="林小满",
            ValidIDNumber="4403001990****012X",
            TravelDate="2026-03-14",
            Grade="",
            TypeOfPassengerDocument="201",
            Vehicletype="5",
        )
        * 2,
        "旅客运输服务",
        {("出行人", "林小满", 1), ("出行日期", "2026-03-14", 0), ("交通工具类型", "出租车", 1)},
        {"departure": "甲地", "destination": "乙地", "traveller": "林小满"},
    ),
    (
        element(
            "Toll",
            PlateNumber="粤ZTEST9",
            VehicleType="客车",
            StartDatesOfPassage="20260314094742000",
            EndDatesOfPassage="20260315",
        ),
        "通行费",
        {
            ("车牌号码", "粤ZTEST9", 0),
            ("通行日期起", "20260314", 0),
            ("通行日期止", "20260315", 0),
        },
        {"plate": "粤ZTEST9"},
    ),
    (
        element(
            "ConstructionServices",
            ItemName="示例大厦工程",
            PlaceOfConstructionService="某省某市",
            LandVATItemNo="001",
            CrossCitySign="N",
        ),
        "建筑服务",
        {
            ("建筑项目名称", "示例大厦工程", 0),
            ("建筑服务发生地", "某省某市", 0),
            ("土地增值税项目编号", "001", 0),
            ("跨地（市）标志", "N", 0),
        },
        {},
    ),
    (
        element(
            "FreightTransportation",
            TransportToolType="公路",
            TransportToolNumber="粤ZTEST9",
            PlaceOfShipment="甲地",
            Destination="乙地",
            GoodsName="钢材",
        ),
        "货物运输服务",
        {("运输工具种类", "公路", 0), ("运输工具牌号", "粤ZTEST9", 0), ("运输货物名称", "钢材", 0)},
        {"departure": "甲地", "destination": "乙地", "plate": "粤ZTEST9"},
    ),
    (
        element(
            "RealEstateLease",
            PropertyRightCertificateNumber="示例0001",
            Address="某路1号",
            StartDate="2026-01-01",
            EndDate="2026-12-31",
            AreaUnit="平方米",
        ),
        "不动产经营租赁服务",
        {("产权证书/不动产权证号", "示例0001", 0), ("租赁期起止", "2026-01-01 2026-12-31", 0)},
        {},
    ),
    (
        element("Wholly-New-Business", Alpha="1", Beta="乙") + "<Loose>3</Loose>",
        None,
        {("Alpha", "1", 0), ("Beta", "乙", 0), ("Loose", "3", 0)},
        {},
    ),
)


@pytest.mark.parametrize(("section", "business", "shown", "typed"), SECTIONS)
def test_a_special_business_keeps_its_printed_labels(
    section: str, business: str | None, shown: set[tuple[str, str, int]], typed: dict[str, str]
) -> None:
    statement = read(digital(special=section))
    assert statement.extra.special_business == business
    assert shown <= details(statement)
    assert {name: getattr(statement.extra, name) for name in typed} == typed


def test_a_business_named_by_a_label_alone() -> None:
    statement = read(digital(undefined=label("特定业务标签", "", code="08")))
    assert statement.extra.special_business == "通行费"


@pytest.mark.parametrize(("labels", "type_"), [("", InvoiceType.TOLL), (None, InvoiceType.TOLL)])
def test_a_toll_is_a_toll_whatever_its_form(labels: str | None, type_: InvoiceType) -> None:
    toll = element("Toll", PlateNumber="粤ZTEST9")
    text = digital(special=toll) if labels is None else digital(special=toll, labels=labels)
    assert statement_invoice(read(text)).type is type_


def test_columns_that_repeat_the_special_table_are_not_quantities() -> None:
    line = element(
        "IssuItemInformation",
        ItemName="*经营租赁*通行费",
        SpecMod="粤ZTEST9",
        MeaUnits="客车",
        Quantity="20260314",
        UnPrice="20260314",
        Amount="5.45",
    )
    toll = element(
        "Toll", PlateNumber="粤ZTEST9", VehicleType="客车", StartDatesOfPassage="20260314"
    )
    (item,) = read(digital(lines=line, special=toll)).items
    assert (item.spec, item.unit, item.quantity, item.unit_price) == (None, None, None, None)
    (item,) = read(digital(lines=line)).items
    assert (item.spec, item.unit, item.quantity) == ("粤ZTEST9", "客车", "20260314")


RED = element("RedEInvoice", OriginalInvoiceCode="26442000000011111111", CreditNoteNumber="44001")


@pytest.mark.parametrize(
    ("labels", "special", "remark", "is_red", "red_of"),
    [
        ("<InIssuType><LabelCode>Y</LabelCode></InIssuType>", "", "", False, None),
        (
            "<InIssuType><LabelCode>N</LabelCode></InIssuType>",
            RED,
            "",
            True,
            "26442000000011111111",
        ),
        ("", RED, "", True, "26442000000011111111"),
        ("", "", "被红冲蓝字数电发票号码：26442000000022222222", True, "26442000000022222222"),
        ("", "", "", None, None),
    ],
)
def test_red_letters(
    labels: str, special: str, remark: str, is_red: bool | None, red_of: str | None
) -> None:
    statement = read(digital(labels=labels, special=special, remark=remark))
    assert (statement.is_red, statement.extra.red_of) == (is_red, red_of)


def test_the_real_seller_of_an_invoice_issued_for_him() -> None:
    remark = "代开企业税号:92440300MA5XXXXX1G 代开企业名称:小满示例商行 "
    assert read(digital(remark=remark)).extra.issued_for == "小满示例商行"
