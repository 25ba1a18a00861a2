"""From a stripped photo to pixels: upright, no larger than asked, and never more than its header promised.

JPEG is decoded at the scale that is wanted (a thumbnail of 50 megapixels costs a few megabytes); the other kinds have
no such way and are made small as soon as they are read.
"""

from io import BytesIO

from PIL import Image

from server.decode.strip import JPEG, PNG, WEBP, PhotoBroken, Picture, check_size
from server.errors import Refusal

THUMB = 320  # pixels of the longer side
_FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def thumbnail(picture):
    """A JPEG of at most 320 pixels. Raises `PhotoBroken`: every byte of the photo is read for it."""
    small = _pixels(picture, "RGB", 2 * THUMB)
    small.thumbnail((THUMB, THUMB))
    return _jpeg_of(_upright(small, picture), 80)


def luminance(picture, longest):
    """Greys of the upright picture, its longer side at most `longest`; and how many of its pixels one of these is."""
    grey = _pixels(picture, "L", longest)
    if max(grey.size) > longest:
        grey.thumbnail((longest, longest), reducing_gap=2)
    grey = _upright(grey, picture)
    return grey, picture.width / grey.width


def from_heic(content):
    """HEIC and HEIF as an upright JPEG of quality 92, without metadata. Raises `PhotoBroken`, `PhotoTooManyPixels`."""
    import pi_heif  # a library of 4 MB that most servers never need

    try:
        read = pi_heif.open_heif(BytesIO(content), convert_hdr_to_8bit=True)
        check_size(*read.size)
        image = read.to_pillow()
        image.load()
    except Refusal:
        raise
    except Exception as error:  # as in `_pixels`
        raise PhotoBroken() from error
    check_size(*image.size)
    profile = image.info.get("icc_profile")
    image = _flat(image, "RGB")
    return Picture(JPEG, *image.size, 1, _jpeg_of(image, 92, icc_profile=profile))


def _pixels(picture, mode, longest):
    try:
        image = Image.open(BytesIO(picture.content), formats=[_FORMATS[picture.kind]])
        if max(image.size) > longest:
            image.draft(mode, _at_least(image.size, longest))
        elif mode == "L":
            image.draft(mode, image.size)
        image.load()
        factor = max(image.size) // longest
        return _flat(image.reduce(factor) if factor > 1 and image.mode not in ("P", "1") else image, mode)
    except Exception as error:  # of hostile bytes the library may make anything: there is no list to go by
        raise PhotoBroken() from error


def _at_least(size, longest):
    """What to ask `draft` for: it gives the smallest scale that is no smaller than this."""
    scale = longest / max(size)
    return max(1, int(size[0] * scale)), max(1, int(size[1] * scale))


def _flat(image, mode):
    """In that mode; what can be looked through lies on white paper, as in every viewer."""
    if "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode not in ("RGBA", "LA", "PA", "La", "RGBa"):
        return image if image.mode == mode else image.convert(mode)
    image = image.convert("RGBA")
    paper = Image.new(mode, image.size, "white")
    paper.paste(image.convert(mode), mask=image.getchannel("A"))
    return paper


def _upright(image, picture):
    turn = _TURNS.get(picture.orientation)
    return image if turn is None else image.transpose(turn)


def _jpeg_of(image, quality, **how):
    out = BytesIO()
    image.save(out, "JPEG", quality=quality, **{name: value for name, value in how.items() if value})
    return out.getvalue()
