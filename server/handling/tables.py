"""Documents with their lines, statements, who had a hand in what, what a document came to, holds."""

from sqlalchemy import JSON, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Id, Instant, Long, Qty, Word, db, only_where


class Document(db.Model):
    """What ought to come, go or be made. `place_id`: its dock or staging place. `far_id`: a transfer's other warehouse.

    `announced` is false where nobody had said that it would come: such goods gather on a device (`device_id`), and may
    be tied to the receipt (`tied_id`) that they belong to.
    """

    __tablename__ = "documents"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[Word]
    number: Mapped[Word]
    state: Mapped[Word]
    partner: Mapped[Word | None]
    announced: Mapped[bool] = mapped_column(default=True)
    place_id: Mapped[Id | None]
    far_id: Mapped[Id | None]
    expected_on: Mapped[Word | None]
    due_at: Mapped[Instant | None]
    assignee_id: Mapped[Id | None]
    priority: Mapped[int] = mapped_column(default=2, server_default=text("2"))  # 0: before all others; see `rules.py`
    device_id: Mapped[Word | None]
    tied_id: Mapped[Id | None]
    about_id: Mapped[Id | None]  # the document that it follows from: what was sent back, to be scrapped
    asked: Mapped[dict] = mapped_column(JSON)  # the request as it came, for `id_reused` and the trail
    reason: Mapped[Word | None]
    note: Mapped[Long | None]
    photo: Mapped[Id | None]
    requested_by: Mapped[Id]
    requested_at: Mapped[Instant]
    approved_by: Mapped[Id | None]
    approved_at: Mapped[Instant | None]
    submitted_at: Mapped[Instant | None]
    shipped_at: Mapped[Instant | None]
    closed_at: Mapped[Instant | None]
    __table_args__ = (
        CheckConstraint(
            "state IN ('requested','open','working','submitted','done','cancelled','rejected')", name="document_state"
        ),
        CheckConstraint("approved_by IS NULL OR approved_by <> requested_by", name="document_not_approved_by_asker"),
        CheckConstraint("priority BETWEEN 0 AND 3", name="document_priority"),
        UniqueConstraint("warehouse_id", "kind", "number", name="document_number"),
        Index("documents_number", "warehouse_id", "number"),
        Index("documents_state", "warehouse_id", "state", "due_at"),
        Index("documents_time", "warehouse_id", "requested_at"),
        only_where("documents_gathering", "warehouse_id", "device_id", said="device_id"),
        only_where("documents_tied", "warehouse_id", "tied_id", said="tied_id"),
        only_where("documents_about", "warehouse_id", "about_id", said="about_id"),
    )


class Given(db.Model):
    """Who gave a document to whom (nobody: whoever is free), and what was said of its time and priority. Never edited.

    `id`: of the act, which may give many documents at once. `from_id`: whose it was before.
    """

    __tablename__ = "document_given"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    document_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    from_id: Mapped[Id | None]
    to_id: Mapped[Id | None]
    due_at: Mapped[Instant | None]
    priority: Mapped[int]
    note: Mapped[Long | None]
    asked: Mapped[dict] = mapped_column(JSON)  # the request as it came, for `id_reused`
    person_id: Mapped[Id]
    at: Mapped[Instant]
    __table_args__ = (Index("document_given_act", "warehouse_id", "id"),)


class DocumentLine(db.Model):
    """How much of what is expected. `role`: `goods`; of an order what is used (`input`) and made (`output`).

    `reserves`: it wants stock that is here, until its document ends.
    """

    __tablename__ = "document_lines"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    document_id: Mapped[Id] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[Word] = mapped_column(default="goods")
    item_id: Mapped[Id]
    lot: Mapped[Word] = mapped_column(default="")
    qty: Mapped[Qty]
    reserves: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    __table_args__ = (
        CheckConstraint("qty > 0", name="document_line_qty_positive"),
        CheckConstraint("role IN ('goods','input','output')", name="document_line_role"),
        ForeignKeyConstraint(["item_id"], ["items.id"]),
        Index("document_lines_item", "warehouse_id", "item_id"),
        Index(
            "document_lines_reserves",
            *("warehouse_id", "item_id"),
            sqlite_where=text("reserves"),
            postgresql_where=text("reserves"),
        ),
    )


_SHORT, _UNKNOWN = text("step = 'short'"), text("item_id IS NULL AND step = 'receive'")


class Statement(db.Model):
    """What one person says they did or found. Never edited; a `void` negates one.

    `more`: the same hand is still scanning this, so nothing is judged yet. `item_id` is empty while nobody knows the
    code.
    """

    __tablename__ = "statements"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    document_id: Mapped[Id | None]
    step: Mapped[Word]
    item_id: Mapped[Id | None]
    lot: Mapped[Word] = mapped_column(default="")
    serial: Mapped[Word | None]
    expiry: Mapped[Word | None]
    condition: Mapped[Word] = mapped_column(default="")
    qty: Mapped[Qty]
    place_id: Mapped[Id | None]
    to_id: Mapped[Id | None]
    more: Mapped[bool] = mapped_column(default=False)
    voids_id: Mapped[Id | None]
    code: Mapped[Long | None]
    photo: Mapped[Id | None]
    reason: Mapped[Word | None]
    note: Mapped[Long | None]
    person_id: Mapped[Id]
    device_id: Mapped[Word]
    device_at: Mapped[Instant]
    effective_at: Mapped[Instant]
    earliest_at: Mapped[Instant | None]
    latest_at: Mapped[Instant | None]
    posted_at: Mapped[Instant]
    __table_args__ = (
        Index("statements_goods", "warehouse_id", "document_id", "item_id", "lot", "step"),
        Index("statements_short", "warehouse_id", "place_id", "item_id", sqlite_where=_SHORT, postgresql_where=_SHORT),
        only_where("statements_serial", "warehouse_id", "item_id", "serial", said="serial"),
        Index("statements_unknown", "warehouse_id", sqlite_where=_UNKNOWN, postgresql_where=_UNKNOWN),
        only_where("statements_voids", "warehouse_id", "voids_id", unique=True, said="voids_id"),
    )


class ContainerGoods(db.Model):
    """Goods and the container that carried them in one act: received on it, put away, picked into it, moved with it.

    `id`: the statement's or the move's. `out_of`: the container that they were taken from, if that was said. An empty
    one that was moved carries nothing. `whole_id`: the act that moved the container with all that was on it, of which
    this is a part or what put it right later. Never edited: a voided statement's row is passed over.
    """

    __tablename__ = "container_goods"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    container: Mapped[Word | None]
    out_of: Mapped[Word | None]
    step: Mapped[Word]
    item_id: Mapped[Id | None]
    lot: Mapped[Word] = mapped_column(default="")
    serial: Mapped[Word | None]
    qty: Mapped[Qty]
    from_id: Mapped[Id | None]
    to_id: Mapped[Id | None]
    document_id: Mapped[Id | None]
    person_id: Mapped[Id]
    device_id: Mapped[Word]
    effective_at: Mapped[Instant]
    posted_at: Mapped[Instant]
    whole_id: Mapped[Id | None]
    __table_args__ = (
        CheckConstraint("container IS NOT NULL OR out_of IS NOT NULL", name="container_goods_names_one"),
        Index("container_goods_container", "warehouse_id", "container", "effective_at"),
        only_where("container_goods_out_of", "warehouse_id", "out_of", "effective_at", said="out_of"),
        only_where("container_goods_whole", "warehouse_id", "from_id", "effective_at", said="whole_id"),
        Index("container_goods_lot", "item_id", "lot", "warehouse_id"),
    )


class Hand(db.Model):
    """Who had a hand in a document, on which side and device. Whoever was on the first side never checks it.

    `ended_at`: when the checker said that it was all, or somebody needed to know: all until then is judged.
    """

    __tablename__ = "document_hands"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    document_id: Mapped[Id] = mapped_column(primary_key=True)
    side: Mapped[Word] = mapped_column(primary_key=True)
    person_id: Mapped[Id] = mapped_column(primary_key=True)
    device_id: Mapped[Word] = mapped_column(primary_key=True)
    since: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    __table_args__ = (
        CheckConstraint("side IN ('first','check')", name="hand_side"),
        Index("document_hands_person", "person_id", "side"),
    )


class Goods(db.Model):
    """What a document has come to, by item, lot and condition: a projection of its statements, kept with them.

    `first_qty`: what the first side says. `agreed_qty`: what two agree on (or one, where that is enough); empty while
    it is open. `posted_qty`: what of it the book has. `done_qty`: put away, or shipped.
    """

    __tablename__ = "document_goods"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    document_id: Mapped[Id] = mapped_column(primary_key=True)
    item_id: Mapped[Id] = mapped_column(primary_key=True)
    lot: Mapped[Word] = mapped_column(primary_key=True)
    condition: Mapped[Word] = mapped_column(primary_key=True)
    state: Mapped[Word]
    first_qty: Mapped[Qty] = mapped_column(default=0)
    agreed_qty: Mapped[Qty | None]
    posted_qty: Mapped[Qty] = mapped_column(default=0)
    done_qty: Mapped[Qty] = mapped_column(default=0)
    fix_id: Mapped[Id | None]  # the move that puts right what the first side said
    __table_args__ = (
        CheckConstraint("state IN ('waiting','differs','agreed')", name="goods_state"),
        Index("document_goods_state", "warehouse_id", "state"),
    )


class Hold(db.Model):
    """Stock that may not leave: of an item, of one lot of it, or of what lies in one place.

    `qty`: only so many of it, which a return (`document_id`) brought and nobody has found good.
    """

    __tablename__ = "holds"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[Word]
    item_id: Mapped[Id]
    lot: Mapped[Word] = mapped_column(default="")
    location_id: Mapped[Id | None]
    qty: Mapped[Qty | None]
    document_id: Mapped[Id | None]
    reason: Mapped[Word | None]
    note: Mapped[Long | None]
    placed_by: Mapped[Id]
    placed_at: Mapped[Instant]
    released_by: Mapped[Id | None]
    released_at: Mapped[Instant | None]
    release_note: Mapped[Long | None]
    __table_args__ = (
        CheckConstraint("kind IN ('quarantine','block','inspection')", name="hold_kind"),
        Index("holds_item", "warehouse_id", "item_id", "lot"),
    )
