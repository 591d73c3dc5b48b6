"""A score as tables of text."""

import math
from collections.abc import Iterable, Sequence

from benchmarks.scoring import FIELDS, Judged, Score, Whole


def interval(right: int, total: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share."""
    z, share = 1.96, right / total
    middle = share + z * z / (2 * total)
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def share(right: int, total: int) -> str:
    """A share with its interval, such as "95.0 % (88..98)"; a dash where there is nothing."""
    if not total:
        return "-"
    low, high = interval(right, total)
    return f"{100 * right / total:.1f} % ({100 * low:.0f}..{100 * high:.0f})"


def report(score: Score) -> str:
    """All tables of a score, in Markdown."""
    parts = [by_field(score), by_form(score), headline(score)]
    return "\n\n".join(parts)


def by_field(score: Score) -> str:
    """Right of labelled values: a row a field, a column a capture kind."""
    kinds = sorted({one.kind for one in score.fields})
    rows = [["field", "right", "share (95 %)", *kinds]]
    for field in FIELDS:
        mine = [one for one in score.fields if one.field == field]
        if mine:
            rows.append(_row(field, mine, kinds))
    rows.append(_row("**all fields**", score.fields, kinds))
    if score.items:
        rows.append(_row("cells of lines", score.items, kinds))
    return markdown(rows)


def _row(name: str, judged: Sequence[Judged], kinds: Sequence[str]) -> list[str]:
    right = sum(one.right for one in judged)
    cells = [_count([one for one in judged if one.kind == kind]) for kind in kinds]
    return [name, f"{right}/{len(judged)}", share(right, len(judged)), *cells]


def _count(judged: Sequence[Judged]) -> str:
    return f"{sum(one.right for one in judged)}/{len(judged)}" if judged else "-"


def by_form(score: Score) -> str:
    """Fields, whole invoices, missed and accepted ones of each form."""
    rows = [["form", "fields", "share (95 %)", "lines", "whole", "missed", "accepted", "wrong"]]
    rows += [_form_row(form, score, form) for form in sorted({one.form for one in score.wholes})]
    rows.append(_form_row("**all**", score, None))
    return markdown(rows)


def _form_row(name: str, score: Score, form: str | None) -> list[str]:
    """The row of one form, or of all."""

    def mine(one: Judged | Whole) -> bool:
        return form in (None, one.form)

    fields = [one for one in score.fields if mine(one)]
    wholes = [one for one in score.wholes if mine(one)]
    right = sum(one.right for one in fields)
    return [
        name,
        f"{right}/{len(fields)}",
        share(right, len(fields)),
        _count([one for one in score.items if mine(one)]),
        f"{sum(one.whole for one in wholes)}/{len(wholes)}",
        str(sum(not one.found for one in wholes)),
        str(sum(one.accepted for one in wholes)),
        str(sum(one.silent for one in wholes)),
    ]


def headline(score: Score) -> str:
    """The figures that matter most, a line each."""
    wholes = score.wholes
    accepted = sum(one.accepted for one in wholes)
    lines = [
        f"- whole invoices right: {share(sum(one.whole for one in wholes), len(wholes))}",
        f"- missed: {sum(not one.found for one in wholes)} of {len(wholes)}; "
        f"spurious: {score.spurious}",
        f"- accepted without a person: {share(accepted, len(wholes))}; of these with a wrong "
        f"field (names aside): {sum(one.silent for one in wholes)} of {accepted}",
    ]
    labelled, recognised = score.asides
    if labelled:
        lines.append(f"- pages that are no invoices, recognised as such: {recognised}/{labelled}")
    return "\n".join(lines)


def markdown(rows: Iterable[Sequence[str]]) -> str:
    """Rows as a Markdown table, padded so that it reads as text too; the first row heads it."""
    table = [list(row) for row in rows]
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    head, *body = (
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in table
    )
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([head, rule, *body])
