"""How a body is read: strict JSON (RFC 8259) in UTF-8, by one parser for every route.

Python's own reads NaN, takes lone surrogates for text, and breaks on deep nesting; this one says no to all three.
"""

import msgspec
from flask import request
from webargs.core import missing
from webargs.flaskparser import FlaskParser

from server.errors import NotUnderstood
from server.routes.problems import NotJson, WrongMediaType


class Body(FlaskParser):
    """What flask-smorest asks for the body of a request."""

    def load_json(self, req, schema):
        """The body as plain values; nothing at all is no mistake yet."""
        return decoded(msgspec.json.decode) if req.get_data(cache=True) else missing


def decoded(decode, body=None):
    """The body of this request by a msgspec decoder. Raises `WrongMediaType`, `NotJson`, `NotUnderstood`. `body`: its
    bytes, where they came packed."""
    if not request.is_json:
        raise WrongMediaType()
    try:
        return decode(request.get_data(cache=True) if body is None else body)
    except msgspec.ValidationError as error:
        raise NotUnderstood(fields=misfit(str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NotJson() from None


def misfit(said, within=""):
    """`Object missing required field `id` - at `$.moves[0]`` → `{"moves[0].id": ["required"]}`. `within`: of what."""
    path = said.partition("`$")[2].rstrip("`").lstrip(".").replace("[...]", "")
    path = ".".join(filter(None, (within, path)))
    if "missing required field `" in said:
        field = said.split("`")[1]
        return {f"{path}.{field}" if path else field: ["required"]}
    if "of length <=" in said:
        return {path or "body": ["too_long"]}
    if said.startswith("Number out of range"):
        return {path or "body": ["out_of_range"]}
    for kind, code in _CODES.items():
        if said.startswith(f"Expected `{kind}`"):
            return {path or "body": [code]}
    return {path or "body": ["invalid"]}


_CODES = {
    "object": "not_object",
    "array": "not_list",
    "array | null": "not_list",
    "str": "not_text",
    "str | null": "not_text",
    "int": "not_whole",
    "int | null": "not_whole",
    "int | float | str": "not_number",
    "int | float | str | null": "not_number",
}
