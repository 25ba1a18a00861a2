"""`tallyloop serve --lan` as a process, and what asks it as a phone would: trusting its authority and nothing else."""

import http.client
import os
import signal
import ssl
import subprocess
import time
from pathlib import Path

from tests.postgres import free_port
from tests.servers import ADMIN_PASSWORD, TALLYLOOP


class LanServer:
    """Granian, its workers and the set-up page, on free ports."""

    def __init__(self, data_dir, *words, **environment):
        self.data_dir = Path(data_dir)
        self.host = environment.get("TALLYLOOP_HOST", "127.0.0.1")
        self.setup_port, self.tls_port = free_port(), free_port()
        self.origin = f"https://{self.host}:{self.tls_port}"
        self.setup_address = f"http://{self.host}:{self.setup_port}/setup"
        self.words = words or ("--lan",)
        self.environment = {
            **os.environ,
            "TALLYLOOP_DATA_DIR": str(data_dir),
            "TALLYLOOP_HOST": self.host,
            "TALLYLOOP_PORT": str(self.setup_port),
            "TALLYLOOP_TLS_PORT": str(self.tls_port),
            "TALLYLOOP_ADMIN_PASSWORD": ADMIN_PASSWORD,
            **environment,
        }
        self.start()

    def start(self):
        """Start, or start again; gives itself when it answers `/readyz`."""
        with open(self.data_dir / "server.log", "a") as log:
            command = [TALLYLOOP, "serve", *self.words]
            self.process = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + 90
        while time.monotonic() < until and self.process.poll() is None:
            try:
                if self.get("/readyz", trusting=False)[0] == 200:
                    return self
            except OSError:
                time.sleep(0.1)
        self.kill()
        raise RuntimeError(f"the server did not start:\n{self.said[-4000:]}")

    @property
    def said(self):
        """All that it printed."""
        return (self.data_dir / "server.log").read_text()

    @property
    def authority(self):
        """The file with its authority."""
        return self.data_dir / "tls" / "authority.pem"

    def trust(self, trusting=True):
        """What a phone believes: the authority, or, with `trusting=False`, anybody."""
        if trusting:
            return ssl.create_default_context(cafile=self.authority)
        anybody = ssl.create_default_context()
        anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
        return anybody

    def get(self, path, headers=None, trusting=True):
        """(status, headers, body) over TLS."""
        line = http.client.HTTPSConnection(self.host, self.tls_port, timeout=30, context=self.trust(trusting))
        return _asked(line, "GET", path, headers)

    def visit(self, path, headers=None, method="GET", body=None):
        """(status, headers, body) from the set-up port."""
        line = http.client.HTTPConnection(self.host, self.setup_port, timeout=30)
        return _asked(line, method, path, headers, body)

    def stop(self):
        """SIGTERM; gives the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=40)

    def kill(self):
        """All of its processes at once."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=10)


def _asked(line, method, path, headers, body=None):
    try:
        line.request(method, path, body, headers or {})
        reply = line.getresponse()
        return reply.status, reply.headers, reply.read()
    finally:
        line.close()
