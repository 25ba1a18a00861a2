"""Who answers for what (损耗责任分解表), and who looks after a matter for which nobody is named."""

from server import clock
from server.cases.refusals import ResponsibilityUnknown
from server.cases.rules import TIERS, Answers
from server.db import fetch, given, put, run
from server.errors import IdReused
from server.people.who import EVERYWHERE

_SAID = ("warehouse_id", "kind", "zone", "stage", "cause", "person_id")
_TABLE = """
SELECT r.*, w.code AS warehouse, p.username AS person, p.name FROM responsibilities r
JOIN persons p ON p.id = r.person_id LEFT JOIN warehouses w ON w.id = r.warehouse_id
WHERE (r.warehouse_id IS NULL OR r.warehouse_id IN (SELECT h.w FROM {houses} h))
"""


def lines_for(warehouse_id):
    """The table as it holds in a warehouse, as `rules.who_answers` reads it. Only people who are still there."""
    rows = fetch(
        "SELECT r.person_id, r.warehouse_id, r.kind, r.zone, r.stage, r.cause FROM responsibilities r"
        " JOIN persons p ON p.id = r.person_id AND p.active = :yes"
        " WHERE r.warehouse_id = :w OR r.warehouse_id IS NULL ORDER BY r.made_at, r.id",
        w=warehouse_id,
        yes=True,
    )
    return [Answers(*row) for row in rows]


def keepers(warehouse_id):
    """Who may look after cases in a warehouse: `[(person id, rank, open cases of theirs)]`, the least busy first.

    `rank`: 1 a supervisor, 2 a manager, 3 an administrator; of several roles the highest.
    """
    rows = fetch(
        "SELECT r.person_id, MAX(CASE r.role WHEN 'admin' THEN 3 WHEN 'manager' THEN 2 ELSE 1 END) AS rank,"
        " (SELECT COUNT(*) FROM cases c WHERE c.warehouse_id = :w AND c.owner_id = r.person_id"
        "  AND c.state <> 'closed') AS busy"
        " FROM person_roles r JOIN persons p ON p.id = r.person_id AND p.active = :yes"
        " WHERE r.scope IN (:here, :everywhere) AND r.role IN ('supervisor', 'manager', 'admin')"
        " GROUP BY r.person_id, p.username ORDER BY busy, p.username",
        w=warehouse_id,
        here=str(warehouse_id),
        everywhere=EVERYWHERE,
        yes=True,
    )
    return [(row.person_id, int(row.rank), int(row.busy)) for row in rows]


def keeper_of(found, above=0, but=()):
    """The least busy of the lowest rank above `above` among `keepers`: (person id, tier), or (None, None)."""
    here = [
        (rank, busy, n, person) for n, (person, rank, busy) in enumerate(found) if rank > above and person not in but
    ]
    if not here:
        return None, None
    rank, _, _, person = min(here)
    return person, TIERS[rank]


def table_in(houses, limit, after=None):
    """Lines of the table that hold in one of these warehouses, one more than `limit`. `after`: (made_at, id)."""
    where, params = "", {}
    if after:
        where = " AND (r.made_at > :at OR (r.made_at = :at AND r.id > :last))"
        params = {"at": after[0], "last": after[1]}
    return fetch(
        _TABLE.format(houses=given("houses", w="id")) + where + " ORDER BY r.made_at, r.id LIMIT :limit",
        houses=[(one,) for one in houses],
        limit=limit + 1,
        **params,
    )


def line_of(houses, line_id):
    """One line in words. Raises `ResponsibilityUnknown`."""
    rows = fetch(
        _TABLE.format(houses=given("houses", w="id")) + " AND r.id = :id",
        houses=[(one,) for one in houses],
        id=line_id,
    )
    if not rows:
        raise ResponsibilityUnknown()
    return rows[0]


def name(line_id, said, person_id):
    """Add a line. `said`: the values of `_SAID`. Gives whether it is new. Raises `IdReused`."""
    before = fetch("SELECT * FROM responsibilities WHERE id = :id", id=line_id)
    if before:
        if any(getattr(before[0], word) != said[word] for word in _SAID):
            raise IdReused()
        return False
    put(
        "responsibilities",
        [(line_id, *(said[word] for word in _SAID), person_id, clock.now())],
        ["id", *_SAID, "made_by", "made_at"],
    )
    return True


def rename(line_id, changed):
    """Change a line: who, or for what."""
    for word in _SAID:
        if word in changed:
            run(f"UPDATE responsibilities SET {word} = :value WHERE id = :id", value=changed[word], id=line_id)


def strike(line_id):
    """Take a line out. What it routed stays with its owner."""
    run("DELETE FROM responsibilities WHERE id = :id", id=line_id)
