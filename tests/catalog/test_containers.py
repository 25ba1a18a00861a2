"""Pallets and totes are found by their own code."""

from tests.worker import new_id

SSCC = "106141412345678908"


def test_a_pallet_is_known_by_its_own_code_and_by_its_sscc(given):
    given.place("A-01")
    pallet = {"id": new_id(), "warehouse": "WH1", "code": "P-1", "location": "A-01"}

    assert given.admin.post("/containers", pallet).status == 201
    assert given.admin.post("/containers", pallet).status == 200
    given.admin.post("/containers", {"id": new_id(), "warehouse": "WH1", "code": SSCC}).ok()

    assert [row["code"] for row in given.admin.get("/containers", warehouse="WH1").items] == [SSCC, "P-1"]
    found = given.admin.get("/identify", warehouse="WH1", code="P-1").body
    assert (found["kind"], found["container"], found["location"]) == ("container", "P-1", "A-01")
    assert given.admin.get("/identify", warehouse="WH1", code="]C100" + SSCC).body["kind"] == "container"


def test_a_code_names_one_container_and_a_place_has_to_exist(given):
    given.place("A-01")
    given.admin.post("/containers", {"id": new_id(), "warehouse": "WH1", "code": "P-1"}).ok()

    again = given.admin.post("/containers", {"id": new_id(), "warehouse": "WH1", "code": "P-1"})
    nowhere = given.admin.post("/containers", {"id": new_id(), "warehouse": "WH1", "code": "P-2", "location": "Z-9"})

    assert (again.status, again.code) == (409, "code_taken")
    assert (nowhere.status, nowhere.code) == (404, "location_unknown")
