"""Counts: start one, watch it, call it off."""

import msgspec
from flask_smorest import Blueprint
from marshmallow import ValidationError, fields, validate, validates_schema

from server import clock
from server.catalog.policy import policy_for
from server.counting import due, queries
from server.counting.blind import blind_places
from server.counting.plan import Asked, cancel, start
from server.counting.rules import CountOver
from server.counting.scope import positions_in_scope
from server.db import transaction
from server.errors import NotAllowed, NotFound
from server.gateways.sweep import refuse_unknown
from server.people.named import PersonUnknown, workers_by_name
from server.people.rules import Permission
from server.reconcile import evidence
from server.reconcile.queries import queue, uncounted, verdicts_of
from server.routes.door import current_person, may, warehouse, warehouses
from server.routes.shapes import (
    Id,
    Instant,
    PageQuery,
    Query,
    Shape,
    Words,
    choice,
    page_of,
    paged,
    prose,
    read_cursor,
    text,
)
from server.routes.variances import VarianceOut

routes = Blueprint("counts", __name__, description="Counts: start one, watch it, call it off")


class CountUnknown(NotFound):
    """No such count, or not for this person."""

    code = "count_unknown"
    en = "This count does not exist, or you may not see it. Refresh the list."
    zh = "盘点单不存在或您无权查看。请刷新列表。"


class People(fields.Field):
    """A username or id, or a list of two (independent) or several (parts)."""

    def _deserialize(self, value, attr, data, **kwargs):
        people = [value] if isinstance(value, str) else value
        if not isinstance(people, list) or not all(isinstance(one, str) and 0 < len(one) <= 120 for one in people):
            raise ValidationError("not_text")
        if len(people) > 20:
            raise ValidationError("too_many")
        return people


_codes = {"validate": validate.Length(max=5000, error="too_many")}


class ScopeIn(Words):
    """Where and what. Empty: the whole warehouse."""

    locations = fields.List(text(), **_codes)
    zones = fields.List(text(), **_codes)
    skus = fields.List(text(), **_codes)
    classes = fields.List(choice("A", "B", "C"), **_codes)
    moved_since = Instant(metadata={"description": "dynamic count 动碰盘点 of places where something moved since"})
    due = fields.Boolean(metadata={"description": "what is on the list of positions to be counted soon"})


class CountIn(Words):
    """A request for a count. Blind, unless `open` (which takes a permission, and is recorded)."""

    id = Id(required=True)
    warehouse = text(required=True)
    form = choice("full", "list", "zero", required=True)
    scope = fields.Nested(ScopeIn, load_default=dict)
    mode = choice("independent", "parts", load_default="independent")
    assign_to = People(allow_none=True, load_default=None)
    due_at = Instant(allow_none=True, load_default=None)
    open = fields.Boolean(load_default=False)
    readers = fields.List(
        text(),
        validate=validate.Length(max=50, error="too_many"),
        metadata={"description": "by tags, with these; an empty list: with any, or a sled that types into the phone"},
    )
    lock = fields.Boolean(
        load_default=False,
        metadata={"description": "nothing may go in or out of its bins until they are counted, or the lock runs out"},
    )

    @validates_schema
    def _two_at_most(self, body, **_):
        if body.get("mode") == "independent" and len(body.get("assign_to") or []) > 2:
            raise ValidationError({"assign_to": ["too_many"]})


class TaskOfCountOut(Shape):
    """A task of the count."""

    id = fields.UUID()
    locations = fields.List(fields.String())
    round = fields.Integer()
    assignee = fields.String(allow_none=True)
    claimed_by = fields.String(allow_none=True)
    state = fields.String()


class ProgressOut(Shape):
    """How far it is; no quantities."""

    locations = fields.Integer()
    counted_locations = fields.Integer()
    tasks = fields.Integer()
    submitted_tasks = fields.Integer()


class CountOut(Shape):
    """A count. `lines` (how many in each state) only for those who decide."""

    id = fields.UUID()
    warehouse = fields.String()
    form = fields.String()
    mode = fields.String()
    open = fields.Boolean()
    readers = fields.List(fields.String(), metadata={"description": "by tags; absent: by scanning"})
    state = fields.String()
    requested_by = fields.String()
    requested_at = Instant()
    due_at = Instant(allow_none=True)
    progress = fields.Nested(ProgressOut)
    lines = fields.Dict(keys=fields.String(), values=fields.Integer())
    tasks = fields.List(fields.Nested(TaskOfCountOut))


class UncountedOut(Shape):
    """A position the book knows of, and nobody said anything about. Uncounted is not zero."""

    location = fields.String()
    sku = fields.String()
    name = fields.String()
    lot = fields.String()


class UnknownOut(Shape):
    """A scan whose code names nothing yet, with its neighbours."""

    entry = fields.UUID()
    location = fields.String()
    code = fields.String()
    person = fields.String()
    at = Instant()
    before = fields.List(fields.String())
    after = fields.List(fields.String())


class CountDetailOut(CountOut):
    """A count with what was not counted, and (for those who decide) the lines of its closed rounds, 500 at most."""

    uncounted = fields.List(fields.Nested(UncountedOut))
    unknown = fields.List(fields.Nested(UnknownOut))
    variances = fields.List(fields.Nested(VarianceOut))


class DueOut(UncountedOut):
    """A position that ought to be counted soon."""

    reason = fields.String()
    since = Instant()


_EXAMPLE = {
    "id": "0192f5a0-6b1e-7c3a-9a51-3f0f3c0a7d22",
    "warehouse": "WH1",
    "form": "list",
    "scope": {"locations": ["A-01-01", "A-01-02"], "skus": ["TEA"]},
    "assign_to": "li",
    "due_at": "2026-11-22T18:00:00+08:00",
}


class CountsQuery(PageQuery):
    """Which counts."""

    warehouse = text(load_default=None)
    state = choice("released", "counting", "deciding", "closed", "cancelled", load_default=None)


class WarehouseQuery(Query):
    """Of which warehouse."""

    warehouse = text(required=True)


class CancelIn(Words):
    """Why."""

    note = prose(load_default=None, allow_none=True)


@routes.post("/counts")
@may(Permission.REQUEST_COUNT)
@routes.arguments(CountIn, example=_EXAMPLE)
@routes.response(201, CountOut)
def start_count(body):
    """Start a count: blind by construction, cut into tasks of neighbouring shelves."""
    who = current_person()
    house = warehouse(body["warehouse"], Permission.REQUEST_COUNT)
    if body["open"] and not who.may(Permission.OPEN_COUNT, house.id):
        raise NotAllowed()
    if body.get("readers"):
        refuse_unknown(house.id, body["readers"])
    with transaction():
        now = clock.now()
        _, policy = policy_for(house.id, now)
        asked = Asked(
            id=body["id"],
            warehouse_id=house.id,
            form=body["form"],
            mode=body["mode"],
            asked=_as_asked(body),
            people=_people(body["assign_to"] or [], house.id),
            due_at=body["due_at"],
            open_count=body["open"],
            trigger="due" if body["scope"].get("due") else "manual",
            lock_until=now + policy.lock_hours * clock.HOUR if body["lock"] else None,
        )
        places, positions = positions_in_scope(house.id, body["form"], body["scope"])
        new = start(asked, places, positions, who.id, policy.task_locations_max)
        count = queries.count_of([house.id], body["id"])
        return _shown([count], who)[0], 201 if new else 200


@routes.get("/counts")
@may(Permission.READ_TASKS)
@routes.arguments(CountsQuery, location="query")
@routes.response(200, page_of("Count", CountOut))
def list_counts(asked):
    """Counts, newest first."""
    houses = [row.id for row in warehouses(Permission.READ_TASKS, asked["warehouse"])]
    after = read_cursor(asked["cursor"], int, str)
    rows = queries.counts_in(houses, asked["state"], asked["limit"], after)
    page = paged(rows, asked["limit"], lambda row: (row.requested_at, row.id))
    return {**page, "items": _shown(page["items"], current_person())}


@routes.get("/counts/due")
@may(Permission.REQUEST_COUNT)
@routes.arguments(WarehouseQuery, location="query")
@routes.response(200, page_of("Due", DueOut))
def list_due(asked):
    """Positions that ought to be counted soon, and why."""
    house = warehouse(asked["warehouse"], Permission.REQUEST_COUNT)
    blind = blind_places([house.id], current_person())[house.id]
    return {"items": [row for row in due.shown_in(house.id) if row.location_id not in blind], "next": None}


@routes.get("/counts/<uuid:count_id>")
@may(Permission.READ_TASKS)
@routes.response(200, CountDetailOut)
def show_count(count_id):
    """Progress; for those who decide also what was not counted."""
    who, count = current_person(), _find(count_id, Permission.READ_TASKS)
    (shown,) = _shown([count], who)
    if "lines" in shown:
        shown["uncounted"] = uncounted(count)
        shown["unknown"] = [_unknown(count, entry) for entry in queries.unknown_entries(count)]
        lines = queue([count.warehouse_id], who.id, 500, count=count.id)[:500]
        shown["variances"] = [evidence.shown(line, who) for line in lines]
    return shown


@routes.post("/counts/<uuid:count_id>/cancel")
@may(Permission.REQUEST_COUNT)
@routes.arguments(CancelIn)
@routes.response(200, CountOut)
def cancel_count(_body, count_id):
    """Call a count off: open tasks end, what was submitted stays."""
    with transaction():
        count = _find(count_id, Permission.REQUEST_COUNT)
        if count.state == "closed":
            raise CountOver()
        cancel(count.warehouse_id, count.id)
        return _shown([_find(count_id, Permission.REQUEST_COUNT)], current_person())[0]


def _find(count_id, permission):
    houses = [row.id for row in warehouses(permission)]
    count = queries.count_of(houses, str(count_id)) if houses else None
    if count is None:
        raise CountUnknown()
    return count


def _people(names, warehouse_id):
    found = workers_by_name(names, warehouse_id)
    for name in names:
        if name not in found:
            raise PersonUnknown(person=name, fields={"assign_to": ["unknown"]})
    return tuple(found[name] for name in names)


def _as_asked(body):
    """The request as plain JSON: the same again gives the first answer, another under its id is refused."""
    return {key: value for key, value in body.items() if key != "id"}


def _shown(counts, who):
    if not counts:
        return []
    tasks = queries.tasks_of_counts(counts)
    progress = queries.progress_of(counts)
    places = queries.places_of_tasks([task for rows in tasks.values() for task in rows])
    verdicts = verdicts_of(counts)
    blind = blind_places({count.warehouse_id for count in counts}, who)
    return [
        _count(
            *(count, _sees(count, who, tasks.get(count.id, []), places, blind), tasks.get(count.id, []), places),
            *(progress.get(count.id, (0, 0)), verdicts),
        )
        for count in counts
    ]


def _sees(count, who, tasks, places, blind):
    """Whoever counts there does not learn how the rounds went, though they may read the book at other times."""
    here = blind[count.warehouse_id]
    return who.may(Permission.READ_BOOK, count.warehouse_id) and not any(
        place.id in here for task in tasks for place in places.get(task.id, [])
    )


def _count(count, decides, tasks, places, progress, verdicts):
    first = [task for task in tasks if decides or task.round == 1]
    shown = {
        "id": count.id,
        "warehouse": count.warehouse,
        "form": count.form,
        "mode": count.mode,
        "open": bool(count.open_count),
        **({"readers": msgspec.json.decode(count.readers)} if count.readers else {}),
        "state": count.state if decides or count.state != "deciding" else "counting",  # a recount tells nothing
        "requested_by": count.asker,
        "requested_at": count.requested_at,
        "due_at": count.due_at,
        "progress": {
            "locations": progress[0],
            "counted_locations": progress[1],
            "tasks": len(first),
            "submitted_tasks": sum(task.state == "submitted" for task in first),
        },
        "tasks": [
            {
                "id": task.id,
                "locations": [place.code for place in places.get(task.id, [])],
                "round": task.round,
                "assignee": task.assignee,
                "claimed_by": task.holder,
                "state": task.state,
            }
            for task in first
        ],
    }
    if decides:
        shown["lines"] = verdicts.get(count.id, {})
    return shown


def _unknown(count, entry):
    return {
        "entry": entry.id,
        "location": entry.location,
        "code": entry.code,
        "person": entry.person,
        "at": entry.effective_at,
        "before": queries.neighbours_of(count, entry, before=True),
        "after": queries.neighbours_of(count, entry, before=False),
    }
