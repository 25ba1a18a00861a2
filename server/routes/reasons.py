"""Reasons and causes: the words for why."""

from flask_smorest import Blueprint
from marshmallow import ValidationError, fields, validate, validates_schema

from server.catalog.reasons import add_reason, change_reason, reason_of, reasons_of
from server.catalog.words import LOSS_TYPES, STAGES
from server.db import transaction
from server.people.rules import Permission
from server.routes.door import language, may
from server.routes.shapes import Id, Query, Shape, Words, choice, text

routes = Blueprint("reasons", __name__, description="Why stock differs: reasons, causes by loss type, and stages.")
_loss_types = [code for code, _, _ in LOSS_TYPES]


class ReasonIn(Words):
    """A reason, or a cause of one of the four loss types. `code` is its name for good; an `id` beside it is not kept.

    `name`: for who has one word for both languages.
    """

    id = Id()
    name = text()
    code = fields.String(
        required=True,
        validate=[
            validate.Length(1, 60, error="too_long"),
            validate.Regexp(r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)?\Z", error="wrong_characters"),
        ],
    )
    kind = choice("reason", "cause", load_default="reason")
    loss_type = choice(*_loss_types, allow_none=True, load_default=None)
    en = text()
    zh = text()

    @validates_schema
    def _named(self, said, **_):
        missing = {word: ["required"] for word in ("en", "zh") if word not in said and "name" not in said}
        if missing:
            raise ValidationError(missing)


class ReasonChange(Shape):
    """What may change of a reason."""

    en = text()
    zh = text()
    active = fields.Boolean(truthy={True}, falsy={False})


class WordOut(Shape):
    """A word in both languages; `name` is in the reader's."""

    code = fields.String()
    en = fields.String()
    zh = fields.String()
    name = fields.String()


class ReasonOut(WordOut):
    """A reason or cause."""

    kind = fields.String()
    loss_type = fields.String(allow_none=True)


class ReasonsOut(Shape):
    """All reasons, and the two short lists that go with them."""

    items = fields.List(fields.Nested(ReasonOut))
    next = fields.String(allow_none=True)
    stages = fields.List(fields.Nested(WordOut))
    loss_types = fields.List(fields.Nested(WordOut))


class ReasonQuery(Query):
    """`kind`: only reasons, or only causes."""

    kind = choice("reason", "cause", load_default=None)


@routes.get("/reasons")
@may(Permission.READ_CATALOGUE)
@routes.arguments(ReasonQuery, location="query")
@routes.response(200, ReasonsOut)
def reasons(query):
    """Reasons and causes, stages, loss types."""
    return {
        "items": [_seen(reason) for reason in reasons_of(query["kind"])],
        "next": None,
        "stages": [_word(*stage) for stage in STAGES],
        "loss_types": [_word(*loss_type) for loss_type in LOSS_TYPES],
    }


@routes.post("/reasons")
@may(Permission.EDIT_CATALOGUE)
@routes.arguments(ReasonIn)
@routes.response(201, ReasonOut)
def add(reason):
    """Add a reason or a cause of the company's own."""
    words = {word: reason.get(word) or reason["name"] for word in ("en", "zh")}
    with transaction():
        added, is_new = add_reason(reason["code"], reason["kind"], loss_type=reason["loss_type"], **words)
        return _seen(added), 201 if is_new else 200


@routes.get("/reasons/<code>")
@may(Permission.READ_CATALOGUE)
@routes.response(200, ReasonOut)
def reason(code):
    """One reason or cause."""
    return _seen(reason_of(code))


@routes.patch("/reasons/<code>")
@may(Permission.EDIT_CATALOGUE)
@routes.arguments(ReasonChange)
@routes.response(200, ReasonOut)
def change(changes, code):
    """Change the words of a reason, or retire it."""
    with transaction():
        return _seen(change_reason(code, **changes))


def _seen(reason):
    return {**_word(reason.code, reason.en, reason.zh), "kind": reason.kind, "loss_type": reason.loss_type}


def _word(code, en, zh):
    return {"code": code, "en": en, "zh": zh, "name": zh if language() == "zh" else en}
