"""Messages that wait, in a line for each device: they are taken in turns, so that who sends ten thousand waits for
itself and for nobody else."""

import threading
import time
from collections import OrderedDict, deque

MOST_WAITING = 5000  # messages of all devices; whoever brings more waits, and the broker keeps the rest


class Lines:
    """`put` from the thread that hears the broker, `take` from the one that writes."""

    def __init__(self, most=MOST_WAITING):
        self._most, self._many, self._closed = most, 0, False
        self._lines: OrderedDict[str, deque] = OrderedDict()
        self._changed = threading.Condition()

    def put(self, name, message):
        """Stand behind the others of that device. What nobody can take any more is passed over: it was never
        acknowledged, so the broker sends it again."""
        with self._changed:
            self._changed.wait_for(lambda: self._many < self._most or self._closed)
            if not self._closed:
                self._lines.setdefault(name, deque()).append(message)
                self._many += 1
                self._changed.notify_all()

    def take(self, most, patience, together):
        """One message of each device, and again, up to `most`; [] if none comes for `patience` seconds. Waits for
        `together` seconds more for those that come at the same time."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._many, patience):
                return []
            until = time.monotonic() + together
            while self._many < most and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)
            taken = [self._next() for _ in range(min(most, self._many))]
            self._changed.notify_all()
            return taken

    def close(self):
        """Let go of whoever waits to bring more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _next(self):
        name, line = self._lines.popitem(last=False)
        message = line.popleft()
        if line:
            self._lines[name] = line  # behind all others
        self._many -= 1
        return message
