"""/v1: the sheet that begins a batch, to be printed."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from models.batch import LONGEST_NAME
from models.errors import PiaoheError
from piaohe.access import Permission, Viewer
from piaohe.web.guard import Needs
from piaohe.web.problems import Problem, refuses

router = APIRouter(prefix="/v1", tags=["documents"])

Add = Annotated[Viewer, Depends(Needs(Permission.DOCUMENTS_ADD))]
Text = Annotated[str, Query(max_length=LONGEST_NAME)]
_PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {}}, "description": "The page"}
}


@router.get("/batches/sheet.pdf", response_class=Response, responses=_PDF)
@refuses({422: ("bad_batch",)})
def sheet(
    request: Request, viewer: Add, name: Text, owner: Text = "", department: Text = ""
) -> Response:
    """A page to print and lay before the papers of a batch, with a serial of its own each time it
    is asked for; 422 for a name that is empty."""
    # drawing is loaded only when somebody wants a sheet
    from piaohe.batches import draw_sheets, new_mark

    try:
        drawn = draw_sheets([new_mark(name, owner, department)])
    except PiaoheError as error:
        raise Problem.of(422, error.record) from error
    headers = {
        "Content-Disposition": 'attachment; filename="batch-sheet.pdf"',
        "Cache-Control": "no-store",
    }
    return Response(drawn, media_type="application/pdf", headers=headers)
