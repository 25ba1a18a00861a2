"""Requests of the floor: scans, deliveries, moves, signing in."""

import json
import time

import msgspec

from bench.house import FLOOR, ITEM, PLACE, house_id, id_of, item_code, place_code
from bench.load import drive, hammer, request
from bench.table import Row
from server.ids import new_id
from server.people.passwords import fits, prepare
from tests.given import PASSWORD
from tests.worker import Worker, at

CONNECTIONS = 8


def scans(house):
    """One scan → what is it, at 32 connections, beside Flask with one indexed select."""
    codes = [item_code(n) for n in range(0, house.sizes.items, max(1, house.sizes.items // 500))]
    seconds, token = house.sizes.seconds, house.people[0].token
    bare = hammer(house.limit.port, ["/bare"], seconds=seconds)
    selects = [f"/select?code={_key(code)}" for code in codes]
    asked = [f"/api/v1/identify?warehouse=FLOOR&code={code}" for code in codes]
    limit, ours = by_turns(
        lambda _: hammer(house.limit.port, selects, seconds=seconds),
        lambda _: hammer(house.server.port, asked, token, seconds=seconds),
    )
    note = f"p50 {ours.p50:.0f} ms, p99 {ours.p99:.0f} ms; bare Flask {bare.rate:,.0f}/s" + failures(ours)
    yield Row(
        "one scan (GET /identify, 32 connections)", ours.rate, "req/s", 1500, limit.rate, "Flask + select", 0.45, note
    )
    yield Row("  its p99", ours.p99, "ms", 60, limit.p99, "Flask + select", more=False)


def deliveries(house):
    """Counted lines through the floor's door: singly, fifty and a thousand at once."""
    tasks = [_task(house, person, n) for n, person in enumerate(house.people)]
    wanted = {1: (800, 0.5, house.sizes.requests), 50: (6000, 0.3, house.sizes.requests * 5), 1000: (15000, None, 0)}
    for size, (target, ratio, events) in wanted.items():
        events = events or house.sizes.requests * 10
        hands = CONNECTIONS if size == 1 else 4
        limit, ours = by_turns(
            lambda turns, size=size, n=events, hands=hands: drive(
                house.limit.port, bare_inserts(n // size // turns, size, hands)
            ),
            lambda turns, size=size, n=events, hands=hands: drive(
                house.server.port, _entries(house, tasks, n // size // turns, size, hands)
            ),
        )
        note = f"p50 {ours.p50:.0f} ms, p99 {ours.p99:.0f} ms, {hands} connections" + failures(ours)
        yield Row(
            f"count lines, {size:,} per request",
            *(ours.rate * size, "events/s", target, limit.rate * size, "decode + bulk insert + commit", ratio, note),
        )


def moves(house):
    """Moves into the book, both sides: singly from 8 connections, and 500 at once."""
    for size, count, target in ((1, house.sizes.requests, 1000), (500, house.sizes.requests // 50, 8000)):
        hands = CONNECTIONS if size == 1 else 2
        limit, ours = by_turns(
            lambda turns, size=size, n=count, hands=hands: drive(
                house.limit.port, bare_inserts(n // turns, size, hands)
            ),
            lambda turns, size=size, n=count, hands=hands: drive(
                house.server.port, _posts(house, n // turns, size, hands)
            ),
        )
        note = f"p50 {ours.p50:.0f} ms, p99 {ours.p99:.0f} ms, {hands} connections" + failures(ours)
        yield Row(
            f"moves, {size} per request",
            *(ours.rate * size, "moves/s", target, limit.rate * size, "decode + bulk insert + commit", None, note),
        )


def signing_in(house):
    """A sign-in beside the hash itself."""
    kept = prepare(PASSWORD).password_hash
    asker = Worker(house.boss.send)
    both = [(took(lambda: fits(kept, PASSWORD)), took(lambda: asker.sign_in("boss", PASSWORD))) for _ in range(21)]
    hashed, ours = (sorted(each)[10] for each in zip(*both, strict=True))
    yield Row("sign in (argon2id)", ours, "ms", hashed + 5, hashed, "the hash itself", more=False)


def by_turns(limit, ours, turns=3):
    """Limit, ours, limit, ours, …: the middle one of each, so that a neighbour who wakes up disturbs both alike."""
    pairs = [(limit(turns), ours(turns)) for _ in range(turns)]
    return [sorted(each, key=lambda driven: driven.rate)[turns // 2] for each in zip(*pairs, strict=True)]


def _key(code):
    return code.rjust(14, "0") if code.isdigit() else code


def _task(house, person, n):
    """Two shelves of the floor's own for each person, claimed."""
    places = [place_code(FLOOR, 2 * n), place_code(FLOOR, 2 * n + 1)]
    house.asker.warehouse = "FLOOR"
    (task,) = house.asker.start_count("full", locations=places).ok()["tasks"]
    assert person.claim(task["id"])["result"] == "accepted"
    return person, task["id"], places


def _entries(house, tasks, count, size, hands):
    """Deliveries, one queue for each hand: everybody in their own task."""
    turns = [[] for _ in range(hands)]
    for n in range(count):
        person, task, places = tasks[n % hands]
        events = []
        for k in range(size):
            said = {"task": task, "location": places[k % 2], "code": item_code((n * size + k) % house.sizes.items)}
            events.append(person.event("count.entry", **said, quantity="3", method="camera", raw="]E0" + said["code"]))
        body = json.dumps({"device_id": person.device, "sent_at": at(), "events": events}).encode()
        turns[n % hands].append(request("POST", "/api/v1/sync", person.token, body))
    return turns


def _posts(house, count, size, hands):
    """Moves from shelf to shelf, as an ERP posts them."""
    turns = [[] for _ in range(hands)]
    for n in range(count):
        said = [_a_move(house, n * size + k) for k in range(size)]
        body = json.dumps({"moves": said}).encode()
        turns[n % hands].append(request("POST", "/api/v1/moves", house.boss.token, body))
    return turns


def _a_move(house, n):
    from_, to = place_code(FLOOR, 100 + n % 50), place_code(FLOOR, 150 + n % 50)
    goods = {"sku": f"SKU-{n % house.sizes.items:06d}", "quantity": "1", "from": from_, "to": to}
    return {"id": new_id(), "warehouse": "FLOOR", **goods, "kind": "move", "effective_at": at()}


def bare_inserts(count, size, hands):
    """Deliveries of bare rows for the server that does nothing else."""
    turns = [[] for _ in range(hands)]
    for n in range(count):
        rows = [
            (house_id(FLOOR), new_id(), id_of(PLACE, k % 100), id_of(ITEM, k), 3000, '{"quantity":"3"}' * 10)
            for k in range(size)
        ]
        turns[n % hands].append(request("POST", "/insert", body=msgspec.json.encode(rows)))
    return turns


def took(work):
    """How long something took, in milliseconds."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1e3


def failures(driven):
    """What failed, in words."""
    return f", {driven.failed} FAILED" if driven.failed else ""
