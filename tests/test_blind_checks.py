"""Blind means that the server does not say, of goods that are received and picked too: the checker hears neither how
much the first side said nor how much the document expects.

SQLite alone, as in `test_blind`: the same search, other numbers.
"""

import pytest

from tests.house import Crew, a_house, at, new_id
from tests.reader import Reader
from tests.test_blind import Ear, leaks, seen_in, walk

# Primes: what documents expect, and what the first side received and picked.
EXPECTED = {"receipt": "7919.137", "pick": "6841.271"}
FIRST = {"receipt": "5923.739", "pick": "4409.513", "damaged": "9733.019", "return": "3571.223"}
ON_SHELF = "8117.447"
SECRET = {
    number.replace(".", "")
    for text in (*EXPECTED.values(), *FIRST.values())
    for number in (text, f"{float(text) + 1:.3f}")
} | {f"{float(EXPECTED[kind]) - float(FIRST[kind]):.3f}".replace(".", "") for kind in EXPECTED}
SECRET |= {"3568223"}  # what nobody has inspected, when three were
CHECKED = "3.000"  # what the checker finds of each, so that all of it differs


@pytest.fixture(scope="module")
def crew(tmp_path_factory, request):
    """A house, and everybody signed in."""
    with a_house("sqlite", tmp_path_factory.mktemp("blind_checks"), request) as (_, given):
        yield Crew(given)


class Scene:
    """A receipt and an order on which Li has worked, as told in planted numbers."""

    def __init__(self, crew):
        self.hall = hall = crew.floor()
        self.given, self.planted, self.tasks, self.tag = crew.given, {"ODD": None}, {}, {}
        self.sled = Reader(self.given, f"sled {hall.code}", hall.code, "handheld")
        hall.given.item("ODD", unit_cost="13.07")
        hall.shelf("A-01", odd=ON_SHELF)
        hall.given.place("DOCK", hall.code, kind="dock")
        hall.given.place("STAGE", hall.code, kind="staging")
        hall.policy(handling={"receive_check_share": "1", "short_count": False, "zero_count": False})
        self.documents = {
            kind: hall.chen.open_document(kind, {"ODD": quantity}, number=f"{kind}-{hall.code}").ok()["id"]
            for kind, quantity in EXPECTED.items()
        }
        hall.li.receive(self.documents["receipt"], "ODD", FIRST["receipt"])
        hall.li.receive(self.documents["receipt"], "ODD", FIRST["damaged"], condition="damaged")
        hall.li.pick(self.documents["pick"], "ODD", FIRST["pick"], "A-01")
        hall.given.place("R-01", hall.code)
        back = {"sku": "ODD", "quantity": FIRST["return"], "location": "R-01", "reason": "return"}
        event = hall.li.event("adjust.return", warehouse=hall.code, **back)
        hall.li.sync(event)
        self.documents["return"] = event["id"]

    def check(self, worker):
        """All of it differs."""
        assert worker.receive_check(self.documents["receipt"], "ODD", CHECKED)["result"] == "accepted"
        worker.receive_check(self.documents["receipt"], "ODD", CHECKED, condition="damaged")
        assert worker.receive_check(self.documents["return"], "ODD", CHECKED)["result"] == "accepted"
        assert worker.pick_check(self.documents["pick"], "ODD", CHECKED)["result"] == "accepted"


@pytest.fixture
def scene(crew):
    """The story in a warehouse of its own."""
    return Scene(crew)


def walk_documents(ear, scene):
    """Read everything that has to do with documents, with every sensible question."""
    worker, house = ear.worker, scene.hall.code
    for query in ({}, {"kind": "receipt"}, {"kind": "pick"}, {"live": "true"}, {"late": "true"}, {"state": "working"}):
        worker.get("/documents", warehouse=house, **query)
    for document in scene.documents.values():
        worker.get(f"/documents/{document}")
        worker.get(f"/documents/{document}/putaway")
    for task in worker.get("/tasks", warehouse=house).body.get("items", []):
        worker.get(f"/tasks/{task['id']}")
    worker.get("/holds", warehouse=house, released="true")
    for place in ("DOCK", "STAGE", "A-01", "R-01"):
        for moment in (None, at(), at(days=1)):
            worker.get("/stock", warehouse=house, location=place, at=moment)
            worker.get("/moves", warehouse=house, location=place)
    for kind in ("receipts", "picks"):
        worker.get(f"/exports/{kind}.csv", warehouse=house)
        for quantity in (CHECKED, EXPECTED["receipt"]):
            sheet = f"document,sku,quantity\nreceipt-{house},ODD,{quantity}\n"
            worker.ask("POST", f"/imports/{kind}", files={"file": (_file(sheet), "s.csv")}, warehouse=house)
    worker.get("/holds", warehouse=house)


def speak(ear, scene):
    """Say what can be said about them, right and wrong."""
    worker = ear.worker
    for document in scene.documents.values():
        worker.tell("document.claim", document=document)
        worker.tell("ship", document=document)
        for act in ("approve", "reject", "cancel", "close", "settle"):
            worker.post(f"/documents/{document}/{act}", {"id": new_id(), "lines": [{"sku": "ODD", "quantity": "1"}]})
    worker.put_away("ODD", "1", "A-01", document=scene.documents["receipt"])
    worker.pick_short(scene.documents["pick"], "ODD", "1", "A-01")
    worker.pick(scene.documents["pick"], "ODD", "1", "A-01")


def _file(text):
    import io

    return io.BytesIO(text.encode())


def test_the_search_itself_finds_what_is_there(scene):
    ear = Ear(scene.hall.zhou)
    walk_documents(ear, scene)
    found = leaks(ear, SECRET)

    for path in ("/documents/", "/tasks?", "/exports/receipts.csv", "/exports/picks.csv", "/moves?", "/stock?"):
        assert [asked for asked in found if f"/api/v1{path}" in asked], path
    assert seen_in(b'"7919.137"', SECRET)


@pytest.mark.parametrize("who", ["wang", "ma"])
def test_who_checks_hears_no_quantity_of_the_first_side(scene, who):
    """A supervisor who checks is a checker."""
    scene.check(getattr(scene.hall, who))
    ear = Ear(getattr(scene.hall, who))

    speak(ear, scene)
    walk_documents(ear, scene)
    walk(ear, scene)

    assert len(ear.said) > 150
    assert leaks(ear, SECRET) == {}


def test_who_may_be_asked_to_check_hears_none_either(scene):
    ear = Ear(scene.hall.sun)

    walk_documents(ear, scene)
    walk(ear, scene)

    assert leaks(ear, SECRET) == {}


def test_who_picks_is_told_how_much_but_not_what_was_announced(scene):
    ear = Ear(scene.hall.li)
    walk_documents(ear, scene)

    found = {number for numbers in leaks(ear, SECRET).values() for number in numbers}
    assert EXPECTED["pick"].replace(".", "") in found
    assert EXPECTED["receipt"].replace(".", "") not in found
