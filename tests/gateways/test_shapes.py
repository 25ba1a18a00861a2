"""What readers really send, told apart by its shape: every sample, and every trap that their makers have laid."""

import base64
import gzip
import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.gateways.rules import Bad, epc_of, hex_of_base64, instant_of, merged, offset_of, strength_of, whole
from server.gateways.shapes import MAKERS, TooMuch, again, heard_of, unpacked

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "rfid"
SGTIN, FACTORY = "3034257BF7194E4000001A85", "E28011606000020A6681F23F"


def sample(path):
    return (SAMPLES / path).read_bytes()


def tags(heard):
    return [read.tag for read in heard.reads]


@pytest.mark.parametrize(
    ("path", "reads", "gaps", "aside"),
    [
        ("impinj/r700_webhook_batch_default_fields.json", [SGTIN, FACTORY], 0, 0),
        ("impinj/r700_webhook_batch_full_fields.json", [SGTIN], 1, 0),
        ("impinj/r700_webhook_empty_keepalive.json", [], 0, 0),
        ("impinj/barnowl_impinj_test_event.json", ["7EDA9038051002710002C0AE"], 0, 0),
        ("zebra/fx_http_post_batch.json", [SGTIN, FACTORY], 0, 0),
        ("zebra/fx_simple_minimal.json", [SGTIN], 0, 0),
        ("zebra/fx_single_custom_all_metadata.json", ["3034257BF7194E4000001A86"], 0, 0),
        ("zebra/barnowl_zebra_test_event.json", ["7EDA9038051002710002C0AE"], 0, 0),
        ("intel-rsp/inventory_event_notification.json", [], 0, 3),  # its tags are no tags: "EPC000001"
        ("intel-rsp/rsp_controller_heartbeat_notification.json", [], 0, 0),
        ("intel-rsp/sensor_read_state_notification.json", [], 0, 0),
        ("intel-rsp/inventory_read_rate_notification.json", [], 0, 0),
        ("intel-rsp/inventory_summary_notification.json", [], 0, 0),
        ("intel-rsp/inventory_get_tag_stats_info_response.json", [], 0, 0),
        ("llrp/ROAccessReport-001.json", ["3000ABCDEF00000000000003"], 0, 0),
        ("llrp/ROAccessReport-003.bytes", ["301430A55C0AC30000000009"], 0, 0),
    ],
)
def test_every_sample_is_understood(path, reads, gaps, aside):
    heard = heard_of(sample(path))

    assert (tags(heard), len(heard.gaps), len(heard.aside)) == (reads, gaps, aside)


@pytest.mark.parametrize("number", ["001", "003", "005", "007", "009"])
def test_a_report_in_bytes_says_what_its_json_says(number):
    one = heard_of(sample(f"llrp/ROAccessReport-{number}.bytes"))
    head = (0x043D).to_bytes(2, "big") + (10 + 31).to_bytes(4, "big") + (7).to_bytes(4, "big")
    framed = heard_of(head + sample(f"llrp/ROAccessReport-{number}.bytes"))

    assert one == framed == heard_of(sample(f"llrp/ROAccessReport-{number}.json"))
    assert (one.reads[0].antenna, one.reads[0].first // 10**12) == (1, 1594)


@pytest.mark.parametrize(("stream", "reads"), [("portal_zebra_fx", 5100), ("sled_rfd40", 2752)])
def test_a_whole_stream_is_understood_line_by_line_and_at_once(stream, reads):
    lines = sample(f"streams/{stream}.ndjson").splitlines()
    heard = [heard_of(line) for line in lines]

    assert sum(len(one.reads) for one in heard) == reads
    assert [one.aside for one in heard if one.aside] == []
    assert heard_of(b"\n".join(lines)).reads == [read for one in heard for read in one.reads]


def test_zebra_says_where_when_and_how_strongly():
    read, _ = heard_of(sample("zebra/fx_http_post_batch.json")).reads

    assert (read.antenna, read.peak, read.count, read.seq) == (1, -5300, 12, 1759)
    assert read.first == instant_of("2026-09-02T01:15:07.699Z")  # it wrote +0800, without a colon


def test_impinj_says_more_if_asked_and_tells_of_what_it_lost():
    heard = heard_of(sample("impinj/r700_webhook_batch_full_fields.json"))

    assert (heard.reads[0].tid, heard.reads[0].peak) == ("E2801191A50300664A20E848", -4820)
    assert heard.reads[0].first == instant_of("2026-09-02T01:15:08.120001Z")  # nine decimals are cut
    assert heard.names == {"impinj-14-3f-9c"}
    assert (heard.gaps[0].lost, heard.gaps[0].last - heard.gaps[0].first) == (1875, 11_000_000)


ZEBRA = {"type": "SIMPLE", "timestamp": "2026-09-02T01:15:07.651+0000", "data": {"idHex": SGTIN, "eventNum": 1}}
TRAPS = {
    "objects without anything in between": json.dumps(ZEBRA) + json.dumps(ZEBRA | {"data": {"idHex": FACTORY}}),
    "objects with lines in between": json.dumps(ZEBRA, indent=1)
    + "\n"
    + json.dumps({**ZEBRA, "data": {"idHex": FACTORY}}),
    "lists line by line": json.dumps([ZEBRA]) + "\n" + json.dumps([ZEBRA | {"data": {"idHex": FACTORY}}]),
    "a form": urlencode({"json": json.dumps([ZEBRA, ZEBRA | {"data": {"idHex": FACTORY}}])}),
    "a mark at the beginning": "\ufeff" + json.dumps([ZEBRA, ZEBRA | {"data": {"idHex": FACTORY}}]),
    "a sled": json.dumps({"type": "CYCLE_COUNT", "data": {"tagData": [{"EPCid": SGTIN}, {"EPCid": FACTORY}]}}),
    "keonn": json.dumps(
        {"devid": "x", "reads": [{"epc": SGTIN, "rssi": "-62", "ts": "1716900123456"}, {"epc": FACTORY.lower()}]}
    ),
    "speedway": json.dumps({"reader_name": "r", "tag_reads": [{"epc": SGTIN, "antennaPort": "2"}, {"epc": FACTORY}]}),
    "speedway's form": urlencode(
        {
            "reader_name": "Speedway-10-5F-8C",
            "mac_address": "00:16:25:10:5F:8C",
            "line_ending": "\n",
            "field_delim": ",",
            "field_names": "antenna_port,epc,first_seen_timestamp,peak_rssi",
            "field_values": f'1,"{SGTIN}",1370902128016943,-52\n2,"{FACTORY}",1370902128116943,-55\n',
        }
    ),
    "intel": json.dumps(
        {"jsonrpc": "2.0", "method": "inventory_data", "params": {"data": [{"epc": SGTIN}, {"epc": FACTORY}]}}
    ),
    "base64 of either alphabet": json.dumps(
        [
            {
                "eventType": "tagInventory",
                "tagInventoryEvent": {"epc": base64.b64encode(bytes.fromhex(SGTIN)).decode()},
            },
            {"eventType": "tagInventory", "tagInventoryEvent": {"epc": "4oARYGAAAgpmgfI_"}},
        ]
    ),
    "our lines": json.dumps({"epc": SGTIN}) + "\n" + json.dumps({"epc": FACTORY}),
}


@pytest.mark.parametrize("body", TRAPS.values(), ids=TRAPS)
def test_the_traps_of_makers(body):
    heard = heard_of(body.encode())

    assert (tags(heard), heard.aside) == ([SGTIN, FACTORY], [])


def test_numbers_as_texts_are_numbers():
    read = heard_of(TRAPS["keonn"].encode()).reads[0]

    assert (read.peak, read.first) == (-6200, 1_716_900_123_456_000)
    assert heard_of(TRAPS["speedway's form"].encode()).reads[1].first == 1_370_902_128_116_943


def test_bar_codes_ride_along_with_tags():
    said = {"type": "X", "data": {"tagData": [], "barcodeData": [{"symbology": "CODE128", "decodedBarcode": "A-01"}]}}

    assert tags(heard_of(json.dumps(said).encode())) == ["barcode:A-01"]


def test_inputs_and_directions_are_heard():
    said = [{"type": "GPI", "pin": 1, "state": "LOW", "timestamp": "2026-09-02T01:15:07Z"}]
    said += [{"type": "CUSTOM", "timestamp": "2026-09-02T01:15:07Z", "data": {"idHex": SGTIN, "direction": "In"}}]
    heard = heard_of(json.dumps(said).encode())

    assert [(pin, high) for pin, high, _ in heard.beams] == [(1, False)]
    assert [(gate.tag, gate.direction) for gate in heard.gates] == [(SGTIN, "in")]


GATES = [
    {"eventID": 1, "gateID": 490503, "direction": "IN", "EPC": SGTIN, "timestamp": "2021-03-15T13:14:30+0100"},
    {"epc": SGTIN, "thresholdId": 4, "destination": "out", "observationTime": "2026-09-02T01:15:07Z"},
]


@pytest.mark.parametrize("said", GATES)
def test_a_gate_that_decides_sends_passages_not_reads(said):
    heard = heard_of(json.dumps([said]).encode())

    assert (len(heard.gates), heard.reads, heard.aside) == (1, [], [])
    assert heard.gates[0].direction == ("in" if "direction" in said else "out")


@pytest.mark.parametrize("name", ["moves", "events", "passages"])
def test_passages_may_stand_in_a_list_under_a_name(name):
    said = {"batch_id": "7", name: [*GATES, {"epc": SGTIN, "direction": "sideways"}]}

    heard = heard_of(json.dumps(said).encode(), "gate")

    assert (len(heard.gates), [why for _, _, why in heard.aside]) == (2, ["no_direction"])


@pytest.mark.parametrize("said", [{"moves": []}, {"passages": []}, [{"events": []}, {"moves": []}]])
def test_a_gate_through_which_nothing_went_says_nothing(said):
    heard = heard_of(json.dumps(said).encode(), "gate")

    assert (heard.gates, heard.reads, heard.aside) == ([], [], [])


def test_what_a_batch_says_wrong_of_itself_does_not_take_its_reads_with_it():
    for wrong in ({"sent_at": "yesterday"}, {"seq": -1}, {"seq": 10**30}):
        heard = heard_of(json.dumps({"batch_id": "b", "reads": [{"epc": SGTIN}]} | wrong).encode(), "ours")

        assert tags(heard) == [SGTIN] and len(heard.aside) == 1, wrong


def test_speedways_other_modes_say_when():
    row = {"epc": SGTIN, "xLocation": 10, "yLocation": -20, "timestamp": "2018-06-14T00:15:54.36879Z"}
    heard = heard_of(json.dumps({"reader_name": "xArray", "tag_reads": [row]}).encode())

    assert [read.first for read in heard.reads] == [instant_of(row["timestamp"])]


def test_one_bad_row_does_not_take_the_others_with_it():
    rows = [ZEBRA, {"type": "SIMPLE", "data": {"idHex": "no tag"}}, {"type": "SIMPLE", "data": {"idHex": 7}}]
    rows += [ZEBRA | {"timestamp": "yesterday"}, ZEBRA | {"timestamp": "2026-09-02T01:15:07"}, 3, None, [], "x"]
    rows += [ZEBRA | {"data": {"idHex": SGTIN, "peakRssi": 9999}}, ZEBRA | {"data": {"idHex": FACTORY}}]
    heard = heard_of(json.dumps(rows).encode())

    assert tags(heard) == [SGTIN, FACTORY]
    assert [why for _, _, why in heard.aside] == [
        *("not_an_epc", "not_understood", "not_time", "time_without_zone", "not_understood", "not_understood"),
        *("not_understood", "not_understood", "not_a_strength"),
    ]
    for shape, raw, why in heard.aside:
        assert again(shape, raw).aside == [(shape, raw, why)]


@pytest.mark.parametrize(
    "body",
    [
        b"nonsense",
        b"{",
        b'{"epc": ',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'[{"eventType": "tagInventory", "tagInventoryEvent": {"epc": "\xff"}}]',
        b'{"reads": {"devid": 1}}',
        b'{"reads": null, "batch_id": {}}',
        b'{"jsonrpc": 2}',
        b'{"tag_reads": 7}',
        b'{"data": {"tagData": 7}}',
        b"json=%5B%7B",
        b'[{"epc": "3034", "rssi_dbm": 1e999}]',
        b'[{"epc": "3034", "first": 1e400}, {"epc": "3034", "count": -1}]',
        b'{"epc": "\\ud800"}',
        b"\x00\xf0\x00\x03",
        b"\x00\xf0\xff\xff" + b"\x00" * 20,
    ],
    ids=range(18),
)
def test_a_hostile_body_is_set_aside_and_breaks_nothing(body):
    heard = heard_of(body)

    assert heard.aside
    assert heard.reads == []


@given(st.binary(max_size=300))
def test_no_bytes_break_anything(body):
    for wanted in (None, "ours", "gate", "impinj"):
        heard_of(body, wanted)


_words = st.sampled_from(
    "epc tid reads data tagData idHex EPCid type timestamp eventType tagInventoryEvent jsonrpc params method devid"
    " tag_reads gateID direction batch_id seq sent_at count barcode first last antenna rssi_dbm overflowEvent".split()
)
_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.sampled_from([SGTIN, "in"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_words, inner, max_size=6),
    max_leaves=20,
)


@given(_values, st.sampled_from([None, *MAKERS]))
def test_no_values_break_anything(value, wanted):
    heard_of(json.dumps(value).encode(), wanted)


def test_a_bomb_is_not_unpacked():
    bomb = gzip.compress(b"0" * 20_000_000)

    with pytest.raises(TooMuch):
        unpacked(bomb)
    assert unpacked(gzip.compress(b"short")[:-9]) is None
    assert unpacked(b"\x1f\x8b nothing") is None
    assert unpacked(gzip.compress(b"a") + gzip.compress(b"b")) == b"ab"


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("3034257bf7194e4000001a85", SGTIN),
        ("0x3034257BF7194E4000001A85", SGTIN),
        ("30 34 25 7B F7 19 4E 40 00 00 1A 85", SGTIN),
        ("1100EE00E28068940000502C6FE618BB93DF", "E28068940000502C6FE618BB"),  # a whole serial frame
        ("1100EE00E28068940000502C6FE618BB93DE", "1100EE00E28068940000502C6FE618BB93DE"),  # its checksum is wrong
    ],
)
def test_an_epc_is_upper_case_digits_however_it_is_written(said, means):
    assert epc_of(said) == means


@pytest.mark.parametrize("said", ["", "303", "XYZ0", "30" * 64, "3034257BF7194E4000001A8"])
def test_what_is_no_whole_words_is_no_epc(said):
    with pytest.raises(Bad):
        epc_of(said)


@pytest.mark.parametrize("said", [1716900123, 1716900123000, 1716900123000000, 1716900123000000000, "1716900123000"])
def test_epoch_numbers_are_told_apart_by_their_size(said):
    assert instant_of(said) == 1_716_900_123_000_000


def test_numbers_that_nobody_can_mean_are_refused():
    for reading in (lambda: strength_of("nan"), lambda: whole("x", 9), lambda: whole(10, 9), lambda: instant_of(1e30)):
        with pytest.raises(Bad):
            reading()
    assert strength_of("-62") == -6200
    assert hex_of_base64("4oARYGAAAgpmgfI_") == FACTORY


reads_ = st.lists(
    st.tuples(st.integers(0, 5), st.integers(1, 2), st.none() | st.integers(-80, -40), st.just(1), st.integers(0, 3))
)


@given(reads_, st.randoms(use_true_random=False))
def test_a_sight_is_a_set_whatever_comes_again_and_in_whatever_order(reads, chance):
    rows = list({(one[0], one[1], one[4]): list(one) for one in reads}.values())
    whole_, _ = merged([], rows)
    parts, shuffled = [], rows + rows[: len(rows) // 2]
    chance.shuffle(shuffled)
    for n in range(0, len(shuffled), 3):
        parts, _ = merged(parts, shuffled[n : n + 3])

    assert parts == whole_


@pytest.mark.parametrize(
    ("before", "now", "offset"),
    [
        (None, None, 0),
        (None, 30, 0),  # late, or behind: nobody knows yet
        (None, -90_000_000, -90_000_000),  # nothing comes before it was sent
        (60_000_000, 60_500_000, 60_000_000),  # behind for a whole window
        (300_000_000, 200_000, 0),  # an outage that was caught up with
    ],
)
def test_a_clock_is_told_from_a_delay(before, now, offset):
    assert offset_of(before, now) == offset
