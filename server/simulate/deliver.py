"""Send what readers saw: cut into batches, disturbed as told, each reader over a line of its own."""

import base64
import http.client
import json
import ssl
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urlsplit

from server import clock
from server.clock import SECOND
from server.simulate.words import MAKERS, PATHS, TOPICS

API = "/api/v1"
PATIENCE = 60  # times that a batch is offered again, as readers do


class Unwilling(Exception):
    """The server said no to something that we needed."""


@dataclass(frozen=True, slots=True)
class Mishaps:
    """In a hundred batches: sent twice, cut anew and sent again, overtaken by a later one."""

    duplicates: float = 0
    rebatched: float = 0
    disorder: float = 0


@dataclass(slots=True)
class Told:
    """What was sent, and what was answered."""

    batches: int = 0
    reads: int = 0
    duplicates: int = 0
    rebatched: int = 0
    disordered: int = 0
    again: int = 0
    answers: dict = field(default_factory=lambda: {"accepted": 0, "duplicate": 0, "quarantined": 0})

    def add(self, other):
        """Those of another reader, too."""
        for name in ("batches", "reads", "duplicates", "rebatched", "disordered", "again"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name, n in other.answers.items():
            self.answers[name] += n

    def said(self):
        """As JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Part:
    """A batch on its way. `number`: its own, of those that are not cut anew; `due`: microseconds from the beginning."""

    number: int
    due: int
    rows: tuple
    is_whole: bool = True


def batches(sightings, every=SECOND, most=500):
    """Sightings cut as readers do: once a second, or when there are too many."""
    found: list[Part] = []
    rows: list = []
    for one in sightings:
        if rows and (one.at // every != rows[0].at // every or len(rows) >= most):
            found.append(Part(len(found) + 1, rows[-1].at, tuple(rows)))
            rows = []
        rows.append(one)
    return [*found, Part(len(found) + 1, rows[-1].at, tuple(rows))] if rows else found


def disturbed(parts, mishaps, chance, told):
    """The same batches as a bad line delivers them: nothing is lost, some come twice, in other cuts, out of order."""
    queue = list(parts)
    for n, part in enumerate(parts):
        if chance.random() * 100 < mishaps.duplicates:
            queue.insert(min(len(queue), queue.index(part) + chance.randint(1, 10)), part)
            told.duplicates += 1
        if chance.random() * 100 < mishaps.rebatched and n + 1 < len(parts):
            later = parts[n + 1]
            cut = part.rows[len(part.rows) // 2 :] + later.rows[: len(later.rows) // 2 + 1]
            queue.insert(min(len(queue), queue.index(part) + chance.randint(1, 4)), Part(0, later.due, cut, False))
            told.rebatched += 1
    for n in range(len(queue) - 1):
        if chance.random() * 100 < mishaps.disorder:
            other = min(len(queue) - 1, n + chance.randint(1, 10))
            queue[n], queue[other] = queue[other], queue[n]
            told.disordered += 1
    return queue


class Line:
    """A connection to a server that is kept alive. `word`: what stands in Authorization."""

    def __init__(self, url, word="", verify=True):
        self.url, self._parts, self._word, self._connection = url, urlsplit(url), word, None
        self._tls = None if verify else ssl._create_unverified_context()

    def ask(self, method, path, body=None, kind="application/json", **query):
        """(status, headers, answer as JSON or bytes). `body`: bytes, or a value that is said as JSON."""
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        head = {"Authorization": self._word} if self._word else {}
        head |= {"Content-Type": kind} if raw is not None else {}
        told = {name: value for name, value in query.items() if value is not None}
        address = (path if path.startswith("/epcis") else API + path) + ("?" + urlencode(told) if told else "")
        try:
            return self._once(method, address, raw, head)
        except (http.client.HTTPException, ConnectionError):
            self.close()  # it was hung up on meanwhile: once more
            return self._once(method, address, raw, head)

    def ok(self, method, path, body=None, **words):
        """The answer's body. Raises `Unwilling`."""
        status, _, said = self.ask(method, path, body, **words)
        if status >= 400:
            raise Unwilling(f"{method} {path}: {status} {said}")
        return said

    def all(self, path, **query):
        """Every entry of a list, page by page."""
        found: list = []
        cursor = None
        while True:
            page = self.ok("GET", path, limit=500, cursor=cursor, **query)
            found += page["items"]
            cursor = page["next"]
            if not cursor:
                return found

    def close(self):
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _once(self, method, address, raw, head):
        if self._connection is None:
            host, port = self._parts.hostname, self._parts.port
            if self._parts.scheme == "https":
                self._connection = http.client.HTTPSConnection(host, port, timeout=60, context=self._tls)
            else:
                self._connection = http.client.HTTPConnection(host, port, timeout=60)
        self._connection.request(method, address, raw, head)
        answer = self._connection.getresponse()
        said = answer.read()
        is_json = "json" in answer.headers.get("Content-Type", "")
        return answer.status, answer.headers, json.loads(said) if said and is_json else said


@dataclass(frozen=True, slots=True)
class Sender:
    """A reader of ours: its name, key and maker, and how it posts (`broker`: over MQTT in place of HTTP)."""

    name: str
    key: str
    maker: str
    url: str
    broker: str | None = None
    ca: str | None = None
    verify: bool = True

    def line(self):
        """Its own line to the server."""
        word = base64.b64encode(f"{self.name}:{self.key}".encode()).decode()
        return Line(self.url, f"Basic {word}", self.verify)


def send(sender, parts, start, rate=0, count=None):
    """Send batches as they become due, no faster than `rate` reads a second; gives `Told`. Raises `Unwilling`.

    `start`: the instant that the sightings count from. What is refused for the moment is offered again, as readers do.
    """
    told, free_at = Told(), 0.0
    post = _mqtt(sender) if sender.broker else _http(sender)
    for part in parts:
        _sleep_until(max((start + part.due) / SECOND, free_at))
        sent_at = clock.now()
        body = MAKERS[sender.maker](sender.name, part.number, part.rows, start, sent_at, count, part.is_whole)
        told.again += post(body, told)
        told.batches, told.reads = told.batches + 1, told.reads + len(part.rows)
        free_at = time.time() + len(part.rows) / rate if rate else 0
    post(None, told)
    return told


def send_all(jobs, told):
    """Run `send` for many readers at once: `[(sender, parts, start, rate, count)]`; adds to `told`."""
    found: list = []

    def one(job):
        try:
            found.append(send(*job))
        except Exception as error:
            found.append(error)

    hands = [threading.Thread(target=one, args=(job,), daemon=True) for job in jobs]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    for one_told in found:
        if isinstance(one_told, Exception):
            raise one_told
        told.add(one_told)


def _sleep_until(seconds):
    rest = seconds - time.time()
    if rest > 0:
        time.sleep(rest)


def _http(sender):
    line, path = sender.line(), PATHS.get(sender.maker, "/readers/ingest")

    def post(body, told):
        if body is None:
            line.close()
            return 0
        for tried in range(PATIENCE):
            try:
                status, headers, said = line.ask("POST", path, body)
            except OSError:
                status, headers, said = 503, {}, "no answer"
            if status == 200:
                for name, n in said.items():
                    told.answers[name] += n
                return tried
            if status not in (429, 503):
                raise Unwilling(f"{sender.name}: {status} {said}")
            time.sleep(min(5.0, float(headers.get("Retry-After") or 1)))
        raise Unwilling(f"{sender.name}: the server takes nothing")

    return post


def _mqtt(sender):
    import paho.mqtt.client as paho
    from paho.mqtt.enums import CallbackAPIVersion

    address = urlsplit(sender.broker)
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id=f"device {sender.name}", protocol=paho.MQTTv311)
    client.username_pw_set(sender.name, sender.key)
    if address.scheme == "mqtts":
        client.tls_set(ca_certs=sender.ca)
    client.connect(address.hostname, address.port or (8883 if address.scheme == "mqtts" else 1883))
    client.loop_start()
    topic, waiting = TOPICS.get(sender.maker, "rfid/{}/events").format(sender.name), []

    def post(body, _told):
        if body is not None:
            waiting.append(client.publish(topic, body, qos=1))
            return 0
        for one in waiting:
            one.wait_for_publish(60)
        client.disconnect()
        client.loop_stop()
        return 0

    return post


def path_of(text):
    """A text as one part of an address."""
    return quote(text, safe="")
