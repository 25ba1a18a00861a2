"""The network between a phone and the server: an answer can be lost after the server has acted on the question."""

import contextlib
import json
import socket
import threading
from dataclasses import dataclass

from tests.postgres import free_port


@dataclass(frozen=True)
class Delivery:
    """One `POST /sync` as it crossed the wire, and whether its answer arrived."""

    events: list
    receipts: list
    arrived: bool


class Wire:
    """A TCP relay for one request per connection. `lose_answers(n)`: the next n answers to `/sync` never arrive."""

    def __init__(self, server_port):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.deliveries = []
        self._server_port, self._to_lose, self._open = server_port, 0, True
        self._door = socket.create_server(("127.0.0.1", self.port), backlog=64)
        threading.Thread(target=self._receive, daemon=True).start()

    def lose_answers(self, count):
        """From now on."""
        self._to_lose = count

    def close(self):
        """Cut it for good."""
        self._open = False
        self._door.close()

    def _receive(self):
        while self._open:
            with contextlib.suppress(OSError):
                phone, _ = self._door.accept()
                threading.Thread(target=self._relay, args=(phone,), daemon=True).start()

    def _relay(self, phone):
        with phone, contextlib.suppress(OSError):
            head, body = read_request(phone)
            if head:
                answer = self._ask(head, body)
                if self._passes(head, body, answer):
                    phone.sendall(answer)

    def _ask(self, head, body):
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
        with socket.create_connection(("127.0.0.1", self._server_port), timeout=30) as server:
            server.sendall(b"\r\n".join([*lines, b"Connection: close", b"", b""]) + body)
            return b"".join(iter(lambda: server.recv(65536), b""))

    def _passes(self, head, body, answer):
        if not head.startswith(b"POST /api/v1/sync"):
            return True
        arrives = self._to_lose <= 0
        self._to_lose -= 1
        said = json.loads(answer.partition(b"\r\n\r\n")[2] or b"{}")
        self.deliveries.append(Delivery(json.loads(body)["events"], said.get("receipts", []), arrives))
        return arrives


def read_request(phone):
    """Head without its last empty line, and body; `(b"", b"")` if the phone hung up."""
    read = b""
    while b"\r\n\r\n" not in read:
        more = phone.recv(65536)
        if not more:
            return b"", b""
        read += more
    head, _, body = read.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
    while len(body) < int(fields.get(b"content-length", 0)):
        body += phone.recv(65536)
    return head, body
