"""Whose money an invoice is: the department its claim states, else that of the folder it came by.

Both ways of asking stand here, so that a list holds what the overview counted.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.orm import aliased

from piaohe.store.tables.claims import ClaimHoldRow, SheetRow
from piaohe.store.tables.flow import ArrivalRow
from piaohe.store.tables.search import SearchRow


def told(dialect: str) -> tuple[Select[Any, Any], Select[str, str]]:
    """By claims: invoice_id, name; by arrivals: sha256, name. One row for each."""
    stated = _stated(dialect)
    claims = (
        select(ClaimHoldRow.invoice_id, func.min(stated).label("name"))
        .join(SheetRow, SheetRow.id == ClaimHoldRow.claim_id)
        .where(stated != "")
        .group_by(ClaimHoldRow.invoice_id)
    )
    arrivals = (
        select(ArrivalRow.sha256, func.min(ArrivalRow.department).label("name"))
        .where(ArrivalRow.department != "")
        .group_by(ArrivalRow.sha256)
    )
    return claims, arrivals


def of(dialect: str, name: str) -> ColumnElement[bool]:
    """That an invoice is of this department."""
    stated, other = _stated(dialect), aliased(ArrivalRow)
    held = (
        select(func.min(stated))
        .select_from(ClaimHoldRow)
        .join(SheetRow, SheetRow.id == ClaimHoldRow.claim_id)
        .where(ClaimHoldRow.invoice_id == SearchRow.invoice_id, stated != "")
        .correlate(SearchRow)
        .scalar_subquery()
    )
    came = (
        select(func.min(other.department))
        .where(other.sha256 == SearchRow.document_sha256, other.department != "")
        .correlate(SearchRow)
        .scalar_subquery()
    )
    return or_(held == name, and_(held.is_(None), came == name))


def _stated(dialect: str) -> ColumnElement[Any]:
    """The department in a claim's record; none where it is empty."""
    if dialect == "sqlite":
        return func.json_extract(SheetRow.record, "$.department")
    found = cast(SheetRow.record, JSON)["department"].astext
    return case((found.is_not(None), cast(found, String)))
