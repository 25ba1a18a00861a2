"""Receipts, picks and production orders from a spreadsheet: rows with one number are one document.

The document's id is made of its number, so the same file taken twice changes nothing. A changed file changes documents
that nobody has begun to work on; later ones are refused, for people work from what they were shown.
"""

from uuid import UUID, uuid5

from server.catalog.lookup import items_by_sku
from server.db import fetch, given
from server.exchange.rules import Problem, refused
from server.exchange.take_catalogue import in_warehouses
from server.handling.open import Asked, end_of_day, rewrite_lines, write_documents
from server.handling.refusals import DocumentInWork
from server.people.rules import Permission
from server.people.who import warehouses_for

_DOCUMENTS = UUID("0b9e4c1e-7a55-5d6e-8f0b-54f1a8f3d2a7")  # namespace of the ids of documents that came in a sheet
OF_ONE_WAREHOUSE = ("receipts", "picks", "orders")


def in_warehouse(kind, rows, code):
    """Rows that name no warehouse are of this one; without one, of the only one where the asker works."""
    if kind in OF_ONE_WAREHOUSE and code:
        for row in rows:
            row.values.setdefault("warehouse", code)


def check_receipts(rows, asker):
    """Refuses unknown warehouses and items, and changes of documents in work."""
    return _check("receipt", rows, asker)


def check_picks(rows, asker):
    """The same for picks."""
    return _check("pick", rows, asker)


def check_orders(rows, asker):
    """The same for production orders: what is made, and what it is made of."""
    return _check("production", rows, asker)


def write_orders(rows, asker):
    """The same for production orders."""
    _write("production", rows, asker)


def write_receipts(rows, asker):
    """Open what is new, change what nobody has begun."""
    _write("receipt", rows, asker)


def write_picks(rows, asker):
    """The same for picks."""
    _write("pick", rows, asker)


def _check(kind, rows, asker):
    here = warehouses_for(asker, Permission.PLAN_DOCUMENTS)
    for row in rows:
        row.values.setdefault("warehouse", here[0].code if len(here) == 1 else "")
    rows, problems = in_warehouses(rows, asker, Permission.PLAN_DOCUMENTS)
    items = items_by_sku([row.values["sku"] for row in rows])
    good = []
    for row in rows:
        item = items.get(row.values["sku"])
        if item is None:
            problems.append(Problem(row.number, "sku", "unknown"))
        elif item.serial_tracked and row.values["quantity"] % 1000:
            problems.append(Problem(row.number, "quantity", "not_whole"))
        else:
            row.values["item"] = item
            good.append(row)
    known = _known(kind, good)
    for number, own in _by_document(good).items():
        document = known.get(number)
        for row in own:
            row.values["known"] = document
        if document and document["state"] != "open" and document["lines"] != _lines(own):
            problems += [refused(row.number, "document", DocumentInWork(document=number[1])) for row in own]
            good = [row for row in good if row not in own]
    return good, problems


def _write(kind, rows, asker):
    zones = {row.id: row.timezone for row in fetch("SELECT id, timezone FROM warehouses")}
    fresh, changed = [], {}
    for (warehouse_id, number), own in _by_document(rows).items():
        known = own[0].values["known"]
        if known is None:
            fresh.append(_asked(kind, warehouse_id, number, own, zones[warehouse_id]))
        elif known["state"] == "open" and known["lines"] != _lines(own):
            changed.setdefault(warehouse_id, {})[known["id"]] = _lines(own)
    write_documents(fresh, asker.id)
    for warehouse_id, lines in changed.items():
        rewrite_lines(warehouse_id, lines)


def _by_document(rows):
    found: dict[tuple, list] = {}
    for row in rows:
        found.setdefault((row.values["warehouse_id"], row.values["document"]), []).append(row)
    return found


def _known(kind, rows):
    """{(warehouse, number): {id, state, lines}} of the documents that are there already."""
    found = fetch(
        "SELECT d.warehouse_id, d.number, d.id, d.state, l.role, l.item_id, l.lot, l.qty FROM "
        + given("rows", w="id", number="text")
        + " v JOIN documents d ON d.warehouse_id = v.w AND d.kind = :kind AND d.number = v.number"
        " LEFT JOIN document_lines l ON l.warehouse_id = d.warehouse_id AND l.document_id = d.id"
        " ORDER BY d.id, l.line",
        rows=list(_by_document(rows)),
        kind=kind,
    )
    known: dict[tuple, dict] = {}
    for row in found:
        one = known.setdefault((row.warehouse_id, row.number), {"id": row.id, "state": row.state, "lines": ()})
        if row.item_id is not None:
            one["lines"] += ((row.role, row.item_id, row.lot, row.qty),)
    return known


def _lines(rows):
    said = (row.values for row in rows)
    return tuple((one.get("role", "goods"), one["item"].id, one.get("lot", ""), one["quantity"]) for one in said)


def _asked(kind, warehouse_id, number, rows, timezone):
    said = rows[0].values
    day = said.get("expected_on") or said.get("ship_by") or said.get("due_on")
    return Asked(
        id=str(uuid5(_DOCUMENTS, "\n".join((warehouse_id, kind, number)))),
        warehouse_id=warehouse_id,
        kind=kind,
        asked={"imported": True},
        lines=_lines(rows),
        number=number,
        partner=said.get("supplier") or said.get("customer") or said.get("line"),
        expected_on=said.get("expected_on"),
        due_at=end_of_day(day, timezone) if day else None,
    )
