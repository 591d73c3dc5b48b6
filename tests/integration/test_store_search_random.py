"""Whatever is looked for finds what a plain look through all records finds, and counts the same."""

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.document import Document, ReadStatus
from models.finding import Finding, Severity, Status
from models.forms import Form, InvoiceType
from models.invoice import Extra, Invoice, LineItem
from models.match import Match, MatchState, Side
from models.text import money, to_fen
from piaohe.search.bigrams import normal
from piaohe.store import Store, search
from piaohe.store.search import Search
from piaohe.store.wanted import NONE, UNBOOKED, Booked, State, Wanted

NOW = datetime.datetime(2026, 9, 30, 8, tzinfo=datetime.UTC)
DAY = datetime.date(2026, 1, 20)
NAMES = (
    *("中国石化销售股份有限公司北京分公司", "中国石化销售股份有限公司", "北京华润商贸有限公司"),
    *("有限公司", "华", "ACME（北京）有限公司", "𠮷野家 100%_店", "", None),
)
FORMS = (Form.DZ_NORMAL, Form.DZ_SPECIAL, Form.RAIL_PAPER, None)
TOTALS = (*(Decimal(each) for each in ("5", "500", "5000.50", "-12.30", "0", "1234567")), None)
CATEGORIES, RULES = ("MEAL", "FUEL", None), ("R-AMT-01", "R-SOR-01")
REMARKS = ("订单12345678", "押金345.50元", "ab-12_34", "石化 上海华润", None)
MATCHED = (MatchState.EXACT, MatchState.MISSING, MatchState.SUGGESTED, None)


@dataclass(frozen=True)
class Kept:
    """An invoice as it was given to the store. `texts`: what it can be found by."""

    sha256: str
    invoice: Invoice
    match: MatchState | None
    owner: int
    texts: tuple[str, ...]


def drawn(rng: Random, at: int) -> Invoice:
    form, day = rng.choice(FORMS), DAY + datetime.timedelta(days=rng.randrange(60))
    rules = [rule for rule in RULES if rng.random() < 0.3]
    return Invoice(
        form=form,
        type=form.type if form else InvoiceType.OTHER,
        number=f"{rng.randrange(10**17):017d}{at:03d}",
        date=rng.choice((day, day, None)),
        amount=rng.choice(TOTALS),
        tax=rng.choice(TOTALS),
        total=rng.choice(TOTALS),
        seller_name=rng.choice(NAMES),
        buyer_name=rng.choice(NAMES),
        category=rng.choice(CATEGORIES),
        status=rng.choice(list(Status)),
        items=(LineItem(name=rng.choice(("*汽油*92号", "餐费")), amount=Decimal(1)),),
        extra=Extra(remark=rng.choice(REMARKS)),
        findings=tuple(
            Finding(rule=rule, severity=Severity.INFO, field=None, message="", message_en="")
            for rule in rules
        ),
    )


@pytest.fixture
def kept(store: Store) -> list[Kept]:
    """What the store holds, the latest first."""
    rng, found = Random(5), list[Kept]()
    with store.unit_of_work() as work:
        people = [work.people.add(login, login, (), NOW).id for login in ("li", "sun")]
        for at in range(24):
            invoice, owner = drawn(rng, at), rng.choice(people)
            sha256, file = store.originals.put(bytes([at])), f"票{at}.pdf"
            work.uploads.add(sha256, owner, file, 1, NOW)
            document = Document(
                file=file, sha256=sha256, seconds=0.0, status=ReadStatus.OK, invoices=(invoice,)
            )
            work.documents.add(document, received_at=NOW + datetime.timedelta(seconds=at), size=1)
            said = (
                *(invoice.number, invoice.seller_name, invoice.buyer_name, file),
                *(invoice.extra.remark if invoice.extra else None, invoice.items[0].name),
            )
            texts = tuple(normal(each) for each in said if each)
            found.insert(0, Kept(sha256, invoice, rng.choice(MATCHED), owner, texts))
        verdicts = [
            Match(
                side=Side.INVOICE, key=one.invoice.key, state=one.match, message="", message_en=""
            )
            for one in found
            if one.match and one.invoice.key
        ]
        work.matches.replace(verdicts, NOW)
    return found


def says(one: Kept, word: str) -> bool:
    """Of Chinese every two neighbouring characters have to be somewhere, of all else the whole."""
    fen = None if money(word) is None else to_fen(money(word) or Decimal(0))
    if fen and fen in amounts(one.invoice):
        return True
    if re.fullmatch(r"[\d,]+\.\d\d", word):
        # an amount that says its cents is in a text as a whole or not at all
        return any(re.search(rf"(?<![\d.,]){re.escape(word)}(?![\d.])", text) for text in one.texts)
    if not re.search(r"[^\W_]", word):
        return False
    if re.search(r"[0-9a-z]|\W|_", word):
        return any(word in text for text in one.texts)
    pairs = [word[at : at + 2] for at in range(max(1, len(word) - 1))]
    return all(any(pair in text for text in one.texts) for pair in pairs)


def amounts(invoice: Invoice) -> list[int]:
    return [
        to_fen(each) for each in (invoice.total, invoice.amount, invoice.tax) if each is not None
    ]


def booked(one: Kept, match: Booked) -> bool:
    state = one.match.value if one.match else ""
    return {Booked.UNBOOKED: state in UNBOOKED, Booked.UNMATCHED: not state}.get(
        match, state == match.value
    )


def is_within(value: int | None, span: tuple[int | None, ...]) -> bool:
    low, high = span
    if value is None:
        return low is high is None
    return (low is None or low <= value) and (high is None or value <= high)


def suits(one: Kept, wanted: Wanted) -> bool:
    it = one.invoice
    days = tuple(None if day is None else day.toordinal() for day in (wanted.since, wanted.until))
    return (
        (not wanted.queue or it.status is not Status.ACCEPTED)
        and wanted.status in (None, it.status)
        and wanted.state in (None, State.OPEN)
        and (wanted.rule is None or wanted.rule in {finding.rule for finding in it.findings})
        and all(says(one, normal(word)) for word in wanted.q.split())
        and all(person in (None, one.owner) for person in (wanted.owner, wanted.by))
        and (not wanted.kind or it.type in wanted.kind)
        and wanted.form in (None, it.form)
        and wanted.category in (None, it.category or NONE)
        and (wanted.match is None or booked(one, wanted.match))
        and (not wanted.seller or it.seller_name == wanted.seller)
        and (not wanted.buyer or it.buyer_name == wanted.buyer)
        and is_within(None if it.date is None else it.date.toordinal(), days)
        and is_within(None if it.total is None else to_fen(it.total), (wanted.least, wanted.most))
    )


def asked() -> st.SearchStrategy[Wanted]:
    """Mostly a few filters, of values there are."""
    word = st.one_of(
        st.sampled_from(
            [
                "公司",
                "12",
                "500",
                "5000.5",
                "345.50",
                "¥-12.30",
                "化销",
                "石化上海",
                "%_",
                "京）有限",
            ]
        ),
        st.builds(
            lambda text, at, size: text[at : at + size],
            st.sampled_from([each for each in (*NAMES, *REMARKS) if each]),
            st.integers(0, 8),
            st.integers(1, 6),
        ),
    )
    fen = st.sampled_from([-1230, 0, 500, 50_000, 500_050, 10**9])
    day = st.integers(-2, 62).map(lambda days: DAY + datetime.timedelta(days=days))
    name = st.sampled_from(NAMES)
    filters = {
        "q": st.lists(word, min_size=1, max_size=2).map(" ".join),
        "kind": st.lists(st.sampled_from([InvoiceType.TRAIN, InvoiceType.OTHER]), max_size=2),
        "form": st.sampled_from(FORMS),
        "category": st.sampled_from(["MEAL", NONE]),
        "status": st.sampled_from(Status),
        "state": st.sampled_from([State.OPEN, State.CHECKED]),
        "rule": st.sampled_from(RULES),
        "match": st.sampled_from(Booked),
        "owner": st.sampled_from([1, 2, 9]),
        "by": st.sampled_from([1, 2]),
        "queue": st.booleans(),
        "least": fen,
        "most": fen,
        "since": day,
        "until": day,
        "seller": name,
        "buyer": name,
    }
    some = st.lists(st.sampled_from(sorted(filters)), unique=True, max_size=4)
    chosen = some.flatmap(lambda names: st.fixed_dictionaries({n: filters[n] for n in names}))
    return chosen.map(Wanted.model_validate)


def paged(found: Search, wanted: Wanted, size: int) -> Iterator[str]:
    """All that is found, a page after another."""
    after = None
    while lines := found.find(wanted, after, size):
        yield from (line.document_sha256 for line in lines)
        after = lines[-1].place


def facets(those: list[Kept]) -> dict[str, Counter[str]]:
    values = {
        "type": lambda one: one.invoice.type.value,
        "category": lambda one: one.invoice.category or "",
        "status": lambda one: one.invoice.status.value,
        "state": lambda _: "open",
        "match_state": lambda one: one.match.value if one.match else "",
        "month": lambda one: f"{one.invoice.date:%Y-%m}" if one.invoice.date else "",
        "seller": lambda one: one.invoice.seller_name or "",
    }
    return {name: Counter(map(value, those)) for name, value in values.items()}


def test_what_suits_is_found_and_counted(store: Store, kept: list[Kept]) -> None:
    @settings(max_examples=20, deadline=None, database=None, derandomize=True)
    @given(wanted=asked(), most=st.sampled_from([3, 2_000]))
    def look(wanted: Wanted, most: int) -> None:
        those = [one for one in kept if suits(one, wanted)]
        with store.reading() as work, pytest.MonkeyPatch.context() as patch:
            patch.setattr(search, "MOST", most)
            patch.setattr(search, "_FEW", most + 2)
            found = list(paged(work.search, wanted, 9))
            counted = work.search.count(wanted)
            tally = work.search.facets(wanted)
        assert found == [one.sha256 for one in those]
        assert counted == tally.count == min(len(those), most + 1)
        for name, facet in facets(those[: most + 1]).items():
            assert {one.value: one.count for one in tally.facets[name]} == facet, name

    look()
