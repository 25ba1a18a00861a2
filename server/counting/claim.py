"""Take a task, hand it back. A claim is a lease by the server's clock, and can be taken over with a reason."""

from dataclasses import dataclass

from server import clock
from server.counting.rules import Refusal, TaskClosed, TaskTaken, TaskUnknown, TaskView, refuse_claim
from server.db import fetch, given, is_embedded, put, run
from server.intake.log import last_before
from server.sop.quiz import refuse_unpassed


@dataclass(frozen=True, slots=True)
class Hand:
    """Who acts, on which device, and how long a lease is (microseconds)."""

    person_id: str
    device_id: str
    lease: int


def find_task(warehouse_id, task_id):
    """The task with its count's mode and form. Locked until the end of the transaction, so that rounds close once."""
    locked = "" if is_embedded() else " FOR UPDATE OF t"
    rows = fetch(
        "SELECT t.*, c.mode, c.open_count, c.state AS count_state, c.requested_by, p.name AS holder, a.name AS given_to"
        " FROM count_tasks t JOIN counts c ON c.warehouse_id = t.warehouse_id AND c.id = t.count_id"
        " LEFT JOIN persons p ON p.id = t.claimed_by LEFT JOIN persons a ON a.id = t.assignee_id"
        " WHERE t.warehouse_id = :w AND t.id = :id" + locked,
        w=warehouse_id,
        id=task_id,
    )
    if not rows:
        raise TaskUnknown()
    return rows[0]


def claim(task, hand, claim_id, seq=None, reason=None, at=None):
    """Hold a task: gives the claim's id. The same person again keeps their claim; a lapsed one is taken without asking.

    `at`: when they took it; what a supervisor asked for after that does not keep them from it.
    Raises `TaskClosed`, `SamePerson`, `NotAssigned`, `TaskTaken`, `QuizRequired`.
    """
    now = clock.now()
    refusal = refuse_claim(view_of(task), hand.person_id, now, reason)
    if refusal:
        raise _named(refusal, task)
    mine = _resumable(task, hand.person_id)
    if mine:
        _renew(task, mine, now + hand.lease)
        return mine
    refuse_unpassed(task.warehouse_id, hand.person_id, "count", task.count_id, at)
    if task.mode == "independent" and task.claim_id:
        _end(task.warehouse_id, task.claim_id, now, "taken over" if (task.lease_until or 0) > now else "lapsed")
    _write(task, hand, claim_id, seq, now, reason)
    return claim_id


def release(task, hand):
    """Hand a task back. What was entered stays on record, and counts again only if the same person takes it again."""
    if task.state in ("submitted", "cancelled"):
        raise TaskClosed()
    now = clock.now()
    mine = _resumable(task, hand.person_id)
    if not mine:
        raise TaskTaken(name=task.holder)
    _end(task.warehouse_id, mine, now, "released")
    run(
        "UPDATE count_tasks SET claimed_by = NULL, lease_until = NULL, state = 'open'"
        " WHERE warehouse_id = :w AND id = :id AND claimed_by = :person",
        w=task.warehouse_id,
        id=task.id,
        person=hand.person_id,
    )


def live_claim(warehouse_id, task_id, hand, event_id, seq):
    """(task, claim id) under which this person's statement stands: their own, renewed when it grows old, or a new one.

    Raises what `claim` does.
    """
    fresh = _fresh_tasks(warehouse_id, [(task_id, None)], hand)
    found = _claims_for(warehouse_id, hand, {task_id: (event_id, seq)}, fresh)[task_id]
    if isinstance(found, Refusal):
        raise found
    return found


def live_claims_and_places(warehouse_id, hand, firsts, places):
    """Under which claims statements stand, and where: by one statement as long as every claim is fresh.

    `firsts`: `{task id: (id, seq) of the first statement in it}`; gives `{task id: (task, claim id), or the Refusal why
    not}`. `places`: pairs (task id, location code); gives `{pair: location id}` for those that belong to the task.
    Many may enter at once, so a claim that is fresh is only shared; the round cannot be closed meanwhile.
    """
    fresh = _fresh_tasks(warehouse_id, places, hand)
    claims = _claims_for(warehouse_id, hand, firsts, fresh)
    found = {(row.id, row.code): row.location_id for row in fresh if row.location_id}
    rest = [pair for pair in places if pair not in found and not isinstance(claims[pair[0]], Refusal)]
    return claims, found | _places_of(warehouse_id, rest)


def _claims_for(warehouse_id, hand, firsts, fresh):
    found = {task.id: (task, task.claim_id) for task in fresh}
    for task_id, (event_id, seq) in firsts.items():
        if task_id not in found:
            try:
                found[task_id] = _claimed(warehouse_id, task_id, hand, event_id, seq)
            except Refusal as refusal:
                found[task_id] = refusal
    return found


def _claimed(warehouse_id, task_id, hand, event_id, seq):
    task = find_task(warehouse_id, task_id)
    # An entry that overtook its claim: whatever the device said since it was last heard may belong to this task.
    return task, claim(task, hand, event_id, last_before(hand.device_id, seq) or seq)


def _fresh_tasks(warehouse_id, places, hand):
    """Of `(task id, location code or None)` the tasks that this person holds for more than half a lease yet, with the
    place if it is theirs: rows (id, count_id, claim_id, code, location_id)."""
    return fetch(
        "SELECT t.id, t.count_id, t.claim_id, v.code, x.location_id FROM "
        + given("places", id="id", code="text")
        + " v"
        " JOIN count_tasks t ON t.warehouse_id = :w AND t.id = v.id"
        " LEFT JOIN locations l ON l.warehouse_id = :w AND l.code = v.code"
        " LEFT JOIN task_locations x ON x.warehouse_id = :w AND x.task_id = v.id AND x.location_id = l.id"
        " WHERE t.state = 'claimed' AND t.claimed_by = :me"
        " AND t.lease_until > :half" + ("" if is_embedded() else " FOR SHARE OF t"),
        places=places,
        w=warehouse_id,
        me=hand.person_id,
        half=clock.now() + hand.lease // 2,
    )


def _places_of(warehouse_id, places):
    if not places:
        return {}
    rows = fetch(
        "SELECT t.task_id, l.code, l.id FROM "
        + given("rows", task="id", code="text")
        + " v JOIN locations l ON l.warehouse_id = :w AND l.code = v.code"
        " JOIN task_locations t ON t.warehouse_id = :w AND t.task_id = v.task AND t.location_id = l.id",
        rows=places,
        w=warehouse_id,
    )
    return {(row.task_id, row.code): row.id for row in rows}


def claims_of(warehouse_id, task_id):
    """All claims of a task in time order."""
    return fetch(
        "SELECT * FROM claims WHERE warehouse_id = :w AND task_id = :id ORDER BY at, id", w=warehouse_id, id=task_id
    )


def exclusions(warehouse_id, task_ids):
    """{task id: frozenset of persons who may not take it}."""
    rows = fetch(
        "SELECT x.task_id, x.person_id FROM task_exclusions x JOIN " + given("rows", id="id") + " v ON v.id = x.task_id"
        " WHERE x.warehouse_id = :w",
        rows=[(one,) for one in task_ids],
        w=warehouse_id,
    )
    found: dict[str, set] = {}
    for row in rows:
        found.setdefault(row.task_id, set()).add(row.person_id)
    return {task_id: frozenset(people) for task_id, people in found.items()}


def view_of(task):
    """What the rules need of a task row."""
    excluded = exclusions(task.warehouse_id, [task.id]).get(task.id, frozenset())
    return TaskView(task.state, task.mode, task.assignee_id, task.claimed_by, task.lease_until, excluded)


def _named(refusal, task) -> Refusal:
    refusal.context["name"] = task.given_to if refusal.code == "not_assigned" else task.holder
    return refusal


def _resumable(task, person_id):
    """This person's claim, if nobody else took the task since (in parts: their own, whoever else works beside them)."""
    if task.claimed_by == person_id and task.claim_id:
        return task.claim_id
    claims = claims_of(task.warehouse_id, task.id)
    if task.mode == "parts":
        own = [row for row in claims if row.person_id == person_id and row.ended_how != "submitted"]
        return own[-1].id if own else None
    return claims[-1].id if claims and claims[-1].person_id == person_id else None


def _renew(task, claim_id, until):
    run(
        "UPDATE claims SET lease_until = :until, ended_at = NULL, ended_how = NULL"
        " WHERE warehouse_id = :w AND id = :id",
        until=until,
        w=task.warehouse_id,
        id=claim_id,
    )
    (row,) = fetch(
        "SELECT person_id FROM claims WHERE warehouse_id = :w AND id = :id", w=task.warehouse_id, id=claim_id
    )
    _hold(task, claim_id, row.person_id, until)


def _write(task, hand, claim_id, seq, now, reason):
    put(
        "claims",
        [(task.warehouse_id, claim_id, task.id, hand.person_id, hand.device_id, seq, now, now + hand.lease, reason)],
        ["warehouse_id", "id", "task_id", "person_id", "device_id", "first_seq", "at", "lease_until", "reason"],
    )
    _hold(task, claim_id, hand.person_id, now + hand.lease)


def _hold(task, claim_id, person_id, until):
    run(
        "UPDATE count_tasks SET state = 'claimed', claim_id = :claim, claimed_by = :person, lease_until = :until"
        " WHERE warehouse_id = :w AND id = :id",
        claim=claim_id,
        person=person_id,
        until=until,
        w=task.warehouse_id,
        id=task.id,
    )
    run(
        "UPDATE counts SET state = 'counting' WHERE warehouse_id = :w AND id = :id AND state = 'released'",
        w=task.warehouse_id,
        id=task.count_id,
    )


def _end(warehouse_id, claim_id, now, how):
    run(
        "UPDATE claims SET ended_at = :now, ended_how = :how WHERE warehouse_id = :w AND id = :id AND ended_at IS NULL",
        now=now,
        how=how,
        w=warehouse_id,
        id=claim_id,
    )
