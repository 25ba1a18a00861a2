"""The words of `/sync` about documents and goods: receiving, picking, shipping, transfers, losses, production."""

from datetime import date
from typing import Annotated

import msgspec

from server.handling.rules import CONDITIONS
from server.routes.words import Label, Note, Number, Raw, Text, bad_field, qty_of

Day = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class GoodsData(msgspec.Struct):
    """`receive.line`, `receive.check`, `pick.line`, `pick.check`. `more`: the same hand goes on scanning this."""

    document: Text | None = None
    code: Label | None = None
    sku: Text | None = None
    lot: Text | None = None
    serial: Text | None = None
    expiry: Day | None = None
    quantity: Number | None = None
    condition: Text | None = None
    location: Text | None = None
    photo: Text | None = None
    note: Note | None = None
    more: bool | None = None
    method: Text | None = None
    raw: Raw | None = None
    warehouse: Text | None = None


class ShortData(msgspec.Struct):
    """`pick.short`: there was not enough; `found`: how much is there."""

    document: Text
    location: Text
    found: Number
    code: Label | None = None
    sku: Text | None = None
    lot: Text | None = None
    serial: Text | None = None
    photo: Text | None = None
    note: Note | None = None
    warehouse: Text | None = None


class PutawayData(msgspec.Struct, rename={"from_": "from"}):
    """`putaway`. Without `from`: from the document's dock."""

    to: Text
    quantity: Number | None = None
    from_: Text | None = None
    document: Text | None = None
    code: Label | None = None
    sku: Text | None = None
    lot: Text | None = None
    serial: Text | None = None
    condition: Text | None = None
    photo: Text | None = None
    method: Text | None = None
    raw: Raw | None = None
    warehouse: Text | None = None


class DocumentData(msgspec.Struct):
    """`receive.submit`, `pick.submit`, `ship`, `document.claim` (`side`: first or check)."""

    document: Text
    side: Text | None = None
    note: Note | None = None
    photo: Text | None = None
    warehouse: Text | None = None


class WithdrawData(msgspec.Struct):
    """`document.void`: the id of the statement that was wrong."""

    statement: Text
    note: Note | None = None
    warehouse: Text | None = None


SHAPES = {
    "receive.line": GoodsData,
    "receive.check": GoodsData,
    "receive.submit": DocumentData,
    "putaway": PutawayData,
    "pick.line": GoodsData,
    "pick.check": GoodsData,
    "pick.short": ShortData,
    "pick.submit": DocumentData,
    "ship": DocumentData,
    "document.claim": DocumentData,
    "document.void": WithdrawData,
}
NEEDS_DOCUMENT = ("receive.check", "pick.line", "pick.check")


def check_handling(kind, data):
    """Numbers and choices: what a type alone does not say."""
    if isinstance(data, GoodsData | ShortData | PutawayData):
        if data.code is None and data.sku is None:
            raise bad_field("code", "required")
        if isinstance(data, ShortData):
            data.found = qty_of(data.found, "found")
        else:
            data.quantity = qty_of(data.quantity)
            if data.condition is not None and data.condition not in CONDITIONS:
                raise bad_field("condition", "not_a_choice")
    if isinstance(data, GoodsData) and data.expiry is not None:
        _day(data.expiry)
    if kind in NEEDS_DOCUMENT and data.document is None:
        raise bad_field("document", "required")
    if isinstance(data, DocumentData) and data.side not in (None, "first", "check"):
        raise bad_field("side", "not_a_choice")


def _day(said):
    try:
        date.fromisoformat(said)
    except ValueError:
        raise bad_field("expiry", "not_date") from None
