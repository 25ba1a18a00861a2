"""Instants: whole microseconds since 1970 in UTC inside, RFC 3339 with `Z` outside.

One integer compares, sorts and subtracts alike in Python, SQLite and PostgreSQL, and has no zone to lose. A time
without a zone is refused at the door (`truth.md` §1).
"""

import time
from datetime import UTC, datetime, timedelta

MILLISECOND = 1_000
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)
EARLIEST = -2_208_988_800 * SECOND  # 1900
LATEST = 7_258_118_400 * SECOND  # 2200


class NotAnInstant(ValueError):
    """The text is no RFC 3339 time with a zone. `code` is a field code of `errors.FIELD_WORDS`."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def now():
    """This server's clock, in microseconds."""
    return time.time_ns() // 1000


def read_instant(text):
    """`"2026-11-22T02:15:19.080+08:00"` → microseconds. Raises `NotAnInstant`."""
    if not isinstance(text, str) or len(text) < 19 or text[10] not in "Tt ":
        raise NotAnInstant("not_time")
    try:
        read = datetime.fromisoformat(text.upper())  # RFC 3339 5.6: T and Z may be small letters
    except ValueError:
        raise NotAnInstant("not_time") from None
    return of_datetime(read)


def of_datetime(moment):
    """An aware datetime → microseconds. Raises `NotAnInstant` for a naive one or one outside 1900–2200."""
    if moment.tzinfo is None:
        raise NotAnInstant("time_without_zone")
    try:
        micros = (moment - _EPOCH) // _MICRO
    except OverflowError:
        raise NotAnInstant("out_of_range") from None
    if not EARLIEST <= micros <= LATEST:
        raise NotAnInstant("out_of_range")
    return micros


def show_instant(micros):
    """Microseconds → `"2026-11-21T18:15:19.080Z"`; None stays None. Microseconds are shown only if there are any."""
    if micros is None:
        return None
    moment = _EPOCH + micros * _MICRO
    precision = "microseconds" if micros % 1000 else "milliseconds"
    return moment.replace(tzinfo=None).isoformat(timespec=precision) + "Z"
