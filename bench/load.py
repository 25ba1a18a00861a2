"""A load generator: raw sockets kept alive, one request on the way per connection, in a process of its own.

`wrk` does the same in C, where one endpoint is asked the same kind of thing over and over; here each connection has a
queue of its own requests, since every delivery carries new ids.
"""

import heapq
import multiprocessing
import selectors
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass

_forked = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Driven:
    """What came of it. `rate`: requests a second; `p50`, `p99`: milliseconds."""

    rate: float
    p50: float
    p99: float
    failed: int = 0


def request(method, path, token="", body=b"", kind="application/json"):
    """The bytes of one request."""
    said = f"Authorization: Bearer {token}\r\n" if token else ""
    length = f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n" if body else ""
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{said}{length}\r\n".encode() + body


def drive(port, queues):
    """Send every queue of requests over a connection of its own, all at once; gives `Driven`."""
    answers = _forked.Queue()
    process = _forked.Process(target=lambda: answers.put(_drive(port, queues)))
    process.start()
    driven = answers.get()
    process.join()
    return driven


def hold(port, queues, every=1.0):
    """Send each queue over a connection of its own, one request every so many seconds, whether the answer before was
    slow or not: an answer is late from the instant at which its request was due. Gives `Driven`."""
    answers = _forked.Queue()
    process = _forked.Process(target=lambda: answers.put(_hold(port, queues, every)))
    process.start()
    driven = answers.get()
    process.join()
    return driven


def hammer(port, paths, token="", connections=32, seconds=5):
    """GET these paths over and over: by wrk, or by `drive` where there is none."""
    if not shutil.which("wrk"):
        turns = [request("GET", path, token) for path in paths] * max(1, 3000 * seconds // len(paths))
        return drive(port, [turns[n::connections] for n in range(connections)])
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_LUA % (",".join(f'"{path}"' for path in paths), token))
        script.flush()
        asked = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script.name, f"http://127.0.0.1:{port}"]
        said = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.split()
    rate, p50, p99, failed = said[-4:]
    return Driven(float(rate), float(p50) / 1000, float(p99) / 1000, int(failed))


_LUA = """
local paths, n = {%s}, 0
wrk.headers["Authorization"] = "Bearer %s"
request = function() n = n %% #paths + 1; return wrk.format("GET", paths[n]) end
done = function(summary, latency)
  local rate = summary.requests / summary.duration * 1e6
  print(rate, latency:percentile(50), latency:percentile(99), summary.errors.status)
end
"""


def _drive(port, queues):
    selector = selectors.DefaultSelector()
    waiting = {}
    took, failed = [], 0
    started = time.perf_counter()
    for queue in filter(None, queues):  # who has nothing to say would be hung up on
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ)
        waiting[connection] = _Turn(connection, iter(queue))
        waiting[connection].send()
    while waiting:
        for key, _ in selector.select():
            turn = waiting[key.fileobj]
            status = turn.receive()
            if status is None:
                continue
            took.append(time.perf_counter() - turn.since)
            failed += status >= 400
            if not turn.send():
                selector.unregister(key.fileobj)
                waiting.pop(key.fileobj).connection.close()
    elapsed = time.perf_counter() - started
    took.sort()
    return Driven(len(took) / elapsed, 1e3 * took[len(took) // 2], 1e3 * took[int(len(took) * 0.99)], failed)


def _hold(port, queues, every):
    selector, took, failed = selectors.DefaultSelector(), [], 0
    begin = time.perf_counter() + 0.5
    resting = []
    for n, queue in enumerate(queues):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        resting.append([begin + every * n / len(queues), n, _Turn(connection, iter(queue))])
    heapq.heapify(resting)
    asked, over = 0, begin
    while resting or asked:
        now = time.perf_counter()
        while resting and resting[0][0] <= now:
            due, n, turn = heapq.heappop(resting)
            if turn.send():
                selector.register(turn.connection, selectors.EVENT_READ, (due, n, turn))
                asked += 1
            else:
                turn.connection.close()
        for key, _ in (
            selector.select(max(0, resting[0][0] - time.perf_counter()) if resting else None) if asked else ()
        ):
            due, n, turn = key.data
            status = turn.receive()
            if status is not None:
                over = time.perf_counter()
                took.append(over - due)
                failed += status >= 400
                selector.unregister(turn.connection)
                asked -= 1
                heapq.heappush(resting, [due + every, n, turn])
        if resting and not asked:
            time.sleep(max(0, resting[0][0] - time.perf_counter()))
    elapsed = max(over - begin, every)
    took.sort()
    return Driven(len(took) / elapsed, 1e3 * took[len(took) // 2], 1e3 * took[int(len(took) * 0.99)], failed)


class _Turn:
    """One connection and what it still has to say."""

    def __init__(self, connection, queue):
        self.connection, self.queue, self.since, self.heard = connection, queue, 0.0, b""

    def send(self):
        body = next(self.queue, None)
        if body is None:
            return False
        self.since, self.heard = time.perf_counter(), b""
        self.connection.sendall(body)
        return True

    def receive(self):
        """The status, once the answer is complete."""
        part = self.connection.recv(1 << 18)
        if not part:
            raise ConnectionError("the server hung up")
        self.heard += part
        head, found, body = self.heard.partition(b"\r\n\r\n")
        if not found:
            return None
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        return int(head[9:12]) if len(body) >= length else None
