"""HIBC and ISO/IEC 15434: what labels of other worlds say, and that nothing else is taken for one."""

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from server.decode import makers

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"


def hibc(text):
    """With its check character."""
    return text + SIGNS[sum(SIGNS.index(sign) for sign in text) % 43]


def test_the_check_character_is_that_of_the_standards_own_example():
    ways, _ = makers.read("+A123BJC5D6E71G")

    assert ways == ("A123BJC5D6E71", "A123BJC5D6E7", "BJC5D6E7")
    assert makers.read("+A123BJC5D6E71H") == ((), None)


@pytest.mark.parametrize(
    ("behind", "lot", "expiry", "serial", "pieces"),
    [
        ("", None, None, None, None),
        ("/$LOT7", "LOT7", None, None, None),
        ("/$+SER7", None, None, "SER7", None),
        ("/$$0127LOT7", "LOT7", "2027-01-31", None, None),
        ("/$$2013127LOT7", "LOT7", "2027-01-31", None, None),
        ("/$$3270131LOT7", "LOT7", "2027-01-31", None, None),
        ("/$$427013115LOT7", "LOT7", "2027-01-31", None, None),
        ("/$$527031LOT7", "LOT7", "2027-01-31", None, None),
        ("/$$62703115LOT7", "LOT7", "2027-01-31", None, None),
        ("/$$7LOT7", "LOT7", None, None, None),
        ("/$$8243270131LOT7", "LOT7", "2027-01-31", None, 24),
        ("/$$9005003270131LOT7", "LOT7", "2027-01-31", None, 500),
        ("/$$+3270131SER7", None, "2027-01-31", "SER7", None),
        ("/27031LOT7", "LOT7", "2027-01-31", None, None),
        ("/$LOT7/14D20270131/SSER7/Q500", "LOT7", "2027-01-31", "SER7", 500),
        ("/$$3271331LOT7", "LOT7", None, None, None),
    ],
)
def test_hibc(behind, lot, expiry, serial, pieces):
    ways, label = makers.read(hibc("+A99912345" + behind))

    assert ways[:2] == ("A99912345", "A9991234")
    assert (label.lot, label.expiry, label.serial, label.pieces) == (lot, expiry, serial, pieces)


@pytest.mark.parametrize(
    "wrapped", ["[)>\x1e06\x1d{}\x1e\x04", "]d1[)>\x1e06\x1d{}\x1e\x04", "[)>{{RS}}06{{GS}}{}{{RS}}{{EOT}}"]
)
def test_data_identifiers(wrapped):
    said = "\x1d".join(["P4711", "1PMAKER-1", "1TLOT7", "SSER7", "Q24", "14D20270131", "12VIGNORED"])

    ways, label = makers.read(wrapped.format(said))

    assert ways == ("MAKER-1", "4711")
    assert (label.lot, label.expiry, label.serial, label.pieces) == ("LOT7", "2027-01-31", "SER7", 24)


def test_gs1_in_an_envelope():
    ways, label = makers.read("[)>\x1e05\x1d010950600013435217270131\x1d10LOT7\x1e\x04")

    assert (ways, label.lot, label.expiry) == (("09506000134352",), "LOT7", "2027-01-31")


@whatever(
    st.one_of(
        st.text(), st.text(SIGNS).map(lambda text: "+" + text), st.text().map(lambda text: "[)>\x1e06\x1d" + text)
    )
)
def test_nothing_makes_it_fall(text):
    ways, label = makers.read(text)

    assert (label is None) <= (ways == ())


def test_an_item_is_found_by_them_with_lot_and_count(house_of_makers):
    ask = house_of_makers

    named = ask(hibc("+A99912345/$$3270131LOT7"))
    assert (named["kind"], named["sku"], named["lot"], named["expiry"]) == ("item", "BANDAGE", "LOT7", "2027-01-31")
    named = ask("[)>\x1e06\x1d1PMAKER-1\x1d1TLOT8\x1dQ24\x1e\x04")
    assert (named["sku"], named["lot"], named["quantity"]) == ("BOLT", "LOT8", "24.000")
    assert ask(hibc("+Z99912345"))["kind"] == "unknown"
    assert ask("+420")["kind"] == "unknown"


@pytest.fixture
def house_of_makers(given):
    given.place("A-01")
    given.code("BANDAGE", "A9991234")
    given.code("BOLT", "MAKER-1")
    li = given.staff()
    return lambda text: li.get("/identify", warehouse="WH1", code=text).ok().body
