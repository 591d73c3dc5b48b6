"""Profiles: proposed, kept, shipped; and numbers within summaries."""

import csv
import io
from pathlib import Path

import pytest

import synth
from models.errors import LedgerError
from piaohe.sources import read_ledger
from piaohe.sources.mentions import Mention, mentions_in
from piaohe.sources.profile import Profile, Profiles, from_toml, shipped, to_toml
from piaohe.sources.propose import propose
from piaohe.sources.tables import open_tables
from synth.ledgers import System, erp_csv, erp_xlsx
from synth.order import Trait
from tests.support.ledgers import NUMBER, OWN, SELLER, codes, xlsx

TRUTHS = [synth.make(kind, seed) for kind in ("dz_special", "vat_special") for seed in range(2)]
RED = synth.make("dz_special", 3, traits=(Trait.RED,))


@pytest.mark.parametrize("system", System)
def test_each_system_is_known_by_its_columns(system: System):
    for data in (erp_csv([*TRUTHS, RED], system), erp_xlsx([*TRUTHS, RED], system)):
        ledger = read_ledger(data, "x")
        assert ledger.layout == "journal"
        found = {entry.number: entry.total for entry in ledger.entries}
        assert found == {truth.number: truth.total for truth in [*TRUTHS, RED]}
        assert all(entry.voucher_no for entry in ledger.entries)


def test_num_of_a_journal_is_the_voucher_and_of_a_list_the_invoice():
    journal = "num,explanation,debitamount,creditamount\n12345678,付款,1,0\n"
    entries = read_ledger(f"{journal}12345679,发票 {NUMBER},2,0\n".encode(), "x").entries
    assert [(entry.number, entry.voucher_no) for entry in entries] == [(NUMBER, "12345679")]
    (entry,) = read_ledger(b"num,total\n12345678,1\n", "x").entries
    assert (entry.number, entry.voucher_no) == ("12345678", None)


def test_sap_reference_that_lost_four_digits_is_said_not_made_up():
    head = "BELNR,BUDAT,XBLNR,HKONT,DMBTR,SHKZG,SGTXT\n"
    ledger = read_ledger(f"{head}19,20260105,{NUMBER[4:]},66020101,9,S,差旅\n".encode(), "x")
    (entry,) = ledger.entries
    assert (entry.number, entry.damaged_number, entry.total) == (None, NUMBER[4:], 9)
    assert "number_shortened" in codes(ledger)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("044001900111-00015045", [("00015045", "044001900111")]),
        ("发票代码044001900111 号码00015045", [("00015045", "044001900111")]),
        ("4400194130/12345678、12345679", [("12345678", "4400194130"), ("12345679", None)]),
        ("04400190011100015045", [("00015045", "044001900111")]),
        (f"{NUMBER}、{NUMBER}；{NUMBER[:-1]}0", [(NUMBER, None), (NUMBER[:-1] + "0", None)]),
        ("电话13800138000 转12345678", [("12345678", None)]),
        ("合同AB12345678 订单202601051234567", []),
        ("20260901 报销", []),
        ("", []),
    ],
)
def test_mentions(text: str, expected: list[tuple[str, str | None]]):
    assert mentions_in(text) == [Mention(*each) for each in expected]


def rows(count: int = 12) -> list[list[str]]:
    sellers = [SELLER, "91310000MA1FL0TX7K"[:17]]
    from models.identifiers import uscc_check_character

    second = sellers[1] + uscc_check_character(sellers[1])
    own = OWN[:17] + uscc_check_character(OWN[:17])
    good = SELLER[:17] + uscc_check_character(SELLER[:17])
    return [
        [
            f"2644700000124349{at:04d}",
            f"2026/1/{at + 1}",
            "深圳市云杉测试科技有限公司" if at % 2 else "北京青禾测试有限公司",
            second if at % 2 else good,
            own,
            f"{1000 + at}.00",
            f"{60 + at}.00",
            f"{1060 + 2 * at:,}.00",
            "正常",
        ]
        for at in range(count)
    ]


def table(headings: list[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([headings, *rows()])
    return out.getvalue().encode("gb18030")


HELD = ["number", "loose_date", "seller_name", "seller_tax_id", "buyer_tax_id", "amount", "tax"]
HELD += ["total", "status"]


@pytest.mark.parametrize(
    "headings",
    [
        ["c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9"],
        [
            "发票号码",
            "开票的日期",
            "销货单位",
            "销货税号",
            "本单位",
            "未税",
            "增值税",
            "合计额",
            "标志",
        ],
    ],
)
def test_columns_are_told_by_what_they_hold(headings: list[str], tmp_path: Path):
    proposal = propose(open_tables(table(headings)), "mine")
    held = [guess.column for guess in proposal.guesses]
    assert ["loose_date" if column == "date" else column for column in held] == HELD
    assert proposal.missing == ()
    profiles = Profiles(tmp_path / "profiles")
    profiles.save(proposal.profile)
    kept = profiles.get("mine")
    assert kept == proposal.profile
    entries = read_ledger(table(headings), "x", kept).entries
    assert len(entries) == 12
    assert [entry.total - entry.amount - entry.tax for entry in entries] == [0] * 12


def test_a_shipped_profile_is_recognised_and_sides_are_found():
    assert propose(open_tables(erp_csv(TRUTHS, System.SAP)), "x").shipped == "sap"
    data = "号,说明,方向,钱\n" + "".join(
        f"记-{i},付 {NUMBER[:-1]}{i},{side},{i + 1}0.00\n" for i in range(4) for side in "借贷"
    )
    proposal = propose(open_tables(data.encode()), "x")
    assert proposal.profile.side.debit == ("借",)
    assert [guess.column for guess in proposal.guesses] == ["voucher", "summary", "side", "booked"]
    assert len(read_ledger(data.encode(), "x", proposal.profile).entries) == 4


def test_profiles_survive_toml_and_shipped_ones_are_whole(tmp_path: Path):
    odd = Profile(
        name="a", title='"\\\n\x00', sheet="账 1", header_row=3, columns={"number": ("号",)}
    )
    for profile in (odd, *shipped()):
        assert from_toml(to_toml(profile), "x") == profile
    assert {"yonyou-u8", "yonyou-nc", "kingdee-k3", "kingdee-cloud", "sap"} <= {
        profile.name for profile in shipped()
    }
    own = shipped()[0].model_copy(update={"title": "own"})
    profiles = Profiles(tmp_path)
    profiles.save(own)
    assert profiles.get(own.name).title == "own"
    assert len(profiles.all()) == len(shipped())


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("name = \n", "line 1"),
        ('name = "A b"\n[columns]\nnumber = "x"', "name"),
        ('name = "a"\n[columns]\nnumbr = "x"', "numbr"),
        ('name = "a"\ncolor = 1\n[columns]\nnumber = "x"', "color"),
    ],
)
def test_a_bad_profile_names_its_key(text: str, named: str):
    with pytest.raises(LedgerError, match="bad_profile") as caught:
        from_toml(text, "p.toml")
    assert named in caught.value.record.message


def test_wrong_sheet_or_headings_are_told_by_the_profile():
    profile = Profile(name="a", sheet="账", columns={"number": ("号",), "total": ("钱",)})
    good = xlsx({"别": [["号", "钱"], [NUMBER, 1]], "账": [["号", "钱"], [NUMBER, 2]]})
    assert [entry.total for entry in read_ledger(good, "x", profile).entries] == [2]
    for sheets in ({"别": [["号", "钱"], [NUMBER, 1]]}, {"账": [["号", "额"], [NUMBER, 1]]}):
        with pytest.raises(LedgerError, match="profile_mismatch") as caught:
            read_ledger(xlsx(sheets), "x", profile)
        assert "钱" in caught.value.record.message
    with pytest.raises(LedgerError, match="no_profile"):
        Profiles().get("nothing")
