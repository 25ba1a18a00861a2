"""The same floor twice, on PostgreSQL, over a real broker with TLS, passwords and an access list, and over HTTP: once
over a clean line, once over one on which a fifth of all batches comes twice, one in twenty is cut anew and one in
twenty is overtaken. Counts and moves are the same to the last tag."""

import json
import os
import subprocess
import time

import pytest

from server.cli import main
from tests.broker import Broker
from tests.conftest import new_database
from tests.given import Given
from tests.servers import ADMIN_PASSWORD, TALLYLOOP, Server, over_http

BAD = ["--duplicates", "20", "--rebatched", "5", "--disorder", "5"]
READERS = ("sled 1", "dock 1", "dock 2")


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    running = Broker(tmp_path_factory.mktemp("broker"), dict.fromkeys(READERS, "at-the-broker"))
    yield running
    running.stop()


class House:
    """A server with its MQTT worker on a fresh database; everything it came to, as plain values."""

    def __init__(self, folder, request, broker):
        self.folder, self.broker = folder, broker
        url, self.remove = new_database("postgresql", folder, request)
        self.server = Server(folder, url, TALLYLOOP_JOBS_SECONDS="2")
        environ = os.environ | {"TALLYLOOP_DATA_DIR": str(folder), "DATABASE_URL": url.replace("+psycopg", "")}
        environ |= {"TALLYLOOP_MQTT_URL": broker.url, "TALLYLOOP_MQTT_CA": broker.ca}
        log = open(folder / "mqtt.log", "w")  # noqa: SIM115
        self.worker = subprocess.Popen([TALLYLOOP, "mqtt"], env=environ, stdout=log, stderr=log)
        self.given = Given(over_http(self.server.url), ADMIN_PASSWORD)
        until = time.monotonic() + 60
        while "Taking" not in (folder / "mqtt.log").read_text():
            assert self.worker.poll() is None and time.monotonic() < until
            time.sleep(0.05)

    def close(self):
        self.worker.terminate()
        self.worker.wait(20)
        self.server.stop()
        self.remove()

    def stocked(self):
        """Two shelves and a neighbour; people; nobody checks what comes."""
        given = self.given
        given.shelf("A-01", tea=40, rice=12)
        given.shelf("A-02", tea=30)
        given.shelf("A-03", salt=20)
        given.policy(handling={"receive_check_share": "0", "receive_check_unannounced": False})
        self.li, self.chen = given.staff("li"), given.supervisor("chen")
        return self

    def simulate(self, *words):
        out = self.folder / "truth.json"
        here = ["--url", self.server.url, "--user", f"admin:{ADMIN_PASSWORD}", "--out", str(out)]
        assert main(["simulate", "readers", *words, *here]) == 0
        return json.loads(out.read_text())

    def counted(self, *how):
        """A sweep over the broker; gives what was found and what the lines came to."""
        over = ["--mqtt", self.broker.url, "--ca", self.broker.ca, "--mqtt-password", "at-the-broker"]
        who = ["--by", "li:a-long-password", "--seconds", "1"]
        truth = self.simulate("sled", "--zone", "A", "--batch", "12", *who, *over, *how)
        said = self.chen.get(f"/readers/found/{truth['sled']['task']}").ok().body
        tags = {name: sorted((row["tag"], row["location"], row.get("reads")) for row in ones)
                for name, ones in said.items() if name != "gaps"}  # fmt: skip
        lines = sorted((row["location"], row["sku"], row["counted_qty"], row["state"]) for row in self.chen.variances())
        return truth, tags, lines

    def moved(self, *how):
        """Traffic at two doors; every group that fits a document is confirmed; gives passes and moves."""
        truth = self.simulate("dock", "--beams", "--tags", "48", "--groups", "6", "--batch", "40", *how)
        passes, before = [], None
        while passes != before or not passes:  # jobs look at the doors meanwhile, too
            before = passes
            time.sleep(2.1)
            passes = self._passes()
        for group in self.chen.get("/readers/passes", warehouse="WH1", limit=500).ok().items:
            if group["document"]:
                self.chen.post(f"/readers/passes/{group['id']}", {"act": "confirm"}).ok()
        moves = sorted((m["sku"], m["quantity"], m["from"], m["to"], m["document"] or "") for m in self.chen.ledger())
        assert self.given.differences() == []
        return truth, passes, moves

    def _passes(self):
        found = self.chen.get("/readers/passes", warehouse="WH1", limit=500).ok().items
        return sorted((g["reader"], g["direction"], g["document"] or "", g["tags"], str(g["goods"])) for g in found)


@pytest.fixture(scope="module")
def houses(tmp_path_factory, request, broker):
    """One after the other, since a broker has one worker of that name: (clean, disturbed) of what each came to."""
    came = []
    for how in ([], BAD):
        house = House(tmp_path_factory.mktemp("house"), request, broker).stocked()
        try:
            came.append((house.counted(*how), house.moved(*how)))
        finally:
            house.close()
    return came


def test_counts_are_the_same_over_a_bad_line(houses):
    (clean, bad) = (came[0] for came in houses)

    assert bad[0]["sent"]["duplicates"] and bad[0]["sent"]["rebatched"] and bad[0]["sent"]["disordered"]
    assert [tag for tag, _, _ in clean[1]["found"]] == clean[0]["sled"]["present"]
    assert clean[1:] == bad[1:]


def test_passes_and_moves_are_the_same_over_a_bad_line(houses):
    (clean, bad) = (came[1] for came in houses)

    assert bad[0]["sent"]["answers"]["duplicate"] > 0 and bad[0]["sent"]["disordered"]
    assert clean[1] == bad[1] and clean[2] == bad[2]
    assert any(move[4].startswith("SIM-") for move in clean[2])
    inward = sum(tags for _, way, _, tags, _ in clean[1] if way == "in")
    assert inward >= 0.95 * sum(move["direction"] == "in" for move in clean[0]["dock"]["moves"])
