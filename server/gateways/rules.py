"""What every maker's words come to: reads in one form, and how a tag, a strength and an instant are read. Pure."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec

from server.clock import DAY, SECOND, NotAnInstant, read_instant

BUCKET = 10 * SECOND  # what one sight covers
SERIES_MOST = 400  # reads that one sight keeps one by one; a tag that lies at a door says nothing new after that
AHEAD, BACK = DAY, 30 * DAY  # an instant outside is a clock that was never set
WINDOW = 600 * SECOND  # over which a reader's clock is watched
STEADY = 2 * SECOND


class Bad(Exception):
    """A row that cannot be understood; `why` is a word for the list of what was set aside."""

    def __init__(self, why):
        super().__init__(why)
        self.why = why


class Read(msgspec.Struct, gc=False):
    """One tag, seen by one antenna. Instants by the reader's own clock, microseconds; `peak` in hundredths of a dBm.

    `tag`: the EPC in upper-case hexadecimal digits, `tid:…` where the reader told no EPC, `barcode:…` for a scan.
    """

    tag: str
    first: int | None = None
    last: int | None = None
    tid: str = ""
    antenna: int = 0
    peak: int | None = None
    count: int = 1
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Gap:
    """Reads that are missing, by the reader's own word. `lost`: how many, if it knows."""

    what: str
    first: int | None
    last: int | None
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Gate:
    """A passage that a gate has decided by itself. `key`: its own number for it, if it has one."""

    tag: str
    direction: str  # in | out
    at: int | None
    tid: str = ""
    key: str | None = None
    gate: str | None = None


@dataclass(slots=True)
class Heard:
    """What one body said. `names`: what the reader calls itself in it; `beat`: its words about its own health."""

    reads: list[Read] = field(default_factory=list)
    gates: list[Gate] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    aside: list[tuple[str, bytes, str]] = field(default_factory=list)  # (shape, raw, why)
    names: set[str] = field(default_factory=set)
    beams: list[tuple[int, bool, int | None]] = field(default_factory=list)  # (pin, high, instant)
    beat: dict = field(default_factory=dict)
    batch_id: str | None = None
    seq: int | None = None
    sent_at: int | None = None
    count: str | None = None

    def add(self, other: "Heard"):
        """What another body of the same reader said, too."""
        for name in ("reads", "gates", "gaps", "aside", "beams"):
            getattr(self, name).extend(getattr(other, name))
        self.names |= other.names
        self.beat |= other.beat
        self.sent_at = other.sent_at if other.sent_at is not None else self.sent_at


_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def counted(heard):
    """The id of the count, or of the task, that a batch says it is for; None if it says none."""
    said = (heard.count or "").lower()
    return said if _UUID.fullmatch(said) else None


_UNREADABLE = (Bad, msgspec.MsgspecError, NotAnInstant, ValueError, TypeError, OverflowError, RecursionError)
every_kind_of_row: dict[str, "Rows"] = {}


class Rows:
    """How the rows of one shape are read: many at once, and one by one as soon as one of them is bad.

    `hear(row, heard, at)` adds what a row says; `at` is the instant of the message around it, if that had one.
    """

    def __init__(self, name: str, kind, hear: Callable):
        self.name, self.hear = name, hear
        self._many, self._one = msgspec.json.Decoder(list[kind]), msgspec.json.Decoder(kind)
        every_kind_of_row[name] = self

    def each(self, raw, heard, at=None):
        """Hear every row of a JSON list (bytes); what cannot be understood is set aside by itself."""
        hear, raws = self.hear, None
        try:
            rows = self._many.decode(raw)
        except _UNREADABLE:
            raws = parts_of(raw)
            if raws is None:
                heard.aside.append((self.name, bytes(raw), "not_understood"))
                return
            rows = [None] * len(raws)
        for n, row in enumerate(rows):
            try:
                hear(self._one.decode(raws[n]) if row is None else row, heard, at)
            except _UNREADABLE as error:
                raws = raws or parts_of(raw)
                heard.aside.append((self.name, bytes(raws[n]), getattr(error, "why", "not_understood")))


_parts = msgspec.json.Decoder(list[msgspec.Raw])


def parts_of(raw):
    """The elements of a JSON list as they were written; None if it is none."""
    try:
        return _parts.decode(raw)
    except _UNREADABLE:
        return None


# Tags.

_WORDS = re.compile(r"(?:[0-9A-F]{4}){1,31}")  # an EPC is whole 16-bit words, at most 496 bits (Gen2, 6.3.2.1.2)
_BYTES = re.compile(r"(?:[0-9A-F]{2}){2,60}")


@lru_cache(maxsize=65536)
def epc_of(text):
    """An EPC as upper-case hexadecimal digits. Readers repeat the same tags, so it is remembered. Raises `Bad`."""
    said = _plain_hex(text)
    if not _WORDS.fullmatch(said):
        raise Bad("not_an_epc")
    return _unframed(said)


@lru_cache(maxsize=65536)
def tid_of(text):
    """A TID likewise. Raises `Bad`."""
    said = _plain_hex(text)
    if not _BYTES.fullmatch(said):
        raise Bad("not_a_tid")
    return said


@lru_cache(maxsize=65536)
def hex_of_base64(text):
    """Base64 in either alphabet, padded or not: Impinj writes `4oARYGAAAgpmgfI_`. Raises `Bad`."""
    said = text.strip().rstrip("=").replace("-", "+").replace("_", "/")
    try:
        found = base64.b64decode(said + "=" * (-len(said) % 4), validate=True)
    except ValueError:
        raise Bad("not_base64") from None
    return found.hex().upper()


def _plain_hex(text):
    return text.strip().upper().removeprefix("0X").replace(" ", "").replace("-", "")


def _unframed(said):
    """The EPC inside of a whole serial frame (length, address, command 0xEE, state, EPC, CRC), which some gateways of
    Chinese modules pass on as if it were the EPC. Only if length and checksum both hold."""
    if len(said) < 16 or said[4:6] != "EE" or int(said[:2], 16) != len(said) // 2 - 1:
        return said
    frame = bytes.fromhex(said)
    inside = said[8:-4]
    return inside if crc16(frame[:-2]) == int.from_bytes(frame[-2:], "little") and len(inside) % 4 == 0 else said


def crc16(frame):
    """CRC-16 as UHFReader18's manual has it: polynomial 0x8408, preset 0xFFFF."""
    found = 0xFFFF
    for byte in frame:
        found ^= byte
        for _ in range(8):
            found = found >> 1 ^ 0x8408 if found & 1 else found >> 1
    return found


def tag_of(epc, tid):
    """(tag, TID) of what a row says, either of which may be missing. Raises `Bad`."""
    own = tid_of(tid) if tid else ""
    if epc:
        return epc_of(epc), own
    if own:
        return "tid:" + own, own
    raise Bad("no_tag")


def barcode_of(text):
    """A scan that rode along. Raises `Bad`."""
    said = text.strip() if isinstance(text, str) else ""
    if not 0 < len(said) <= 500 or "\x00" in said or any("\ud800" <= one <= "\udfff" for one in said):
        raise Bad("not_a_barcode")
    return "barcode:" + said


# Numbers and instants, which some send as texts.


def instant_of(said):
    """Microseconds of an RFC 3339 text (also with nine decimals, or an offset without colon) or of an epoch number in
    seconds, milli-, micro- or nanoseconds, told apart by its size; None stays None. Raises `Bad`."""
    if said is None or said == "":
        return None
    try:
        if isinstance(said, str) and not said.lstrip("-").replace(".", "", 1).isdigit():
            return read_instant(said)
        number = float(said) if isinstance(said, str) and "." in said else said
        if isinstance(number, str):
            number = int(number)
        return _of_epoch(number)
    except NotAnInstant as error:
        raise Bad(error.code) from None
    except (ValueError, OverflowError):
        raise Bad("not_time") from None


def _of_epoch(number):
    size = abs(number)
    for limit, factor in ((1e11, 1_000_000), (1e14, 1_000), (1e17, 1)):
        if size < limit:
            return int(number * factor)
    if size < 1e20:
        return int(number) // 1000
    raise Bad("out_of_range")


def strength_of(said, scale=100):
    """Hundredths of a dBm; `scale`: what one unit of `said` is. None stays None. Raises `Bad`."""
    if said is None or said == "":
        return None
    try:
        found = round(float(said) * scale)
    except (ValueError, OverflowError):
        raise Bad("not_a_strength") from None
    if not -20_000 <= found <= 5_000:
        raise Bad("not_a_strength")
    return found


def whole(said, most, least=0, default=0):
    """A whole number, maybe written as a text. Raises `Bad`."""
    if said is None or said == "":
        return default
    try:
        found = int(said)
    except (ValueError, OverflowError):
        raise Bad("not_whole") from None
    if not least <= found <= most:
        raise Bad("out_of_range")
    return found


def antenna_of(said):
    """A port number. Raises `Bad`."""
    return whole(said, 65_535)


def count_of(said):
    """How many times it was read. Raises `Bad`."""
    return max(1, whole(said, 1_000_000, default=1))


def seq_of(said):
    """The reader's own number of an event; nothing to rely on, it begins again after a restart."""
    return said if isinstance(said, int) and 0 <= said < 2**53 else 0


# Sights and clocks.


def clamped(instant, received_at):
    """An instant outside of what a clock can have come to is that of arrival: the clock was never set."""
    return received_at if instant is None or not received_at - BACK <= instant <= received_at + AHEAD else instant


def offset_of(before, now):
    """A reader's offset (server minus reader) from the smallest differences of the last window and of this one.

    A clock that is ahead shows at once. One that is behind looks like a delivery that is late, as after an outage, so
    it is believed only when it stayed the same for a whole window: replayed reads catch up, a wrong clock does not.
    """
    if now is None:
        return before or 0
    if now < 0:
        return now
    if before is not None and abs(before - now) <= STEADY:
        return min(before, now)
    return 0


def merged(series, new):
    """(the union of two lists of reads of one sight, how many of the new ones were known).

    A read is `[offset in the bucket, antenna, peak, count, seq]`; the first, the second and the last make it itself.
    """
    known = {(one[0], one[1], one[4]): one for one in series}
    before = 0
    for one in new:
        key = (one[0], one[1], one[4])
        if key in known:
            before += 1
        elif len(known) < SERIES_MOST:
            known[key] = one
    return [known[key] for key in sorted(known)], before
