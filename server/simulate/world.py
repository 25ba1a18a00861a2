"""What readers see: goods on shelves, and goods that go through doors, by a simple model of radio. Pure; all chance
comes from the generator that is passed in."""

import math
from dataclasses import dataclass, field

from server.clock import SECOND

OUTSIDE, INSIDE = (1, 2), (3, 4)  # antennas of a door
_ANTENNAS = {1: (-1.5, -1.0), 2: (1.5, -1.0), 3: (-1.5, 1.0), 4: (1.5, 1.0)}  # metres across the door, and through it
_POWER, _SLOPE, _FADING, _FLOOR = -38.0, 24.0, 3.5, -74.0  # dBm at one metre, dB a decade, dB, dBm that is still heard
_PACE = 1.2  # metres a second, a person with a pallet truck
_LANE = 6.0  # metres from one door to the next


@dataclass(frozen=True, slots=True)
class Sighting:
    """One tag seen by one antenna. `at`: microseconds from the beginning; `code`: a bar code in place of a tag; `pin`:
    an input of the reader that went high."""

    at: int
    tag: str = ""
    antenna: int = 1
    dbm: float = -50.0
    count: int = 1
    code: str | None = None
    pin: int | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """A place that is swept: its label, the tags that lie there, and those of the next bays that shine through."""

    code: str
    here: tuple[str, ...]
    strays: tuple[str, ...] = ()


@dataclass(slots=True)
class Traffic:
    """What happens at the doors. `moves`: [(instant, door, direction, tags)]; the others look like moves and are none:
    `turned`: [(instant, door, tags)] come in and go back, `static`: [(door, tag)] lie beside a door."""

    moves: list = field(default_factory=list)
    turned: list = field(default_factory=list)
    static: list = field(default_factory=list)
    lasts: int = 0


def sweep(shelves, seconds, chance):
    """Walk along shelves with a sled: at each scan its label, then wave until every tag there was read at least once.

    Gives sightings in order of time. Goods that lie here are read well, some only once; strays weakly and seldom.
    """
    seen, step = [], seconds * SECOND / max(1, len(shelves))
    for n, shelf in enumerate(shelves):
        began = int(n * step)
        if len(shelves) > 1:
            seen.append(Sighting(began, code=shelf.code, antenna=0))
        for tag in shelf.here:
            for _ in range(chance.choice((1, 2, 2, 3, 3, 4))):
                strength = min(-32.0, max(_FLOOR, chance.gauss(-50, 7)))
                seen.append(_glimpse(tag, began + step * (0.04 + 0.94 * chance.random()), strength, chance))
        for tag in shelf.strays:
            for _ in range(chance.choice((1, 1, 2))):
                strength = min(-62.5, max(_FLOOR, chance.gauss(-68, 4)))
                seen.append(_glimpse(tag, began + step * (0.04 + 0.94 * chance.random()), strength, chance))
    return sorted(seen, key=lambda one: (one.at, one.tag))


def lie_here(tags, seconds, chance):
    """Tags that lie at the place that is swept although nobody expects them there: near, so strong and often."""
    return [
        _glimpse(tag, seconds * SECOND * (0.05 + 0.9 * chance.random()), max(-56.0, chance.gauss(-48, 4)), chance, 2)
        for tag in tags
        for _ in range(3)
    ]


def _glimpse(tag, at, strength, chance, least=1):
    return Sighting(int(at), tag, 1, round(strength, 1), chance.randint(least, 3))


def traffic(tags, doors, groups, chance):
    """Let these tags go through doors in groups, now and then one that turns back, with some lying about.

    Of ten groups seven go through, two of the next lane are seen by their neighbour all the same, one turns back.
    """
    happened, at, rest = Traffic(), 2 * SECOND, list(tags)
    happened.static = [(n % doors, rest.pop()) for n in range(min(2 * doors, len(rest) // 12))]
    size = max(1, len(rest) // max(1, groups))
    for n in range(groups):
        some, rest = rest[:size], rest[size:]
        if not some:
            break
        door = chance.randrange(doors)
        if n % 8 == 7:
            happened.turned.append((at, door, some))
        else:
            happened.moves.append((at, door, "out" if chance.random() < 0.3 else "in", some))
        at += int((14 + 10 * chance.random()) * SECOND)
    happened.lasts = at + 4 * SECOND
    return happened


def seen_at_door(door, happened, beams, chance):
    """What the reader of one door sees of the traffic: its own passes, those of the next lane, and what lies beside it.

    `beams`: has the door two light beams, the first of which that breaks says the direction (pin 1 inside, 2 outside)?
    """
    seen = []
    for at, where, direction, tags in happened.moves:
        across = (where - door) * _LANE
        for n, tag in enumerate(tags):
            seen += _walk(tag, at + n * 150_000, across + chance.uniform(-0.8, 0.8), direction, chance)
        if beams and where == door:
            first, second = (2, 1) if direction == "in" else (1, 2)
            middle = at + int(3.5 / _PACE * SECOND)
            seen += [Sighting(middle, pin=first), Sighting(middle + SECOND // 2, pin=second)]
    for at, where, tags in happened.turned:
        for n, tag in enumerate(tags):
            seen += _turn(tag, at + n * 150_000, (where - door) * _LANE + chance.uniform(-0.8, 0.8), chance)
    for where, tag in happened.static:
        if where == door:
            seen += _stand(tag, happened.lasts, chance)
    return sorted(seen, key=lambda one: (one.at, one.tag, one.antenna))


def _walk(tag, at, across, direction, chance):
    way = 1 if direction == "in" else -1
    steps = [(n * 0.25, (across, way * (_PACE * n * 0.25 - 4))) for n in range(int(8 / _PACE / 0.25))]
    return _heard(tag, at, steps, chance)


def _turn(tag, at, across, chance):
    """Up to a little behind the line, and back to where it came from."""
    there = [-4 + _PACE * n * 0.25 for n in range(int(4.3 / _PACE / 0.25))]
    return _heard(tag, at, [(n * 0.25, (across, y)) for n, y in enumerate(there + there[::-1])], chance)


def _stand(tag, lasts, chance):
    where = chance.uniform(-2.5, 2.5), chance.choice((-1, 1)) * chance.uniform(0.8, 2.0)
    return _heard(tag, 0, [(n * 1.0, where) for n in range(lasts // SECOND)], chance)


def _heard(tag, at, steps, chance):
    found = []
    for later, (across, through) in steps:
        for antenna, (x, y) in _ANTENNAS.items():
            distance = max(0.4, math.hypot(across - x, through - y))
            strength = _POWER - _SLOPE * math.log10(distance) + chance.gauss(0, _FADING)
            if strength > _FLOOR and chance.random() < 0.7:
                when = at + int(later * SECOND) + chance.randrange(200_000)
                found.append(Sighting(when, tag, antenna, round(strength, 1)))
    return found
