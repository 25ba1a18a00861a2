"""What readers post: 500, 50 and 1 read at once, beside a server that only inserts; and fifty readers for a while."""

import base64
import io
import json

from bench.house import FLOOR, place_code
from bench.load import drive, hold
from bench.requests import bare_inserts, by_turns, failures, took
from bench.table import Row
from server.clock import now, show_instant
from server.ids import new_id
from tests.given import PASSWORD
from tests.worker import API, Worker

TAGS = 60  # a pallet
READERS = 50


def batches(house):
    """Zebra's own words, as the fixed readers of a dock send them: a pallet of sixty tags, four antennas."""
    keys = _readers(house, 8)
    posts = house.sizes.requests
    wanted = {500: (40_000, posts // 8), 50: (None, posts), 1: (500, posts)}
    for size, (target, count) in wanted.items():
        hands = 8 if size == 1 else 4
        limit, ours = by_turns(
            lambda turns, size=size, n=count, hands=hands: drive(
                house.limit.port, bare_inserts(n // turns, size, hands)
            ),
            lambda turns, size=size, n=count, hands=hands: drive(
                house.server.port, _posts(keys, n // turns, size, hands)
            ),
        )
        note = f"p50 {ours.p50:.0f} ms, p99 {ours.p99:.0f} ms, {hands} readers" + failures(ours)
        named = f"reads, {size} per post"
        yield Row(named, *(ours.rate * size, "reads/s", target, limit.rate * size, "bulk insert + commit", None, note))


def a_dock(house):
    """Fifty readers at once, 200 reads in each post, without a pause."""
    keys = _readers(house, READERS)
    ours = drive(house.server.port, _posts(keys, READERS * max(4, house.sizes.seconds), 200, READERS))
    note = f"p50 {ours.p50:.0f} ms" + failures(ours)
    yield Row("50 readers, 200 reads a post", ours.rate * 200, "reads/s", 10_000, note=note)
    yield Row("  its p99, all at once", ours.p99, "ms", None, more=False)


def a_dock_held(house):
    """Fifty readers, a post of 200 reads a second each, for three minutes: 10,000 reads a second. And what comes after
    an outage: 500 reads a second each for a minute, as Zebra's readers catch up."""
    keys = _readers(house, READERS)
    for reads, said, target, turns in ((200, "held", 250, 36), (500, "after an outage", None, 12)):
        seconds = turns * house.sizes.seconds
        ours = hold(house.server.port, _posts(keys, READERS * seconds, reads, READERS))
        note = f"{seconds} s; p50 {ours.p50:.0f} ms, p99 {ours.p99:.0f} ms" + failures(ours)
        yield Row(f"50 readers × {reads}/s {said}", ours.rate * reads, "reads/s", 0.95 * READERS * reads, note=note)
        yield Row("  its p99, from when it was due", ours.p99, "ms", target, more=False)


def a_count_by_tags(house):
    """Ten thousand tags of one bin, swept and submitted: found, compared with the book and judged."""
    boss, counter = Worker(house.boss.send).sign_in("keeper", PASSWORD), house.people[2]
    tags = [f"E28011609{n:015X}" for n in range(10_000)]
    place, sku = place_code(FLOOR, 0), "SKU-000000"
    rows = "epc,sku,warehouse,location\n" + "".join(f"{tag},{sku},FLOOR,{place}\n" for tag in tags)
    bound = boss.ask("POST", "/imports/tags", files={"file": (io.BytesIO(rows.encode()), "tags.csv")}).ok()
    assert bound["errors"] == [], bound["errors"][:3]
    house.asker.warehouse = counter.warehouse = "FLOOR"
    count = house.asker.start_count("full", locations=[place]).ok()
    (task,) = [one["id"] for one in count["tasks"]]
    name = f"reader {next(_number)}"
    said = {"id": new_id(), "name": name, "kind": "handheld", "warehouse": "FLOOR"}
    word = base64.b64encode(f"{name}:{boss.post('/devices', said).ok()['key']}".encode()).decode()
    counter.claim(task)
    counter.post("/readers/sessions", {"task": task, "reader": name}).ok()
    for n in range(0, len(tags), 500):
        reads = [{"epc": tag, "first": show_instant(now()), "rssi_dbm": -50} for tag in tags[n : n + 500]]
        sent = {"Authorization": f"Basic {word}"}
        boss.ask("POST", "/readers/reads", {"sent_at": show_instant(now()), "reads": reads}, headers=sent).ok()
    watched = took(lambda: counter.get(f"/readers/sessions/{task}").ok())
    closed = took(lambda: counter.submit(task))
    listed = took(lambda: house.boss.get(f"/readers/found/{task}").ok())
    note = f"watching it {watched:.0f} ms, the list of what was found {listed:.0f} ms"
    yield Row("a count of 10,000 tags, submitted and judged", closed / 1e3, "s", 2, note=note, more=False)


_number = iter(range(10**9))


def _readers(house, count):
    """Names and keys of readers on the floor."""
    found, keeper = [], Worker(house.boss.send).sign_in("keeper", PASSWORD)
    for _ in range(count):
        name = f"reader {next(_number)}"
        said = {"id": new_id(), "name": name, "kind": "reader", "warehouse": "FLOOR"}
        key = keeper.post("/devices", said).ok()["key"]
        found.append(base64.b64encode(f"{name}:{key}".encode()).decode())
    return found


def _posts(keys, count, size, hands):
    """Posts, one queue for each reader; its clock goes on by what it has read."""
    turns = [[] for _ in range(hands)]
    at = now() - count * size * 5_000 // hands
    for n in range(count):
        events = [_event(at + (n // hands * size + k) * 5_000, k, n) for k in range(size)]
        body = json.dumps(events).encode()
        word = keys[n % hands]
        head = f"POST {API}/readers/ingest HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {word}\r\n"
        turns[n % hands].append(
            f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        )
    return turns


def _event(micros, k, n):
    data = {"antenna": k % 4 + 1, "eventNum": n * 1000 + k, "format": "epc", "peakRssi": -50 - k % 20, "reads": 1}
    data["idHex"] = f"3035a537c8{n // 8:06x}{k % TAGS:08x}"
    return {"data": data, "timestamp": micros // 1000, "type": "CUSTOM"}
