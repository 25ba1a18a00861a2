"""Meters: counters that all workers of a server share, so that whichever answers `/metrics` speaks for all.

Each worker keeps its own small file of `name number` lines in shared memory and overwrites the number in place: seen at
once by the others, no system call, no lock between processes. What a worker counted is folded into `gone` after it
died, so that no counter ever runs backwards.
"""

import fcntl
import mmap
import os
import threading
from contextlib import suppress
from pathlib import Path

WIDTH = 20
ROOM = 1 << 18  # bytes of one worker's file, of which only what is written takes space; it grows when it is full


class Meters:
    """Counters (`add`) and this moment's readings (`shift`) of one server; names are Prometheus series."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self._lock = threading.Lock()
        self._pid = None
        self._values: dict[str, int] = {}
        self._offsets: dict[str, int] = {}

    def add(self, name, amount=1):
        """Count on."""
        with self._lock:
            self._open()
            self._write(name, self._values.get(name, 0) + amount)

    def shift(self, name, by):
        """Up or down from now on; the sum over living workers is told."""
        self.add("now " + name, by)

    def mark(self, name):
        """This worker is one of those who do that."""
        with self._lock:
            self._open()
            if self._values.get("now " + name) != 1:
                self._write("now " + name, 1)

    def totals(self):
        """`({counter: sum}, {reading: sum over living workers})`."""
        with self._lock:
            self._open()
        self._fold_the_dead()
        counters: dict[str, int] = {}
        readings: dict[str, int] = {}
        for path in [self.folder / "gone", *self.folder.glob("*.worker")]:
            for name, value in _read(path).items():
                if name.startswith("now "):
                    readings[name[4:]] = readings.get(name[4:], 0) + value
                else:
                    counters[name] = counters.get(name, 0) + value
        return counters, readings

    def _open(self):
        """Open this worker's file; a fork opens its own, and a number that the system used before goes on."""
        if self._pid == os.getpid():
            return
        self._pid = os.getpid()
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{self._pid}.worker"
        before = _read(path)
        with open(path, "w+b") as made:
            made.truncate(ROOM)
            self._page = mmap.mmap(made.fileno(), ROOM)
        self._values, self._offsets, self._end = {}, {}, 0
        for name, value in before.items():
            self._write(name, 0 if name.startswith("now ") else value)

    def _write(self, name, value):
        value = max(value, 0)
        self._values[name] = value
        at = self._offsets.get(name)
        if at is None:
            at = self._offsets[name] = self._named(name)
        self._page[at : at + WIDTH] = b"%020d" % value

    def _named(self, name):
        """Where the number of a new line goes."""
        line = f"{name} {'0' * WIDTH}\n".encode()
        if self._end + len(line) > len(self._page):
            self._page.resize(2 * len(self._page))
        self._page[self._end : self._end + len(line)] = line
        self._end += len(line)
        return self._end - WIDTH - 1

    def _fold_the_dead(self):
        with open(self.folder / "lock", "w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            dead = [path for path in self.folder.glob("*.worker") if not _lives(int(path.stem))]
            if not dead:
                return
            sums = _read(self.folder / "gone")
            for path in dead:
                for name, value in _read(path).items():
                    if not name.startswith("now "):
                        sums[name] = sums.get(name, 0) + value
            draft = self.folder / "gone.new"
            draft.write_text("".join(f"{name} {value:020d}\n" for name, value in sums.items()))
            draft.replace(self.folder / "gone")
            for path in dead:
                path.unlink(missing_ok=True)


def _read(path):
    found = {}
    with suppress(FileNotFoundError):
        for line in path.read_bytes().rstrip(b"\0").decode().splitlines():
            name, _, value = line.rpartition(" ")
            if len(value) == WIDTH and value.isdigit():  # a line half written is read the next time
                found[name] = int(value)
    return found


def _lives(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it lives, and is somebody else's
    return True
