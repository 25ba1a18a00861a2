"""What somebody meets at a shelf makes work for somebody else: short, emptied, low."""

import pytest


@pytest.fixture
def shop(hall):
    """Three bins in a row, tea in two of them, an order."""
    for n, stock in (("A-01", {"tea": 8, "rice": 3}), ("A-02", {"rice": 1}), ("A-03", {}), ("B-01", {"tea": 5})):
        hall.given.place(n, hall.code, path_order=int(n[-1]) + (10 if n[0] == "B" else 0))
        if stock:
            hall.shelf(n, **stock)
    hall.order = hall.chen.open_document("pick", {"TEA": 10, "RICE": 4}).ok()["id"]
    return hall


def sent(hall, worker):
    """The places and items that somebody may be asked to look at, by form."""
    tasks = [task for task in worker.tasks() if task["kind"] == "count"]
    return sorted(
        (task["form"], tuple(task["locations"]), tuple(sorted({line["sku"] for line in task["lines"]})))
        for task in tasks
    )


def test_a_short_pick_is_counted_by_somebody_else_who_also_looks_around(shop):
    shop.li.pick_short(shop.order, "TEA", 2, "A-01")

    assert sent(shop, shop.wang) == [("list", ("A-01",), ("TEA",)), ("list", ("A-02", "B-01"), ("TEA",))]
    assert sent(shop, shop.li) == []
    (task,) = [task for task in shop.wang.tasks() if task["locations"] == ["A-01"]]
    shop.wang.count_all(task["id"], {("A-01", "TEA"): 8})
    assert shop.state() == "matched"


def test_the_same_bin_is_not_sent_for_twice_a_day(shop, later):
    for _ in range(3):
        shop.li.pick_short(shop.order, "TEA", 2, "A-01")
    assert len(sent(shop, shop.wang)) == 2

    later(hours=25)
    shop.li.pick_short(shop.order, "TEA", 2, "A-01")
    assert len(sent(shop, shop.wang)) == 4


def test_an_emptied_bin_is_looked_at_and_a_low_one_counted(shop):
    shop.li.pick(shop.order, "RICE", 1, "A-02")
    assert sent(shop, shop.wang) == [("zero", ("A-02",), ())]

    shop.li.pick(shop.order, "TEA", 5, "A-01")
    assert sent(shop, shop.wang) == [("list", ("A-01",), ("TEA",)), ("zero", ("A-02",), ())]
    assert [line["sku"] for task in shop.wang.tasks() if task.get("form") == "list" for line in task["lines"]] == [
        "TEA"
    ]


def test_a_day_has_an_end(shop):
    shop.policy(handling={"counts_per_day": 1})
    shop.li.pick(shop.order, "RICE", 1, "A-02")
    shop.li.pick(shop.order, "TEA", 5, "B-01")

    assert sent(shop, shop.wang) == [("zero", ("A-02",), ())]


def test_nobody_is_sent_where_the_policy_says_so(shop):
    shop.policy(handling={"short_count": False, "zero_count": False, "low_quantity": None})
    shop.li.pick(shop.order, "RICE", 1, "A-02")
    shop.li.pick_short(shop.order, "TEA", 2, "A-01")

    assert sent(shop, shop.wang) == []
