"""/v1: the overview as numbers, and its tables to take away."""

import csv
import io
from enum import StrEnum
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request, Response
from openpyxl import Workbook

from models.text import from_fen
from piaohe.access import Permission, Viewer
from piaohe.overview.figures import Figures, Group, Month
from piaohe.overview.forecast import Forecast
from piaohe.overview.sheets import sheets
from piaohe.overview.sums import Sum
from piaohe.report.sheets import add_sheet
from piaohe.web import shown
from piaohe.web.api.exports import csv_cell
from piaohe.web.api.overview_shapes import OverviewShown
from piaohe.web.guard import FormNeeds
from piaohe.web.house import house_of
from piaohe.web.pages.overview import Asked, Given, Whole, cause_words, figures_of
from piaohe.web.problems import Problem, refuses

router = APIRouter(prefix="/v1")

WholeByForm = Annotated[Viewer, Depends(FormNeeds(Permission.DOCUMENTS_ALL))]
_MOST = 1000
"""Sellers that are named in what is taken away."""


class Kind(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


@router.get("/overview", response_model=OverviewShown)
@refuses({503: ("overview_making",)})
def overview(request: Request, viewer: Whole, asked: Given) -> dict[str, Any]:
    """Spending by month, category, department and seller, causes of what is missing, open work,
    and what is expected of this month and the next. Amounts in yuan as text; `as_of` says of when
    they are."""
    return _json(_made(request, asked))


@router.post("/overview/exports", response_class=Response)
@refuses({503: ("overview_making",)})
def export(
    request: Request,
    viewer: WholeByForm,
    asked: Given,
    form: Annotated[Kind, Form(alias="format")],
) -> Response:
    """All tables as sheets of a workbook, or under one another in a CSV file."""
    house = house_of(request)
    figured = _made(request, asked)
    facts = {"format": form.value, "filters": asked.address()}
    with house.store.unit_of_work() as work:
        work.audits.add(house.clock(), viewer.id, "overview.export", "overview", (None, facts))
    name = f"piaohe-overview-{figured.span.first}-{figured.span.last}.{form.value}"
    media, body = _xlsx(figured) if form is Kind.XLSX else _csv(figured)
    headers = {"Content-Disposition": shown.disposition(name), "Cache-Control": "no-store"}
    return Response(body, media_type=media, headers=headers)


def _made(request: Request, asked: Asked) -> Figures:
    """Raises Problem 503 overview_making while they are made for the first time."""
    figured = figures_of(request, asked, _MOST)
    if figured is None:
        raise Problem(503, "overview_making", headers={"Retry-After": "5"})
    return figured


def _xlsx(figured: Figures) -> tuple[str, bytes]:
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets(figured, partial(cause_words, lang="zh")):
        add_sheet(book, sheet.title, sheet.columns, sheet.rows)
    out = io.BytesIO()
    book.save(out)
    return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", out.getvalue()


def _csv(figured: Figures) -> tuple[str, bytes]:
    """With a byte order mark, without which Excel takes Chinese for something else."""
    out = io.StringIO()
    writer = csv.writer(out)
    for sheet in sheets(figured, partial(cause_words, lang="zh")):
        writer.writerow([sheet.title])
        writer.writerow([column.title for column in sheet.columns])
        writer.writerows([csv_cell(value) for value in row] for row in sheet.rows)
        writer.writerow([])
    return "text/csv; charset=utf-8", b"\xef\xbb\xbf" + out.getvalue().encode("utf-8", "replace")


def _json(it: Figures) -> dict[str, Any]:
    return {
        "as_of": it.at.isoformat(),
        "since": it.span.first,
        "until": it.span.last,
        "total": _sum(it.total),
        "before": _sum(it.before),
        "undated": _sum(it.undated),
        "alone": it.alone,
        "decided": {"count": it.done, "median_hours": it.half, "p90_hours": it.most},
        "months": [_month(month) for month in it.months],
        "categories": _groups(it.categories),
        "departments": _groups(it.departments),
        "sellers": _groups(it.sellers),
        "more_sellers": {"names": it.more_sellers[0], **_sum(it.more_sellers[1])},
        "causes": [
            {"match": one.match or None, "cause": one.cause, **_sum(one.sum)} for one in it.causes
        ],
        "waiting": [
            {
                "days": age.least,
                "below": age.below,
                "count": age.number,
                "amount": str(from_fen(age.fen)),
            }
            for age in it.ages
        ],
        "expected": {
            "this_month": _forecast(it.this_month),
            "next_month": _forecast(it.next_month),
            "whole_months": it.whole_months,
        },
    }


def _month(month: Month) -> dict[str, Any]:
    return {
        "month": month.month,
        **_sum(month.sum),
        "change": str(from_fen(month.change)),
        "alone": month.alone,
        "decided": month.done,
        "median_hours": month.half,
        "p90_hours": month.most,
    }


def _sum(one: Sum) -> dict[str, Any]:
    return {
        "amount": str(from_fen(one.fen)),
        "count": one.number,
        "copies": one.copies,
        "copies_amount": str(from_fen(one.copies_fen)),
        "refused": one.refused,
        "refused_amount": str(from_fen(one.refused_fen)),
    }


def _groups(groups: tuple[Group, ...]) -> list[dict[str, Any]]:
    return [
        {"name": one.name, **_sum(one.sum), "before": str(from_fen(one.before.fen))}
        for one in groups
    ]


def _forecast(one: Forecast | None) -> dict[str, Any] | None:
    if one is None:
        return None
    money = {name: str(from_fen(getattr(one, name))) for name in ("expected", "low", "high")}
    return {**money, "error": str(from_fen(one.error)), "model": one.model, "tried": one.tried}
