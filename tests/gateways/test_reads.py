"""Readers post, through HTTP and on both databases: nothing they say is refused, and nothing counts twice."""

import base64
import gzip
import json
import random

import pytest

from server.clock import SECOND
from server.gateways.rules import BUCKET
from tests.gateways.test_shapes import SAMPLES, SGTIN, TRAPS
from tests.reader import Reader, counts
from tests.worker import Worker, at, new_id

OTHER = "3034257BF7194E4000001A86"


@pytest.fixture
def reader(given):
    """A reader at a door."""
    return Reader(given)


def sights(app):
    """{(session, bucket, tag, tid): (reads, peak)} of all that is kept."""
    from server.db import fetch

    with app.app_context():
        rows = fetch("SELECT * FROM tag_sights")
        return {(row.session_id, row.bucket, row.tag, row.tid): (row.reads, row.peak, row.series) for row in rows}


def test_a_batch_of_ours_is_taken_once(reader):
    read = {"epc": SGTIN, "antenna": 1, "rssi_dbm": -51.5, "first": at(-2), "last": at(-1), "count": 4}
    batch = {"batch_id": new_id(), "seq": 1, "sent_at": at(), "reads": [read, {"tid": "E2801191A50300664A20E848"}]}

    assert counts(reader.post("/readers/reads", batch)) == (2, 0, 0)
    assert counts(reader.post("/readers/reads", batch)) == (0, 2, 0)
    assert reader.batch(read) == (0, 1, 0)  # the same read in another batch


def test_lines_and_gzip_are_taken_too(reader):
    lines = [json.dumps({"epc": tag, "first": at(-9), "last": at(-8)}) for tag in (SGTIN, OTHER)]
    body = "\n".join(lines).encode()

    assert counts(reader.post("/readers/reads", body)) == (2, 0, 0)
    assert counts(reader.post("/readers/reads", body, packed=True)) == (0, 2, 0)
    assert counts(reader.post("/readers/reads", gzip.compress(body))) == (0, 2, 0)  # and nobody said that it is packed


@pytest.mark.parametrize("trap", TRAPS)
def test_what_makers_send_is_taken_at_one_address(reader, trap):
    assert reader.ingest(TRAPS[trap].encode()) == (2, 0, 0)


def test_a_keep_alive_and_a_heartbeat_are_signs_of_life(reader):
    for body in (b"[]", b"", b"{}", b'{"type": "heartbeat"}', b"anything at all"):
        assert counts(reader.post("/readers/heartbeat", body)) == (0, 0, 0)
    assert reader.ingest(b"[]") == (0, 0, 0)


def test_who_does_not_say_who_it_is_is_asked_for_name_and_key(reader, given):
    wrong = base64.b64encode(f"{reader.name}:wrong".encode()).decode()
    for sent in ({}, {"Authorization": f"Basic {wrong}"}):
        status, headers, _ = given.send("POST", "/api/v1/readers/ingest", [], sent)
        assert (status, "Basic" in headers["WWW-Authenticate"]) == (401, True), sent
    stale = {"Authorization": "Bearer stale"}  # a phone's page must not be asked: its browser would ask people
    assert "Basic" not in given.send("POST", "/api/v1/readers/reads", [], stale)[1]["WWW-Authenticate"]
    assert "Basic" not in given.send("GET", "/api/v1/tasks", None, {})[1]["WWW-Authenticate"]


def test_bad_rows_are_set_aside_and_the_good_ones_taken(reader):
    when = at()
    assert reader.batch({"epc": "no tag"}, {"epc": SGTIN, "first": when}, {}, {"epc": SGTIN, "first": "today"}) == (
        1,
        0,
        3,
    )
    assert reader.batch({"epc": "no tag"}, {"epc": SGTIN, "first": when}) == (0, 1, 1)


@pytest.mark.parametrize(
    "body", [b"nonsense", b"\xff\xfe", b'{"reads": 7}', b'{"reads": [7, null]}', b"[" * 9999, b"\x1f\x8b broken"]
)
def test_a_hostile_body_is_an_answer_like_any_other(reader, body):
    for path in ("/readers/reads", "/readers/ingest", "/readers/moves", "/readers/ingest/impinj"):
        accepted, _, quarantined = counts(reader.post(path, body))
        assert (accepted, quarantined > 0) == (0, True)


def test_a_bomb_and_a_flood_are_too_large(reader):
    bomb = gzip.compress(b"[" + b" " * 40_000_000 + b"]")

    assert reader.post("/readers/reads", bomb).code == "too_large"
    assert reader.post("/readers/ingest", b" " * 3_000_000).code == "too_large"


def test_who_has_no_key_is_nobody(given, reader):
    stranger = Worker(given.send)
    for word in (None, "Basic x", "Basic " + base64.b64encode(b"dock 1:wrong").decode()):
        reply = stranger.ask("POST", "/readers/reads", b"[]", headers={"Authorization": word} if word else {})
        assert (reply.status, reply.code) == (401, "not_signed_in")


def test_identity_comes_from_the_key_and_not_from_the_body(given, app, reader):
    from server.db import fetch

    reader.ingest(json.dumps({"devid": "dock 2", "reads": [{"epc": SGTIN}]}).encode())

    with app.app_context():
        (row,) = fetch("SELECT device_id FROM tag_sights")
        assert row.device_id == reader.id


def test_somebody_with_a_sled_on_their_phone_posts_under_their_own_name(given):
    li = given.staff("li")

    assert counts(li.post("/readers/reads", {"reads": [{"epc": SGTIN, "first": at()}]})) == (1, 0, 0)


def test_passages_are_known_by_the_gates_own_number(reader):
    said = [{"eventID": 1, "gateID": 4, "direction": "IN", "EPC": SGTIN, "timestamp": at()}]

    assert counts(reader.post("/readers/moves", said)) == (1, 0, 0)
    assert counts(reader.post("/readers/moves", said)) == (0, 1, 0)
    assert counts(reader.post("/readers/moves", [said[0] | {"eventID": 2}, {"EPC": SGTIN}])) == (1, 0, 1)


def batches(seed):
    """Reads of forty tags over a minute, and the same in the bad weather of networks."""
    chance = random.Random(seed)
    start = 1_790_000_000 * SECOND
    reads = []
    for n in range(1200):
        tag = f"3034257BF7194E40000{chance.randrange(40):05X}"
        when = start + n * 50_000
        reads.append({"epc": tag, "first": when, "last": when, "rssi_dbm": -chance.randrange(40, 80), "antenna": n % 4})
    clean = [reads[n : n + 50] for n in range(0, len(reads), 50)]
    stormy = [batch for batch in clean for _ in range(2 if chance.random() < 0.2 else 1)]
    for n in range(len(stormy)):
        if chance.random() < 0.05:  # put together anew, newer reads behind repeated ones
            stormy[n] = stormy[n - 1][25:] + stormy[n]
        if chance.random() < 0.05:
            stormy[n], stormy[n - 1] = stormy[n - 1], stormy[n]
    return clean, stormy


def test_repeated_rebatched_and_disordered_batches_change_nothing(given, app):
    clean, stormy = batches(7)
    one, other = Reader(given, "calm"), Reader(given, "storm")

    accepted = sum(one.batch(*batch)[0] for batch in clean)
    assert sum(other.batch(*batch)[0] for batch in stormy) == accepted == 1200

    from server.db import fetch

    with app.app_context():
        kept = [
            fetch(
                "SELECT bucket, tag, tid, reads, peak, series FROM tag_sights WHERE device_id = :d"
                " ORDER BY bucket, tag",
                d=each.id,
            )
            for each in (one, other)
        ]
    assert kept[0] == kept[1]
    assert {row.bucket % BUCKET for row in kept[0]} == {0}


def test_the_samples_through_the_door(reader):
    for path in sorted((SAMPLES / "impinj").glob("r700*")) + sorted((SAMPLES / "zebra").glob("fx*")):
        reader.ingest(path.read_bytes())
    for line in (SAMPLES / "streams" / "sled_rfd40.ndjson").read_bytes().splitlines()[:20]:
        accepted, _, quarantined = reader.ingest(line)
        assert accepted and not quarantined


def test_old_sights_are_forgotten_but_not_those_of_counts(reader, app):
    from server import clock
    from server.db import transaction
    from server.gateways.forget import forget_old

    reader.sees(SGTIN)
    reader.sees(OTHER, count=new_id())
    with app.app_context(), transaction():
        assert forget_old(clock.now()) == 0
        assert forget_old(clock.now() + 8 * clock.DAY) == 1

    assert [key[2] for key in sights(app)] == [OTHER]
