"""`kill -9` at any moment: what was acknowledged is there, once; what was not can be sent again."""

import os
import signal
import threading
import time
from collections import Counter
from http.client import HTTPException
from pathlib import Path

import pytest

from tests.conftest import new_database
from tests.given import Given
from tests.house import again
from tests.servers import ADMIN_PASSWORD, Server, over_http

PEOPLE = 4
LINES = 3  # entries a delivery; each delivery also moves one piece
START = 100_000


@pytest.fixture(scope="module")
def server(database_kind, tmp_path_factory, request):
    """A real server that comes back after each kill."""
    folder = tmp_path_factory.mktemp("kill")
    url, remove = new_database(database_kind, folder, request)
    server = Server(folder, url)
    yield server
    server.kill()
    remove()


@pytest.fixture(scope="module")
def given(server):
    """Builders that speak to it."""
    return Given(over_http(server.url), ADMIN_PASSWORD)


@pytest.fixture(scope="module")
def people(given):
    """Counters and somebody who asks, signed in once."""
    return [given.staff(f"counter{n}", warehouse="*") for n in range(PEOPLE)], given.supervisor(warehouse="*")


@pytest.fixture
def phones(given, people, request):
    """People who each count a shelf of their own and carry goods past it, in a warehouse of this test."""
    house = request.node.originalname.split("_")[3].upper()
    given.shelf("A-00", house, tea=START)
    given.place("A-99", house)
    counters, chen = people
    found = []
    for n, counter in enumerate(counters):
        place = f"B-{n:02d}"
        given.place(place, house)
        task = again(chen, house).start_count("full", locations=[place]).ok()["tasks"][0]["id"]
        person = again(counter, house)
        person.claim(task)
        found.append(Phone(person, task, place))
    return found


class Phone:
    """Somebody who delivers as fast as the server answers, and remembers what it said to each delivery."""

    def __init__(self, person, task, place):
        self.person, self.task, self.place = person, task, place
        self.answered, self.unanswered = [], []

    def work(self, enough):
        while not enough.is_set():
            batch = self.batch()
            if self.send(batch) is None:
                self.unanswered.append(batch)
                time.sleep(0.02)
            else:
                self.answered.append(batch)

    def batch(self):
        person, said = self.person, {"task": self.task, "location": self.place, "sku": "TEA", "quantity": "1"}
        entries = [person.event("count.entry", **said, method="keypad") for _ in range(LINES)]
        carried = {"sku": "TEA", "quantity": "1", "from_": "A-00", "to": "A-99", "warehouse": person.warehouse}
        return [*entries, person.event("move", **carried)]

    def send(self, batch):
        """The receipts, or None if there was no answer."""
        try:
            return self.person.sync(*batch)
        except (OSError, HTTPException, AssertionError):
            return None

    def entries(self):
        """Ids of what the server has of this person's entries."""
        return [entry["id"] for entry in self.person.get(f"/tasks/{self.task}").ok()["my_entries"]]


def under_load(phones, disturb):
    """Let everybody deliver while `disturb()` happens."""
    enough = threading.Event()
    threads = [threading.Thread(target=phone.work, args=(enough,)) for phone in phones]
    for thread in threads:
        thread.start()
    try:
        disturb()
    finally:
        enough.set()
        for thread in threads:
            thread.join()


def workers_of(server):
    """The pids of gunicorn's workers."""
    return [int(pid) for pid in Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()]


def everything_is_there_once(given, phones):
    """Acknowledged first; then the rest is sent again, and all of it is there, once."""
    house = phones[0].person.warehouse
    moved = moves_by_id(given, house)
    for phone in phones:
        assert phone.answered, "nothing was delivered before the kill: the test proved nothing"
        there = Counter(phone.entries())
        for batch in phone.answered:
            assert {there[event["id"]] for event in batch[:-1]} == {1}
            assert moved[batch[-1]["id"]] == 1

    for phone in phones:
        for batch in phone.unanswered:
            assert {receipt["result"] for receipt in phone.send(batch)} <= {"accepted", "duplicate"}
        for batch in phone.answered[-3:]:
            assert {receipt["result"] for receipt in phone.send(batch)} == {"duplicate"}

    moved = moves_by_id(given, house)
    batches = {phone: phone.answered + phone.unanswered for phone in phones}
    for phone, mine in batches.items():
        assert sorted(phone.entries()) == sorted(event["id"] for batch in mine for event in batch[:-1])
    assert moved == Counter(batch[-1]["id"] for mine in batches.values() for batch in mine)
    assert again(given.admin, house).stock(location="A-99") == {("A-99", "TEA", ""): f"{moved.total()}.000"}
    assert given.differences() == []


def moves_by_id(given, house):
    """How often each id stands in the ledger."""
    found, cursor = Counter(), None
    while True:
        page = given.admin.get("/moves", warehouse=house, kind="move", limit=500, cursor=cursor).ok()
        found.update(move["id"] for move in page.items)
        cursor = page["next"]
        if cursor is None:
            return found


def test_a_killed_worker_loses_nothing_that_was_acknowledged(server, given, phones):
    def kill_workers():
        for _ in range(3):
            time.sleep(0.6)
            os.kill(workers_of(server)[-1], signal.SIGKILL)
        time.sleep(0.6)

    under_load(phones, kill_workers)

    everything_is_there_once(given, phones)


def test_a_killed_server_loses_nothing_that_was_acknowledged(server, given, phones):
    def kill_server():
        time.sleep(1)
        server.kill()
        time.sleep(0.1)

    under_load(phones, kill_server)
    assert any(phone.unanswered for phone in phones)
    server.start()

    everything_is_there_once(given, phones)


def test_a_batch_of_moves_is_posted_whole_or_not_at_all_when_the_server_is_killed(server, given):
    given.shelf("A-01", "WHOLE", tea=START)
    given.place("A-02", "WHOLE")
    batches, answered = [], set()

    def post():
        while True:
            batch = [given.a_move("TEA", 1, "A-01", "A-02", "WHOLE") for _ in range(200)]
            batches.append(batch)
            try:
                given.admin.post_moves(*batch).ok()
            except (OSError, HTTPException):
                return
            answered.add(batch[0]["id"])

    poster = threading.Thread(target=post)
    poster.start()
    time.sleep(0.7)
    server.kill()
    poster.join()
    server.start()

    there = moves_by_id(given, "WHOLE")
    found = [sum(there[move["id"]] for move in batch) for batch in batches]
    assert set(found) <= {0, 200}
    assert {batch[0]["id"] for batch, n in zip(batches, found, strict=True) if n == 200} >= answered
    given.admin.post_moves(*batches[-1]).ok()
    assert again(given.admin, "WHOLE").stock(location="A-02") == {("A-02", "TEA", ""): f"{200 * len(batches)}.000"}
    assert given.differences() == []
