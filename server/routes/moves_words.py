"""The words of `POST /moves`, decoded by msgspec: up to 1,000 moves at once, all or none, every error said at once."""

import re

import msgspec
from flask import request

from server import clock
from server.catalog.lookup import items_by_sku, locations_by_code
from server.catalog.rules import is_locked
from server.clock import MINUTE, NotAnInstant, read_instant
from server.errors import NotUnderstood
from server.ledger.rules import OWN_KINDS, NewMove
from server.people.rules import Permission
from server.quantity import NotANumber, read_qty
from server.routes.body import decoded
from server.routes.door import warehouse
from server.routes.shapes import UUID_TEXT

MOST_MOVES = 1000
KIND = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")


class MoveIn(msgspec.Struct, rename={"from_": "from"}):
    """A move as an ERP or a supervisor says it."""

    id: str
    warehouse: str
    sku: str
    quantity: str | int | float
    from_: str
    to: str
    kind: str
    effective_at: str
    lot: str | None = None
    document: str | None = None
    reason: str | None = None
    serials: list[str] | None = None


class MovesIn(msgspec.Struct):
    """The body."""

    moves: list[MoveIn]


class TooManyMoves(NotUnderstood):
    """At most 1,000."""

    code = "too_many_moves"
    en = "At most 1,000 moves at once. Nothing was posted; send them in parts."
    zh = "每次最多 1,000 条移动，未过账任何数据。请分批发送。"


_decoder = msgspec.json.Decoder(MovesIn)


def read_moves(who):
    """The body → `NewMove`s. Raises `NotUnderstood` with every wrong field, `NotFound` for a foreign warehouse."""
    said = _decode()
    if len(said) > MOST_MOVES:
        raise TooManyMoves(fields={"moves": ["too_many"]})
    firsts = {move.warehouse: n for n, move in reversed(list(enumerate(said)))}
    houses = {code: warehouse(code, Permission.POST_MOVES, f"moves[{n}].warehouse") for code, n in firsts.items()}
    items = items_by_sku([move.sku for move in said])
    places = {
        code: locations_by_code(
            house.id, {place for move in said if move.warehouse == code for place in (move.from_, move.to)}
        )
        for code, house in houses.items()
    }
    wrong: dict[str, list[str]] = {}
    moves = [
        _move(n, move, houses[move.warehouse], items, places[move.warehouse], who, wrong) for n, move in enumerate(said)
    ]
    if wrong:
        raise NotUnderstood(fields=wrong)
    return moves


def _decode():
    moves = decoded(_decoder.decode).moves
    if b"\\u0000" in request.get_data(cache=True):
        raise NotUnderstood(fields={"moves": ["wrong_characters"]})
    return moves


def _move(n, said, house, items, places, who, wrong):
    def note(field, code):
        wrong[f"moves[{n}].{field}"] = [code]

    if not UUID_TEXT.fullmatch(said.id.lower()):
        note("id", "not_id")
    item = items.get(said.sku)
    if item is None:
        note("sku", "unknown")
    elif item.lot_tracked and not said.lot:
        note("lot", "required")
    for field, code in (("from", said.from_), ("to", said.to)):
        if code not in places:
            note(field, "unknown")
    if said.from_ == said.to:
        note("to", "same_place")
    at = _at(said, note)
    for field, code in (("from", said.from_), ("to", said.to)):
        if at is not None and code in places and is_locked(places[code].locked_at, places[code].locked_until, at):
            note(field, "locked")
    if not KIND.fullmatch(said.kind) or said.kind in OWN_KINDS:
        note("kind", "not_a_choice")
    for field in ("lot", "document", "reason"):
        if len(getattr(said, field) or "") > 120:
            note(field, "too_long")
    serials = said.serials or []
    if len(serials) > 1000 or any(not 0 < len(serial) <= 120 for serial in serials):
        note("serials", "invalid")
    qty = _qty(said, note)
    if serials and qty is not None and len(set(serials)) * 1000 != qty:
        note("serials", "invalid")
    if wrong:
        return None
    return NewMove(
        id=said.id.lower(),
        warehouse_id=house.id,
        item_id=item.id,
        lot=said.lot or "",
        from_id=places[said.from_].id,
        to_id=places[said.to].id,
        qty=qty,
        kind=said.kind,
        effective_at=at,
        unit_cost=item.unit_cost,
        person_id=who.id,
        document=said.document,
        reason=said.reason,
        serials=tuple(dict.fromkeys(serials)),
    )


def _qty(said, note):
    try:
        qty = read_qty(said.quantity)
    except NotANumber as error:
        return note("quantity", error.code)
    return qty if qty > 0 else note("quantity", "out_of_range")


def _at(said, note):
    try:
        at = read_instant(said.effective_at)
    except NotAnInstant as error:
        return note("effective_at", error.code)
    return at if at <= clock.now() + 5 * MINUTE else note("effective_at", "out_of_range")
