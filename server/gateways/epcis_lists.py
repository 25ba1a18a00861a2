"""What there is to ask EPCIS about: the things, places and words that events speak of, each once, by name."""

from server.db import among, fetch, given
from server.gateways.epcis import CLASS
from server.gateways.epcis_names import place_name


def things_after(warehouse_ids, hidden, limit, after=""):
    """Canonical names of single things, one more than `limit`; none that only events at `hidden` locations tell of."""
    where, params = "", {}
    if hidden:
        where = f"AND (e.location_id IS NULL OR NOT {among('e.location_id', 'hidden', 'id')})"
        params["hidden"] = sorted(hidden)
    rows = fetch(
        f"SELECT DISTINCT t.thing FROM {given('houses', w='id')} h JOIN epcis_things t ON t.warehouse_id = h.w"
        " JOIN epcis_events e ON e.warehouse_id = t.warehouse_id AND e.event_id = t.event_id"
        f" WHERE t.thing > :after AND t.thing NOT LIKE '{CLASS}%' {where} ORDER BY t.thing LIMIT :n",
        houses=[(one,) for one in warehouse_ids],
        after=after,
        n=limit + 1,
        **params,
    )
    return [row.thing for row in rows]


def words_of(warehouse_ids, column, standard):
    """The standard's words, and those of their own that events have in a column (`biz_step`, `disposition`)."""
    return sorted(standard | _used(warehouse_ids, column))


def places_of(warehouse_ids, column):
    """Places that events have in a column (`read_point`, `biz_location`), and our own locations."""
    rows = fetch(
        f"SELECT w.code AS house, l.code FROM {given('houses', w='id')} h JOIN warehouses w ON w.id = h.w"
        " JOIN locations l ON l.warehouse_id = w.id AND l.role IS NULL",
        houses=[(one,) for one in warehouse_ids],
    )
    return sorted({place_name(row.house, row.code) for row in rows} | _used(warehouse_ids, column))


def _used(warehouse_ids, column):
    rows = fetch(
        f"SELECT DISTINCT e.{column} AS said FROM {given('houses', w='id')} h JOIN epcis_events e"
        f" ON e.warehouse_id = h.w WHERE e.{column} <> ''",
        houses=[(one,) for one in warehouse_ids],
    )
    return {row.said for row in rows}
