"""Events and device clocks."""

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Id, Instant, Long, Word, db


class Event(db.Model):
    """One event as it came. `warehouse_id` is the nil UUID while nobody can tell whose it is.

    `earliest_at`/`latest_at` are set when the device's clock jumped and the instant is uncertain. `brought_by`: who
    sent it in its author's stead.
    """

    __tablename__ = "events"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    type: Mapped[Word]
    device_id: Mapped[Word]
    person_id: Mapped[Id]
    brought_by: Mapped[Id | None]
    seq: Mapped[Instant | None]
    device_at: Mapped[Instant | None]
    effective_at: Mapped[Instant | None]
    earliest_at: Mapped[Instant | None]
    latest_at: Mapped[Instant | None]
    posted_at: Mapped[Instant]
    result: Mapped[Word]
    code: Mapped[Word | None]
    raw: Mapped[Long]
    __table_args__ = (
        CheckConstraint("result IN ('accepted','refused')", name="event_result"),
        Index("events_device_seq", "device_id", "seq"),
    )


class DeviceClock(db.Model):
    """What we know of a device's clock: its offset (server minus device, microseconds) at the last delivery."""

    __tablename__ = "device_clocks"
    device_id: Mapped[Word] = mapped_column(primary_key=True)
    offset: Mapped[Instant]
    sent_at: Mapped[Instant]
    received_at: Mapped[Instant]
    person_id: Mapped[Id | None]


class Photo(db.Model):
    """A photo that somebody took: its bytes lie in the store under `sha256`.

    `warehouse_id` is the nil UUID for none. `sent_sha256` is of the bytes as they came, by which a repetition is known.
    `symbols`: what was read on it, as JSON; null while nobody asked.
    """

    __tablename__ = "photos"
    id: Mapped[Id] = mapped_column(primary_key=True)
    warehouse_id: Mapped[Id]
    person_id: Mapped[Id]
    sha256: Mapped[Word]
    sent_sha256: Mapped[Word]
    kind: Mapped[Word]
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    posted_at: Mapped[Instant]
    symbols: Mapped[Long | None]
