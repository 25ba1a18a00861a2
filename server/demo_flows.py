"""Three months of stock moves around the real order lines: what stood there first, what came in, what went out. Pure.

Sales and returns are real; openings, receipts and transfers are made so that the shelves can serve them.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from server.clock import DAY, HOUR, MINUTE
from server.demo_goods import draw

FIRST, LAST = date(2011, 6, 1), date(2011, 8, 31)
DAYS = (LAST - FIRST).days + 1
LOCAL = 8 * HOUR  # the demo stands in Shanghai
ROUNDS = ((0, 31), (24, 61), (54, DAYS))  # (day it is on the shelf, last day that it has to serve)
LATE = 14  # days that the paper of a few receipts lies about: the book goes below zero meanwhile


@dataclass(frozen=True, slots=True)
class Flow:
    """One move to be: instants in microseconds, whole base units, locations by code."""

    at: int
    posted_on: int  # day of the demo on which the book hears of it
    name: str
    sku: str
    lot: str
    units: int
    from_: str
    to: str
    kind: str
    document: str
    late: bool = False  # the goods are there, their paper is not


@dataclass(frozen=True, slots=True)
class Batch:
    """A lot and its expiry date."""

    sku: str
    lot: str
    expiry: str


def midnight(today):
    """The local midnight at which the demo's first day begins; `today`: an instant of the day after its last."""
    days = (today + LOCAL) // DAY - DAYS
    return days * DAY - LOCAL


def instant(ts, start):
    """`2011-06-01T08:26` → the same hour of the same day of the demo."""
    read = datetime.fromisoformat(ts)
    days = (read.date() - FIRST).days
    return start + days * DAY + read.hour * HOUR + read.minute * MINUTE


def flows(goods, sold, start):
    """(every flow in order of time, every lot) of a demo that begins at `start`."""
    sold_of = defaultdict(list)
    for line in sold:
        sold_of[line.sku].append(line)
    found, lots = [], []
    for item in goods:
        if item.lot_tracked:
            batches = _batches(item, start)
            lots += batches
            found += _food_flows(item, batches, start)
        else:
            found += _gift_flows(item, sold_of[item.sku], start)
    return sorted(found, key=lambda flow: (flow.posted_on, flow.at, flow.name)), lots


def _gift_flows(item, sold, start):
    day_of = [(instant(line.ts, start) - start) // DAY for line in sold]
    found = []
    served = -1
    for n, (on, until) in enumerate(ROUNDS):
        wanted = sum(max(0, line.units) for line, day in zip(sold, day_of, strict=True) if served < day <= until)
        served = until
        spare = 6 + wanted // 3 if n == 0 else wanted // 6
        if wanted + spare and (n == 0 or wanted):
            found += _arrival(item, "", n, on, wanted + spare, start)
    for k, (line, day) in enumerate(zip(sold, day_of, strict=True)):
        out = line.units > 0
        places = (item.home, "CUSTOMER") if out else ("CUSTOMER", item.home)
        found.append(
            Flow(
                instant(line.ts, start),
                day,
                f"{item.sku} {line.ts} {k}",
                item.sku,
                "",
                abs(line.units),
                *places,
                "pick" if out else "return",
                line.document,
            )
        )
    return [flow for flow in found if flow.units]


def _arrival(item, lot, n, day, units, start):
    """Opening stock, or a receipt; A items by way of a reserve place, from which they are moved two days later."""
    morning = start + 6 * HOUR + draw(f"minute {item.sku} {lot} {n}", 90) * MINUTE
    name = f"{item.sku} {lot} in {n}"
    if n == 0:
        return [Flow(morning, 0, name, item.sku, lot, units, "SUPPLIER", item.home, "opening", "OPENING")]
    day += draw(f"day {item.sku} {n}", 4)
    document = f"PO-{n}{day:02d}{draw(f'po {item.sku} {n}', 6)}"
    late = LATE if draw(f"late {item.sku} {n}", 60) == 0 else 0
    at = morning + day * DAY
    if item.abc != "A" or late:
        return [
            Flow(at, day + late, name, item.sku, lot, units, "SUPPLIER", item.home, "receipt", document, bool(late))
        ]
    in_ = Flow(at, day, name, item.sku, lot, units, "SUPPLIER", item.reserve, "receipt", document)
    down = Flow(at + 2 * DAY, day + 2, name + " down", item.sku, lot, units, item.reserve, item.home, "move", "")
    return [in_, down]


def _batches(item, start):
    """Three lots: two that stand there from the first day, one that comes; some are near their end today."""
    found = []
    for n in range(3):
        made = (start + LOCAL) // DAY - draw(f"age {item.sku} {n}", item.shelf_life_days // 2) + (40 if n == 2 else 0)
        born = datetime.fromtimestamp(0, UTC).date() + timedelta(days=made)
        ends = born + timedelta(days=item.shelf_life_days)
        found.append(Batch(item.sku, f"L{born:%y%m%d}{'ABC'[n]}", ends.isoformat()))
    return sorted(found, key=lambda batch: (batch.expiry, batch.lot))


def _food_flows(item, batches, start):
    """First expired, first out; a dozen small orders."""
    left = {}
    found = []
    for n, batch in enumerate(batches):
        left[batch.lot] = 24 + draw(f"units {item.sku} {batch.lot}", 60)
        arrives = 0 if n < 2 else 1
        found += _arrival(item, batch.lot, arrives, 40 * arrives, left[batch.lot], start)
    for k in range(8 + draw(f"orders {item.sku}", 8)):
        day = 1 + draw(f"order {item.sku} {k}", DAYS - 1)
        units = 1 + draw(f"ordered {item.sku} {k}", 9)
        open_lots = [batch.lot for n, batch in enumerate(batches) if left[batch.lot] >= units and (n < 2 or day > 48)]
        if open_lots:
            left[open_lots[0]] -= units
            at = start + day * DAY + 9 * HOUR + draw(f"hour {item.sku} {k}", 420) * MINUTE
            name = f"{item.sku} out {k}"
            document = f"SO-F{day:02d}{draw(name, 9)}"
            found.append(Flow(at, day, name, item.sku, open_lots[0], units, item.home, "CUSTOMER", "pick", document))
    return found
