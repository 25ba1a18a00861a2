"""Readers that speak MQTT, through a real broker with TLS, passwords and an access list, to a real worker."""

import json
import os
import subprocess
import time
from types import SimpleNamespace

import pytest

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
