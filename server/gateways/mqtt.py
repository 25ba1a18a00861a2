"""Readers that speak MQTT: a worker beside a broker, with the same parsers and the same door to the tables.

Who speaks is the name in the topic: the broker's access list lets a device publish under its own name only. A message
is acknowledged when what it said is committed, so a worker that dies leaves nothing behind that the broker does not
send again; sights are sets, so what comes twice counts once. Messages of a tenth of a second are written together:
sleds send them one by one. A device that sends more than it may is relieved of repeats alone, since it cannot be told
to wait; and as devices take turns, the others do not wait for it.
"""

import logging
import signal
import ssl
import threading
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion
from sqlalchemy.exc import DBAPIError

from server import clock
from server.db import among, fetch, retrying, transaction
from server.errors import Refusal
from server.gateways import bodies, pace
from server.gateways.lines import Lines
from server.gateways.rules import Heard, counted
from server.gateways.shapes import MOST_BYTES, heard_of
from server.gateways.take import Post, Source, take_all

log = logging.getLogger("tallyloop")
TOPICS = ("zebra/+/data", "+/DATA/clients/data1event/+", "rfid/+/events")
TOGETHER, MOST = 0.1, 500  # seconds that are waited for more; messages in one transaction
PATIENCE = (0.5, 1, 2, 5, 10, 30)  # seconds before a database that is away is asked again


class NoBroker(Refusal):
    """Nobody said where the broker is."""

    code = "no_broker"
    en = "Say where the broker is: TALLYLOOP_MQTT_URL=mqtts://user:password@broker:8883"
    zh = "请设置 broker 地址：TALLYLOOP_MQTT_URL=mqtts://user:password@broker:8883"


def device_of(topic):
    """The name of the device that publishes under a topic."""
    parts = topic.split("/")
    return parts[4] if len(parts) == 5 else parts[1] if len(parts) == 3 else ""


class Worker:
    """One connection to a broker, for as long as the process lives."""

    def __init__(self, app):
        self.app, self.settings = app, app.config["SETTINGS"]
        if not self.settings.mqtt_url:
            raise NoBroker()
        self.waiting = Lines()
        self._over = threading.Event()
        self.client = self._client()

    def run(self):
        """Work until SIGTERM or SIGINT."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: self._over.set())
        where = urlsplit(self.settings.mqtt_url)
        self.client.connect_async(where.hostname, where.port or (8883 if where.scheme == "mqtts" else 1883))
        self.client.loop_start()
        while not self._over.is_set():
            messages = self.waiting.take(MOST, 0.5, TOGETHER)
            if messages and self._keep_somehow(messages):
                for message in messages:
                    self.client.ack(message.mid, message.qos)
        self.waiting.close()
        self.client.disconnect()
        self.client.loop_stop()
        return 0

    def _client(self):
        where = urlsplit(self.settings.mqtt_url)
        kept = {"clean_session": False, "manual_ack": True, "protocol": paho.MQTTv311}
        client = paho.Client(CallbackAPIVersion.VERSION2, client_id="tallyloop", **kept)
        if where.username:
            client.username_pw_set(unquote(where.username), unquote(where.password or ""))
        if where.scheme == "mqtts":
            client.tls_set(ca_certs=self.settings.mqtt_ca or None, tls_version=ssl.PROTOCOL_TLS_CLIENT)
        client.reconnect_delay_set(1, 30)
        client.on_connect = self._connected
        client.on_subscribe = lambda *_: print("Taking what readers publish.", flush=True)
        client.on_message = lambda _client, _userdata, message: self.waiting.put(device_of(message.topic), message)
        return client

    def _connected(self, client, _userdata, _flags, reason, _properties):
        if reason.is_failure:
            log.error("the broker said no: %s", reason)
            return
        client.subscribe([(topic, 1) for topic in TOPICS])

    def _keep_somehow(self, messages):
        """Keep them, however long the database takes to come back; False if we are told to end meanwhile."""
        for pause in (*PATIENCE, *[PATIENCE[-1]] * 10_000):
            try:
                with self.app.app_context():
                    retrying(lambda: keep(messages, self.settings.reader_reads))
                return True
            except (DBAPIError, Refusal):
                log.exception("not kept; asked again in %s s", pause)
            if self._over.wait(pause):
                break
        return False


def keep(messages, reads_rate=0):
    """Everything that some messages say, by one transaction. Gives how many reads were new. `reads_rate`: how many a
    second one device may send before it is relieved of repeats; 0: any."""
    heard: dict[tuple, Heard] = {}  # by device; batches that have a number or a count stay what they are
    posted = []
    for n, message in enumerate(messages):
        name, body = device_of(message.topic), message.payload if len(message.payload) <= MOST_BYTES else b""
        said = heard_of(body)
        alone = n if said.seq is not None or said.count else -1
        heard[name, alone] = said if alone >= 0 else _with(heard.get((name, alone)), said)
        posted.append((name, counted(said), body))
    known, now = sources({name for name, _ in heard}), clock.now()
    for name in {name for name, _ in heard if name not in known}:
        log.warning("nobody registered a device %r: its messages are passed over", name[:80])
    posts = [_post(known[name], heard[name, n], now, reads_rate) for name, n in sorted(heard) if name in known]
    if not posts:
        return 0
    with transaction():
        new = sum(taken.accepted for taken in take_all(posts))
        bodies.keep([(known[name], session, None, now, body) for name, session, body in posted if name in known])
    for post in posts:
        pace.remember(post.source.device_id, post.heard.reads)
    return new


def _post(source, heard, now, reads_rate):
    session = counted(heard)
    heard.reads, repeats = pace.relieved(source.device_id, heard.reads, reads_rate)
    return Post(source, heard, now, session, repeats=repeats)


def _with(before, said):
    if before is None:
        return said
    before.add(said)
    return before


def sources(names):
    """{name: Source} of the devices in service. A sled publishes under its serial number: that is the device's name,
    or what it is known as."""
    wanted = sorted(name for name in names if name and "\x00" not in name)
    rows = fetch(
        "SELECT d.name, r.known_as, d.id, d.warehouse_id FROM devices d LEFT JOIN readers r"
        " ON r.warehouse_id = d.warehouse_id AND r.device_id = d.id WHERE d.revoked_at IS NULL"
        f" AND ({among('d.name', 'names')} OR {among('r.known_as', 'names')}) ORDER BY d.name",
        names=wanted,
    )
    known = {row.known_as: Source(row.warehouse_id, row.id) for row in rows if row.known_as and row.warehouse_id}
    named = {row.name: Source(row.warehouse_id, row.id) for row in rows if row.warehouse_id}
    return {name: source for name, source in (known | named).items() if name in names}
