"""Where photos lie: a folder under the data dir, each file named by the SHA-256 of what is in it.

A name that is a hash makes writing twice harmless and lets a backup be checked. A file appears whole or not at all: it
is written beside its place, brought to the disk, and renamed. Two letters of the name are the folder, so that no folder
grows beyond what a shell can list.
"""

import os
import secrets
from pathlib import Path

SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}


def place_of(data_dir, sha256, kind):
    """The path of a photo."""
    return _folder(data_dir, sha256) / (sha256 + SUFFIXES[kind])


def thumb_of(data_dir, sha256):
    """The path of its thumbnail."""
    return _folder(data_dir, sha256) / f"{sha256}.thumb.jpg"


def put_file(path, content):
    """Write it there for good, unless it is there: the name says what is in it."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    with open(draft, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    _to_disk(path.parent)


def _folder(data_dir, sha256):
    return Path(data_dir) / "photos" / sha256[:2]


def _to_disk(folder):
    """A renamed file survives a power cut only when its folder is on the disk too."""
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
