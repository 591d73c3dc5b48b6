"""Who has which invoice, near duplicates found in a real database, and two who come at once."""

import datetime
import os
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine

import validate
from models.document import Document
from models.duplicate import DuplicateVerdict, Print, Relation, Shape, Specimen
from models.errors import StoreError
from models.finding import Status
from models.forms import Form
from models.invoice import Extra, Invoice
from piaohe.intake import How, Intake, kept_in
from piaohe.judging.sightings import Sightings
from piaohe.pipeline import Tools
from piaohe.store import Claim, Store
from piaohe.store.migrate import alembic_config, upgrade
from tests.support.engines import Scripted
from tests.support.originals import NUMBER as ORIGINAL
from tests.support.originals import digital
from validate.duplicates import judge, keys_of, lookup_of

NOW = datetime.datetime(2026, 9, 30, 8, tzinfo=datetime.UTC)
LATER = NOW + datetime.timedelta(hours=3)
NUMBER = "26332000000012345678"
PDF = (Path(__file__).parents[2] / "samples" / "01-dz-special.pdf").read_bytes()
INVOICE = Invoice(
    form=Form.DZ_NORMAL,
    number=NUMBER,
    date=datetime.date(2026, 9, 1),
    total=Decimal("1272.00"),
    seller_name="丙丁餐饮有限公司",
)
FIGURES = ("85349921", "20190312", "1116", "1209", "6900", "AJ6598")

KeepOne = Callable[..., DuplicateVerdict]


@pytest.fixture
def put(store: Store) -> KeepOne:
    """Keep an invoice as a document of its own, as `Intake` does."""

    def keep_one(
        content: str, invoice: Invoice, at: datetime.datetime = NOW, **known: object
    ) -> DuplicateVerdict:
        sha256 = store.originals.put(content.encode())
        ours = Specimen(sha256, 0, f"/in/{content}", invoice, **known)  # type: ignore[arg-type]
        with store.unit_of_work() as work:
            lookup = lookup_of(ours)
            work.duplicates.claim(ours, lookup.keys, at)
            document = Document(
                file=f"/in/{content}", sha256=sha256, seconds=0, status="ok", invoices=(invoice,)
            )
            work.documents.add(document, received_at=at, size=1)
            verdict = judge(ours, work.duplicates.find(lookup))
            work.duplicates.keep(ours, lookup.bands, verdict, at)
        return verdict

    return keep_one


def specimen(document: str, invoice: Invoice = INVOICE, by: str | None = None) -> Specimen:
    return Specimen(document * 64, 0, document, invoice, by=by)


def test_a_claim_is_had_by_whoever_comes_first(store: Store) -> None:
    two = INVOICE.model_copy(
        update={
            "form": Form.DZP_NORMAL,
            "extra": Extra(second_code="011001900311", second_number="21010038"),
        }
    )
    paper = Invoice(form=Form.DZP_NORMAL, code="011001900311", number="21010038")
    with store.unit_of_work() as work:
        assert work.duplicates.claim(specimen("a", two, by="甲"), keys_of(two), NOW) == []
        # again it is still its own, for others it is taken under either key
        assert work.duplicates.claim(specimen("a", two), keys_of(two), LATER) == []
        (claim,) = work.duplicates.claim(specimen("b", paper), keys_of(paper), LATER)
        assert claim == Claim(
            key="011001900311-21010038", document_sha256="a" * 64, index=0, since=NOW, by="甲"
        )
        work.duplicates.forget("a" * 64)
        assert work.duplicates.claim(specimen("b", paper), keys_of(paper), LATER) == []
        work.duplicates.forget("b" * 64)


def test_a_claim_without_its_document_is_not_kept(store: Store) -> None:
    with pytest.raises(StoreError), store.unit_of_work() as work:
        work.duplicates.claim(specimen("a"), [NUMBER], NOW)
    with store.reading() as work:
        assert work.duplicates.claims([NUMBER]) == []


CLAIMER = """
import datetime, sys
from pathlib import Path
from models.document import Document
from models.duplicate import Specimen
from models.invoice import Invoice
from piaohe.store import Store
from validate.duplicates import lookup_of

home, name, url = Path(sys.argv[1]), sys.argv[2], sys.argv[3] or None
now = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
with Store.open(home, url=url) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    for at in range(10):
        sha256 = store.originals.put(f"{name} {at}".encode())
        invoice = Invoice(number=f"{26112000000000000000 + at}")
        ours = Specimen(sha256, 0, name, invoice, by=name)
        with store.unit_of_work(shared=True) as work:
            work.alone_with(work.duplicates.names(lookup_of(ours)))
            lost = work.duplicates.claim(ours, [invoice.number], now)
            document = Document(file=name, sha256=sha256, seconds=0, status="ok")
            work.documents.add(document, received_at=now, size=1)
        print(at, lost[0].by if lost else name, flush=True)
"""

TAKER = """
import sys
from pathlib import Path
from piaohe.intake import Intake, kept_in
from piaohe.judging.sightings import Sightings
from piaohe.store import Store
from tests.support import flow
from dataclasses import replace
from tests.support.originals import NUMBER, digital

home, name, url = Path(sys.argv[1]), sys.argv[2], sys.argv[3] or None
with Store.open(home, url=url) as store:
    intake = Intake(store, replace(flow.tools(), sightings=Sightings(kept_in(store))), flow.now)
    print("ready", flush=True)
    sys.stdin.readline()
    for at in range(6):
        # the same deal, and a number that one digit was altered in
        number = f"{NUMBER[:10]}{at:09d}{name}"
        sums = {"TotalTax_includedAmount": f"{500 + at}.00"}
        told = digital(basic=sums).replace(NUMBER, number).encode()
        (invoice,) = intake.take(Path(name), told).document.invoices
        rules = {found.rule for found in invoice.findings}
        print(at, invoice.key, "R-DUP-03" in rules, flush=True)
"""


def run_together(script: str, home: Path, url: str | None) -> list[list[str]]:
    """Three processes on one home, let go at once; gives the lines each said then."""
    path = os.pathsep.join(item for item in (os.getcwd(), *sys.path) if item)
    children = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(home), name, url or ""],
            env=os.environ | {"PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in "123"
    ]
    assert [child.stdout and child.stdout.readline() for child in children] == ["ready\n"] * 3
    for child in children:
        if child.stdin:
            child.stdin.write("go\n")
            child.stdin.flush()
    said = [child.communicate()[0].splitlines() for child in children]
    assert [child.returncode for child in children] == [0, 0, 0]
    return said


def test_of_several_processes_exactly_one_gets_each_invoice(tmp_path: Path, database_url) -> None:
    Store.open(tmp_path, url=database_url).close()
    said = run_together(CLAIMER, tmp_path, database_url)
    # all three were told of every invoice, and were told the same
    assert said[0] == said[1] == said[2]
    assert len(said[0]) == 10
    with Store.open(tmp_path, url=database_url) as store, store.reading() as work:
        has = {
            claim.key: claim.by
            for claim in work.duplicates.claims(
                [f"{26112000000000000000 + at}" for at in range(10)]
            )
        }
    assert [f"{at} {by}" for at, by in enumerate(has.values())] == said[0]


def test_near_duplicates_that_come_at_once_see_one_another(tmp_path: Path, database_url) -> None:
    Store.open(tmp_path, url=database_url).close()
    said = run_together(TAKER, tmp_path, database_url)
    told = sorted(line.split()[0::2] for lines in said for line in lines)
    # of three with one deal the first is clean, and both others are told, once each
    assert told == sorted([str(at), was] for at in range(6) for was in ("False", "True", "True"))
    with Store.open(tmp_path, url=database_url) as store, store.reading() as work:
        twins = [work.duplicates.verdict(sha256, 0).twins for sha256 in work.documents.ids()]
    assert [len(each) for each in twins] == [2] * 18
    assert {twin.relation for each in twins for twin in each} == {Relation.ALTERED_NUMBER}


@pytest.fixture
def race(store: Store, tmp_path: Path) -> Callable[[bytes, bytes], tuple[object, ...]]:
    """Take a file in while another comes in just before it is kept."""

    def take_both(first: bytes, second: bytes) -> tuple[object, ...]:
        context = validate.Context(today=NOW.date())

        def intake(clock: Callable[[], datetime.datetime]) -> Intake:
            tools = Tools(engine=Scripted(), context=context, sightings=Sightings(kept_in(store)))
            return Intake(store, tools, clock)

        inner: list[object] = []

        def interrupted() -> datetime.datetime:
            if not inner:
                inner.append(intake(lambda: NOW).take(tmp_path / "first.pdf", first, "甲"))
            return LATER

        outer = intake(interrupted).take(tmp_path / "second.pdf", second, "乙")
        return inner[0], outer

    return take_both


def test_an_invoice_that_came_in_elsewhere_meanwhile_is_checked_again(race, store: Store) -> None:
    first, second = race(PDF, PDF + b"\n%\n")
    assert first.document.invoices[0].status is not Status.REJECTED
    (invoice,) = second.document.invoices
    (finding,) = [found for found in invoice.findings if found.rule == "R-DUP-01"]
    assert "first.pdf" in finding.message
    assert "2026-09-30 16:00" in finding.message
    assert "甲" in finding.message
    with store.reading() as work:
        kept = work.documents.get(second.document.sha256)
        verdicts = [work.duplicates.verdict(taken.document.sha256, 0) for taken in (first, second)]
    assert kept is not None
    assert kept.invoices == (invoice,)
    # each side shows the other
    assert [[twin.document for twin in verdict.twins] for verdict in verdicts] == [
        [second.document.sha256],
        [first.document.sha256],
    ]


def test_a_near_duplicate_that_came_in_elsewhere_meanwhile_is_seen(race, store: Store) -> None:
    other = digital().replace(ORIGINAL, f"{ORIGINAL[:-1]}9").encode()
    first, second = race(digital().encode(), other)
    found = [
        {finding.rule for finding in taken.document.invoices[0].findings} & {"R-DUP-03"}
        for taken in (first, second)
    ]
    assert found == [set(), {"R-DUP-03"}]


def test_the_same_file_that_came_in_elsewhere_meanwhile_is_known(race, store: Store) -> None:
    first, second = race(PDF, PDF)
    assert (first.how, second.how) == (How.NEW, How.KNOWN)
    assert second.document.invoices == first.document.invoices
    with store.reading() as work:
        (twin,) = work.duplicates.verdict(first.document.sha256, 0).twins
        assert len(work.invoices.all()) == 1
    assert (twin.relation, Path(twin.where).name) == (Relation.SAME_FILE, "second.pdf")


def test_an_invoice_in_another_shape_is_linked_both_ways(put: KeepOne, store: Store) -> None:
    assert not put("a.xml", INVOICE, shape=Shape.XML).twins
    (twin,) = put("a.pdf", INVOICE, at=LATER, shape=Shape.PDF).twins
    assert (twin.relation, twin.where, twin.since) == (Relation.RENDITION, "/in/a.xml", NOW)
    with store.reading() as work:
        (back,) = work.duplicates.verdict(twin.document, 0).twins
    assert (back.relation, back.where, back.since) == (Relation.RENDITION, "/in/a.pdf", LATER)


def test_near_duplicates_are_found_by_deal_and_by_print(put: KeepOne) -> None:
    put("a", INVOICE)
    altered = INVOICE.model_copy(update={"number": "26332000000012345673"})
    (twin,) = put("b", altered).twins
    assert (twin.where, twin.relation) == ("/in/a", Relation.ALTERED_NUMBER)
    taxi = Invoice(form=Form.TAXI, type=Form.TAXI.type, code="144011816703", number="85349921")
    put("c", taxi, print=Print(figures=FIGURES))
    unread = taxi.model_copy(update={"code": None, "number": None})
    (twin,) = put("d", unread, print=Print(figures=("8534992", *FIGURES[1:]))).twins
    assert (twin.where, twin.relation) == ("/in/c", Relation.SAME_PAPER)
    assert not put("e", unread, print=Print(figures=("77777777", "0815", "4711", "20190312"))).twins


def test_what_is_kept_of_a_document_can_be_taken_back(put: KeepOne, store: Store) -> None:
    put("a", INVOICE, print=Print(figures=FIGURES))
    (twin,) = put("b", INVOICE, print=Print(figures=FIGURES)).twins
    assert twin.relation is Relation.SAME_INVOICE
    with store.reading() as work:
        ids = work.documents.ids()
    with store.unit_of_work() as work:
        for sha256 in ids:
            work.duplicates.forget(sha256)
        assert work.duplicates.claims([NUMBER]) == []
        assert not any(work.duplicates.verdict(sha256, 0).twins for sha256 in ids)


def test_what_was_kept_before_there_were_claims_has_them(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    rows = [
        ("b" * 64, "2026-09-02 00:00:00", NUMBER, "011001900311-21010038"),
        ("a" * 64, "2026-09-01 00:00:00", NUMBER, None),
        ("c" * 64, "2026-09-03 00:00:00", None, "011001900311-21010038"),
    ]
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0001")
        for sha256, at, key, paper in rows:
            connection.exec_driver_sql(
                "INSERT INTO documents (sha256, file, size, received_at, read_at, status, record)"
                " VALUES (?, 'f', 1, ?, ?, 'ok', '{}')",
                (sha256, at, at),
            )
            connection.exec_driver_sql(
                "INSERT INTO invoices (id, document_sha256, idx, type, key, paper_key, status,"
                " record) VALUES (?, ?, 0, 'other', ?, ?, 'accepted', '{}')",
                (f"{sha256}-0", sha256, key, paper),
            )
    upgrade(engine, "x")
    with engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT key, document_sha256, claimed_at FROM invoice_claims ORDER BY key"
        ).all()
    engine.dispose()
    assert [(key, sha256[0], at[:10]) for key, sha256, at in found] == [
        ("011001900311-21010038", "b", "2026-09-02"),
        (NUMBER, "a", "2026-09-01"),
    ]
