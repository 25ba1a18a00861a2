"""Registering people, warehouses and devices."""

import pytest

from tests.given import PASSWORD
from tests.worker import new_id


def a_person(**words):
    roles = [{"warehouse": "WH1", "role": "staff"}]
    said = {"id": new_id(), "username": "li", "name": "Li", "password": PASSWORD, "badge": "B1", "pin": "4711"}
    return {**said, "roles": roles, **words}


def test_a_person_is_registered_once_however_often_it_is_posted(given):
    given.warehouse()
    said = a_person()

    first, again = given.admin.post("/people", said), given.admin.post("/people", said)

    assert (first.status, again.status) == (201, 200)
    assert first.body == again.body
    assert "password" not in str(first.body) and "hash" not in str(first.body) and "4711" not in str(first.body)


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "Wang"},
        {"password": "something else"},
        {"pin": "4712"},
        {"badge": "B2"},
        {"roles": []},
        {"roles": [{"warehouse": "*", "role": "staff"}]},
    ],
)
def test_the_same_id_with_other_content_is_refused(given, changed):
    given.warehouse()
    said = a_person()
    given.admin.post("/people", said).ok()

    assert given.admin.post("/people", {**said, **changed}).code == "id_reused"


def test_names_and_badges_belong_to_one_person(given):
    given.warehouse()
    given.admin.post("/people", a_person()).ok()
    wang = a_person(username="wang", badge="B2")
    given.admin.post("/people", wang).ok()

    assert given.admin.post("/people", a_person(badge="B3")).code == "username_taken"
    assert given.admin.post("/people", a_person(username="chen")).code == "badge_taken"
    assert given.admin.patch(f"/people/{wang['id']}", {"username": "li"}).code == "username_taken"
    assert given.admin.patch(f"/people/{wang['id']}", {"badge": "B1"}).code == "badge_taken"
    assert given.admin.patch(f"/people/{wang['id']}", {"badge": None}).ok()["badge"] is None


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"password": "short"}, {"password": ["not_a_password"]}),
        ({"pin": "12"}, {"pin": ["not_a_pin"]}),
        ({"pin": "12a4"}, {"pin": ["not_a_pin"]}),
        ({"id": "1"}, {"id": ["not_id"]}),
        ({"roles": [{"warehouse": "WH9", "role": "staff"}]}, {"roles[0].warehouse": ["unknown"]}),
        ({"roles": [{"warehouse": "WH1", "role": "king"}]}, {"roles[0].role": ["not_a_choice"]}),
        ({"is_admin": True}, {"is_admin": ["unknown_field"]}),
    ],
)
def test_what_is_wrong_is_told_by_field(given, changed, fields):
    given.warehouse()

    reply = given.admin.post("/people", a_person(**changed))

    assert (reply.status, reply["fields"]) == (422, fields)


def test_only_administrators_of_all_warehouses_edit_people(given):
    local = given.supervisor("chen", "admin")  # an administrator of one warehouse
    li = given.staff("li")

    assert local.post("/people", a_person(username="new")).code == "no_permission"
    assert li.post("/people", a_person(username="new")).code == "no_permission"
    assert local.patch(f"/people/{new_id()}", {"name": "X"}).code == "no_permission"


def test_a_supervisor_sees_the_people_of_the_own_warehouse_only(given):
    chen = given.supervisor("chen")
    given.person("li", "staff")
    given.person("far", "staff", warehouse="WH2")
    both = new_id()
    given.warehouse("WH2")
    roles = [{"warehouse": "WH1", "role": "staff"}, {"warehouse": "WH2", "role": "manager"}]
    given.admin.post("/people", a_person(id=both, username="both", roles=roles)).ok()

    seen = {row["username"]: row["roles"] for row in chen.get("/people").ok().items}

    assert seen.keys() == {"admin", "both", "chen", "li"}
    assert seen["both"] == [{"warehouse": "WH1", "role": "staff"}]
    assert chen.get("/people", warehouse="WH2").code == "warehouse_unknown"
    assert given.staff("wang").get("/people").code == "no_permission"


def test_people_are_listed_page_by_page(given):
    for name in ("a", "b", "c"):
        given.person(name)
    found, cursor = [], None

    while True:
        page = given.admin.get("/people", limit=2, cursor=cursor).ok()
        found += [row["username"] for row in page.items]
        cursor = page["next"]
        if cursor is None:
            break

    assert found == ["a", "admin", "b", "c"]


def test_roles_that_are_taken_away_are_gone_at_once(given):
    chen_id = new_id()
    chen = given.supervisor("chen", id=chen_id)
    assert chen.get("/people").status == 200

    given.admin.patch(f"/people/{chen_id}", {"roles": [{"warehouse": "WH1", "role": "staff"}]}).ok()

    assert chen.get("/people").code == "no_permission"


def test_the_last_administrator_stays(given):
    me = given.admin.person["id"]

    assert given.admin.patch(f"/people/{me}", {"active": False}).code == "last_admin"
    assert given.admin.patch(f"/people/{me}", {"roles": []}).code == "last_admin"
    assert given.admin.get("/me").status == 200


def test_a_warehouse_is_opened_once_with_its_virtual_locations(given):
    said = {"id": new_id(), "code": "WH1", "name": "上海一号", "timezone": "Asia/Shanghai"}

    first, again = given.admin.post("/warehouses", said), given.admin.post("/warehouses", said)

    assert (first.status, again.status) == (201, 200)
    assert first.body == again.body == said
    assert given.admin.post("/warehouses", {**said, "name": "other"}).code == "id_reused"
    assert given.admin.post("/warehouses", {**said, "id": new_id()}).code == "warehouse_taken"
    virtual = [row["code"] for row in given.admin.get("/locations", warehouse="WH1").ok().items if row["virtual"]]
    assert sorted(virtual) == ["CUSTOMER", "LOSS", "PRODUCTION", "SCRAP", "SUPPLIER", "TRANSIT"]


def test_a_warehouse_can_be_renamed(given):
    given.warehouse()

    assert given.admin.patch("/warehouses/WH1", {"name": "North"}).ok()["name"] == "North"
    assert given.admin.get("/warehouses/WH1").ok()["name"] == "North"
    assert given.admin.patch("/warehouses/WH1", {"timezone": "Mars/Base"})["fields"] == {"timezone": ["unknown"]}


@pytest.mark.parametrize("code", ["*", "A/B", "A\n"])
def test_a_warehouse_code_must_fit_into_an_address(given, code):
    reply = given.admin.post("/warehouses", {"id": new_id(), "code": code, "name": "x"})

    assert reply["fields"] == {"code": ["wrong_characters"]}


def test_people_see_the_warehouses_they_work_in(given):
    given.warehouse("WH2")
    li = given.staff("li")

    assert [row["code"] for row in li.get("/warehouses").ok().items] == ["WH1"]
    assert li.get("/warehouses/WH2").code == "warehouse_unknown"
    assert li.post("/warehouses", {"id": new_id(), "code": "WH3", "name": "x"}).code == "no_permission"


def test_a_reader_gets_its_key_once(given, app):
    given.warehouse()
    said = {"id": new_id(), "name": "gate-1", "kind": "reader", "warehouse": "WH1"}

    first, again = given.admin.post("/devices", said), given.admin.post("/devices", said)

    assert (first.status, again.status) == (201, 200)
    assert len(first["key"]) >= 43 and "key" not in again.body
    assert "key" not in given.admin.get("/devices").ok().items[0]
    assert given.admin.post("/devices", {**said, "kind": "phone"}).code == "id_reused"
    assert given.admin.post("/devices", {**said, "id": new_id()}).code == "device_taken"
    assert _opens(app, "gate-1", first["key"]) and not _opens(app, "gate-1", "guess")
    assert not _opens(app, "gate-2", first["key"])


def test_a_revoked_reader_opens_nothing(given, app):
    given.warehouse()
    device = new_id()
    key = given.admin.post("/devices", {"id": device, "name": "g", "kind": "reader", "warehouse": "WH1"}).ok()["key"]

    assert given.admin.patch(f"/devices/{device}", {"revoked": True}).ok()["revoked_at"]
    assert not _opens(app, "g", key)


def test_every_device_is_given_a_key_and_staff_register_none(given, app):
    li = given.staff("li")
    said = {"id": new_id(), "name": "phone 1", "kind": "phone", "warehouse": "WH1"}

    assert li.post("/devices", said).code == "no_permission"
    assert _opens(app, "phone 1", given.admin.post("/devices", said).ok()["key"])


def _opens(app, name, key):
    from server.people.devices import device_with

    with app.app_context():
        return device_with(name, key) is not None
