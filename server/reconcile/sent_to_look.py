"""What somebody met at a shelf makes work for somebody else: a short pick is counted, an emptied bin is looked at.

Called by the handling floor in the same transaction (joined in `create_app`). A bin that was sent for lately is left
alone (`count_cooldown_hours`), and a day has an end (`counts_per_day`): a count that everybody skips helps nobody.
"""

from server.catalog.policy import policy_for
from server.clock import DAY, HOUR
from server.counting.plan import Asked, Place, start
from server.db import among, fetch, given, put
from server.ids import new_id
from server.ledger.post import held_since_posting
from server.ledger.rules import Position

TRIGGERS = ("short_pick", "look_around", "zero_pick", "low_pick")
NEIGHBOURS = 2  # bins before and after on the way


def after_handling(met):
    """Send somebody to look where `met` (`AtTheShelf`) gives reason to."""
    policy = policy_for(met.warehouse_id, met.at)[1]
    rules = policy.handling
    wanted = []  # (trigger, form, positions or places, who may not)
    if met.short and rules.short_count:
        wanted.append(("short_pick", "list", set(met.short), met.person_id))
        wanted.append(("look_around", "list", _around(met), met.person_id))
    looks = rules.zero_count or rules.low_quantity is not None
    left = _left(met, max(0, rules.low_quantity or 0)) if met.drawn and looks else {}
    if rules.zero_count:
        wanted.append(("zero_pick", "zero", {key for key in left if _emptied(key, left)}, None))
    if rules.low_quantity is not None:
        low = {key for key, (own, _) in left.items() if not _emptied(key, left) and own <= rules.low_quantity}
        wanted.append(("low_pick", "list", low, None))
    budget = rules.counts_per_day - _sent_today(met) if any(one[2] for one in wanted) else 0
    rested = _rested(met, {key for one in wanted for key in one[2]}, rules.count_cooldown_hours)
    for trigger, form, keys, excluded in wanted:
        keys = sorted(key for key in keys if key[0] in rested)
        if keys and budget > 0:
            budget -= 1
            rested -= {key[0] for key in keys}
            _send(met, trigger, form, keys, excluded, policy.task_locations_max)


def _send(met, trigger, form, keys, excluded, chunk):
    count_id = new_id()
    asked = Asked(count_id, met.warehouse_id, form, "independent", {"trigger": trigger}, trigger=trigger)
    places = _places(met.warehouse_id, {key[0] for key in keys})
    start(asked, places, keys if form == "list" else [], met.person_id, chunk)
    if excluded:
        tasks = fetch(
            "SELECT id FROM count_tasks WHERE warehouse_id = :w AND count_id = :c", w=met.warehouse_id, c=count_id
        )
        put(
            "task_exclusions",
            [(met.warehouse_id, row.id, excluded) for row in tasks],
            ["warehouse_id", "task_id", "person_id"],
        )


def _places(warehouse_id, ids):
    sql = f"SELECT id, path_order FROM locations WHERE warehouse_id = :w AND {among('id', 'ids', 'id')}"
    return [Place(row.id, row.path_order) for row in fetch(sql, w=warehouse_id, ids=sorted(ids))]


def _around(met):
    """The item in its other bins, and in the bins next to the one that was short: it may have been put there."""
    rows = fetch(
        "SELECT b.location_id, b.item_id, b.lot FROM " + given("rows", l="id", i="id", lot="text") + " v"
        " JOIN balances b ON b.item_id = v.i AND b.warehouse_id = :w AND b.qty <> 0 AND b.location_id <> v.l"
        " JOIN locations p ON p.warehouse_id = b.warehouse_id AND p.id = b.location_id AND p.role IS NULL"
        " AND p.kind NOT IN ('dock', 'staging')",
        rows=list(met.short),
        w=met.warehouse_id,
    )
    found = {(row.location_id, row.item_id, row.lot) for row in rows}
    return found | {(place, item, lot) for own, item, lot in met.short for place in _next_to(met.warehouse_id, own)}


def _next_to(warehouse_id, place_id):
    """The bins before and after one, in its zone, on the way."""
    rows = []
    for sign, order in (("<", "DESC"), (">", "ASC")):
        rows += fetch(
            "SELECT n.id FROM locations o JOIN locations n ON n.warehouse_id = o.warehouse_id AND n.role IS NULL"
            " AND n.active = :yes AND n.kind NOT IN ('dock', 'staging') AND COALESCE(n.zone, '') = COALESCE(o.zone, '')"
            f" AND (n.path_order, n.code) {sign} (o.path_order, o.code) WHERE o.warehouse_id = :w AND o.id = :id"
            f" ORDER BY n.path_order {order}, n.code {order} LIMIT :few",
            yes=True,
            w=warehouse_id,
            id=place_id,
            few=NEIGHBOURS // 2,
        )
    return [row.id for row in rows]


def _left(met, at_most):
    """{position: (what the book holds of it, and of anything else there)} of what was drawn and may be that little."""
    held = {key: held_since_posting(Position(met.warehouse_id, *key)) for key in met.drawn}
    few = sorted(key for key, qty in held.items() if qty is None or qty <= at_most)
    if not few:
        return {}
    rows = fetch(
        "SELECT v.l, v.i, v.lot, COALESCE(SUM(CASE WHEN b.item_id = v.i AND b.lot = v.lot THEN b.qty END), 0) AS own,"
        " COALESCE(SUM(ABS(b.qty)), 0) AS every FROM " + given("rows", l="id", i="id", lot="text") + " v"
        " JOIN locations p ON p.warehouse_id = :w AND p.id = v.l AND p.kind NOT IN ('dock', 'staging')"
        " LEFT JOIN balances b ON b.warehouse_id = :w AND b.location_id = v.l GROUP BY v.l, v.i, v.lot",
        rows=few,
        w=met.warehouse_id,
    )
    return {(row.l, row.i, row.lot): (int(row.own), int(row.every)) for row in rows}


def _emptied(key, left):
    return left[key][1] == 0


def _sent_today(met):
    (row,) = fetch(
        "SELECT COUNT(*) AS n FROM counts WHERE warehouse_id = :w AND requested_at > :since AND "
        + among('"trigger"', "triggers"),
        w=met.warehouse_id,
        since=met.at - DAY,
        triggers=list(TRIGGERS),
    )
    return row.n


def _rested(met, keys, hours):
    """Of the bins of these positions, those that nobody was sent to lately."""
    places = {key[0] for key in keys}
    if not places:
        return set()
    rows = fetch(
        "SELECT DISTINCT l.location_id FROM task_locations l JOIN count_tasks t ON t.warehouse_id = l.warehouse_id"
        " AND t.id = l.task_id JOIN counts c ON c.warehouse_id = t.warehouse_id AND c.id = t.count_id"
        " WHERE l.warehouse_id = :w AND "
        + among("l.location_id", "places", "id")
        + " AND c.requested_at > :since AND "
        + among('c."trigger"', "triggers"),
        w=met.warehouse_id,
        places=sorted(places),
        since=met.at - hours * HOUR,
        triggers=list(TRIGGERS),
    )
    return places - {row.location_id for row in rows}
