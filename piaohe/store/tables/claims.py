"""The tables of reimbursement claims (报销单): what is asked for, with which papers."""

import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from piaohe.store.tables import KEY, SHA256, WORD, Base, UtcDateTime

_NUMBER = BigInteger().with_variant(Integer, "sqlite")


class SheetRow(Base):
    """A claim. `record` is what its person states, as JSON; `for_id` whom it is for by that, where
    somebody else made it; `total_fen` what it came to in yuan when it was last looked through."""

    __tablename__ = "claims"

    id: Mapped[int] = mapped_column(_NUMBER, primary_key=True, autoincrement=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    for_id: Mapped[int | None] = mapped_column(_NUMBER, index=True)
    state: Mapped[str] = mapped_column(WORD, index=True)
    version: Mapped[int] = mapped_column(Integer)
    made_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime)
    first_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime.datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(Text)
    total_fen: Mapped[int | None] = mapped_column(BigInteger)
    record: Mapped[str] = mapped_column(Text)


class ClaimPaperRow(Base):
    """A document in a claim. `record` is what is stated of it, as JSON."""

    __tablename__ = "claim_papers"

    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(SHA256, primary_key=True, index=True)
    position: Mapped[int] = mapped_column(Integer)
    added_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
    record: Mapped[str] = mapped_column(Text)


class ClaimHoldRow(Base):
    """Which claim has an invoice, by each of its identities: one at a time has it."""

    __tablename__ = "claim_holds"

    key: Mapped[str] = mapped_column(KEY, primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id"), index=True)
    invoice_id: Mapped[str] = mapped_column(String(80), index=True)
    held_at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
