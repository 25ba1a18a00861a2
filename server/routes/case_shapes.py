"""Cases on the wire: what is said of them, and what comes back."""

from marshmallow import fields, validate

from server.cases.rules import KINDS, MOST_WHYS, SEVERITIES
from server.catalog import words
from server.routes.shapes import Id, Instant, Money, PageQuery, Qty, Shape, Words, choice, prose, text

STAGES = [code for code, _, _ in words.STAGES]


class CaseOut(Shape):
    """A case."""

    id = fields.UUID()
    warehouse = fields.String()
    kind = fields.String()
    severity = fields.String()
    state = fields.String()
    location = fields.String(allow_none=True)
    zone = fields.String(allow_none=True)
    sku = fields.String(allow_none=True)
    name = fields.String(allow_none=True)
    lot = fields.String()
    quantity = Qty(allow_none=True)
    value = Money(allow_none=True)
    variance = fields.UUID(allow_none=True)
    owner = fields.String(allow_none=True)
    owner_name = fields.String(allow_none=True)
    responsible = fields.String(allow_none=True)
    responsible_name = fields.String(allow_none=True)
    tier = fields.String()
    opened_by = fields.String(allow_none=True)
    opened_at = Instant()
    deadline = Instant()
    overdue = fields.Boolean()
    closed_at = Instant(allow_none=True)
    cause = fields.String(allow_none=True)
    stage = fields.String(allow_none=True)
    verify_by = fields.String(allow_none=True)
    verify_state = fields.String(allow_none=True)
    archived = fields.Boolean()


class NoteOut(Shape):
    """A line of the trail."""

    id = fields.UUID()
    at = Instant()
    person = fields.String(allow_none=True)
    act = fields.String()
    text = fields.String(allow_none=True)
    about = fields.String(allow_none=True)
    photos = fields.List(fields.String())


class ActionOut(Shape):
    """A corrective action."""

    id = fields.UUID()
    text = fields.String()
    owner = fields.String()
    owner_name = fields.String()
    due_at = Instant()
    overdue = fields.Boolean()
    done_at = Instant(allow_none=True)
    done_by = fields.String(attribute="done_by_name", allow_none=True)
    done_note = fields.String(allow_none=True)
    mine = fields.Boolean()


class CaseDetailOut(CaseOut):
    """A case with its analysis, its actions, its whole trail and all its photos."""

    whys = fields.List(fields.String())
    analysed_by = fields.String(allow_none=True)
    analysed_at = Instant(allow_none=True)
    actions = fields.List(fields.Nested(ActionOut))
    verified_at = Instant(allow_none=True)
    verified_by = fields.String(allow_none=True)
    verified_line = fields.UUID(attribute="verified_line_id", allow_none=True)

    notes = fields.List(fields.Nested(NoteOut))
    photos = fields.List(fields.String())


class CasesQuery(PageQuery):
    """Which cases. `mine=true`: those I own or opened, or with an action that I am to do."""

    warehouse = text(load_default=None)
    state = choice("open", "working", "verifying", "closed", load_default=None)
    kind = choice(*KINDS, load_default=None)
    severity = choice(*SEVERITIES, load_default=None)
    overdue = fields.Boolean(load_default=False)
    mine = fields.Boolean(load_default=False)
    archived = fields.Boolean(load_default=False)


class CaseIn(Words):
    """A case that somebody opens."""

    id = Id(required=True)
    warehouse = text(required=True)
    kind = text(required=True)
    location = text(load_default=None, allow_none=True)
    sku = text(load_default=None, allow_none=True)
    lot = text(load_default=None, allow_none=True)
    quantity = Qty(load_default=None, allow_none=True)
    severity = choice(*SEVERITIES, load_default=None, allow_none=True)
    note = prose(load_default=None, allow_none=True)
    photos = fields.List(Id(), load_default=list, validate=validate.Length(max=20, error="too_many"))


class CaseChange(Shape):
    """Hand it over, move its deadline, begin work on it."""

    owner = text()
    deadline = Instant()
    severity = choice(*SEVERITIES)
    state = choice("open", "working")


class NoteIn(Words):
    """A word on a case."""

    id = Id(required=True)
    text = prose(required=True)


def _photos():
    return fields.List(Id(), load_default=list, validate=validate.Length(max=20, error="too_many"))


class CloseIn(Words):
    """How it ended, and what proves it."""

    id = Id(required=True)
    note = prose(load_default=None, allow_none=True)
    cause = text(load_default=None, allow_none=True)
    stage = choice(*STAGES, load_default=None, allow_none=True)
    photos = _photos()


class AnalysisIn(Words):
    """What the cause was, where it arose, and up to five answers to "why?"."""

    id = Id(required=True)
    cause = text(required=True)
    stage = choice(*STAGES, required=True)
    whys = fields.List(prose(1000), load_default=list, validate=validate.Length(max=MOST_WHYS, error="too_many"))
    note = prose(load_default=None)
    photos = _photos()


class ActionIn(Words):
    """What is to be done, until when. Without `owner` it falls to who answers for the case."""

    id = Id(required=True)
    owner = text(load_default=None)
    text = prose(1000, required=True)
    due_at = Instant(required=True)


class DoneIn(Words):
    """It is done, and what shows it."""

    id = Id(required=True)
    note = prose(load_default=None)
    photos = _photos()


class VerifyIn(Words):
    """`by: count` waits for the next count of the position; `by: person` says whether it helped."""

    id = Id(required=True)
    by = choice("count", "person", required=True)
    passed = fields.Boolean(load_default=None)
    note = prose(load_default=None)
    photos = _photos()


class ArchiveIn(Shape):
    """The id of this act."""

    id = Id(required=True)
