"""From the bytes that came to a photo that can be kept: checked, without metadata, with a thumbnail, perhaps read.

Pixels cost a hundred times what a scan does. So a worker process develops one photo at a time, lets a few wait, and
sends the rest away for a moment: however many photos come, there is always a thread left for scans.
"""

import hashlib
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from server.decode import photo, pixels, strip
from server.errors import Refusal
from server.intake.store import photo_name, thumb_name

MOST_BYTES = 16 * 1024 * 1024
LONGEST = 4500  # pixels of the longer side in which codes are looked for: 12 megapixels as they are, 50 at half size


class PhotoTooLarge(Refusal):
    """More than 16 MB."""

    code = "photo_too_large"
    status = 413
    en = "A photo may have at most 16 MB. Take it with a lower resolution."
    zh = "照片最大 16 MB。请降低分辨率后重新拍摄。"


class PhotosWaiting(Refusal):
    """More photos at once than the server develops beside the scans."""

    code = "photos_waiting"
    status = 429
    en = "The server is busy with other photos. This one is not lost; send it again in {seconds} seconds."
    zh = "服务器正在处理其他照片，此照片未丢失。请 {seconds} 秒后重新发送。"


@dataclass(frozen=True, slots=True)
class Developed:
    """A photo as it lies in the store. `sha256` is of what is kept, `sent_sha256` of what came.

    `symbols`: what stands on it (`symbols_on`), None if nobody asked.
    """

    sha256: str
    sent_sha256: str
    kind: str
    width: int
    height: int
    size: int
    symbols: list[dict] | None


class Darkroom:
    """One for each worker process: one thread, which gives way to those that answer scans."""

    def __init__(self):
        self._bench = ThreadPoolExecutor(1, "darkroom", initializer=_give_way)
        self._counting = threading.Lock()
        self._inside = 0

    def work(self, seats, work, *words):
        """What `work(*words)` gives, after those who came before. Raises `PhotosWaiting` when all `seats` are taken."""
        with self._counting:
            if self._inside >= seats:
                raise PhotosWaiting(seconds=2)
            self._inside += 1
        try:
            return self._bench.submit(work, *words).result()
        finally:
            with self._counting:
                self._inside -= 1


def _give_way():
    """On Linux each thread has a niceness of its own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


darkroom = Darkroom()


def develop(content, store, decode):
    """Check, strip, store and perhaps read a photo; no database.

    Raises `PhotoTooLarge`, what `strip` raises, and what the store does.
    """
    if len(content) > MOST_BYTES:
        raise PhotoTooLarge()
    kind = strip.kind_of(content)
    picture = pixels.from_heic(content) if kind == strip.HEIC else strip.stripped(content)
    small = pixels.thumbnail(picture)
    sha256 = sha256_of(picture.content)
    store.put(photo_name(sha256, picture.kind), picture.content)
    store.put(thumb_name(sha256), small)
    return Developed(
        sha256,
        sha256_of(content),
        picture.kind,
        picture.width,
        picture.height,
        len(picture.content),
        symbols_on(picture) if decode else None,
    )


def symbols_on(picture):
    """The codes on a photo: text, symbology, quad in pixels of the upright photo, and what a scanner would give."""
    grey, scale = pixels.luminance(picture, LONGEST)
    return [
        {
            "text": seen.text,
            "symbology": seen.symbology,
            "quad": [[round(x * scale), round(y * scale)] for x, y in seen.quad],
            "meaning": seen.meaning,
        }
        for seen in photo.read_codes(grey)
    ]


def read_kept(sha256, kind, store):
    """The codes on a photo that was kept unread. Raises `FileNotFoundError` when the store has lost it."""
    return symbols_on(strip.stripped(store.get(photo_name(sha256, kind))))


def sha256_of(content):
    """The hash that names these bytes, in hex."""
    return hashlib.sha256(content).hexdigest()
