"""When a sighting is believed."""

import pytest

from server.decode.engines import Sighting, lengthened, shortened
from server.decode.evidence import Look, believed, doubted

HERE = ((0, 0), (100, 0), (100, 40), (0, 40))
THERE = ((300, 0), (400, 0), (400, 40), (300, 40))


def seen(text, symbology="EAN-13", engine="zxing", firm=True, light="plain", quad=HERE):
    return Look(light, Sighting(text, symbology, quad, engine, firm))


def texts(*looks):
    return [sighting.text for sighting in believed(looks)]


EAN = "9780201310054"
OTHER = "5000213002834"


@pytest.mark.parametrize(
    ("symbology", "text"),
    [("EAN-13", EAN), ("ITF", "070429"), ("UPC-E", "04963406"), ("Codabar", "A123B"), ("Code39", "T1234")],
)
def test_one_look_at_a_code_that_protects_itself_badly_is_not_enough(symbology, text):
    assert texts(seen(text, symbology)) == []
    assert [each.text for each in doubted([seen(text, symbology)])] == [text]


@pytest.mark.parametrize(("symbology", "text"), [("EAN-13", EAN), ("ITF", "070429"), ("UPC-E", "04963406")])
def test_two_engines_that_agree_are_believed(symbology, text):
    assert texts(seen(text, symbology), seen(text, symbology, "zbar", firm=False)) == [text]


def test_one_engine_needs_two_lights_and_many_lines():
    assert texts(seen(EAN), seen(EAN)) == []
    assert texts(seen(EAN, firm=False), seen(EAN, light="evened", firm=False)) == []
    assert texts(seen(EAN), seen(EAN, light="evened", firm=False)) == [EAN]


@pytest.mark.parametrize(("symbology", "text"), [("UPC-E", "04904144"), ("DataBar", "02001234567893")])
def test_what_is_seen_in_any_pattern_needs_three_lights_if_one_engine_sees_it(symbology, text):
    looks = [seen(text, symbology, light=light) for light in ("plain", "evened", "sharpened")]

    assert texts(*looks[:2]) == []
    assert texts(*looks) == [text]


@pytest.mark.parametrize("symbology", ["QRCode", "DataMatrix", "Aztec", "PDF417"])
def test_a_code_that_corrects_its_errors_is_believed_at_once(symbology):
    assert texts(seen("anything", symbology, firm=False)) == ["anything"]


def test_a_checksum_over_all_the_text_is_believed_when_many_lines_say_so():
    assert texts(seen("SKU9748814", "Code128")) == ["SKU9748814"]
    assert texts(seen("%P34372895", "Code128", firm=False)) == []


@pytest.mark.parametrize(("symbology", "text"), [("EAN-13", "9780201310055"), ("ITF", "10017299408347"), ("ITF", "12")])
def test_what_cannot_be_on_a_label_is_never_believed(symbology, text):
    assert texts(seen(text, symbology), seen(text, symbology, "zbar")) == []


def test_of_two_texts_in_one_place_the_one_with_more_looks_is_believed():
    true = [seen(EAN), seen(EAN, engine="zbar"), seen(EAN, light="evened")]
    false = [seen(OTHER), seen(OTHER, light="evened", firm=False)]

    assert texts(*false, *true) == [EAN]
    assert sorted(texts(*true, *[seen(OTHER, engine=engine, quad=THERE) for engine in ("zxing", "zbar")])) == [
        OTHER,
        EAN,
    ]


def test_two_texts_with_as_many_looks_in_one_place_cancel_each_other():
    assert texts(*[seen(text, engine=engine) for text in (EAN, OTHER) for engine in ("zxing", "zbar")]) == []


def test_a_piece_of_a_longer_code_is_not_a_code():
    whole = [seen("29586708520118", "ITF", engine) for engine in ("zxing", "zbar")]
    piece = [seen("29586708", "ITF", engine) for engine in ("zxing", "zbar")]

    assert texts(*whole, *piece) == ["29586708520118"]


@pytest.mark.parametrize(
    ("long", "short"),
    [("049000006346", "04963406"), ("041244000098", "04124498"), ("049000006582", "04965802")]
    + [("012345000058", "01234558"), ("012300000451", "01234531"), ("012340000050", "01234540")],
)
def test_upc_e_has_a_long_form_and_back(long, short):
    body = long[:11]
    assert shortened(long)[:7] == short[:7]
    assert lengthened(shortened(long))[:11] == body
