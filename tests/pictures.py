"""Photos for tests: made here, or taken from `data/barcodes` (see NOTICE); whole, cut off, and false."""

import io
import struct
import zlib
from pathlib import Path

from PIL import Image

REAL = Path(__file__).parent / "data" / "barcodes"


def real(name):
    """The bytes of a real photo."""
    return (REAL / name).read_bytes()


def a_photo(kind="JPEG", size=(64, 48), colour=(200, 120, 40), **how):
    """The bytes of a small picture, lighter at its top left corner; `exif=` and the like as Pillow takes them."""
    image = Image.new("RGB", size, colour)
    image.paste((255, 255, 255), (0, 0, size[0] // 4, size[1] // 4))
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def an_exif(orientation=1):
    """EXIF as a phone writes it: which way is up, whose phone, when, and where on Earth."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F], exif[0x0110], exif[0x013B] = "Maker", "Model", "Li Wei"
    exif[0x0132] = "2026:11:22 02:15:19"
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0)})
    exif.get_ifd(0x8769)[0xA431] = "SERIAL-4711"
    return exif


def a_png_that_says(width, height, body=b"\0" * 10):
    """A PNG whose header promises that many pixels; a bomb if they are many."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(body)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )
