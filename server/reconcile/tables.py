"""Variances (count lines as judged), their rounds, the hands they went through, and decisions."""

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Id, Instant, Long, Money, Qty, Word, db


class Variance(db.Model):
    """One position in one count, and what became of it. The figures are those of the latest round."""

    __tablename__ = "variances"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    count_id: Mapped[Id]
    location_id: Mapped[Id]
    item_id: Mapped[Id]
    lot: Mapped[Word] = mapped_column(default="")
    state: Mapped[Word]
    round: Mapped[int]
    counted_qty: Mapped[Qty]
    book_qty: Mapped[Qty]
    variance_qty: Mapped[Qty]
    variance_value: Mapped[Money]
    as_of: Mapped[Instant]
    contaminated: Mapped[bool] = mapped_column(default=False)
    unexpected: Mapped[bool] = mapped_column(default=False)
    tier: Mapped[Word | None]
    policy_id: Mapped[Id | None]
    judged_at: Mapped[Instant]
    deadline: Mapped[Instant | None]
    settled_at: Mapped[Instant | None]
    move_id: Mapped[Id | None]
    __table_args__ = (
        UniqueConstraint("warehouse_id", "count_id", "location_id", "item_id", "lot", name="variance_position"),
        CheckConstraint(
            "state IN ('counting','matched','recount','held','pending','approved','rejected')", name="variance_state"
        ),
        Index("variances_state", "warehouse_id", "state", "judged_at"),
        Index("variances_place", "warehouse_id", "location_id", "item_id", "lot"),
        Index("variances_item", "item_id"),
    )


class VarianceRound(db.Model):
    """What one round said of one line. Never changed, but for the book that a late move corrects."""

    __tablename__ = "variance_rounds"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    variance_id: Mapped[Id] = mapped_column(primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[Id]
    counted_qty: Mapped[Qty]
    book_qty: Mapped[Qty]
    variance_qty: Mapped[Qty]
    span_from: Mapped[Instant]
    as_of: Mapped[Instant]
    earliest_at: Mapped[Instant]  # the span, widened by the clocks' uncertainty
    latest_at: Mapped[Instant]
    contaminated: Mapped[bool] = mapped_column(default=False)
    control: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[Instant]
    doubt: Mapped[Word | None]  # why it must not settle by itself, whatever the figures


class VarianceHand(db.Model):
    """Who had a hand in a line, once: who asked, who counted, who brought a count, who decided.

    One person, one hat: the key says so.
    """

    __tablename__ = "variance_hands"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    variance_id: Mapped[Id] = mapped_column(primary_key=True)
    person_id: Mapped[Id] = mapped_column(primary_key=True)
    hat: Mapped[Word]
    round: Mapped[int | None]
    __table_args__ = (CheckConstraint("hat IN ('requester','counter','bringer','approver')", name="hand_hat"),)


class Decision(db.Model):
    """A supervisor's word on a line. Kept for ever, with the policy under which it was made."""

    __tablename__ = "decisions"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    variance_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    act: Mapped[Word]
    person_id: Mapped[Id]
    at: Mapped[Instant]
    tier: Mapped[Word | None]
    variance_qty: Mapped[Qty]
    reason: Mapped[Word | None]
    cause: Mapped[Word | None]
    stage: Mapped[Word | None]
    note: Mapped[Long | None]
    photos: Mapped[Long | None]
    policy_id: Mapped[Id | None]
    with_id: Mapped[Id | None]  # the other line of a relocation
    __table_args__ = (
        CheckConstraint("act IN ('approve','reject','recount','relocate')", name="decision_act"),
        Index("decisions_id", "warehouse_id", "id"),
    )
