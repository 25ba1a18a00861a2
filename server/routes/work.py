"""Who does what: documents and counts under way with who is on them; giving documents to people, many at once."""

from flask_smorest import Blueprint
from marshmallow import ValidationError, fields, validate, validates_schema

from server import clock
from server.clock import show_instant
from server.counting import under_way as counts
from server.db import transaction
from server.handling import queries
from server.handling.give import Giving, give
from server.handling.rules import INBOUND, PRIORITIES
from server.handling.todo import steps_of, under_way
from server.people.named import PersonUnknown, workers_by_name
from server.people.rules import Permission
from server.routes.document_shapes import DocumentOut
from server.routes.document_views import answer, seen
from server.routes.door import current_person, may, warehouse, warehouses
from server.routes.shapes import Id, Instant, PageQuery, Shape, Words, choice, page_of, paged, prose, read_cursor, text

routes = Blueprint("work", __name__, description="Who does what, and giving documents to people")


class WorkQuery(PageQuery):
    """Which work. `nobodys=true`: given to nobody, and nobody has begun; `late=true`: due already."""

    warehouse = text(load_default=None)
    nobodys = fields.Boolean(load_default=False)
    late = fields.Boolean(load_default=False)


class WorkerOut(Shape):
    """Somebody who is on it. `side`: first, check; `last_at`: their last word, or when they took it."""

    side = fields.String()
    username = fields.String()
    name = fields.String()
    since = Instant()
    last_at = Instant()


class WorkOnOut(Shape):
    """A document or a count task under way: what is to be done (`steps`), whose it is (nobody's: whoever is free), who
    is on it. `kind` of a task: count; it has the `count` that it is of, and is called by its first and last location.

    `done` of `of` lines are said to be received, picked or counted; of a count that names no lines, locations (`unit`).
    No quantities.
    """

    id = fields.UUID()
    warehouse = fields.String()
    kind = fields.String()
    number = fields.String()
    partner = fields.String(allow_none=True)
    state = fields.String()
    steps = fields.List(fields.String())
    priority = choice(*PRIORITIES)
    due_at = Instant(allow_none=True)
    late = fields.Boolean()
    assignee = fields.String(allow_none=True)
    assignee_name = fields.String(allow_none=True)
    workers = fields.List(fields.Nested(WorkerOut))
    done = fields.Integer()
    of = fields.Integer()
    unit = choice("lines", "locations")
    count = fields.UUID(metadata={"description": "of a count task"})
    form = fields.String(metadata={"description": "of a count task: full, list, zero"})
    zone = fields.String(metadata={"description": "of a count task, where all its locations are in one"})
    places = fields.Integer(metadata={"description": "how many locations a count task has"})


class GiveIn(Words):
    """Documents of one warehouse to somebody (`to`: username) or to whoever is free (`anybody`).

    What is left out stays as it is, and so does what is null, but for `due_at`; something has to be said.
    """

    NULL_SAYS = ("due_at",)

    id = Id(required=True)
    warehouse = text(required=True)
    documents = fields.List(Id(), required=True, validate=validate.Length(1, 500, error="too_many"))
    to = text(load_default=None)
    anybody = fields.Boolean(load_default=False)
    due_at = Instant(allow_none=True, metadata={"description": "null: it is due at no time any more"})
    priority = choice(*PRIORITIES, load_default=None)
    note = prose(load_default=None)

    @validates_schema
    def _says_something(self, body, **_):
        if body.get("to") and body.get("anybody"):
            raise ValidationError({"anybody": ["invalid"]})
        says = "due_at" in body or any(body.get(name) is not None for name in ("to", "priority"))
        if not body.get("anybody") and not says:
            raise ValidationError({"to": ["required"]})


@routes.get("/work")
@may(Permission.READ_BOOK)
@routes.arguments(WorkQuery, location="query")
@routes.response(200, page_of("WorkOn", WorkOnOut))
def list_work(asked):
    """Documents and count tasks under way with who is on them: what is urgent first, then what is due first."""
    who = current_person()
    houses = [row.id for row in warehouses(Permission.READ_BOOK, asked["warehouse"])]
    after, limit = read_cursor(asked["cursor"], int, str), asked["limit"]
    only = {"nobodys": asked["nobodys"], "late_at": clock.now() if asked["late"] else None}
    rows = under_way(who.id, houses, limit, after, **only)
    rows += counts.under_way(houses, PRIORITIES.index("normal"), limit, after, **only)
    rows = sorted(rows, key=lambda row: (row.due, row.id))[: limit + 1]
    page = paged(rows, limit, lambda row: (row.due, row.id))
    return answer({**page, "items": _shown(page["items"], who)})


@routes.post("/documents/give")
@may(Permission.PLAN_DOCUMENTS)
@routes.arguments(GiveIn)
@routes.response(200, page_of("Given", DocumentOut))
def give_documents(body):
    """Give documents to somebody or to whoever is free, all or none; say when they are due and what comes first.

    At any time before they are done. What the phone that has one in hand says of it counts all the same.
    """
    house, who = warehouse(body["warehouse"], Permission.PLAN_DOCUMENTS), current_person()
    giving = Giving(
        id=body["id"],
        documents=tuple(dict.fromkeys(body["documents"])),
        asked={name: value for name, value in body.items() if name != "id"},
        to=_person(body["to"], house),
        to_name=body["to"],
        anybody=body["anybody"],
        due_at=body.get("due_at"),
        undated="due_at" in body and body["due_at"] is None,
        priority=None if body["priority"] is None else PRIORITIES.index(body["priority"]),
        note=body["note"],
    )
    with transaction():
        give(house.id, giving, who.id)
        rows = queries.documents_by_id(house.id, giving.documents)
        return answer({"items": seen(rows, who), "next": None})


def _person(name, house):
    if name is None:
        return None
    found = workers_by_name([name], house.id).get(name)
    if found is None:
        raise PersonUnknown(person=name, fields={"to": ["unknown"]})
    return found


def _shown(rows, who):
    tasks = [row for row in rows if hasattr(row, "count_id")]
    papers = [row for row in rows if not hasattr(row, "count_id")]
    shown = _shown_documents(papers, who) + (_shown_tasks(tasks) if tasks else [])
    found = {one["id"]: one for one in shown}
    return [found[row.id] for row in rows]


def _shown_tasks(tasks):
    places, lines, counters = counts.places_of(tasks), counts.lines_of(tasks), counts.counters_of(tasks)
    return [_task(row, places[row.id], lines.get(row.id), counters.get(row.id, [])) for row in tasks]


def _task(row, place, listed, counters):
    said = {
        **_common(row, counters, "normal"),
        "kind": "count",
        "number": place.first if place.first == place.last else f"{place.first} – {place.last}",
        "partner": None,
        "steps": ["count"],
        "done": listed.stated if listed else place.stated,
        "of": listed.lines if listed else place.places,
        "unit": "lines" if listed else "locations",
        "count": row.count_id,
        "form": row.form,
        "places": place.places,
    }
    return said | ({"zone": place.zone} if place.zone else {})


def _common(row, workers, priority):
    """What a document and a count task say alike."""
    return {
        "id": row.id,
        "warehouse": row.warehouse,
        "state": row.state,
        "priority": priority,
        "due_at": show_instant(row.due_at),
        "late": row.due_at is not None and row.due_at < clock.now(),
        "assignee": row.assignee,
        "assignee_name": row.assignee_name,
        "workers": [
            {
                "side": getattr(one, "side", "first"),
                "username": one.username,
                "name": one.name,
                "since": show_instant(one.since),
                "last_at": show_instant(one.last_at),
            }
            for one in workers
        ],
    }


def _shown_documents(rows, who):
    lines, goods, workers = queries.lines_of(rows), queries.goods_of(rows), queries.workers_of(rows)
    return [
        {
            **_common(row, workers.get(row.id, []), PRIORITIES[row.priority]),
            "kind": row.kind,
            "number": row.number,
            "partner": row.partner,
            "steps": steps_of(row, who.id, mine=False),
            "done": _done(row, lines.get(row.id, []), goods.get(row.id, [])),
            "of": len(lines.get(row.id, [])),
            "unit": "lines",
        }
        for row in rows
    ]


def _done(row, lines, goods):
    """How many lines are said to be received, or to be picked whole."""
    if row.state == "submitted":
        return len(lines)
    said: dict[str, int] = {}
    for one in goods:
        said[one.item_id] = said.get(one.item_id, 0) + one.first_qty
    if row.kind in INBOUND:
        return sum(said.get(line.item_id, 0) > 0 for line in lines)
    done = 0
    for line in lines:
        done += said.get(line.item_id, 0) >= line.qty
        said[line.item_id] = said.get(line.item_id, 0) - line.qty
    return done
