"""Items, codes, lots, serials, containers, locations, reasons, policies."""

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db import Id, Instant, Long, Money, Qty, Word, db, only_where


class Item(db.Model):
    """What is stocked. `unit_cost`: ten-thousandths per base unit."""

    __tablename__ = "items"
    id: Mapped[Id] = mapped_column(primary_key=True)
    sku: Mapped[Word] = mapped_column(unique=True)
    name: Mapped[Long]
    category: Mapped[Word | None]
    unit: Mapped[Word] = mapped_column(default="ea")
    unit_cost: Mapped[Money] = mapped_column(default=0)
    lot_tracked: Mapped[bool] = mapped_column(default=False)
    serial_tracked: Mapped[bool] = mapped_column(default=False)
    weighed: Mapped[bool] = mapped_column(default=False)
    shelf_life_days: Mapped[int | None]
    abc: Mapped[Word | None]
    active: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[Instant]
    __table_args__ = (
        CheckConstraint("unit_cost >= 0", name="item_cost_not_negative"),
        CheckConstraint("abc IS NULL OR abc IN ('A','B','C')", name="item_abc"),
        Index("items_category", "category"),
    )


class Code(db.Model):
    """A text on a label that names an item, and how many base units (`pack_qty`, thousandths) one scan of it is."""

    __tablename__ = "codes"
    id: Mapped[Id] = mapped_column(primary_key=True)
    key: Mapped[Word] = mapped_column(unique=True)  # GTINs as 14 digits, anything else as it is
    code: Mapped[Word]
    item_id: Mapped[Id] = mapped_column(ForeignKey("items.id"))
    pack_qty: Mapped[Qty] = mapped_column(default=1000)
    made_at: Mapped[Instant]
    __table_args__ = (CheckConstraint("pack_qty > 0", name="code_pack_positive"), Index("codes_item", "item_id"))


class Lot(db.Model):
    """Made together; `expiry` is a date `YYYY-MM-DD`."""

    __tablename__ = "lots"
    item_id: Mapped[Id] = mapped_column(ForeignKey("items.id"), primary_key=True)
    lot: Mapped[Word] = mapped_column(primary_key=True)
    id: Mapped[Id] = mapped_column(unique=True)
    expiry: Mapped[Word | None]
    made_at: Mapped[Instant]
    __table_args__ = (Index("lots_lot", "lot"),)


class Serial(db.Model):
    """One single thing."""

    __tablename__ = "serials"
    item_id: Mapped[Id] = mapped_column(ForeignKey("items.id"), primary_key=True)
    serial: Mapped[Word] = mapped_column(primary_key=True)
    lot: Mapped[Word] = mapped_column(default="")
    made_at: Mapped[Instant]
    __table_args__ = (Index("serials_serial", "serial"),)


class Location(db.Model):
    """Smallest addressable place. `role` is set on virtual ones only: SUPPLIER, CUSTOMER, LOSS, …

    `locked_by`: the count for which nothing may go in or out between `locked_at` and `locked_until`. `capacity`: how
    many base units ought to lie there at most, of whatever items.
    """

    __tablename__ = "locations"
    warehouse_id: Mapped[Id] = mapped_column(ForeignKey("warehouses.id"), primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    code: Mapped[Word]
    zone: Mapped[Word | None]
    kind: Mapped[Word] = mapped_column(default="shelf")
    path_order: Mapped[int] = mapped_column(default=0)
    capacity: Mapped[Qty | None]
    role: Mapped[Word | None]
    active: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[Instant]
    locked_by: Mapped[Id | None]
    locked_at: Mapped[Instant | None]
    locked_until: Mapped[Instant | None]
    __table_args__ = (
        UniqueConstraint("warehouse_id", "code", name="location_code"),
        CheckConstraint("capacity IS NULL OR capacity > 0", name="location_capacity_positive"),
        Index("locations_zone", "warehouse_id", "zone"),
        only_where("locations_locked", "warehouse_id", "locked_by", said="locked_by"),
    )


class PlaceCapacity(db.Model):
    """How much of one item ought to lie in a place at most, beside what it holds in all."""

    __tablename__ = "place_capacities"
    warehouse_id: Mapped[Id] = mapped_column(primary_key=True)
    location_id: Mapped[Id] = mapped_column(primary_key=True)
    item_id: Mapped[Id] = mapped_column(ForeignKey("items.id"), primary_key=True)
    qty: Mapped[Qty]
    __table_args__ = (CheckConstraint("qty > 0", name="place_capacity_positive"),)


class Container(db.Model):
    """A pallet or tote with a code of its own (LPN, SSCC), and where it stands."""

    __tablename__ = "containers"
    warehouse_id: Mapped[Id] = mapped_column(ForeignKey("warehouses.id"), primary_key=True)
    id: Mapped[Id] = mapped_column(primary_key=True)
    code: Mapped[Word]
    kind: Mapped[Word] = mapped_column(default="pallet")
    location_id: Mapped[Id | None]
    made_at: Mapped[Instant]
    __table_args__ = (UniqueConstraint("warehouse_id", "code", name="container_code"),)


_LIVE = text("unbound_at IS NULL")


class TagBinding(db.Model):
    """What an RFID tag is stuck to, from `bound_at` on: goods (`item_id`, `qty` of them, at home in `location_id`), a
    container, a location or a document. `hex`: of its EPC or of its TID, as `id_kind` says. Tags are used again, so a
    binding ends and stays on record; of each tag at most one is live."""

    __tablename__ = "tag_bindings"
    id: Mapped[Id] = mapped_column(primary_key=True)
    id_kind: Mapped[Word]
    hex: Mapped[Word]
    target: Mapped[Word]
    item_id: Mapped[Id | None] = mapped_column(ForeignKey("items.id"))
    lot: Mapped[Word] = mapped_column(default="")
    serial: Mapped[Word | None]
    qty: Mapped[Qty] = mapped_column(default=1000)
    warehouse_id: Mapped[Id | None] = mapped_column(ForeignKey("warehouses.id"))
    location_id: Mapped[Id | None]
    container: Mapped[Word | None]
    document: Mapped[Word | None]
    bound_by: Mapped[Id]
    bound_at: Mapped[Instant]
    unbound_at: Mapped[Instant | None]
    reason: Mapped[Long | None]
    __table_args__ = (
        CheckConstraint("id_kind IN ('epc','tid')", name="binding_id_kind"),
        CheckConstraint("target IN ('goods','container','location','document')", name="binding_target"),
        CheckConstraint("target <> 'goods' OR item_id IS NOT NULL", name="binding_goods"),
        CheckConstraint("qty > 0", name="binding_qty_positive"),
        Index("tag_bindings_live", "hex", "id_kind", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("tag_bindings_home", "warehouse_id", "location_id", sqlite_where=_LIVE, postgresql_where=_LIVE),
    )


class Reason(db.Model):
    """A word for why: `kind` reason or cause. A cause belongs to one of the four loss types."""

    __tablename__ = "reasons"
    code: Mapped[Word] = mapped_column(primary_key=True)
    kind: Mapped[Word]
    loss_type: Mapped[Word | None]
    en: Mapped[Word]
    zh: Mapped[Word]
    active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        CheckConstraint("kind IN ('reason','cause')", name="reason_kind"),
        CheckConstraint(
            "loss_type IS NULL OR loss_type IN ('physical','management','human','system')", name="reason_loss_type"
        ),
    )


class Policy(db.Model):
    """The standing rules of a warehouse (of all: no warehouse) from an instant on. Never edited: a new one follows."""

    __tablename__ = "policies"
    id: Mapped[Id] = mapped_column(primary_key=True)
    warehouse_id: Mapped[Id | None] = mapped_column(ForeignKey("warehouses.id"))
    holds_from: Mapped[Instant]
    body: Mapped[dict] = mapped_column(JSON)
    made_by: Mapped[Id | None]
    made_at: Mapped[Instant]
    __table_args__ = (Index("policies_when", "warehouse_id", "holds_from"),)
