"""Did a tag go through a door, and which way? Pure.

A pass is all reads of one tag without a gap of four seconds. It is believed only if there are enough reads, if it was
short (what lies at the door is read for ever), on both sides, strongly enough on the weaker one, and if the side that
was stronger at the beginning is not the one that was stronger at the end: who comes in and turns back is read by both.
"""

from collections import Counter
from dataclasses import dataclass, replace

from server.clock import SECOND

GAP, LONGEST, FEWEST = 4 * SECOND, 20 * SECOND, 4
NEAR, STRONGER = 5 * SECOND, 600  # of another door: within so much time, by so many hundredths of a dBm
BEAMS, OF_BEAM = 3 * SECOND, {1: "out", 2: "in"}  # beams within so much belong together; the first one says which way
WALKED = range(-7500, -3400, 100)  # thresholds that a calibration walk tries, hundredths of a dBm


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


def crossings(beams):
    """[(instant, direction)] of light beams: `beams` [(instant, pin)], of whichever kind of transition. The pin that
    changes first says the direction, as Zebra's sample has it: 1 out, 2 in."""
    found, last = [], None
    for at, pin in sorted(beams):
        if pin in OF_BEAM and (last is None or at - last > BEAMS):
            found.append((at, OF_BEAM[pin]))
        last = at if pin in OF_BEAM else last
    return found


def with_beams(one, crossed):
    """A pass at a door that has light beams: they say which way, and that something went through at all."""
    if one.direction is None:
        return one
    ways = {way for at, way in crossed if one.first - SECOND <= at <= one.last + SECOND}
    if not ways:
        return replace(one, direction=None, why="no_beam")
    return replace(one, direction=ways.pop(), why="beam") if len(ways) == 1 else one


def with_verdicts(found, verdicts):
    """Passes of one tag at a reader that decides by itself: its word goes before ours, and stands where we saw nothing.

    `verdicts`: [(instant, direction)]. Several about the same pass: the last one stands.
    """
    said, alone = {}, []
    for at, way in sorted(verdicts):
        n = next((n for n, one in enumerate(found) if one.first - NEAR <= at <= one.last + NEAR), None)
        if n is None:
            alone.append(Pass(at, at, 1, None, way, "reader_says"))
        else:
            said[n] = replace(found[n], direction=way, why="reader_says")
    return sorted([said.get(n, one) for n, one in enumerate(found)] + alone, key=lambda one: one.first)


@dataclass(frozen=True, slots=True)
class Score:
    """What a threshold would have made of a walk whose truth is known: tags."""

    threshold: int
    kept: int
    missed: int
    wrong: int
    false: int


def walked(reads, sides, truth):
    """`Score` of every threshold that is tried, and the best of them. `reads`: {tag: reads}; `truth`: {tag: "in", "out"
    or None for what did not go through}.

    Between thresholds that are equally good the middle one is best: it errs least when the hall changes.
    """
    scores = [_scored(threshold, reads, sides, truth) for threshold in WALKED]
    most = max(one.kept - one.wrong - one.false for one in scores)
    good = [one.threshold for one in scores if one.kept - one.wrong - one.false == most]
    return scores, good[len(good) // 2]


def _scored(threshold, reads, sides, truth):
    counts: Counter = Counter()
    for tag, way in truth.items():
        ways = [one.direction for one in passes(reads.get(tag, ()), sides, threshold) if one.direction]
        if way is None:
            counts["false"] += bool(ways)
        else:
            counts["kept" if ways == [way] else "wrong" if ways else "missed"] += 1
    return Score(threshold, counts["kept"], counts["missed"], counts["wrong"], counts["false"])


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
