"""What a reader saw on a shelf, said in the round like what a person counted: under a claim, once, never edited."""

from dataclasses import dataclass

from server import clock
from server.counting.entry import COLUMNS
from server.db import put
from server.ids import new_id


@dataclass(frozen=True, slots=True)
class Swept:
    """So many of a position (`place`: location, item, lot), read from `first` to `last`. `qty`: thousandths; nothing of
    it makes the statement that there is none. `code`: the tag of a serial; `raw`: how it was read."""

    place: tuple[str, str, str]
    qty: int
    first: int
    last: int
    raw: str
    serial: str | None = None
    code: str | None = None


def enter_swept(task, hand, said):
    """Keep what was swept as statements of whoever holds the task, by one statement to the database."""
    now = clock.now()
    put("count_entries", [_written(task, hand, one, now) for one in said], COLUMNS)


def _written(task, hand, one, now):
    kind = "entry" if one.qty else "empty"
    return (
        *(task.warehouse_id, new_id(), task.id, task.count_id, task.claim_id, kind, *one.place, one.serial, one.qty),
        *(None, "rfid", one.code, one.raw, None, hand.person_id, hand.device_id, one.last, one.last),
        *(one.first, one.last, now),
    )
