"""What the catalogue decides without asking anybody: keys of codes, quantities on labels, tolerances, tiers."""

from dataclasses import dataclass
from enum import StrEnum

from server.decode import gs1
from server.errors import NotFound, Refusal

VIRTUAL_CODES = ("SUPPLIER", "CUSTOMER", "PRODUCTION", "LOSS", "SCRAP", "TRANSIT")
_KILOGRAM_WORDS = ("kg", "千克", "公斤")
_GRAM_WORDS = ("g", "克")


class LocationUnknown(NotFound):
    """No such location in this warehouse."""

    code = "location_unknown"
    en = "There is no location {location} here. Check the label, or ask a supervisor to add it."
    zh = "本仓没有库位 {location}。请核对标签，或请主管新增。"


class ContainerUnknown(NotFound):
    """No container of that code here."""

    code = "container_unknown"
    en = "There is no container {container} in this warehouse. Check the code."
    zh = "本仓库没有容器 {container}。请核对编码。"


class LocationLocked(Refusal):
    """Nothing may go in or out while this bin is counted."""

    code = "location_locked"
    en = "{location} is locked for a count until {until}. Wait for the count, or ask a supervisor to call it off."
    zh = "{location} 正在盘点，锁定至 {until}。请等待盘点结束，或请主管取消盘点。"


def is_locked(locked_at, locked_until, at):
    """Does a lock stand at an instant?"""
    return locked_at is not None and locked_at <= at < locked_until


class ItemUnknown(NotFound):
    """No item by that name or code."""

    code = "item_unknown"
    en = "No item is known by {code}. Check the label, or have the item added."
    zh = "没有与 {code} 对应的物料。请核对标签，或请主管新增该物料。"


class Tier(StrEnum):
    """Who may settle a difference. `finance` means two people: a manager and finance."""

    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    FINANCE = "finance"


TIERS = tuple(Tier)


@dataclass(frozen=True)
class Limits:
    """How far one line may be off in one direction. All that are set must hold; if none is set, nothing passes.

    `quantity`: thousandths. `percent`: thousandths of a percent of the book. `value`: ten-thousandths of money.
    """

    quantity: int | None = None
    percent: int | None = None
    value: int | None = None

    def cover(self, qty, book_qty, value):
        """True if a difference of that size (signs do not matter) is within every limit set."""
        if qty == 0:
            return True
        held = []
        if self.quantity is not None:
            held.append(abs(qty) <= self.quantity)
        if self.percent is not None:
            held.append(abs(qty) * 100_000 <= self.percent * abs(book_qty))
        if self.value is not None:
            held.append(abs(value) <= self.value)
        return bool(held) and all(held)


EXACT = Limits(quantity=0)


@dataclass(frozen=True)
class Tolerance:
    """Limits for found too much (`plus`, 盘盈) and for found too little (`minus`, 盘亏)."""

    plus: Limits = EXACT
    minus: Limits = EXACT

    def covers(self, variance_qty, book_qty, value):
        """`variance_qty`, `book_qty`: thousandths; `value`: ten-thousandths. Signs are those of the variance."""
        limits = self.plus if variance_qty > 0 else self.minus
        return limits.cover(variance_qty, book_qty, value)


def tolerance_of(body, sku, abc=None, weighed=False, lot_tracked=False, serial_tracked=False):
    """The tolerance of one item under a policy body: the item's own, what tracking asks for, its class, the default.

    Tracked goods come before the class: a lost serial is a lost serial, however cheap its class.
    """
    if sku in body.item_tolerances:
        return body.item_tolerances[sku]
    if serial_tracked:
        return body.serial_tolerance
    if lot_tracked:
        return body.lot_tolerance
    if weighed:
        return body.weighed_tolerance
    return body.class_tolerances.get(abc, body.default_tolerance)


def tier_for(body, line_value, document_value):
    """The tier that the line's and the whole document's absolute value ask for: the higher of the two."""
    line = _tier(abs(line_value), body.line_tiers)
    document = _tier(abs(document_value), body.document_tiers)
    return max(line, document, key=TIERS.index)


def _tier(value, limits):
    for tier in (Tier.SUPERVISOR, Tier.MANAGER):
        if value <= limits[tier]:
            return tier
    return Tier.FINANCE


def key_of(text):
    """What a code is looked up by: GTINs with a right check digit as 14 digits, anything else trimmed, case kept."""
    trimmed = text.strip()
    return gs1.gtin14(trimmed) or trimmed


def stated_qty(label, unit, pack_qty):
    """What the label itself says one scan of it is, in thousandths of the item's base unit; None if it says nothing.

    A count of packs (AI 37) is of the trade item that was scanned; a weight counts only for what is kept by weight.
    """
    if label.pieces:
        return label.pieces * 1000
    if label.packs:
        return label.packs * pack_qty
    if not label.milligrams:
        return None
    word = unit.lower()
    if word in _KILOGRAM_WORDS:
        return gs1.kilograms(label.milligrams) or None
    return label.milligrams if word in _GRAM_WORDS else None
