"""Every vector of the standard and of a kept library, and the library itself as oracle for tags that nobody wrote down.

What only looks like a GS1 key is told apart where the tag alone can tell; the rest is the catalogue's to know.
"""

import csv
from pathlib import Path

import pytest
from epcpy import hex_to_tag_encodable
from hypothesis import given
from hypothesis import strategies as st

from server.decode import epc

DATA = Path(__file__).resolve().parent.parent / "data" / "rfid" / "epc"
VECTORS = list(csv.DictReader((DATA / "epc_vectors.csv").open()))
OURS = [row for row in VECTORS if row["pure_identity_uri"].split(":")[3] in "sgtin sscc sgln grai giai gid".split()]
OTHERS = list(csv.DictReader((DATA / "non_gs1_epcs.csv").open()))
# Of each 96-bit header: where its company prefix and what follows it stand.
HEADERS = (0x30, 0x31, 0x32, 0x33, 0x34, 0x35)


@pytest.mark.parametrize("row", OURS, ids=[row["pure_identity_uri"] for row in OURS])
def test_every_vector_is_the_identity_that_it_is_said_to_be(row):
    assert epc.uri_of(row["epc_hex"]) == row["pure_identity_uri"]


@pytest.mark.parametrize("row", [row for row in OURS if row["gs1_element_string"]], ids=lambda row: row["epc_hex"])
def test_every_vector_says_what_the_element_string_says(row):
    said = epc.read(row["epc_hex"])
    shown = "".join(f"({name}){value}" for name, value in said.fields.items())

    # An extension of nil says that the GLN has none (TDS 7.4), so there is no (254) to write.
    assert shown == row["gs1_element_string"].removesuffix("(254)0")
    assert epc.read(row["pure_identity_uri"]).fields == said.fields


@pytest.mark.parametrize("row", [row for row in VECTORS if row not in OURS], ids=lambda row: row["epc_hex"])
def test_schemes_that_are_none_of_ours_are_left_alone(row):
    assert epc.uri_of(row["epc_hex"]) is None


@pytest.mark.parametrize("row", OTHERS, ids=[row["what_it_is"] for row in OTHERS])
def test_what_only_looks_like_a_key_is_no_key_unless_the_catalogue_says_so(row):
    decoded = epc.uri_of(row["epc_hex"])

    # Those two decode by the letter; their GTINs are in nobody's catalogue.
    assert decoded is None or row["epc_hex"] in ("3000ABCDEF00000000000003", "30000000000000000001F4A7")


@given(st.sampled_from(HEADERS), st.integers(0, 6), st.integers(0, 2**85 - 1))
def test_ninety_six_bits_are_what_the_library_says(header, partition, rest):
    bits = header << 88 | (rest >> 82) << 85 | (partition << 82) | rest & (2**82 - 1)
    text = f"{bits:024X}"
    try:
        wanted = hex_to_tag_encodable(text).epc_uri
    except Exception:  # the library says no in many ways
        wanted = None
    own_text = all(0x20 <= byte < 0x7F for byte in bytes.fromhex(text))
    reserved = header == 0x31 and rest & 0xFFFFFF  # which the library does not look at

    assert epc.uri_of(text) == (None if own_text or reserved else wanted)
