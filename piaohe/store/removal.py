"""Taking a document out again with all that was made of it: for samples, which are nobody's.

The audit keeps who did so. The arrival stays as a cancelled one: workers know it by its number,
which must not come to stand for another document.
"""

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from models.match import Side
from piaohe.flow.states import State
from piaohe.store.duplicates import Duplicates
from piaohe.store.indexing import match_key
from piaohe.store.tables import DocumentRow, InvoiceRow, LinkRow, MatchRow, SightingRow
from piaohe.store.tables.claims import ClaimHoldRow, ClaimPaperRow
from piaohe.store.tables.flow import ArrivalRow
from piaohe.store.tables.learning import CorrectionRow
from piaohe.store.tables.notes import NoteRow
from piaohe.store.tables.people import ReviewRow, UploadRow
from piaohe.store.tables.review import StepRow, TwinWordRow
from piaohe.store.tables.said import LeadRow


class Removal:
    """Removes documents."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def is_claimed(self, sha256: str) -> bool:
        """Whether a reimbursement claim rests on the document."""
        query = select(ClaimPaperRow.sha256).where(ClaimPaperRow.sha256 == sha256).limit(1)
        return self._session.scalar(query) is not None

    def remove(self, sha256: str) -> None:
        """Take everything known of a document away. What anybody still works on, and what a claim
        rests on, must not be removed. The original is the caller's to remove."""
        ids = self._forget_invoices(sha256)
        self._session.execute(delete(InvoiceRow).where(InvoiceRow.document_sha256 == sha256))
        # the index follows what is there: none of its invoices
        Duplicates(self._session).forget(sha256)
        self._session.execute(delete(LinkRow).where(LinkRow.other_sha256 == sha256))
        for row in (SightingRow, NoteRow, UploadRow):
            self._session.execute(delete(row).where(row.sha256 == sha256))
        self._session.execute(delete(ClaimHoldRow).where(ClaimHoldRow.invoice_id.in_(ids)))
        self._session.execute(delete(DocumentRow).where(DocumentRow.sha256 == sha256))
        self._session.execute(
            update(ArrivalRow)
            .where(ArrivalRow.sha256 == sha256)
            .values(state=State.CANCELLED.value, step=None, fence=ArrivalRow.fence + 1)
        )

    def _forget_invoices(self, sha256: str) -> list[str]:
        """What hangs on its invoices by their ids and keys; gives the ids."""
        rows = self._session.execute(
            select(InvoiceRow.id, InvoiceRow.key, InvoiceRow.idx, DocumentRow.file)
            .join(DocumentRow, DocumentRow.sha256 == InvoiceRow.document_sha256)
            .where(InvoiceRow.document_sha256 == sha256)
        )
        found = [row._mapping for row in rows]
        ids = [row["id"] for row in found]
        for row in (ReviewRow, StepRow, CorrectionRow, LeadRow):
            self._session.execute(delete(row).where(row.invoice_id.in_(ids)))
        either = or_(TwinWordRow.invoice_id.in_(ids), TwinWordRow.other_id.in_(ids))
        self._session.execute(delete(TwinWordRow).where(either))
        keys = [match_key(row) for row in found]
        own = (MatchRow.side == Side.INVOICE.value) & MatchRow.key.in_(keys)
        self._session.execute(delete(MatchRow).where(own))
        return ids
