import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.forms import Form
from models.identifiers import (
    code_region_ok,
    code_year,
    form_from_code,
    id_card_check_character,
    is_id_card,
    is_uscc,
    is_vin,
    number_region_ok,
    org_check_character,
    org_part_ok,
    tax_id_kind,
    uscc_check_character,
)

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
VALID = [
    "91320621MA1MRHG205",
    "91110108339805094M",
    "91350100M000100Y43",
    "91440300358768292H",
    "91110108MA01ABCD5T",
    "91440300MA5XYT123G",
    "91310000MA1FL0B15M",
    "12110000400001A229",
]


@pytest.mark.parametrize("code", VALID)
def test_uscc_vectors(code: str) -> None:
    assert is_uscc(code)
    assert org_part_ok(code)
    assert tax_id_kind(code) == "uscc"


@pytest.mark.parametrize(
    "code",
    [
        "91320621MA1MRHG207",
        "91320621ma1mrhg205",
        "9132062OMA1MRHG205",
        "91320621MA1MRHG20",
        "",
        "91\u0661\u0661\u0661\u0661\u0661\u0661MA1MRHG205",  # digits, but not these ten
    ],
)
def test_uscc_refused(code: str) -> None:
    assert not is_uscc(code)


def test_a_made_up_code_may_pass_one_check_and_fail_the_other() -> None:
    assert is_uscc("91110105MA00P8L2RU")
    assert not org_part_ok("91110105MA00P8L2RU")


USCC_17 = st.tuples(
    st.text(USCC_ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(USCC_ALPHABET, min_size=9, max_size=9),
).map("".join)


@given(USCC_17, st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_one_wrong_character_never_passes(first17: str, place: int, other: str) -> None:
    code = first17 + uscc_check_character(first17)
    assert is_uscc(code)
    changed = code[:place] + other + code[place + 1 :]
    assert is_uscc(changed) == (changed == code)


@given(st.text(max_size=25) | st.text("\u0660\u0661019AX*", min_size=15, max_size=20))
def test_any_text_is_answered(text: str) -> None:
    is_uscc(text)
    is_id_card(text)
    form_from_code(text)
    code_region_ok(text)
    number_region_ok(text)
    assert code_year(text) is None or text.isdigit()
    assert tax_id_kind(text) in {"uscc", "id_card", "old_15", "long_20", "odd", "masked"}


@pytest.mark.parametrize(("first8", "check"), [("MA1MRHG2", "0"), ("33980509", "4")])
def test_organisation_code(first8: str, check: str) -> None:
    assert org_check_character(first8) == check


@pytest.mark.parametrize(
    ("first17", "check"), [("11010519491231002", "X"), ("44052418800101001", "4")]
)
def test_identity_number(first17: str, check: str) -> None:
    assert id_card_check_character(first17) == check
    assert is_id_card(first17 + check)
    assert tax_id_kind(first17 + check) == "id_card"


@pytest.mark.parametrize("text", ["110105194912310021", "110105194913310028", "11010519491231002"])
def test_identity_number_refused(text: str) -> None:
    assert not is_id_card(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("320205987654321", "old_15"),
        ("9144**********123G", "masked"),
        ("0000000000000000", "masked"),
        ("12345678901234567890", "long_20"),
        ("91003012345678901", "odd"),
        ("", "odd"),
    ],
)
def test_other_tax_ids(text: str, kind: str) -> None:
    assert tax_id_kind(text) == kind


@pytest.mark.parametrize(
    ("code", "form"),
    [
        # the table of domain.md 11
        ("4400194130", Form.VAT_SPECIAL),
        ("3100153130", Form.VAT_SPECIAL),
        ("044001900111", Form.VAT_E_NORMAL),
        ("011001800604", Form.VAT_NORMAL),
        ("050001700112", Form.TOLL_E),
        ("065122100313", Form.VAT_E_SPECIAL),
        ("144031909110", Form.BLOCKCHAIN),
        ("031001700107", Form.VAT_ROLL),
        ("144031539110", Form.VAT_E_NORMAL),  # historic 电普 that would otherwise be unknown
        ("1100172320", Form.VAT_NORMAL),
        ("1100172720", Form.FREIGHT_SPECIAL),
        ("011001900117", Form.USED_CAR),
        ("137022021212", Form.VEHICLE),
        ("144031909210", Form.BLOCKCHAIN),
        ("011001900199", None),
        ("12345", None),
        ("", None),
        ("44001941٣0", None),
    ],
)
def test_code_to_form(code: str, form: Form | None) -> None:
    assert form_from_code(code) == form


@pytest.mark.parametrize(
    ("code", "year", "region"),
    [("4400194130", 2019, True), ("011001900311", 2019, True), ("9900194130", 2019, False)],
)
def test_parts_of_a_code(code: str, year: int, region: bool) -> None:
    assert code_year(code) == year
    assert code_region_ok(code) is region


@pytest.mark.parametrize(
    ("region", "known"), [("11", True), ("95", True), ("91", True), ("00", False), ("71", False)]
)
def test_region_of_a_number(region: str, known: bool) -> None:
    assert number_region_ok(f"26{region}2000000012345678") is known


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("1M8GDM9AXKP042788", True),
        ("11111111111111111", True),
        ("1M8GDM9AXKP042789", False),
        ("1M8GDM9A1KP042788", False),
        ("1M8GDM9AXKPO42788", False),
        ("1M8GDM9AXKP04278", False),
        ("", False),
    ],
)
def test_vin(text: str, right: bool) -> None:
    assert is_vin(text) is right
