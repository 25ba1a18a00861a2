"""Cases and their notes."""

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Id, Instant, Long, Money, Qty, Word, db


class Case(db.Model):
    """One matter. `subject` names what it is about (`negative:<location>:<item>:<lot>`), once while it is open."""

    __tablename__ = "cases"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[Word]
    severity: Mapped[Word] = mapped_column(default="normal")
    state: Mapped[Word] = mapped_column(default="open")
    location_id: Mapped[Id | None]
    item_id: Mapped[Id | None]
    lot: Mapped[Word] = mapped_column(default="")
    qty: Mapped[Qty | None]
    value: Mapped[Money | None]
    line_id: Mapped[Id | None]
    move_id: Mapped[Id | None]
    subject: Mapped[Long | None]
    owner_id: Mapped[Id | None]
    opened_by: Mapped[Id | None]
    opened_at: Mapped[Instant]
    deadline: Mapped[Instant]
    closed_at: Mapped[Instant | None]
    cause: Mapped[Word | None]
    archived_at: Mapped[Instant | None]
    __table_args__ = (
        CheckConstraint("state IN ('open','working','closed')", name="case_state"),
        Index("cases_state", "warehouse_id", "state", "deadline"),
        Index("cases_subject", "warehouse_id", "subject"),
    )


class CaseNote(db.Model):
    """One line of a case's trail: what was said or changed, by whom, when."""

    __tablename__ = "case_notes"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    case_id: Mapped[Id]
    at: Mapped[Instant]
    person_id: Mapped[Id | None]
    act: Mapped[Word]
    text: Mapped[Long | None]
    photos: Mapped[Long | None]
    __table_args__ = (Index("case_notes_case", "warehouse_id", "case_id", "at"),)
