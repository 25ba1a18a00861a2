"""Goods through the floor's door: picked and received lines, a receipt and a wave of a thousand lines."""

import json

from bench.house import FLOOR, place_code
from bench.load import drive, request
from bench.requests import CONNECTIONS, bare_inserts, by_turns, failures, took
from bench.table import Row
from tests.house import again
from tests.worker import at

LINES = 1000
WHOLE = {"pick.line": "a wave of 1,000 lines, picked in one delivery", "receive.line": "a receipt of 1,000 lines"}


def lines(house):
    """Picked and received lines, singly, fifty and a thousand at once, each person at a document of their own."""
    many = house.sizes.requests * 5
    for step, kind in (("pick.line", "pick"), ("receive.line", "receipt")):
        for size, events in ((1, house.sizes.requests), (50, many), (LINES, many)):
            hands = CONNECTIONS if size == 1 else 4
            limit, ours = by_turns(
                lambda turns, size=size, n=events, hands=hands: drive(
                    house.limit.port, bare_inserts(max(hands, n // size // turns), size, hands)
                ),
                lambda turns, size=size, n=events, hands=hands, step=step, kind=kind: drive(
                    house.server.port, _said(house, step, kind, max(hands, n // size // turns), size, hands)
                ),
            )
            note = f"p50 {ours.p50:.0f} ms, p99 {ours.p99:.0f} ms, {hands} connections" + failures(ours)
            yield Row(
                f"{step}, {size:,} per request",
                *(ours.rate * size, "lines/s", None, limit.rate * size, "decode + bulk insert + commit", None, note),
            )


def whole_documents(house):
    """A thousand lines of a thousand items: said by one person, checked by another, and for a pick shipped."""
    picker, checker = house.people[:2]
    for step, kind in (("pick.line", "pick"), ("receive.line", "receipt")):
        document = _document(house, kind)
        first = [_event(house, picker, step, document, n) for n in range(LINES)]
        second = [_event(house, checker, step.replace("line", "check"), document, n) for n in range(LINES)]
        said = took(lambda events=first: _all(picker, events))
        checked = took(lambda events=second: _all(checker, events))
        note = f"the check {checked:.0f} ms"
        if kind == "pick":
            note += f", the shipment {took(lambda document=document: picker.ship(document)):.0f} ms"
        yield Row(WHOLE[step], said, "ms", None, None, "", more=False, note=note)


def _all(who, events):
    receipts = who.sync(*events)
    assert all(receipt["result"] == "accepted" for receipt in receipts), receipts[:2]


def _document(house, kind):
    planner = again(house.boss, "FLOOR")
    items = min(LINES, house.sizes.items)
    return planner.open_document(kind, {f"SKU-{n:06d}": 1_000_000 for n in range(items)}).ok()["id"]


def _event(house, person, step, document, n):
    where = {"location": place_code(FLOOR, 100 + n % 50)} if step == "pick.line" else {}
    sku = f"SKU-{n % min(LINES, house.sizes.items):06d}"
    return person.event(step, document=document, sku=sku, quantity="1", method="camera", **where)


def _said(house, step, kind, count, size, hands):
    """Deliveries, one queue for each hand, everybody at their own document."""
    documents = [_document(house, kind) for _ in range(hands)]
    turns = [[] for _ in range(hands)]
    for n in range(count):
        hand = n % hands
        person = house.people[hand]
        events = [_event(house, person, step, documents[hand], n * size + k) for k in range(size)]
        body = json.dumps({"device_id": person.device, "sent_at": at(), "events": events}).encode()
        turns[hand].append(request("POST", "/api/v1/sync", person.token, body))
    return turns
