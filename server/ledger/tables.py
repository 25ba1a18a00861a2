"""Moves, balances, anchors, serials in place."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Id, Instant, Long, Money, Qty, Word, db, only_where


class Move(db.Model):
    """One fact: `qty` thousandths of an item left `from_id` and entered `to_id` at `effective_at`. Written once.

    `line_id` is set on adjustments and restatements only: the count line that they make true.
    """

    __tablename__ = "moves"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    item_id: Mapped[Id]
    lot: Mapped[Word] = mapped_column(default="")
    from_id: Mapped[Id]
    to_id: Mapped[Id]
    qty: Mapped[Qty]
    unit_cost: Mapped[Money]
    kind: Mapped[Word]
    effective_at: Mapped[Instant]
    earliest_at: Mapped[Instant | None]
    latest_at: Mapped[Instant | None]
    posted_at: Mapped[Instant]
    person_id: Mapped[Id | None]
    device_id: Mapped[Word | None]
    document: Mapped[Word | None]
    reason: Mapped[Word | None]
    line_id: Mapped[Id | None]
    reverses_id: Mapped[Id | None]
    serials: Mapped[Long | None]  # JSON list of text
    __table_args__ = (
        CheckConstraint("qty > 0", name="move_qty_positive"),
        CheckConstraint("from_id <> to_id", name="move_goes_somewhere"),
        ForeignKeyConstraint(["item_id"], ["items.id"]),
        ForeignKeyConstraint(["warehouse_id", "from_id"], ["locations.warehouse_id", "locations.id"]),
        ForeignKeyConstraint(["warehouse_id", "to_id"], ["locations.warehouse_id", "locations.id"]),
        Index("moves_out", "warehouse_id", "from_id", "item_id", "lot", "effective_at", "qty"),
        Index("moves_in", "warehouse_id", "to_id", "item_id", "lot", "effective_at", "qty"),
        Index("moves_time", "warehouse_id", "effective_at"),
        Index("moves_item", "item_id", "effective_at"),
        only_where("moves_line", "warehouse_id", "line_id", said="line_id"),
        only_where("move_reversed_once", "warehouse_id", "reverses_id", unique=True, said="reverses_id"),
    )


class Balance(db.Model):
    """What the moves say that a position holds now. Locked while a move of the position is posted."""

    __tablename__ = "balances"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    location_id: Mapped[Id] = mapped_column(primary_key=True)
    item_id: Mapped[Id] = mapped_column(primary_key=True)
    lot: Mapped[Word] = mapped_column(primary_key=True)
    qty: Mapped[Qty]
    __table_args__ = (Index("balances_item", "item_id", "warehouse_id"),)


class Anchor(db.Model):
    """A confirmed count: at `at` this position held exactly `qty`. `id` is the count line's."""

    __tablename__ = "anchors"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    location_id: Mapped[Id]
    item_id: Mapped[Id]
    lot: Mapped[Word]
    at: Mapped[Instant]
    qty: Mapped[Qty]
    posted_at: Mapped[Instant]
    retired_at: Mapped[Instant | None]
    __table_args__ = (Index("anchors_position", "warehouse_id", "location_id", "item_id", "lot", "at"),)


class SerialPlace(db.Model):
    """Where the moves say that one serial is now."""

    __tablename__ = "serial_places"
    item_id: Mapped[Id] = mapped_column(primary_key=True)
    serial: Mapped[Word] = mapped_column(primary_key=True)
    warehouse_id: Mapped[Id]
    location_id: Mapped[Id]
    lot: Mapped[Word]
    since: Mapped[Instant]
    __table_args__ = (Index("serial_places_position", "warehouse_id", "location_id", "item_id", "lot"),)
