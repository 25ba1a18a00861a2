"""What readers posted is kept as it came for as long as the policy says, and can be heard again by a better parser."""

import pytest

from server import clock
from server.clock import DAY
from server.gateways import bodies, forget, shapes
from server.gateways.rules import every_kind_of_row
from tests.gateways.test_shapes import FACTORY, SGTIN
from tests.reader import Reader
from tests.worker import at


@pytest.fixture
def reader(given):
    bodies._days.clear()
    return Reader(given)


def kept(app):
    from server.db import fetch

    with app.app_context():
        return [(row.tag, row.reads) for row in fetch("SELECT tag, reads FROM tag_sights ORDER BY tag")]


def again(given, **words):
    return given.admin.post("/readers/bodies/replay", {"warehouse": "WH1", "from_at": at(-60), **words}).ok().body


def test_hearing_again_adds_what_a_better_parser_understands_and_nothing_else(given, app, reader, monkeypatch):
    event = {"type": "SIMPLE", "timestamp": at(-5), "data": {"idHex": SGTIN}}
    zebra = shapes.MAKERS["zebra"]
    with monkeypatch.context() as old:  # an older version that took such bodies for something else
        old.setitem(shapes.MAKERS, "zebra", every_kind_of_row["impinj"])
        reader.ingest([event])
    reader.batch({"epc": FACTORY, "first": at(-4)}, seq=1)
    assert shapes.MAKERS["zebra"] is zebra and [tag for tag, _ in kept(app)] == [FACTORY]

    said = again(given, reader="dock 1")

    assert (said["bodies"], said["accepted"], said["next"]) == (2, 1, None)
    assert kept(app) == [(SGTIN, 1), (FACTORY, 1)]
    assert again(given)["accepted"] == 0


def test_bodies_of_any_packing_are_kept_as_they_were_understood(given, app, reader):
    reader.post("/readers/ingest/zebra", [{"type": "SIMPLE", "timestamp": at(), "data": {"idHex": SGTIN}}], packed=True)

    assert again(given) == {"bodies": 1, "accepted": 0, "duplicate": 1, "quarantined": 0, "next": None}


def test_bodies_are_forgotten_when_the_policy_says_so(given, app, reader):
    reader.sees(SGTIN)
    with app.app_context():
        from server.db import transaction

        for days, left in ((6, 1), (8, 0)):
            with transaction():
                forget.forget_old(clock.now() + days * DAY)
            assert again(given)["bodies"] == left


def test_a_house_that_keeps_nothing_keeps_nothing(given, app, reader):
    given.policy("WH1", readers={"raw_days": 0})
    reader.sees(SGTIN)

    assert again(given)["bodies"] == 0
    assert kept(app) == [(SGTIN, 3)]
