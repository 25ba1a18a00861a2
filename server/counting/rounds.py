"""What a closed round says, line by line: the statements that stand, added up. Knows no book."""

from dataclasses import dataclass

from server.db import fetch

_STANDING = """
SELECT e.location_id, e.item_id, e.lot,
  SUM(CASE WHEN e.serial IS NULL THEN e.qty ELSE 0 END)
    + 1000 * COUNT(DISTINCT CASE WHEN e.qty > 0 THEN e.serial END) AS qty,
  MIN(e.effective_at) AS span_from, MAX(e.effective_at) AS as_of,
  MIN(COALESCE(e.earliest_at, e.effective_at)) AS earliest, MAX(COALESCE(e.latest_at, e.effective_at)) AS latest
FROM count_entries e
WHERE e.warehouse_id = :w AND e.task_id = :t AND e.kind IN ('entry', 'empty') AND e.item_id IS NOT NULL
  {claim}
  AND NOT EXISTS (SELECT 1 FROM count_entries x WHERE x.warehouse_id = e.warehouse_id AND x.voids_id = e.id)
GROUP BY e.location_id, e.item_id, e.lot
"""


@dataclass(frozen=True, slots=True)
class Line:
    """What one round says of one position. Instants: first and last statement, and both widened by clock doubts."""

    location_id: str
    item_id: str
    lot: str
    qty: int
    span_from: int
    as_of: int
    earliest: int
    latest: int

    @property
    def key(self):
        return self.location_id, self.item_id, self.lot


def lines_of(task):
    """The lines of a task's round. In independent mode only the claim that finished counts; others stay on record."""
    only, params = _claim(task)
    rows = fetch(_STANDING.format(claim=only), w=task.warehouse_id, t=task.id, **params)
    return [Line(r.location_id, r.item_id, r.lot, int(r.qty), r.span_from, r.as_of, r.earliest, r.latest) for r in rows]


def emptied(task):
    """Locations that somebody called empty as a whole: {location id: Line-like row of instants}."""
    only, params = _claim(task)
    rows = fetch(
        "SELECT e.location_id, MIN(e.effective_at) AS span_from, MAX(e.effective_at) AS as_of,"
        " MIN(COALESCE(e.earliest_at, e.effective_at)) AS earliest,"
        " MAX(COALESCE(e.latest_at, e.effective_at)) AS latest FROM count_entries e"
        " WHERE e.warehouse_id = :w AND e.task_id = :t AND e.kind = 'empty' AND e.item_id IS NULL"
        f" {only}"
        " AND NOT EXISTS (SELECT 1 FROM count_entries x WHERE x.warehouse_id = e.warehouse_id AND x.voids_id = e.id)"
        " GROUP BY e.location_id",
        w=task.warehouse_id,
        t=task.id,
        **params,
    )
    return {row.location_id: row for row in rows}


def doubts_of(task):
    """{(location, item, lot): why}: positions of this round that a person has to look at, whatever the figures."""
    rows = fetch(
        "SELECT location_id, item_id, lot, why FROM count_doubts WHERE warehouse_id = :w AND task_id = :t",
        w=task.warehouse_id,
        t=task.id,
    )
    return {(row.location_id, row.item_id, row.lot): row.why for row in rows}


def named_positions(task):
    """Positions that the task names: {(location, item, lot): is it a control}."""
    rows = fetch(
        "SELECT location_id, item_id, lot, control FROM task_positions WHERE warehouse_id = :w AND task_id = :t",
        w=task.warehouse_id,
        t=task.id,
    )
    return {(row.location_id, row.item_id, row.lot): bool(row.control) for row in rows}


def hands_of(task):
    """{person: "counter" or "bringer"}: who made a statement in this task, superseded ones too, or brought one.

    None of them may decide about its lines.
    """
    rows = fetch(
        "SELECT DISTINCT e.person_id, v.brought_by FROM count_entries e LEFT JOIN events v"
        " ON v.warehouse_id = e.warehouse_id AND v.id = e.id WHERE e.warehouse_id = :w AND e.task_id = :t",
        w=task.warehouse_id,
        t=task.id,
    )
    bringers = {row.brought_by: "bringer" for row in rows if row.brought_by}
    return bringers | {row.person_id: "counter" for row in rows}


def unknown_codes(task):
    """Entries whose code names nothing yet: rows (id, code, location_id, qty)."""
    return fetch(
        "SELECT e.id, e.code, e.location_id, e.qty FROM count_entries e WHERE e.warehouse_id = :w AND e.task_id = :t"
        " AND e.kind = 'entry' AND e.item_id IS NULL AND NOT EXISTS"
        " (SELECT 1 FROM count_entries x WHERE x.warehouse_id = e.warehouse_id AND x.voids_id = e.id)",
        w=task.warehouse_id,
        t=task.id,
    )


def _claim(task):
    """(condition, parameters): the statements of the claim that finished; in parts, everybody's."""
    if task.mode == "parts":
        return "", {}
    rows = fetch("SELECT claim_id FROM count_tasks WHERE warehouse_id = :w AND id = :t", w=task.warehouse_id, t=task.id)
    return "AND e.claim_id = :claim", {"claim": rows[0].claim_id}
