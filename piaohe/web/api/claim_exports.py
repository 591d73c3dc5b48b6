"""A claim taken away: XLSX, JSON, or a ZIP of both with the originals."""

import io
import json
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import StreamingResponse
from openpyxl import Workbook

from piaohe.access import Permission, Viewer
from piaohe.claims import Folder, Item, Leaf, credit, eligibility
from piaohe.report import words as called
from piaohe.report.sheets import Column, Value, add_sheet
from piaohe.web import shown
from piaohe.web.api.exports import TAKEN, Pipe, check_may_take, put_original, taken
from piaohe.web.claims_told import claim_json, refusing
from piaohe.web.guard import FormNeeds
from piaohe.web.house import House, house_of
from piaohe.web.problems import refuses
from piaohe.web.words import say

router = APIRouter()

OwnByForm = Annotated[Viewer, Depends(FormNeeds(Permission.CLAIMS_OWN))]
_PAPERS = tuple(
    Column(title, width)
    for title, width in (
        ("票据", 6),
        ("票种", 16),
        ("发票号码", 24),
        ("开票日期", 12),
        ("销售方", 30),
        ("类别", 14),
        ("价税合计", 14),
        ("报销金额", 14),
        ("币种", 8),
        ("可抵扣进项税", 14),
        ("校验结果", 12),
        ("附件", 16),
        ("文件", 34),
        ("编号", 20),
    )
)


class Kind(StrEnum):
    XLSX = "xlsx"
    JSON = "json"
    ZIP = "zip"


_MEDIA = {
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.JSON: "application/json",
    Kind.ZIP: "application/zip",
}


@router.post(
    "/v1/claims/{claim_id}/exports",
    response_class=StreamingResponse,
    tags=["claims"],
    responses=TAKEN,
)
@refuses({403: ("not_allowed",)})
def take(
    request: Request,
    viewer: OwnByForm,
    claim_id: int,
    form: Annotated[Kind, Form(alias="format")],
) -> StreamingResponse:
    """A claim as a workbook, as JSON, or as a ZIP of both and its originals (for those who may
    take originals). It is recorded who took it away; its stage stays."""
    check_may_take(viewer, originals=form is Kind.ZIP)
    house = house_of(request)
    with refusing(), house.store.unit_of_work() as work:
        folder = house.claims.seen(work, viewer, claim_id)
        facts = {"format": form.value}
        work.audits.add(house.clock(), viewer.id, "claim.taken", f"claim:{claim_id}", (None, facts))
    return taken(_MAKERS[form](house, folder), _MEDIA[form], f"claim-{claim_id}.{form.value}")


def _json(house: House, folder: Folder) -> Iterator[bytes]:
    told = claim_json(house.claims.context, folder)
    yield json.dumps(told, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _xlsx(house: House, folder: Folder) -> Iterator[bytes]:
    book = Workbook()
    book.remove(book.worksheets[0])
    add_sheet(book, "报销单", (Column("项目", 18), Column("内容", 60)), _facts(house, folder))
    add_sheet(book, "票据", _PAPERS, _rows(house, folder))
    out = io.BytesIO()
    book.save(out)
    yield out.getvalue()


def _zip(house: House, folder: Folder) -> Iterator[bytes]:
    """One original in memory at a time."""
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:
        for name, make in (("claim.xlsx", _xlsx), ("claim.json", _json)):
            archive.writestr(name, b"".join(make(house, folder)))
            yield pipe.take()
        for leaf in folder.leaves:
            put_original(house.store, archive, leaf.paper.sha256, leaf.name)
            yield pipe.take()
    yield pipe.take()


_MAKERS = {Kind.XLSX: _xlsx, Kind.JSON: _json, Kind.ZIP: _zip}


def _facts(house: House, folder: Folder) -> list[tuple[Value, ...]]:
    """What the claim says as a whole, a line each; what is not said is left out."""
    sheet, stated = folder.sheet, folder.sheet.stated
    trip, tax = stated.trip, credit(folder, house.claims.context)
    found: list[tuple[str, Value]] = [
        ("编号", sheet.id),
        ("状态", say(f"stage.{sheet.stage.value}", "zh")),
        ("报销人", folder.submitter),
        ("代填人", folder.maker or None),
        ("部门", stated.department),
        ("职级（自报）", stated.grade),
        ("事由", stated.purpose or None),
        ("出差城市", "、".join(trip.cities) or None if trip else None),
        ("出发日", trip.first if trip else None),
        ("返回日", trip.last if trip else None),
        ("提交时间", shown.moment(sheet.submitted_at) if sheet.submitted_at else None),
        ("决定时间", shown.moment(sheet.decided_at) if sheet.decided_at else None),
        ("退回原因", sheet.reason),
        ("备注", stated.note or None),
        *((f"合计（{currency}）", total) for currency, total in folder.totals.items()),
        ("已预支", stated.advance or None),
        ("可抵扣进项税", tax.sure),
        ("另有待补齐条件的进项税", tax.open or None),
    ]
    return [line for line in found if line[1] is not None]


def _rows(house: House, folder: Folder) -> Iterator[tuple[Value, ...]]:
    """A row for every invoice, and for every paper without one."""
    number = 0
    for leaf in folder.leaves:
        items = leaf.items or (None,)
        for item in items:
            number += 1
            yield (number, *_row(house, folder, leaf, item))


def _row(house: House, folder: Folder, leaf: Leaf, item: Item | None) -> tuple[Value, ...]:
    paper, file = leaf.paper, shown.file_name(leaf.name)
    if item is None:
        blank: tuple[Value, ...] = (None,) * 6
        return (*blank, leaf.amount, paper.currency, None, None, paper.attachment, file, None)
    invoice, category = item.invoice, paper.category or item.invoice.category
    claimed: Decimal | None = Decimal("0.00") if item.again else invoice.total
    if len(leaf.counted) == 1 and not item.again:
        claimed = leaf.amount
    form = invoice.form.value if invoice.form else None
    return (
        shown.kind(invoice.type.value, form, "zh"),
        invoice.number,
        invoice.date,
        invoice.seller_name,
        called.category_called(category).zh if category else None,
        invoice.total,
        claimed,
        paper.currency,
        eligibility(folder, leaf, item, house.claims.context).amount,
        say(f"verdict.{invoice.status.value}", "zh"),
        paper.attachment,
        file,
        item.id,
    )
