"""Counting by tags: hand a reader to a task, watch it fill, and look at what was found once the round is closed."""

import marshmallow as ma
from flask_smorest import Blueprint
from marshmallow import fields

from server import clock
from server.catalog.lookup import items_by_id
from server.clock import MINUTE
from server.counting.blind import blind_places
from server.counting.claim import Hand
from server.counting.rules import TaskClosed, TaskTaken
from server.db import transaction
from server.errors import NotFound
from server.gateways import count_tags, sweep
from server.gateways.tell_tags import gaps_of, places_of, sorted_tags
from server.ids import new_id
from server.people.rules import Permission
from server.routes.door import current_person, may, warehouse, warehouses
from server.routes.shapes import Id, Instant, Query, Words, page_of, text

routes = Blueprint("reader_counts", __name__, description="Counting by tags")


class SessionIn(Words):
    id = Id(load_default=None)
    task = Id(required=True)
    reader = text(required=True, metadata={"description": "its name"})


class NearQuery(Query):
    warehouse = text(required=True)


class NearOut(ma.Schema):
    name = fields.String()
    kind = fields.String()
    state = fields.String(metadata={"enum": ["pending", "live", "silent"]})
    task = fields.String(allow_none=True, metadata={"description": "for which it reads now"})


class NewOut(ma.Schema):
    at = Instant()
    new = fields.Integer()


class WatchOut(ma.Schema):
    tags = fields.Integer(metadata={"description": "different tags so far"})
    reads = fields.Integer()
    curve = fields.List(fields.Nested(NewOut), metadata={"description": "new tags in each ten seconds"})
    keep_sweeping = fields.Boolean()
    gaps = fields.List(fields.String())


class GoodsSweptOut(ma.Schema):
    sku = fields.String()
    name = fields.String()
    unit = fields.String()
    lot = fields.String()
    tags = fields.Integer()


class TagSweptOut(ma.Schema):
    tag = fields.String()
    location = fields.String(allow_none=True, metadata={"description": "where it was read, if that is known"})
    sku = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    reads = fields.Integer()
    rssi_dbm = fields.Float(allow_none=True)
    last_at = Instant()


class SweptOut(ma.Schema):
    goods = fields.List(fields.Nested(GoodsSweptOut))
    weak = fields.List(
        fields.Nested(TagSweptOut), metadata={"description": "read faintly or seldom: sweep there again"}
    )
    unknown = fields.List(fields.Nested(TagSweptOut), metadata={"description": "bound to nothing yet"})


class TagSeenOut(ma.Schema):
    tag = fields.String()
    location = fields.String(allow_none=True)
    near = fields.String(allow_none=True, metadata={"description": "the neighbour at which it lies"})
    sku = fields.String(allow_none=True)
    lot = fields.String()
    serial = fields.String(allow_none=True)
    reads = fields.Integer()
    rssi_dbm = fields.Float(allow_none=True)
    first_at = Instant(allow_none=True)
    last_at = Instant(allow_none=True)


_LISTS = ("found", "nearby", "unexpected", "weak", "duplicate", "unknown", "other", "missing")
FoundOut = ma.Schema.from_dict(
    {name: fields.List(fields.Nested(TagSeenOut)) for name in _LISTS} | {"gaps": fields.List(fields.String())},
    name="TagsFound",
)


class AnswerIn(Words):
    accept = fields.List(text(), load_default=list, validate=ma.validate.Length(max=10_000, error="too_many"))
    dismiss = fields.List(text(), load_default=list, validate=ma.validate.Length(max=10_000, error="too_many"))


class AnsweredOut(ma.Schema):
    accepted = fields.Integer()
    dismissed = fields.Integer()
    settled_before = fields.Integer()


@routes.post("/readers/sessions")
@may(Permission.WORK)
@routes.arguments(SessionIn)
@routes.response(201, WatchOut)
def begin_session(words):
    """Let a reader read for the task that one holds, from now on."""
    with transaction():
        task = _task(words["task"], Permission.WORK)
        count_tags.begin(task, words["reader"], current_person().id, words["id"] or new_id())
        return _watched(task)


@routes.get("/readers/sessions")
@may(Permission.READ_TASKS)
@routes.arguments(NearQuery, location="query")
@routes.response(200, page_of("NearReader", NearOut))
def readers_near(asked):
    """Readers that may read for a count, those that live first."""
    return {"items": sweep.near(warehouse(asked["warehouse"], Permission.READ_TASKS).id), "next": None}


@routes.get("/readers/sessions/<uuid:task_id>/tags")
@may(Permission.READ_TASKS)
@routes.response(200, SweptOut)
def what_was_swept(task_id):
    """What was read for a task so far: goods by their tags, tags to go back to, tags bound to nothing. The same whether
    they were expected or not."""
    goods, weak, unknown = sweep.swept(_own_task(str(task_id)))
    return {"goods": goods, "weak": weak, "unknown": unknown}


@routes.get("/readers/sessions/<uuid:task_id>")
@may(Permission.READ_TASKS)
@routes.response(200, WatchOut)
def watch_session(task_id):
    """How many different tags were read for a task, and how many of them are new. Nothing of what was expected."""
    return _watched(_own_task(str(task_id)))


@routes.post("/readers/sessions/<uuid:task_id>/end")
@may(Permission.WORK)
@routes.response(200, WatchOut)
def end_session(task_id):
    """The readers of this task read for nobody any more."""
    with transaction():
        task = _task(str(task_id), Permission.WORK)
        count_tags.end(task, current_person().id)
        return _watched(task)


@routes.get("/readers/found/<uuid:task_id>")
@may(Permission.READ_BOOK)
@routes.response(200, FoundOut)
def found(task_id):
    """What the tags of a closed round say: found, lying at a neighbour, unexpected, weak, unknown, missing, doubled."""
    task = _seen_task(str(task_id))
    places = places_of(task)
    tags = sorted_tags(task, task.submitted_at)
    keyed = {name: getattr(tags, name) for name in ("found", "nearby", "unexpected", "weak", "duplicate")}
    missing = [(key, tag, means) for key, ones in tags.missing.items() for tag, means in ones]
    items = items_by_id({key[1] for part in (*keyed.values(), tags.missing) for key in part})
    said = {
        name: [_said(one, key, places, items) for key, ones in part.items() for one in ones]
        for name, part in keyed.items()
    }
    said |= {name: [_said(one, None, places, items) for one in getattr(tags, name)] for name in ("unknown", "other")}
    said["missing"] = [
        {"tag": tag, "location": places.get(key[0]), "sku": items[key[1]].sku, "lot": key[2], "serial": means.serial}
        for key, tag, means in missing
    ]
    return said | {"gaps": gaps_of(task, clock.now())}


@routes.post("/readers/found/<uuid:task_id>/answer")
@may(Permission.DECIDE)
@routes.arguments(AnswerIn)
@routes.response(200, AnsweredOut)
def answer(words, task_id):
    """Say of tags that nobody had expected whether they are there. Who says it cannot approve these lines."""
    who = current_person()
    with transaction():
        task = _seen_task(str(task_id), Permission.DECIDE)
        hand = Hand(who.id, who.id, MINUTE)
        settled = count_tags.answer(task, list(dict.fromkeys(words["accept"])), words["dismiss"], hand)
    return {"accepted": len(words["accept"]), "dismissed": len(words["dismiss"]), "settled_before": len(settled)}


def _task(task_id, permission):
    return count_tags.task_in([row.id for row in warehouses(permission)], task_id)


def _own_task(task_id):
    """A task that one holds; or another's, for somebody who may not be asked to count its places again: what a round
    before theirs found is none of their business."""
    task, who = _task(task_id, Permission.READ_TASKS), current_person()
    if task.claimed_by != who.id and _is_blind(task, who):
        raise TaskClosed() if task.state == "submitted" else TaskTaken(name=task.holder)
    return task


def _is_blind(task, who):
    return bool(blind_places([task.warehouse_id], who)[task.warehouse_id] & places_of(task).keys())


def _seen_task(task_id, permission=Permission.READ_BOOK):
    """A task whose round is closed, for somebody who counts none of its places."""
    task = _task(task_id, permission)
    if _is_blind(task, current_person()):
        raise NotFound()
    count_tags.refuse_open(task)
    return task


def _watched(task):
    seen = count_tags.watch(task, clock.now())
    return {
        "tags": seen.tags,
        "reads": seen.reads,
        "curve": [{"at": at, "new": new} for at, new in seen.curve],
        "keep_sweeping": seen.keep_sweeping,
        "gaps": seen.gaps,
    }


def _said(one, key, places, items):
    return {
        "tag": one.tag,
        "location": places.get(key[0] if key else one.place),
        "sku": items[key[1]].sku if key else None,
        "lot": key[2] if key else "",
        "serial": one.means.serial if one.means else None,
        "near": one.near,
        "reads": one.reads,
        "rssi_dbm": None if one.peak is None else one.peak / 100,
        "first_at": one.first,
        "last_at": one.last,
    }
