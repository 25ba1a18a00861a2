"""Variances: the queue of those who decide, the evidence of one line, and the decision."""

from flask_smorest import Blueprint
from marshmallow import ValidationError, fields, validate, validates_schema

from server.catalog.policy import policy_for
from server.counting.blind import blind_places
from server.db import transaction
from server.errors import NotUnderstood
from server.people.named import PersonUnknown, workers_by_name
from server.people.rules import Permission
from server.reconcile import decide, evidence, queries
from server.reconcile.decide import Word
from server.reconcile.rules import STAGES, State, VarianceUnknown
from server.routes.door import current_person, language, may, warehouses
from server.routes.evidence_shapes import (
    CauseOut,
    DecisionOut,
    ElsewhereOut,
    HistoryOut,
    LineCaseOut,
    LineMoveOut,
    RelocationOut,
    RequiredOut,
    RestatementOut,
    RoundOut,
    SerialsOut,
)
from server.routes.plain import plain, plain_page
from server.routes.shapes import (
    UUID_TEXT,
    Id,
    Instant,
    Money,
    PageQuery,
    Qty,
    Shape,
    Words,
    choice,
    page_of,
    paged,
    prose,
    read_cursor,
    text,
)

routes = Blueprint("variances", __name__, description="Differences between book and shelf, and what is decided")
ACTS = ("approve", "reject", "recount")
MOST_LINES, MOST_WORDS = 5000, 500
STRETCH = 500
DECIDERS = (Permission.DECIDE, Permission.DECIDE_MANAGER, Permission.DECIDE_FINANCE)


class VariancesQuery(PageQuery):
    """Which lines. `over`: absolute value of at least this; `mine=true`: those I may decide now."""

    state = choice(*State, load_default=None)
    warehouse = text(load_default=None)
    sku = text(load_default=None)
    location = text(load_default=None)
    count = Id(load_default=None)
    over = Money(load_default=None)
    mine = fields.Boolean(load_default=False)


class VarianceOut(Shape):
    """A count line as judged: counted minus book, both at `as_of`."""

    id = fields.UUID()
    warehouse = fields.String()
    location = fields.String()
    sku = fields.String()
    name = fields.String()
    unit = fields.String()
    lot = fields.String()
    counted_qty = Qty()
    book_qty = Qty()
    variance_qty = Qty()
    variance_value = Money()
    as_of = Instant()
    round = fields.Integer()
    state = fields.String()
    tier = fields.String(allow_none=True)
    contaminated = fields.Boolean()
    unexpected = fields.Boolean()
    count = fields.UUID(attribute="count_id")
    deadline = Instant(allow_none=True)
    overdue = fields.Boolean()
    may_decide = fields.Boolean()
    why_not = fields.String(allow_none=True)
    flags = fields.List(fields.String())


VariancePage = page_of("Variance", VarianceOut)
_line = plain(VarianceOut)


class EvidenceOut(VarianceOut):
    """All that is known of a line, before a person decides and for ever after."""

    rounds = fields.List(fields.Nested(RoundOut))
    moves = fields.List(fields.Nested(LineMoveOut))
    elsewhere = fields.List(fields.Nested(ElsewhereOut))
    relocation = fields.Nested(RelocationOut, allow_none=True)
    causes = fields.List(fields.Nested(CauseOut))
    required = fields.Nested(RequiredOut)
    decisions = fields.List(fields.Nested(DecisionOut))
    restatements = fields.List(fields.Nested(RestatementOut))
    history = fields.List(fields.Nested(HistoryOut))
    serials = fields.Nested(SerialsOut, allow_none=True)
    cases = fields.List(fields.Nested(LineCaseOut))


class WordIn(Words):
    """A decision: its own id, and the why."""

    id = Id(required=True)
    reason = text(load_default=None, allow_none=True)
    cause = text(load_default=None, allow_none=True)
    stage = choice(*STAGES, load_default=None, allow_none=True)
    note = prose(load_default=None, allow_none=True)
    photos = fields.List(Id(), load_default=list, allow_none=True, validate=validate.Length(max=20, error="too_many"))

    def word(self, body):
        """The same as a value for the verbs."""
        return Word(body["id"], body["reason"], body["cause"], body["stage"], body["note"], tuple(body["photos"] or ()))


class RecountIn(WordIn):
    """Somebody in particular, or anybody else."""

    assign_to = text(load_default=None, allow_none=True)


class RelocateIn(WordIn):
    """The other line."""

    other = Id(required=True, data_key="with")


_act = {"metadata": {"description": "approve, reject or recount"}}


class OneDecisionIn(WordIn):
    """What is decided about one of many."""

    act = choice(*ACTS, required=True, **_act)
    variance = Id(required=True)


class DecideIn(WordIn):
    """Many lines at once, all or none: one word about all `variances`, or `decisions`, each with a word of its own."""

    id = Id()
    act = choice(*ACTS, **_act)
    variances = fields.List(Id(), validate=validate.Length(1, MOST_LINES, error="too_many"))
    decisions = fields.List(fields.Nested(OneDecisionIn), validate=validate.Length(1, MOST_WORDS, error="too_many"))

    @validates_schema
    def _one_form(self, said, **_):
        wrong = {}
        for name in ("act", "variances"):
            if (name in said) == ("decisions" in said):
                wrong[name] = ["unknown_field" if name in said else "required"]
        if "id" not in said and "decisions" not in said:
            wrong["id"] = ["required"]
        lines = [one["variance"] for one in said.get("decisions", ())]
        if len(set(lines)) != len(lines):
            wrong["decisions"] = ["already_used"]
        if wrong:
            raise ValidationError(wrong)


_EXAMPLE = {
    "id": "0192f5a2-3c1e-7b4e-8f7e-2a6cfa1d2b77",
    "reason": "damage",
    "cause": "physical.packaging_damage",
    "stage": "storage",
    "note": "two boxes crushed on the lower shelf",
}


@routes.get("/variances")
@may(Permission.READ_BOOK)
@routes.arguments(VariancesQuery, location="query")
@routes.response(200, VariancePage)
def list_variances(asked):
    """Lines: those that wait for a decision first, the most valuable first."""
    who = current_person()
    houses = [row.id for row in warehouses(Permission.READ_BOOK, asked["warehouse"])]
    after = read_cursor(asked["cursor"], int, int, str)
    if after and not UUID_TEXT.fullmatch(after[2]):
        raise NotUnderstood(fields={"cursor": ["invalid"]})
    wanted = {name: asked[name] for name in ("state", "sku", "location", "count", "over")}
    if asked["mine"]:
        return plain_page(_mine(who, houses, asked, wanted, after), _line)
    rows = queries.queue(houses, who.id, asked["limit"], after, _blind(houses), **wanted)
    page = paged(rows, asked["limit"], lambda row: _place(row._mapping))
    return plain_page({**page, "items": [evidence.shown(row, who) for row in page["items"]]}, _line)


@routes.get("/variances/<uuid:variance_id>")
@may(Permission.READ_BOOK)
@routes.response(200, EvidenceOut)
def show_variance(variance_id):
    """The evidence of one line: every round, ninety days of moves, what else is off, likely causes, the whole trail."""
    who = current_person()
    row = _find(variance_id)
    _, policy = policy_for(row.warehouse_id, row.judged_at)
    return evidence.of(row, who, policy, language(), _blind([row.warehouse_id]))


@routes.post("/variances/<uuid:variance_id>/approve")
@may(*DECIDERS)
@routes.arguments(WordIn, example=_EXAMPLE)
@routes.response(200, VarianceOut)
def approve_variance(body, variance_id):
    """Approve a variance and post its adjustment."""
    with transaction():
        row = _find(variance_id)
        decide.approve(row.warehouse_id, [row.id], current_person(), WordIn().word(body))
        return _after(variance_id)


@routes.post("/variances/<uuid:variance_id>/reject")
@may(*DECIDERS)
@routes.arguments(WordIn)
@routes.response(200, VarianceOut)
def reject_variance(body, variance_id):
    """Reject a count: nothing is posted."""
    with transaction():
        row = _find(variance_id)
        decide.reject(row.warehouse_id, [row.id], current_person(), WordIn().word(body))
        return _after(variance_id)


@routes.post("/variances/<uuid:variance_id>/recount")
@may(*DECIDERS)
@routes.arguments(RecountIn)
@routes.response(200, VarianceOut)
def recount_variance(body, variance_id):
    """Have a line counted once more, by somebody who has not counted it."""
    with transaction():
        row = _find(variance_id)
        assignee = None
        if body["assign_to"]:
            assignee = workers_by_name([body["assign_to"]], row.warehouse_id).get(body["assign_to"])
            if assignee is None:
                raise PersonUnknown(person=body["assign_to"], fields={"assign_to": ["unknown"]})
        decide.order_recount(row.warehouse_id, [row.id], current_person(), WordIn().word(body), assignee)
        return _after(variance_id)


@routes.post("/variances/<uuid:variance_id>/relocate")
@may(*DECIDERS)
@routes.arguments(RelocateIn)
@routes.response(200, VarianceOut)
def relocate_variances(body, variance_id):
    """Settle two equal and opposite variances of one item as one move."""
    with transaction():
        row = _find(variance_id)
        decide.relocate(row.warehouse_id, row.id, body["other"], current_person(), WordIn().word(body))
        return _after(variance_id)


@routes.post("/variances/decide")
@may(*DECIDERS)
@routes.arguments(DecideIn, example=_EXAMPLE | {"act": "approve", "variances": [_EXAMPLE["id"]]})
@routes.response(200, VariancePage)
def decide_variances(body):
    """Decide about many lines at once: one transaction, all or none."""
    who = current_person()
    verbs = {"approve": decide.approve, "reject": decide.reject, "recount": decide.order_recount}
    ids = body.get("variances") or [one["variance"] for one in body["decisions"]]
    with transaction():
        house_of = {row.id: row.warehouse_id for row in _find_many(ids)}
        for word, lines in _decisions(body):
            for warehouse_id in sorted({house_of[line] for line in lines}):
                here = [line for line in lines if house_of[line] == warehouse_id]
                verbs[word["act"]](warehouse_id, here, who, WordIn().word(word))
        shown = [evidence.shown(row, who) for row in _find_many(ids)]
        return plain_page({"items": shown, "next": None}, _line)


def _decisions(body):
    """(word, ids of the lines that it is about) of either form."""
    if "variances" in body:
        return [(body, list(dict.fromkeys(body["variances"])))]
    return [(one, [one["variance"]]) for one in body["decisions"]]


def _mine(who, houses, asked, wanted, after):
    """Only what this person may decide now. The rule is not SQL, so the queue is sifted, a stretch at a time."""
    found = []
    while len(found) <= asked["limit"]:
        rows = queries.queue(houses, who.id, STRETCH, after, _blind(houses), **wanted)
        waiting = [row for row in rows[:STRETCH] if row.rank == 0]
        seen = [evidence.shown(row, who) for row in waiting]
        found += [line for line in seen if line["may_decide"]]
        if len(waiting) < STRETCH or len(rows) == STRETCH:
            break
        after = _place(waiting[-1]._mapping)
    return paged(found, asked["limit"], _place)


def _place(line):
    """Where a line stands in the queue, for cursors."""
    return line["rank"], int(line["weight"]), line["id"]


def _find(variance_id):
    houses = [row.id for row in warehouses(Permission.READ_BOOK)]
    rows = queries.queue(houses, current_person().id, 1, None, _blind(houses), id=str(variance_id))
    if not rows:
        raise VarianceUnknown()
    return rows[0]


def _find_many(ids):
    houses = [row.id for row in warehouses(Permission.READ_BOOK)]
    rows = queries.named(houses, current_person().id, ids, _blind(houses))
    if len(rows) != len(set(ids)):
        raise VarianceUnknown()
    return rows


def _blind(houses):
    return set().union(*blind_places(houses, current_person()).values())


def _after(variance_id):
    return evidence.shown(_find(variance_id), current_person())
