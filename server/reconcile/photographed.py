"""Which lines have been photographed: a picture that somebody took while counting proves as much as one taken later."""

from server.db import among, fetch, given


def by_counters(warehouse_id, lines):
    """Ids of those lines of which an entry, in whatever round, has a photo that has arrived."""
    rows = fetch(
        "SELECT DISTINCT v.id FROM "
        + given("rows", id="id", c="id", l="id", i="id", lot="text")
        + " v JOIN count_entries e ON e.warehouse_id = :w AND e.count_id = v.c AND e.location_id = v.l"
        " AND (e.item_id = v.i AND e.lot = v.lot OR e.kind = 'empty' AND e.item_id IS NULL)"
        " JOIN photos p ON p.id = e.photo",
        rows=[(line.id, line.count_id, *line.key) for line in lines],
        w=warehouse_id,
    )
    return {row.id for row in rows}


def unknown(ids):
    """Those photos that have not arrived."""
    if not ids:
        return set()
    there = fetch(f"SELECT p.id FROM photos p WHERE {among('p.id', 'ids', 'id')}", ids=list(ids))
    return set(ids) - {row.id for row in there}
