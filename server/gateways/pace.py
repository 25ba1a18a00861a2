"""How fast one reader may post: a bucket of reads and one of posts each, so that a reader gone mad starves nobody.

Who is over it is first relieved of repeats: of one tag at one antenna one read a second says all. Only if that is not
enough it hears 429, and posts again later, as readers do. Buckets are kept by each worker process, so a reader with
several connections may get somewhat more; they hold what comes in half a minute, for who catches up after an outage.
"""

import threading
import time
from dataclasses import dataclass

from server.clock import SECOND
from server.errors import Refusal

HELD = 30  # seconds of the rate that a full bucket holds
MOST_TOLD = 20_000  # reads that are remembered of one device; without them a repeat is kept once more, and no worse


class TooFast(Refusal):
    """A reader posts more than it may."""

    code = "reader_too_fast"
    status = 429
    en = "This reader posts faster than it may. Nothing was taken of this post; send it again in {seconds} seconds."
    zh = "该读写器提交过快，本次提交未被接收。请在 {seconds} 秒后重新提交。"


@dataclass(slots=True)
class Bucket:
    """Filled at `rate` a second up to `HELD` seconds of it."""

    rate: float
    level: float
    at: float

    def rest(self, now):
        """What is in it now."""
        self.level, self.at = min(self.rate * HELD, self.level + (now - self.at) * self.rate), now
        return self.level

    def wait(self, wanted):
        """Seconds until so much is in it; what can never be is waited for as long as the bucket takes to fill."""
        return max(1, round((min(wanted, self.rate * HELD) - self.level) / self.rate))


_lock = threading.Lock()
_buckets: dict[tuple[str, str], Bucket] = {}
_told: dict[str, dict] = {}  # of who is over its rate: the strongest read of each tag, antenna and second that was kept


def admit(device_id, reads, posts_rate, reads_rate, now=None):
    """Let a post in; gives the reads that are kept of it, and how many repeats were left out. Rates a second; 0: any.

    Raises `TooFast`.
    """
    now = time.monotonic() if now is None else now
    with _lock:
        _spend(device_id, "posts", posts_rate, 1, now)
        if not reads_rate:
            return reads, 0
        bucket = _bucket(device_id, "reads", reads_rate, now)
        if len(reads) <= bucket.rest(now):
            bucket.level -= len(reads)
            return reads, 0
        some = sampled(reads)
        _spend(device_id, "reads", reads_rate, len(some), now)
        return some, len(reads) - len(some)


def relieved(device_id, reads, reads_rate, now=None):
    """For who cannot be told to wait: gives all reads within the rate, else those that are no repeats of what was kept
    in the same second, and how many were left out. Nothing that says something new is ever left out."""
    if not reads_rate:
        return reads, 0
    now = time.monotonic() if now is None else now
    with _lock:
        bucket = _bucket(device_id, "reads", reads_rate, now)
        if len(reads) <= bucket.rest(now):
            bucket.level -= len(reads)
            return reads, 0
        told = _told.get(device_id, {})
        some = [one for one in sampled(reads) if _says_more(told.get(_key(one)), one)]
        bucket.level = max(-reads_rate * HELD, bucket.level - len(some))
        return some, len(reads) - len(some)


def remember(device_id, reads):
    """These were kept: what says the same is a repeat. Only of who is over its rate, and not for long."""
    with _lock:
        bucket = _buckets.get((device_id, "reads"))
        if bucket is None or bucket.level > bucket.rate:
            _told.pop(device_id, None)
            return
        told = _told.setdefault(device_id, {})
        if len(told) > MOST_TOLD:
            told.clear()
        for one in reads:
            if _says_more(told.get(_key(one)), one):
                told[_key(one)] = _strength(one)


def _says_more(before, read):
    return before is None or read.first is None or _strength(read) > before


def _key(read):
    """What a read repeats: the same tag, antenna and second."""
    return (read.tag, read.tid, read.antenna, None if read.first is None else read.first // SECOND)


def _strength(read):
    return -20_000 if read.peak is None else read.peak


def sampled(reads):
    """One read a second of each tag at each antenna: the strongest."""
    best: dict[tuple, object] = {}
    for read in reads:
        held = best.get(_key(read))
        if held is None or _strength(read) > _strength(held):
            best[_key(read)] = read
    return list(best.values())


def _spend(device_id, what, rate, wanted, now):
    if not rate:
        return
    bucket = _bucket(device_id, what, rate, now)
    if bucket.rest(now) < min(wanted, rate * HELD):  # what is more than a full bucket would never be let in
        raise TooFast(seconds=bucket.wait(wanted))
    bucket.level -= wanted


def _bucket(device_id, what, rate, now):
    found = _buckets.get((device_id, what))
    if found is None or found.rate != rate:
        found = _buckets[device_id, what] = Bucket(rate, rate * HELD, now)
    return found
