"""What went through a door moves in the book by a person's word, or by itself where policy says so and all of a
document went through; through HTTP, on both databases."""

import pytest

from tests.gateways.test_count_tags import bind_all
from tests.gateways.test_portals import SIDES, through
from tests.reader import Reader
from tests.worker import at, new_id

TAGS = [f"E2801160600002000000{n:04X}" for n in range(6)]


@pytest.fixture
def dock(given):
    """A door between the yard and the dock, four tagged teas, a supervisor; nobody checks what is received."""
    given.shelf("A-01", tea=10)
    given.place("DOCK-1", kind="dock")
    given.policy(handling={"receive_check_share": "0", "receive_check_unannounced": False, "pick_check_over": None,
                           "pick_check_share": "0"})  # fmt: skip
    bind_all(given, TAGS, "TEA")
    given.chen = given.supervisor("chen")
    given.door = Reader(given, "dock 1")
    set_up(given, given.door)
    return given


def set_up(given, door, outside=None, inside="DOCK-1"):
    places = {"in": inside, "out": outside}
    antennas = [{"antenna": n, "side": side, "location": places[side]} for n, side in SIDES.items()]
    given.admin.patch(f"/readers/{door.id}", {"use": "portal", "threshold_dbm": -56, "antennas": antennas}).ok()


def groups(dock, state="proposed"):
    return dock.chen.get("/readers/passes", warehouse="WH1", state=state).ok().items


def confirm(dock, group, **words):
    return dock.chen.post(f"/readers/passes/{group['id']}", {"act": "confirm", **words})


def stock(dock):
    return {place: qty for (place, sku, _), qty in dock.chen.stock(sku="TEA").items() if place != "SUPPLIER"}


def test_a_delivery_lies_beside_its_document_until_a_person_says_so_and_is_then_received(dock):
    dock.chen.open_document("receipt", {"TEA": 4}, number="PO-7").ok()
    through(dock.door, TAGS[:4])

    (group,) = groups(dock)
    assert (group["direction"], group["document"], group["fits"], group["tags"]) == ("in", "PO-7", "whole", 4)
    assert group["goods"] == [{"sku": "TEA", "lot": "", "quantity": "4.000", "tags": 4}]
    assert "DOCK-1" not in stock(dock)  # nothing moves by itself

    assert confirm(dock, group).ok().body == {"tags": 4, "moved": "4.000", "document": "PO-7", "hint": None}

    assert stock(dock)["DOCK-1"] == "4.000"
    assert {row["location"] for row in dock.chen.get("/tags", sku="TEA").ok().items} == {"DOCK-1", "A-01"}
    assert groups(dock) == [] and confirm(dock, group).code == "pass_decided"
    assert dock.chen.post(f"/readers/passes/{new_id()}", {"act": "reject"}).status == 404
    assert dock.differences() == []


def test_who_decides_sees_each_tag_how_strongly_and_by_which_side(dock):
    through(dock.door, TAGS[:1], ways=(1, 1, 1, 3, 3, 3))
    for n, antenna in enumerate((1, 1, 3, 3)):
        dock.door.sees(TAGS[1], seconds=n / 2 - 29, times=2, dbm=-52.5, antenna=antenna)
    (group,) = groups(dock)

    said = dock.chen.get(f"/readers/passes/{group['id']}").ok()

    assert said["tags"] == 2 and said["threshold_dbm"] == -56 and said["goods"] == group["goods"]
    assert [(one["tag"], one["sku"], one["peak_dbm"], one["reads"]) for one in said["each"]] == [
        (TAGS[1], "TEA", -52.5, 8),
        (TAGS[0], "TEA", -45.0, 6),
    ]
    weak, strong = said["each"]
    assert [(one["side"], one["rssi_dbm"]) for one in strong["curve"]] == [("out", -45.0)] * 3 + [("in", -45.0)] * 3
    assert weak["curve"][0]["at"] == weak["first_at"] and weak["curve"][-1]["at"] == weak["last_at"]
    assert dock.chen.get(f"/readers/passes/{new_id()}").status == 404


def test_two_pallets_of_one_delivery_are_its_parts_and_then_its_whole(dock):
    dock.chen.open_document("receipt", {"TEA": 5}, number="PO-7").ok()
    through(dock.door, TAGS[:2], ago=90)
    (first,) = groups(dock)
    assert first["fits"] == "part"
    confirm(dock, first).ok()
    through(dock.door, TAGS[2:5])

    (second,) = groups(dock)
    assert (second["document"], second["fits"]) == ("PO-7", "whole")
    confirm(dock, second).ok()
    assert stock(dock)["DOCK-1"] == "5.000"


def test_more_than_a_document_asks_for_is_said_and_waits_for_a_person(dock):
    dock.policy(readers={"auto_post": True})
    dock.chen.open_document("receipt", {"TEA": 3}, number="PO-7").ok()
    through(dock.door, TAGS[:4])

    assert [group["fits"] for group in groups(dock)] == ["over"]


def test_all_of_a_document_is_posted_by_itself_where_policy_says_so(dock):
    dock.chen.open_document("receipt", {"TEA": 4}, number="PO-7").ok()
    through(dock.door, TAGS[:4], ago=60)
    assert [group["fits"] for group in groups(dock)] == ["whole"]
    dock.policy(readers={"auto_post": True}, handling={"receive_check_share": "0", "receive_check_unannounced": False})

    assert groups(dock) == []

    assert [group["tags"] for group in groups(dock, "confirmed")] == [4]
    assert stock(dock)["DOCK-1"] == "4.000"
    (move,) = [move for move in dock.ledger(sku="TEA") if move["to"] == "DOCK-1"]
    assert move["document"] == "PO-7"


def test_a_door_posts_by_itself_or_not_whatever_the_house_does(dock):
    dock.chen.open_document("receipt", {"TEA": 2}, number="PO-7").ok()
    through(dock.door, TAGS[:2], ago=60)
    own = {"receive_check_share": "0", "receive_check_unannounced": False}
    assert dock.admin.get(f"/readers/{dock.door.id}").ok()["auto_post"] == "house"
    dock.admin.patch(f"/readers/{dock.door.id}", {"auto_post": "never"}).ok()
    dock.policy(readers={"auto_post": True}, handling=own)
    assert [group["fits"] for group in groups(dock)] == ["whole"]  # the house would, this door does not

    dock.policy(readers={"auto_post": False}, handling=own)
    assert dock.admin.patch(f"/readers/{dock.door.id}", {"auto_post": "always"}).ok()["auto_post"] == "always"

    assert groups(dock) == [] and stock(dock)["DOCK-1"] == "2.000"
    assert dock.admin.patch(f"/readers/{dock.door.id}", {"auto_post": "maybe"}).status == 422


def test_what_was_picked_is_shipped_when_all_of_it_is_through(dock):
    li = dock.staff("li")
    pick = dock.chen.open_document("pick", {"TEA": 4}, number="SO-9").ok()
    li.pick(pick["id"], "TEA", 4, "A-01", at_=at(minutes=-5))
    through(dock.door, TAGS[:2], ways=(3, 3, 3, 1, 1, 1), ago=90)
    (first,) = groups(dock)
    assert confirm(dock, first).ok()["hint"] == "waits_for_the_rest"
    assert [move["kind"] for move in dock.ledger(sku="TEA")] == ["pick", "opening"]
    through(dock.door, TAGS[2:4], ways=(3, 3, 3, 1, 1, 1))

    (second,) = groups(dock)
    assert (second["direction"], second["document"], second["fits"]) == ("out", "SO-9", "whole")
    assert confirm(dock, second).ok()["document"] == "SO-9"

    (gone,) = [move for move in dock.ledger(sku="TEA") if move["kind"] == "ship"]
    assert (gone["to"], gone["quantity"]) == ("CUSTOMER", "4.000")


def test_what_nobody_picked_does_not_leave_and_the_pass_waits(dock):
    dock.chen.open_document("pick", {"TEA": 2}, number="SO-9").ok()
    through(dock.door, TAGS[:2], ways=(3, 3, 3, 1, 1, 1))
    (group,) = groups(dock)

    assert confirm(dock, group).code == "nothing_agreed"

    assert [one["id"] for one in groups(dock)] == [group["id"]]
    assert confirm(dock, group, move=False).ok()["moved"] == "0.000"


def test_goods_of_no_document_move_from_one_side_of_an_inner_door_to_the_other(dock):
    dock.place("HALL-2")
    set_up(dock, dock.door, outside="A-01", inside="HALL-2")
    through(dock.door, TAGS[:3], ago=60)
    (group,) = groups(dock)
    assert group["document"] is None

    assert confirm(dock, group).ok()["moved"] == "3.000"

    assert (stock(dock)["A-01"], stock(dock)["HALL-2"]) == ("7.000", "3.000")
    through(dock.door, TAGS[:3])  # a second time: they are there already
    (again,) = groups(dock)
    assert confirm(dock, again).ok()["moved"] == "0.000"


def test_a_transfer_is_shipped_and_taken_in_by_doors(dock):
    other = dock.supervisor("ma", warehouse="WH2")
    dock.place("DOCK-2", "WH2", kind="dock")
    far = Reader(dock, "far dock", warehouse="WH2")
    set_up(dock, far, inside="DOCK-2")
    asked = dock.chen.open_document("transfer", {"TEA": 4}, number="TR-1", to_warehouse="WH2").ok()
    dock.supervisor("zhou", "manager").post(f"/documents/{asked['id']}/approve", {"id": new_id()}).ok()
    through(dock.door, TAGS[:4], ways=(3, 3, 3, 1, 1, 1), ago=90)
    (out,) = groups(dock)
    assert out["document"] == "TR-1"
    confirm(dock, out).ok()
    assert stock(dock)["A-01"] == "6.000"
    through(far, TAGS[:4])

    (came,) = other.get("/readers/passes", warehouse="WH2").ok().items
    assert (came["document"], came["fits"]) == ("TR-1", "whole")
    other.post(f"/readers/passes/{came['id']}", {"act": "confirm"}).ok()
    assert other.stock(sku="TEA")["DOCK-2", "TEA", ""] == "4.000"
    assert dock.differences() == []


def test_a_person_may_name_another_document(dock):
    for number in ("PO-7", "PO-8"):
        dock.chen.open_document("receipt", {"TEA": 4}, number=number).ok()
    through(dock.door, TAGS[:4])
    (group,) = groups(dock)

    assert confirm(dock, group, document="PO-9").code == "document_fits_not"
    assert confirm(dock, group, document="PO-8").ok()["document"] == "PO-8"


def test_late_reads_change_what_nobody_has_decided(dock):
    for n, antenna in enumerate((1, 1, 1)):  # the rest is on its way
        dock.door.sees(*TAGS[:2], seconds=n / 2 - 60, times=1, dbm=-45, antenna=antenna)
    assert groups(dock) == []
    for n, antenna in enumerate((3, 3, 3)):
        dock.door.sees(*TAGS[:2], seconds=n / 2 - 58.5, times=1, dbm=-45, antenna=antenna)

    (group,) = groups(dock)
    assert (group["direction"], group["tags"]) == ("in", 2)
    confirm(dock, group).ok()
    through(dock.door, TAGS[2:3], ago=57)  # of the same pallet, but that is decided
    assert [one["tags"] for one in groups(dock)] == [1]


def test_a_gate_that_decides_by_itself_is_believed(dock):
    events = [
        {"gateID": 1, "eventID": n, "direction": "IN", "EPC": tag, "timestamp": at(-60)}
        for n, tag in enumerate(TAGS[:3])
    ]
    assert dock.door.post("/readers/moves", events).ok()["accepted"] == 3

    (group,) = groups(dock)
    assert (group["direction"], group["tags"]) == ("in", 3)


def test_light_beams_say_which_way(dock):
    through(dock.door, TAGS[:2], ago=60)
    beams = [
        {"type": "GPI", "pin": pin, "state": "LOW", "timestamp": at(-60 + later)} for pin, later in ((1, 1), (2, 1.5))
    ]
    dock.door.ingest(beams)

    assert [group["direction"] for group in groups(dock)] == ["out"]


def test_a_walk_is_kept_with_what_each_threshold_would_have_made_of_it(dock):
    through(dock.door, TAGS[:2], ago=60)
    for n, antenna in enumerate((1, 1, 1, 3, 3, 3)):
        dock.door.sees(TAGS[2], seconds=n / 2 - 40, times=1, dbm=-58, antenna=antenna)
    tags = [{"tag": tag, "went": "in"} for tag in TAGS[:2]] + [{"tag": TAGS[2], "went": "neither"}]
    said = {"id": new_id(), "from_at": at(-70), "to_at": at(-20), "tags": tags, "use": True}
    path = f"/readers/{dock.door.id}/walks"

    walk = dock.admin.post(path, said).ok()

    assert -58 < walk["best_dbm"] <= -45 and walk["tags"] == 3
    score = next(one for one in walk["scores"] if one["threshold_dbm"] == -60)
    assert (score["kept"], score["false"]) == (2, 1)
    assert dock.admin.get(path).ok()["threshold_dbm"] == walk["best_dbm"]
    assert (dock.admin.post(path, said).status, dock.admin.post(path, {**said, "to_at": at()}).code) == (
        200,
        "id_reused",
    )
    assert dock.admin.post(path, {**said, "id": new_id(), "to_at": at(-80)}).code == "walk_too_long"
    sled = Reader(dock, "sled 1")
    assert dock.admin.post(f"/readers/{sled.id}/walks", {**said, "id": new_id()}).code == "door_has_no_sides"
