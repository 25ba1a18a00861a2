"""Everything that a phone has to do, with all that it needs to work offline."""

import msgspec
from flask_smorest import Blueprint
from marshmallow import fields

from server.cases.todo import todo as todo_cases
from server.catalog.policy import policy_for
from server.clock import now, show_instant
from server.counting import queries
from server.counting.blind import blind_places
from server.counting.rules import TaskUnknown, is_photographed
from server.errors import NotUnderstood
from server.handling.rules import PRIORITIES
from server.handling.todo import documents_of_task, steps_of, todo, todo_of
from server.ledger.book import book_at
from server.ledger.rules import Position
from server.people.rules import Permission
from server.quantity import show_qty
from server.routes import tasks_cases, tasks_handling
from server.routes.door import current_person, may, warehouses
from server.routes.shapes import (
    UUID_TEXT,
    Instant,
    PageQuery,
    Qty,
    Shape,
    choice,
    cursor_of,
    page_of,
    read_cursor,
    text,
)
from server.routes.tagged import tagged
from server.sop.quiz import owed

routes = Blueprint("tasks", __name__, description="Everything that a phone has to do")
OF_CASES = -1  # in a cursor, what is to be done about cases stands first
OF_DOCUMENTS = 9  # in a cursor, documents stand behind counts; above it is how many tasks of one were seen


class TasksQuery(PageQuery):
    """`mine=true`: what I hold, was given, or may take."""

    mine = fields.Boolean(load_default=False)
    warehouse = text(load_default=None)


class PlaceOut(Shape):
    """A location to visit."""

    code = fields.String()
    zone = fields.String(allow_none=True)
    path_order = fields.Integer()
    kind = fields.String()


class PackOut(Shape):
    """A code of an item, and how many base units one scan of it is."""

    code = fields.String()
    pack_quantity = Qty()


class BinOut(Shape):
    """A place to pick from or to put into, the best first. Never how much lies there."""

    location = fields.String()
    zone = fields.String(allow_none=True)
    path_order = fields.Integer()
    lot = fields.String()
    expiry = fields.String()


class TaskLineOut(Shape):
    """An item to look for. Never how many; `book_qty` only in an open count (明盘).

    Of a document: `quantity` to pick, to put away or expected, for those who may hear it, and the best `bins`.
    """

    location = fields.String()
    sku = fields.String()
    name = fields.String()
    unit = fields.String()
    lot = fields.String()
    expiry = fields.String(allow_none=True)
    lot_tracked = fields.Boolean()
    serial_tracked = fields.Boolean()
    codes = fields.List(fields.Nested(PackOut))
    book_qty = Qty()
    quantity = Qty()
    bins = fields.List(fields.Nested(BinOut))


class DoneOut(Shape):
    """Locations I have said something about; of a document, lines that are done."""

    locations = fields.Integer()
    lines = fields.Integer()
    of = fields.Integer()


class TaskOut(Shape):
    """A task: `kind` is count, receive, check, putaway, pick or ship; all but the first are of a `document`.

    Or action and verification, which are of a `case`: to mend something, and to see whether that helped (`by`: who or
    what tells, a person or the next count of the position).

    `round` only for those who decide: to a counter, a recount looks like any task.
    """

    id = fields.UUID()
    kind = fields.String()
    count = fields.UUID()
    document = fields.UUID()
    document_kind = fields.String()
    number = fields.String()
    partner = fields.String(allow_none=True)
    location = fields.String(allow_none=True)
    warehouse = fields.String()
    form = fields.String()
    mode = fields.String()
    open = fields.Boolean()
    readers = fields.List(fields.String(), metadata={"description": "to be swept with these, or any; absent: scanned"})
    state = fields.String()
    mine = fields.Boolean()
    round = fields.Integer()
    claimed_by = fields.String(allow_none=True)
    lease_until = Instant(allow_none=True)
    assignee = fields.String(allow_none=True)
    assignee_name = fields.String(allow_none=True, metadata={"description": "of a document"})
    priority = choice(*PRIORITIES, metadata={"description": "of a document"})
    due_at = Instant(allow_none=True)
    locations = fields.List(fields.String())
    places = fields.List(fields.Nested(PlaceOut))
    lines = fields.List(fields.Nested(TaskLineOut))
    photo_items = fields.List(
        fields.String(), metadata={"description": "skus whose count takes a photo, here and now; absent: none"}
    )
    photo_places = fields.List(
        fields.String(), metadata={"description": "locations of which a photo is wanted, by chance; absent: none"}
    )
    done = fields.Nested(DoneOut)
    containers = fields.List(
        fields.String(), metadata={"description": "what it was picked into: scanning one opens this check"}
    )
    entries = fields.Integer()
    case = fields.UUID()
    case_kind = fields.String()
    severity = fields.String()
    text = fields.String(allow_none=True)
    sku = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    by = fields.String(allow_none=True)
    quiz = fields.Boolean(metadata={"description": "the quiz of this step is to be passed before it is taken"})


class EntryOut(Shape):
    """One statement of mine."""

    id = fields.UUID()
    kind = fields.String()
    location = fields.String()
    sku = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    lot = fields.String()
    serial = fields.String(allow_none=True)
    code = fields.String(allow_none=True)
    quantity = Qty()
    at = Instant()
    method = fields.String(allow_none=True)
    photo = fields.String(allow_none=True)
    voided = fields.Boolean()
    unknown = fields.Boolean()


class TaskDetailOut(TaskOut):
    """A task with what I entered."""

    my_entries = fields.List(fields.Nested(EntryOut))


@routes.get("/tasks")
@may(Permission.READ_TASKS)
@routes.arguments(TasksQuery, location="query")
@routes.response(200, page_of("Task", TaskOut))
@routes.alt_response(304, description="Nothing changed since the ETag that was sent", success=True)
def list_tasks(asked):
    """What is to be done about cases, then open tasks in walking order, mine first. Answers 304 to a known ETag."""
    who = current_person()
    here = warehouses(Permission.READ_TASKS, asked["warehouse"])
    houses = [row.id for row in here]
    after = read_cursor(asked["cursor"], int, int, str)
    if after and not UUID_TEXT.fullmatch(after[2]):
        raise NotUnderstood(fields={"cursor": ["invalid"]})
    about_cases, room = [], asked["limit"]
    if after is None or after[0] == OF_CASES:
        about_cases, room, next_ = _about_cases(who, houses, asked, after and after[1:])
        after = None
        if next_:
            return tagged({"items": about_cases, "next": next_})
    rows, next_ = _counting(who, houses, asked["mine"], room, after)
    items = _shown(rows, who)
    room = 0 if next_ else room - len(items)
    since = (after[1], after[2], after[0] - OF_DOCUMENTS) if after and after[0] >= OF_DOCUMENTS else None
    documents, last = todo(who.id, houses, asked["mine"], room, since)
    items += tasks_handling.shown(documents, who)
    _say_quizzes(items, who, here, documents)
    if next_ is None and last:
        next_ = cursor_of(OF_DOCUMENTS + last[2], *last[:2])
    return tagged({"items": about_cases + items, "next": next_})


def _about_cases(who, houses, asked, after):
    """(what is to be done about cases, how much room that leaves, cursor of the next page if it leaves none)."""
    limit, blind = asked["limit"], set().union(*blind_places(houses, who).values())
    rows = todo_cases(who.id, houses, asked["mine"], limit, after)[:limit]
    shown = [tasks_cases.shown(row, who) for row in rows if tasks_cases.is_told(row, blind)]
    return shown, limit - len(rows), cursor_of(OF_CASES, rows[-1].due, rows[-1].id) if len(rows) == limit else None


def _counting(who, houses, mine, room, after):
    """(rows, cursor of the next page or None) of counting tasks, which come before documents."""
    if after and after[0] >= OF_DOCUMENTS:
        return [], None
    rows = queries.tasks_for(who.id, houses, mine, room, after)
    more = rows[room - 1 : room] if len(rows) > room else []
    return rows[:room], cursor_of(more[0].place, more[0].path_order, more[0].id) if more else None


@routes.get("/tasks/<uuid:task_id>")
@may(Permission.READ_TASKS)
@routes.response(200, TaskDetailOut)
def show_task(task_id):
    """One task, with what I entered in it."""
    who = current_person()
    here = warehouses(Permission.READ_TASKS)
    houses = [row.id for row in here]
    task = queries.task_of(who.id, houses, str(task_id)) if houses else None
    documents = []
    about_case = todo_cases(who.id, houses, False, 1, only_id=str(task_id)) if task is None else []
    if about_case and tasks_cases.is_told(about_case[0], set().union(*blind_places(houses, who).values())):
        shown = tasks_cases.shown(about_case[0], who)
    elif task is None:
        documents = _of_document(str(task_id), houses, who)
        shown = tasks_handling.shown(documents, who)[0]
    else:
        (shown,) = _shown([task], who)
        shown["my_entries"] = [_entry(row) for row in queries.own_entries(task, who.id)]
    _say_quizzes([shown], who, here, documents)
    return tagged(shown)


def _of_document(task_id, houses, who):
    steps = documents_of_task(task_id)
    found = [(row, steps[row.id]) for row in todo_of(who.id, houses, steps)]
    found = [(row, step) for row, step in found if step in steps_of(row, who.id, mine=False)]
    if not found:
        raise TaskUnknown()
    return found[:1]


def _say_quizzes(tasks, who, houses, documents):
    """Beside each task whose quiz somebody asked for, this person has not passed and has not begun: `quiz`."""
    codes = {row.id: row.code for row in houses}
    waiting = {(codes[house], step, count_id) for house, step, count_id in owed(who.id, list(codes))} if tasks else ()
    begun = {task["id"] for task in tasks if task["kind"] == "count" and task["mine"]} if waiting else set()
    begun |= tasks_handling.begun(documents, who) if waiting and documents else set()
    for task in tasks if waiting else ():
        about = task["warehouse"], task["kind"]
        if task["id"] not in begun and ((*about, None) in waiting or (*about, task.get("count")) in waiting):
            task["quiz"] = True


def _shown(tasks, who):
    if not tasks:
        return []
    places = queries.places_of_tasks(tasks)
    lines = queries.lines_of_tasks(tasks)
    codes = _codes({line.item_id for rows in lines.values() for line in rows})
    progress = queries.own_progress(tasks, who.id)
    policies = {house_id: policy_for(house_id, now())[1] for house_id in {task.warehouse_id for task in tasks}}
    return [
        _task(
            task,
            who,
            places.get(task.id, []),
            lines.get(task.id, []),
            codes,
            policies[task.warehouse_id],
            *progress.get(task.id, (0, 0)),
        )
        for task in tasks
    ]


def _codes(item_ids):
    """{item id: its codes as shown}: written once an item, however many lines have it."""
    return {
        item_id: [{"code": row.code, "pack_quantity": show_qty(row.pack_qty)} for row in rows]
        for item_id, rows in queries.codes_of_items(item_ids).items()
    }


def _task(task, who, places, lines, codes, policy, done, entries):
    shown = {
        "id": task.id,
        "kind": "count",
        "count": task.count_id,
        "warehouse": task.warehouse,
        "form": task.form,
        "mode": task.mode,
        "open": bool(task.open_count),
        **({"readers": msgspec.json.decode(task.readers)} if task.readers else {}),
        "state": task.state,
        "mine": task.claimed_by == who.id,
        "claimed_by": task.holder,
        "lease_until": show_instant(task.lease_until),
        "assignee": task.given_to,
        "due_at": show_instant(task.due_at),
        "locations": [place.code for place in places],
        "places": [
            {"code": place.code, "zone": place.zone, "path_order": place.path_order, "kind": place.kind}
            for place in places
        ],
        "lines": _lines(task, who, lines, codes),
        **_photos(task, places, policy),
        "done": {"locations": done, "of": len(places)},
        "entries": entries,
    }
    mine_to_count = who.id in (task.claimed_by, task.assignee_id)
    if who.may(Permission.DECIDE, task.warehouse_id) and not mine_to_count:
        shown["round"] = task.round
    return shown


def _photos(task, places, policy):
    """What has to be photographed, if the policy asks for anything."""
    wanted = [place.code for place in places if is_photographed(task.id, place.code, policy.photo_share)]
    asked = {"photo_items": sorted(policy.photo_items), "photo_places": wanted}
    return {name: said for name, said in asked.items() if said}


def _lines(task, who, lines, codes):
    shown = [
        {
            "location": line.location,
            "sku": line.sku,
            "name": line.name,
            "unit": line.unit,
            "lot": line.lot,
            "expiry": line.expiry,
            "lot_tracked": bool(line.lot_tracked),
            "serial_tracked": bool(line.serial_tracked),
            "codes": codes.get(line.item_id, []),
        }
        for line in lines
    ]
    if task.open_count:
        blind = blind_places([task.warehouse_id], who, open_too=False)[task.warehouse_id]
        points = [(Position(task.warehouse_id, line.location_id, line.item_id, line.lot), now()) for line in lines]
        for line, qty in zip(shown, book_at(points), strict=True):
            line["book_qty"] = show_qty(qty)
        for line, row in zip(shown, lines, strict=True):
            if row.location_id in blind:  # a blind count of the same place is stronger
                del line["book_qty"]
    return shown


def _entry(row):
    return {
        "id": row.id,
        "kind": row.kind,
        "location": row.location,
        "sku": row.sku,
        "name": row.name,
        "lot": row.lot,
        "serial": row.serial,
        "code": row.code,
        "quantity": show_qty(row.qty),
        "at": show_instant(row.effective_at),
        "method": row.method,
        "photo": row.photo,
        "voided": row.voided_by is not None,
        "unknown": row.kind == "entry" and row.item_id is None,
    }
