"""Did a tag go through a door, and which way? Pure.

A pass is all reads of one tag without a gap of four seconds. It is believed only if there are enough reads, if it was
short (what lies at the door is read for ever), on both sides, strongly enough on the weaker one, and if the side that
was stronger at the beginning is not the one that was stronger at the end: who comes in and turns back is read by both.
"""

from dataclasses import dataclass

from server.clock import SECOND

GAP, LONGEST, FEWEST = 4 * SECOND, 20 * SECOND, 4
NEAR, STRONGER = 5 * SECOND, 600  # of another door: within so much time, by so many hundredths of a dBm


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass of one tag. `direction`: in, out, or None with `why` not."""

    first: int
    last: int
    reads: int
    peak: int | None
    direction: str | None
    why: str


def passes(reads, sides, threshold):
    """`reads`: `[(instant, antenna, peak, count)]`; `sides`: {antenna: "in" or "out"}. Gives every `Pass` in order."""
    found, run = [], []
    for one in sorted(reads):
        if run and one[0] - run[-1][0] >= GAP:
            found.append(judge(run, sides, threshold))
            run = []
        run.append(one)
    return found + ([judge(run, sides, threshold)] if run else [])


def judge(run, sides, threshold):
    """`Pass` of reads that belong together."""
    first, last = run[0][0], run[-1][0]
    peaks = [one[2] for one in run if one[2] is not None]
    direction, why = _direction(run, sides, threshold, last - first)
    return Pass(first, last, sum(one[3] for one in run), max(peaks, default=None), direction, why)


def _direction(run, sides, threshold, span):
    if sum(one[3] for one in run) < FEWEST:
        return None, "few_reads"
    if span > LONGEST:
        return None, "stays"
    told = [(sides.get(one[1]), one[2]) for one in run if one[2] is not None]
    strongest = {side: max((peak for own, peak in told if own == side), default=None) for side in ("in", "out")}
    if None in strongest.values():
        return None, "one_side"
    if min(strongest.values()) < threshold:
        return None, "weak"
    begins = _dominant(run, sides, run[0][0], run[0][0] + span * 0.4)
    ends = _dominant(run, sides, run[-1][0] - span * 0.4, run[-1][0])
    if begins == ends:
        return None, "turns_back"
    return ("in" if begins == "out" else "out"), "passed"


def _dominant(run, sides, since, until):
    """The side with more power in a stretch of time."""
    power = {"in": 0.0, "out": 0.0}
    for at, antenna, peak, count in run:
        side = sides.get(antenna)
        if side and peak is not None and since <= at <= until:
            power[side] += count * 10 ** (peak / 1000)
    return max(power, key=lambda side: power[side])


def other_door(mine, theirs):
    """Did another door see the same tag clearly stronger at the same time? `theirs`: [(first, last, peak)]."""
    return any(
        peak is not None and mine.peak is not None and peak >= mine.peak + STRONGER
        for first, last, peak in theirs
        if first - NEAR <= mine.last and mine.first <= last + NEAR
    )


def together(passed, window=10 * SECOND):
    """Passes in one direction that came within ten seconds of one another: one truck, one pallet. Lists, in order."""
    groups: list[list] = []
    for one in sorted(passed, key=lambda one: (one.direction, one.first)):
        if groups and groups[-1][-1].direction == one.direction and one.first - groups[-1][-1].first <= window:
            groups[-1].append(one)
        else:
            groups.append([one])
    return sorted(groups, key=lambda group: group[0].first)
