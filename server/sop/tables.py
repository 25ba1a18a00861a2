"""Instructions, calls for a quiz, and what came of them."""

from sqlalchemy import JSON, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Id, Instant, Long, Word, db


class Sop(db.Model):
    """The instruction of a step from an instant on, of one warehouse or of all.

    `questions`: `[{en, zh, choices: [{en, zh}], right}]`, `right` counts from 0.
    """

    __tablename__ = "sops"
    id: Mapped[Id] = mapped_column(primary_key=True)
    warehouse_id: Mapped[Id | None]
    step: Mapped[Word]
    en: Mapped[Long]
    zh: Mapped[Long]
    photo: Mapped[Id | None]
    questions: Mapped[list] = mapped_column(JSON)
    made_by: Mapped[Id]
    made_at: Mapped[Instant]
    __table_args__ = (Index("sops_step", "step", "made_at"), Index("sops_photo", "photo"))


class QuizCall(db.Model):
    """Somebody wants a quiz to be passed: by one person, before one count, or (neither) by everybody here."""

    __tablename__ = "quiz_calls"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    step: Mapped[Word]
    person_id: Mapped[Id | None]
    count_id: Mapped[Id | None]
    made_by: Mapped[Id]
    made_at: Mapped[Instant]
    lifted_by: Mapped[Id | None]
    lifted_at: Mapped[Instant | None]
    __table_args__ = (
        CheckConstraint("person_id IS NULL OR count_id IS NULL", name="quiz_of_one_thing"),
        Index("quiz_calls_open", "warehouse_id", "lifted_at"),
    )


class QuizResult(db.Model):
    """One quiz that somebody answered. `id` is the event's; `answers`: JSON list of the choices taken."""

    __tablename__ = "quiz_results"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    person_id: Mapped[Id]
    device_id: Mapped[Word]
    step: Mapped[Word]
    sop_id: Mapped[Id | None]
    answers: Mapped[Long]
    right_count: Mapped[int]
    asked: Mapped[int]
    passed: Mapped[bool]
    effective_at: Mapped[Instant]
    posted_at: Mapped[Instant]
    __table_args__ = (
        CheckConstraint("right_count >= 0 AND right_count <= asked", name="quiz_right"),
        Index("quiz_results_person", "person_id", "warehouse_id", "step", "effective_at"),
    )
