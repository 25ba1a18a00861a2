"""How things are written on the wire: quantities, money, instants, ids, pages. Marshmallow fields that speak in codes.

Every message is a code of `errors.FIELD_WORDS`, so that a client can act on it and a person can read it in their
language.
"""

import base64
import re

import marshmallow as ma
import msgspec
from flask_smorest import Blueprint
from marshmallow import fields

from server import quantity
from server.clock import NotAnInstant, read_instant, show_instant
from server.errors import NotUnderstood
from server.quantity import NotANumber
from server.routes.body import Body

UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
CODE_TEXT = r"[^\x00-\x1f\x7f\ud800-\udfff]+"  # lone surrogates are no text: no database can store them

Blueprint.ARGUMENTS_PARSER = Body()  # every file of a route imports this one before it says what it takes
_COMMON = {"required": "required", "null": "not_null", "validator_failed": "invalid"}
fields.Field.default_error_messages = _COMMON
_CODES = {
    fields.String: {"invalid": "not_text", "invalid_utf8": "not_text"},
    fields.Boolean: {"invalid": "not_true_or_false"},
    fields.Integer: {"invalid": "not_whole", "too_large": "out_of_range"},
    fields.List: {"invalid": "not_list"},
    fields.Dict: {"invalid": "not_object"},
    fields.Nested: {"type": "not_object"},
    fields.Date: {"invalid": "not_date", "format": "not_date"},
}
for _kind, _messages in _CODES.items():
    _kind.default_error_messages = {**_kind.default_error_messages, **_messages}


class Shape(ma.Schema):
    """What comes in: unknown fields are refused, so that a misspelt one is not lost in silence."""

    error_messages = {"unknown": "unknown_field", "type": "not_object"}

    class Meta:
        unknown = ma.RAISE
        ordered = True

    def get_attribute(self, obj, attr, default):
        """Of a mapping its keys only: every dict has `items` and `values` of its own, which are not ours."""
        return obj.get(attr, default) if isinstance(obj, dict) else super().get_attribute(obj, attr, default)


class Words(Shape):
    """What somebody posts: `null` for what may be left out says the same as leaving it out, unless null says so."""

    NULL_SAYS: tuple[str, ...] = ()

    def on_bind_field(self, field_name, field_obj):
        field_obj.allow_none = field_obj.allow_none or not field_obj.required  # so that the document says it too

    @ma.pre_load
    def _null_says_nothing(self, said, **_):
        if not isinstance(said, dict):
            return said
        optional = {field.data_key or name for name, field in self.load_fields.items() if not field.required}
        optional -= set(self.NULL_SAYS)
        return {name: value for name, value in said.items() if value is not None or name not in optional}


class Query(Shape):
    """Arguments of the query string: unknown ones are passed over, and so are empty ones, unless empty says something.

    `GET /variances?state=&sku=TEA` is what a form sends of which one field was filled in. But who means one warehouse
    and loses its name shall not be told of all.
    """

    EMPTY_SAYS: tuple[str, ...] = ("lot", "search", "warehouse")

    class Meta:
        unknown = ma.EXCLUDE

    @ma.pre_load
    def _empty_says_nothing(self, said, **_):
        return {name: value for name, value in said.items() if value != "" or name in self.EMPTY_SAYS}


class Id(fields.Field):
    """A UUID, lower case with hyphens."""

    def _deserialize(self, value, attr, data, **kwargs):
        if not isinstance(value, str) or not UUID_TEXT.fullmatch(value.lower()):
            raise ma.ValidationError("not_id")
        return value.lower()


class Qty(fields.Field):
    """Exact decimal with three places; thousandths inside, text outside."""

    def _serialize(self, value, attr, obj, **kwargs):
        return quantity.show_qty(value)

    def _deserialize(self, value, attr, data, **kwargs):
        try:
            return quantity.read_qty(value)
        except NotANumber as error:
            raise ma.ValidationError(error.code) from None


class Money(fields.Field):
    """Exact decimal with four places; ten-thousandths inside, text outside."""

    def _serialize(self, value, attr, obj, **kwargs):
        return quantity.show_money(value)

    def _deserialize(self, value, attr, data, **kwargs):
        try:
            return quantity.read_money(value)
        except NotANumber as error:
            raise ma.ValidationError(error.code) from None


class Instant(fields.Field):
    """RFC 3339 with a zone; microseconds inside, UTC with `Z` outside."""

    def _serialize(self, value, attr, obj, **kwargs):
        return show_instant(value)

    def _deserialize(self, value, attr, data, **kwargs):
        try:
            return read_instant(value)
        except NotAnInstant as error:
            raise ma.ValidationError(error.code) from None


class Whole(ma.validate.Regexp):
    """The pattern as OpenAPI reads it: `$` is the very end, where Python's `match` lets a last newline through."""

    def __call__(self, value):
        if not self.regex.fullmatch(value):
            raise ma.ValidationError(self.error)
        return value


def text(most=120, least=1, **kwargs):
    """Printable text of bounded length, without control characters."""
    return fields.String(
        validate=[
            ma.validate.Length(min=least, error="too_short"),
            ma.validate.Length(max=most, error="too_long"),
            Whole(rf"^({CODE_TEXT})?$" if least == 0 else rf"^{CODE_TEXT}$", error="wrong_characters"),
        ],
        **kwargs,
    )


def prose(most=4000, **kwargs):
    """Free text of several lines."""
    return fields.String(
        validate=[
            ma.validate.Length(max=most, error="too_long"),
            Whole(r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]*$", error="wrong_characters"),
        ],
        **kwargs,
    )


def choice(*choices, **kwargs):
    """One of a few words."""
    return fields.String(validate=ma.validate.OneOf(choices, error="not_a_choice"), **kwargs)


class PageQuery(Query):
    """`?limit=` (default 50, most 500) and `?cursor=`."""

    limit = fields.Integer(load_default=50, validate=ma.validate.Range(1, 500, error="out_of_range"))
    cursor = fields.String(load_default=None, validate=ma.validate.Length(max=2000, error="too_long"))


def page_of(name, item):
    """The shape `{"items": [...], "next": … | null}` of a list."""
    return ma.Schema.from_dict(
        {"items": fields.List(fields.Nested(item), required=True), "next": fields.String(allow_none=True)},
        name=f"{name}Page",
    )


def cursor_of(*values):
    """An opaque cursor: where the next page begins."""
    return base64.urlsafe_b64encode(msgspec.json.encode(values)).decode().rstrip("=")


def read_cursor(text_, *kinds):
    """The values of a cursor; each must be of its kind (`int`, `str`). Raises `NotUnderstood`."""
    if text_ is None:
        return None
    try:
        values = msgspec.json.decode(base64.urlsafe_b64decode(text_ + "=" * (-len(text_) % 4)))
    except (ValueError, msgspec.DecodeError):
        raise NotUnderstood(fields={"cursor": ["invalid"]}) from None
    fits = isinstance(values, list) and len(values) == len(kinds)
    if not fits or any(type(value) is not kind for value, kind in zip(values, kinds, strict=True)):
        raise NotUnderstood(fields={"cursor": ["invalid"]})
    if any(abs(value) >= 2**63 if isinstance(value, int) else "\0" in value for value in values):
        raise NotUnderstood(fields={"cursor": ["invalid"]})
    return values


def paged(rows, limit, cursor):
    """A page of rows read with `limit + 1`: `cursor(last row)` is where the next begins."""
    rows = list(rows)
    more = len(rows) > limit
    rows = rows[:limit]
    return {"items": rows, "next": cursor_of(*cursor(rows[-1])) if more else None}
