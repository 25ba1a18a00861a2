"""What a chain of moves tells."""

from server.insights.rules import Step, been, entered, left, touched

ROLES = {"SUPPLIER", "CUSTOMER", "TRANSIT", "LOSS"}


def step(at, source, target, qty=5, person="Li", document=None):
    roles = [place if place in ROLES else None for place in (source, target)]
    return Step(
        *(f"m{at}", at, at, "W", "TEA", "", source, roles[0], target, roles[1]),
        *(qty, "move", person, None, document, None, None),
    )


CHAIN = [
    step(1, "SUPPLIER", "DOCK", 10, document="PO"),
    step(2, "DOCK", "A-01", 10),
    step(3, "A-01", "STAGE", 4, "Wang"),
    step(4, "STAGE", "CUSTOMER", 4, "Sun", "SO"),
    step(5, "A-01", "TRANSIT", 2),
    step(6, "A-01", "LOSS", 1, None),
]


def test_where_it_came_from_and_where_it_went():
    assert {key[1:3]: one.qty for key, one in entered(CHAIN).items()} == {("SUPPLIER", "PO"): 10}
    assert {key[1:3]: one.qty for key, one in left(CHAIN).items()} == {("CUSTOMER", "SO"): 4, ("LOSS", None): 1}


def test_everywhere_it_was_and_what_is_left_there():
    assert {place: one.qty for (_, place), one in been(CHAIN).items()} == {
        "DOCK": 0,
        "A-01": 3,
        "STAGE": 0,
        "TRANSIT": 2,
    }
    assert [(one.first, one.last) for (_, place), one in been(CHAIN).items() if place == "A-01"] == [(2, 6)]


def test_a_quantity_that_may_not_be_said_is_not_added_up():
    hidden = [step(1, "SUPPLIER", "A-01", None), step(2, "A-01", "CUSTOMER", None)]

    assert [one.qty for one in (*entered(hidden).values(), *left(hidden).values(), *been(hidden).values())] == [
        None
    ] * 3


def test_who_had_it_in_their_hands():
    found = touched([("Li", 5, "pick"), ("Wang", 3, "check"), ("Li", 2, "putaway"), (None, 9, "adjustment")])

    assert {name: (one.first, one.last, one.steps, one.kinds) for name, one in found.items()} == {
        "Li": (2, 5, 2, {"pick", "putaway"}),
        "Wang": (3, 3, 1, {"check"}),
    }
