"""Cases with their notes and corrective actions, and who answers for what."""

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Id, Instant, Long, Money, Qty, Word, db, only_where


class Case(db.Model):
    """One matter. `subject` names what it is about (`negative:<location>:<item>:<lot>`), once while it is open.

    `tier`: how far up it has come: its owner's own, a supervisor's, a manager's. `whys`: JSON list of up to five texts.
    `responsible_id`: who answers for what went wrong, by stage and cause; `owner_id`: who sees to its end.
    `quiet_until`: nobody is told of it before, since it may be over by then (somebody is still scanning).
    `verify_state`: waiting, passed or failed; `verified_line_id`: the count line that proved it.
    """

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
    tier: Mapped[Word] = mapped_column(default="owner", server_default="owner")
    escalated_at: Mapped[Instant | None]
    stage: Mapped[Word | None]
    whys: Mapped[Long | None]
    analysed_by: Mapped[Id | None]
    analysed_at: Mapped[Instant | None]
    responsible_id: Mapped[Id | None]
    quiet_until: Mapped[Instant | None]
    verify_by: Mapped[Word | None]
    verify_state: Mapped[Word | None]
    verify_asked_at: Mapped[Instant | None]
    verified_at: Mapped[Instant | None]
    verified_by: Mapped[Id | None]
    verified_line_id: Mapped[Id | None]
    __table_args__ = (
        CheckConstraint("state IN ('open','working','verifying','closed')", name="case_state"),
        CheckConstraint("tier IN ('owner','supervisor','manager','admin')", name="case_tier"),
        CheckConstraint("verify_by IS NULL OR verify_by IN ('count','person')", name="case_verify_by"),
        CheckConstraint("verify_state IS NULL OR verify_state IN ('waiting','passed','failed')", name="case_verified"),
        Index("cases_state", "warehouse_id", "state", "deadline"),
        Index("cases_subject", "warehouse_id", "subject"),
        Index("cases_owner", "warehouse_id", "owner_id", "state"),
        only_where("cases_verify", "warehouse_id", "verify_state", "location_id", said="verify_state"),
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


class CaseAction(db.Model):
    """What somebody is to do about a case, by when: it mends what was wrong, so that it does not come again."""

    __tablename__ = "case_actions"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    case_id: Mapped[Id]
    text: Mapped[Long]
    owner_id: Mapped[Id]
    due_at: Mapped[Instant]
    made_by: Mapped[Id]
    made_at: Mapped[Instant]
    done_by: Mapped[Id | None]
    done_at: Mapped[Instant | None]
    done_note: Mapped[Long | None]
    reminded_at: Mapped[Instant | None]
    __table_args__ = (
        CheckConstraint("(done_at IS NULL) = (done_by IS NULL)", name="action_done_by_somebody"),
        Index("case_actions_case", "warehouse_id", "case_id"),
        Index("case_actions_owner", "owner_id", "done_at"),
    )


class Responsibility(db.Model):
    """Who answers for what: of a stage and a cause, and of a kind of case and a zone. What is left out means any.

    Without a warehouse it is for all of them.
    """

    __tablename__ = "responsibilities"
    id: Mapped[Id] = mapped_column(primary_key=True)
    warehouse_id: Mapped[Id | None]
    kind: Mapped[Word | None]
    zone: Mapped[Word | None]
    stage: Mapped[Word | None]
    cause: Mapped[Word | None]
    person_id: Mapped[Id]
    made_by: Mapped[Id]
    made_at: Mapped[Instant]
    __table_args__ = (Index("responsibilities_warehouse", "warehouse_id"),)


class NoticeSeen(db.Model):
    """Somebody has seen a notice. `key` names what it was about, and since when."""

    __tablename__ = "notices_seen"
    person_id: Mapped[Id] = mapped_column(primary_key=True)
    key: Mapped[Word] = mapped_column(primary_key=True)
    seen_at: Mapped[Instant]
    __table_args__ = (Index("notices_seen_at", "seen_at"),)
