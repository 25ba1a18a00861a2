"""What whoever sweeps may know: which readers are near, and what they read. Nothing here asks the book.

How strongly a tag was read, and whether it names anything, are the same whether it was expected or not; so a counter
may hear which tags to go back to, and which of them nobody has bound yet.
"""

from collections import Counter

from server.catalog.lookup import items_by_id
from server.db import among, fetch
from server.gateways.count_tags import ReaderUnknown
from server.gateways.fleet import fleet
from server.gateways.tell_tags import mean, places_of, rows_seen, seen_of

MOST = 200  # rows of a list that somebody stands and reads


def refuse_unknown(warehouse_id, names):
    """Raises `ReaderUnknown` for the first that no reader of the warehouse has."""
    rows = fetch(
        f"SELECT name FROM devices WHERE warehouse_id = :w AND revoked_at IS NULL AND {among('name', 'names')}",
        w=warehouse_id,
        names=sorted(set(names)),
    )
    missing = sorted(set(names) - {row.name for row in rows})
    if missing:
        raise ReaderUnknown(reader=missing[0], fields={"readers": ["unknown"]})


def near(warehouse_id):
    """Readers that may read for a count: mappings (name, kind, state, task), those that live first. `task`: for which
    one they read now, or None."""
    busy = {
        row.device_id: row.session_id
        for row in fetch(
            "SELECT device_id, session_id FROM reader_sessions WHERE warehouse_id = :w AND to_at IS NULL",
            w=warehouse_id,
        )
    }
    rows = [row for row in fleet([warehouse_id], MOST) if row["use"] != "portal" and row["state"] != "revoked"]
    order = {"live": 0, "pending": 1, "silent": 2}
    found = [{name: row[name] for name in ("name", "kind", "state")} | {"task": busy.get(row["id"])} for row in rows]
    return sorted(found, key=lambda row: (order[row["state"]], row["name"]))


def swept(task):
    """(goods, weak, unknown) of what was read for a task so far.

    `goods`: rows (sku, name, unit, lot, tags) of the tags that name something; `weak`: tags that were read faintly or
    seldom, whatever they name, with the item's name; `unknown`: tags that name nothing yet.
    """
    places = places_of(task)
    tags = seen_of(task, rows_seen(task), places)
    mean(tags)
    named = Counter((one.means.item_id, one.means.lot) for one in tags if one.means and one.means.item_id)
    items = items_by_id({item_id for item_id, _ in named})
    goods = [
        {"sku": items[key[0]].sku, "name": items[key[0]].name, "unit": items[key[0]].unit, "lot": key[1], "tags": n}
        for key, n in named.items()
    ]
    weak = [one for one in tags if one.means and one.peak is not None and not one.has_evidence]
    unknown = [one for one in tags if one.means is None]
    return (
        sorted(goods, key=lambda row: (row["name"], row["lot"])),
        [_said(one, places, items) for one in sorted(weak, key=_strength)[:MOST]],
        [_said(one, places, items) for one in sorted(unknown, key=_strength, reverse=True)[:MOST]],
    )


def _strength(one):
    return (one.peak if one.peak is not None else -20_000, one.reads, one.tag)


def _said(one, places, items):
    item = items.get(one.means.item_id) if one.means else None
    return {
        "tag": one.tag,
        "location": places.get(one.place),
        "sku": item and item.sku,
        "name": item and item.name,
        "reads": one.reads,
        "rssi_dbm": None if one.peak is None else one.peak / 100,
        "last_at": one.last,
    }
