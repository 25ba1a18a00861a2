"""Readers and their antennas, sights of tags, gaps, passages, and what was set aside."""

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Id, Instant, Long, Qty, Word, db


class Reader(db.Model):
    """What we know of whatever posts reads: a device, or somebody's phone with a sled (`device_id` is theirs then).

    `every_seconds`: how often it ought to be heard. `clock_offset`: server minus reader, microseconds, as applied;
    `offset_now`, `offset_before`: the smallest differences in this window of time and in the one before. `sessions_to`:
    up to when it was told to read for counts. `silent_since`: an alarm is out. `auto_post`: of a door, whether what is
    all of one document posts by itself; None: as the house's policy has it.
    """

    __tablename__ = "readers"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    device_id: Mapped[Id] = mapped_column(primary_key=True)
    use: Mapped[Word] = mapped_column(default="count", server_default="count")
    model: Mapped[Word] = mapped_column(default="ours", server_default="ours")
    known_as: Mapped[Word | None]
    called: Mapped[Word | None]
    every_seconds: Mapped[int] = mapped_column(default=60, server_default="60")
    made_at: Mapped[Instant]
    first_heard_at: Mapped[Instant | None]
    heard_at: Mapped[Instant | None]
    silent_since: Mapped[Instant | None]
    batches: Mapped[Instant] = mapped_column(default=0, server_default="0")
    reads: Mapped[Instant] = mapped_column(default=0, server_default="0")
    duplicates: Mapped[Instant] = mapped_column(default=0, server_default="0")
    aside: Mapped[Instant] = mapped_column(default=0, server_default="0")
    lost: Mapped[Instant] = mapped_column(default=0, server_default="0")
    clock_offset: Mapped[Instant] = mapped_column(default=0, server_default="0")
    offset_now: Mapped[Instant | None]
    offset_before: Mapped[Instant | None]
    window_from: Mapped[Instant | None]
    sessions_to: Mapped[Instant] = mapped_column(default=0, server_default="0")
    passes_to: Mapped[Instant] = mapped_column(default=0, server_default="0")
    threshold: Mapped[int] = mapped_column(default=-5600, server_default="-5600")  # of a portal, hundredths of a dBm
    auto_post: Mapped[bool | None]
    __table_args__ = (CheckConstraint("use IN ('count','portal','shelf')", name="reader_use"),)


class ReaderAntenna(db.Model):
    """Where an antenna looks: a zone, and the location it stands for. `side`: of a door."""

    __tablename__ = "reader_antennas"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    device_id: Mapped[Id] = mapped_column(primary_key=True)
    antenna: Mapped[int] = mapped_column(primary_key=True)
    zone: Mapped[Word | None]
    location_id: Mapped[Id | None]
    side: Mapped[Word | None]
    __table_args__ = (CheckConstraint("side IS NULL OR side IN ('in','out')", name="antenna_side"),)


class TagSight(db.Model):
    """All reads of one tag by one reader in ten seconds of its clock (`bucket`), for one count or for none (nil UUID).

    A set: `series` is the reads themselves, `[[offset, antenna, peak, count, seq], …]`, so that the same read again
    changes nothing. `peak` is the strongest, hundredths of a dBm. `first_at`, `last_at` by our clock.
    """

    __tablename__ = "tag_sights"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    device_id: Mapped[Id] = mapped_column(primary_key=True)
    session_id: Mapped[Id] = mapped_column(primary_key=True)
    bucket: Mapped[Instant] = mapped_column(primary_key=True)
    tag: Mapped[Long] = mapped_column(primary_key=True)
    tid: Mapped[Word] = mapped_column(primary_key=True)
    reads: Mapped[int]
    peak: Mapped[int | None]
    first_at: Mapped[Instant]
    last_at: Mapped[Instant]
    series: Mapped[Long]
    posted_at: Mapped[Instant]
    __table_args__ = (
        Index("tag_sights_session", "warehouse_id", "session_id", "tag"),
        Index("tag_sights_late", "warehouse_id", "device_id", "last_at"),
    )


class ReaderBatch(db.Model):
    """That a numbered batch came: a number that is missing between two of them is a gap."""

    __tablename__ = "reader_batches"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    device_id: Mapped[Id] = mapped_column(primary_key=True)
    session_id: Mapped[Id] = mapped_column(primary_key=True)
    seq: Mapped[Instant] = mapped_column(primary_key=True)
    batch_id: Mapped[Word | None]
    received_at: Mapped[Instant]


class ReaderSession(db.Model):
    """A reader was told to read for a task, from and to an instant by our clock."""

    __tablename__ = "reader_sessions"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    device_id: Mapped[Id]
    session_id: Mapped[Id]
    person_id: Mapped[Id]
    from_at: Mapped[Instant]
    to_at: Mapped[Instant | None]
    __table_args__ = (
        Index("reader_sessions_device", "warehouse_id", "device_id", "from_at"),
        Index("reader_sessions_session", "warehouse_id", "session_id"),
    )


class ReaderGap(db.Model):
    """A stretch of time of which reads are missing, by the reader's own word or by our watching."""

    __tablename__ = "reader_gaps"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    device_id: Mapped[Id] = mapped_column(primary_key=True)
    what: Mapped[Word] = mapped_column(primary_key=True)
    from_at: Mapped[Instant] = mapped_column(primary_key=True)
    to_at: Mapped[Instant]
    lost: Mapped[Instant]
    posted_at: Mapped[Instant]


class SetAside(db.Model):
    """A row that nobody could understand: `id` is of its bytes, so the same one again only counts. `taken_at`: it was
    taken in later."""

    __tablename__ = "set_aside"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    device_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Word] = mapped_column(primary_key=True)
    why: Mapped[Word]
    shape: Mapped[Word]
    raw: Mapped[Long]
    said_at: Mapped[Instant | None]
    times: Mapped[int]
    posted_at: Mapped[Instant]
    taken_at: Mapped[Instant | None]
    __table_args__ = (Index("set_aside_when", "warehouse_id", "posted_at"),)


class GateEvent(db.Model):
    """A passage that a gate decided by itself."""

    __tablename__ = "gate_events"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    device_id: Mapped[Id] = mapped_column(primary_key=True)
    key: Mapped[Word] = mapped_column(primary_key=True)
    tag: Mapped[Long]
    tid: Mapped[Word]
    direction: Mapped[Word]
    gate: Mapped[Word | None]
    at: Mapped[Instant]
    posted_at: Mapped[Instant]
    __table_args__ = (
        CheckConstraint("direction IN ('in','out')", name="gate_direction"),
        Index("gate_events_when", "warehouse_id", "at"),
    )


class EpcisEventRow(db.Model):
    """An EPCIS event, as somebody captured it or as we publish it. `location_id`: of ours, so that it is not shown to
    who counts there."""

    __tablename__ = "epcis_events"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    event_id: Mapped[Long] = mapped_column(primary_key=True)
    kind: Mapped[Word]
    at: Mapped[Instant]
    recorded_at: Mapped[Instant]
    action: Mapped[Word]
    biz_step: Mapped[Long]
    disposition: Mapped[Long]
    read_point: Mapped[Long]
    biz_location: Mapped[Long]
    location_id: Mapped[Id | None]
    body: Mapped[Long]
    __table_args__ = (Index("epcis_events_when", "warehouse_id", "at"),)


class EpcisThing(db.Model):
    """What an event is about, under one name however it was written."""

    __tablename__ = "epcis_things"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    thing: Mapped[Long] = mapped_column(primary_key=True)
    event_id: Mapped[Long] = mapped_column(primary_key=True)


class EpcisCapture(db.Model):
    """One delivery of EPCIS events, and what became of it. `errors`: JSON."""

    __tablename__ = "epcis_captures"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    device_id: Mapped[Id]
    behaviour: Mapped[Word]
    success: Mapped[bool]
    events: Mapped[int]
    errors: Mapped[Long]
    created_at: Mapped[Instant]


class PortalPass(db.Model):
    """A tag at a door: `direction` and state proposed, or why it is believed to be none. `group_id`: of what went
    through together; `document`: which one it fits, `fits`: as a part, whole or with too much. Instants by the
    reader's clock (`first`, a key, and `last`) and by ours (`at`)."""

    __tablename__ = "portal_passes"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    device_id: Mapped[Id] = mapped_column(primary_key=True)
    tag: Mapped[Long] = mapped_column(primary_key=True)
    first: Mapped[Instant] = mapped_column(primary_key=True)
    at: Mapped[Instant]
    last: Mapped[Instant]
    reads: Mapped[int]
    peak: Mapped[int | None]
    direction: Mapped[Word | None]
    why: Mapped[Word]
    state: Mapped[Word]
    group_id: Mapped[Id | None]
    item_id: Mapped[Id | None]
    lot: Mapped[Word] = mapped_column(default="")
    qty: Mapped[Qty]
    binding_id: Mapped[Id | None]
    document: Mapped[Word | None]
    document_id: Mapped[Id | None]
    fits: Mapped[Word | None]
    decided_by: Mapped[Id | None]
    decided_at: Mapped[Instant | None]
    __table_args__ = (
        CheckConstraint("state IN ('proposed','none','confirmed','rejected')", name="pass_state"),
        CheckConstraint("direction IS NULL OR direction IN ('in','out')", name="pass_direction"),
        CheckConstraint("fits IS NULL OR fits IN ('part','whole','over')", name="pass_fits"),
        Index("portal_passes_state", "warehouse_id", "state", "at"),
        Index("portal_passes_group", "warehouse_id", "group_id"),
    )


class PortalBeam(db.Model):
    """An input of a door's reader changed: a light beam, by the reader's clock."""

    __tablename__ = "portal_beams"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    device_id: Mapped[Id] = mapped_column(primary_key=True)
    at: Mapped[Instant] = mapped_column(primary_key=True)
    pin: Mapped[int] = mapped_column(primary_key=True)
    posted_at: Mapped[Instant]


class PortalWalk(db.Model):
    """A calibration walk: goods of which somebody knows what they did, between two instants by our clock. `truth`,
    `scores`: JSON; `best`: the threshold that told them apart best, hundredths of a dBm."""

    __tablename__ = "portal_walks"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    device_id: Mapped[Id]
    from_at: Mapped[Instant]
    to_at: Mapped[Instant]
    truth: Mapped[Long]
    scores: Mapped[Long]
    best: Mapped[int]
    person_id: Mapped[Id]
    made_at: Mapped[Instant]
    __table_args__ = (Index("portal_walks_device", "warehouse_id", "device_id", "made_at"),)


class ReaderBody(db.Model):
    """What a reader posted, as it came (`body`: compressed, base64), so that a better parser can hear it again."""

    __tablename__ = "reader_bodies"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    device_id: Mapped[Id]
    session_id: Mapped[Id]
    maker: Mapped[Word | None]
    received_at: Mapped[Instant]
    body: Mapped[Long]
    __table_args__ = (Index("reader_bodies_when", "warehouse_id", "received_at"),)
