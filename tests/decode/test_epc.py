"""What tags say. The examples of GS1's Tag Data Standard (1.13, annex E), and what only looks like one of them."""

import pytest

from server.decode import epc

GTIN = "80614141123458"
EXAMPLES = [
    ("3074257BF7194E4000001A85", {"01": GTIN, "21": "6789"}),
    ("3074257bf7194e4000001a85", {"01": GTIN, "21": "6789"}),
    ("3674257BF6B7A659B2C2BF100000000000000000000000000000", {"01": "70614141123451", "21": "32a/b"}),
    ("3174257BF4499602D2000000", {"00": "106141412345678908"}),
    ("3274257BF46072000000162E", {"414": "0614141123452", "254": "5678"}),
    ("urn:epc:id:sgtin:0614141.812345.6789", {"01": GTIN, "21": "6789"}),
    ("URN:EPC:id:sgtin:0614141.812345.6789", {"01": GTIN, "21": "6789"}),
    ("urn:epc:id:sgtin:0614141.712345.32a%2Fb", {"01": "70614141123451", "21": "32a/b"}),
    ("urn:epc:tag:sgtin-96:3.0614141.812345.6789", {"01": GTIN, "21": "6789"}),
    ("urn:epc:idpat:sgtin:0614141.812345.*", {"01": GTIN}),
    ("urn:epc:class:lgtin:0614141.812345.LOT9", {"01": GTIN, "10": "LOT9"}),
    ("urn:epc:id:sscc:0614141.1234567890", {"00": "106141412345678908"}),
    ("urn:epc:tag:sscc-96:3.0614141.1234567890", {"00": "106141412345678908"}),
    ("urn:epc:id:sgln:061414112345..0", {"414": "0614141123452"}),
]


@pytest.mark.parametrize(("tag", "fields"), EXAMPLES, ids=[tag for tag, _ in EXAMPLES])
def test_a_tag_says_what_a_printed_code_would(tag, fields):
    assert epc.may_be_one(tag)
    label = epc.read(tag)

    assert label.fields == fields
    assert (label.gtin, label.sscc) == (fields.get("01"), fields.get("00"))
    assert (label.serial, label.lot) == (fields.get("21"), fields.get("10"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "urn:epc:id:sgtin:0614141.8.1",  # prefix and reference have thirteen digits together
        "urn:epc:id:gid:1.2.3",
        "urn:epc:id:sgtin:",
        "30FFFFFFFFFFFFFFFFFFFFFF",  # partition value 7 is reserved
        "307FFFFFFFFFFFFFFFFFFFFF",  # a reference of too many digits
        "3600000000000000000000000000000000000000000000000000",  # no serial
        "E28068940000502C6FE618BB",  # the maker's own number
        "30742 7BF7194E4000001A85",
        "3074257BF7194E4000001A8",
    ],
)
def test_what_is_no_tag_of_ours_is_just_a_text(text):
    assert epc.read(text) is None
