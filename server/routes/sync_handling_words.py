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
    container: Label | None = None
    out_of: Label | None = None
    warehouse: Text | None = None


class ShortData(msgspec.Struct):
    """`pick.short`: there was not enough; `found`: how much is there.

    With `quantity`, how much was wanted there, `found` has been picked by it, unless picks from there told already.
    """

    document: Text
    location: Text
    found: Number
    quantity: Number | None = None
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
    container: Label | None = None
    out_of: Label | None = None
    warehouse: Text | None = None


class DocumentData(msgspec.Struct):
    """`receive.submit`, `pick.submit`, `ship`, `document.claim` (`side`: first or check).

    Without `document`, `receive.submit` hands in what this device received without one.
    """

    document: Text | None = None
    side: Text | None = None
    note: Note | None = None
    photo: Text | None = None
    warehouse: Text | None = None


class WithdrawData(msgspec.Struct):
    """`document.void`: the id of the statement that was wrong."""

    statement: Text
    note: Note | None = None
    warehouse: Text | None = None


class LineData(msgspec.Struct):
    """A line of a transfer."""

    code: Label | None = None
    sku: Text | None = None
    lot: Text | None = None
    serial: Text | None = None
    expiry: Day | None = None
    quantity: Number | None = None
    condition: Text | None = None
    location: Text | None = None
    container: Label | None = None
    photo: Text | None = None


class ShippedLineData(LineData):
    """A line of a transfer that leaves. `out_of`: the container that it is taken out of."""

    out_of: Label | None = None


class TransferData(msgspec.Struct):
    """`transfer.receive`. `more`: this is not all yet."""

    document: Text
    lines: list[LineData] | None = None
    location: Text | None = None
    more: bool | None = None
    note: Note | None = None
    photo: Text | None = None
    warehouse: Text | None = None


class TransferShipData(TransferData):
    """`transfer.ship`: these lines from their shelves, or, without lines, what was picked and checked."""

    lines: list[ShippedLineData] | None = None


class LeaveData(msgspec.Struct):
    """`adjust.scrap`, `adjust.return`, `adjust.sample`, `adjust.gift`, `adjust.internal_use`."""

    location: Text
    reason: Text
    quantity: Number | None = None
    code: Label | None = None
    sku: Text | None = None
    lot: Text | None = None
    serial: Text | None = None
    document: Text | None = None
    photo: Text | None = None
    note: Note | None = None
    warehouse: Text | None = None


class ProduceData(msgspec.Struct):
    """`produce.consume`, `produce.output` (报工)."""

    order: Text
    location: Text
    quantity: Number | None = None
    code: Label | None = None
    sku: Text | None = None
    lot: Text | None = None
    serial: Text | None = None
    expiry: Day | None = None
    photo: Text | None = None
    note: Note | None = None
    warehouse: Text | None = None


_ONE_ITEM = GoodsData | ShortData | PutawayData | LeaveData | ProduceData | LineData
MOST_LINES = 1000
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
    "transfer.ship": TransferShipData,
    "transfer.receive": TransferData,
    **{f"adjust.{kind}": LeaveData for kind in ("scrap", "return", "sample", "gift", "internal_use")},
    "produce.consume": ProduceData,
    "produce.output": ProduceData,
    "document.claim": DocumentData,
    "document.void": WithdrawData,
}
NEEDS_DOCUMENT = ("receive.check", "pick.line", "pick.check", "pick.submit", "ship", "document.claim")


def check_handling(kind, data):
    """Numbers and choices: what a type alone does not say."""
    if isinstance(data, TransferData):
        if len(data.lines or ()) > MOST_LINES:
            raise bad_field("lines", "too_many")
        for line in data.lines or ():
            _one_item(line)
    elif isinstance(data, _ONE_ITEM):
        _one_item(data)
    if kind in NEEDS_DOCUMENT and data.document is None:
        raise bad_field("document", "required")
    if isinstance(data, DocumentData) and data.side not in (None, "first", "check"):
        raise bad_field("side", "not_a_choice")


def _one_item(data):
    if data.code is None and data.sku is None:
        raise bad_field("code", "required")
    if isinstance(data, ShortData):
        data.found = qty_of(data.found, "found")
    if data.quantity is not None or not isinstance(data, ShortData):
        data.quantity = qty_of(data.quantity)
    if getattr(data, "condition", None) not in (None, *CONDITIONS):
        raise bad_field("condition", "not_a_choice")
    if getattr(data, "expiry", None) is not None:
        _day(data.expiry)


def _day(said):
    try:
        date.fromisoformat(said)
    except ValueError:
        raise bad_field("expiry", "not_date") from None
