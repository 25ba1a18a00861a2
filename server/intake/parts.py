"""Photos that come in parts: a phone in a dead corner sends a megabyte, loses the network, and goes on from there.

Each upload is one file that only grows, under `uploads/` of the data dir, named by the photo and by who sends it:
nobody can add to another person's. What has been received is its length and nothing else, so there is nothing to fall
out of step, and several workers may take parts of one photo.
"""

import fcntl
import os
import time
from contextlib import contextmanager, suppress
from pathlib import Path

LEFT_AFTER = 7 * 24 * 3600  # seconds after which nobody will go on with an upload


def add_part(data_dir, photo_id, person_id, offset, total, body):
    """Add a part if it is the next one; gives how much has been received. An empty body only asks."""
    path = _path(data_dir, photo_id, person_id)
    if not body or offset != _length(path):
        return _length(path)
    if offset == 0:
        _begin(path)
    with _held(path) as file:
        received = os.fstat(file).st_size
        if offset != received or received + len(body) > total:
            return received
        return received + os.pwrite(file, body, received)


def all_parts(data_dir, photo_id, person_id):
    """The bytes received so far."""
    with suppress(FileNotFoundError):
        return _path(data_dir, photo_id, person_id).read_bytes()
    return b""


def forget_parts(data_dir, photo_id, person_id):
    """Throw the parts away: the photo is kept, or they were damaged."""
    _path(data_dir, photo_id, person_id).unlink(missing_ok=True)


def _path(data_dir, photo_id, person_id):
    return Path(data_dir) / "uploads" / f"{photo_id}.{person_id}"


def _length(path):
    with suppress(FileNotFoundError):
        return path.stat().st_size
    return 0


def _begin(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    before = time.time() - LEFT_AFTER
    for other in path.parent.iterdir():
        with suppress(FileNotFoundError):
            if other.stat().st_mtime < before:
                other.unlink()


@contextmanager
def _held(path):
    """The file, open and locked: two workers that get the same part must not both add it."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)
