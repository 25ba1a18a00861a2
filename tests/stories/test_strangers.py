"""A client that was written against the wire contract alone: what it may leave out, say in other ways, and rely on."""

from base64 import b64encode
from urllib.parse import quote

import pytest

from tests.given import PASSWORD
from tests.house import WHY, at, new_id
from tests.worker import Worker


@pytest.fixture
def admin(hall):
    return hall.given.admin


def nobody(hall):
    """Somebody who has not signed in."""
    return Worker(hall.given.send)


def speaks(name, key):
    """The header by which a device speaks."""
    return {"Authorization": "Basic " + b64encode(f"{name}:{key}".encode()).decode()}


# What may be left out may be null.


@pytest.mark.parametrize(
    ("path", "words", "empty"),
    [
        ("/items", {"sku": "NULL-{n}", "name": "n"}, "unit unit_cost category lot_tracked serial_tracked abc"),
        ("/locations", {"warehouse": "{house}", "code": "N-{n}"}, "zone kind path_order"),
        ("/codes", {"sku": "TEA", "code": "NULL-{n}"}, "pack_quantity"),
        ("/lots", {"sku": "MILK", "lot": "NULL-{n}"}, "expiry"),
        ("/people", {"username": "null-{n}", "name": "n", "roles": []}, "password badge pin language"),
        ("/devices", {"name": "null-{n}", "kind": "phone", "warehouse": "{house}"}, "location"),
        ("/counts", {"warehouse": "{house}", "form": "full"}, "scope mode assign_to due_at open"),
        ("/cases", {"warehouse": "{house}", "kind": "lost"}, "location sku lot quantity severity note photos"),
        ("/warehouses", {"code": "N{n}", "name": "n"}, "timezone"),
    ],
)
def test_null_says_the_same_as_leaving_it_out(hall, admin, path, words, empty):
    hall.shelf("A-01", tea=1)
    hall.given.lot("MILK", "L1")
    own = {"house": hall.code, "n": hall.code}
    said = {name: value.format(**own) if isinstance(value, str) else value for name, value in words.items()}
    said["id"] = new_id()

    first = admin.post(path, said | dict.fromkeys(empty.split()))
    again = admin.post(path, said)

    assert (first.status, again.status) == (201, 200)
    assert again.body == {name: value for name, value in first.body.items() if name != "key"}


def test_null_for_what_is_needed_is_still_a_mistake(hall, admin):
    refused = admin.post("/items", {"id": new_id(), "sku": None, "name": None})

    assert refused["fields"] == {"sku": ["not_null"], "name": ["not_null"]}


def test_null_in_a_scope_a_move_and_a_report_says_nothing(hall):
    hall.shelf("A-01", tea=4)
    nothing = {"zones": None, "skus": None, "classes": None, "moved_since": None}
    move = hall.given.a_move("TEA", 1, "A-01", "SCRAP", hall.code)

    assert hall.chen.start_count("list", locations=["A-01"], **nothing).status == 201
    assert hall.chen.post_moves({**move, "lot": None, "document": None, "reason": None, "serials": None}).status == 201
    report = hall.li.event("case.report", kind="lost", warehouse=hall.code)
    report["data"] |= {"location": None, "sku": None, "quantity": None, "note": None, "photos": None}
    assert hall.li.sync(report)[0]["result"] == "accepted"


def test_an_empty_filter_is_no_filter(hall):
    hall.shelf("A-01", tea=40)
    line = hall.pending()

    for query in ({"state": ""}, {"sku": "", "location": ""}, {"count": "", "over": "", "mine": ""}, {"limit": ""}):
        assert [one["id"] for one in hall.ma.variances(**query)] == [line["id"]]
    assert hall.ma.get("/stock", warehouse=hall.code, at="", sku="", location="A-01").items


# Who speaks.


@pytest.mark.parametrize("kind", ["phone", "handheld", "reader"])
def test_a_device_gets_its_key_once_and_speaks_by_it(hall, admin, kind):
    said = {"id": new_id(), "name": f"{kind}-{hall.code}", "kind": kind, "warehouse": hall.code}
    hall.shelf("A-01", tea=4)
    hall.given.place("A-02", hall.code)

    key = admin.post("/devices", said).ok()["key"]
    again = admin.post("/devices", said)
    device, header = nobody(hall), speaks(said["name"], key)
    move = device.event("move", sku="TEA", quantity="1", from_="A-01", to="A-02")
    batch = {"device_id": said["id"], "sent_at": at(), "events": [move]}

    assert again.status == 200 and "key" not in again.body
    assert device.ask("GET", "/me", headers=header).ok()["roles"] == [{"warehouse": hall.code, "role": "gateway"}]
    assert device.ask("GET", "/identify", headers=header, warehouse=hall.code, code="TEA").ok()["kind"] == "item"
    assert device.ask("POST", "/sync", batch, headers=header).ok()["receipts"][0]["result"] == "accepted"
    assert hall.qty("A-02") == "1.000"


def test_a_device_that_is_not_let_in(hall, admin):
    said = {"id": new_id(), "name": f"gate-{hall.code}", "kind": "reader", "warehouse": hall.code}
    key = admin.post("/devices", said).ok()["key"]
    hall.given.warehouse("ELSEWHERE")

    def asks(header, path="/me", method="GET", body=None):
        return nobody(hall).ask(method, path, body, headers=header).code

    assert asks(speaks(said["name"], "guessed")) == "not_signed_in"
    assert asks(speaks("nobody", key)) == "not_signed_in"
    assert asks({"Authorization": "Basic ???"}) == "not_signed_in"
    assert asks({"Authorization": "Basic " + b64encode(b"\xff\x00:x").decode()}) == "not_signed_in"
    assert asks(speaks(said["name"], key), "/stock") == "no_permission"
    assert asks(speaks(said["name"], key), "/identify?warehouse=ELSEWHERE&code=x") == "warehouse_unknown"
    assert asks(speaks(said["name"], key), method="PATCH", body={"language": "zh"}) == "not_found"
    admin.patch(f"/devices/{said['id']}", {"revoked": True}).ok()
    assert asks(speaks(said["name"], key)) == "not_signed_in"


def test_what_a_reader_counts_is_evidence_under_its_name(hall, admin):
    said = {"id": new_id(), "name": f"gate-{hall.code}", "kind": "reader", "warehouse": hall.code}
    header = speaks(said["name"], admin.post("/devices", said).ok()["key"])
    hall.shelf("A-01", tea=4)
    (task,) = hall.start(locations=["A-01"])
    device = nobody(hall)
    entry = {"task": task, "location": "A-01", "sku": "TEA", "quantity": "3", "method": "rfid"}
    events = [device.event("count.claim", task=task), device.event("count.entry", **entry)]
    batch = {"device_id": said["id"], "sent_at": at(), "events": [*events, device.event("count.submit", task=task)]}

    receipts = device.ask("POST", "/sync", batch, headers=header).ok()["receipts"]

    assert [one["result"] for one in receipts] == ["accepted"] * 3
    (round_,) = hall.chen.get(f"/variances/{hall.line()['id']}").ok()["rounds"]
    assert (round_["by"], round_["counted_qty"]) == ([said["name"]], "3.000")


@pytest.mark.parametrize("way", ["access token", "refresh token", "body"])
def test_signing_out_ends_the_session_however_it_is_said(hall, way):
    name = f"guo-{hall.code}"
    hall.given.person(name, "staff", warehouse=hall.code)
    words = {"username": name, "password": PASSWORD}
    session = nobody(hall).post("/auth/login", words).ok().body
    token = session["access_token" if way == "access token" else "refresh_token"]
    said = {"refresh_token": token} if way == "body" else None
    header = {} if way == "body" else {"Authorization": f"Bearer {token}"}

    assert nobody(hall).ask("POST", "/auth/logout", said, headers=header).status == 204
    refresh = nobody(hall).post("/auth/refresh", {"refresh_token": session["refresh_token"]})
    assert (refresh.status, refresh.code) == (401, "session_over")


def test_refreshing_or_signing_out_without_any_token_is_not_understood(hall):
    for path in ("/auth/refresh", "/auth/logout"):
        refused = nobody(hall).post(path, {})
        assert (refused.status, refused["fields"]) == (422, {"refresh_token": ["required"]})


# Ordinary REST.


def test_what_people_name_by_its_code_a_machine_may_name_by_its_id(hall, admin):
    hall.shelf(f"{hall.code}-07", tea=1)
    code = f"OWN/{hall.code}"
    hall.given.code("TEA", code)
    keys = {
        "/warehouses": (hall.code, admin.get(f"/warehouses/{hall.code}")["id"]),
        "/locations": (f"{hall.code}-07", admin.get(f"/locations/{hall.code}-07", warehouse=hall.code)["id"]),
        "/items": ("TEA", admin.get("/items/TEA")["id"]),
        "/codes": (code, admin.get("/codes/" + quote(code))["id"]),
    }

    for path, (name, id_) in keys.items():
        assert admin.get(f"{path}/{id_}").ok().body == admin.get(f"{path}/{name}").ok().body
    assert admin.patch(f"/locations/{keys['/locations'][1]}", {"zone": "Q"}).ok()["zone"] == "Q"
    assert admin.patch(f"/items/{keys['/items'][1]}", {"category": "hot"}).ok()["category"] == "hot"


def test_a_location_that_two_warehouses_have_needs_the_warehouse(crew):
    one, other = crew.floor(), crew.floor()
    for floor in (one, other):
        floor.given.place("TWIN-01", floor.code)

    unclear = one.chen.get("/locations/TWIN-01")
    assert (unclear.status, unclear["fields"]) == (422, {"warehouse": ["required"]})
    assert one.chen.get("/locations/TWIN-01", warehouse=other.code).ok()["warehouse"] == other.code
    assert one.chen.get("/locations/TWIN-99").code == "location_unknown"
    assert one.chen.get(f"/locations/{new_id()}").code == "location_unknown"


def test_one_lot_and_one_reason_can_be_asked_for(hall, admin):
    hall.given.lot("MILK", "L-ONE", "2027-01-31")
    reason = {"id": new_id(), "code": f"spill_{hall.code.lower()}", "name": "Spilt"}

    assert admin.get("/lots/MILK/L-ONE").ok()["expiry"] == "2027-01-31"
    assert admin.get("/lots/MILK/NONE").code == "lot_unknown"
    assert admin.post("/reasons", reason).ok()["zh"] == "Spilt"
    assert admin.post("/reasons", reason).status == 200
    assert admin.get(f"/reasons/{reason['code']}").ok()["kind"] == "reason"
    assert admin.get("/reasons/none").code == "reason_not_found"
    assert admin.post("/reasons", {"code": "nameless"})["fields"] == {"en": ["required"], "zh": ["required"]}


def test_what_is_not_known_says_in_which_field_it_stands(hall, admin):
    hall.shelf("A-01", tea=1)
    move = hall.given.a_move("TEA", 1, "A-01", "SCRAP", hall.code)
    own = {"id": new_id()}

    said = {
        "sku": admin.post("/codes", {**own, "sku": "NONE", "code": "x"}),
        "warehouse": admin.post("/locations", {**own, "warehouse": "NONE", "code": "x"}),
        "location": admin.post(
            "/devices", {**own, "name": "x", "kind": "phone", "warehouse": hall.code, "location": "NONE"}
        ),
        "moves[1].warehouse": hall.chen.post_moves(move, {**move, "id": new_id(), "warehouse": "NONE"}),
    }
    assert admin.post("/lots", {**own, "sku": "NONE", "lot": "x"})["fields"] == {"sku": ["unknown"]}
    assert {field: reply["fields"] for field, reply in said.items()} == {field: {field: ["unknown"]} for field in said}
    assert {reply.status for reply in said.values()} == {404}


@pytest.mark.parametrize("way", ["2026-01-05t02:15:19z", "2026-01-05T10:15:19+08:00", "2026-01-05T02:15:19.000-00:00"])
def test_an_instant_is_one_however_it_is_written(hall, way):
    hall.shelf("A-01", tea=1)
    move = {**hall.given.a_move("TEA", 1, "A-01", "SCRAP", hall.code), "effective_at": way}

    hall.chen.post_moves(move).ok()

    (found,) = hall.chen.get("/moves", warehouse=hall.code, location="SCRAP").items
    assert found["effective_at"] == "2026-01-05T02:15:19.000Z"


@pytest.mark.parametrize("kind", ["RECEIPT", "goods-receipt", "sap.101"])
def test_an_erp_names_the_kinds_of_its_moves(hall, kind):
    hall.shelf("A-01", tea=1)
    hall.post("TEA", 1, "A-01", "SCRAP", kind)

    assert [one["kind"] for one in hall.chen.get("/moves", warehouse=hall.code, kind=kind).items] == [kind]


def test_probes_are_answered_below_the_base_as_well(hall):
    for path in ("/healthz", "/readyz", "/metrics"):
        assert nobody(hall).get(path).status == nobody(hall).get(f"/api/v1{path}").status == 200


# What a scan is.


def test_a_serial_that_came_in_is_known_to_scans(hall, admin):
    hall.given.item("PHONE", serial_tracked=True)
    hall.given.place("A-01", hall.code)
    serial = f"SN-{hall.code}"
    move = hall.given.a_move("PHONE", 1, "SUPPLIER", "A-01", hall.code)
    admin.post_moves({**move, "serials": [serial]}).ok()

    found = hall.li.get("/identify", warehouse=hall.code, code=serial).ok()

    assert (found["kind"], found["sku"], found["serial"]) == ("serial", "PHONE", serial)


@pytest.mark.parametrize(
    "tag",
    ["3074257BF7194E4000001A85", "urn:epc:id:sgtin:0614141.812345.6789", "urn:epc:tag:sgtin-96:3.0614141.812345.6789"],
)
def test_a_tag_names_what_its_printed_code_names(hall, tag):
    hall.given.code("CAMERA", "80614141123458")

    found = hall.li.get("/identify", warehouse=hall.code, code=tag).ok()

    assert (found["kind"], found["sku"], found["serial"]) == ("item", "CAMERA", "6789")
    assert found["gs1"] == {"01": "80614141123458", "21": "6789"}


def test_the_longest_code_fits_into_a_question(given_shared):
    given_shared.warehouse("LONG")
    code = "\x1d" * 2000

    found = given_shared.admin.get("/identify", warehouse="LONG", code=code).ok()

    assert (found["kind"], found["code"]) == ("unknown", code)


def test_a_code_of_ones_own_that_looks_like_a_tag_is_ones_own(hall):
    hall.given.code("KETTLE", "303132333435363738393031")

    assert hall.li.get("/identify", warehouse=hall.code, code="303132333435363738393031").ok()["sku"] == "KETTLE"


# The floor.


def test_what_nobody_could_read_is_not_waited_for(hall):
    hall.shelf("A-01", tea=4)
    (task,) = hall.start(locations=["A-01"])
    li = hall.li
    claim, entry = li.event("count.claim", task=task), li.event("count.entry", task=task, location="A-01", sku="TEA")
    entry["data"] |= {"quantity": "4", "method": "keypad"}
    unreadable = [li.event("count.entry") for _ in range(4)]
    del unreadable[0]["data"], unreadable[1]["id"]
    unreadable[2]["id"], unreadable[3]["type"] = "x", "count\0.guess"

    receipts = li.sync(claim, *unreadable, entry, li.event("count.submit", task=task))

    assert [one["result"] for one in receipts] == ["accepted", *["refused"] * 4, "accepted", "accepted"]
    assert [one["id"] for one in receipts[1:4]] == [unreadable[0]["id"], None, "x"]
    assert hall.state() == "matched"


def test_an_unreadable_event_says_which_field_in_the_readers_language(hall):
    event = hall.li.event("count.entry", task=new_id(), location="A-01", sku="TEA", quantity="1.2345")
    batch = {"device_id": hall.li.device, "sent_at": at(), "events": [event, {**event, "data": {"task": 7}}]}

    for language, words in (
        ("en", ("data.quantity has too many decimals", "data.task must be text")),
        ("zh", ("data.quantity 小数位过多", "data.task 应为文字")),
    ):
        reply = hall.li.ask("POST", "/sync", batch, headers={"Accept-Language": language}).ok()
        for receipt, said in zip(reply["receipts"], words, strict=True):
            assert said in receipt["detail"]


def test_anything_out_of_order_can_be_reported_in_ones_own_words(hall):
    hall.shelf("A-01", tea=4)
    hall.given.code("TEA", f"T-{hall.code}")

    told = hall.li.report("smells of petrol", code=f"T-{hall.code}", note="since monday", warehouse=hall.code)

    assert told["result"] == "accepted"
    (case,) = hall.chen.get("/cases", warehouse=hall.code).items
    assert (case["kind"], case["sku"]) == ("other", "TEA")
    assert hall.chen.get(f"/cases/{case['id']}")["notes"][0]["text"] == "smells of petrol: since monday"
    assert hall.li.report("lost", code="nothing-we-know", warehouse=hall.code)["code"] == "item_unknown"


# Decisions.


def test_what_i_may_decide_comes_page_by_page_to_the_end(hall):
    hall.shelf("A-01", tea=40, rice=40, soup=40)
    lines = [hall.pending(sku=sku, found=found)["id"] for sku, found in (("TEA", 38), ("RICE", 37), ("SOUP", 30))]
    seen, cursor = [], None

    for _ in lines:
        page = hall.ma.get("/variances", warehouse=hall.code, mine="true", limit=1, cursor=cursor).ok()
        seen, cursor = seen + [line["id"] for line in page.items], page["next"]

    assert sorted(seen) == sorted(lines) and cursor is None
    assert hall.chen.variances(mine="true") == []  # who asked for the counts


def test_a_policy_stays_to_be_read(hall, admin):
    made = hall.policy(rounds_max=2)

    assert admin.get(f"/policies/{made['id']}").ok().body == made.body
    assert admin.get(f"/policies/{new_id()}").code == "policy_unknown"


def test_many_lines_at_once_each_with_a_word_of_its_own(hall):
    hall.shelf("A-01", tea=40)
    hall.shelf("A-02", rice=40)
    one, other = hall.pending("A-01"), hall.pending("A-02", sku="RICE")
    words = [{"id": new_id(), "variance": line["id"], "act": "approve", **WHY} for line in (one, other)]
    words[1] |= {"act": "reject", "reason": "miscount"}

    half = hall.ma.post("/variances/decide", {"decisions": [words[0], {**words[1], "variance": new_id()}]})
    twice = hall.ma.post("/variances/decide", {"decisions": [words[0], {**words[1], "variance": one["id"]}]})
    assert (half.status, half.code) == (404, "variance_unknown")
    assert twice["fields"] == {"decisions": ["already_used"]}
    assert (hall.state(), hall.state("RICE")) == ("pending", "pending")

    done = hall.ma.post("/variances/decide", {"id": new_id(), "decisions": words}).ok()
    again = hall.ma.post("/variances/decide", {"decisions": words}).ok()
    assert {line["sku"]: line["state"] for line in done.items} == {"TEA": "approved", "RICE": "rejected"}
    assert again.body == done.body
    assert hall.differences() == []


def test_a_tier_that_is_too_high_is_a_rules_no(hall, admin):
    hall.given.item("GOLD", unit_cost="2000")
    hall.shelf("A-01", gold=4)
    line = hall.pending(sku="GOLD", found=3)

    refused = hall.ma.approve(line, **WHY)

    assert (refused.status, refused.code) == (409, "tier_too_high")
