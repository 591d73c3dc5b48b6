"""The check platform through its mock server, by the platform's rules."""

import datetime
import json

import pytest

from models.forms import Form
from models.invoice import Extra, Invoice
from models.ledger import LedgerStatus
from models.portal import PortalOutcome
from piaohe.sources.http_json import Endpoint
from piaohe.sources.portal import (
    CheckDesk,
    HttpPortal,
    OfflinePortal,
    PortalRequest,
    Unaskable,
    portal_status,
    request_of,
)
from piaohe.sources.portal_mock import Known, PortalMock, known_of

NUMBER = "26447000001243494438"
DATE = datetime.date(2026, 2, 10)
TODAY = datetime.date(2026, 3, 1)
FACE = {"total": "1060.00"}
KNOWN = Known(number=NUMBER, date=DATE, check="1060.00", status="已红冲-全额", face=FACE)
DOWN = Endpoint("http://127.0.0.1:1/check", "POST")


class Now:
    """A clock for the desk."""

    def __init__(self, at: datetime.datetime) -> None:
        self.at = at

    def __call__(self) -> datetime.datetime:
        return self.at


@pytest.fixture
def clock(now) -> Now:
    return Now(now)


def asking(number: str = NUMBER, date: datetime.date = DATE, check: str = "1060.00"):
    return PortalRequest(
        key=number, kind="81", number=number, date=date, check_name="total", check=check
    )


def desk(store, clock: Now, mock: PortalMock, *before: Endpoint) -> CheckDesk:
    portal = HttpPortal([*before, Endpoint(mock.url, "POST")], clock, seconds=0.5)
    return CheckDesk(store, portal, clock)


def test_a_known_invoice_is_asked_once_and_remembered(store, clock) -> None:
    with PortalMock([KNOWN], today=TODAY) as mock:
        it = desk(store, clock, mock, DOWN)
        first = it.ask(asking())
        assert first.sent
        assert (first.answer.code, first.answer.status) == ("001", LedgerStatus.RED_FULL)
        assert first.answer.face == FACE
        clock.at += datetime.timedelta(days=29)
        kept = it.ask(asking())
        assert (kept.sent, kept.answer) == (False, first.answer)
        assert len(mock.requests) == 1
        assert mock.requests[0]["date"] == "20260210"
        assert "key" not in mock.requests[0]


@pytest.mark.parametrize(
    ("request_", "code", "outcome"),
    [
        (asking(check="1.00"), "006", PortalOutcome.DIFFERS),
        (asking(NUMBER[:-1] + "9"), "009", PortalOutcome.ABSENT),
        (asking(date=TODAY), "rqerr", PortalOutcome.TOO_FRESH),
        (asking(date=datetime.date(2021, 2, 28)), "too_old", PortalOutcome.UNASKED),
    ],
)
def test_what_the_platform_says(store, clock, request_, code, outcome) -> None:
    with PortalMock([KNOWN], today=TODAY) as mock:
        asked = desk(store, clock, mock).ask(request_)
        assert (asked.answer.code, asked.answer.outcome) == (code, outcome)
        assert asked.sent is (code in {"006", "009"})
        assert len(mock.requests) == asked.sent


@pytest.mark.parametrize(
    ("step", "code", "outcome"),
    [
        ("hang", "timeout", PortalOutcome.UNASKED),
        ("half", "timeout", PortalOutcome.UNASKED),
        ("error", "timeout", PortalOutcome.UNASKED),
        ("020", "020", PortalOutcome.LIMITED),
        ("007", "007", PortalOutcome.LIMITED),
        ("999", "999", PortalOutcome.UNASKED),
    ],
)
def test_no_answer_is_never_not_there_and_the_last_good_one_stands_in(
    store, clock, step, code, outcome
) -> None:
    with PortalMock([KNOWN], {NUMBER: ["001", step]}, today=TODAY, hang=5) as mock:
        it = desk(store, clock, mock)
        good = it.ask(asking()).answer
        clock.at += datetime.timedelta(days=31)
        asked = it.ask(asking())
    assert (asked.answer.code, asked.answer.outcome) == (code, outcome)
    assert asked.last_good == asked.best == good
    assert (clock.at - asked.best.asked_at).days == 31


def test_nobody_there(store, clock) -> None:
    portal = HttpPortal([DOWN], clock, seconds=0.5)
    assert CheckDesk(store, portal, clock).ask(asking()).answer.code == "unreachable"
    offline = CheckDesk(store, OfflinePortal(clock), clock).ask(asking())
    assert (offline.sent, offline.answer.code) == (False, "not_configured")
    assert offline.answer.outcome is PortalOutcome.UNASKED


def test_five_times_a_day_whoever_asks(store, clock) -> None:
    with PortalMock([KNOWN], {NUMBER: ["020"]}, today=TODAY) as mock:
        codes = [desk(store, clock, mock).ask(asking()).answer.code for _ in range(7)]
        assert codes == ["020"] * 5 + ["002"] * 2
        assert len(mock.requests) == 5
        # the day is China's: 16:00 UTC is midnight there
        clock.at = clock.at.replace(hour=16, minute=0)
        assert desk(store, clock, mock).ask(asking()).answer.code == "020"


PAPER = {"code": "044001900111", "number": "00015045", "check_code": "01234567890123456789"}


@pytest.mark.parametrize(
    ("form", "values", "expected"),
    [
        (Form.DZ_NORMAL, {"number": NUMBER}, ("82", "", NUMBER, "1060.00")),
        (Form.RAIL_E, {"number": NUMBER}, ("51", "", NUMBER, "1060.00")),
        (Form.VAT_SPECIAL, PAPER, ("01", PAPER["code"], PAPER["number"], "1000.00")),
        (Form.VAT_E_NORMAL, PAPER, ("10", PAPER["code"], PAPER["number"], "456789")),
        (Form.USED_CAR, PAPER, ("15", PAPER["code"], PAPER["number"], "1060.00")),
        (
            Form.DZP_SPECIAL,
            {"number": NUMBER, "extra": Extra(second_code="044001900111", second_number="1" * 8)},
            ("85", "044001900111", "1" * 8, "1000.00"),
        ),
        (Form.TAXI, PAPER, "not_on_platform"),
        (None, PAPER, "not_on_platform"),
        (Form.VAT_E_NORMAL, PAPER | {"check_code": None}, "check_code"),
        (Form.VAT_SPECIAL, PAPER | {"amount": None}, "amount"),
        (Form.VAT_SPECIAL, PAPER | {"code": None}, "code"),
        (Form.DZ_NORMAL, {}, "number"),
        (Form.DZ_NORMAL, {"number": NUMBER, "date": None}, "date"),
    ],
)
def test_what_is_asked_of_each_kind(form, values, expected) -> None:
    usual = {"form": form, "date": DATE, "amount": "1000.00", "total": "1060.00"}
    made = request_of(Invoice.model_validate(usual | values))
    if isinstance(expected, str):
        assert isinstance(made, Unaskable)
        assert expected in {made.code, made.field}
    else:
        assert (made.kind, made.code, made.number, made.check) == expected


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("正常", LedgerStatus.NORMAL),
        ("0", LedgerStatus.NORMAL),
        ("Y", LedgerStatus.VOID),
        ("HP", LedgerStatus.RED_PART),
        ("HF", LedgerStatus.RED_FULL),
        ("", LedgerStatus.UNKNOWN),
    ],
)
def test_states(text: str, status: LedgerStatus) -> None:
    assert portal_status(text) is status


def test_the_mock_knows_invoices_as_read_prints_them() -> None:
    line = {"form": "dz_normal", "number": NUMBER, "date": "2026-02-10", "total": "1060.00"}
    known = known_of(json.loads(json.dumps(line | {"file": "a.pdf"})))
    assert known == KNOWN.model_copy(update={"status": "正常"})
    assert known_of({"form": "taxi"}) is None
