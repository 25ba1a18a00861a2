"""Where photos lie, each named by the SHA-256 of what is in it: a folder, or a bucket if the settings name one.

A name that is a hash makes writing twice harmless and lets a backup be checked. Two letters of it are a folder of its
own, so that no folder grows beyond what a shell can list. Names are the same in both kinds of store: whoever moves from
one to the other copies the files and changes the setting.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from server.intake.bucket import bucket_named

SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}


def photo_name(sha256, kind):
    """The name of a photo."""
    return f"{sha256[:2]}/{sha256}{SUFFIXES[kind]}"


def thumb_name(sha256):
    """The name of its thumbnail."""
    return f"{sha256[:2]}/{sha256}.thumb.jpg"


def store_for(settings):
    """The store that the settings name. Raises `ValueError` if they cannot be meant."""
    if not settings.photo_store:
        return Folder(Path(settings.data_dir) / "photos")
    return bucket_named(settings.photo_store, settings.bucket)


@dataclass(frozen=True)
class Folder:
    """Files below a path. One appears whole or not at all: written beside its place, brought to the disk, renamed."""

    path: Path

    def put(self, name, content):
        """Write it there for good, unless it is there: the name says what is in it."""
        path = self.path / name
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

    def get(self, name):
        """The bytes. Raises `FileNotFoundError`."""
        return (self.path / name).read_bytes()


def _to_disk(folder):
    """A renamed file survives a power cut only when its folder is on the disk too."""
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)
