"""Stated confidences are held against what is right, and every invoice's fate is explained."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from benchmarks import acceptance, reliability, reliability_picture
from benchmarks.scoring import Values
from models.finding import Finding, Severity, Status
from models.invoice import Evidence, FieldName, Invoice

LABEL: Values = {
    "file": "a.pdf",
    "kind": "photo",
    "level": "poor",
    "form": "taxi",
    "number": "12345678",
    "total": "20.00",
    "seller_name": "甲",
}


def invoice(*rules: str, status: Status = Status.REVIEW, **values: tuple[str, float]) -> Values:
    """A printed invoice with values and their confidences; what is not given is as labelled."""
    known = {"number": ("12345678", 0.99), "total": ("20.00", 0.995), "seller_name": ("甲", 0.8)}
    fields = {
        FieldName(name): Evidence(value=value, raw=value, source="ocr", confidence=sure)
        for name, (value, sure) in (known | values).items()
    }
    findings = tuple(
        Finding(rule=rule, severity=Severity.WARN, field=None, message="x", message_en="x")
        for rule in rules
    )
    found = Invoice.from_evidence(None, fields)
    return found.model_copy(update={"findings": findings, "status": status}).model_dump(mode="json")


def gathered(*found: Values, **label: Any) -> tuple[list[reliability.Stated], acceptance.Fate]:
    stated, (fate,) = reliability.gather([LABEL | label], {"a.pdf": {"invoices": list(found)}})
    return stated, fate


def test_every_value_read_is_held_against_its_label() -> None:
    stated, fate = gathered(invoice(seller_name=("乙", 0.8)))
    assert {(one.judged.field, one.confidence, one.right) for one in stated} == {
        ("number", 0.99, True),
        ("total", 0.995, True),
        ("seller_name", 0.8, False),
    }
    assert (fate.level, fate.form, fate.wrong, fate.accepted) == ("poor", "taxi", True, False)
    text = reliability.report(stated)
    assert "stated at 0.99 or more: 2 of 3; of these right: 100.0 %" in text
    assert reliability.gap(stated) == pytest.approx((0.8 + 0.015) / 3)
    seen = [reliability.observation(one) for one in stated]
    assert {(one.source, one.group, one.standing) for one in seen} == {
        ("ocr", "number", "alone"),
        ("ocr", "money", "alone"),
        ("ocr", "name", "alone"),
    }


def test_what_is_not_read_states_nothing() -> None:
    stated, fate = gathered()
    assert (stated, fate.reasons, fate.wrong) == ([], ("not read",), True)
    assert reliability.gap([]) == 0
    assert "not read 1" in acceptance.report([fate])


def test_reasons_are_the_rules_and_the_fields_without_a_second_source() -> None:
    _, fate = gathered(invoice("R-DATE-03", "R-DOC-05"))
    assert fate.reasons[:2] == ("R-DATE-03", "R-DOC-05")
    assert "number" in fate.reasons
    assert not fate.age_aside


@pytest.mark.parametrize(
    ("label", "once"),
    [
        ({"form": "taxi"}, True),
        ({"form": "dz_normal"}, False),
        ({"form": None}, True),
        ({"form": "fiscal", "extra": {"qr": "CZ-1"}}, False),
        ({"form": "fiscal"}, True),
    ],
)
def test_some_forms_state_a_key_field_once(label: Values, once: bool) -> None:
    assert gathered(invoice(), **label)[1].once is once


def test_age_alone_may_be_set_aside() -> None:
    fate = acceptance.Fate("dz_normal", "pdf", False, ("R-DATE-03",), False, False)
    assert fate.age_aside
    text = acceptance.report([fate])
    assert "- accepted today: 0.0 %" in text
    assert "- accepted but for their age: 100.0 %" in text


def test_a_diagram_for_every_part_large_enough(tmp_path: Path) -> None:
    stated, _ = gathered(invoice())
    path = tmp_path / "reliability.png"
    reliability_picture.draw(path, {"all": stated * 20, "few": stated})
    with Image.open(path) as image:
        assert image.size == (1200, 330)
        assert len(image.getcolors(image.width * image.height) or ()) > 3
