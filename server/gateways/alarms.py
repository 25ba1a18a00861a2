"""Readers that fell silent: a case for each, that ends when it is heard again."""

from server.cases.open import close_subjects, new_matter, open_many
from server.clock import MINUTE, SECOND
from server.db import among, fetch, run

MISSED = 3  # signs of life in a row
_watched: dict[str, int] = {}  # warehouse: when we last looked, so that a flood of posts asks once a minute


def watch(warehouse_id, now, at_once=False):
    """Look for readers that were heard once and are silent now; opens what is new, gives how many."""
    if not at_once and now - _watched.get(warehouse_id, 0) < MINUTE:
        return 0
    _watched[warehouse_id] = now
    rows = fetch(
        "SELECT r.device_id, d.name, d.location FROM readers r JOIN devices d ON d.id = r.device_id"
        " AND d.revoked_at IS NULL WHERE r.warehouse_id = :w AND r.silent_since IS NULL"
        " AND r.heard_at + r.every_seconds * :missed < :now",
        w=warehouse_id,
        missed=MISSED * SECOND,
        now=now,
    )
    if rows:
        run(
            f"UPDATE readers SET silent_since = :now WHERE warehouse_id = :w AND {among('device_id', 'ids', 'id')}",
            now=now,
            w=warehouse_id,
            ids=[row.device_id for row in rows],
        )
        open_many([_matter(warehouse_id, row) for row in rows])
    return len(rows)


def watch_everywhere(now):
    """The same in every warehouse that has readers."""
    return sum(watch(row.warehouse_id, now, True) for row in fetch("SELECT DISTINCT warehouse_id FROM readers"))


def heard_again(reader):
    """End the case of a reader that was silent."""
    if reader.silent_since is not None:
        close_subjects(reader.warehouse_id, [_subject(reader.device_id)], "heard again")


def _matter(warehouse_id, row):
    return new_matter(warehouse_id=warehouse_id, kind="reader_silent", subject=_subject(row.device_id), note=row.name)


def _subject(device_id):
    return f"silent:{device_id}"
