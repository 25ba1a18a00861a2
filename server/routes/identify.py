"""What is this? Asked at every scan outside a task, so it is written by hand: no marshmallow, few statements."""

import msgspec
from flask import Response, request
from flask_smorest import Blueprint

from server.catalog.identify import identify
from server.db import fetch
from server.errors import NotUnderstood
from server.handling.queries import document_called
from server.people.rules import Permission
from server.quantity import show_qty
from server.routes.door import may, warehouse
from server.routes.shapes import UUID_TEXT

routes = Blueprint("identify", __name__, description="What a scanned text names.")
LONGEST = 2000
KINDS = ["item", "location", "lot", "serial", "container", "document", "person", "unknown"]
_encode = msgspec.json.Encoder().encode

_TEXT, _QUANTITY = {"type": "string"}, {"type": "string", "examples": ["12.000"]}
_ANSWER = {
    "type": "object",
    "required": ["kind", "code"],
    "properties": {
        "kind": {"type": "string", "enum": KINDS},
        "code": _TEXT,
        **dict.fromkeys(("sku", "name", "unit", "lot", "expiry", "serial", "location", "zone"), _TEXT),
        **dict.fromkeys(("container", "document", "document_kind", "number", "state", "person"), _TEXT),
        **dict.fromkeys(("lot_tracked", "serial_tracked"), {"type": "boolean"}),
        **dict.fromkeys(("pack_quantity", "quantity"), _QUANTITY),
        "gs1": {"type": "object", "additionalProperties": _TEXT},
    },
}


@routes.get("/identify")
@may(Permission.READ_CATALOGUE)
@routes.doc(
    parameters=[
        {"in": "query", "name": "warehouse", "required": True, "schema": {"type": "string", "maxLength": 120}},
        {"in": "query", "name": "code", "required": True, "schema": {"type": "string", "maxLength": LONGEST}},
    ],
    responses={"200": {"description": "What it names", "content": {"application/json": {"schema": _ANSWER}}}},
)
def identify_code():
    """What a scanned text is: an item, location, lot, serial, container, document or person, or unknown."""
    text = _asked("code", LONGEST)
    here = warehouse(_asked("warehouse", 120), Permission.READ_CATALOGUE)
    answer = shown(identify(here.id, text), text)
    if answer["kind"] == "unknown":
        answer |= _document(here.id, text.strip()) or _person(text.strip()) or {}
    return Response(_encode(answer), mimetype="application/json")


def shown(named, text):
    """What a text names, as the wire has it."""
    said = {"kind": named.kind, "code": text} | (_item(named) if named.kind == "item" else _said(named))
    return said | {"gs1": named.gs1} if named.gs1 else said


def _asked(name, most):
    value = request.args.get(name)
    if not value:
        raise NotUnderstood(fields={name: ["required"]})
    if len(value) > most:
        raise NotUnderstood(fields={name: ["too_long"]})
    return value


def _item(named):
    said = {
        "sku": named.sku,
        "name": named.name,
        "unit": named.unit,
        "lot_tracked": named.lot_tracked,
        "serial_tracked": named.serial_tracked,
        "pack_quantity": show_qty(named.pack_qty),
        **_said(named),
    }
    return said if named.qty is None else said | {"quantity": show_qty(named.qty)}


def _said(named):
    words = ("sku", "lot", "expiry", "serial", "location", "zone", "container", "document")
    return {word: value for word in words if (value := getattr(named, word)) is not None}


def _document(warehouse_id, text):
    """A count by its id; or what is to be received, picked, … by its id or number, the live one before others."""
    if UUID_TEXT.fullmatch(text.lower()):
        found = fetch("SELECT id FROM counts WHERE warehouse_id = :w AND id = :id", w=warehouse_id, id=text.lower())
        if found:
            return {"kind": "document", "document": found[0].id}
    document = document_called(warehouse_id, text)
    if document is None:
        return None
    said = {"kind": "document", "document": document.id, "document_kind": document.kind, "number": document.number}
    return said | {"state": document.state}


def _person(text):
    if "\x00" in text:
        return None
    found = fetch("SELECT username, name FROM persons WHERE badge = :badge AND active = :yes", badge=text, yes=True)
    return {"kind": "person", "person": found[0].username, "name": found[0].name} if found else None
