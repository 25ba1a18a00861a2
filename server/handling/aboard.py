"""What is aboard a container after all that was done with it, and with the bins where it stood. Pure.

What goods it carried is known from what people said; what was taken from it without a word about it only from the book:
there cannot be more of its goods aboard than the bin had left when somebody had taken from there.
"""

from dataclasses import dataclass, replace

SILENT = ("check", "short")  # words that look at goods and move none


@dataclass(frozen=True, slots=True)
class Loaded:
    """One act with a container, in order of its own time. `off`, `on`: the places that its goods left and came to.

    `stood`: where the container stands after it; None if the act only took out of it.
    """

    at: int
    id: str
    off: str | None
    on: str | None
    stood: str | None
    item_id: str | None
    lot: str
    serial: str | None
    qty: int
    document_id: str | None = None
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Somebody took from a bin, not with this container: so much was `left` there."""

    at: int
    id: str
    place_id: str
    item_id: str
    lot: str
    serials: tuple[str, ...]
    left: int


@dataclass(frozen=True, slots=True)
class Parcel:
    """Goods aboard: where, since when, and by which document they came if they are still to be put away for it."""

    place_id: str
    item_id: str
    lot: str
    serial: str | None
    qty: int
    since: int
    document_id: str | None = None
    condition: str = ""

    @property
    def goods(self):
        """The position that they are a part of."""
        return self.place_id, self.item_id, self.lot


def all_loaded(rows, code):
    """What the kept acts were for the container `code`.

    Those that moved it as a whole took along what is left of it after all that was put right.
    """
    wholes: dict[str, list] = {}
    for row in rows:
        if row.whole_id is None:
            yield from loaded(row, code)
        else:
            wholes.setdefault(row.whole_id, []).append(row)
    for id_, parts in wholes.items():
        yield from _as_a_whole(id_, parts, code)


def went(parts, code):
    """`{(from, item, lot, serial): quantity}` that one whole move took along: its parts, less what was put back."""
    net: dict[tuple, int] = {}
    for row in parts:
        came_from, qty = (row.from_id, row.qty) if row.container == code else (row.to_id, -row.qty)
        key = (came_from, row.item_id, row.lot, row.serial)
        net[key] = net.get(key, 0) + (qty if row.item_id else 0)
    return net


def _as_a_whole(id_, parts, code):
    goal = next(((row.effective_at, row.to_id) for row in parts if row.container == code), None)
    if goal is not None:
        at, to_id = goal
        yield Loaded(at, id_, None, None, to_id, None, "", None, 0)
        for (from_id, *goods), qty in went(parts, code).items():
            if qty > 0:
                yield Loaded(at, id_, from_id, to_id, to_id, *goods, qty)


def loaded(row, code):
    """What one kept act was for the container `code`: one or two `Loaded`, since what was packed leaves when it ships.

    `row`: of `container_goods`, with the `condition` of its statement, when its document `shipped_at`, and whether that
    is an arrival that is still `open`.
    """
    if row.step in SILENT:
        return
    goods = (row.item_id, row.lot, row.serial, row.qty)
    if row.container != code:
        yield Loaded(row.effective_at, row.id, row.from_id, None, None, *goods)
        return
    if row.step == "receive":
        document_id = row.document_id if row.open else None
        condition = row.condition or "good"
        yield Loaded(row.effective_at, row.id, None, row.from_id, row.from_id, *goods, document_id, condition)
        return
    to_id = None if row.step == "load" else row.to_id
    yield Loaded(row.effective_at, row.id, row.from_id, to_id, to_id or "", *goods)
    if row.step == "pick" and row.shipped_at is not None:
        yield Loaded(max(row.shipped_at, row.effective_at), row.id, row.to_id, None, "", *goods)


def aboard(acts, drawn=()):
    """`(parcels, place id or None)`: what lies on a container now, and where it stands, after these acts.

    What it left behind somewhere is aboard no more.
    """
    parcels: list[Parcel] = []
    stands = None
    for one in sorted([*acts, *drawn], key=lambda one: (one.at, isinstance(one, Drawn), one.id)):
        if isinstance(one, Drawn):
            parcels = _drawn(parcels, one)
            continue
        if one.stood is not None:
            stands = one.stood or None
        if one.item_id is None:
            continue
        if one.off is not None:
            here = (one.off, one.item_id, one.lot)
            parcels = _less(parcels, one.qty, lambda parcel, here=here, one=one: _is(parcel, here, one.serial))
        if one.on is not None:
            goods = (one.item_id, one.lot, one.serial, one.qty)
            parcels.append(Parcel(one.on, *goods, one.at, one.document_id, one.condition))
    return _together([parcel for parcel in parcels if parcel.place_id == stands]), stands


def _is(parcel, goods, serial):
    return parcel.goods == goods and serial in (None, parcel.serial)


def _drawn(parcels, one):
    """Not more than was left there; of serials, not the ones that were taken."""
    here = (one.place_id, one.item_id, one.lot)
    gone = [parcel for parcel in parcels if parcel.goods == here and parcel.serial and parcel.serial in one.serials]
    parcels = [parcel for parcel in parcels if parcel not in gone]
    total = sum(parcel.qty for parcel in parcels if parcel.goods == here and not parcel.serial)
    return _less(parcels, total - max(0, one.left), lambda parcel: parcel.goods == here and not parcel.serial)


def _less(parcels, qty, fits):
    """Without `qty` of those that fit, the oldest first."""
    kept = []
    for parcel in parcels:
        if qty > 0 and fits(parcel):
            taken = min(qty, parcel.qty)
            qty -= taken
            if taken == parcel.qty:
                continue
            parcel = replace(parcel, qty=parcel.qty - taken)
        kept.append(parcel)
    return kept


def _together(parcels):
    """Parcels of the same goods and document as one."""
    found: dict[tuple, Parcel] = {}
    for one in parcels:
        key = (*one.goods, one.serial, one.document_id, one.condition)
        before = found.get(key)
        found[key] = replace(before, qty=before.qty + one.qty) if before else one
    return list(found.values())
