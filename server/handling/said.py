"""What somebody says they did or found, as it came, and what it turned out to mean."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, on which device; and who brought it, if somebody sent it in their stead."""

    person_id: str
    device_id: str
    brought_by: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """One statement as it came. `quantity`: thousandths of what `code` names; `when`: corrected instants.

    `step`: receive, pick, check, short, putaway, … `kinds`: the kinds of document that it can belong to. `wanted`: of a
    short pick, how much was to be picked there, if that was said. `container`, `out_of`: what carries the goods, and
    what they were taken from. `whole`: the act that moved a container as a whole, if this is a part of it.
    """

    id: str
    step: str
    device_at: int
    when: object
    kinds: tuple[str, ...] = ()
    document: str | None = None
    code: str | None = None
    sku: str | None = None
    lot: str | None = None
    serial: str | None = None
    expiry: str | None = None
    quantity: int | None = None
    condition: str | None = None
    location: str | None = None
    to: str | None = None
    photo: str | None = None
    reason: str | None = None
    note: str | None = None
    more: bool = False
    wanted: int | None = None
    container: str | None = None
    out_of: str | None = None
    whole: str | None = None


@dataclass(frozen=True, slots=True)
class Meant:
    """What it means here: rows of the catalogue in place of words. `again`: a serial that was scanned before.

    `waits`: somebody else has to allow it first, under a document that has the statement's id. `flags`: what is odd
    about it, though it was taken.
    """

    said: Said
    document: object | None
    item: object | None
    lot: str
    serial: str | None
    expiry: str | None
    qty: int
    condition: str
    place_id: str | None
    to_id: str | None
    again: bool = False
    waits: bool = False
    flags: tuple[str, ...] = ()
    container: str | None = None
    out_of: str | None = None

    @property
    def key(self):
        """The goods that it speaks of."""
        return self.document.id, self.item.id, self.lot, self.condition
