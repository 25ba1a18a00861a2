"""What RFID tags are stuck to. A table first: most tags carry a factory number, a text or somebody's own counting, and
a number that decodes as a GS1 key is that key only if the catalogue has it."""

import re
from dataclasses import dataclass

from server import clock
from server.db import among, fetch, given, put, run
from server.errors import NotFound, NotUnderstood, Refusal

_HEX = re.compile(r"(?:[0-9A-F]{2}){4,62}")
_COLUMNS = [
    *("id", "id_kind", "hex", "target", "item_id", "lot", "serial", "qty", "warehouse_id", "location_id", "container"),
    *("document", "bound_by", "bound_at", "reason"),
]
_FACTS = _COLUMNS[3:12]


class TagUnreadable(NotUnderstood):
    """Not the digits of a tag."""

    code = "tag_unreadable"
    en = "{tag} is no EPC or TID: a tag's number is written with the digits 0-9 and A-F. Read the tag again."
    zh = "{tag} 不是有效的 EPC 或 TID（应为 0-9、A-F）。请重新读取标签。"


class TagUnknown(NotFound):
    """Nothing is known of this tag."""

    code = "tag_unknown"
    en = "Nothing is known of the tag {tag}. Bind it first: read the tag, then scan the label of the goods."
    zh = "标签 {tag} 尚未绑定。请先读取标签，再扫描货品条码进行绑定。"


class NothingToBind(NotUnderstood):
    """A tag is bound to something."""

    code = "nothing_to_bind"
    en = "Say what the tag is stuck to: goods, a container, a location or a document."
    zh = "请说明标签所属对象：货品、容器、库位或单据。"


class BindingReused(Refusal):
    """The id already names another binding."""

    code = "id_reused"
    en = "This id was used before for something else. Make a new id and send again."
    zh = "此编号已用于其他内容。请生成新的编号后重新提交。"


@dataclass(frozen=True, slots=True)
class Binding:
    """A tag and what it is stuck to. `hex` in upper case; `qty` in thousandths of the base unit."""

    id: str
    id_kind: str
    hex: str
    target: str
    item_id: str | None = None
    lot: str = ""
    serial: str | None = None
    qty: int = 1000
    warehouse_id: str | None = None
    location_id: str | None = None
    container: str | None = None
    document: str | None = None

    @property
    def facts(self):
        """What makes two bindings of one tag the same."""
        return tuple(getattr(self, name) for name in _FACTS)


def tag_hex(text):
    """A tag's number in upper-case digits. Raises `TagUnreadable`."""
    said = text.strip().upper().removeprefix("0X").replace(" ", "").replace("-", "")
    if not _HEX.fullmatch(said):
        raise TagUnreadable(tag=text[:80])
    return said


def may_be_tag(text):
    """A cheap look: an EPC of 96 bits or more."""
    return len(text) >= 24 and _HEX.fullmatch(text.upper()) is not None


def bind(bindings, by, reason=None):
    """Bind tags, each to one thing; what they were bound to before ends. Gives how many are new.

    The same again changes nothing. Raises `BindingReused`.
    """
    bindings = list({(one.id_kind, one.hex): one for one in bindings}.values())
    _refuse_reused(bindings)
    now = clock.now()
    live = {(row.id_kind, row.hex): row for row in _live([one.hex for one in bindings])}
    new = [one for one in bindings if not _same(one, live.get((one.id_kind, one.hex)))]
    _end([live[key] for key in ((one.id_kind, one.hex) for one in new) if key in live], now)
    put(
        "tag_bindings",
        [(one.id, one.id_kind, one.hex, *one.facts, by, now, reason) for one in new],
        _COLUMNS,
    )
    return len(new)


def unbind(id_kind, hex, reason=None):
    """The tag is stuck to nothing any more. Raises `TagUnknown`."""
    rows = [row for row in _live([hex]) if row.id_kind == id_kind]
    if not rows:
        raise TagUnknown(tag=hex)
    _end(rows, clock.now(), reason)


def brought_home(warehouse_id, location_of_tag):
    """Goods were confirmed somewhere: from now on they are at home there. `{binding id: location id}`."""
    run(
        "UPDATE tag_bindings SET warehouse_id = :w, location_id = v.l FROM "
        + given("rows", id="id", l="id")
        + " v WHERE tag_bindings.id = v.id AND tag_bindings.unbound_at IS NULL",
        w=warehouse_id,
        rows=list(location_of_tag.items()),
    )


def bound(hexes):
    """Live bindings of these numbers, with the item's words: rows."""
    if not hexes:
        return []
    return fetch(
        "SELECT b.*, i.sku, i.name, i.unit, i.lot_tracked, i.serial_tracked, l.code AS location, l.zone"
        " FROM tag_bindings b LEFT JOIN items i ON i.id = b.item_id"
        " LEFT JOIN locations l ON l.warehouse_id = b.warehouse_id AND l.id = b.location_id"
        f" WHERE b.unbound_at IS NULL AND {among('b.hex', 'wanted')}",
        wanted=sorted(set(hexes)),
    )


def bound_by_id(ids):
    """{binding: (warehouse, home)} of live bindings of these ids."""
    rows = fetch(
        "SELECT id, warehouse_id, location_id FROM tag_bindings WHERE unbound_at IS NULL AND "
        + among("id", "ids", "id"),
        ids=list(ids),
    )
    return {row.id: (row.warehouse_id, row.location_id) for row in rows}


def at_home(warehouse_id, location_ids):
    """Live bindings of goods whose home is one of these places."""
    return fetch(
        "SELECT b.* FROM tag_bindings b WHERE b.unbound_at IS NULL AND b.target = 'goods' AND b.warehouse_id = :w AND "
        + among("b.location_id", "places", "id"),
        w=warehouse_id,
        places=sorted(location_ids),
    )


def bindings_page(warehouse_ids, limit, after="", hex=None, sku=None):
    """Live bindings by their number, one more than `limit`: those of these warehouses, and of none."""
    wanted = {"hex": hex, "sku": sku}
    only = {"hex": "b.hex = :hex", "sku": "i.sku = :sku"}
    where = "".join(f" AND {only[name]}" for name, value in wanted.items() if value is not None)
    return fetch(
        "SELECT b.id, b.id_kind, b.hex, b.target, b.lot, b.serial, b.qty, b.container, b.document, b.bound_at,"
        " b.location_id, i.sku,"
        " w.code AS warehouse, l.code AS location FROM tag_bindings b LEFT JOIN items i ON i.id = b.item_id"
        " LEFT JOIN warehouses w ON w.id = b.warehouse_id"
        " LEFT JOIN locations l ON l.warehouse_id = b.warehouse_id AND l.id = b.location_id"
        " WHERE b.unbound_at IS NULL AND b.hex > :after AND (b.warehouse_id IS NULL OR "
        + among("b.warehouse_id", "houses", "id")
        + f"){where} ORDER BY b.hex, b.id_kind LIMIT :n",
        after=after,
        houses=list(warehouse_ids),
        n=limit + 1,
        **{name: value for name, value in wanted.items() if value is not None},
    )


def history_of(hex):
    """All that a tag was ever bound to, the latest first, with who did it and until when."""
    return fetch(
        "SELECT b.id, b.id_kind, b.hex, b.target, b.lot, b.serial, b.qty, b.container, b.document, b.bound_at,"
        " b.unbound_at, b.reason, b.warehouse_id, b.location_id, i.sku, w.code AS warehouse, l.code AS location,"
        " COALESCE(p.name, d.name) AS by FROM tag_bindings b LEFT JOIN items i ON i.id = b.item_id"
        " LEFT JOIN warehouses w ON w.id = b.warehouse_id"
        " LEFT JOIN locations l ON l.warehouse_id = b.warehouse_id AND l.id = b.location_id"
        " LEFT JOIN persons p ON p.id = b.bound_by LEFT JOIN devices d ON d.id = b.bound_by"
        " WHERE b.hex = :hex ORDER BY b.bound_at DESC, b.id LIMIT 100",
        hex=hex,
    )


def _live(hexes):
    return fetch(
        f"SELECT b.* FROM tag_bindings b WHERE b.unbound_at IS NULL AND {among('b.hex', 'wanted')}",
        wanted=sorted(set(hexes)),
    )


def _same(one, row):
    return row is not None and one.facts == tuple(getattr(row, name) for name in _FACTS)


def _end(rows, now, reason=None):
    if rows:
        run(
            "UPDATE tag_bindings SET unbound_at = :now, reason = COALESCE(:reason, reason) WHERE "
            + among("id", "ids", "id"),
            now=now,
            reason=reason,
            ids=[row.id for row in rows],
        )


def _refuse_reused(bindings):
    rows = fetch(f"SELECT b.* FROM tag_bindings b WHERE {among('b.id', 'ids', 'id')}", ids=[one.id for one in bindings])
    before = {row.id: row for row in rows}
    for one in bindings:
        row = before.get(one.id)
        if row is not None and ((row.id_kind, row.hex) != (one.id_kind, one.hex) or not _same(one, row)):
            raise BindingReused()
