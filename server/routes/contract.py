"""What the OpenAPI document says of every endpoint alike, said once: our own kinds of fields, and how a no looks.

The rest of the document is generated from each route; `tests/test_openapi.py` holds the server to it.
"""

import marshmallow as ma
from marshmallow import fields

from server.routes.counts import People
from server.routes.shapes import Id, Instant, Money, Qty

_KINDS = {
    Id: {"type": ["string"], "format": "uuid"},
    Qty: {"type": ["string", "number"], "description": "exact, at most three decimals; answered as text"},
    Money: {"type": ["string", "number"], "description": "exact, at most four decimals; answered as text"},
    Instant: {"type": ["string"], "format": "date-time"},
    People: {"type": ["string", "array"], "items": {"type": "string"}},
}
_METHODS = ("get", "post", "patch", "put", "delete")


class Problem(ma.Schema):
    """A no, as RFC 9457 has it. `code` never changes; `detail` is in the reader's language."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)
    fields = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


def explain_fields(api):
    """Tell the document what our own fields are; before the routes are registered."""
    api.ma_plugin.converter.add_attribute_function(_kind)


def complete(api):
    """Give every operation its refusal, and every creation its second answer; when all routes are registered."""
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    api.spec.components.schema("Problem", schema=Problem)
    api.spec.components.schemas.pop("Error", None)
    for name in ("DEFAULT_ERROR", "UNPROCESSABLE_ENTITY"):
        api.spec.components.responses[name] = {"description": "A no, and what to do next", "content": problem}
    for path in api.spec._paths.values():
        for method in _METHODS:
            if method in path:
                _complete(path[method]["responses"])


def _complete(responses):
    responses["default"] = {"$ref": "#/components/responses/DEFAULT_ERROR"}
    if "201" in responses and "200" not in responses:
        responses["200"] = {**responses["201"], "description": "Said before with the same content: the first answer"}


def _kind(_converter, field, ret, **_):
    if "pattern" in ret:  # many engines know no lone surrogates, and no valid JSON holds one
        ret["pattern"] = ret["pattern"].replace(r"\ud800-\udfff", "")
    for kind, said in _KINDS.items():
        if isinstance(field, kind):
            for limit in ("minimum", "maximum"):  # these count thousandths
                ret.pop(limit, None)
            types = said["type"] + (["null"] if field.allow_none else [])
            return {**said, "type": types[0] if len(types) == 1 else types}
    return {}
