"""Corrections and what is learnt from them, with a real store."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from classify.company import CategoryMap, OwnCategory
from models.errors import UsageError
from models.finding import Finding, Severity
from models.forms import Form
from models.invoice import Invoice, LineItem
from piaohe.learning import corrections, installation, seal, shelf
from piaohe.learning.active import SUBJECT, active, raise_alert
from piaohe.learning.evaluation import Known
from piaohe.pipeline import CATEGORY_FINDING
from piaohe.store import Store
from piaohe.store.corrections import Correction, How, Subject
from piaohe.store.events import What

NOW = datetime.datetime(2026, 3, 1, 8, 30, tzinfo=datetime.UTC)
OWN = CategoryMap(categories=(OwnCategory(name="研发耗材", standard="MATERIAL"),))
DRINKS = ("拿铁", "美式咖啡", "卡布奇诺", "手冲咖啡", "摩卡", "冷萃咖啡")
FIXED = tuple(
    Known(category=category, invoice=Invoice(seller_name=seller, items=(LineItem(name=item),)))
    for category, seller, item in (
        ("HOTEL", "丁宾馆", "*住宿服务*房费"),
        ("FUEL", "戊加油站", "*汽油*92号车用汽油"),
        ("MATERIAL", "己五金有限公司", "*金属制品*螺栓"),
        ("OFFICE", "庚文具店", "*文具*签字笔"),
    )
)
Put = Callable[..., str]


def bought(item: str, seller: str, category: str | None = "MEAL") -> Invoice:
    line = LineItem(name=item, amount=Decimal(30))
    return Invoice(form=Form.DZ_NORMAL, seller_name=seller, items=(line,), category=category)


@pytest.fixture
def put(store: Store, make_document: Callable[..., tuple[bytes, object]]) -> Put:
    """Keep an invoice; gives its id."""

    def one(invoice: Invoice) -> str:
        data, document = make_document(invoice.model_dump_json(), invoice)
        sha256 = store.originals.put(data)
        with store.unit_of_work() as work:
            work.documents.add(document, received_at=NOW, size=len(data))  # type: ignore[arg-type]
        return f"{sha256}-0"

    return one


def correct(store: Store, invoice_id: str, category: str) -> Correction:
    with store.unit_of_work() as work:
        return corrections.correct_category(work, (invoice_id, category, "甲"), NOW, OWN)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def coffee(store: Store, put: Put) -> Store:
    """A store in which coffee was corrected to welfare, for a different seller each time."""
    for n, drink in enumerate(DRINKS):
        correct(store, put(bought(f"*餐饮服务*{drink}", f"{'甲乙丙丁戊己'[n]}咖啡馆")), "WELFARE")
    return store


def test_a_correction_is_kept_and_changes_the_invoice(store: Store, put: Put) -> None:
    none = Finding(
        rule=CATEGORY_FINDING, severity=Severity.INFO, field="category", message="x", message_en="x"
    )
    bare = bought("*化学试剂*乙醇", "甲化工", None).model_copy(update={"findings": (none,)})
    invoice_id = put(bare)
    correct(store, invoice_id, "OFFICE")
    correct(store, invoice_id, "研发耗材")
    with store.reading() as work:
        kept = work.invoices.get(invoice_id)
        told = work.corrections.of(invoice_id)
        (latest,) = work.corrections.all(Subject.CATEGORY)
        (first,) = work.corrections.all(Subject.CATEGORY, told[0].id)
        events = [e for e in work.events.iterate(invoice_id) if e.what is What.INVOICE_RELABELLED]
    assert kept is not None
    # the standard category is what the rest of the program knows
    assert (kept.category, kept.findings) == ("MATERIAL", ())
    assert [(one.before, one.after) for one in told] == [(None, "OFFICE"), ("OFFICE", "研发耗材")]
    assert (latest.after, first.after, latest.by) == ("研发耗材", "OFFICE", "甲")
    assert [one.details["after"] for one in events] == ["OFFICE", "研发耗材"]
    assert latest.example.seller_name == "甲化工"
    assert latest.example.buyer_name is None


def test_what_cannot_be_corrected(store: Store, put: Put) -> None:
    invoice_id = put(bought("*餐饮服务*餐费", "甲"))
    for wanted in ((invoice_id, "MEEL"), ("0" * 64 + "-0", "MEAL")):
        with pytest.raises(UsageError) as caught, store.unit_of_work() as work:
            corrections.correct_category(work, (*wanted, "甲"), NOW, OWN)
        assert caught.value.record.code.startswith("no_such_")
    with pytest.raises(UsageError, match="no_such_kind"), store.unit_of_work() as work:
        corrections.correct_kind(work, (invoice_id, "taxy", "甲"), NOW)


def test_a_kind_is_taken_down_and_the_invoice_stays(store: Store, put: Put) -> None:
    invoice_id = put(bought("*餐饮服务*餐费", "甲"))
    with store.unit_of_work() as work:
        found = corrections.correct_kind(work, (invoice_id, "taxi", "甲"), NOW)
    assert (found.before, found.after) == ("dz_normal", "taxi")
    with store.reading() as work:
        assert work.invoices.get(invoice_id) == bought("*餐饮服务*餐费", "甲")
        assert [one.after for one in work.corrections.all(Subject.KIND)] == ["taxi"]
        assert not work.corrections.all(Subject.CATEGORY)


def test_learnt_promoted_and_rolled_back(coffee: Store, home: Path) -> None:
    asked = bought("*餐饮服务*拿铁", "庚咖啡馆", None)
    assert active(home).label(asked).alternatives[0].category == "MEAL"
    version = installation.train(coffee, home, ("甲", NOW), fixed=FIXED)
    assert (version.number, version.counts["corrections"]) == (1, 6)
    assert version.metrics["followed"] == 1
    assert active(home).number == 0
    found, used = installation.promote(coffee, home, None, ("甲", NOW, None), FIXED)
    assert used
    assert not found.worse
    assert found.held_back.version.documents == version.counts["held_back"] > 0
    now_used = active(home)
    assert (now_used.number, now_used.alert) == (1, None)
    assert now_used.label(asked).alternatives[0].category == "WELFARE"
    assert installation.roll_back(coffee, home, "乙", NOW) == 0
    assert active(home).label(asked).alternatives[0].category == "MEAL"
    with pytest.raises(UsageError, match="nothing_before"):
        installation.roll_back(coffee, home, "乙", NOW)
    with coffee.reading() as work:
        assert [use.how for use in work.versions.uses()] == [How.PROMOTED, How.ROLLED_BACK]
        whats = [event.what for event in work.events.iterate(SUBJECT)]
    assert whats == [
        What.CLASSIFIER_TRAINED,
        What.CLASSIFIER_PROMOTED,
        What.CLASSIFIER_ROLLED_BACK,
    ]


def test_the_same_corrections_give_the_same_artefact(coffee: Store, home: Path) -> None:
    one, two = (installation.train(coffee, home, (who, NOW), fixed=FIXED) for who in ("甲", "乙"))
    assert one.sha256 == two.sha256
    assert (one.number, two.number) == (1, 2)


def test_what_is_worse_is_refused_unless_forced(store: Store, put: Put, home: Path) -> None:
    for n in range(6):
        invoice = bought(f"*住宿服务*房费{'甲乙丙丁戊己'[n]}", f"{n}号宾馆", "HOTEL")
        correct(store, put(invoice), "OFFICE")
    # another hotel's invoice is lost to what was learnt
    lost = Known(category="HOTEL", invoice=bought("*住宿服务*房费甲乙", "23号宾馆", None))
    fixed = (*FIXED[1:], lost)
    installation.train(store, home, ("甲", NOW), fixed=fixed)
    found, used = installation.promote(store, home, None, ("甲", NOW, None), fixed)
    assert not used
    assert "25.0%" in found.worse_en[0]
    assert active(home).number == 0
    found, used = installation.promote(store, home, 1, ("甲", NOW, "总部要求"), fixed)
    assert used
    assert active(home).number == 1
    with store.reading() as work:
        (use,) = work.versions.uses()
    assert (use.how, use.by, use.reason) == (How.FORCED, "甲", "总部要求")


@pytest.mark.parametrize("database_url", [None], ids=["sqlite"])
@pytest.mark.parametrize("fault", ["altered", "unsigned", "gone", "key", "exposed", "pointer"])
def test_what_cannot_be_believed_is_not_used(coffee: Store, home: Path, fault: str) -> None:
    version = installation.train(coffee, home, ("甲", NOW), fixed=FIXED)
    installation.promote(coffee, home, None, ("甲", NOW, None), FIXED)
    file = home / shelf.FOLDER / f"{version.sha256}.habits"
    if fault == "altered":
        data = bytearray(file.read_bytes())
        data[-200] ^= 1
        file.write_bytes(data)
    elif fault == "unsigned":
        file.write_bytes(file.read_bytes().split(b"\n", 2)[2])
    elif fault == "gone":
        file.unlink()
    elif fault == "key":
        (home / seal.KEY_FILE).write_text("0" * 64)
    elif fault == "exposed":
        (home / seal.KEY_FILE).chmod(0o644)
    else:
        (home / shelf.FOLDER / "active").write_text('{"number": 7}')
    found = active(home)
    assert (found.number, found.habits) == (0, None)
    assert found.alert is not None
    assert found.alert.code == "classifier_refused"
    assert found.label(bought("*餐饮服务*拿铁", "庚咖啡店")).alternatives[0].category == "MEAL"
    assert raise_alert(coffee, found.alert, NOW)
    assert not raise_alert(coffee, found.alert, NOW)


def test_nothing_to_learn_from(store: Store, home: Path) -> None:
    with pytest.raises(UsageError, match="nothing_corrected"):
        installation.train(store, home, ("甲", NOW), fixed=FIXED)
    with pytest.raises(UsageError, match="no_such_version"):
        installation.evaluate(store, home)
    assert not (home / seal.KEY_FILE).exists()
