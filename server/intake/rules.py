"""What an event's instant is, given what we know of its device's clock. Pure."""

from dataclasses import dataclass

from server.clock import MILLISECOND, SECOND


@dataclass(frozen=True, slots=True)
class ClockReading:
    """One delivery's measurement. `offset`: server minus device, microseconds.

    `before` is the offset at the device's last delivery, None for its first.
    """

    offset: int
    before: int | None
    jump_limit: int = 5 * SECOND
    tolerance: int = 1_000 * MILLISECOND

    @property
    def jumped(self):
        """Did somebody set the clock since the last delivery?"""
        return self.before is not None and abs(self.offset - self.before) > self.jump_limit

    def applied(self, offset):
        """Below the tolerance a measured offset is mostly the network's delay, which would push every event later."""
        return offset if abs(offset) >= self.tolerance else 0


@dataclass(frozen=True, slots=True)
class When:
    """A corrected instant; `earliest`/`latest` are set only when it is uncertain."""

    at: int
    earliest: int | None = None
    latest: int | None = None


def corrected(device_at, reading):
    """The instant of an event by the server's clock.

    If the clock jumped, an event may have been stamped before or after the jump: by either offset. It is then uncertain
    between the two. What the device stamped before its last delivery was settled by that delivery's offset.
    """
    now = reading.applied(reading.offset)
    if not reading.jumped:
        return When(device_at + now)
    before = reading.applied(reading.before)
    either = sorted((device_at + now, device_at + before))
    return When(device_at + now, either[0], either[1])
