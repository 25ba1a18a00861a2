"""How much more a place takes: its capacity less what the book has there. More is told, never refused."""

from server.db import among, fetch


def room_in(warehouse_id, place_ids):
    """{place: thousandths} of room that is left in those that have a capacity; below zero where it is over already."""
    if not place_ids:
        return {}
    rows = fetch(
        "SELECT l.id, l.capacity - COALESCE((SELECT SUM(b.qty) FROM balances b WHERE b.warehouse_id = l.warehouse_id"
        " AND b.location_id = l.id), 0) AS room FROM locations l WHERE l.warehouse_id = :w"
        f" AND l.capacity IS NOT NULL AND {among('l.id', 'ids', 'id')}",
        w=warehouse_id,
        ids=sorted(place_ids),
    )
    return {row.id: int(row.room) for row in rows}
