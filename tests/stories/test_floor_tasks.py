"""What a phone has to do about documents, with what it needs without a network, and without what one may not know."""

import pytest

from tests.worker import at


@pytest.fixture
def floor(hall):
    """A receipt, an order, shelves in walking order."""
    for n, code in enumerate(("A-01", "A-02", "A-03", "B-01")):
        hall.given.place(code, hall.code, path_order=n + 1)
    hall.shelf("A-02", tea=40)
    hall.shelf("B-01", tea=5, rice=9)
    hall.given.code("TEA", "4006381333931")
    hall.policy(handling={"receive_check_share": "1", "short_count": False, "zero_count": False, "low_quantity": None})
    hall.receipt = hall.chen.open_document("receipt", {"TEA": 10}, number="PO-1", partner="Tea Trading").ok()["id"]
    hall.order = hall.chen.open_document("pick", {"RICE": 2, "TEA": 41}, number="SO-1", due_at=at(hours=1)).ok()["id"]
    return hall


def todo(worker):
    """{kind: task} of what is to be done."""
    return {task["kind"]: task for task in worker.tasks() if task["kind"] != "count"}


def test_the_steps_of_a_receipt_come_one_after_the_other_to_those_who_may(floor):
    task = todo(floor.li)["receive"]
    assert (task["number"], task["partner"], task["done"]) == ("PO-1", "Tea Trading", {"lines": 0, "of": 1})
    assert [line["sku"] for line in task["lines"]] == ["TEA"] and "quantity" not in task["lines"][0]
    assert task["lines"][0]["codes"] == [{"code": "4006381333931", "pack_quantity": "1.000"}]

    floor.li.receive(floor.receipt, "TEA", 10)
    floor.li.tell("receive.submit", document=floor.receipt)
    assert "check" not in todo(floor.li) and "receive" not in todo(floor.wang)
    check = todo(floor.wang)["check"]
    assert check["document"] == floor.receipt and "10" not in str(check["lines"])

    floor.wang.receive_check(floor.receipt, "TEA", 10)
    put = todo(floor.sun)["putaway"]
    assert "check" not in todo(floor.sun)
    assert put["lines"][0]["quantity"] == "10.000"
    assert [bin_["location"] for bin_ in put["lines"][0]["bins"]] == ["A-02", "B-01", "A-01"]
    same = floor.sun.get(f"/documents/{floor.receipt}/putaway").ok().items
    assert [bin_["location"] for bin_ in same[0]["bins"]] == ["A-02", "B-01", "A-01"]

    floor.sun.put_away("TEA", 10, "A-02", document=floor.receipt)
    assert "putaway" not in todo(floor.sun)


def test_who_takes_a_pick_gets_the_way_and_the_quantities(floor):
    task = todo(floor.li)["pick"]
    assert [line["sku"] for line in task["lines"]] == ["TEA", "RICE"]  # in walking order
    assert [bin_["location"] for bin_ in task["lines"][0]["bins"]] == ["A-02", "B-01"]
    assert "quantity" not in task["lines"][0] and not task["mine"]

    floor.li.tell("document.claim", document=floor.order)
    task = todo(floor.li)["pick"]
    assert task["mine"] and [line["quantity"] for line in task["lines"]] == ["41.000", "2.000"]
    assert "quantity" not in todo(floor.wang)["pick"]["lines"][0]
    assert floor.li.get(f"/tasks/{task['id']}").ok()["number"] == "SO-1"

    floor.li.pick(floor.order, "TEA", 40, "A-02")
    left = {line["sku"]: line for line in todo(floor.li)["pick"]["lines"]}
    assert left["TEA"]["quantity"] == "1.000"
    assert [bin_["location"] for bin_ in left["TEA"]["bins"]] == ["B-01"]
    check = todo(floor.wang)["check"]
    assert [line["sku"] for line in check["lines"]] == ["TEA"] and "quantity" not in check["lines"][0]

    floor.wang.pick_check(floor.order, "TEA", 40)
    assert todo(floor.sun)["ship"]["document"] == floor.order
    assert "pick" not in todo(floor.wang)


def test_what_expires_first_is_picked_first_and_what_is_held_is_not(floor):
    for lot, expiry, place in (
        ("L1", "2027-06-01", "A-01"),
        ("L2", "2027-03-01", "A-03"),
        ("L3", "2027-09-01", "A-02"),
    ):
        floor.given.lot("MILK", lot, expiry)
        floor.shelf(place, lot=lot, milk=5)
    order = floor.chen.open_document("pick", {"MILK": 6}, due_at=at(minutes=5)).ok()["id"]

    def bins():
        (task,) = [one for one in floor.li.tasks() if one["kind"] == "pick" and one["document"] == order]
        return [(bin_["lot"], bin_["location"]) for bin_ in task["lines"][0]["bins"]]

    assert bins() == [("L2", "A-03"), ("L1", "A-01"), ("L3", "A-02")]
    said = {"warehouse": floor.code, "kind": "quarantine", "sku": "MILK", "lot": "L2"}
    floor.chen.post("/holds", {"id": floor.order, **said}).ok()
    assert bins() == [("L1", "A-01"), ("L3", "A-02")]
    floor.li.pick_short(order, "MILK", 0, "A-01", lot="L1")
    assert bins() == [("L3", "A-02"), ("L1", "A-01")]


def test_a_task_that_was_given_to_somebody_is_nobody_elses(floor):
    mine = floor.chen.open_document("pick", {"TEA": 1}, assign_to="li").ok()["id"]

    assert mine in {task["document"] for task in floor.li.tasks() if task["kind"] == "pick"}
    assert mine not in {task.get("document") for task in floor.wang.tasks()}
    (task,) = [task for task in floor.li.tasks() if task.get("document") == mine]
    assert task["lines"][0]["quantity"] == "1.000" and task["assignee"] == "li"
    floor.li.pick(mine, "TEA", 1, "A-02")
    assert mine in {task.get("document") for task in floor.wang.tasks() if task["kind"] == "check"}


def test_pages_hold_counts_first_and_then_all_documents(floor):
    floor.start(locations=["A-02"])
    floor.start(locations=["B-01"])
    for _ in range(4):
        floor.chen.open_document("pick", {"TEA": 1}).ok()
    floor.policy(handling={"receive_check_over": None, "receive_check_share": "0"})
    floor.li.receive(floor.receipt, "TEA", 1)  # there is something to receive yet, and something to put away

    for limit in (1, 2, 3, 5):
        seen, cursor = [], None
        for _ in range(20):
            page = floor.li.get("/tasks", mine="true", warehouse=floor.code, limit=limit, cursor=cursor).ok()
            assert len(page["items"]) <= limit
            seen += [task["id"] for task in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == 2 + 2 + 1 + 4
        assert set(seen) == {task["id"] for task in floor.li.tasks(limit=500)}


def test_who_checked_is_not_told_what_came_of_it(floor):
    floor.li.pick(floor.order, "TEA", 5, "A-02")
    floor.li.pick(floor.order, "RICE", 2, "B-01")
    seen = []
    for found in (4, 5):  # wrong, and right
        order = floor.order if found == 4 else floor.chen.open_document("pick", {"TEA": 5, "RICE": 1}).ok()["id"]
        if found == 5:
            floor.li.pick(order, "TEA", 5, "A-02")
            floor.li.pick(order, "RICE", 1, "B-01")
        floor.wang.pick_check(order, "TEA", found)
        (task,) = [one for one in floor.wang.tasks() if one["kind"] == "check" and one["document"] == order]
        seen.append(([line["sku"] for line in task["lines"]], task["done"], floor.wang.document(order)["progress"]))

    assert seen[0] == seen[1] == (["RICE"], {"lines": 1, "of": 2}, {"lines": 2, "stated": 2})
