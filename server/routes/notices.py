"""What needs somebody: their cases, actions and documents, and what waits for their decision. Kept for offline."""

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.cases.notices import mark_seen, notices, seen_of
from server.clock import show_instant
from server.counting.blind import blind_places
from server.db import transaction
from server.handling.queries import documents_in
from server.handling.whose import heard_of
from server.people.rules import Permission
from server.reconcile import queries
from server.reconcile.decide import why_not
from server.routes.door import current_person, may, warehouses
from server.routes.shapes import Instant, Query, Shape, Words, page_of, text
from server.routes.tagged import tagged

routes = Blueprint("notices", __name__, description="What needs somebody, now")
MOST = 100
KINDS = (
    "verification_failed case_overdue action_overdue case_escalated approvals documents document_given document_taken"
    " case_deadline action_due case_routed action_ordered"
).split()  # what presses most comes first


class NoticesQuery(Query):
    """Of which warehouse."""

    warehouse = text(load_default=None)


class NoticeOut(Shape):
    """One thing that needs this person. `key` names it, and since when; `n`: how many wait for a decision.

    Of documents that somebody gave to them or took from them: `giver`, and `whose` it is now (nobody's: absent).
    """

    key = fields.String()
    kind = fields.String(metadata={"description": ", ".join(KINDS)})
    at = Instant()
    warehouse = fields.String()
    case = fields.UUID(allow_none=True)
    action = fields.UUID(allow_none=True)
    case_kind = fields.String(allow_none=True)
    severity = fields.String(allow_none=True)
    location = fields.String(allow_none=True)
    sku = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    text = fields.String(allow_none=True)
    document = fields.UUID(allow_none=True)
    number = fields.String(allow_none=True)
    document_kind = fields.String(allow_none=True)
    partner = fields.String(allow_none=True)
    giver = fields.String(allow_none=True)
    whose = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    due_at = Instant(allow_none=True)
    n = fields.Integer(allow_none=True)
    seen = fields.Boolean()


class SeenIn(Words):
    """The keys of notices that were seen."""

    keys = fields.List(text(), required=True, validate=validate.Length(min=1, max=500, error="too_many"))


@routes.get("/notices")
@may(Permission.READ_TASKS)
@routes.arguments(NoticesQuery, location="query")
@routes.response(200, page_of("Notice", NoticeOut))
@routes.alt_response(304, description="Nothing changed since the ETag that was sent", success=True)
def list_notices(asked):
    """What needs me, what is not seen yet and what presses most first. Answers 304 to a known ETag."""
    who, here = current_person(), warehouses(Permission.READ_TASKS, asked["warehouse"])
    houses = [row.id for row in here if who.may(Permission.READ_CASES, row.id)]
    blind = set().union(*blind_places(houses, who).values())
    found = notices(who.id, houses, blind, MOST)
    found += _lines(who, [row for row in here if who.may(Permission.READ_BOOK, row.id)], blind)
    found += _documents(who, [row for row in here if who.may(Permission.APPROVE_DOCUMENTS, row.id)])
    found += heard_of(who.id, [row.id for row in here], MOST)
    seen = seen_of(who.id, [one["key"] for one in found]) if found else set()
    items = [_shown(one, one["key"] in seen) for one in found]
    items.sort(key=lambda one: (one["seen"], KINDS.index(one["kind"]), one["due_at"] or "9", one["key"]))
    return tagged({"items": items, "next": None})


@routes.post("/notices/seen")
@may(Permission.READ_TASKS)
@routes.arguments(SeenIn)
@routes.response(204)
def see(body):
    """I have seen them. What happens anew is told anew."""
    with transaction():
        mark_seen(current_person().id, body["keys"])


def _lines(who, here, blind):
    """One notice a warehouse: so many differences wait for a decision of this person's tier."""
    rows = queries.queue([row.id for row in here], who.id, MOST * 5, None, blind, state="pending") if here else []
    mine = [row for row in rows if why_not(row, who, row.hat, row.requested_by) is None]
    return _waiting("approvals", mine, lambda row: row.judged_at, lambda row: row.deadline)


def _documents(who, here):
    rows = documents_in([row.id for row in here], MOST, state="requested") if here else []
    mine = [row for row in rows if row.requested_by != who.id]
    return _waiting("documents", mine, lambda row: row.requested_at, lambda row: row.due_at)


def _waiting(kind, rows, since, due):
    found = []
    for code in sorted({row.warehouse for row in rows}):
        waiting = [row for row in rows if row.warehouse == code]
        last = max(waiting, key=since)
        dues = [due(row) for row in waiting if due(row) is not None]
        said = {"key": f"{kind}:{last.id}:{since(last)}", "kind": kind, "at": since(last), "warehouse": code}
        found.append({**said, "n": len(waiting), "due_at": min(dues, default=None)})
    return found


def _shown(one, seen):
    times = {"at": show_instant(one["at"]), "due_at": show_instant(one["due_at"])}
    return {name: value for name, value in one.items() if value is not None} | times | {"seen": seen}
