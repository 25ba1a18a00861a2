"""Films for a camera that is none: labels and real photos, frame by frame, as Chromium's fake camera shows them."""

import io
from pathlib import Path

import zxingcpp
from PIL import Image, ImageEnhance, ImageFilter

SIZE = (960, 640)
SHELF = "#8f9a96"
_KINDS = zxingcpp.BarcodeFormat


def label(text, kind="Code128", scale=3, **how):
    """A printed label; `gs1=True` takes bracketed element strings."""
    image = zxingcpp.create_barcode(text, getattr(_KINDS, kind), **how).to_image(scale=scale)
    height, width = image.shape[:2]
    paper = Image.new("RGB", (width + 40, height + 30), "white")
    paper.paste(Image.frombytes("L", (width, height), bytes(image)).convert("RGB"), (20, 15))
    return paper


def scene(*labels, turned=0, glare=False):
    """A shelf with labels one under the other; `turned` in degrees, `glare` as from a lamp."""
    frame = Image.new("RGB", SIZE, SHELF)
    height = SIZE[1] // max(1, len(labels))
    for row, one in enumerate(labels):
        paper = one.convert("RGB").rotate(turned, resample=Image.BICUBIC, expand=True, fillcolor=SHELF)
        frame.paste(paper, ((SIZE[0] - paper.width) // 2, row * height + (height - paper.height) // 2))
    return _glaring(frame) if glare else frame


def photo(path):
    """A real photo as the camera would see it: all of it, on the shelf's ground."""
    with Image.open(path) as image:
        image = image.convert("RGB")
        image.thumbnail((780, 480))
        return scene(image)


def pan(labels, gap=60):
    """Frames of a camera that moves along a shelf of labels, there and back."""
    width = sum(one.width + gap for one in labels) + 2 * SIZE[0]
    shelf = Image.new("RGB", (width, SIZE[1]), SHELF)
    left = SIZE[0]
    for one in labels:
        shelf.paste(one, (left, (SIZE[1] - one.height) // 2))
        left += one.width + gap
    return [shelf.crop((x, 0, x + SIZE[0], SIZE[1])) for x in range(SIZE[0] // 2, left - SIZE[0] // 2, 8)]


def film(path, *parts):
    """Write scenes to a file that Chromium shows in a loop, 30 frames a second: `(frame, seconds)`, or frames."""
    with Path(path).open("wb") as out:
        for part in parts:
            frame, seconds = part if isinstance(part, tuple) else (part, 1 / 30)
            out.write(_jpeg(frame) * max(1, round(seconds * 30)))
    return path


def _glaring(frame):
    """Half of it much too light, with little contrast left."""
    half = frame.crop((0, 0, SIZE[0], SIZE[1] // 2))
    light = Image.blend(ImageEnhance.Contrast(half).enhance(0.5), Image.new("RGB", half.size, "white"), 0.35)
    frame.paste(light, (0, 0))
    return frame


def _jpeg(frame):
    """As a lens sees it: a little soft, never quite black or white. Chromium garbles blocks of perfect checkerboard."""
    soft = frame.filter(ImageFilter.GaussianBlur(0.6)).point(lambda value: 25 + value * 205 // 255)
    out = io.BytesIO()
    soft.save(out, "JPEG", quality=90)
    return out.getvalue()
