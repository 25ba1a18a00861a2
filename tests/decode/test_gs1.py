"""What labels say. The vectors are shared with the phone, which reads the same labels offline."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.decode import gs1
from server.quantity import show_qty

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "gs1.json").read_text())


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["why"] for vector in VECTORS])
def test_a_label_says_what_the_vector_says(vector):
    label = gs1.read(vector["text"])

    assert (label.gtin, label.fields) == (vector["gtin"], vector["fields"])
    assert (label.lot, label.expiry, label.serial) == (vector["lot"], vector["expiry"], vector["serial"])
    assert show_qty(label.quantity) == vector["quantity"]


@given(st.text() | st.from_regex(r"(\]C1|http://x/|\()?0[012]\d{14,18}[\x00-\x7f]*"))
def test_no_text_makes_the_reader_stumble(text):
    assert gs1.read(text) == gs1.read(text)
    if not gs1.may_be_gs1(text):
        assert gs1.read(text).fields == {}


_82 = [chr(c) for c in range(33, 127) if chr(c) not in "#$@[\\]^`{|}~"]
_VALUES = {
    "10": st.text(_82, min_size=1, max_size=20),
    "21": st.text(_82, min_size=1, max_size=20),
    "17": st.dates().map(lambda day: day.strftime("%y%m%d")),
    "37": st.integers(1, 99_999_999).map(str),
    "3103": st.integers(0, 999_999).map("{:06d}".format),
    "400": st.text(_82, min_size=1, max_size=30),
}


@st.composite
def some_fields(draw):
    """A GTIN and a few more fields, in any order."""
    body = draw(st.from_regex(r"[0-9]{13}", fullmatch=True))
    check = next(digit for digit in "0123456789" if gs1.check_digit_holds(body + digit))
    fields = {"01": body + check}
    for ai in draw(st.lists(st.sampled_from(sorted(_VALUES)), unique=True)):
        fields[ai] = draw(_VALUES[ai])
    return fields


@given(fields=some_fields(), mark=st.sampled_from(["\x1d", "{GS}"]), aim=st.sampled_from(["", "]C1", "]d2"]))
def test_what_is_written_as_an_element_string_is_read_again(fields, mark, aim):
    text = aim + mark.join(ai + value for ai, value in fields.items())

    assert gs1.read(text).fields == fields


@given(fields=some_fields())
def test_brackets_are_read_like_the_element_string(fields):
    plain = {ai: value for ai, value in fields.items() if "(" not in value}
    text = "".join(f"({ai}){value}" for ai, value in plain.items())

    assert gs1.read(text).fields == plain


@pytest.mark.parametrize(
    ("yymmdd", "this_year", "expected"),
    [
        ("260101", 2026, "2026-01-01"),
        ("760101", 2026, "2076-01-01"),
        ("770101", 2026, "1977-01-01"),
        ("000229", 2026, "2000-02-29"),
        ("010101", 2099, "2101-01-01"),
        ("261300", 2026, None),
        ("260431", 2026, None),
    ],
)
def test_the_century_is_the_nearest(yymmdd, this_year, expected):
    assert gs1.date_of(yymmdd, this_year) == expected
