"""What readers posted, as it came, for as long as the policy says: a better parser can hear it again.

Sights are sets, so hearing everything again adds only what was not understood the first time.
"""

import base64
import zlib

from server.catalog.policy import policies_for
from server.clock import DAY, MINUTE
from server.db import NIL, fetch, put, run
from server.gateways.shapes import heard_of
from server.gateways.take import Source, Taken, take
from server.ids import new_id

_days: dict[str, tuple[int, int]] = {}  # warehouse: (until when it is remembered, days), asked once a minute
AT_ONCE = 200  # bodies that are heard again in one transaction


def keep(posts):
    """Keep bodies: `[(source, session id or None, maker or None, received at, bytes)]`."""
    wanted = [one for one in posts if one[4] and _kept_days(one[0].warehouse_id, one[3])]
    put(
        "reader_bodies",
        [
            (source.warehouse_id, new_id(), source.device_id, session or NIL, maker, at, _packed(body))
            for source, session, maker, at, body in wanted
        ],
        ["warehouse_id", "id", "device_id", "session_id", "maker", "received_at", "body"],
    )


def hear_again(warehouse_id, from_at, to_at, device_id=None, after=None):
    """Hear what came between two instants once more; gives (bodies, `Taken`, id to go on after or None)."""
    at, last = after or (from_at - 1, NIL)
    only = "AND device_id = :d" if device_id else ""
    rows = fetch(
        f"SELECT * FROM reader_bodies WHERE warehouse_id = :w AND received_at <= :z {only} AND (received_at > :a OR"
        " received_at = :a AND id > :last) ORDER BY received_at, id LIMIT :n",
        w=warehouse_id,
        z=to_at,
        a=at,
        last=last,
        n=AT_ONCE,
        **({"d": device_id} if device_id else {}),
    )
    total = Taken()
    for row in rows:
        heard = heard_of(zlib.decompress(base64.b64decode(row.body)), row.maker)
        session = None if row.session_id == NIL else row.session_id
        taken = take(Source(row.warehouse_id, row.device_id), heard, row.received_at, session, again=True)
        total.accepted, total.duplicate = total.accepted + taken.accepted, total.duplicate + taken.duplicate
        total.quarantined += taken.quarantined
    more = (rows[-1].received_at, rows[-1].id) if len(rows) == AT_ONCE else None
    return len(rows), total, more


def forget(now):
    """Delete what is older than the policy of its warehouse keeps; gives how many."""
    houses = [row.warehouse_id for row in fetch("SELECT DISTINCT warehouse_id FROM reader_bodies")]
    days = {house: policy.readers.raw_days for house, policy in policies_for(houses, now).items()} if houses else {}
    return sum(
        run("DELETE FROM reader_bodies WHERE warehouse_id = :w AND received_at < :old", w=house, old=now - n * DAY)
        for house, n in days.items()
    )


def _kept_days(warehouse_id, now):
    until, days = _days.get(warehouse_id, (0, 0))
    if until < now:
        days = policies_for([warehouse_id], now)[warehouse_id].readers.raw_days
        _days[warehouse_id] = (now + MINUTE, days)
    return days


def _packed(body):
    return base64.b64encode(zlib.compress(body, 1)).decode()
