"""What goes onto a label comes off its picture again: fields, symbol, pixels, decoder, fields."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from server.decode import gs1
from server.decode.photo import read_codes
from server.exchange.label_symbols import QUIET, modules
from server.exchange.labels import LabelText, NotForThisSymbol
from tests.decode.test_gs1 import some_fields

ROOM = {"code128": 48, "qr": 120, "datamatrix": 120}  # characters: GS1's own limit for Code 128 (5.4.4.3)


def drawn(label, symbology, dots, turned=0, soft=0.0):
    """A label as a camera sees it: dark grey on light grey, a little turned and soft."""
    rows = modules(label, symbology)
    if symbology == "code128":
        rows = rows * 40
    quiet = QUIET[symbology]
    image = Image.new("L", (len(rows[0]) + 2 * quiet, len(rows) + 2 * quiet), 235)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                image.putpixel((x + quiet, y + quiet), 30)
    image = image.resize((image.width * dots, image.height * dots), Image.Resampling.NEAREST)
    return image.rotate(turned, Image.Resampling.BICUBIC, expand=True, fillcolor=235).filter(
        ImageFilter.GaussianBlur(soft)
    )


def bracketed(fields):
    return "".join(f"[{ai}]{value}" for ai, value in fields.items())


@pytest.mark.parametrize("symbology", ROOM)
@settings(max_examples=100, deadline=None)
@given(
    fields=some_fields(),
    dots=st.integers(2, 4),
    turned=st.sampled_from([0, 0, 5, 90, 180]),
    soft=st.sampled_from([0, 0.6]),
)
def test_gs1_fields_on_a_label_are_read_off_its_picture(symbology, fields, dots, turned, soft):
    assume(len(bracketed(fields)) <= ROOM[symbology])
    try:
        picture = drawn(LabelText(bracketed(fields), "", gs1=True), symbology, dots, turned, soft)
    except NotForThisSymbol:
        assume(False)

    (seen,) = read_codes(picture, seconds=20)

    assert gs1.read(seen.meaning).fields == fields
    assert gs1.read(seen.meaning).gtin == fields["01"]


@pytest.mark.parametrize("symbology", ROOM)
@settings(max_examples=100, deadline=None)
@given(text=st.text([chr(n) for n in range(33, 127)], min_size=2, max_size=24), dots=st.integers(2, 4))
def test_own_codes_on_a_label_are_read_off_its_picture(symbology, text, dots):
    picture = drawn(LabelText(text, ""), symbology, dots)

    (seen,) = read_codes(picture, seconds=20)

    assert seen.text == seen.meaning == text
