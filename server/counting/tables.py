"""Counts, tasks, claims, entries, positions that are due."""

from sqlalchemy import JSON, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Id, Instant, Long, Qty, Word, db, only_where


class Count(db.Model):
    """A job of counting, as a supervisor asked for it."""

    __tablename__ = "counts"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    form: Mapped[Word]
    mode: Mapped[Word]
    open_count: Mapped[bool] = mapped_column(default=False)
    state: Mapped[Word]
    asked: Mapped[dict] = mapped_column(JSON)  # the request as it came, for `id_reused` and the trail
    trigger: Mapped[Word] = mapped_column(default="manual")
    requested_by: Mapped[Id]
    requested_at: Mapped[Instant]
    due_at: Mapped[Instant | None]
    closed_at: Mapped[Instant | None]
    __table_args__ = (
        CheckConstraint("form IN ('full','list','zero')", name="count_form"),
        CheckConstraint("mode IN ('independent','parts')", name="count_mode"),
        CheckConstraint("state IN ('released','counting','deciding','closed','cancelled')", name="count_state"),
        Index("counts_state", "warehouse_id", "state", "requested_at"),
    )


class CountTask(db.Model):
    """One stretch of shelves for one person (or, in parts, for several). Round 2 and up are recounts."""

    __tablename__ = "count_tasks"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    count_id: Mapped[Id]
    round: Mapped[int]
    form: Mapped[Word]
    state: Mapped[Word]
    assignee_id: Mapped[Id | None]
    claim_id: Mapped[Id | None]  # the claim that holds it now (independent)
    claimed_by: Mapped[Id | None]
    lease_until: Mapped[Instant | None]
    path_order: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[Instant]
    due_at: Mapped[Instant | None]
    submitted_at: Mapped[Instant | None]
    __table_args__ = (
        CheckConstraint("state IN ('open','claimed','submitted','cancelled')", name="task_state"),
        Index("count_tasks_count", "warehouse_id", "count_id"),
        Index("count_tasks_state", "warehouse_id", "state", "path_order"),
    )


class TaskLocation(db.Model):
    """A location that belongs to a task."""

    __tablename__ = "task_locations"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    task_id: Mapped[Id] = mapped_column(primary_key=True)
    location_id: Mapped[Id] = mapped_column(primary_key=True)
    __table_args__ = (Index("task_locations_location", "warehouse_id", "location_id"),)


class TaskPosition(db.Model):
    """A position that a list task (and every recount) names. `control`: it matched, and is counted again anyway."""

    __tablename__ = "task_positions"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    task_id: Mapped[Id] = mapped_column(primary_key=True)
    location_id: Mapped[Id] = mapped_column(primary_key=True)
    item_id: Mapped[Id] = mapped_column(primary_key=True)
    lot: Mapped[Word] = mapped_column(primary_key=True)
    control: Mapped[bool] = mapped_column(default=False)


class TaskExclusion(db.Model):
    """Who may not take a task, since they counted its lines before."""

    __tablename__ = "task_exclusions"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    task_id: Mapped[Id] = mapped_column(primary_key=True)
    person_id: Mapped[Id] = mapped_column(primary_key=True)


class Claim(db.Model):
    """Somebody took a task. A lease: it ends by the server's clock, by release, by takeover or by submission."""

    __tablename__ = "claims"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    task_id: Mapped[Id]
    person_id: Mapped[Id]
    device_id: Mapped[Word]
    first_seq: Mapped[Instant | None]
    at: Mapped[Instant]
    lease_until: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    ended_how: Mapped[Word | None]
    reason: Mapped[Long | None]
    __table_args__ = (Index("claims_task", "warehouse_id", "task_id", "at"),)


_UNKNOWN = text("item_id IS NULL AND kind = 'entry'")


class CountEntry(db.Model):
    """One statement: so many of this, here, at this instant, says this person. Never edited; `void` negates one.

    `item_id` is empty while the code is unknown. `empty` without item speaks for the whole location.
    """

    __tablename__ = "count_entries"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    task_id: Mapped[Id]
    count_id: Mapped[Id]
    claim_id: Mapped[Id]
    kind: Mapped[Word]
    location_id: Mapped[Id]
    item_id: Mapped[Id | None]
    lot: Mapped[Word] = mapped_column(default="")
    serial: Mapped[Word | None]
    qty: Mapped[Qty]
    voids_id: Mapped[Id | None]
    method: Mapped[Word | None]
    code: Mapped[Long | None]
    raw: Mapped[Long | None]
    photo: Mapped[Id | None]
    person_id: Mapped[Id]
    device_id: Mapped[Word]
    device_at: Mapped[Instant]
    effective_at: Mapped[Instant]
    earliest_at: Mapped[Instant | None]
    latest_at: Mapped[Instant | None]
    posted_at: Mapped[Instant]
    __table_args__ = (
        CheckConstraint("kind IN ('entry','void','empty')", name="entry_kind"),
        Index("count_entries_task", "warehouse_id", "task_id", "location_id"),
        Index("count_entries_count", "warehouse_id", "count_id"),
        only_where("count_entries_serial", "warehouse_id", "item_id", "serial", said="serial"),
        only_where("count_entries_voids", "warehouse_id", "voids_id", said="voids_id"),
        Index("count_entries_unknown", "task_id", sqlite_where=_UNKNOWN, postgresql_where=_UNKNOWN),
    )


class CountDoubt(db.Model):
    """A position of a task whose count must not settle by itself, and why: reads are missing, tags nobody expected."""

    __tablename__ = "count_doubts"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    task_id: Mapped[Id] = mapped_column(primary_key=True)
    location_id: Mapped[Id] = mapped_column(primary_key=True)
    item_id: Mapped[Id] = mapped_column(primary_key=True)
    lot: Mapped[Word] = mapped_column(primary_key=True)
    why: Mapped[Word]


class DuePosition(db.Model):
    """A position that ought to be counted soon, and why (a negative book, a held line)."""

    __tablename__ = "due_positions"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    location_id: Mapped[Id] = mapped_column(primary_key=True)
    item_id: Mapped[Id] = mapped_column(primary_key=True)
    lot: Mapped[Word] = mapped_column(primary_key=True)
    reason: Mapped[Word]
    since: Mapped[Instant]
