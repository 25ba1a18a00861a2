"""Bad days: a clock that lies, a phone that is full, a server that is away or has moved. Nothing is lost or doubled."""

import itertools
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.e2e.halls import Hall
from tests.given import Given
from tests.lan.lan_server import LanServer
from tests.servers import ADMIN_PASSWORD, Server, over_http

WRONG_CLOCK = """hours => {
  const Right = Date
  globalThis.Date = class extends Right {
    constructor(...words) { words.length ? super(...words) : super(Date.now()) }
    static now() { return Right.now() + hours * 3_600_000 }
  }
}"""
_numbers = itertools.count(1)
FULL = "QuotaExceededError"
FILL = """() => new Promise((full) => {
  const noise = (size) => {
    const made = new Uint8Array(size)  // anything regular would be packed
    for (let from = 0; from < size; from += 65536) crypto.getRandomValues(made.subarray(from, from + 65536))
    return made
  }
  const opening = indexedDB.open('something else', 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore('rows', { autoIncrement: true })
  opening.onsuccess = () => {
    const write = (size) => {
      const tx = opening.result.transaction('rows', 'readwrite')
      tx.objectStore('rows').put(noise(size))
      tx.oncomplete = () => write(size)
      tx.onabort = () => (size > 100 ? write(Math.floor(size / 4)) : full(tx.error.name))
    }
    write(1_000_000)
  }
})"""


def entries_of(hall, task):
    """Quantities that the server has of Li, oldest first."""
    return [entry["quantity"] for entry in hall.entries("li", task)]


def comes_back(phone):
    """Somebody takes the phone out of the pocket; waits until all is sent, if it was not already."""
    phone.page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    phone.all_sent()


# A clock that is wrong.


@pytest.mark.parametrize(("hours", "words"), [(1, "60 min ahead"), (-1, "60 min behind")], ids=["ahead", "behind"])
def test_a_wrong_clock_is_told_and_changes_no_instant(hall, phones, hours, words):
    task = hall.start("A-01")
    li = phones()
    li.context.add_init_script(f"({WRONG_CLOCK})({hours})")
    li.sign_in(hall.of("li")).take().all_sent()
    li.offline()
    li.goes_to("A-01")
    begun = datetime.now(UTC)
    li.counts(hall.sku("tea"), "38")
    li.waits(1)
    ended = datetime.now(UTC)
    li.offline(False)
    li.all_sent()

    (entry,) = hall.entries("li", task)
    slack = timedelta(seconds=5)  # the offset is measured over the network
    assert begun - slack <= datetime.fromisoformat(entry["at"]) <= ended + slack
    li.go("home")
    expect(li.see("clock-wrong")).to_contain_text(words)
    li.go("queue")
    expect(li.page.get_by_text(re.compile(words))).to_be_visible()
    li.page.goto(f"{li.url}/tasks/{task}")
    expect(li.see("count-progress")).to_contain_text("1")


# A phone that is full.


class Disk:
    """The room that the browser gives to this origin: little from the start, since browsers ask for it seldom."""

    def __init__(self, phone):
        self._page, self._line = phone.page, phone.context.new_cdp_session(phone.page)
        self._origin = {"origin": phone.url}
        self._line.send("Storage.overrideQuotaForOrigin", {**self._origin, "quotaSize": 10_000_000})

    def fill(self):
        """Write until nothing fits."""
        assert self._page.evaluate(FILL) == FULL

    def free(self):
        """As much room as the machine has."""
        self._line.send("Storage.overrideQuotaForOrigin", self._origin)


@pytest.fixture
def disk(phones):
    """The disk of Li's phone."""
    phone = phones()
    disk = Disk(phone)
    disk.phone = phone
    return disk


@pytest.fixture
def counting(hall, disk):
    """Li at a bin, with one line sent."""
    hall.task = hall.start("A-01")
    li = disk.phone.sign_in(hall.of("li")).take().has_shell()
    li.goes_to("A-01")
    li.counts(hall.sku("tea"), "5")
    return li.all_sent()


def test_a_full_phone_says_so_and_goes_on_when_there_is_room(hall, counting, disk):
    li = counting
    disk.fill()
    li.scan(hall.sku("tea"))
    expect(li.see("quantity")).to_be_visible()
    li.keys("7")
    for _ in range(2):
        li.press("key-ok")
        expect(li.see("not-saved")).to_contain_text("could not keep your last entry")
        expect(li.see("not-saved")).to_contain_text(FULL)
        box = li.see("not-saved").bounding_box()
        assert (box["width"], box["height"]) == (390, 844)
        li.press("not-saved-retry")
        expect(li.see("not-saved")).to_be_hidden()
        expect(li.see("quantity")).to_contain_text("7")
    assert entries_of(hall, hall.task) == ["5.000"]

    disk.free()
    li.press("key-ok")
    expect(li.see("my-line")).to_have_count(2)
    li.hands_in()
    assert entries_of(hall, hall.task) == ["5.000", "7.000"]


def test_a_phone_that_is_full_when_the_receipts_come_asks_nobody_to_count_again(hall, counting, disk):
    li = counting
    li.offline()
    li.counts(hall.sku("tea"), "7")
    li.waits(1)
    disk.fill()
    li.offline(False)
    for _ in range(100):
        if len(entries_of(hall, hall.task)) == 2:
            break
        li.page.wait_for_timeout(100)
    expect(li.see("sync-chip")).to_have_attribute("data-state", "waiting")
    expect(li.see("not-saved")).to_be_hidden()

    disk.free()
    comes_back(li)
    assert entries_of(hall, hall.task) == ["5.000", "7.000"]


# A server that is away, or elsewhere.


@pytest.fixture(scope="module")
def own_server(tmp_path_factory):
    """A server that can be stopped."""
    server = Server(tmp_path_factory.mktemp("own"))
    yield server
    server.kill()


@pytest.fixture
def own(own_server):
    """A warehouse there."""
    hall = Hall(Given(over_http(own_server.url), ADMIN_PASSWORD), f"OWN{next(_numbers)}")
    hall.server = own_server
    hall.item("tea", "Oolong tea")
    hall.shelf("A-01", tea=40)
    hall.task = hall.start("A-01")
    return hall


@pytest.fixture
def li(own, phones):
    """Li at a bin of that warehouse."""
    li = phones(url=own.server.url).sign_in(own.of("li")).take().all_sent()
    li.goes_to("A-01")
    return li


def in_the_queue(li, words):
    """What the outbox's screen says of the only event that waits."""
    li.go("queue")
    expect(li.see("queue-waiting")).to_have_text("1")
    expect(li.see("waiting-event")).to_contain_text(words)


def test_a_server_that_starts_again_gets_everything_once(own, li):
    own.server.stop()
    li.counts(own.sku("tea"), "7")
    li.waits(1)
    in_the_queue(li, "No connection")
    own.server.start()
    comes_back(li)

    assert entries_of(own, own.task) == ["7.000"]


def test_a_proxy_without_its_server_is_no_answer(hall, counting):
    li, page = counting, "<html><h1>Service Unavailable</h1></html>"
    statuses = itertools.cycle([502, 503, 504])

    def answer(route):
        route.fulfill(status=next(statuses), content_type="text/html", body=page, headers={"Retry-After": "1"})

    li.context.route("**/api/v1/sync", answer)
    li.counts(hall.sku("tea"), "7")
    li.waits(1)
    in_the_queue(li, "waits for the network")
    for tries in (2, 3):
        li.press("send-now")
        expect(li.see("waiting-event")).to_contain_text(re.compile(rf"Tried [{tries}-9] times"))
    li.context.unroute("**/api/v1/sync")
    comes_back(li)

    assert entries_of(hall, hall.task) == ["5.000", "7.000"]


def test_a_server_that_moved_to_https_says_how_the_rest_gets_there(own, li):
    own.server.stop()
    lan = LanServer(own.server.data_dir, TALLYLOOP_PORT=str(own.server.port))
    try:
        li.counts(own.sku("tea"), "7")
        li.waits(1)
        in_the_queue(li, "without --lan")
    finally:
        lan.stop()
    own.server.start()
    comes_back(li)

    assert entries_of(own, own.task) == ["7.000"]
