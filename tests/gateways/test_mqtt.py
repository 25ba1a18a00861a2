"""Readers that speak MQTT, through a real broker with TLS, passwords and an access list, to a real worker."""

import json
import os
import subprocess
import threading
import time
from types import SimpleNamespace

import pytest

from server.gateways import pace
from server.gateways.lines import Lines
from server.gateways.mqtt import device_of, keep
from tests.broker import Broker
from tests.gateways.test_shapes import FACTORY, SGTIN
from tests.reader import Reader
from tests.servers import TALLYLOOP
from tests.worker import new_id


def sled_says(*tags, name="sled 1"):
    data = {"tagData": [{"EPCid": tag, "eventNum": n, "seenCount": 2} for n, tag in enumerate(tags)]}
    return f"tallyloop/DATA/clients/data1event/{name}", json.dumps({"type": "CYCLE_COUNT", "data": data}).encode()


@pytest.fixture
def broker(tmp_path):
    """A broker that knows two sleds."""
    running = Broker(tmp_path, {"sled 1": "one", "sled 2": "two"})
    yield running
    running.stop()


@pytest.fixture
def start_worker(house, broker, tmp_path):
    """Start `tallyloop mqtt` on this test's database; gives the process."""
    started = []

    def start():
        environ = os.environ | {
            "TALLYLOOP_DATA_DIR": str(tmp_path),
            "DATABASE_URL": house.url.replace("+psycopg", ""),
            "TALLYLOOP_MQTT_URL": broker.url,
            "TALLYLOOP_MQTT_CA": broker.ca,
        }
        said = tmp_path / f"worker{len(started)}.log"
        log = open(said, "w")  # noqa: SIM115
        started.append(subprocess.Popen([TALLYLOOP, "mqtt"], env=environ, stdout=log, stderr=log))
        until = time.monotonic() + 60
        while "Taking" not in said.read_text():
            assert started[-1].poll() is None and time.monotonic() < until, said.read_text()
            time.sleep(0.05)
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


def kept(app, wanted, seconds=30):
    """The tags that are kept, as soon as there are so many."""
    from server.db import fetch

    until = time.monotonic() + seconds
    while True:
        with app.app_context():
            rows = fetch("SELECT DISTINCT device_id, tag FROM tag_sights")
        if len(rows) >= wanted or time.monotonic() > until:
            return {(row.device_id, row.tag) for row in rows}
        time.sleep(0.05)


def test_the_name_in_the_topic_is_the_device():
    assert device_of("zebra/dock 1/data") == device_of("rfid/dock 1/events") == "dock 1"
    assert device_of("tenant/DATA/clients/data1event/dock 1") == "dock 1"
    assert device_of("some/thing") == ""


def test_messages_of_many_readers_are_kept_by_one_transaction_and_count_once(given, app):
    one, other = Reader(given, "sled 1"), Reader(given, "sled 2")
    said = [sled_says(SGTIN), sled_says(SGTIN, FACTORY, name="sled 2"), ("zebra/nobody/data", b"[]")]
    said += [("zebra/sled 1/data", b"nonsense"), ("rfid/sled 1/events", b"[]")]
    messages = [SimpleNamespace(topic=topic, payload=body) for topic, body in said]

    with app.app_context():
        assert keep(messages) == 3
    assert {device for device, _ in kept(app, 3)} == {one.id, other.id}
    assert len(given.admin.get("/readers/aside", warehouse="WH1").ok().items) == 1


def test_devices_take_turns_so_that_one_gone_mad_waits_for_itself():
    lines = Lines(most=2000)
    for n in range(1900):
        lines.put("mad", ("mad", n))
    for name in ("calm", "slow", "calm"):
        lines.put(name, (name, 0))

    taken = lines.take(100, 0, 0)

    assert [name for name, _ in taken[:5]] == ["mad", "calm", "slow", "mad", "calm"]
    assert [n for name, n in taken if name == "mad"] == list(range(97))  # in the order in which they came
    assert len(lines.take(5000, 0, 0)) == 1803 and lines.take(1, 0, 0) == []


def test_who_brings_more_than_can_wait_is_held_back_until_there_is_room_or_the_end():
    lines, brought = Lines(most=2), []

    def bring():
        for n in range(4):
            lines.put("sled", n)
            brought.append(n)

    hand = threading.Thread(target=bring)
    hand.start()
    assert lines.take(2, 10, 10) == [0, 1]
    assert lines.take(1, 10, 0) == [2]
    lines.close()
    hand.join(20)
    assert not hand.is_alive() and brought == [0, 1, 2, 3]


def test_repeats_of_one_gone_mad_are_counted_as_known_and_all_that_is_new_is_kept(given, app):
    pace._buckets.clear()
    mad = Reader(given, "sled 1")
    data = {"tagData": [{"EPCid": SGTIN, "seenCount": 1, "firstSeenTime": 1_780_000_000_000 + n} for n in range(900)]}
    messages = [SimpleNamespace(topic=sled_says()[0], payload=json.dumps({"type": "X", "data": data}).encode())]

    with app.app_context():
        kept_ = [keep(messages, reads_rate=2) for _ in range(3)]
        new = keep([SimpleNamespace(topic=sled_says()[0], payload=sled_says(FACTORY)[1])], reads_rate=2)

    said = given.admin.get(f"/readers/{mad.id}").ok()
    assert kept_ == [1, 0, 0] and new == 1
    assert (said["reads"], said["duplicates"]) == (2, 3 * 900 - 1)


def test_a_sled_is_found_by_its_serial_number_if_it_is_known_as_that(given, app):
    sled = Reader(given, "sled 1")
    given.admin.patch(f"/readers/{sled.id}", {"known_as": "RFD40-212735201D0053"}).ok()

    with app.app_context():
        assert (
            keep([SimpleNamespace(topic=t, payload=b) for t, b in [sled_says(SGTIN, name="RFD40-212735201D0053")]]) == 1
        )
        assert {device for device, _ in kept(app, 1)} == {sled.id}


def test_our_own_batches_keep_their_number_and_their_count_over_mqtt(given, app):
    one = Reader(given, "sled 1")
    count = new_id()
    said = [json.dumps({"seq": n, "count": count, "reads": [{"epc": SGTIN}]}).encode() for n in (1, 3)]
    messages = [SimpleNamespace(topic="rfid/sled 1/events", payload=body) for body in said]

    with app.app_context():
        from server.db import fetch

        keep(messages)
        assert [row.seq for row in fetch("SELECT seq FROM reader_batches WHERE session_id = :s", s=count)] == [1, 3]
        assert {row.session_id for row in fetch("SELECT session_id FROM tag_sights")} == {count}
        assert len(fetch("SELECT 1 FROM reader_bodies WHERE device_id = :d", d=one.id)) == 2


def test_a_worker_that_dies_loses_nothing_and_nobody_speaks_under_anothers_name(given, app, broker, start_worker):
    sled, other = Reader(given, "sled 1"), Reader(given, "sled 2")
    tags = [f"E2801160600002000000{n:04X}" for n in range(300)]
    worker = start_worker()
    broker.publish("sled 1", sled_says(SGTIN))
    assert kept(app, 1) == {(sled.id, SGTIN)}

    client = broker.client("device sled 1", "sled 1")
    told = [client.publish(*sled_says(tag), 1) for tag in tags[:150]]
    worker.kill()  # in the middle of it
    told += [client.publish(*sled_says(tag), 1) for tag in tags[150:]]
    for one in told:
        one.wait_for_publish(20)
    client.disconnect()
    client.loop_stop()
    broker.publish("sled 2", sled_says(FACTORY))  # in its own name that of sled 1 is not believed …
    broker.publish("sled 2", sled_says(FACTORY, name="sled 2"))
    with pytest.raises(ConnectionRefusedError):
        broker.client("a stranger", "sled 1", "wrong")
    worker.wait()
    start_worker()

    found = kept(app, 302)
    assert found == {(sled.id, tag) for tag in [SGTIN, *tags]} | {(other.id, FACTORY)}


def test_a_worker_ends_when_it_is_asked(broker, start_worker, app):
    worker = start_worker()
    worker.terminate()

    assert worker.wait(timeout=20) == 0
