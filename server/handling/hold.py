"""Holds: stock that may not be picked, scrapped or given away until somebody releases it."""

from server import clock
from server.db import fetch, given, put, run
from server.errors import IdReused, NotFound, Refusal

_HOLDS = """
SELECT k.*, w.code AS warehouse, i.sku, i.name, l.code AS location, p.name AS placer, r.name AS releaser,
  d.number AS document
FROM {houses} h
JOIN holds k ON k.warehouse_id = h.w
JOIN warehouses w ON w.id = k.warehouse_id
JOIN items i ON i.id = k.item_id
LEFT JOIN locations l ON l.warehouse_id = k.warehouse_id AND l.id = k.location_id
JOIN persons p ON p.id = k.placed_by
LEFT JOIN persons r ON r.id = k.released_by
LEFT JOIN documents d ON d.warehouse_id = k.warehouse_id AND d.id = k.document_id
WHERE {where}
"""


class HoldUnknown(NotFound):
    """No such hold, or not for this person."""

    code = "hold_unknown"
    en = "This hold does not exist, or you may not see it. Refresh the list."
    zh = "冻结记录不存在或您无权查看。请刷新列表。"


class HoldEndsByInspection(Refusal):
    """Returned goods are let go by whoever looks at them."""

    code = "hold_ends_by_inspection"
    en = "These goods were returned by a customer. Inspect {document}; what is found good is let go by that."
    zh = "这是客户退回的货品。请检验 {document}，检验合格的部分会随之解冻。"


def place_hold(id_, warehouse_id, kind, item_id, lot, location_id, reason, note, person_id):
    """Hold an item, one lot of it, or what lies in one place; gives True if it is new. Raises `IdReused`."""
    before = fetch("SELECT * FROM holds WHERE warehouse_id = :w AND id = :id", w=warehouse_id, id=id_)
    said = (kind, item_id, lot, location_id, reason, note)
    if before:
        facts = ("kind", "item_id", "lot", "location_id", "reason", "note")
        if tuple(getattr(before[0], fact) for fact in facts) != said:
            raise IdReused()
        return False
    put(
        "holds",
        [(warehouse_id, id_, *said, person_id, clock.now())],
        ["warehouse_id", "id", "kind", "item_id", "lot", "location_id", "reason", "note", "placed_by", "placed_at"],
    )
    return True


def release(hold, person_id, note=None):
    """Let it go; a second time changes nothing. `hold`: as `hold_of` gives it. Raises `HoldEndsByInspection`."""
    if hold.document_id is not None and hold.released_at is None:
        raise HoldEndsByInspection(document=hold.document)
    run(
        "UPDATE holds SET released_by = :p, released_at = :now, release_note = :note"
        " WHERE warehouse_id = :w AND id = :id AND released_at IS NULL",
        p=person_id,
        now=clock.now(),
        note=note,
        w=hold.warehouse_id,
        id=hold.id,
    )


def holds_in(houses, limit, after=None, item_id=None, released=False):
    """Holds, the newest first; one more than `limit`. `after`: (placed_at, id)."""
    if not houses:
        return []
    where, params = ["1 = 1" if released else "k.released_at IS NULL"], {}
    if item_id is not None:
        where.append("k.item_id = :item")
        params["item"] = item_id
    if after:
        where.append("(k.placed_at < :at OR (k.placed_at = :at AND k.id > :last))")
        params |= {"at": after[0], "last": after[1]}
    sql = _HOLDS.format(houses=given("houses", w="id"), where=" AND ".join(where))
    sql += " ORDER BY k.placed_at DESC, k.id LIMIT :limit"
    return fetch(sql, houses=[(one,) for one in houses], limit=limit + 1, **params)


def hold_of(houses, hold_id):
    """One hold. Raises `HoldUnknown`."""
    sql = _HOLDS.format(houses=given("houses", w="id"), where="k.id = :id")
    rows = fetch(sql, houses=[(one,) for one in houses], id=hold_id) if houses else []
    if not rows:
        raise HoldUnknown()
    return rows[0]
