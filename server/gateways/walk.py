"""A calibration walk: somebody carries tags through a door, past it and back, says what each of them did, and hears
which threshold tells them apart. Ten minutes when a door is hung, and again when its surroundings change."""

import msgspec

from server.clock import MINUTE
from server.db import fetch, put
from server.errors import IdReused, NotUnderstood
from server.gateways.fleet import set_up
from server.gateways.passing import walked
from server.gateways.portals import reads_since, sides_of

LONGEST = 60 * MINUTE
_COLUMNS = "warehouse_id id device_id from_at to_at truth scores best person_id made_at".split()


class WalkTooLong(NotUnderstood):
    """A walk is a few minutes of which somebody knows everything."""

    code = "walk_too_long"
    en = "A calibration walk ends after it begins and lasts at most an hour. Correct the times."
    zh = "标定行走的结束时间须晚于开始时间，且不超过一小时。请更正时间。"


class DoorHasNoSides(NotUnderstood):
    """Which antenna looks outside?"""

    code = "door_has_no_sides"
    en = "Say first which antennas of this reader look inside and which look outside."
    zh = "请先设置该读写器各天线朝内或朝外。"


def record(reader, id, from_at, to_at, truth, person_id, now, use):
    """Keep a walk and what each threshold would have made of it; `use`: the door takes the best one over at once.

    `truth`: {tag: "in", "out" or None}. Gives the row. Raises `WalkTooLong`, `DoorHasNoSides`, `IdReused`.
    """
    house, device = reader["warehouse_id"], reader["id"]
    known = fetch("SELECT * FROM portal_walks WHERE warehouse_id = :w AND id = :id", w=house, id=id)
    if known:
        same = (known[0].device_id, known[0].from_at, known[0].to_at, msgspec.json.decode(known[0].truth))
        if same != (device, from_at, to_at, truth):
            raise IdReused()
        return known[0], False
    if not 0 < to_at - from_at <= LONGEST:
        raise WalkTooLong()
    sides = sides_of(house, device)
    if set(sides.values()) != {"in", "out"}:
        raise DoorHasNoSides()
    offset = reader["clock_offset"]
    reads = {
        tag: [one for one in ones if from_at <= one[0] + offset <= to_at]
        for tag, ones in reads_since(house, device, from_at, to_at).items()
    }
    scores, best = walked(reads, sides, truth)
    said, told = msgspec.json.encode(truth).decode(), msgspec.json.encode(scores).decode()
    put("portal_walks", [(house, id, device, from_at, to_at, said, told, best, person_id, now)], _COLUMNS)
    if use:
        set_up(house, device, threshold=best)
    return fetch("SELECT * FROM portal_walks WHERE warehouse_id = :w AND id = :id", w=house, id=id)[0], True


def walks_of(warehouse_id, device_id):
    """The walks of a door, the latest first."""
    return fetch(
        "SELECT * FROM portal_walks WHERE warehouse_id = :w AND device_id = :d ORDER BY made_at DESC, id LIMIT 50",
        w=warehouse_id,
        d=device_id,
    )
