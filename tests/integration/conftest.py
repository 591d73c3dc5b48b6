"""Fixtures: a store on a real SQLite file or a real PostgreSQL, and records to put into it."""

import datetime
import hashlib
import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from models.document import Attachment, Document, Notice, ReadStatus
from models.errors import ErrorRecord
from models.finding import Finding, NotEvaluated, RulesRun, Severity, Status
from models.forms import Form
from models.geometry import Box
from models.invoice import Candidate, Evidence, Extra, FieldName, Invoice, LineItem
from models.page import Source
from piaohe.store import Store, What
from piaohe.store.migrate import upgrade
from piaohe.store.postgres import postgres_engine
from tests.support.postgres import Databases, NoPostgres, PostgresServer
from tests.support.s3 import NoS3, S3Server
from tests.support.web import UNDECLARED, finish_carrying

NOW = datetime.datetime(2026, 3, 1, 8, 30, tzinfo=datetime.UTC)

MakeDocument = Callable[..., tuple[bytes, Document]]
Keep = Callable[..., bool]


@pytest.fixture(autouse=True)
def problems_are_described() -> Iterator[None]:
    """No operation of the API tells of a problem that its description does not state."""
    UNDECLARED.clear()
    yield
    assert not UNDECLARED


@pytest.fixture
def now() -> datetime.datetime:
    return NOW


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """A PostgreSQL server of this test run. Skips the test where none can be had."""
    try:
        server = PostgresServer()
    except NoPostgres as error:
        pytest.skip(f"no PostgreSQL: {error}")
    try:
        found = Databases(server)
        # its tables are made once and copied from then on
        engine = postgres_engine(server.url(found.TEMPLATE), 30.0)
        upgrade(engine, "template")
        engine.dispose()
        yield found
    finally:
        server.close()


@pytest.fixture
def postgres_url(databases: Databases) -> Iterator[str]:
    """A fresh PostgreSQL database with our empty tables."""
    name = databases.make()
    yield databases.server.url(name)
    databases.drop(name)


@pytest.fixture
def empty_postgres_url(databases: Databases) -> Iterator[str]:
    """A fresh PostgreSQL database with nothing in it."""
    name = databases.make("template0")
    yield databases.server.url(name)
    databases.drop(name)


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """An S3 API of this test run. Skips the test where none can be had."""
    try:
        server = S3Server()
    except NoS3 as error:
        pytest.skip(f"no S3: {error}")
    yield server
    server.close()


@pytest.fixture
def s3_bucket(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty bucket, and the credentials for it in the environment."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return s3_server.bucket()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """What `Store.open` takes as `url`: a test that asks for it runs on both databases."""
    if request.param == "sqlite":
        return None
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def store(tmp_path: Path, database_url: str | None) -> Iterator[Store]:
    with Store.open(tmp_path / "home", url=database_url) as opened:
        yield opened
        finish_carrying()


@pytest.fixture
def rich_invoice() -> Invoice:
    """An invoice with something in every field."""
    lost = Candidate(value="1131.00", raw="¥1131.00", source=Source.OCR, confidence=0.1 + 0.2)
    total = Evidence(
        value="1130.00",
        raw="（小写）¥1,130.00",
        source=Source.PDF_TEXT,
        confidence=1 / 3,
        page=0,
        box=Box(0.1, 2.0, 30.25, 40.0),
        confirmed_by=("arithmetic", "capital_amount"),
        corrected_by="arithmetic",
        candidates=(lost,),
    )
    number = Evidence(value="26332000000012345678", raw="…", source=Source.QR, confidence=1.0)
    date = Evidence(value="2026-02-28", raw="2026年02月28日", source=Source.OCR, confidence=0.9)
    read = Invoice.from_evidence(
        Form.DZ_NORMAL,
        {FieldName.TOTAL: total, FieldName.NUMBER: number, FieldName.DATE: date},
        page=1,
        region=Box(0, 0, 1302, 1861),
        items=(
            LineItem(name="*信息技术服务*开发费", quantity="1", amount=Decimal("1000.005")),
            LineItem(name="折扣", amount=Decimal("-0.005"), tax_rate="13%", tax=Decimal("130.00")),
        ),
        extra=Extra(total_in_words="壹仟壹佰叁拾圆整", remark="行一\n行二 \x00 \U00020bb7"),
    )
    return read.model_copy(
        update={
            "amount": Decimal("1000.00"),
            "tax": Decimal("130.00"),
            "seller_name": "示例（杭州）有限公司",
            "category": "IT_SVC",
            "status": Status.REVIEW,
            "findings": (
                Finding(
                    rule="R-AMT-01",
                    severity=Severity.WARN,
                    field="total",
                    message="示例",
                    message_en="example",
                    expected="1130.00",
                ),
            ),
            "rules": RulesRun(
                evaluated=3, not_evaluated=(NotEvaluated(rule="R-CHK-01", why="no check code"),)
            ),
        }
    )


@pytest.fixture
def make_document() -> MakeDocument:
    """Make (bytes, Document) from a text: the text is the file's content."""

    def make(
        content: str,
        *invoices: Invoice,
        file: str = "/in/a.pdf",
        error: str | None = None,
    ) -> tuple[bytes, Document]:
        data = content.encode()
        record = ErrorRecord(code=error, message="坏", hint="换一个") if error else None
        document = Document(
            file=file,
            sha256=hashlib.sha256(data).hexdigest(),
            seconds=0.1,
            status=ReadStatus.FAILED if error else ReadStatus.OK,
            error=record,
            notices=(Notice(code="wrong_extension", message="扩展名", message_en="extension"),),
            attachments=(Attachment(page=2, what="trip_list"),),
            invoices=invoices,
        )
        return data, document

    return make


@pytest.fixture
def keep(store: Store, make_document: MakeDocument) -> Keep:
    """Keep a document made from a text, original first, row after."""

    def keep_one(content: str, *invoices: Invoice, at: datetime.datetime = NOW, **kw: str) -> bool:
        data, document = make_document(content, *invoices, **kw)
        store.originals.put(data)
        with store.unit_of_work() as work:
            return work.documents.add(document, received_at=at, size=len(data), kind="pdf")

    return keep_one


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where the fixture `store` is opened."""
    return tmp_path / "home"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Where backups go."""
    return tmp_path / "backups"


@pytest.fixture
def other_url(store: Store, databases: Databases) -> Iterator[str | None]:
    """A second, fresh database of the kind the store is on."""
    if store.engine.dialect.name == "sqlite":
        yield None
        return
    name = databases.make("template0")
    yield databases.server.url(name)
    databases.drop(name)


@pytest.fixture
def filled(store: Store, keep: Keep, rich_invoice: Invoice, now: datetime.datetime) -> Store:
    """The store with something in it."""
    keep("a", rich_invoice, Invoice(number="1", seller_name="甲\x00乙 \U00020bb7"))
    keep("b", file="/in/b.pdf", error="broken_pdf")
    store.originals.put(b"no row names this one yet")
    with store.unit_of_work() as work:
        work.events.add(What.LEDGER_SUSPECTED, "x", now)
    return store
