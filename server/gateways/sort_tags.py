"""Sort what a reader saw at a shelf into found, unexpected, weak, unknown, missing. Pure.

A tag that is expected counts at any strength: a global limit costs true goods. Evidence is asked only of those that
nobody expected, since tags of the next bay are read too.
"""

from dataclasses import dataclass, field

STRONG_ENOUGH, OFTEN_ENOUGH = -6000, 3  # hundredths of a dBm; reads
STRONGER = 600  # by so much a neighbour has to read a tag better, for it to lie there


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a tag is stuck to. `home`: location where it ought to be, if somebody said; `binding`: None if only the
    catalogue knows its number."""

    item_id: str | None
    lot: str = ""
    serial: str | None = None
    qty: int = 1000
    home: str | None = None
    binding: str | None = None


@dataclass(slots=True)
class Seen:
    """A tag with all that was read of it. `place`: where it was read, if that is known; `near`: code of the neighbour
    where it lies. Instants by our clock."""

    tag: str
    reads: int
    peak: int | None
    first: int
    last: int
    tids: frozenset[str] = frozenset()
    place: str | None = None
    means: Meaning | None = None
    near: str | None = None

    @property
    def has_evidence(self):
        """Was it read so strongly and often that it must be near?"""
        return self.peak is not None and self.peak >= STRONG_ENOUGH and self.reads >= OFTEN_ENOUGH


@dataclass(slots=True)
class Sorted:
    """Every tag once. `found`, `unexpected`, `weak`, `duplicate`: {(location, item, lot): [Seen]}, where they lie;
    `nearby`: expected here, and clearly stronger at another place of the count."""

    found: dict = field(default_factory=dict)
    nearby: dict = field(default_factory=dict)
    unexpected: dict = field(default_factory=dict)
    weak: dict = field(default_factory=dict)
    duplicate: dict = field(default_factory=dict)
    unknown: list[Seen] = field(default_factory=list)
    other: list[Seen] = field(default_factory=list)
    missing: dict = field(default_factory=dict)  # {(location, item, lot): [(tag, Meaning)]}


def sort(seen, at_home, book, places, elsewhere=None):
    """`seen`: tags with their meaning; `at_home`: {tag: Meaning} of those whose home is one of `places`; `book`:
    {(location, item, lot): thousandths} of these places; `elsewhere`: {tag: (peak, code of the place)} of what was read
    at other places of the same count."""
    found = Sorted()
    stocked: dict[tuple, list] = {}
    for (place, item_id, lot), qty in book.items():
        if qty > 0:
            stocked.setdefault((item_id, lot), []).append((qty, place))
    for one in seen:
        means = one.means
        if means is None:
            found.unknown.append(one)
        elif means.item_id is None:
            found.other.append(one)
        else:
            place, expected = _where(one, stocked.get((means.item_id, means.lot), ()), places)
            key = (place, means.item_id, means.lot)
            if expected and len(one.tids) > 1:
                found.duplicate.setdefault(key, []).append(one)
            if expected and _is_nearby(one, (elsewhere or {}).get(one.tag)):
                found.nearby.setdefault(key, []).append(one)
            elif expected:
                found.found.setdefault(key, []).append(one)
            else:
                (found.unexpected if one.has_evidence else found.weak).setdefault(key, []).append(one)
    tags = {one.tag for one in seen} | {f"tid:{tid}" for one in seen for tid in one.tids}
    for tag, means in at_home.items():
        if tag not in tags:
            found.missing.setdefault((means.home, means.item_id, means.lot), []).append((tag, means))
    return found


def _is_nearby(one, other):
    """Was an expected tag read only weakly here, and clearly better at a neighbour? Then it lies there."""
    if other is None or other[0] is None or one.peak is None or one.peak >= STRONG_ENOUGH:
        return False
    one.near = other[1] if other[0] >= one.peak + STRONGER else None
    return one.near is not None


def _where(one, stocked, places):
    """(the location where a tag lies, whether it is expected there)."""
    home = one.means.home
    if home is not None and home in places:
        return home, True
    here = one.place if one.place in places else None
    if home is None and stocked:  # only its kind is known here: any of them will do
        booked = [place for _, place in stocked]
        return (here if here in booked else max(stocked)[1]), True
    return here or min(places), False


def pieces(tags):
    """(thousandths of all these tags that have no serial, those that have one)."""
    plain = {one.tag: one for one in tags if not one.means.serial or one.means.qty != 1000}
    named = {one.means.serial: one for one in tags if one.tag not in plain}
    return sum(one.means.qty for one in plain.values()), list(plain.values()), list(named.values())


def curve(firsts, step):
    """[(instant, how many tags were new in that step)] of the instants at which tags were first seen."""
    found: dict[int, int] = {}
    for at in firsts:
        found[at - at % step] = found.get(at - at % step, 0) + 1
    return sorted(found.items())


def keep_sweeping(firsts, now, window, share=0.01):
    """Are there still more than one in a hundred new in the last ten seconds?"""
    new = sum(at > now - window for at in firsts)
    return bool(firsts) and new > share * len(firsts)
