"""Reviewers' corrections: taken down, and parted into what is learnt from and what is measured."""

import datetime
import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import classify
from classify.company import CategoryMap
from classify.features import split_item
from classify.vocabulary import vocabulary
from models.errors import UsageError
from models.forms import Form
from models.invoice import Invoice
from models.kind import NON_INVOICES
from models.text import squash
from piaohe.pipeline import CATEGORY_FINDING
from piaohe.store import Work
from piaohe.store.corrections import Correction, Subject, example_of
from piaohe.store.events import What

_LEAST = 5
"""Of fewer corrections none is held back."""
_SHARE = 0.2
_SIDE = 0.4
"""The part of sellers and texts that are set aside where nearly all corrections hang together."""

Judge = Callable[[Invoice], Invoice]


@dataclass(frozen=True, slots=True)
class Parted:
    """Corrections by use; no seller and no item text is on both sides. `left_out` would be."""

    learnt: tuple[Correction, ...]
    held: tuple[Correction, ...]
    left_out: tuple[Correction, ...] = ()


def correct_category(
    work: Work,
    said: tuple[str, str, str],
    at: datetime.datetime,
    mapping: CategoryMap,
    judge: Judge | None = None,
) -> Correction:
    """Take down that an invoice belongs to a category, and give it that one.

    `said` is (invoice id, category, by whom); the category is an id of domain.md 9 or one of the
    company's own. The kept invoice gets the standard id, loses the finding that said it had none,
    and is judged anew by `judge` where one is given. Raises UsageError: no_such_invoice,
    no_such_category.
    """
    invoice_id, category, by = said
    invoice = _found(work, invoice_id)
    standard = mapping.standard(category)
    if standard is None:
        raise _no_such("category", category, [*_standards(), *_own(mapping)])
    correction = work.corrections.add(
        Correction(
            at=at,
            by=by,
            invoice_id=invoice_id,
            what=Subject.CATEGORY,
            before=invoice.category,
            after=category,
            example=example_of(invoice),
        )
    )
    findings = tuple(one for one in invoice.findings if one.rule != CATEGORY_FINDING)
    changed = invoice.model_copy(update={"category": standard, "findings": findings})
    _keep(work, invoice_id, judge(changed) if judge else changed)
    work.events.add(What.INVOICE_RELABELLED, invoice_id, at, _details(correction))
    return correction


def correct_kind(work: Work, said: tuple[str, str, str], at: datetime.datetime) -> Correction:
    """Take down that a document is of another kind: a form, or a kind of paper that is none.

    The kept invoice stays as it is, because its fields were looked for where its old form has
    them: it has to be read again. Raises UsageError: no_such_invoice, no_such_kind.
    """
    invoice_id, kind, by = said
    invoice = _found(work, invoice_id)
    known = [form.value for form in Form] + sorted(NON_INVOICES)
    if kind not in known:
        raise _no_such("kind", kind, known)
    correction = work.corrections.add(
        Correction(
            at=at,
            by=by,
            invoice_id=invoice_id,
            what=Subject.KIND,
            before=invoice.form.value if invoice.form else None,
            after=kind,
            example=example_of(invoice),
        )
    )
    work.events.add(What.INVOICE_RELABELLED, invoice_id, at, _details(correction))
    return correction


def part(corrections: Sequence[Correction], seed: int) -> Parted:
    """Hold a fifth back, by groups: corrections that share a seller or an item text go together.

    Where nearly all hang together, some sellers and texts are set aside instead, and corrections
    with one of either kind are left out.
    """
    if len(corrections) < _LEAST:
        return Parted(tuple(corrections), ())
    groups = _groups(corrections)
    if max(map(len, groups)) > len(corrections) / 2:
        return _by_sides(corrections, seed)
    groups.sort(
        key=lambda group: _hash(f"{seed}/{min(min(keys_of(one.example)) for one in group)}")
    )
    held: list[Correction] = []
    for group in groups:
        if len(held) + len(group) <= max(1.0, len(corrections) * _SHARE * 1.25):
            held += group
        if len(held) >= len(corrections) * _SHARE:
            break
    aside = {one.id for one in held}
    return Parted(
        tuple(one for one in corrections if one.id not in aside),
        tuple(one for one in corrections if one.id in aside),
    )


def keys_of(example: Invoice) -> frozenset[str]:
    """What makes two examples belong together: the seller, and the texts of the lines."""
    seller = squash(example.seller_name or "")
    keys = {f"s:{seller}"} if seller else set()
    for item in example.items:
        short, text = split_item(squash(item.name), vocabulary())
        if text or short:
            keys.add(f"t:{text or short}")
    return frozenset(keys or {f"f:{example.form}"})


def _groups(corrections: Sequence[Correction]) -> list[list[Correction]]:
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for one in corrections:
        first, *others = sorted(keys_of(one.example))
        for other in others:
            parent[root(other)] = root(first)
    found: dict[str, list[Correction]] = {}
    for one in corrections:
        found.setdefault(root(min(keys_of(one.example))), []).append(one)
    return list(found.values())


def _by_sides(corrections: Sequence[Correction], seed: int) -> Parted:
    learnt: list[Correction] = []
    held: list[Correction] = []
    left: list[Correction] = []
    for one in corrections:
        sides = {_hash(f"{seed}/{key}") < _SIDE * 2**64 for key in keys_of(one.example)}
        place = left if len(sides) > 1 else held if sides == {True} else learnt
        place.append(one)
    if not learnt:
        return Parted(tuple(corrections), ())
    return Parted(tuple(learnt), tuple(held), tuple(left))


def _hash(text: str) -> int:
    data = text.encode("utf-8", "backslashreplace")
    return int.from_bytes(blake2b(data, digest_size=8).digest())


def _found(work: Work, invoice_id: str) -> Invoice:
    invoice = work.invoices.get(invoice_id)
    if invoice is None:
        raise UsageError(
            "no_such_invoice",
            f"没有保存这张发票：{invoice_id}",
            "发票编号由文件的 SHA-256 和序号组成，如 ab12…-0",
            message_en=f"no such invoice is kept: {invoice_id}",
            hint_en="an invoice's id is its file's SHA-256 and a number, such as ab12…-0",
        )
    return invoice


def _keep(work: Work, invoice_id: str, invoice: Invoice) -> None:
    document, _, index = invoice_id.rpartition("-")
    every = list(work.invoices.of(document))
    every[int(index)] = invoice
    work.invoices.set(document, tuple(every))


def _details(correction: Correction) -> dict[str, str | int | None]:
    return {
        "what": correction.what.value,
        "before": correction.before,
        "after": correction.after,
        "correction": correction.id,
    }


def _standards() -> list[str]:
    return [category.id for category in classify.categories()]


def _own(mapping: CategoryMap) -> list[str]:
    return [category.name for category in mapping.categories]


def _no_such(what: str, name: str, known: list[str]) -> UsageError:
    either = difflib.get_close_matches(name, known, 1) or difflib.get_close_matches(
        name.upper(), known, 1
    )
    called = "费用类别" if what == "category" else "票种"
    near, near_en = (
        (f"是否想写 {either[0]}？", f"did you mean {either[0]}?") if either else ("", "")
    )
    return UsageError(
        f"no_such_{what}",
        f"没有{called} {name}",
        near or f"可用的：{'、'.join(known)}；自己的类别写在 categories.toml 里",
        message_en=f"there is no {what} {name}",
        hint_en=near_en or f"there are {', '.join(known)}; your own go into categories.toml",
    )
