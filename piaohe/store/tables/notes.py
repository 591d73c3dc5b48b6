"""The table of what people say with the documents they hand in."""

import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from piaohe.store.tables import SHA256, Base, UtcDateTime


class NoteRow(Base):
    """What somebody said with a content they handed in, such as what it was spent on."""

    __tablename__ = "notes"

    sha256: Mapped[str] = mapped_column(SHA256, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime.datetime] = mapped_column(UtcDateTime)
