import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.forms import Form
from models.taxqr import CrcStatus, crc16, crc_status, parse_blockchain_qr, parse_tax_qr

# domain.md 2.1: payloads with a correct CRC, made up
MADE = [
    "01,32,,26112000000012345678,1272.00,20260901,,32D1",
    "01,31,,26442000000087654321,10600.00,20260315,,9E9D",
    "01,10,011001900311,12345678,100.00,20200101,12345678901234567890,3048",
    "01,04,044001900104,00012345,943.40,20191231,98765432109876543210,AE25",
    "01,01,4400194130,01234567,1000.00,20200105,,72BE",
    "01,08,011002100113,87654321,2000.00,20210601,,7CD4",
]


@pytest.mark.parametrize("payload", MADE)
def test_a_right_crc(payload: str) -> None:
    assert crc_status(payload) is CrcStatus.OK
    assert crc_status(payload.lower()) is CrcStatus.OK
    assert crc_status(payload + ",") is CrcStatus.OK
    assert crc_status(payload.replace(",", "，")) is CrcStatus.OK
    parsed = parse_tax_qr(payload)
    assert parsed is not None
    assert parsed.crc is CrcStatus.OK
    assert not parsed.problems


@pytest.mark.parametrize("payload", MADE)
def test_an_edited_payload(payload: str) -> None:
    edited = payload.replace(".00,", ".01,").replace("943.40", "943.41")
    assert crc_status(edited) is CrcStatus.MISMATCH


@pytest.mark.parametrize("reflected", [False, True])
@pytest.mark.parametrize("comma", ["", ","])
@pytest.mark.parametrize("swap", [False, True])
def test_the_variants_of_other_issuers(reflected: bool, comma: str, swap: bool) -> None:
    body = "01,32,,26317000000000000001,16.40,20260908,"
    crc = crc16((body + comma).encode(), reflected=reflected)
    if swap:
        crc = (crc & 0xFF) << 8 | crc >> 8
    expected = CrcStatus.OK if reflected or not swap else CrcStatus.MISMATCH
    assert crc_status(f"{body},{crc:04x}") is expected


def test_catalogue_check_values() -> None:
    assert crc16(b"123456789") == 0xFEE8  # CRC-16/UMTS
    assert crc16(b"123456789", reflected=True) == 0xBB3D  # CRC-16/ARC


@pytest.mark.parametrize(
    "payload", [MADE[0].rsplit(",", 1)[0], MADE[0].rsplit(",", 1)[0] + ",", "", "hello"]
)
def test_no_crc(payload: str) -> None:
    assert crc_status(payload) is CrcStatus.ABSENT


def test_the_fields() -> None:
    parsed = parse_tax_qr(MADE[2])
    assert parsed is not None
    assert parsed.code == "011001900311"
    assert parsed.number == "12345678"
    assert parsed.amount == Decimal("100.00")
    assert parsed.date == datetime.date(2020, 1, 1)
    assert parsed.check_code == "12345678901234567890"
    assert parsed.form is Form.VAT_E_NORMAL
    assert not parsed.amount_is_total


@pytest.mark.parametrize(
    ("kind", "code", "form", "gross"),
    [
        ("01", "4400194130", Form.VAT_SPECIAL, False),
        ("20", "011002100113", Form.VAT_E_SPECIAL, False),
        ("14", "050001700112", Form.TOLL_E, False),
        ("10", "050001700112", Form.TOLL_E, False),
        ("10", "050001700111", Form.VAT_E_NORMAL, False),
        ("31", "", Form.DZ_SPECIAL, True),
        ("31", "044001900104", Form.DZP_SPECIAL, True),
        ("32", "044001900104", Form.DZP_NORMAL, True),
        ("99", "", None, False),
    ],
)
def test_the_type(kind: str, code: str, form: Form | None, gross: bool) -> None:
    parsed = parse_tax_qr(f"01,{kind},{code},26112000000012345678,1.00,20260901,,")
    assert parsed is not None
    assert parsed.form is form
    assert parsed.amount_is_total is gross


@pytest.mark.parametrize(
    "payload",
    [
        " 01 , 32 ,, 2611 2000 0000 1234 5678 , 1272 , 2026-09-01 ,,",
        "01，32，，26112000000012345678，1272.0，20260901",
        "01,32,,26112000000012345678,1,272.00".replace("1,272.00", "1272.00") + ",2026/09/01",
        "01,32,,26112000000012345678,￥1272.00,2026年09月01日,,32D1,",
    ],
)
def test_tolerances(payload: str) -> None:
    parsed = parse_tax_qr(payload)
    assert parsed is not None
    assert parsed.number == "26112000000012345678"
    assert parsed.amount == Decimal(1272)
    assert parsed.date == datetime.date(2026, 9, 1)
    assert not parsed.problems


@pytest.mark.parametrize(
    ("payload", "problem"),
    [
        ("01,32,,2611200000001234567,1272.00,20260901,,", "number"),
        ("01,32,,26112000000012345678,12x,20260901,,", "amount"),
        ("01,32,,26112000000012345678,1272.00,20260931,,", "date"),
        ("01,10,01100190031,12345678,100.00,20200101,,", "code"),
        ("01,10,011001900311,12345678,100.00,20200101,123,", "check_code"),
    ],
)
def test_what_is_malformed_is_none_and_named(payload: str, problem: str) -> None:
    parsed = parse_tax_qr(payload)
    assert parsed is not None
    assert getattr(parsed, problem) is None
    assert [text.split(":")[0] for text in parsed.problems] == [problem]


@pytest.mark.parametrize(
    "payload", ["", "01,32,,26", "02,32,,26112000000012345678,1,20260901", "https://x/?a=01,32,,,,"]
)
def test_other_codes_are_none(payload: str) -> None:
    assert parse_tax_qr(payload) is None


@given(
    number=st.from_regex(r"[0-9]{20}", fullmatch=True),
    fen=st.integers(0, 10**12),
    date=st.dates(datetime.date(1994, 1, 1), datetime.date(2099, 12, 31)),
)
def test_round_trip(number: str, fen: int, date: datetime.date) -> None:
    body = f"01,32,,{number},{Decimal(fen) / 100:.2f},{date:%Y%m%d},,"
    parsed = parse_tax_qr(f"{body}{crc16(body.encode()):04X}")
    assert parsed is not None
    assert (parsed.number, parsed.amount, parsed.date) == (number, Decimal(fen) / 100, date)
    assert parsed.crc is CrcStatus.OK


@given(st.text() | st.lists(st.text(max_size=12), max_size=9).map(",".join) | st.text("01,32 ，"))
def test_any_text_is_answered(payload: str) -> None:
    for text in (payload, "01,32," + payload):
        parsed = parse_tax_qr(text)
        assert parsed is None or parsed.payload == text


@given(st.text("٠١٢٣٤٥٦٧٨٩", min_size=8, max_size=8))
def test_digits_of_other_scripts_are_no_number(digits: str) -> None:
    parsed = parse_tax_qr(f"01,10,011001900311,{digits},1.00,20200101,,")
    assert parsed is not None
    assert parsed.number is None


_HASH = "01" * 31 + "c0de"
_SCAN = "https://bcfp.shenzhen.chinatax.gov.cn/verify/scan"


def test_the_address_of_a_blockchain_invoice() -> None:
    parsed = parse_blockchain_qr(f"{_SCAN}?hash={_HASH}&bill_num=01234567&total_amount=96200")
    assert parsed is not None
    assert (parsed.number, parsed.total, parsed.check_code) == (
        "01234567",
        Decimal("962.00"),
        "1c0de",
    )


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "https://[",
        f"https://example.invalid/scan?hash={_HASH}&bill_num=01234567&total_amount=1",
        f"https://bcfp.shenzhen.chinatax.gov.cn.example.invalid/?hash={_HASH}&bill_num=01234567"
        "&total_amount=1",
        f"https://xbcfp.shenzhen.chinatax.gov.cn/?hash={_HASH}&bill_num=01234567&total_amount=1",
        f"{_SCAN}?hash={_HASH}&bill_num=1234567&total_amount=96200",
        f"{_SCAN}?hash=ffff&bill_num=01234567&total_amount=96200",
        f"{_SCAN}?hash={_HASH}&bill_num=01234567&total_amount=962.00",
        f"{_SCAN}?hash={_HASH}&bill_num=01234567",
    ],
)
def test_other_addresses_are_none(payload: str) -> None:
    assert parse_blockchain_qr(payload) is None
