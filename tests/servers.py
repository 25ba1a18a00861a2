"""A real server for tests: `tallyloop serve` as a process, on a free port, with a data folder of its own."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.postgres import free_port

ADMIN_PASSWORD = "admin-password"
TALLYLOOP = Path(sys.executable).parent / "tallyloop"


class Server:
    """gunicorn and its workers. `stop` is SIGTERM, `kill` is what a power cut would do to the process group."""

    def __init__(self, data_dir, database_url=None, **environment):
        self.data_dir = Path(data_dir)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = {
            **os.environ,
            "TALLYLOOP_DATA_DIR": str(data_dir),
            "TALLYLOOP_PORT": str(self.port),
            "TALLYLOOP_ADMIN_PASSWORD": ADMIN_PASSWORD,
            "TALLYLOOP_LOGIN_LIMIT": "10000 per minute",
            **({"DATABASE_URL": database_url} if database_url else {}),
            **environment,
        }
        self.start()

    def start(self):
        """Start, or start again on the same port and data; gives itself when it answers `/readyz`."""
        with open(self.data_dir / "server.log", "a") as log:
            self._process = subprocess.Popen(
                [TALLYLOOP, "serve"], env=self._environment, stdout=log, stderr=log, start_new_session=True
            )
        self._wait_until_ready()
        return self

    @property
    def pid(self):
        """Of the gunicorn master."""
        return self._process.pid

    @property
    def said(self):
        """All that it printed."""
        return (self.data_dir / "server.log").read_text()

    def stop(self):
        """Ask it to end; gives the exit code."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=40)

    def kill(self):
        """SIGKILL for the master and every worker at once."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=10)

    def _wait_until_ready(self):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            try:
                urllib.request.urlopen(self.url + "/readyz", timeout=5).close()
                return
            except OSError:
                time.sleep(0.05)
        self.kill()
        raise RuntimeError(f"the server did not start:\n{self.said[-4000:]}")


def over_http(base_url):
    """A `send` for `Worker` that speaks to a real server."""

    def send(method, path, body, headers, files=None):
        data, kind = _written(body, files)
        request = urllib.request.Request(base_url + path, data, headers, method=method)
        if kind:
            request.add_header("Content-Type", kind)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as answer:
            return answer.code, dict(answer.headers), answer.read()

    return send


def _written(body, files):
    """What goes over the wire, and its media type."""
    if files:
        parts = {name: FileStorage(*part) if isinstance(part, tuple) else part for name, part in files.items()}
        boundary, data = encode_multipart(parts)
        return data, f"multipart/form-data; boundary={boundary}"
    if isinstance(body, bytes):
        return body, "application/octet-stream"
    return (None, None) if body is None else (json.dumps(body).encode(), "application/json")


def in_process(client):
    """A `send` for `Worker` that calls the app directly: the same routes without a socket."""

    def send(method, path, body, headers, files=None):
        how = {"data": files, "content_type": "multipart/form-data"} if files else {"json": body}
        if isinstance(body, bytes):
            how = {"data": body, "content_type": "application/octet-stream"}
        if body is None and not files:
            how = {}
        answer = client.open(path, method=method, headers=headers, **how)
        return answer.status_code, dict(answer.headers), answer.data

    return send
