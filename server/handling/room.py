"""How much more a place takes: its capacity less what the book has there. More is told, never refused."""

from server.db import among, fetch


class Room:
    """What is left of places that have a capacity: `places` in all, `items` `{(place, item)}` of single ones."""

    def __init__(self, places, items):
        self.places, self.items = places, items

    def left(self, place_id, item_id):
        """Thousandths of an item that still fit, below zero where it is over already; None where nobody says."""
        known = self.places.get(place_id), self.items.get((place_id, item_id))
        return min((one for one in known if one is not None), default=None)

    def fill(self, place_id, item_id, qty):
        """Put so much there; gives what is left."""
        for known, key in ((self.places, place_id), (self.items, (place_id, item_id))):
            if key in known:
                known[key] -= qty
        return self.left(place_id, item_id)


def room_in(warehouse_id, place_ids):
    """`Room` of these places."""
    if not place_ids:
        return Room({}, {})
    rows = fetch(
        "SELECT l.id, NULL AS item_id, l.capacity - COALESCE((SELECT SUM(b.qty) FROM balances b"
        " WHERE b.warehouse_id = l.warehouse_id AND b.location_id = l.id), 0) AS room FROM locations l"
        f" WHERE l.warehouse_id = :w AND l.capacity IS NOT NULL AND {among('l.id', 'ids', 'id')}"
        " UNION ALL SELECT c.location_id, c.item_id, c.qty - COALESCE((SELECT SUM(b.qty) FROM balances b"
        " WHERE b.warehouse_id = :w AND b.location_id = c.location_id AND b.item_id = c.item_id), 0)"
        f" FROM place_capacities c WHERE c.warehouse_id = :w AND {among('c.location_id', 'ids', 'id')}",
        w=warehouse_id,
        ids=sorted(place_ids),
    )
    return Room(
        {row.id: int(row.room) for row in rows if row.item_id is None},
        {(row.id, row.item_id): int(row.room) for row in rows if row.item_id is not None},
    )
