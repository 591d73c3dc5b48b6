"""What the rules make of the verdicts on an original's signatures."""

import pytest

import validate
from models.finding import Severity, Status
from models.forms import Form
from models.original import SignatureStatus
from models.page import Source
from validate.examples import build, digital, electronic
from validate.registry import Example

NUMBER = {"value": "26112000000012345678", "raw": "26112000000012345678", "confidence": 1}


def verdict(status: SignatureStatus) -> dict[str, str]:
    return {"status": status, "method": "ses_v4", "why": "原因", "why_en": "reason"}


def rules_of(example: Example) -> tuple[dict[str, Severity], dict[str, str]]:
    """Which signature rules fired and which could not be judged, and why."""
    checked = validate.check(*build(example))
    fired = {item.rule: item.severity for item in checked.findings if "SIG" in item.rule}
    return fired, {
        item.rule: item.why for item in checked.rules.not_evaluated if "SIG" in item.rule
    }


@pytest.mark.parametrize(
    ("statuses", "fires", "judged"),
    [
        ((SignatureStatus.DIGEST_BAD,), True, True),
        ((SignatureStatus.SIGNATURE_BAD,), True, True),
        ((SignatureStatus.TRUSTED, SignatureStatus.DIGEST_BAD), True, True),
        ((SignatureStatus.UNCHECKED, SignatureStatus.SIGNATURE_BAD), True, True),
        ((SignatureStatus.DIGEST_OK,), False, True),
        ((SignatureStatus.CHAIN_UNKNOWN,), False, True),
        ((SignatureStatus.TRUSTED, SignatureStatus.TRUSTED), False, True),
        ((SignatureStatus.TRUSTED, SignatureStatus.UNCHECKED), False, False),
        ((SignatureStatus.UNSIGNED,), False, True),
        ((), False, True),
    ],
)
def test_a_broken_signature_rejects(
    statuses: tuple[SignatureStatus, ...], fires: bool, judged: bool
) -> None:
    fired, skipped = rules_of(digital(signatures=[verdict(status) for status in statuses]))
    assert fired == ({"R-SIG-01": Severity.REJECT} if fires else {})
    assert ("R-SIG-01" not in skipped) is judged
    assert judged or "原因" in skipped["R-SIG-01"]


def test_the_finding_says_what_was_found() -> None:
    broken = digital(signatures=[verdict(SignatureStatus.DIGEST_BAD)])
    result = validate.check(*build(broken))
    (finding,) = result.findings
    assert result.status is Status.REJECTED
    assert finding.message.endswith("：原因")
    assert finding.message_en.endswith(": reason")
    assert finding.actual == "digest_bad"


@pytest.mark.parametrize(
    ("source", "form", "statuses", "fires"),
    [
        (Source.PDF_TEXT, Form.DZ_NORMAL, (), True),
        (Source.OFD, Form.RAIL_E, (), True),
        (Source.PDF_TEXT, Form.DZ_NORMAL, (SignatureStatus.UNSIGNED,), True),
        (Source.PDF_TEXT, Form.DZ_NORMAL, (SignatureStatus.UNCHECKED,), False),
        (Source.OFD, Form.DZ_NORMAL, (SignatureStatus.CHAIN_UNKNOWN,), False),
        (Source.XML, Form.DZ_NORMAL, (), False),
        (Source.XBRL, Form.DZ_NORMAL, (), False),
        (Source.OCR, Form.DZ_NORMAL, (), False),
        (Source.PERSON, Form.DZ_NORMAL, (), False),
        (Source.PDF_TEXT, Form.DZP_NORMAL, (), False),
    ],
)
def test_an_unsigned_electronic_original_is_remarked(
    source: Source, form: Form, statuses: tuple[SignatureStatus, ...], fires: bool
) -> None:
    example = digital(
        form=form,
        fields={"number": NUMBER | {"source": source}},
        signatures=[verdict(status) for status in statuses],
    )
    fired, _ = rules_of(example)
    assert (fired.get("R-SIG-02") is Severity.INFO) is fires


def test_an_electronic_invoice_of_the_tax_control_system_too() -> None:
    number = {"value": "12345678", "raw": "12345678", "confidence": 1, "source": "pdf_text"}
    assert rules_of(electronic(fields={"number": number}))[0] == {"R-SIG-02": Severity.INFO}


def test_what_was_typed_or_imported_has_no_signature_to_judge() -> None:
    assert rules_of(digital()) == ({}, {})
