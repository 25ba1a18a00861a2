"""What a photo's bytes say before any pixel is read: kind, size, which way is up; and the same without metadata.

Phones write where and when a picture was taken, by whose phone, and often a second picture or a film behind the first.
None of that is kept (`truth.md` §8). Pixels are not touched: whole segments and chunks are left out. What stays beside
the pixels is what they need to look right: colour profiles, and one number that says which way is up.

Nothing here decodes, so a picture that would fill the memory is refused by its header.
Sources: ITU T.81 annex B (JPEG), W3C PNG 3rd edition, RFC 9649 (WebP), TIFF 6.0 with EXIF 2.3 tag 0x0112.
"""

import re
import struct
import zlib
from dataclasses import dataclass

from server.errors import Refusal

MOST_PIXELS = 50_000_000
MOST_SCANS = 40  # of a progressive JPEG, each a walk over all pixels: cameras write about ten, attackers thousands
JPEG, PNG, WEBP, HEIC = "image/jpeg", "image/png", "image/webp", "image/heic"


class PhotoKindUnknown(Refusal):
    """The bytes are no picture that we read."""

    code = "photo_kind_unknown"
    status = 415
    en = "This is no photo that can be kept. Send a still picture: JPEG, PNG, WebP or HEIC."
    zh = "无法保存此文件。请发送静态照片：JPEG、PNG、WebP 或 HEIC。"


class PhotoBroken(Refusal):
    """It begins like a photo, but does not hold together."""

    code = "photo_broken"
    status = 422
    en = "This photo is damaged or cut off. Take it again."
    zh = "照片已损坏或不完整，请重新拍摄。"


class PhotoTooManyPixels(Refusal):
    """More than 50 megapixels."""

    code = "photo_too_many_pixels"
    status = 422
    en = "A photo may have at most 50 megapixels; this one has {megapixels}. Take it with a lower resolution."
    zh = "照片最多 50 百万像素，此照片为 {megapixels} 百万像素。请降低分辨率后重新拍摄。"


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo without its metadata. `width` and `height` are those of the upright picture; `orientation` as in EXIF."""

    kind: str
    width: int
    height: int
    orientation: int
    content: bytes


def stripped(content):
    """The `Picture` that these bytes are. Raises `PhotoKindUnknown`, `PhotoBroken`, `PhotoTooManyPixels`."""
    kind = kind_of(content)
    if kind not in _WAYS:
        raise PhotoKindUnknown()
    try:
        width, height, orientation, clean = _WAYS[kind](content)
    except (struct.error, IndexError):
        raise PhotoBroken() from None
    check_size(width, height)
    if orientation >= 5:  # lies on its side
        width, height = height, width
    return Picture(kind, width, height, orientation, clean)


def kind_of(content):
    """The media type that the first bytes show, or None. Names and headers say nothing."""
    if content[:3] == b"\xff\xd8\xff":
        return JPEG
    if content[:8] == _PNG_SIGNATURE:
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content[4:8] == b"ftyp" and {content[8:12], content[16:20]} & _HEIC_BRANDS:
        return HEIC
    return None


def check_size(width, height):
    """Refuse a picture without pixels, or with too many."""
    if width < 1 or height < 1:
        raise PhotoBroken()
    if width * height > MOST_PIXELS:
        raise PhotoTooManyPixels(megapixels=-(-width * height // 1_000_000))


_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1"}
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SIZES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}  # SOFn
_SCAN_END = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")


def _jpeg(content):
    kept, at, scans, orientation, size = [b"\xff\xd8"], 2, 0, 1, None
    while True:
        if content[at] != 0xFF:
            raise PhotoBroken()
        while content[at] == 0xFF:  # any number of these may stand before a marker
            at += 1
        marker = content[at]
        if marker == 0xD9:
            break
        length = struct.unpack_from(">H", content, at + 1)[0]
        body = content[at + 3 : at + 1 + length]
        if length < 2 or len(body) != length - 2:
            raise PhotoBroken()
        at += 1 + length
        if marker in _SIZES:
            if size:
                raise PhotoBroken()
            size = struct.unpack_from(">xHH", body)
        if marker == 0xE1 and body[:6] == b"Exif\0\0":
            orientation = _orientation(body[6:])
        if body := _jpeg_kept(marker, body):
            kept.append(struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body)
        if marker == 0xDA:
            scans += 1
            end = _SCAN_END.search(content, at)
            if not end or not size or scans > MOST_SCANS:
                raise PhotoBroken()
            kept.append(content[at : end.start()])
            at = end.start()
    if not scans:
        raise PhotoBroken()
    if orientation != 1:
        exif = b"Exif\0\0" + _exif(orientation)
        kept.insert(1 + (kept[1][1] == 0xE0), struct.pack(">BBH", 0xFF, 0xE1, len(exif) + 2) + exif)
    height, width = size
    return width, height, orientation, b"".join([*kept, b"\xff\xd9"])


def _jpeg_kept(marker, body):
    """What stays of a segment: all that pixels are made of, colour profiles, and which colours Adobe meant."""
    if marker == 0xE0 and body[:5] == b"JFIF\0":
        return body[:12] + b"\0\0"  # without its thumbnail, which shows what was perhaps cut away
    if marker == 0xE2 and body[:12] == b"ICC_PROFILE\0" or marker == 0xEE and body[:5] == b"Adobe":
        return body
    return None if 0xE0 <= marker <= 0xEF or marker == 0xFE else body


_PNG_KEPT = set(b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT cICP bKGD".split())


def _png(content):
    kept, at, orientation, name = [_PNG_SIGNATURE], 8, 1, b""
    if content[12:16] != b"IHDR":
        raise PhotoBroken()
    width, height = struct.unpack_from(">II", content, 16)
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", content, at)
        chunk = content[at : at + 12 + length]
        if len(chunk) != 12 + length:
            raise PhotoBroken()
        at += 12 + length
        if name == b"eXIf":
            orientation = _orientation(chunk[8:-4])
        if name in _PNG_KEPT:
            kept.append(chunk)
    if orientation != 1:
        kept.insert(2, _png_chunk(b"eXIf", _exif(orientation)))
    return width, height, orientation, b"".join(kept)


def _png_chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _webp(content):
    kept, at, orientation, sizes = [], 12, 1, []
    end = 8 + struct.unpack_from("<I", content, 4)[0]
    if end > len(content):
        raise PhotoBroken()
    while at + 8 <= end:
        name, length = struct.unpack_from("<4sI", content, at)
        body = content[at + 8 : at + 8 + length]
        if len(body) != length:
            raise PhotoBroken()
        at += 8 + length + length % 2
        if name in (b"ANIM", b"ANMF"):
            raise PhotoKindUnknown()
        if name == b"EXIF":
            orientation = _orientation(body.removeprefix(b"Exif\0\0"))
        if name in _WEBP_SIZES:
            sizes.append(_WEBP_SIZES[name](body))
        if name in (b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ICCP"):
            kept.append([name, body])
    if not sizes:
        raise PhotoBroken()
    if kept[0][0] == b"VP8X":
        kept[0][1] = bytes([kept[0][1][0] & ~0x0C | (0x08 if orientation != 1 else 0)]) + kept[0][1][1:]
        if orientation != 1:
            kept.append([b"EXIF", _exif(orientation)])
    clean = b"".join(name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2) for name, body in kept)
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    return width, height, orientation, b"RIFF" + struct.pack("<I", len(clean) + 4) + b"WEBP" + clean


def _vp8x_size(body):
    return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1


def _vp8_size(body):
    if body[3:6] != b"\x9d\x01\x2a":
        raise PhotoBroken()
    width, height = struct.unpack_from("<HH", body, 6)
    return width & 0x3FFF, height & 0x3FFF


def _vp8l_size(body):
    bits = struct.unpack_from("<I", body, 1)[0]
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


_WEBP_SIZES = {b"VP8X": _vp8x_size, b"VP8 ": _vp8_size, b"VP8L": _vp8l_size}
_WAYS = {JPEG: _jpeg, PNG: _png, WEBP: _webp}


def _orientation(tiff):
    """1 to 8 from the first directory of an EXIF block; 1, upright, if it does not say or cannot be read."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    try:
        at = struct.unpack_from(order + "I", tiff, 4)[0]
        for n in range(struct.unpack_from(order + "H", tiff, at)[0]):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", tiff, at + 2 + 12 * n)
            if (tag, kind) == (0x0112, 3):
                return value if 1 <= value <= 8 else 1
    except (struct.error, TypeError):
        pass
    return 1


def _exif(orientation):
    """An EXIF block that says which way is up, and nothing else."""
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, 0x0112, 3, 1, orientation, 0, 0)
