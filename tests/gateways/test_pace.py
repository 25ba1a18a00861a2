"""A reader gone mad is sampled, then told to wait; many at once are written together; nobody is blamed for another."""

import threading

import pytest
from sqlalchemy.exc import DataError

from server import clock
from server.gateways import pace, together
from server.gateways.rules import Heard, Read
from server.gateways.take import Post, Source
from tests.gateways.test_shapes import FACTORY, SGTIN
from tests.reader import Reader, counts
from tests.worker import at


@pytest.fixture(autouse=True)
def full_buckets():
    pace._buckets.clear()
    pace._told.clear()


def reads(tags, times, first=0):
    return [
        Read(f"{tag:024X}", first + n * 10_000, None, "", 1, -5000 - n) for tag in range(tags) for n in range(times)
    ]


def test_a_bucket_holds_half_a_minute_and_fills_again():
    for _ in range(30):
        pace.admit("dock", [], 1, 0, now=100)
    with pytest.raises(pace.TooFast) as refused:
        pace.admit("dock", [], 1, 0, now=100)

    assert refused.value.context == {"seconds": 1}
    pace.admit("dock", [], 1, 0, now=101)
    pace.admit("another", [], 1, 0, now=100)


def test_repeats_go_first_and_the_strongest_read_stays():
    pace.admit("dock", reads(300, 1), 0, 10, now=100)

    with pytest.raises(pace.TooFast):
        pace.admit("dock", reads(10, 1), 0, 10, now=100)
    kept, repeats = pace.admit("dock", reads(10, 20), 0, 10, now=101)

    assert (len(kept), repeats) == (10, 190)
    assert {one.peak for one in kept} == {-5000}


def test_who_cannot_be_told_to_wait_is_relieved_of_repeats_and_of_nothing_else():
    pace.relieved("sled", reads(300, 1), 10, now=100)  # the bucket is empty now
    some, left_out = pace.relieved("sled", reads(10, 20), 10, now=100)
    assert (len(some), left_out) == (10, 190) and {one.peak for one in some} == {-5000}

    again, _ = pace.relieved("sled", reads(10, 20), 10, now=100)
    assert len(again) == 10  # nobody said yet that they were kept: the transaction may have failed
    pace.remember("sled", again)
    assert pace.relieved("sled", reads(10, 20), 10, now=100) == ([], 200)

    stronger = Read(f"{3:024X}", 5, None, "", 1, -4000)
    later, elsewhere = Read(f"{3:024X}", clock.SECOND, None, "", 1, -5000), Read(f"{3:024X}", 5, None, "", 2, -5000)
    timeless = [Read(f"{3:024X}", None, None, "", 1, -5000)]
    said, _ = pace.relieved("sled", [stronger, later, elsewhere, *timeless], 10, now=100)
    assert said == [stronger, later, elsewhere, *timeless]
    assert len(pace.relieved("sled", reads(5000, 1), 10, now=100)[0]) == 5000 - 10  # what is new is never left out
    assert len(pace.relieved("sled", reads(10, 20), 10, now=10_000)[0]) == 200  # it has calmed down


def test_a_post_that_is_larger_than_any_bucket_is_taken_when_it_is_full():
    pace.admit("dock", reads(1000, 1), 0, 10, now=100)

    with pytest.raises(pace.TooFast) as refused:
        pace.admit("dock", reads(1, 1), 0, 10, now=101)
    assert refused.value.context["seconds"] > 60


def test_who_is_too_fast_hears_when_to_come_again_and_loses_nothing(given, app):
    dock = Reader(given)
    app.config["SETTINGS"] = _with(app.config["SETTINGS"], reader_posts=0.1)
    said = [dock.post("/readers/reads", {"reads": [{"epc": SGTIN, "first": at()}]}) for _ in range(4)]

    assert [one.status for one in said] == [200, 200, 200, 429]
    assert said[3].code == "reader_too_fast" and int(said[3].headers["Retry-After"]) >= 1
    assert dock.post("/readers/heartbeat", {}).status == 200


def _with(settings, **words):
    from dataclasses import replace

    return replace(settings, **words)


def test_repeats_that_were_left_out_are_counted_as_known(given, app):
    dock = Reader(given)
    app.config["SETTINGS"] = _with(app.config["SETTINGS"], reader_reads=1)
    many = [{"epc": SGTIN, "antenna": 1, "first": at(n / 1000)} for n in range(100)]

    accepted, duplicate, _ = counts(dock.post("/readers/reads", {"reads": many}))
    assert accepted <= 2 and accepted + duplicate == 100


def test_posts_that_come_together_are_written_together_each_with_its_own_answer(given, app):
    docks = [Reader(given, f"dock {n}") for n in range(6)]
    answers = {}
    gate = threading.Event()
    with app.app_context():
        turns = [Post(Source(_house(), dock.id), Heard(reads=reads(5, 2, clock.now())), clock.now()) for dock in docks]

    def one(n):
        with app.app_context():
            gate.wait()
            answers[n] = together.take_together(turns[n]).said()

    hands = [threading.Thread(target=one, args=(n,)) for n in range(6)]
    for hand in hands:
        hand.start()
    gate.set()
    for hand in hands:
        hand.join()

    assert [answers[n] for n in range(6)] == [{"accepted": 10, "duplicate": 0, "quarantined": 0}] * 6
    assert (together._waiting, together._writing) == ([], False)


def _house():
    from server.db import fetch

    return fetch("SELECT id FROM warehouses")[0].id


def test_one_bad_post_spoils_no_other(given, app, monkeypatch):
    docks = [Reader(given, f"dock {n}") for n in range(3)]
    real = together.take_all

    def choosy(posts):
        if any(post.source.device_id == docks[1].id for post in posts):
            raise DataError("bad", None, Exception("bad"))
        return real(posts)

    monkeypatch.setattr(together, "take_all", choosy)
    with app.app_context():
        turns = [
            together._Turn(Post(Source(_house(), dock.id), Heard(reads=reads(1, 1)), clock.now()), None, None)
            for dock in docks
        ]
        together._write(turns)

    assert [turn.error is None for turn in turns] == [True, False, True]
    assert [turn.post.taken.accepted for turn in turns] == [1, 0, 1]


def test_too_many_that_wait_hear_503(given, app, monkeypatch):
    monkeypatch.setattr(together, "MOST_WAITING", 0)
    dock = Reader(given)

    said = dock.post("/readers/reads", {"reads": [{"epc": FACTORY}]})

    assert (said.status, said.code, said.headers["Retry-After"]) == (503, "readers_busy", "5")


def test_a_post_that_lost_a_race_is_asked_again_with_all_its_words(given, app, monkeypatch):
    from sqlalchemy.exc import OperationalError

    dock, real, tries = Reader(given), together.take_all, []

    def loses_once(posts):
        tries.append(len(posts))
        if len(tries) == 1:
            raise OperationalError("lost", None, Exception("database is locked"))
        return real(posts)

    monkeypatch.setattr(together, "take_all", loses_once)

    assert dock.batch({"epc": SGTIN, "first": at()}) == (1, 0, 0)
    assert tries == [1, 1]
