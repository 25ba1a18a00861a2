"""Start a count: turn a scope into tasks, and ask for recounts."""

from dataclasses import dataclass

from server import clock
from server.catalog.lock import lock, unlock
from server.catalog.rules import LocationUnknown
from server.counting.rules import Form, NothingToCount
from server.db import fetch, given, put, run
from server.errors import IdReused
from server.ids import new_id


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for a count. Ids, not codes; `skus` and `due` make a list."""

    id: str
    warehouse_id: str
    form: str
    mode: str
    asked: dict  # as it came over the wire
    people: tuple[str, ...] = ()
    due_at: int | None = None
    open_count: bool = False
    trigger: str = "manual"
    lock_until: int | None = None  # nothing goes in or out of its places until then


@dataclass(frozen=True, slots=True)
class Place:
    """A location to be counted."""

    id: str
    path_order: int


def start(asked, places, positions, requested_by, chunk):
    """Make the count and its tasks. `places`: what to visit; `positions`: `(location, item, lot)` a list names.

    Gives True if it is new, False if the same request came before. Raises `IdReused`, `NothingToCount`.
    """
    before = fetch("SELECT asked FROM counts WHERE warehouse_id = :w AND id = :id", w=asked.warehouse_id, id=asked.id)
    if before:
        _same_request(asked, before[0])
        return False
    if not places:
        raise NothingToCount()
    now = clock.now()
    _write_count(asked, requested_by, now)
    if asked.lock_until is not None:
        lock(asked.warehouse_id, [place.id for place in places], asked.id, now, asked.lock_until)
    by_place: dict[str, list] = {}
    for position in positions:
        by_place.setdefault(position[0], []).append(position)
    ordered = sorted(places, key=lambda place: (place.path_order, place.id))
    for n in range(0, len(ordered), chunk):
        part = ordered[n : n + chunk]
        _hand_out(asked, part, [line for place in part for line in by_place.get(place.id, [])], now)
    return True


def recount(task, positions, excluded, assignee_id=None, after=None):
    """A further round of some lines, as a new task for somebody else. `positions`: `(location, item, lot, control)`.

    `after`: the last round of these lines, if it is not this task's. Due when the count is, if that is said at all: a
    date of its own would tell a recount from any other task. The lines keep their deadline, for those who decide.
    """
    now = clock.now()
    task_id = new_id()
    places = locations_of(task.warehouse_id, {position[0] for position in positions})
    _write_task(
        task.warehouse_id,
        task_id,
        task.count_id,
        (after or task.round) + 1,
        Form.LIST,
        assignee_id,
        places,
        positions,
        now,
        task.due_at,
    )
    put(
        "task_exclusions",
        [(task.warehouse_id, task_id, person_id) for person_id in sorted(excluded)],
        ["warehouse_id", "task_id", "person_id"],
    )
    run(
        "UPDATE counts SET state = 'counting', closed_at = NULL WHERE warehouse_id = :w AND id = :id"
        " AND state IN ('deciding','closed')",
        w=task.warehouse_id,
        id=task.count_id,
    )
    return task_id


def cancel(warehouse_id, count_id):
    """Call a count off: open tasks end, what was submitted stays."""
    run(
        "UPDATE count_tasks SET state = 'cancelled' WHERE warehouse_id = :w AND count_id = :id"
        " AND state IN ('open','claimed')",
        w=warehouse_id,
        id=count_id,
    )
    now = clock.now()
    unlock(warehouse_id, count_id, now)
    run(
        "UPDATE counts SET state = 'cancelled', closed_at = :now WHERE warehouse_id = :w AND id = :id",
        now=now,
        w=warehouse_id,
        id=count_id,
    )


def locations_of(warehouse_id, ids):
    """`Place`s of these locations. Raises `LocationUnknown`."""
    rows = fetch(
        "SELECT l.id, l.path_order FROM locations l JOIN " + given("rows", id="id") + " v ON v.id = l.id"
        " WHERE l.warehouse_id = :w",
        rows=[(one,) for one in ids],
        w=warehouse_id,
    )
    if len(rows) != len(ids):
        raise LocationUnknown()
    return [Place(row.id, row.path_order) for row in rows]


def _same_request(asked, before):
    import json

    said = before.asked if isinstance(before.asked, dict) else json.loads(before.asked)
    if said != asked.asked:
        raise IdReused()


def _write_count(asked, requested_by, now):
    import json

    put(
        "counts",
        [
            (
                asked.warehouse_id,
                asked.id,
                asked.form,
                asked.mode,
                asked.open_count,
                "released",
                json.dumps(asked.asked),
                asked.trigger,
                requested_by,
                now,
                asked.due_at,
                None,
            )
        ],
        [
            "warehouse_id",
            "id",
            "form",
            "mode",
            "open_count",
            "state",
            "asked",
            "trigger",
            "requested_by",
            "requested_at",
            "due_at",
            "closed_at",
        ],
    )


def _hand_out(asked, places, positions, now):
    """One task; or, when two people are named for an independent count, one for each, blind to one another."""
    rounds = _assignees(asked)
    tasks = []
    for n, assignee_id in enumerate(rounds):
        task_id = new_id()
        lines = [(*position, False) for position in positions]
        _write_task(
            asked.warehouse_id, task_id, asked.id, n + 1, asked.form, assignee_id, places, lines, now, asked.due_at
        )
        tasks.append((task_id, assignee_id))
    if len(tasks) > 1:
        put(
            "task_exclusions",
            [
                (asked.warehouse_id, task_id, other)
                for task_id, own in tasks
                for _, other in tasks
                if other and other != own
            ],
            ["warehouse_id", "task_id", "person_id"],
        )


def _assignees(asked):
    if asked.mode == "independent" and asked.people:
        return asked.people
    return (asked.people[0],) if len(asked.people) == 1 else (None,)


def _write_task(warehouse_id, task_id, count_id, round_, form, assignee_id, places, positions, now, due_at):
    put(
        "count_tasks",
        [
            (
                warehouse_id,
                task_id,
                count_id,
                round_,
                str(form),
                "open",
                assignee_id,
                min((place.path_order for place in places), default=0),
                now,
                due_at,
            )
        ],
        ["warehouse_id", "id", "count_id", "round", "form", "state", "assignee_id", "path_order", "made_at", "due_at"],
    )
    put(
        "task_locations",
        [(warehouse_id, task_id, place.id) for place in places],
        ["warehouse_id", "task_id", "location_id"],
    )
    put(
        "task_positions",
        [(warehouse_id, task_id, *position) for position in positions],
        ["warehouse_id", "task_id", "location_id", "item_id", "lot", "control"],
    )
