"""When something happened, by a clock that may lie: tables of cases."""

import pytest

from server.clock import HOUR, SECOND
from server.intake.rules import ClockReading, corrected

NOON = 1_000_000 * HOUR


@pytest.mark.parametrize(
    ("offset", "before", "at", "earliest", "latest"),
    [
        (0, None, 0, None, None),
        (80_000, None, 0, None, None),  # 80 ms is the network's delay, not the clock's error
        (-HOUR, None, -HOUR, None, None),  # a clock that is an hour ahead
        (-HOUR, -HOUR, -HOUR, None, None),
        (-HOUR, -HOUR + SECOND, -HOUR, None, None),  # drift is no jump
        (0, -HOUR, 0, -HOUR, 0),  # somebody set the clock: either offset may be the right one
        (-HOUR, 0, -HOUR, -HOUR, 0),
        (6 * SECOND, 0, 6 * SECOND, 0, 6 * SECOND),
        (5 * SECOND, 0, 5 * SECOND, None, None),
    ],
)
def test_when_something_happened(offset, before, at, earliest, latest):
    when = corrected(NOON, ClockReading(offset, before))

    assert when.at == NOON + at
    assert when.earliest == (None if earliest is None else NOON + earliest)
    assert when.latest == (None if latest is None else NOON + latest)
