"""Late, missed and wrong shipments are measured, in orders and lines."""

import pytest

from tests.given import QUIET
from tests.house import new_id
from tests.worker import at


@pytest.fixture
def shop(hall):
    """A shelf of tea and rice."""
    hall.given.place("STAGE", hall.code, kind="staging")
    hall.shelf("A-01", tea=40, rice=40)
    hall.policy(handling=QUIET)
    return hall


def measured(hall, **query):
    """What the manager sees of this warehouse."""
    (row,) = hall.zhou.get("/shipments", warehouse=hall.code, **query).ok().items
    return row


def leave(hall, order, *said):
    """`(sku, picked, checked)`, and it is shipped."""
    for sku, picked, checked in said:
        hall.li.pick(order, sku, picked, "A-01")
        hall.wang.pick_check(order, sku, checked)
    hall.sun.ship(order)


def test_nothing_left_nothing_to_measure(shop):
    row = measured(shop)
    assert (row["orders"], row["late_percent"], row["wrong_percent"], row["caught_percent"]) == (0, None, None, None)


def test_each_is_counted_once(shop):
    good = shop.chen.open_document("pick", {"TEA": 2, "RICE": 2}).ok()["id"]
    leave(shop, good, ("TEA", 2, 2), ("RICE", 2, 2))
    late = shop.chen.open_document("pick", {"TEA": 1}, due_at=at(hours=-1)).ok()["id"]
    leave(shop, late, ("TEA", 1, 1))
    missed = shop.chen.open_document("pick", {"TEA": 5, "RICE": 1}).ok()["id"]
    shop.li.pick_short(missed, "TEA", 0, "A-01")
    leave(shop, missed, ("TEA", 3, 3), ("RICE", 1, 1))
    wrong = shop.chen.open_document("pick", {"TEA": 2}).ok()["id"]
    leave(shop, wrong, ("TEA", 2, 1), ("RICE", 1, 1))
    shop.chen.open_document("pick", {"TEA": 1}, due_at=at(hours=-2)).ok()  # nobody has begun
    called_off = shop.chen.open_document("pick", {"TEA": 1}, due_at=at(hours=-2)).ok()["id"]
    shop.chen.post(f"/documents/{called_off}/cancel", {"id": new_id()}).ok()

    row = measured(shop)

    assert (row["orders"], row["late_orders"], row["late_percent"]) == (5, 2, "40.0")
    assert (row["lines"], row["missed_lines"], row["missed_percent"]) == (7, 1, "14.3")
    assert (row["picked_lines"], row["checked_lines"], row["wrong_lines"], row["caught_lines"]) == (7, 7, 2, 2)
    assert (row["wrong_percent"], row["caught_percent"], row["short_picks"]) == ("28.6", "100.0", 1)


def test_what_a_customer_sends_back_as_wrong_has_escaped(shop):
    said = {"sku": "TEA", "quantity": "1", "location": "A-01", "warehouse": shop.code}
    for reason in ("wrong_item", "return"):
        shop.li.tell("adjust.return", reason=reason, **said)

    assert measured(shop)["escaped"] == 1


def test_only_of_the_time_that_is_asked_for(shop):
    order = shop.chen.open_document("pick", {"TEA": 2}).ok()["id"]
    leave(shop, order, ("TEA", 2, 2))

    assert measured(shop, from_=at(hours=-1))["orders"] == 1
    assert measured(shop, to=at(hours=-1))["orders"] == 0
    assert shop.li.get("/shipments").status == 403
