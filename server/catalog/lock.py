"""Lock bins for a count: for those who want goods to stand still while people count. Nobody has to (`truth.md` §3.2).

A lock is a lease: it ends when the round closes, when the count is called off, or by itself. What happened before it is
true whenever it arrives.
"""

from server.catalog.rules import LocationLocked, is_locked
from server.clock import show_instant
from server.db import among, run


def lock(warehouse_id, location_ids, count_id, now, until):
    """Let nothing go in or out of these locations from now until then; the later of two locks holds."""
    run(
        "UPDATE locations SET locked_by = :count, locked_at = :now, locked_until = :until"
        f" WHERE warehouse_id = :w AND {among('id', 'ids', 'id')}",
        count=count_id,
        now=now,
        until=until,
        w=warehouse_id,
        ids=list(location_ids),
    )


def unlock(warehouse_id, count_id, now, task_id=None):
    """End a count's locks, or those of one task of it."""
    of_task = (
        " AND id IN (SELECT location_id FROM task_locations WHERE warehouse_id = :w AND task_id = :task)"
        if task_id
        else ""
    )
    run(
        "UPDATE locations SET locked_until = :now"
        f" WHERE warehouse_id = :w AND locked_by = :count AND locked_until > :now{of_task}",
        now=now,
        w=warehouse_id,
        count=count_id,
        **({"task": task_id} if task_id else {}),
    )


def refuse_locked(place, at):
    """`place`: a location row; `at`: when something goes in or out. Raises `LocationLocked`."""
    if is_locked(place.locked_at, place.locked_until, at):
        raise LocationLocked(location=place.code, until=show_instant(place.locked_until))
