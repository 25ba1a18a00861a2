"""What people ask about documents: rows, with every quantity; who may hear which is decided where they are shown."""

import re

from server.db import among, fetch, given
from server.handling.rules import INBOUND, LIVE
from server.handling.swap import INCOMPLETE

UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

_DOCUMENTS = """
SELECT d.*, w.code AS warehouse, f.code AS far, l.code AS place, a.username AS assignee, p.name AS asker,
  v.name AS approver, t.number AS tied_to,
  o.number AS about
FROM {houses} h
JOIN documents d ON d.warehouse_id = h.w
JOIN warehouses w ON w.id = d.warehouse_id
LEFT JOIN warehouses f ON f.id = d.far_id
LEFT JOIN locations l ON l.warehouse_id = d.warehouse_id AND l.id = d.place_id
LEFT JOIN documents t ON t.warehouse_id = d.warehouse_id AND t.id = d.tied_id
LEFT JOIN documents o ON o.warehouse_id = d.warehouse_id AND o.id = d.about_id
LEFT JOIN persons a ON a.id = d.assignee_id
LEFT JOIN persons p ON p.id = d.requested_by
LEFT JOIN persons v ON v.id = d.approved_by
WHERE {where}
"""
_LATE = (
    f"d.due_at < COALESCE(d.shipped_at, CASE WHEN d.kind IN {tuple(INBOUND)} THEN d.closed_at END, :late)"
    " AND d.state NOT IN ('cancelled', 'rejected')"
)


def documents_in(
    houses,
    limit,
    after=None,
    kind=None,
    state=None,
    number=None,
    live=False,
    late_at=None,
    incomplete=False,
    since=None,
    until=None,
):
    """Documents, the newest first; one more than `limit`. `after`: (requested_at, id). `late_at`: due before it.

    `incomplete`: exchanges of which a side is still open. `since`, `until`: asked for between them.
    """
    if not houses:
        return []
    where, params = ["1 = 1"], {}
    for name, condition, value in (
        ("kind", "d.kind = :kind", kind),
        ("state", "d.state = :state", state),
        ("number", "d.number = :number", number),
        ("late", _LATE, late_at),
        ("since", "d.requested_at >= :since", since),
        ("until", "d.requested_at < :until", until),
    ):
        if value is not None:
            where.append(condition)
            params[name] = value
    if incomplete:
        where.append(INCOMPLETE)
    if live:
        where.append(f"d.state IN {LIVE}")
    if after:
        where.append("(d.requested_at < :at OR (d.requested_at = :at AND d.id > :last))")
        params |= {"at": after[0], "last": after[1]}
    sql = _DOCUMENTS.format(houses=given("houses", w="id"), where=" AND ".join(where))
    return fetch(
        sql + " ORDER BY d.requested_at DESC, d.id LIMIT :limit",
        houses=[(one,) for one in houses],
        limit=limit + 1,
        **params,
    )


def document_of(houses, document_id):
    """One document, or None."""
    sql = _DOCUMENTS.format(houses=given("houses", w="id"), where="d.id = :id")
    rows = fetch(sql, houses=[(one,) for one in houses], id=document_id) if houses else []
    return rows[0] if rows else None


def documents_by_id(warehouse_id, ids):
    """Those of these ids, in the order of the ids."""
    sql = _DOCUMENTS.format(houses=given("houses", w="id"), where=among("d.id", "ids", "id"))
    rows = {row.id: row for row in fetch(sql, houses=[(warehouse_id,)], ids=list(ids))}
    return [rows[id_] for id_ in ids if id_ in rows]


def lines_of(documents):
    """{document id: rows of its lines in their order, with the item}."""
    rows = fetch(
        "SELECT l.*, i.sku, i.name, i.unit, i.lot_tracked, i.serial_tracked, i.unit_cost, i.shelf_life_days FROM "
        + given("rows", w="id", id="id")
        + " v JOIN document_lines l ON l.warehouse_id = v.w AND l.document_id = v.id JOIN items i ON i.id = l.item_id"
        " ORDER BY l.document_id, l.line",
        rows=[(one.warehouse_id, one.id) for one in documents],
    )
    return _by_document(rows)


def followers_of(documents):
    """{document id: rows (id, kind, number, state) of the documents that follow from it, in their order}."""
    rows = fetch(
        "SELECT d.about_id AS document_id, d.id, d.kind, d.number, d.state FROM "
        + given("rows", w="id", id="id")
        + " v JOIN documents d ON d.warehouse_id = v.w AND d.about_id = v.id ORDER BY d.requested_at, d.id",
        rows=[(one.warehouse_id, one.id) for one in documents],
    )
    return _by_document(rows)


def tied_to(document):
    """Deliveries without a document that count for this receipt, in their order: rows (id, kind, number, state)."""
    return fetch(
        "SELECT id, kind, number, state FROM documents WHERE warehouse_id = :w AND tied_id = :d"
        " ORDER BY requested_at, id",
        w=document.warehouse_id,
        d=document.id,
    )


def goods_of(documents):
    """{document id: rows of what it has come to, with the item}."""
    rows = fetch(
        "SELECT g.*, i.sku, i.name, i.unit, i.lot_tracked, i.serial_tracked, i.unit_cost, o.expiry FROM "
        + given("rows", w="id", id="id")
        + " v JOIN document_goods g ON g.warehouse_id = v.w AND g.document_id = v.id JOIN items i ON i.id = g.item_id"
        " LEFT JOIN lots o ON o.item_id = g.item_id AND o.lot = g.lot ORDER BY i.sku, g.lot, g.condition",
        rows=[(one.warehouse_id, one.id) for one in documents],
    )
    return _by_document(rows)


def hands_of(documents):
    """{document id: rows (side, person_id, name) of who had a hand in it}."""
    rows = fetch(
        "SELECT DISTINCT h.document_id, h.side, h.person_id, p.name FROM "
        + given("rows", w="id", id="id")
        + " v JOIN document_hands h ON h.warehouse_id = v.w AND h.document_id = v.id"
        " JOIN persons p ON p.id = h.person_id ORDER BY h.document_id, h.side, p.name",
        rows=[(one.warehouse_id, one.id) for one in documents],
    )
    return _by_document(rows)


def workers_of(documents):
    """{document id: rows (side, person_id, username, name, since, last_at: their last word, or when they took it)}."""
    rows = fetch(
        "SELECT h.document_id, h.side, h.person_id, p.username, p.name, MIN(h.since) AS since,"
        " MAX(COALESCE(s.posted_at, h.since)) AS last_at"
        " FROM "
        + given("rows", w="id", id="id")
        + " v JOIN document_hands h ON h.warehouse_id = v.w AND h.document_id = v.id"
        " JOIN persons p ON p.id = h.person_id LEFT JOIN statements s ON s.warehouse_id = h.warehouse_id"
        " AND s.document_id = h.document_id AND s.person_id = h.person_id AND s.device_id = h.device_id"
        " GROUP BY h.document_id, h.side, h.person_id, p.username, p.name ORDER BY h.document_id, h.side, p.name",
        rows=[(one.warehouse_id, one.id) for one in documents],
    )
    return _by_document(rows)


def given_of(document):
    """Who gave a document to whom, the first act first: rows (at, person, from_, to, due_at, priority, note)."""
    return fetch(
        "SELECT g.at, p.name AS person, f.name AS from_, t.name AS to_, g.due_at, g.priority, g.note"
        " FROM document_given g JOIN persons p ON p.id = g.person_id LEFT JOIN persons f ON f.id = g.from_id"
        " LEFT JOIN persons t ON t.id = g.to_id WHERE g.warehouse_id = :w AND g.document_id = :d ORDER BY g.at, g.id",
        w=document.warehouse_id,
        d=document.id,
    )


def statements_of(document, person_id=None, limit=500):
    """The statements of a document, the latest first; of one person only, if that is named."""
    only = "AND s.person_id = :p" if person_id else ""
    return fetch(
        "SELECT s.*, i.sku, i.name, i.unit, l.code AS place, t.code AS target, p.name AS person, x.id AS voided_by"
        " FROM statements s LEFT JOIN items i ON i.id = s.item_id"
        " LEFT JOIN locations l ON l.warehouse_id = s.warehouse_id AND l.id = s.place_id"
        " LEFT JOIN locations t ON t.warehouse_id = s.warehouse_id AND t.id = s.to_id"
        " LEFT JOIN statements x ON x.warehouse_id = s.warehouse_id AND x.voids_id = s.id"
        f" JOIN persons p ON p.id = s.person_id WHERE s.warehouse_id = :w AND s.document_id = :d {only}"
        " ORDER BY s.effective_at DESC, s.id DESC LIMIT :limit",
        w=document.warehouse_id,
        d=document.id,
        limit=limit,
        **({"p": person_id} if person_id else {}),
    )


def _by_document(rows):
    found: dict[str, list] = {}
    for row in rows:
        found.setdefault(row.document_id, []).append(row)
    return found


def warehouse_of(code):
    """The warehouse of that code (id, code, timezone), or None: transfers go where the asker does not work."""
    rows = fetch("SELECT id, code, timezone FROM warehouses WHERE code = :code", code=code)
    return rows[0] if rows else None


def document_called(warehouse_id, text, kind=None):
    """The document (id, kind, number, state) of that id or number, a live one before others; None if there is none.

    `kind`: only one of that kind.
    """
    if "\x00" in text:
        return None
    is_id = UUID_TEXT.fullmatch(text.lower()) is not None
    rows = fetch(
        f"SELECT id, kind, number, state, requested_at FROM documents WHERE warehouse_id = :w AND"
        f" {'id' if is_id else 'number'} = :text",
        w=warehouse_id,
        text=text.lower() if is_id else text,
    )
    rows = [row for row in rows if kind in (None, row.kind)]
    return min(rows, key=lambda row: (row.state not in LIVE, -row.requested_at), default=None)
