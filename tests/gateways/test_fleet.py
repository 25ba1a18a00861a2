"""Readers as devices: two keys, pending until heard, silent when not, told what to say, and what nobody understood."""

import json

import pytest

from server import clock
from server.clock import MINUTE, read_instant
from server.gateways.mqtt import device_of
from server.gateways.setup import MODELS, setup_of
from server.gateways.shapes import heard_of
from tests.gateways.test_shapes import SGTIN
from tests.reader import Reader, counts
from tests.worker import at


@pytest.fixture
def reader(given):
    """A reader at a door."""
    return Reader(given)


def shown(given, reader):
    return given.admin.get(f"/readers/{reader.id}").ok().body


def test_a_reader_is_pending_until_it_is_heard(given, reader):
    assert shown(given, reader)["state"] == "pending"

    reader.post("/readers/heartbeat", {})

    assert shown(given, reader)["state"] == "live"
    assert [row["name"] for row in given.admin.get("/readers").ok().items] == ["dock 1"]


def test_a_new_key_opens_beside_the_old_one_until_that_is_retired(given, reader):
    old = reader.key
    new = given.admin.post(f"/devices/{reader.id}/keys").ok()["key"]
    assert counts(reader.post("/readers/heartbeat", {})) == (0, 0, 0)
    reader.key = new
    assert counts(reader.post("/readers/heartbeat", {})) == (0, 0, 0)
    assert shown(given, reader)["two_keys"] is True

    given.admin.ask("DELETE", f"/devices/{reader.id}/keys/old").ok()

    assert counts(reader.post("/readers/heartbeat", {})) == (0, 0, 0)
    reader.key = old
    assert reader.post("/readers/heartbeat", {}).status == 401


def test_a_revoked_reader_has_no_key_at_all(given, reader):
    given.admin.post(f"/devices/{reader.id}/keys").ok()
    given.admin.patch(f"/devices/{reader.id}", {"revoked": True}).ok()

    assert reader.post("/readers/reads", b"[]").status == 401
    assert given.admin.post(f"/devices/{reader.id}/keys").code == "device_revoked"
    assert shown(given, reader)["state"] == "revoked"


def test_no_key_is_ever_shown_again(given, reader):
    said = [given.admin.get(path).ok().body for path in ("/devices", "/readers", f"/readers/{reader.id}")]

    assert reader.key not in json.dumps(said)


def test_antennas_look_at_zones_and_locations(given, reader):
    given.place("DOCK-1")
    antennas = [
        {"antenna": 1, "zone": "outside", "side": "out"},
        {"antenna": 2, "zone": "inside", "side": "in", "location": "DOCK-1"},
    ]
    words = {"model": "zebra_fx", "use": "portal", "every_seconds": 30, "threshold_dbm": -58, "antennas": antennas}

    said = given.admin.patch(f"/readers/{reader.id}", words).ok()

    assert [(one["zone"], one["location"], one["side"]) for one in said["antennas"]] == [
        ("outside", None, "out"),
        ("inside", "DOCK-1", "in"),
    ]
    assert (said["model"], said["use"], said["threshold_dbm"]) == ("zebra_fx", "portal", -58)
    wrong = given.admin.patch(f"/readers/{reader.id}", {"antennas": [{"antenna": 1, "location": "NOWHERE"}]})
    assert wrong.code == "location_unknown"


@pytest.mark.parametrize("model", MODELS)
def test_each_model_is_told_exactly_what_to_say(given, reader, model):
    said = given.admin.patch(f"/readers/{reader.id}", {"model": model}).ok()
    text = json.dumps(said["setup"])

    assert "<key>" in text and "dock 1" in text
    assert all(step["say"]["en"] and step["say"]["zh"] for step in said["setup"])
    assert "/api/v1/readers/" in text or "mqtt" in text.lower()


def test_a_sled_is_told_its_endpoint_as_its_maker_has_it():
    steps = setup_of("zebra_rfd40", "https://hall.example:8443", "sled 1")
    told = next(step["body"] for step in steps if "body" in step)

    configuration = told["epConfig"]["configuration"]
    assert (told["command"], told["epConfig"]["operation"]) == ("config_endpoint", "add")
    assert {"endpointName", "epType", "protocol", "activate", "url", "verificationType", "port"} <= set(configuration)
    assert len(configuration["endpointName"]) <= 15 and configuration["url"] == "hall.example"
    assert "publishTopics" not in configuration["mqttParams"]  # the sled puts tenant and serial around its default
    assert device_of(f"{configuration['tenantId']}/DATA/clients/data1event/RFD40-7") == "RFD40-7"


def test_what_a_keonn_is_told_to_say_is_understood():
    body = setup_of("keonn", "https://hall.example", "shelf 1")[-1]["body"]
    heard = heard_of(json.dumps(body).encode())

    assert (len(heard.reads), heard.aside, heard.names) == (1, [], {"shelf 1"})
    assert (heard.reads[0].peak, heard.reads[0].first) == (-6200, 1_716_900_123_456_000)


def test_a_phone_that_becomes_a_reader_is_told_where_to_post_but_not_the_key(given, reader):
    said = json.loads(given.admin.get(f"/readers/{reader.id}").ok()["qr"])

    assert (said["reader"], said["warehouse"], said["model"]) == ("dock 1", "WH1", "ours")
    assert said["url"].startswith("http") and said["post"] == "/api/v1/readers/reads"
    assert "key" not in said


def test_the_panel_shows_what_was_read_last_as_we_understood_it(given, reader):
    reader.sees(SGTIN, dbm=-51.5, times=4, antenna=3)

    (row,) = shown(given, reader)["last_reads"]
    assert (row["tag"], row["rssi_dbm"], row["reads"], row["antennas"]) == (SGTIN, -51.5, 4, [3])


def test_who_misses_three_signs_of_life_is_silent_and_a_case_says_so(given, reader, monkeypatch):
    reader.post("/readers/heartbeat", {})
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + 4 * MINUTE)

    assert given.admin.get("/readers").ok().items[0]["state"] == "silent"
    given.admin.get("/readers")  # looked at twice, opened once
    (case,) = given.admin.get("/cases", warehouse="WH1").ok().items
    assert case["kind"] == "reader_silent"

    reader.post("/readers/heartbeat", {})

    assert given.admin.get(f"/cases/{case['id']}").ok()["state"] == "closed"
    assert shown(given, reader)["state"] == "live"


def test_what_was_set_aside_is_listed_and_can_be_taken_in_again(given, reader):
    reader.batch({"epc": "no tag"}, {"epc": SGTIN})
    reader.batch({"epc": "no tag"})
    (row,) = given.admin.get("/readers/aside", warehouse="WH1").ok().items
    assert (row["why"], row["times"], row["reader"]) == ("not_an_epc", 2, "dock 1")
    assert json.loads(row["raw"]) == {"epc": "no tag"}

    said = given.admin.post("/readers/aside/replay", {"warehouse": "WH1"}).ok().body

    assert said == {"tried": 1, "taken": 0}  # it is no tag today either


def test_who_calls_itself_another_reader_is_set_aside_until_somebody_says_it_is_right(given, reader):
    given.admin.patch(f"/readers/{reader.id}", {"known_as": "fx-01"}).ok()
    event = {"type": "SIMPLE", "timestamp": "2026-09-02T01:15:07Z", "data": {"idHex": SGTIN, "hostName": "fx-02"}}
    assert reader.ingest([event]) == (0, 0, 1)

    given.admin.patch(f"/readers/{reader.id}", {"known_as": "fx-02"}).ok()

    assert given.admin.post("/readers/aside/replay", {"warehouse": "WH1"}).ok().body == {"tried": 1, "taken": 1}
    assert given.admin.get("/readers/aside", warehouse="WH1").ok().items == []
    assert reader.ingest([event]) == (0, 1, 0)


def test_a_clock_that_is_wrong_is_shown(given, reader):
    reader.batch({"epc": SGTIN, "first": at(-91)}, sent_at=at(-90))

    said = shown(given, reader)
    assert said["clock_wrong"] is True and 89_000 < said["clock_offset_ms"] < 91_000
    assert abs(read_instant(said["last_reads"][0]["last_at"]) - read_instant(at(-1))) < 3_000_000


def test_the_list_says_how_much_each_read_in_the_last_minute(given, reader):
    reader.sees(SGTIN, times=4)
    reader.sees(SGTIN, times=7, seconds=-300)

    assert [row["reads_per_minute"] for row in given.admin.get("/readers").ok().items] == [4]
