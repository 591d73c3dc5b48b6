"""Documents, sightings and invoices: kept once, found again as they were."""

import datetime
import os
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy.exc import StatementError

from models.errors import StoreError
from models.forms import Form
from models.invoice import Extra, Invoice
from piaohe.store import What

HOUR = datetime.timedelta(hours=1)


def test_a_document_comes_back_as_it_was(store, keep, make_document, rich_invoice) -> None:
    _, document = make_document("a", rich_invoice, Invoice())
    assert keep("a", rich_invoice, Invoice())
    with store.reading() as work:
        kept = work.documents.get(document.sha256)
        assert kept == document
        assert kept.model_dump_json() == document.model_dump_json()
        assert work.invoices.get(f"{document.sha256}-0") == rich_invoice
        assert work.documents.get("0" * 64) is None
        assert work.invoices.get("none") is None


def test_the_same_content_again_is_no_news(store, keep, make_document, now) -> None:
    _, document = make_document("a", Invoice(number="1"))
    assert keep("a", Invoice(number="1"), file="/in/a.pdf")
    assert not keep("a", Invoice(number="2"), file="/in/a.pdf", at=now + HOUR)
    assert not keep("a", file="/in/copy.pdf", at=now + HOUR)
    with store.reading() as work:
        assert work.documents.get(document.sha256) == document
        assert work.documents.paths(document.sha256) == ["/in/a.pdf", "/in/copy.pdf"]
        events = [event.what for event in work.events.iterate()]
    assert events == [
        What.DOCUMENT_KEPT,
        What.INVOICE_KEPT,
        What.DOCUMENT_SEEN,
        What.DOCUMENT_SEEN,
    ]


def test_a_failed_document_gives_way_to_a_new_reading(store, keep, make_document, now) -> None:
    assert keep("a", error="encrypted_pdf")
    assert keep("a", error="encrypted_pdf", at=now + HOUR)
    with store.reading() as work:
        assert [item.error.code for item in work.documents.failed()] == ["encrypted_pdf"]
    assert keep("a", Invoice(number="7"), at=now + 2 * HOUR)
    _, document = make_document("a", Invoice(number="7"))
    with store.reading() as work:
        assert work.documents.failed() == []
        assert work.documents.get(document.sha256) == document
        events = [event.what for event in work.events.iterate(document.sha256)]
    assert events == [What.DOCUMENT_KEPT, What.DOCUMENT_SEEN, What.DOCUMENT_REPLACED]


def test_a_row_needs_its_original(store, make_document, now) -> None:
    _, document = make_document("never put")
    with pytest.raises(StoreError) as caught, store.unit_of_work() as work:
        work.documents.add(document, received_at=now, size=1)
    assert caught.value.record.code == "original_missing"
    nameless = document.model_copy(update={"sha256": None})
    with pytest.raises(ValueError, match="SHA-256"), store.unit_of_work() as work:
        work.documents.add(nameless, received_at=now, size=1)
    with store.reading() as work:
        assert work.documents.ids() == []


def test_an_exception_undoes_the_whole_unit(store, make_document, now) -> None:
    data, document = make_document("a", Invoice(number="1"))
    store.originals.put(data)

    def unit() -> None:
        with store.unit_of_work() as work:
            assert work.documents.add(document, received_at=now, size=len(data))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        unit()
    with store.reading() as work:
        assert work.documents.ids() == []
        assert work.invoices.all() == []
        assert list(work.events.iterate()) == []


def test_a_folder_holds_what_was_seen_last_at_each_path(store, keep, now) -> None:
    keep("old", file="/in/a_b.pdf")
    keep("new", file="/in/a_b.pdf", at=now + HOUR)
    keep("deep", file="/in/sub/c.pdf")
    keep("deep", file="/in/sub/twin.pdf")
    keep("beside", file="/in2/d.pdf")
    keep("case", file="/IN/e.pdf")
    keep("wild", file="/inX/f.pdf")
    with store.reading() as work:
        found = work.documents.by_path(Path("/in"))
        assert [item.file for item in found] == ["/in/a_b.pdf", "/in/sub/c.pdf", "/in/sub/twin.pdf"]
        assert found[1].sha256 == found[2].sha256
        same = work.documents.by_path(Path("/in/a_b.pdf"))
        assert same == work.documents.by_path(Path("/in/sub/../a_b.pdf")) == found[:1]
        assert found[0].sha256 != keep_sha(store, "old")
        assert len(work.documents.by_path(Path("/"))) == 6
        assert work.documents.by_path(Path("/nothing")) == []


def keep_sha(store, content: str) -> str:
    return store.originals.put(content.encode())


def test_coming_back_to_an_old_content(store, keep, make_document, now) -> None:
    _, old = make_document("old")
    keep("old", file="/in/a.pdf")
    keep("new", file="/in/a.pdf", at=now + HOUR)
    with store.unit_of_work() as work:
        assert not work.documents.seen(old.sha256, Path("/in/a.pdf"), now + 2 * HOUR)
    with store.reading() as work:
        (found,) = work.documents.by_path(Path("/in"))
    assert found.sha256 == old.sha256


def test_relative_paths_are_kept_absolute(
    store, keep, make_document, monkeypatch, tmp_path
) -> None:
    monkeypatch.chdir(tmp_path)
    keep("a", file="x/a.pdf")
    with store.reading() as work:
        (found,) = work.documents.by_path(tmp_path / "x")
        assert found.file == str(tmp_path / "x" / "a.pdf")
        assert work.documents.get(found.sha256).file == "x/a.pdf"


def test_names_and_texts_that_utf8_cannot_hold(store, keep, make_document, rich_invoice) -> None:
    name = os.fsdecode(b"/in/\xb7\xa2\xc6\xb1.pdf")
    broken = rich_invoice.model_copy(update={"seller_name": "甲\ud800乙"})
    keep("a", broken, file=name)
    with store.reading() as work:
        (found,) = work.documents.by_path(Path("/in"))
    assert found.file == "/in/\\udcb7\\udca2\\u01b1.pdf".replace("\\u01b1", "Ʊ")
    assert found.invoices[0].seller_name == "甲\\ud800乙"
    assert found.invoices[0].region == rich_invoice.region


def test_times_are_utc_and_need_a_zone(store, keep, now, make_document) -> None:
    shanghai = now.astimezone(datetime.timezone(datetime.timedelta(hours=8)))
    keep("a", at=shanghai)
    with store.reading() as work:
        (event, *_) = work.events.iterate()
    assert event.at == now
    assert event.at.tzinfo is datetime.UTC
    with pytest.raises(StatementError, match="time zone"):
        keep("b", at=now.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("amount", "fen"),
    [
        ("0.01", 1),
        ("-1130.00", -113000),
        ("9999999999999.99", 999999999999999),
        ("1E+3", 100000),
        ("0.005", None),
        ("1E+40", None),
        ("-0", 0),
    ],
)
def test_money_is_fen_beside_the_exact_record(store, keep, amount: str, fen: int | None) -> None:
    keep("a", Invoice(total=Decimal(amount)))
    with store.reading() as work:
        (kept,) = work.invoices.all()
    assert str(kept.invoice.total) == amount
    assert column(store, "total_fen") == fen


def column(store, name: str) -> object:
    with store._reading_engine.connect() as connection:
        return connection.exec_driver_sql(f"SELECT {name} FROM invoices").scalar_one()


def test_duplicates_are_found_by_either_identity(store, keep, now) -> None:
    number, paper = "26332000000012345678", "033002600111-12345678"
    photo = Invoice(form=Form.DZ_NORMAL, number=number)
    print_ = Invoice(
        form=Form.DZP_NORMAL,
        number=number,
        code="033002600111",
        extra=Extra(second_number="12345678"),
    )
    keep("late", photo, file="/in/late.jpg", at=now + HOUR)
    keep("first", Invoice(), print_, file="/in/first.jpg")
    with store.reading() as work:
        hits = work.invoices.find_key(number)
        assert [(hit.file, hit.index) for hit in hits] == [
            ("/in/first.jpg", 1),
            ("/in/late.jpg", 0),
        ]
        assert [hit.file for hit in work.invoices.find_key(paper)] == ["/in/first.jpg"]
        assert work.invoices.find_key("033002600111-00000000") == []


def test_invoices_come_in_the_order_they_were_received(store, keep, now) -> None:
    keep("z", Invoice(number="3"), file="/in/z.pdf")
    keep("b", Invoice(number="1"), Invoice(number="2"), file="/in/b.pdf")
    keep("a", Invoice(number="0"), file="/in/a.pdf", at=now - HOUR)
    with store.reading() as work:
        found = [(item.invoice.number, item.index) for item in work.invoices.iterate()]
    assert found == [("0", 0), ("1", 0), ("2", 1), ("3", 0)]
