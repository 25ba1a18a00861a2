"""Close a round: from here on its statements stand."""

from server import clock
from server.catalog.lock import unlock
from server.catalog.policy import policy_for
from server.counting.claim import claims_of
from server.counting.queries import own_entries
from server.counting.rules import CountPhotosMissing, EntriesMissing, TaskClosed, TaskTaken, photos_missing
from server.db import run
from server.intake.log import missing_before


def submit(task, hand, seq=None):
    """Close this person's part of the task; gives True when the whole round is closed.

    Raises `TaskClosed`, `TaskTaken` (somebody else holds it), `EntriesMissing` (scans of this device are on the way),
    `CountPhotosMissing`.
    """
    if task.state in ("submitted", "cancelled"):
        raise TaskClosed()
    claims = [row for row in claims_of(task.warehouse_id, task.id) if row.ended_how != "submitted"]
    mine = [row for row in claims if row.person_id == hand.person_id]
    if task.mode == "independent" and task.claimed_by != hand.person_id or not mine:
        raise TaskTaken(name=task.holder)
    missing = missing_before(hand.device_id, _first_seq(mine, hand.device_id), seq)
    if missing:
        raise EntriesMissing(missing=missing)
    now = clock.now()
    _check_photos(task, hand.person_id, now)
    others = [row for row in claims if row.person_id != hand.person_id and row.ended_at is None]
    _end(task.warehouse_id, task.id, hand.person_id, now)
    if task.mode == "parts" and others:
        return False
    run(
        "UPDATE count_tasks SET state = 'submitted', submitted_at = :now, lease_until = NULL"
        " WHERE warehouse_id = :w AND id = :id",
        now=now,
        w=task.warehouse_id,
        id=task.id,
    )
    unlock(task.warehouse_id, task.count_id, now, task.id)
    return True


def _check_photos(task, person_id, now):
    _, policy = policy_for(task.warehouse_id, now)
    if not (policy.photo_items or policy.photo_share):
        return
    standing = [said for said in own_entries(task, person_id) if said.voided_by is None]
    missing = photos_missing(task.id, standing, policy.photo_items, policy.photo_share)
    if missing:
        raise CountPhotosMissing(where=", ".join(missing[:5]) + (" …" if len(missing) > 5 else ""))


def _first_seq(claims, device_id):
    seqs = [row.first_seq for row in claims if row.device_id == device_id and row.first_seq is not None]
    return min(seqs, default=None)


def _end(warehouse_id, task_id, person_id, now):
    run(
        "UPDATE claims SET ended_at = :now, ended_how = 'submitted' WHERE warehouse_id = :w AND task_id = :t"
        " AND person_id = :p AND ended_at IS NULL",
        now=now,
        w=warehouse_id,
        t=task_id,
        p=person_id,
    )
