"""The set-up page on its port: plain http, one answer a connection."""

import multiprocessing
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from server.lan.doors import Doors
from server.lan.setup_page import answer

SILENCE = 10  # seconds until a connection that says nothing is let go
HEARD = 4 * 1024 * 1024  # bytes of a body that we wait for; a batch of scans is smaller


def open_setup_page(doors, listener):
    """In a process of its own; a daemon, so it ends when we end. Fork is quick, but sound on Linux only."""
    way = "fork" if sys.platform == "linux" else "spawn"
    page = multiprocessing.get_context(way).Process(
        target=run, args=(doors, listener, os.getpid()), daemon=True, name="setup-page"
    )
    page.start()
    listener.close()


class _Visitor(BaseHTTPRequestHandler):
    """Puts `answer` on the wire. HTTP/1.0: one answer, then the line is free for the next phone."""

    timeout = SILENCE
    server_version = "Tallyloop"
    sys_version = ""
    doors: Doors

    def do_GET(self):
        self._hear_out()
        status, said, body = answer(self.doors, self.path, self.headers)
        self.send_response(status)
        for name, value in {**said, "Content-Length": str(len(body)), "X-Content-Type-Options": "nosniff"}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_GET

    def _hear_out(self):
        """Take the body that belongs to the request: a line closed over unread words loses the answer."""
        length = self.headers.get("Content-Length") or "0"
        if length.isdigit():
            self.rfile.read(min(int(length), HEARD))

    def log_message(self, *words):
        """Say nothing: the terminal belongs to the QR code."""


class _House(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """A phone that hangs up in the middle is no news for the terminal; a fault of ours is."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def service_actions(self):
        """Twice a second: whoever started us is gone, so nobody would end us."""
        if os.getppid() != self.parent:
            os._exit(0)


def run(doors, bound, parent):
    """Serve the page on this socket until the parent process ends. Ctrl-C is the parent's to hear."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    house = _House(bound.getsockname(), type("Visitor", (_Visitor,), {"doors": doors}), bind_and_activate=False)
    house.socket.close()
    house.socket, house.parent = bound, parent
    house.server_activate()
    house.serve_forever()
