"""Parting corrections, sealing files, and the mapping of categories."""

import datetime
import os
from decimal import Decimal
from pathlib import Path

import pytest

from models.errors import SettingsError
from models.invoice import Invoice, LineItem
from piaohe.learning import evaluation, mapping, seal
from piaohe.learning.active import active
from piaohe.learning.corrections import keys_of, part
from piaohe.learning.seal import Refused
from piaohe.store.corrections import Correction, Subject

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "categories.toml"
NOW = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)


def taught(number: int, item: str, seller: str) -> Correction:
    example = Invoice(seller_name=seller, items=(LineItem(name=f"*餐饮服务*{item}"),))
    return Correction(
        id=number,
        at=NOW,
        by="甲",
        invoice_id=f"{number}",
        what=Subject.CATEGORY,
        before=None,
        after="MEAL",
        example=example,
    )


@pytest.mark.parametrize(
    ("sellers", "items"), [(40, 40), (8, 40), (10, 7), (40, 1), (1, 40), (1, 1)]
)
def test_no_seller_and_no_text_is_on_both_sides(sellers: int, items: int) -> None:
    every = [taught(n, f"品{n % items}", f"店{n % sellers}") for n in range(40)]
    found = part(every, 1)
    keys = [
        {key for one in side for key in keys_of(one.example)} for side in (found.learnt, found.held)
    ]
    assert not keys[0] & keys[1]
    assert found.learnt
    whole = [*found.learnt, *found.held, *found.left_out]
    assert sorted(one.id for one in whole) == list(range(40))
    assert part(every, 1) == found
    if sellers > 7 and items > 7:
        assert 4 <= len(found.held) <= 10


def test_of_few_corrections_none_is_held_back() -> None:
    assert not part([taught(n, f"品{n}", f"店{n}") for n in range(4)], 1).held


def test_a_sealed_file_opens_with_its_key_alone(tmp_path: Path) -> None:
    key = seal.make_key(tmp_path)
    assert seal.make_key(tmp_path) == key == seal.read_key(tmp_path)
    if os.name != "nt":
        assert (tmp_path / seal.KEY_FILE).stat().st_mode & 0o777 == 0o600
    sealed = seal.seal(key, "a", b"body\nmore")
    assert seal.unseal(key, "a", sealed) == b"body\nmore"
    for other, what, data in (
        (b"0" * 32, "a", sealed),
        (key, "b", sealed),
        (key, "a", sealed + b"x"),
        (key, "a", b"body"),
        (key, "a", b""),
        (key, "a", sealed.replace(b"sealed-1", b"sealed-2")),
    ):
        with pytest.raises(Refused):
            seal.unseal(other, what, data)


@pytest.mark.parametrize("text", ["", "short", "é", "g" * 64])
def test_a_damaged_key_is_not_replaced_in_silence(tmp_path: Path, text: str) -> None:
    path = tmp_path / seal.KEY_FILE
    path.parent.mkdir()
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(SettingsError, match="key_unusable"):
        seal.make_key(tmp_path)
    assert path.read_text() == text


def test_the_fixed_set_is_what_its_command_makes() -> None:
    assert evaluation.fixed_set() == evaluation.make()
    assert len(evaluation.fixed_set()) > 300


def test_the_example_of_the_docs_is_a_mapping(tmp_path: Path) -> None:
    (tmp_path / mapping.MAPPING_FILE).write_bytes(EXAMPLE.read_bytes())
    found = active(tmp_path)
    invoice = Invoice(
        seller_name="甲酒店",
        category="MEAL",
        items=(
            LineItem(name="*餐饮服务*会议餐", amount=Decimal(50)),
            LineItem(name="*餐饮服务*餐费", amount=Decimal(20)),
        ),
    )
    booked = [(one.company_category, one.account, one.amount) for one in found.bookings(invoice)]
    assert booked == [("会议费", "6602.07", Decimal(50)), (None, "6602.02", Decimal(20))]
    corrected = invoice.model_copy(update={"category": "MATERIAL"})
    (one,) = found.bookings(corrected, "研发耗材")
    assert (one.category, one.company_category, one.account) == ("MATERIAL", "研发耗材", "5301.02")
    # a person's word counts for as long as the invoice has that category
    assert {one.category for one in found.bookings(invoice, "研发耗材")} == {"MEAL"}
    (one,) = found.bookings(invoice.model_copy(update={"category": "HOTEL"}))
    assert (one.category, one.account) == ("HOTEL", "6602.01")
    assert list(tmp_path.iterdir()) == [tmp_path / mapping.MAPPING_FILE]


@pytest.mark.parametrize(
    ("text", "line", "key", "word"),
    [
        ("[[rules]]\ncategory='MEEL'\naccount='1'\n", 2, "rules[1].category", "MEAL"),
        ("[[rules]]\nsellr='甲'\naccount='1'\n", 2, "rules[1].sellr", "seller"),
        ("\n[[rules]]\nseller='甲'\n", 2, "rules[1]", "company_category"),
        ("[[rules]]\nseller='甲'\naccount=660201\n", 3, "rules[1].account", "引号"),
        ("[[categories]]\nname='研发'\nstandard='X'\n", 3, "categories[1].standard", "X"),
        ("[[categories]]\nname='MEAL'\nstandard='MEAL'\n", 2, "categories[1].name", "MEAL"),
        ("[[categories]]\nname=''\nstandard='MEAL'\n", 2, "categories[1].name", "不能为空"),
        ("[[categories]]\nname='研发'\n", 1, "categories[1].standard", "缺少"),
        ("[rules]\nseller='甲'\n", 1, "rules", "[["),
        ("rule = []\n", 1, "rule", "rules"),
        ("\na = \n", 2, "", "TOML"),
        (
            "[[rules]]\nseller='甲'\naccount='1'\n[[rules]]\nseller=' 甲'\naccount='2'\n",
            4,
            "rules[2]",
            "第1条",
        ),
    ],
)
def test_what_is_wrong_is_told_by_line(
    tmp_path: Path, text: str, line: int, key: str, word: str
) -> None:
    told = {(one.line, one.key): one.message for one in mapping.examine(text)[1]}
    assert word in told[line, key], told
    (tmp_path / mapping.MAPPING_FILE).write_text(text, "utf-8")
    with pytest.raises(SettingsError, match="mapping_invalid"):
        active(tmp_path)
