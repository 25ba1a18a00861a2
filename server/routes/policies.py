"""Policies: tolerances, tiers, deadlines, rounds; data with a date from which it holds."""

from flask_smorest import Blueprint
from marshmallow import fields, validate

from server import clock
from server.cases.rules import KINDS, SEVERITIES
from server.catalog.policy import add_policy, latest, policies_of, policy_of, spoken
from server.db import fetch, given, transaction
from server.people.rules import Permission
from server.routes.door import current_person, everywhere, may, warehouse, warehouses
from server.routes.shapes import (
    Id,
    Instant,
    Money,
    PageQuery,
    Qty,
    Query,
    Shape,
    Words,
    choice,
    page_of,
    paged,
    read_cursor,
    text,
)
from server.sop.rules import STEPS

routes = Blueprint("policies", __name__, description="The standing rules of a warehouse, and since when they hold.")
LEAVING = ("scrap", "sample", "gift", "internal_use")
_not_negative = validate.Range(min=0, error="out_of_range")


def _whole(least, most):
    return fields.Integer(strict=True, validate=validate.Range(least, most, error="out_of_range"))


def _limit(kind, **words):
    return kind(validate=_not_negative, **words)


class LimitsShape(Shape):
    """How far a line may be off in one direction; all limits that are set must hold. `percent` of the book."""

    quantity = _limit(Qty, allow_none=True)
    percent = _limit(Qty, allow_none=True)
    value = _limit(Money, allow_none=True)


class ToleranceShape(Shape):
    """Found too much (`plus`) and too little (`minus`). A side that is left out passes nothing."""

    plus = fields.Nested(LimitsShape)
    minus = fields.Nested(LimitsShape)


class TolerancesShape(Shape):
    """Looked up in this order: the item's own, tracked by serial or lot, weighed, its class, the default."""

    items = fields.Dict(text(), fields.Nested(ToleranceShape))
    classes = fields.Dict(
        fields.String(validate=validate.OneOf(["A", "B", "C"], error="not_a_choice")), fields.Nested(ToleranceShape)
    )
    serial_tracked = fields.Nested(ToleranceShape)
    lot_tracked = fields.Nested(ToleranceShape)
    weighed = fields.Nested(ToleranceShape)
    default = fields.Nested(ToleranceShape)


class TierShape(Shape):
    """The most that a supervisor, and a manager, may settle; above that a manager and finance."""

    supervisor = _limit(Money)
    manager = _limit(Money)


class TiersShape(Shape):
    """By the value of the line, and by that of the whole document."""

    line = fields.Nested(TierShape)
    document = fields.Nested(TierShape)


class DeadlineShape(Shape):
    """Hours until a recount, a decision, a cause is overdue."""

    recount = _whole(1, 10_000)
    decision = _whole(1, 10_000)
    cause = _whole(1, 10_000)


def _share():
    return Qty(validate=validate.Range(0, 1000, error="out_of_range"))


def _percent():
    return Qty(validate=validate.Range(0, 10_000_000, error="out_of_range"))


class CountPhotosShape(Shape):
    """Which counts take a photo: all of these items (by sku), and a share of the bins, 0 to 1, by chance."""

    items = fields.List(text(), validate=validate.Length(max=5000, error="too_many"))
    share = _share()


class HandlingShape(Shape):
    """Receiving, picking and the rest. `*_over`: the value from which on; null means never. `*_share`: 0 to 1."""

    receive_blind = fields.Boolean(metadata={"description": "who receives is not told what was announced"})
    receive_check_over = _limit(Money, allow_none=True)
    receive_check_first_lot = fields.Boolean()
    receive_check_unannounced = fields.Boolean()
    receive_check_share = _share()
    transfer_check_share = _share()
    pick_check_over = _limit(Money, allow_none=True)
    pick_check_share = _share()
    over_receipt_percent = _percent()
    over_receipt_items = fields.Dict(text(), _percent())
    near_expiry_days = _whole(0, 36_500)
    near_expiry_share = _share()
    short_count = fields.Boolean()
    zero_count = fields.Boolean()
    low_quantity = _limit(Qty, allow_none=True)
    count_cooldown_hours = _whole(0, 10_000)
    counts_per_day = _whole(0, 100_000)
    approval_over = fields.Dict(choice(*LEAVING), _limit(Money, allow_none=True))
    photo_over = fields.Dict(choice(*LEAVING), _limit(Money, allow_none=True))
    exchange_days = _whole(1, 10_000)


class CasesShape(Shape):
    """Cases: hours until their end, by severity and by kind; what each further tier gets; what an end takes."""

    hours = fields.Dict(choice(*SEVERITIES), _whole(1, 10_000))
    kind_hours = fields.Dict(choice(*KINDS), _whole(1, 10_000))
    escalate_hours = _whole(1, 10_000)
    high_over = _limit(Money, allow_none=True)
    cause_for = fields.List(choice(*SEVERITIES))
    photo_for = fields.List(choice(*SEVERITIES))
    archive_days = _whole(0, 36_500)


class ReadersShape(Shape):
    """Readers: may doors post by themselves what is all of one document; days that what they sent is kept raw."""

    auto_post = fields.Boolean()
    raw_days = _whole(0, 3_650)


class PolicyBodyShape(Shape):
    """A policy. What is left out is as in the defaults (`GET /policies/current` shows all of it)."""

    tolerances = fields.Nested(TolerancesShape)
    rounds_max = _whole(1, 9)
    control_share = Qty(validate=validate.Range(0, 1000, error="out_of_range"))
    auto_post = fields.Boolean()
    auto_post_value_max = _limit(Money)
    tiers = fields.Nested(TiersShape)
    note_over = _limit(Money, allow_none=True)
    photo_over = _limit(Money, allow_none=True)
    count_photos = fields.Nested(CountPhotosShape)
    deadline_hours = fields.Nested(DeadlineShape)
    lease_minutes = _whole(1, 10_000)
    lock_hours = _whole(1, 1000)
    task_locations_max = _whole(1, 5_000)
    clock_jump_seconds = _whole(1, 86_400)
    clock_tolerance_ms = _whole(0, 600_000)
    evidence_days = _whole(1, 3_650)
    quiz_steps = fields.List(choice(*STEPS), metadata={"description": "whose quiz everybody passes once, first"})
    handling = fields.Nested(HandlingShape)
    cases = fields.Nested(CasesShape)
    readers = fields.Nested(ReadersShape)


class PolicyIn(Words):
    """A policy as it is made. Without `warehouse` it is for all of them; without `holds_from` it holds from now."""

    id = Id(required=True)
    warehouse = text(allow_none=True, load_default=None)
    holds_from = Instant(allow_none=True, load_default=None)
    body = fields.Nested(PolicyBodyShape, required=True)


class PolicyOut(Shape):
    """A policy. `id` is null for the built-in defaults."""

    id = Id(allow_none=True)
    warehouse = fields.String(allow_none=True)
    holds_from = Instant(allow_none=True)
    body = fields.Dict()
    made_by = fields.String(allow_none=True)


class PolicyQuery(PageQuery):
    """`?warehouse=`: those that matter there."""

    warehouse = text(load_default=None)


class CurrentQuery(Query):
    """`?warehouse=`; `at` defaults to now."""

    warehouse = text(required=True)
    at = Instant(load_default=None)


@routes.post("/policies")
@may(Permission.EDIT_POLICY)
@routes.arguments(PolicyIn)
@routes.response(201, PolicyOut)
def add(policy):
    """Let a policy hold from now, or from a time to come. Policies are never edited."""
    with transaction():
        here = _meant(policy["warehouse"])
        body = PolicyBodyShape().dump(policy["body"])
        made, is_new = add_policy(policy["id"], here and here.id, body, current_person().id, policy["holds_from"])
        return _seen([made])[0], 201 if is_new else 200


@routes.get("/policies")
@may(Permission.READ_POLICY)
@routes.arguments(PolicyQuery, location="query")
@routes.response(200, page_of("Policy", PolicyOut))
def policies(query):
    """Policies that hold, held or will hold, newest first."""
    here = [one.id for one in warehouses(Permission.READ_POLICY, query["warehouse"])]
    found = policies_of(here, query["limit"], read_cursor(query["cursor"], int, str))
    page = paged(found, query["limit"], lambda policy: (policy.holds_from, policy.id))
    return {**page, "items": _seen(page["items"])}


@routes.get("/policies/current")
@may(Permission.READ_POLICY)
@routes.arguments(CurrentQuery, location="query")
@routes.response(200, PolicyOut)
def current(query):
    """The whole policy that holds in a warehouse, defaults included."""
    here = warehouse(query["warehouse"], Permission.READ_POLICY)
    policy = latest(here.id, clock.now() if query["at"] is None else query["at"])
    if policy is None:
        return {"id": None, "warehouse": None, "holds_from": None, "body": spoken({}), "made_by": None}
    return {**_seen([policy])[0], "body": spoken(policy.body)}


@routes.get("/policies/<uuid:policy_id>")
@may(Permission.READ_POLICY)
@routes.response(200, PolicyOut)
def one(policy_id):
    """One policy as it was made; `GET /policies/current` tells what its gaps stand for."""
    policy = policy_of(str(policy_id), [house.id for house in warehouses(Permission.READ_POLICY)])
    return _seen([policy])[0]


def _meant(code):
    if code is None:
        return everywhere(Permission.EDIT_POLICY)
    return warehouse(code, Permission.EDIT_POLICY)


def _seen(made):
    """Policies with the codes and names that people know."""
    codes = {row.id: row.code for row in fetch("SELECT id, code FROM warehouses")}
    names = {
        row.id: row.username
        for row in fetch(
            f"SELECT p.id, p.username FROM {given('ids', id='id')} w JOIN persons p ON p.id = w.id",
            ids=[(policy.made_by,) for policy in made],
        )
    }
    return [
        {
            "id": policy.id,
            "warehouse": codes.get(policy.warehouse_id),
            "holds_from": policy.holds_from,
            "body": policy.body,
            "made_by": names.get(policy.made_by),
        }
        for policy in made
    ]
