"""Who does what: documents under way with who is on them, and giving them to people, many at once."""

from flask_smorest import Blueprint
from marshmallow import ValidationError, fields, validate, validates_schema

from server import clock
from server.clock import show_instant
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

routes = Blueprint("work", __name__, description="Who does what: documents under way, and giving them to people")


class WorkQuery(PageQuery):
    """Which work. `nobodys=true`: given to nobody, and nobody has begun; `late=true`: due already."""

    warehouse = text(load_default=None)
    nobodys = fields.Boolean(load_default=False)
    late = fields.Boolean(load_default=False)


class WorkerOut(Shape):
    """Somebody who is on a document. `side`: first, check; `last_at`: their last word, or when they took it."""

    side = fields.String()
    username = fields.String()
    name = fields.String()
    last_at = Instant()


class WorkOnOut(Shape):
    """A document under way: what is to be done (`steps`), whose it is (nobody's: whoever is free), who is on it.

    `done` of `of` lines are said to be received or picked. No quantities.
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
    """Documents under way with who is on them: what is urgent first, then what is due first."""
    who = current_person()
    houses = [row.id for row in warehouses(Permission.READ_BOOK, asked["warehouse"])]
    rows = under_way(
        who.id,
        houses,
        asked["limit"],
        read_cursor(asked["cursor"], int, str),
        nobodys=asked["nobodys"],
        late_at=clock.now() if asked["late"] else None,
    )
    page = paged(rows, asked["limit"], lambda row: (row.due, row.id))
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
    lines, goods, workers = queries.lines_of(rows), queries.goods_of(rows), queries.workers_of(rows)
    now = clock.now()
    return [
        {
            "id": row.id,
            "warehouse": row.warehouse,
            "kind": row.kind,
            "number": row.number,
            "partner": row.partner,
            "state": row.state,
            "steps": steps_of(row, who.id, mine=False),
            "priority": PRIORITIES[row.priority],
            "due_at": show_instant(row.due_at),
            "late": row.due_at is not None and row.due_at < now,
            "assignee": row.assignee,
            "assignee_name": row.assignee_name,
            "workers": [
                {"side": one.side, "username": one.username, "name": one.name, "last_at": show_instant(one.last_at)}
                for one in workers.get(row.id, [])
            ],
            "done": _done(row, lines.get(row.id, []), goods.get(row.id, [])),
            "of": len(lines.get(row.id, [])),
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
