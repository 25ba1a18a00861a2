"""A PostgreSQL cluster of our own, thrown away at the end: the whole suite passes on it as on SQLite."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

MISSING = (
    "PostgreSQL is not installed, and half of the suite runs on it. Install it (Debian: apt-get install postgresql), "
    "or put its binaries on PATH; `make test` does so by itself when run as root."
)
# Nothing here has to survive a power cut; the crash tests kill the server, not the database.
FAST = "fsync=off synchronous_commit=off full_page_writes=off wal_level=minimal max_wal_senders=0 max_connections=200"


class PostgresMissing(Exception):
    """No PostgreSQL binaries on this machine."""


def free_port():
    """A port on 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """`initdb` in a temporary folder, one `postgres` process on a free port, ended by its pid."""

    def __init__(self, told=FAST):
        binaries = _binaries()
        self._folder = Path(tempfile.mkdtemp(prefix="tallyloop-postgres-"))
        self._who = _unprivileged(self._folder)
        self._port = free_port()
        home = self._folder / "cluster"
        initdb = [binaries / "initdb", "-D", home, "-U", "tallyloop", "--auth=trust", "--no-sync", "--no-locale"]
        subprocess.run([*initdb, "-E", "UTF8"], check=True, cwd="/", stdout=subprocess.DEVNULL, **self._who)
        settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", *told.split()]
        postgres = [binaries / "postgres", "-D", home, "-p", str(self._port)]
        with open(self._folder / "log", "w") as log:
            words = [word for setting in settings for word in ("-c", setting)]
            self._process = subprocess.Popen(postgres + words, cwd="/", stderr=log, **self._who)
        self._admin = self._connect()

    def url(self, database):
        """What `DATABASE_URL` would say."""
        return f"postgresql://tallyloop@127.0.0.1:{self._port}/{database}"

    def create(self, database, template=None):
        """A new database; a copy of `template` takes about 60 ms."""
        copy = f" TEMPLATE {template} STRATEGY FILE_COPY" if template else ""
        self._admin.execute(f"CREATE DATABASE {database}{copy}")
        return self.url(database)

    def drop(self, database):
        """Remove a database, whoever is still connected."""
        self._admin.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def stop(self):
        """End the process by its pid, and leave nothing behind."""
        self._admin.close()
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=30)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _connect(self):
        until = time.monotonic() + 30
        while True:
            try:
                return psycopg.connect(self.url("postgres"), autocommit=True)
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError((self._folder / "log").read_text()) from None
                time.sleep(0.05)


def _binaries():
    """The newest PostgreSQL there is: Debian keeps it off PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3].split(".")[0]))
    on_path = shutil.which("initdb")
    if not found and not on_path:
        raise PostgresMissing(MISSING)
    return (found[-1] if found else Path(on_path)).parent


def _unprivileged(folder):
    """PostgreSQL refuses to run as root: become `postgres` then, else stay who we are."""
    if os.geteuid() != 0:
        return {}
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        raise PostgresMissing(MISSING) from None
    shutil.chown(folder, "postgres")
    return {"user": "postgres", "group": "postgres", "extra_groups": []}
