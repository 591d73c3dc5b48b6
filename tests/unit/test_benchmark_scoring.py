"""The scorer counts what it should."""

from benchmarks.accuracy import interval
from benchmarks.scoring import score

LABEL = {"file": "a.png", "kind": "scan", "type": "train", "number": "01", "total": "5.00"}


def test_equal_but_for_spelling_is_right() -> None:
    result = score(
        [LABEL],
        {"a.png": [{"type": "train", "number": " 01", "total": "¥5", "status": "accepted"}]},
    )
    assert [(one.field, one.right) for one in result.fields] == [
        ("type", True),
        ("number", True),
        ("total", True),
    ]
    assert (result.whole, result.accepted, result.silent, result.spurious) == (1, 1, 0, 0)


def test_an_accepted_wrong_field_is_counted_as_silent() -> None:
    result = score([LABEL], {"a.png": [{"type": "train", "number": "02", "status": "accepted"}]})
    assert (result.whole, result.accepted, result.silent) == (0, 1, 1)


def test_invoices_of_a_file_find_their_labels_and_extra_ones_are_spurious() -> None:
    other = {**LABEL, "number": "02", "total": "7.00"}
    read = [
        {"type": "train", "number": "02", "total": "7.00"},
        {"type": "train", "number": "01", "total": "5.00"},
        {"type": "train", "number": "99", "total": "9.00"},
    ]
    result = score([LABEL, other], {"a.png": read})
    assert (result.whole, result.spurious) == (2, 1)


def test_a_file_that_was_not_read_has_every_field_wrong() -> None:
    result = score([LABEL], {})
    assert [one.right for one in result.fields] == [False, False, False]


def test_the_interval_holds_the_share() -> None:
    low, high = interval(95, 100)
    assert 0.88 < low < 0.95 < high < 0.99
    assert interval(5, 5)[1] == 1.0
