"""period.html: what a finance manager reads in a minute, and the lists behind it."""

from decimal import Decimal
from pathlib import Path

from models.match import MatchState
from piaohe.report import words
from piaohe.report.answer import answer
from piaohe.report.content import DIFFERENT
from piaohe.report.files import replacing
from piaohe.report.page import format_money, rendered
from piaohe.report.period import Group, PeriodReport, tally_of
from piaohe.report.trend import Change, changes

MOST_ROWS = 200
"""Rows shown of a list; the rest is in the workbook. With many thousands no browser is quick."""
FEW = 20
"""Lists up to this long stand open."""


def write_period_html(report: PeriodReport, path: Path) -> None:
    """Write the page to `path`, replacing an older one only when it is complete."""
    stream = rendered(
        "period.html.j2",
        ("report.css", "period.css"),
        ("page.js", "period.js"),
        report=report,
        summed=report.summed,
        figures=report.figures,
        answer=answer(report),
        without=tally_of(row.total for group in report.without for row in group.rows),
        missing=report.state(MatchState.MISSING),
        different=report.state(*DIFFERENT),
        marks=_marks(report),
        changes=list(changes(report.before, report.figures)) if report.before else [],
        shown=shown,
        by=by,
        kind_of=kind_of,
        words=words,
        most_rows=MOST_ROWS,
        few=FEW,
    )
    with replacing(path) as part, part.open("w", encoding="utf-8") as out:
        out.writelines(stream)


def kind_of(state: MatchState) -> str:
    """exact, different or missing: the colours a state can have."""
    if state in DIFFERENT:
        return "different"
    return "exact" if state is MatchState.EXACT else "missing"


def shown(change: Change, value: Decimal | None) -> str:
    """A figure as it is read."""
    if value is None:
        return "—"
    if change.unit == "money":
        return format_money(value)
    return f"{value:,.1f}%" if change.unit == "percent" else f"{value:,.0f}"


def by(change: Change) -> str:
    """The difference with its sign."""
    difference = change.by
    if difference is None:
        return "—"
    if not difference:
        return "±0"
    sign = "+" if difference > 0 else "−"
    points = {"percent": f"{abs(difference):,.1f}", "money": format_money(abs(difference))}
    return sign + points.get(change.unit, f"{abs(difference):,.0f}")


def _marks(report: PeriodReport) -> dict[str, str]:
    """Where in the page a row of the lists is, by side and key."""
    places: dict[str, str] = {}
    groups: list[Group] = [*report.without]
    for found in report.open.values():
        groups += found
    for group in groups:
        for row in group.rows:
            places[f"{row.match.side}:{row.key}"] = group.mark
    return places
