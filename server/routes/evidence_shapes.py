"""The shapes of a line's evidence: rounds, moves, causes, decisions; what is laid before a person who decides."""

from marshmallow import fields

from server.routes.shapes import Instant, Qty, Shape


class StatementOut(Shape):
    """One statement of a round."""

    id = fields.UUID()
    kind = fields.String()
    quantity = Qty()
    at = Instant()
    device_at = Instant()
    posted_at = Instant()
    person = fields.String()
    brought_by = fields.String(metadata={"description": "who sent it in that person's stead, if anyone"})
    device = fields.String()
    method = fields.String(allow_none=True)
    code = fields.String(allow_none=True)
    serial = fields.String(allow_none=True)
    photo = fields.String(allow_none=True)
    superseded = fields.Boolean()


class RoundOut(Shape):
    """What one round said."""

    round = fields.Integer()
    counted_qty = Qty()
    book_qty = Qty()
    variance_qty = Qty()
    span_from = Instant()
    as_of = Instant()
    contaminated = fields.Boolean()
    control = fields.Boolean()
    task = fields.UUID(attribute="task_id")
    doubt = fields.String(allow_none=True, metadata={"description": "data_gap, unexpected_tags or duplicate_tag"})
    by = fields.List(fields.String())
    entries = fields.List(fields.Nested(StatementOut))


class LineMoveOut(Shape):
    """A move of the position; `quantity` is signed as the position saw it."""

    id = fields.UUID()
    kind = fields.String()
    source = fields.String(data_key="from")
    target = fields.String(data_key="to")
    quantity = Qty()
    effective_at = Instant()
    posted_at = Instant()
    document = fields.String(allow_none=True)
    person = fields.String(allow_none=True)
    between = fields.Boolean()


class ElsewhereOut(Shape):
    """The same item's variance in another place."""

    id = fields.UUID()
    location = fields.String()
    variance_qty = Qty()
    state = fields.String()
    as_of = Instant()


class RelocationOut(Shape):
    """An equal and opposite variance: offered as one move."""

    other = fields.UUID(data_key="with")
    location = fields.String()
    source = fields.String(data_key="from")
    target = fields.String(data_key="to")
    quantity = Qty()


class CauseOut(Shape):
    """A candidate cause, likeliest first."""

    code = fields.String()
    loss_type = fields.String()
    name = fields.String()
    score = fields.Integer()
    why = fields.String()


class ApprovalOut(Shape):
    """Somebody's approval."""

    person = fields.String()
    tier = fields.String(allow_none=True)
    at = Instant()


class RequiredOut(Shape):
    """What a decision takes."""

    tier = fields.String(allow_none=True)
    approvals_needed = fields.List(fields.String())
    approvals = fields.List(fields.Nested(ApprovalOut))
    note = fields.Boolean()
    photo = fields.Boolean()


class DecisionOut(Shape):
    """A word on the line."""

    id = fields.UUID()
    act = fields.String()
    person = fields.String()
    at = Instant()
    reason = fields.String(allow_none=True)
    cause = fields.String(allow_none=True)
    stage = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    photos = fields.List(fields.String())
    policy = fields.String(attribute="policy_id", allow_none=True)


class RestatementOut(Shape):
    """What a late move corrected; `quantity` is signed."""

    id = fields.UUID()
    quantity = Qty()
    effective_at = Instant()
    posted_at = Instant()


class HistoryOut(Shape):
    """An earlier count of the position."""

    as_of = Instant()
    variance_qty = Qty()


class SerialsOut(Shape):
    """Serials: where the book and the last round differ."""

    missing = fields.List(fields.String())
    unexpected = fields.List(fields.String())


class LineCaseOut(Shape):
    """A case about the line."""

    id = fields.UUID()
    kind = fields.String()
    state = fields.String()
    opened_at = Instant()
