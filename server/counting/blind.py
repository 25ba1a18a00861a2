"""Which places' book somebody may not see now: whoever counts a place, or may be asked to, gets nothing of it.

Not a quantity, nor what a quantity could be derived from: the moves, the lines of other rounds, a case that says the
book is negative, or the world outside, whose books are the shelves' with the sign turned.
"""

from collections.abc import Callable

from server.db import fetch, given
from server.errors import Refusal
from server.people.rules import Permission

_ANYBODY = """
SELECT DISTINCT t.warehouse_id, l.location_id FROM {houses} h
JOIN counts c ON c.warehouse_id = h.w AND c.state IN ('released', 'counting', 'deciding')
JOIN count_tasks t ON t.warehouse_id = c.warehouse_id AND t.count_id = c.id
JOIN task_locations l ON l.warehouse_id = t.warehouse_id AND l.task_id = t.id
"""
_OWN = """
SELECT DISTINCT t.warehouse_id, l.location_id FROM {houses} h
JOIN count_tasks t ON t.warehouse_id = h.w AND t.state IN ('open', 'claimed')
JOIN counts c ON c.warehouse_id = t.warehouse_id AND c.id = t.count_id
JOIN task_locations l ON l.warehouse_id = t.warehouse_id AND l.task_id = t.id
WHERE (t.claimed_by = :me OR t.assignee_id = :me OR EXISTS (SELECT 1 FROM claims k
  WHERE k.warehouse_id = t.warehouse_id AND k.task_id = t.id AND k.person_id = :me))
"""


# What else is hidden, from whom: other floors add theirs in `create_app`. Each is asked as `blind_places` is.
also: list[Callable] = []


class CountingHere(Refusal):
    """Who counts in a warehouse cannot take its book home meanwhile."""

    code = "counting_here"
    en = "You hold a counting task in {warehouse}, so its stock is hidden from you. Submit the task first."
    zh = "您在 {warehouse} 有未完成的盘点任务，期间不能查看其库存。请先提交任务。"


def blind_places(warehouse_ids, who, open_too=True):
    """{warehouse id: location ids that are hidden from `who`}.

    Whoever reads the book is blind only where they hold a task, were given one or had a hand in one that is not
    submitted; all others wherever somebody counts. `open_too=False` passes over open counts (明盘).
    """
    found: dict[str, set] = {one: set() for one in warehouse_ids}
    readers = {one for one in found if who.may(Permission.READ_BOOK, one)}
    for sql, houses in ((_OWN, readers), (_ANYBODY, found.keys() - readers)):
        if houses:
            blind_only = "" if open_too else (" AND" if sql is _OWN else " WHERE") + " c.open_count = :no"
            params = ({"me": who.id} if sql is _OWN else {}) | ({} if open_too else {"no": False})
            rows = fetch(
                sql.format(houses=given("houses", w="id")) + blind_only, houses=[(one,) for one in houses], **params
            )
            for row in rows:
                found[row.warehouse_id].add(row.location_id)
    for more in also:
        for house, places in more(list(found), who).items():
            found[house] |= places
    return found


def blind_pairs(warehouse_ids, who):
    """The same as a set of (warehouse id, location id)."""
    return {(house, place) for house, places in blind_places(warehouse_ids, who).items() for place in places}


def refuse_who_counts(houses, who):
    """For what can only be told as a whole, such as a sheet of all stock. Raises `CountingHere`."""
    blind = blind_places([house.id for house in houses], who)
    for house in houses:
        if blind[house.id]:
            raise CountingHere(warehouse=house.code)
