"""Codes on photos: real ones, turned ones, shelves, and noise."""

import io
import json
import random
import time

import pytest
from PIL import Image

from server.decode import engines, pixels, strip
from server.decode.photo import read_codes
from server.decode.places import places
from tests.pictures import REAL, real

TRUTH = {each["file"]: each["codes"] for each in json.loads((REAL / "truth.json").read_text())["images"]}
SHELF = json.loads((REAL / "shelves.json").read_text())["images"][0]
# `ean13_07`, `upca_11`, `upce_05`: zxing-cpp alone says something false; `ean13_19`: zbar alone does.


def grey(content, longest=4500):
    return pixels.luminance(strip.stripped(content), longest)[0]


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_a_photo_says_what_is_on_it_and_nothing_else(name):
    found = read_codes(grey(real(name)), seconds=20)

    assert sorted((seen.symbology, seen.text) for seen in found) == sorted(
        (code["symbology"], code["text"]) for code in TRUTH[name]
    )


def test_every_trap_is_one_for_an_engine_alone():
    """Else the tests above would hold for any engine."""
    lies = {"ean13_07.jpg": engines.zxing, "upca_11.jpg": engines.zxing, "upce_05.png": engines.zxing}
    for name, engine in (lies | {"ean13_19.jpg": engines.zbar}).items():
        said = {seen.text for seen in engine(grey(real(name)))}
        assert said - {code["text"] for code in TRUTH[name]}, name


@pytest.mark.parametrize("turn", range(0, 360, 15))
def test_a_code_is_read_however_the_photo_is_turned(turn):
    turned = grey(real("ean13_01.jpg")).rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=200)

    assert [seen.text for seen in read_codes(turned, seconds=20)] == ["9000275609022"]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_corners_are_those_of_the_upright_photo(orientation):
    """Whatever way the camera lay, the code is where people see it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = Image.open(io.BytesIO(real("ean13_01.jpg")))
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # what the camera did to it
    lying = upright.transpose(Image.Transpose(back[orientation])) if orientation > 1 else upright
    out = io.BytesIO()
    lying.save(out, "JPEG", quality=95, exif=exif)

    picture = strip.stripped(out.getvalue())
    (seen,) = read_codes(pixels.luminance(picture, 4500)[0])

    assert (picture.width, picture.height) == upright.size
    xs, ys = [x for x, _ in seen.quad], [y for _, y in seen.quad]
    assert 30 < min(xs) < 60 and 240 < max(xs) < 280 and 100 < min(ys) < max(ys) < 330


def test_corners_of_a_code_that_was_only_found_turned_lie_on_it():
    photo = grey(real("ean13_13.jpg"))

    (seen,) = read_codes(photo, seconds=20)

    xs, ys = [x for x, _ in seen.quad], [y for _, y in seen.quad]
    around = photo.crop((int(min(xs)) - 20, int(min(ys)) - 20, int(max(xs)) + 20, int(max(ys)) + 20))
    assert [again.text for again in read_codes(around, seconds=20)] == ["9004593978587"]


def test_a_shelf_is_read_whole_in_bounded_time():
    started = time.thread_time()
    found = read_codes(grey(real(SHELF["file"])))

    assert time.thread_time() - started < 4  # of work; the target is two, but others' work slows this machine
    assert sorted(seen.text for seen in found) == sorted(code["text"] for code in SHELF["codes"])


def test_every_code_of_a_shelf_is_in_a_place_that_is_looked_at():
    boxes = places(grey(real(SHELF["file"])))
    for seen in read_codes(grey(real(SHELF["file"])), seconds=20):
        x, y = (sum(corner[axis] for corner in seen.quad) / 4 for axis in (0, 1))
        assert any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in boxes), seen.text


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 1), (3, 3), (39, 41), (2000, 2000)])
def test_odd_sizes_hold_nothing_and_break_nothing(size):
    assert read_codes(Image.new("L", size, 255)) == []
    assert read_codes(Image.effect_noise(size, 90)) == []


@pytest.mark.parametrize("seed", range(3))
def test_nothing_is_read_in_noise_as_large_as_a_shelf(seed):
    """zbar sees DataBar there, and the same again in another light."""
    noise = Image.frombytes("L", (2400, 1600), random.Random(seed).randbytes(2400 * 1600))

    assert read_codes(noise, seconds=20) == []


def test_time_is_bounded():
    noise = Image.effect_noise((4000, 3000), 120)
    started = time.thread_time()

    assert read_codes(noise, seconds=0.2) == []

    assert time.thread_time() - started < 5  # the first look at twelve megapixels of noise, and nothing after it


def test_without_zbar_one_engine_still_reads(monkeypatch):
    """libzbar is a library of the system, which a machine may lack."""
    monkeypatch.setattr(engines, "pyzbar", None)

    assert [seen.text for seen in read_codes(grey(real("ean13_01.jpg")))] == ["9000275609022"]


def test_what_lies_on_glass_lies_on_white():
    out = io.BytesIO()
    black = grey(real("itf_03.png"))
    clear = Image.new("LA", black.size)
    clear.putalpha(black.point(lambda value: 255 - value))
    clear.save(out, "PNG")

    assert [seen.text for seen in read_codes(grey(out.getvalue()))] == ["3018108390"]
