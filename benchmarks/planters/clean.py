"""Invoices without a fault, as a reader that misses nothing would hand them over."""

import datetime
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

import validate
from benchmarks.planters.around import surrounded
from models.forms import Form
from models.invoice import Detail, Evidence, FieldName, Invoice
from models.original import Signature, SignatureStatus
from models.page import Source
from models.sight import Seals, Sight
from synth.drawing import make
from synth.kinds import KINDS
from synth.ledgers.entry import invoice_of
from synth.ledgers.taxwords import classification_code
from synth.order import Trait
from synth.truth import Truth

_TODAY = datetime.date(2026, 11, 20)
_PAPER_UNTIL = datetime.date(2025, 10, 20)
_PAPER_TICKETS = (Form.RAIL_PAPER, Form.AIR_PAPER)
_DAYS_AFTER, _NEVER_OLD = 20, 36500
_LONGEST_PERSON = 4
_EACH = 8
_MOST_ROUNDS = 40
"""How many times a rare kind is drawn again to have enough clean invoices for its rules."""
_TRAITS = {
    "R-TAX-08": Trait.DIFFERENTIAL,
    "R-ITEM-03": Trait.SALES_LIST,
    "R-AMT-10": Trait.RED,
    "R-RED-01": Trait.RED,
    "R-RED-03": Trait.RED,
}
"""What makes more of the invoices a rule is about."""
_AIR_LABELS = {"fare": "票价", "fuel": "燃油附加费", "fund": "民航发展基金"}
_SENSITIVE = frozenset({"酒", "烟", "茶叶", "化妆品", "珠宝首饰", "家用厨房电器具", "预付卡销售"})
_CARDS = ("预付卡销售", "购物卡", "储值卡", "加油卡充值")
_GIFTS = (*_CARDS, "礼盒", "纪念币")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A clean invoice as the rules get it, what they say of it, and how long that took."""

    truth: Truth
    invoice: Invoice
    context: validate.Context
    judged: Invoice
    seconds: float

    @property
    def rules(self) -> set[str]:
        """The rules that passed or fired."""
        return set(self.judged.rules.passed) | {f.rule for f in self.judged.findings}


def _short_names(truth: Truth) -> set[str]:
    return {item.name.split("*")[1] for item in truth.items if item.name.count("*") >= 2}


def _names(truth: Truth, words: tuple[str, ...]) -> bool:
    return any(word in item.name for item in truth.items for word in words)


DRAWN_SO: Mapping[str, Callable[[Truth], bool]] = {
    "R-AMT-14": lambda truth: truth.total > 1_000_000,
    "R-DED-03": lambda truth: not (truth.extra.traveller and truth.extra.traveller_id),
    "R-DOC-05": lambda truth: truth.buyer is not None and truth.buyer.tax_id is None,
    "R-ITEM-04": lambda truth: bool(_short_names(truth) & _SENSITIVE) or _names(truth, _GIFTS),
    "R-ITEM-05": lambda truth: _names(truth, _CARDS),
}
"""Invoices drawn with what a rule is about: people do buy wine, and the rule is right to say so."""


def drawn_so(truth: Truth) -> set[str]:
    """The rules an invoice was drawn to break."""
    return {rule_id for rule_id, broken in DRAWN_SO.items() if broken(truth)}


def draw(
    rules: Sequence[validate.Rule], clean: int, seed: int, *, kept: bool = False
) -> list[Drawn]:
    """Invoices of every kind, and of rare kinds so many that each rule has `clean` it judges."""
    pool: list[Drawn] = []
    judged: Counter[str] = Counter()
    kinds_of: defaultdict[str, set[str]] = defaultdict(set)
    wanted: list[tuple[str, Trait | None]] = [(kind, None) for kind in KINDS]
    for turn in range(_MOST_ROUNDS):
        for kind, trait in wanted:
            for one in _draw(kind, seed + turn, trait, kept=kept):
                pool.append(one)
                judged.update(one.rules - drawn_so(one.truth))
                for rule_id in one.rules:
                    kinds_of[rule_id].add(kind)
        short = [rule.id for rule in rules if 0 < judged[rule.id] < clean]
        wanted = sorted(
            {
                (kind, trait)
                for rule_id in short
                for kind in kinds_of[rule_id]
                if (trait := _TRAITS.get(rule_id)) is None or trait in KINDS[kind].traits
            },
            key=str,
        )
        if not wanted:
            break
    return pool


def _draw(kind: str, seed: int, trait: Trait | None, *, kept: bool) -> Iterator[Drawn]:
    for i in range(_EACH):
        traits = (trait,) if trait else ()
        truth = make(kind, seed * 100_003 + i, traits=traits, kept=kept)
        invoice = looked_at(invoice_of(truth), truth)
        rng = Random(f"around:{truth.kind}:{truth.seed}")
        context = surrounded(invoice, truth, context_of(invoice), rng)
        started = time.process_time()
        judged = validate.check(invoice, context)
        yield Drawn(truth, invoice, context, judged, time.process_time() - started)


def context_of(invoice: Invoice) -> validate.Context:
    """Checked 20 days after issue, by the company it is made out to."""
    today = _TODAY if invoice.date is None else invoice.date + datetime.timedelta(_DAYS_AFTER)
    policy = validate.Policy()
    if invoice.form in _PAPER_TICKETS:
        # the rule on paper tickets is not in force before, and most of them are years old then
        today = max(today, _PAPER_UNTIL)
        policy = validate.Policy(max_age_days=_NEVER_OLD)
    name = invoice.buyer_name or ""
    own = (
        (validate.Entity(name=name, tax_id=invoice.buyer_tax_id),)
        if len(name) > _LONGEST_PERSON
        else ()
    )
    return validate.Context(today=today, entities=own, seen={}, policy=policy)


def looked_at(invoice: Invoice, truth: Truth) -> Invoice:
    """A drawn invoice with all that reading and looking add: evidence, signatures, tax codes, a
    picture with nothing strange in it, the charges of an itinerary and a rail ticket's tax."""
    seller = invoice.seller_name
    seen = Sight(
        invoices_on_page=1,
        seals=Seals(found=True, texts=(f"{seller}发票专用章",) if seller else ()),
        screen=False,
        cut_edges=(),
        missing_labels=(),
        claim_words=(),
        sales_list=bool(truth.face.listed) or None,
    )
    items = tuple(
        item.model_copy(update={"tax_code": classification_code(item.name)})
        for item in invoice.items
    )
    update: dict[str, object] = {"sight": seen, "items": items, "category": truth.category}
    if invoice.form is Form.AIR_E:
        stated = {label: truth.face.details[key] for key, label in _AIR_LABELS.items()}
        stated |= {"增值税税率": "9%", "其他税费": "0.00", "国内国际标识": "国内"}
        details = tuple(Detail(name=name, value=value) for name, value in stated.items())
        update["extra"] = invoice.extra.model_copy(update={"details": details})
    if invoice.form is Form.RAIL_E and invoice.total is not None:
        tax = (invoice.total / Decimal("1.09") * Decimal("0.09")).quantize(Decimal("0.01"))
        update |= {"tax": tax, "amount": invoice.total - tax}
    return _with_evidence(invoice.model_copy(update=update))


def _with_evidence(invoice: Invoice) -> Invoice:
    """Read from structured data where the form is electronic, else surely from paper."""
    electronic = invoice.form is not None and invoice.form.is_digital
    source = Source.XML if electronic else Source.OCR
    fields = {
        name: Evidence(
            value=str(value),
            raw=str(value),
            source=source,
            confidence=1.0 if electronic else 0.97,
            confirmed_by=("print" if electronic else "qr",),
        )
        for name in FieldName
        if (value := getattr(invoice, name.value)) is not None
    }
    good = (Signature(status=SignatureStatus.CHAIN_UNKNOWN, method="ses_v4"),)
    return invoice.model_copy(update={"fields": fields, "signatures": good if electronic else ()})
