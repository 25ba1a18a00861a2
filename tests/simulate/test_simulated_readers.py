"""The made-up floor against a real server: what is said to be true is what the server finds, however the line disturbs
it, and the same seed is the same floor."""

import json
import random

import pytest

from server.cli import main
from server.gateways.shapes import heard_of
from server.simulate import world
from server.simulate.deliver import Mishaps, Told, batches, disturbed
from server.simulate.words import MAKERS
from tests.given import Given
from tests.house import Crew
from tests.servers import ADMIN_PASSWORD, Server, over_http
from tests.test_cli import tallyloop

ADMIN = f"admin:{ADMIN_PASSWORD}"
_numbers = iter(range(1, 100))


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One real server for all these stories; each has a warehouse of its own."""
    running = Server(tmp_path_factory.mktemp("simulated"))
    yield running
    running.stop()


@pytest.fixture(scope="module")
def crew(server):
    """People who work in all of them."""
    return Crew(Given(over_http(server.url), ADMIN_PASSWORD))


@pytest.fixture
def floor(crew):
    """Two shelves and their neighbour."""
    floor = crew.floor()
    floor.number = next(_numbers)
    floor.shelf("A-01", tea=40, rice=12)
    floor.shelf("A-02", tea=30)
    floor.shelf("A-03", salt=20)
    return floor


@pytest.fixture
def simulate(server, floor, tmp_path):
    """What one types; gives the truth."""

    def play(*words, user=ADMIN):
        out = tmp_path / "truth.json"
        here = ["--url", server.url, "--warehouse", floor.code, "--reader", f"reader {floor.code}", "--out", str(out)]
        assert main(["simulate", "readers", *here, "--user", user, *words]) == 0
        return json.loads(out.read_text())

    return play


def tags_found(floor, task):
    said = floor.chen.get(f"/readers/found/{task}").ok().body
    return {name: {row["tag"] for row in ones} for name, ones in said.items() if name != "gaps"}


@pytest.mark.parametrize("maker", MAKERS)
def test_a_sweep_finds_what_is_there_in_every_makers_words(floor, simulate, maker):
    places = ["--place", "A-01"] if maker in ("impinj", "zebra") else ["--zone", "A"]  # those tell no bar codes
    truth = simulate("sled", *places, "--by", "li:a-long-password", "--seconds", "0.5", "--maker", maker)["sled"]

    found = tags_found(floor, truth["task"])
    assert found["found"] == set(truth["present"])
    assert found["missing"] == set(truth["missing"])
    assert found["unknown"] == set(truth["unknown"])
    assert found["unexpected"] == set(truth["unexpected"]) or "--zone" in places
    assert not found["unexpected"] & set(truth["strays"])
    counted = {f"{row['location']} {row['sku']}": row["counted_qty"] for row in floor.chen.variances()}
    assert {name: f"{pieces}.000" for name, pieces in truth["pieces"].items()}.items() <= counted.items()


def test_a_disturbed_line_changes_no_count(floor, simulate):
    mishaps = ["--duplicates", "20", "--rebatched", "5", "--disorder", "5", "--batch", "10"]
    truth = simulate("sled", "--place", "A-01", "--by", "li:a-long-password", "--seconds", "0.5", *mishaps)

    assert truth["sent"]["duplicates"] and truth["sent"]["answers"]["duplicate"]
    assert tags_found(floor, truth["sled"]["task"])["found"] == set(truth["sled"]["present"])


def test_doors_keep_true_passes_and_signs_of_life_are_heard(floor, simulate):
    truth = simulate("dock", "beat")["dock"]

    groups = floor.chen.get("/readers/passes", warehouse=floor.code, limit=500).ok().items
    seen = sum(group["tags"] for group in groups)
    assert len(truth["moves"]) <= seen + 1 and seen <= len(truth["moves"]) + 6
    assert any(group["document"] == truth["expected_document"] for group in groups)
    readers = floor.given.admin.get("/readers", warehouse=floor.code).ok().items
    assert sum(row["lost"] for row in readers) == 12
    assert {row["state"] for row in readers} == {"live"}


def test_the_same_seed_is_the_same_floor_and_preparing_twice_changes_nothing(floor, simulate):
    first = simulate("sled", "--prepare", "--seed", "7", "--place", "A-01")
    again = simulate("sled", "--prepare", "--seed", "7", "--place", "A-01")

    assert first == again
    assert len(first["sled"]["expected"]) == 52


def test_who_types_on_the_servers_own_machine_needs_no_password(floor, server, tmp_path):
    words = ["simulate", "readers", "sled", "--prepare", "--url", server.url, "--warehouse", floor.code]
    words += ["--place", "A-02", "--reader", f"reader {floor.code}"]

    code, said = tallyloop(f"sqlite:///{server.data_dir}/tallyloop.db", server.data_dir, *words)

    assert code == 0, said
    assert len(json.loads(said)["sled"]["expected"]) == 30


def test_mishaps_lose_nothing():
    seen = world.sweep([world.Shelf("A-01", tuple(f"{n:024X}" for n in range(300)))], 10, random.Random(1))
    parts = batches(seen, most=10)
    told = Told()

    queue = disturbed(parts, Mishaps(20, 5, 5), random.Random(2), told)

    assert {part.number for part in queue} - {0} == {part.number for part in parts}
    assert told.duplicates > len(parts) / 10 and told.rebatched and told.disordered
    assert queue == disturbed(parts, Mishaps(20, 5, 5), random.Random(2), Told())


@pytest.mark.parametrize("maker", MAKERS)
def test_every_makers_words_are_understood(maker):
    rows = [world.Sighting(5_000_000, "E28011606000020000000001", 2, -51.5, 2)]
    body = MAKERS[maker]("dock 1", 1, rows, 1_700_000_000_000_000, 1_700_000_006_000_000)

    (read,) = heard_of(body).reads
    assert (read.tag, read.first) == ("E28011606000020000000001", 1_700_000_005_000_000)
    assert abs(read.peak + 5150) <= 50
