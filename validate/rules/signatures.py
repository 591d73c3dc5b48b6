"""R-SIG: whether an electronic original is as it was signed."""

from models.finding import Severity
from models.forms import Form
from models.invoice import Invoice
from models.original import Signature, SignatureStatus
from models.page import Source
from validate.examples import digital
from validate.registry import Case, Fire, Missing, Outcome, Spec, rule

_ELECTRONIC_TAX_CONTROL = frozenset(
    {Form.VAT_E_SPECIAL, Form.VAT_E_NORMAL, Form.TOLL_E, Form.BLOCKCHAIN}
)
_ORIGINAL_SOURCES = frozenset({Source.XML, Source.XBRL, Source.OFD, Source.PDF_TEXT})
_STRUCTURED = frozenset({Source.XML, Source.XBRL})


def _signatures(invoice: Invoice) -> tuple[Signature, ...]:
    return tuple(
        signature
        for signature in invoice.signatures
        if signature.status is not SignatureStatus.UNSIGNED
    )


def _sources(invoice: Invoice) -> frozenset[Source]:
    return frozenset(evidence.source for evidence in invoice.fields.values())


def _is_electronic_original(case: Case) -> bool:
    electronic = case.form is not None and (
        case.form.is_digital or case.form in _ELECTRONIC_TAX_CONTROL
    )
    return electronic and bool(_sources(case.invoice) & _ORIGINAL_SOURCES)


@rule(
    Spec(
        id="R-SIG-01",
        name="digest broken",
        severity=Severity.REJECT,
        zh="文件签名校验失败，疑被篡改：{why}",
        en="Signature invalid, the file seems altered: {why_en}",
        basis="《发票管理办法》（2023）第二十条：不符合规定的发票，不得作为财务报销凭证",
        fails=digital(
            signatures=[
                {
                    "status": "digest_bad",
                    "method": "ses_v4",
                    "why": "签名后部件被修改：Doc_0/Pages/Page_0/Content.xml",
                    "why_en": "parts were changed after signing: Doc_0/Pages/Page_0/Content.xml",
                }
            ]
        ),
        passes=digital(signatures=[{"status": "chain_unknown", "method": "ses_v4"}]),
        applies=lambda case: bool(_signatures(case.invoice)),
    )
)
def broken_signature(case: Case) -> Outcome:
    """A digest or a signature of the electronic original was computed and does not hold.

    A signature that could not be checked is no proof of either: the rule is then not evaluated.
    One whose certificate leads to no configured authority passes.
    """
    signatures = _signatures(case.invoice)
    broken = [signature for signature in signatures if signature.status.is_broken]
    if broken:
        return tuple(
            Fire({"why": one.why, "why_en": one.why_en}, actual=one.status.value) for one in broken
        )
    unchecked = next((one for one in signatures if one.status is SignatureStatus.UNCHECKED), None)
    if unchecked is None:
        return None
    return Missing(
        f"签名无法校验：{unchecked.why}", f"a signature could not be checked: {unchecked.why_en}"
    )


def _evidence(source: Source) -> dict[str, object]:
    number = "26112000000012345678"
    return {"number": {"value": number, "raw": number, "source": source, "confidence": 1}}


@rule(
    Spec(
        id="R-SIG-02",
        name="unsigned e-file",
        severity=Severity.INFO,
        zh="未检测到签章/附件，可能非原始文件",
        en="Neither a signature nor structured data found; this may not be the original file",
        basis="《关于规范电子会计凭证报销入账归档的通知》（财会〔2020〕6号）",
        fails=digital(fields=_evidence(Source.PDF_TEXT)),
        passes=digital(
            fields=_evidence(Source.OFD),
            signatures=[{"status": "chain_unknown", "method": "ses_v4"}],
        ),
        applies=_is_electronic_original,
    )
)
def unsigned(case: Case) -> Outcome:
    """An electronic invoice was read from a PDF or OFD without a signature or structured data.

    XML and XBRL, as a file or inside one, are the data of the original itself and enough.
    Pictures and scans of electronic invoices cannot be signed; the rule has no meaning for them.
    """
    invoice = case.invoice
    if _signatures(invoice) or _sources(invoice) & _STRUCTURED:
        return None
    return Fire({})


RULES = (broken_signature, unsigned)
