"""Blind means that the server does not say: plant odd numbers in the book, read everything, search every byte.

SQLite alone: what is said and what is not is decided above the database; `tests/stories` run the same routes on both.
"""

import re

import pytest

from tests.blind_pallet import load, push_pallet, walk_pallet
from tests.house import Crew, a_house, again, at, new_id
from tests.reader import Reader

# What the book holds of each item under count, and its cost; primes, so that no other number looks like them.
PLANTED = {"ODD": ("7919.137", "13.0700"), "RARE": ("6841.271", "17.1100"), "DATED": ("5923.739", "19.0300")}
OTHER = {"ODD": ("4409.513", "13.0700"), "RARE": ("9733.019", "17.1100"), "DATED": ("8117.447", "19.0300")}
ELSEWHERE = 311  # of each item lies on a shelf that nobody counts
FOUND = "3.000"  # what somebody counts, so that there is a variance


def thousandths(text):
    return int(text.replace(".", ""))


def spellings(planted):
    """Digits, without point or commas, of every planted number and of what could be told instead of it."""
    found = set()
    for quantity, cost in planted.values():
        book, price = thousandths(quantity), int(cost.replace(".", ""))
        for told in (book, book - thousandths(FOUND), book + ELSEWHERE * 1000, book - ELSEWHERE * 1000):
            found |= {str(told), str(round(told * price / 1000)), f"{told / 1000:g}", str(told // 1000)}
    books = sorted(thousandths(quantity) for quantity, _ in planted.values())
    found |= {str(sum(books)), str(sum(books) + 3 * ELSEWHERE * 1000)}
    return {re.sub(r"[.,]", "", number) for number in found if len(number) > 3}


_NOISE = re.compile(
    rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # ids
    rb"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[0-9.]*(Z|[+-]\d\d:\d\d)?"  # instants
    rb"|eyJ[\w.-]+"  # tokens
    rb"|[0-9a-f]{32,64}"  # tags and hashes
    rb"|\\u[0-9a-f]{4}"  # Chinese as JSON spells it
    rb'|tallyloop_[\w{}=",/<>:. ]+'  # meters: requests and microseconds, of no stock
)


def seen_in(raw, numbers):
    """Which of these numbers stand in these bytes, however they are punctuated."""
    text = _NOISE.sub(b" ", raw).decode("utf-8", "replace")
    runs = [re.sub(r"[.,\s_']", "", run) for run in re.findall(r"\d[\d.,_']*", text)]
    return {number for number in numbers for run in runs if number in run}


class Ear:
    """A worker who remembers every answer. `said`: (what was asked, bytes)."""

    def __init__(self, worker):
        self.said, self.inner = [], worker
        send = worker.send

        def heard(method, path, body, headers, files=None):
            status, answered, raw = send(method, path, body, headers, files)
            kept = {name: value for name, value in answered.items() if name not in ("ETag", "Content-Length", "Date")}
            self.said.append((f"{method} {path} → {status}", raw + str(kept).encode(), answered.get("ETag")))
            return status, answered, raw

        self.worker = again(worker)
        self.worker.send = heard


class Scene:
    """A warehouse with planted numbers, and counts of every form under way."""

    def __init__(self, given, crew, planted):
        self.hall = hall = crew.floor()
        self.given, self.crew, self.planted = given, crew, planted
        for place in ("A-01", "A-02", "A-03", "A-04", "A-05", "B-01"):
            given.place(place, hall.code)
        for sku, (quantity, cost) in planted.items():
            given.item(sku, unit_cost=cost, lot_tracked=sku == "DATED")
            lot = {"lot": "L7"} if sku == "DATED" else {}
            for place in ("A-01", "A-02", "A-03", "A-04"):
                hall.shelf(place, **lot, **{sku.lower(): quantity})
            hall.shelf("B-01", **lot, **{sku.lower(): ELSEWHERE})
        given.code("ODD", "ODD-1")
        self.tags(planted["ODD"][0])
        self.on = load(hall, "ODD", planted["ODD"][0])
        self.policy()
        self.tasks = {
            "list": hall.start("list", locations=["A-01"])[0],
            "full": hall.start("full", locations=["A-02"])[0],
            "zero": hall.start("zero", locations=["A-03"])[0],
        }
        self.recount()
        # The book fell below zero where somebody counts; and an item with one place only, so that SUPPLIER mirrors it.
        hall.post("ODD", "20000", "A-02", "CUSTOMER", "pick", at_=at(minutes=-3))
        hall.post("ODD", "20000", "CUSTOMER", "A-02", "return", at_=at(minutes=-2))

    def tags(self, quantity):
        """One tag stands for all that lies on a shelf; a sled reads them where somebody counts."""
        number = int(self.hall.code[1:])
        self.tag = {place: f"E28011606000{number:04X}0000{n:04X}" for n, place in enumerate(("A-01", "A-02", "B-01"))}
        for place, tag in self.tag.items():
            held = str(ELSEWHERE) if place == "B-01" else quantity
            said = {"id": new_id(), "warehouse": self.hall.code, "tag": tag, "sku": "ODD", "quantity": held}
            self.given.admin.post("/tags", said | {"location": place}).ok()
        self.sled = Reader(self.given, f"sled {self.hall.code}", self.hall.code, "handheld")

    def policy(self):
        """Controls would make recount tasks of their own; the story here is about one."""
        self.hall.policy(control_share="0")

    def recount(self):
        """Zhao counted A-04 and found little: its recount is for somebody else."""
        (first,) = self.hall.start("list", locations=["A-04"], skus=["ODD", "RARE"])
        for sku in ("ODD", "RARE"):
            self.hall.zhao.count(first, "A-04", sku, FOUND)
        self.hall.zhao.submit(first)
        (task,) = [row for row in self.hall.wang.tasks() if row["locations"] == ["A-04"]]
        self.tasks["recount"] = task["id"]


def walk(ear, scene):
    """Read everything that has an address, with every sensible question."""
    worker, house = ear.worker, scene.hall.code
    lists = ["people", "devices", "warehouses", "locations", "items", "codes", "lots", "reasons", "policies", "tasks"]
    lists += ["sops", "quizzes", "quizzes/results", "responsibilities"]
    lists += ["counts", "counts/due", "variances", "stock", "moves", "cases", "ledger/check", "policies/current", "me"]
    for path in lists:
        worker.get(f"/{path}", warehouse=house)
        worker.get(f"/{path}", warehouse=house, limit=1)
        worker.get(f"/{path}", warehouse=house, mine="true")
        cursor = None
        for _ in range(6):
            reply = worker.get(f"/{path}", warehouse=house, limit=2, cursor=cursor)
            cursor = reply.body.get("next") if isinstance(reply.body, dict) else None
            if not cursor:
                break
    for sku in scene.planted:
        worker.get(f"/items/{sku}")
        for path in ("trace", "recall"):
            worker.get(f"/{path}", warehouse=house, sku=sku)
            worker.get(f"/{path}", warehouse=house, code=sku)
            worker.get(f"/{path}", sku=sku, from_=at(minutes=-30))
            for form in ("csv", "xlsx"):
                worker.get(f"/{path}.{form}", warehouse=house, sku=sku)
        for path in ("stock", "moves", "variances", "lots", "codes"):
            worker.get(f"/{path}", warehouse=house, sku=sku)
    places = ["A-01", "A-02", "A-03", "A-04", "SUPPLIER", "CUSTOMER", "LOSS", "SCRAP", "TRANSIT", "PRODUCTION"]
    for place in places:
        worker.get(f"/locations/{place}", warehouse=house)
        for path in ("stock", "moves", "variances"):
            worker.get(f"/{path}", warehouse=house, location=place)
            worker.get(f"/{path}", warehouse=house, location=place, sku="ODD")
        for moment in (at(), at(minutes=-90), at(minutes=-30), at(days=-30), at(days=30)):
            worker.get("/stock", warehouse=house, location=place, at=moment)
    for path in ("stock", "moves", "trace", "recall"):
        worker.get(f"/{path}", warehouse=house, lot="L7")
        worker.get(f"/{path}", warehouse=house, at=at(minutes=-30), from_=at(days=-2), to=at())
    for kind in ("opening", "receipt", "move", "adjustment", "pick", "return"):
        worker.get("/moves", warehouse=house, kind=kind)
    for state in ("counting", "matched", "recount", "held", "pending", "approved", "rejected"):
        worker.get("/variances", warehouse=house, state=state)
    for over in ("1", "10000", "100000", "1000000"):
        worker.get("/variances", warehouse=house, over=over)
    for search in ("ODD", "odd"):
        worker.get("/items", search=search)
        worker.get("/locations", warehouse=house, search=search)
    for code in ("ODD-1", "ODD", "A-01", "L7", "nothing"):
        worker.get("/identify", warehouse=house, code=code)
    for count in worker.get("/counts", warehouse=house).body.get("items", []):
        worker.get(f"/counts/{count['id']}")
        worker.get("/variances", warehouse=house, count=count["id"])
    for task in scene.tasks.values():
        worker.get(f"/tasks/{task}")
    for case in worker.get("/cases", warehouse=house).body.get("items", []):
        worker.get(f"/cases/{case['id']}")
    for line in scene.hall.zhou.variances():
        worker.get(f"/variances/{line['id']}")
        for act in ("approve", "reject", "recount", "relocate"):
            worker.post(f"/variances/{line['id']}/{act}", {"id": new_id()})
    for kind in ("opening", "tags", "items", "codes", "locations", "reasons", "people", "moves", "stock", "variances"):
        worker.get(f"/exports/{kind}.csv", warehouse=house)
        worker.get(f"/exports/{kind}.xlsx", warehouse=house)
    for path in ("/metrics", "/healthz", "/readyz", "/api/v1/openapi.json"):
        worker.ask("GET", path)


def walk_tags(ear, scene):
    """Read everything about tags, readers and the pallet."""
    worker, house = ear.worker, scene.hall.code
    walk_pallet(worker, house, scene.on)
    for task in scene.tasks.values():
        worker.get(f"/readers/sessions/{task}")
        worker.get(f"/readers/sessions/{task}/tags")
        worker.get(f"/readers/found/{task}")
    for tag in scene.tag.values():
        worker.get(f"/tags/{tag}")
    for path in ("/tags", "/readers", "/readers/aside", "/readers/sessions", f"/readers/{scene.sled.id}"):
        worker.get(path, warehouse=house)
    worker.get("/tags", warehouse=house, sku="ODD", limit=1)


def speak(ear, scene):
    """Say everything that can be said at the door, right and wrong, and read the receipts."""
    worker, tasks, house = ear.worker, scene.tasks, scene.hall.code
    opening = f"warehouse,location,sku,lot,expiry,quantity\n{house},A-01,ODD,,,1\n".encode()
    for dry in ("true", "false"):
        worker.ask("POST", "/imports/opening", files={"file": (_file(opening), "o.csv")}, dry_run=dry)
    for place in ("A-01", "A-02"):
        task = tasks["list" if place == "A-01" else "full"]
        worker.post("/readers/sessions", {"task": task, "reader": scene.sled.name})
        worker.post("/readers/sessions", {"task": task, "reader": "no such reader"})
        scene.sled.sees(*scene.tag.values(), count=task)
        worker.get(f"/readers/sessions/{task}")
        worker.get(f"/readers/sessions/{task}/tags")
        worker.post(f"/readers/found/{task}/answer", {"accept": [scene.tag["B-01"]]})
        worker.post(f"/readers/sessions/{task}/end")
        worker.post("/readers/reads", {"reads": [{"epc": scene.tag["A-01"], "first": at()}]}, warehouse=house)
    for kind, task in tasks.items():
        place = {"list": "A-01", "full": "A-02", "zero": "A-03", "recount": "A-04"}[kind]
        worker.claim(task)
        for sku in ("ODD", "RARE"):
            worker.count(task, place, sku, FOUND)
        worker.count(task, place, "DATED", FOUND)
        worker.count(task, place, "DATED", FOUND, lot="L7")
        worker.count(task, place, code="ODD-1", quantity=FOUND)
        worker.count(task, place, "ODD", "-1")
        worker.count(task, place, "ODD", "1.2345")
        worker.count(task, place, "NONE", FOUND)
        worker.count(task, "B-01", "ODD", FOUND)
        worker.void(worker.last_entry)
        worker.void(new_id())
        worker.empty(task, place, "ODD")
        worker.empty(task, "nowhere")
        worker.release(task)
        worker.claim(task, reason="mine")
    worker.tell("count.submit", task=new_id())
    worker.tell("count.nonsense", task=tasks["list"])
    worker.tell("move", sku="ODD", quantity="1", from_="B-01", to="A-01", warehouse=house)
    worker.tell("move", sku="ODD", quantity="999999", from_="A-05", to="B-01", warehouse=house)
    worker.tell("move", sku="ODD", quantity="1", from_="SUPPLIER", to="A-01", warehouse=house)
    push_pallet(worker, house, scene.on)
    worker.report("lost", location="A-01", sku="ODD", quantity="1", warehouse=house)
    worker.post("/cases", {"id": new_id(), "warehouse": house, "kind": "found", "location": "A-01", "sku": "ODD"})
    worker.post("/cases", {"id": new_id(), "warehouse": house, "kind": "negative_book", "location": "A-02"})
    moves = [scene.given.a_move("ODD", 1, "B-01", "A-01", house), scene.given.a_move("ODD", 1, "A-09", "A-01", house)]
    worker.post("/moves", {"moves": moves[:1]})
    worker.post("/moves", {"moves": moves[1:]})
    worker.start_count("list", locations=["A-01"])
    worker.start_count("list", locations=["A-99"])


def _file(content):
    import io

    return io.BytesIO(content)


@pytest.fixture(scope="module")
def crew(tmp_path_factory, request):
    """A house, and everybody signed in."""
    with a_house("sqlite", tmp_path_factory.mktemp("blind"), request) as (_, given):
        yield Crew(given)


@pytest.fixture
def scene(crew):
    """The story in a warehouse of its own."""
    return Scene(crew.given, crew, PLANTED)


def leaks(ear, numbers):
    """Questions whose answers held one of the numbers."""
    found = {asked: seen_in(raw, numbers) for asked, raw, _ in ear.said}
    return {asked: sorted(numbers) for asked, numbers in found.items() if numbers}


def test_the_search_itself_finds_what_is_there(scene):
    """Somebody who may read the book and counts nothing is told the numbers: so the walk asks the right questions."""
    ear = Ear(scene.hall.zhou)
    walk(ear, scene)
    walk_tags(ear, scene)
    found = leaks(ear, spellings(PLANTED))

    for path in (
        "/stock?",
        "/moves?",
        "/variances?",
        "/variances/",
        "/exports/opening.csv",
        "/trace?",
        "/trace.csv",
        "/recall?",
        "/containers/",
    ):
        assert [asked for asked in found if f"/api/v1{path}" in asked], path
    assert seen_in(b'{"a": 7919.137}', spellings(PLANTED)) and seen_in(b"7,919.137", spellings(PLANTED))
    assert seen_in(b"-7916.137", spellings(PLANTED)) and not seen_in(b"7918.137", spellings(PLANTED))


def test_who_may_be_asked_to_count_hears_no_book_number(scene):
    ear = Ear(scene.hall.sun)

    walk(ear, scene)
    walk_tags(ear, scene)

    assert len(ear.said) > 250
    assert leaks(ear, spellings(PLANTED)) == {}


@pytest.mark.parametrize("who", ["li", "ma"])
def test_who_counts_hears_no_book_number(scene, who):
    """A supervisor who holds a task is a counter."""
    ear = Ear(getattr(scene.hall, who))
    for task in scene.tasks.values():
        ear.worker.claim(task)

    speak(ear, scene)
    walk(ear, scene)
    walk_tags(ear, scene)

    assert leaks(ear, spellings(PLANTED)) == {}


def test_nothing_said_depends_on_the_book(scene):
    """The same story with another book: the same answers in the same order, but for ids and instants."""
    twin = Scene(scene.given, scene.crew, OTHER)
    heard = []
    for each in (scene, twin):
        for task in each.tasks.values():
            each.hall.li.claim(task)
        ear = Ear(each.hall.li)
        speak(ear, each)
        walk(ear, each)
        walk_tags(ear, each)
        heard.append([told(asked, raw, each.hall.code) for asked, raw, _ in ear.said if not OF_BOTH.search(asked)])

    assert len(heard[0]) == len(heard[1])
    assert [pair for pair in zip(*heard, strict=True) if pair[0] != pair[1]] == []


OF_BOTH = re.compile("/metrics|/warehouses|/me[?]|/devices")  # what a house with two warehouses says of both


def told(asked, raw, house):
    """An answer without what differs between two tellings of one story: ids by first appearance, no instants."""
    names: dict[bytes, bytes] = {}
    text = (asked.encode() + b" " + raw).replace(f"E28011606000{int(house[1:]):04X}".encode(), b"TAG")
    text = text.replace(house.encode(), b"HOUSE")
    text = re.sub(rb'"next": ?"[^"]+"|"clock_offset_ms": ?-?\d+|cursor=[\w%-]+', b"NEXT", text)
    text = re.sub(
        rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", lambda m: names.setdefault(m[0], b"#%d" % len(names)), text
    )
    return re.sub(rb"\d{4}-\d\d-\d\d(T|%)[\w:.%]*", b"THEN", _NOISE.sub(b"", text)).replace(house.encode(), b"HOUSE")


@pytest.mark.parametrize("who", ["li", "ma"])
def test_tags_do_not_change_when_only_the_book_does(scene, who):
    worker = getattr(scene.hall, who)
    for task in scene.tasks.values():
        worker.claim(task)
    asked = {"mine": "true", "warehouse": scene.hall.code}
    tag = worker.get("/tasks", **asked).headers["ETag"]
    before = worker.get("/stock", warehouse=scene.hall.code).body

    for place in ("A-01", "A-02", "A-03", "A-04"):
        scene.hall.post("ODD", "12.5", place, "CUSTOMER", "pick")
    scene.hall.post("RARE", PLANTED["RARE"][0], "A-01", "CUSTOMER", "pick")  # the book of it is nil now

    assert worker.ask("GET", "/tasks", headers={"If-None-Match": tag}, **asked).status == 304
    assert worker.get("/stock", warehouse=scene.hall.code).body == before


def test_an_open_count_shows_the_book_but_not_to_whom_a_blind_one_was_given(scene):
    hall = scene.hall
    (shown,) = hall.start("list", open_=True, locations=["B-01"], skus=["ODD"])
    (both,) = hall.start("list", open_=True, locations=["A-01"], skus=["ODD"])

    def lines(worker, task):
        return worker.get(f"/tasks/{task}")["lines"]

    assert lines(hall.sun, shown)[0]["book_qty"] == f"{ELSEWHERE}.000"
    assert "book_qty" not in lines(hall.sun, both)[0]
    assert hall.zhou.get("/counts", warehouse=hall.code).items[0]["open"] is True


def test_after_the_count_the_book_is_open_again(scene):
    for task in scene.tasks.values():
        scene.hall.ma.claim(task)
        scene.hall.ma.submit(task)
    ear = Ear(scene.hall.ma)

    walk(ear, scene)
    walk_tags(ear, scene)

    assert leaks(ear, spellings(PLANTED)) != {}
