"""How documents look on the wire. Whatever holds a quantity is absent for those who may not hear it."""

from marshmallow import ValidationError, fields, validate, validates_schema

from server.catalog.words import STAGES
from server.handling.rules import KINDS, PRIORITIES, STATES
from server.routes.shapes import Id, Instant, Money, PageQuery, Qty, Shape, Words, choice, prose, text

DAY = validate.Regexp(r"^\d{4}-\d{2}-\d{2}$", error="not_date")


class Day(fields.Date):
    """`YYYY-MM-DD`, as text."""

    def _deserialize(self, value, attr, data, **kwargs):
        return super()._deserialize(value, attr, data, **kwargs).isoformat()

    def _serialize(self, value, attr, obj, **kwargs):
        return value


class DocumentLineIn(Words):
    """How much of what. `role`: of an order, what is used (`input`) and what is made (`output`)."""

    sku = text(required=True)
    quantity = Qty(required=True, validate=validate.Range(1, error="out_of_range"))
    lot = text(load_default=None, allow_none=True)
    role = choice("goods", "input", "output", load_default="goods")


class DocumentIn(Words):
    """A document. Without `number` it gets one. `ship_by` and `expected_on` are days where the warehouse stands.

    `about`: the customer's return (id or number) whose damaged goods this one scraps or sends back.
    """

    id = Id(required=True)
    warehouse = text(required=True)
    kind = choice(*[kind for kind in KINDS if kind != "transfer_in"], required=True)
    number = text(load_default=None, allow_none=True)
    partner = text(load_default=None, allow_none=True)
    to_warehouse = text(load_default=None, allow_none=True)
    location = text(load_default=None, allow_none=True)
    expected_on = Day(load_default=None, allow_none=True)
    ship_by = Day(load_default=None, allow_none=True)
    due_at = Instant(load_default=None, allow_none=True)
    assign_to = text(load_default=None, allow_none=True)
    priority = choice(*PRIORITIES, load_default=None, allow_none=True)
    reason = text(load_default=None, allow_none=True)
    note = prose(load_default=None, allow_none=True)
    photo = Id(load_default=None, allow_none=True)
    about = text(load_default=None, allow_none=True)
    lines = fields.List(
        fields.Nested(DocumentLineIn), load_default=list, validate=validate.Length(max=5000, error="too_many")
    )

    @validates_schema
    def _fits(self, body, **_):
        if body.get("kind") == "transfer" and not body.get("to_warehouse"):
            raise ValidationError({"to_warehouse": ["required"]})
        if body.get("kind") == "transfer" and body.get("to_warehouse") == body.get("warehouse"):
            raise ValidationError({"to_warehouse": ["same_place"]})


class DocumentProgressOut(Shape):
    """How far it is, in lines; no quantities. What came of checks only for those who may hear it."""

    lines = fields.Integer()
    stated = fields.Integer()
    waiting = fields.Integer()
    differs = fields.Integer()
    done = fields.Integer()


class FollowerOut(Shape):
    """A document that follows from another one."""

    id = fields.UUID()
    kind = fields.String()
    number = fields.String()
    state = fields.String()


class DocumentOut(Shape):
    """A document. `about`: the exchange or return that it follows from; `followed_by`: what follows from this one."""

    id = fields.UUID()
    warehouse = fields.String()
    kind = fields.String()
    number = fields.String()
    state = fields.String()
    partner = fields.String(allow_none=True)
    announced = fields.Boolean()
    tied_to = fields.String(allow_none=True)
    about = fields.String(allow_none=True)
    followed_by = fields.List(fields.Nested(FollowerOut))
    to_warehouse = fields.String(allow_none=True)
    location = fields.String(allow_none=True)
    expected_on = fields.String(allow_none=True)
    due_at = Instant(allow_none=True)
    late = fields.Boolean()
    assignee = fields.String(allow_none=True)
    priority = choice(*PRIORITIES)
    requested_by = fields.String(allow_none=True)
    requested_at = Instant()
    approved_by = fields.String(allow_none=True)
    approved_at = Instant(allow_none=True)
    submitted_at = Instant(allow_none=True)
    shipped_at = Instant(allow_none=True)
    closed_at = Instant(allow_none=True)
    reason = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    photo = fields.UUID(allow_none=True)
    progress = fields.Nested(DocumentProgressOut)


class DocumentLineOut(Shape):
    """A line. `quantity`: what is expected, for who may know."""

    line = fields.Integer()
    role = fields.String()
    sku = fields.String()
    name = fields.String()
    unit = fields.String()
    lot = fields.String()
    lot_tracked = fields.Boolean()
    serial_tracked = fields.Boolean()
    quantity = Qty()


class GoodsOut(Shape):
    """What it has come to. `state`: waiting (for a check), differs, agreed."""

    sku = fields.String()
    name = fields.String()
    unit = fields.String()
    lot = fields.String()
    expiry = fields.String(allow_none=True)
    condition = fields.String()
    state = fields.String()
    first_qty = Qty()
    agreed_qty = Qty(allow_none=True)
    done_qty = Qty()


class SaidOut(Shape):
    """What one person said. `mine`: it was I."""

    id = fields.UUID()
    step = fields.String()
    sku = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    lot = fields.String()
    serial = fields.String(allow_none=True)
    code = fields.String(allow_none=True)
    condition = fields.String()
    quantity = Qty()
    location = fields.String(allow_none=True)
    to = fields.String(allow_none=True)
    photo = fields.UUID(allow_none=True)
    reason = fields.String(allow_none=True)
    person = fields.String()
    mine = fields.Boolean()
    at = Instant()
    voided = fields.Boolean()


class HandOut(Shape):
    """Who had a hand in it, on which side."""

    side = fields.String()
    person = fields.String()


class OnTheWayOut(Shape):
    """What left the other warehouse and has not arrived; below zero: more came than was sent."""

    sku = fields.String()
    name = fields.String()
    lot = fields.String()
    quantity = Qty()


class GivenOut(Shape):
    """Somebody gave it to somebody: whose it was before, whose it is from then on (absent: whoever is free)."""

    at = Instant()
    person = fields.String()
    before = fields.String(allow_none=True)
    to = fields.String(allow_none=True)
    due_at = Instant(allow_none=True)
    priority = choice(*PRIORITIES)
    note = fields.String(allow_none=True)


class DocumentDetailOut(DocumentOut):
    """A document with its lines; statements of others only for those who may hear them, the last 500.

    `on_the_way`: of an arrival, for those who may hear it; `given`: who gave it to whom, the first act first;
    `tied`: deliveries without a document that count for this receipt; `value`: of its goods, for who decides by it.
    """

    value = Money()

    tied = fields.List(fields.Nested(FollowerOut))
    given = fields.List(fields.Nested(GivenOut))

    on_the_way = fields.List(fields.Nested(OnTheWayOut))

    lines = fields.List(fields.Nested(DocumentLineOut))
    goods = fields.List(fields.Nested(GoodsOut))
    hands = fields.List(fields.Nested(HandOut))
    statements = fields.List(fields.Nested(SaidOut))


class DocumentsQuery(PageQuery):
    """Which documents. `live=true`: those under way. `late=true`: due and not shipped, or shipped late.

    `incomplete=true`: exchanges of which a side is still open.
    """

    warehouse = text(load_default=None)
    kind = choice(*KINDS, load_default=None)
    state = choice(*STATES, load_default=None)
    number = text(load_default=None)
    live = fields.Boolean(load_default=False)
    late = fields.Boolean(load_default=False)
    incomplete = fields.Boolean(load_default=False)


class DecisionIn(Words):
    """The id of this act, and a word about it."""

    id = Id(required=True)
    note = prose(load_default=None, allow_none=True)


class SettledLineIn(Words):
    """So many there were."""

    sku = text(required=True)
    quantity = Qty(required=True, validate=validate.Range(0, error="out_of_range"))
    lot = text(load_default=None, allow_none=True)
    condition = choice("good", "damaged", load_default=None, allow_none=True)


class SettleIn(DecisionIn):
    """What a supervisor says about goods that two people disagree about."""

    lines = fields.List(
        fields.Nested(SettledLineIn), required=True, validate=validate.Length(1, 1000, error="too_many")
    )


class TieIn(DecisionIn):
    """To which receipt a delivery belongs: its number or id."""

    document = text(required=True)


class UntieIn(DecisionIn):
    """It belongs to no receipt, or to another one: `document`, its number or id."""

    document = text(load_default=None, allow_none=True)


class TransitIn(DecisionIn):
    """Why what is left on the way is lost, or why more came than was sent."""

    reason = text(required=True)
    cause = text(required=True)
    stage = choice(*[code for code, _, _ in STAGES], required=True)
    photos = fields.List(Id(), load_default=list, allow_none=True, validate=validate.Length(max=20, error="too_many"))


class PutawayBinOut(Shape):
    """A bin."""

    location = fields.String()
    zone = fields.String(allow_none=True)
    path_order = fields.Integer()


class PutawayOut(Shape):
    """Goods at the dock, and where they belong."""

    sku = fields.String()
    name = fields.String()
    lot = fields.String()
    quantity = Qty()
    bins = fields.List(fields.Nested(PutawayBinOut))
