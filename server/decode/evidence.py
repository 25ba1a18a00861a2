"""Which sightings are believed. A false read counts the wrong thing, so it is worse than none. Pure.

Measured on real photos: engines lie about codes that protect themselves badly, and mostly where one or two lines of
pixels say so: an EAN whose one check digit happens to hold, a piece of a longer ITF, a UPC-E in a pattern. Such a code
needs a second sighting by another engine or in another light. Codes with error correction, or with a checksum over all
of their text, are believed when many lines say the same.
"""

from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from server.decode import gs1
from server.decode.engines import Sighting

CORRECTED = {"QRCode", "DataMatrix", "Aztec", "PDF417"}
CHECKED = {"Code128", "Code93", "DataBarExp"}
WEAK = {"UPC-E", "DataBar"}  # two engines, or many lines in many lights: zbar sees DataBar in any noise
SHORTEST = {"ITF": 6, "Code39": 3, "Codabar": 4, "Code128": 2, "Code93": 2}


class Look(NamedTuple):
    """What one engine saw in one light."""

    light: str
    seen: Sighting


def plausible(seen):
    """Could this be on a label at all?"""
    if len(seen.text) < SHORTEST.get(seen.symbology, 1):
        return False
    if seen.symbology in ("EAN-13", "EAN-8", "UPC-A"):
        return gs1.gtin14(seen.text) is not None
    if seen.symbology == "ITF" and len(seen.text) == 14:  # nearly always a GTIN-14
        return gs1.gtin14(seen.text) is not None
    return True


def believed(looks):
    """The sightings that count, the best one of each code.

    Of two texts in one place the one with more looks is believed, and neither if both have as many.
    """
    codes = _codes(looks)
    sure = {key: seen for key, seen in codes.items() if enough(seen)}
    return [max(seen, key=_goodness).seen for key, seen in sure.items() if not _beaten(seen, sure.values())]


def doubted(looks):
    """The plausible sightings that are not believed yet: worth a second look."""
    codes = _codes(looks)
    return [seen[0].seen for seen in codes.values() if not enough(seen)]


def _codes(looks):
    """The looks at each code."""
    codes = defaultdict(list)
    for look in looks:
        if plausible(look.seen):
            codes[look.seen.key].append(look)
    return codes


def overlap(one, other):
    """Does the middle of one lie within the other?"""
    left, top, right, bottom, x, y = _frame(one.quad)
    other_left, other_top, other_right, other_bottom, other_x, other_y = _frame(other.quad)
    return (left <= other_x <= right and top <= other_y <= bottom) or (
        other_left <= x <= other_right and other_top <= y <= other_bottom
    )


def enough(looks):
    """Are these looks at one code enough to believe it?"""
    symbology = looks[0].seen.symbology
    if symbology in CORRECTED or len({look.seen.engine for look in looks}) > 1:
        return True
    if symbology in CHECKED:
        return _weight(looks) >= 2
    return _weight(looks) >= (6 if symbology in WEAK else 3)


def _beaten(looks, rivals):
    """Is another text in the same place believed more, or one that this is only a piece of?"""
    mine = looks[0].seen.text
    for other in rivals:
        theirs = other[0].seen.text
        if theirs == mine or not any(overlap(one.seen, two.seen) for one in looks for two in other):
            continue
        if mine in theirs or theirs not in mine and _weight(other) >= _weight(looks):
            return True
    return False


def _weight(looks):
    """Two for each light in which an engine saw it in many lines, one if it saw it in a line or two."""
    lights = defaultdict(int)
    for light, seen in looks:
        lights[light, seen.engine] = max(lights[light, seen.engine], 1 + seen.firm)
    return sum(lights.values())


def _goodness(look):
    """zxing gives the corners of the code itself, zbar a box around the lines that it read."""
    return look.seen.firm, look.seen.engine == "zxing"


@lru_cache(maxsize=4096)
def _frame(quad):
    """(left, top, right, bottom, middle x, middle y) of four corners."""
    xs, ys = [x for x, _ in quad], [y for _, y in quad]
    return min(xs), min(ys), max(xs), max(ys), sum(xs) / 4, sum(ys) / 4
