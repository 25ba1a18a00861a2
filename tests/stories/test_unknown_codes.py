"""A code that nobody knows is kept as it was scanned; bound to an item later, it counts."""

import io
import itertools

import pytest

from tests.worker import at

_numbers = itertools.count(6_900_000_100_000)


@pytest.fixture
def code():
    """A number on a carton, in no catalogue yet; without a right check digit, so that it is nobody's GTIN."""
    return f"CARTON-{next(_numbers)}"


def scanned(hall, code, quantity=3, form="full"):
    """Li counts 40 teas and some cartons that nobody knows; gives the task, still open."""
    hall.shelf("A-01", tea=40)
    (task,) = hall.start(form, locations=["A-01"])
    hall.li.claim(task)
    hall.li.count(task, "A-01", "TEA", 40)
    receipt = hall.li.count(task, "A-01", code=code, quantity=quantity, at_=at())
    assert (receipt["result"], receipt["code"]) == ("accepted", "code_unknown")
    return task


def counted(hall, item):
    line = hall.line(item)
    return line["counted_qty"], line["unexpected"]


def cases(hall):
    return [case["state"] for case in hall.chen.get("/cases", warehouse=hall.code, kind="unknown_code").items]


def test_bound_while_the_round_is_open_it_counts_with_it(hall, code):
    task = scanned(hall, code)
    hall.given.code("RICE", code, pack="12")

    hall.li.submit(task)

    assert counted(hall, "RICE") == ("36.000", True), "three cartons of twelve"
    assert cases(hall) == []


def test_bound_after_the_round_closed_it_counts_all_the_same(hall, code):
    task = scanned(hall, code)
    hall.li.submit(task)
    assert cases(hall) == ["open"]

    hall.given.code("RICE", code)

    assert counted(hall, "RICE") == ("3.000", True)
    assert hall.line("RICE")["state"] == "recount", "what was not expected is counted once more by somebody else"
    assert cases(hall) == ["closed"]
    hall.wang.count_all(hall.task(hall.wang), {("A-01", "RICE"): 3})
    assert hall.line("RICE")["state"] in ("pending", "held")


def test_bound_late_it_is_added_to_a_line_that_still_waits(hall, code):
    hall.shelf("A-01", tea=40)
    (task,) = hall.start("full", locations=["A-01"])
    hall.li.claim(task)
    hall.li.count(task, "A-01", "TEA", 28)
    hall.li.count(task, "A-01", code=code, quantity=1, at_=at())
    hall.li.submit(task)
    assert counted(hall, "TEA")[0] == "28.000" and hall.state() == "recount"

    hall.given.code("TEA", code, pack="12")

    assert counted(hall, "TEA")[0] == "40.000"
    assert hall.state() == "matched", "the carton of twelve explains the difference"


def test_a_line_that_is_settled_stays_settled_and_its_place_is_asked_for(hall, code):
    task = scanned(hall, code, quantity=5)
    hall.li.submit(task)
    assert hall.state() == "matched"

    hall.given.code("TEA", code)

    assert (hall.state(), counted(hall, "TEA")[0]) == ("matched", "40.000")
    due = hall.chen.get("/counts/due", warehouse=hall.code).items
    assert [(one["location"], one["reason"]) for one in due] == [("A-01", "unknown_code")]


def test_a_withdrawn_scan_stays_withdrawn(hall, code):
    task = scanned(hall, code)
    entry = next(one for one in hall.li.get(f"/tasks/{task}")["my_entries"] if one["unknown"])
    hall.li.void(entry["id"])
    hall.given.code("RICE", code)

    hall.li.submit(task)

    assert hall.chen.variances(sku="RICE") == []


def test_where_a_lot_is_needed_the_scan_stays_open_for_a_person(hall, code):
    hall.given.item(f"LOTTED-{code}", "Milk", lot_tracked=True)
    task = scanned(hall, code)
    hall.given.code(f"LOTTED-{code}", code)

    hall.li.submit(task)

    assert cases(hall) == ["open"]


def test_a_sheet_of_codes_binds_as_one_by_one_does(hall, code):
    task = scanned(hall, code)
    hall.li.submit(task)
    sheet = f"sku,code,pack_quantity\nRICE,{code},1\n".encode()

    _taken_in(hall, sheet, dry_run="true")
    assert cases(hall) == ["open"]
    _taken_in(hall, sheet)

    assert counted(hall, "RICE")[0] == "3.000" and cases(hall) == ["closed"]


def _taken_in(hall, sheet, **query):
    hall.given.admin.ask("POST", "/imports/codes", files={"file": (io.BytesIO(sheet), "codes.csv")}, **query).ok()
