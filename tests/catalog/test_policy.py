"""Policies are data with a date from which they hold."""

from server import clock
from server.catalog.policy import DEFAULT_BODY, policy_for
from tests.worker import at, new_id


def holding(app, given, moment=None):
    """The number of rounds that holds in WH1, at an instant."""
    warehouse = next(one for one in given.admin.get("/me").ok()["warehouses"] if one["code"] == "WH1")
    with app.app_context():
        return policy_for(warehouse["id"], moment or clock.now())[1].rounds_max


def test_without_a_policy_the_defaults_hold(app, given):
    given.warehouse()

    assert holding(app, given) == DEFAULT_BODY.rounds_max == 3


def test_the_warehouses_own_policy_comes_before_that_of_all(app, given):
    given.warehouse()
    before = clock.now()
    given.policy("WH1", rounds_max=5)
    given.policy(rounds_max=2)

    assert holding(app, given) == 5
    assert holding(app, given, before) == 3


def test_a_policy_can_wait_for_its_day_but_not_reach_back(app, given):
    given.warehouse()
    later = {"id": new_id(), "warehouse": "WH1", "holds_from": at(hours=1), "body": {"rounds_max": 4}}

    assert given.admin.post("/policies", later).status == 201
    assert given.admin.post("/policies", later).status == 200
    assert given.admin.post("/policies", later | {"id": new_id(), "holds_from": at(-5)}).code == "policy_in_the_past"
    assert holding(app, given) == 3
    assert holding(app, given, clock.now() + 2 * clock.HOUR) == 4


def test_every_mistake_in_a_policy_is_named(given):
    body = {
        "rounds_max": "many",
        "tolerances": {"classes": {"A": {"plus": {"percent": "-1"}}}, "default": {"both": {}}},
        "tiers": {"line": {"supervisor": "1.23456"}},
        "colour": "red",
    }

    reply = given.admin.post("/policies", {"id": new_id(), "body": body})

    assert reply.status == 422
    assert reply["fields"] == {
        "body.rounds_max": ["not_whole"],
        "body.tolerances.classes.A.value.plus.percent": ["out_of_range"],
        "body.tolerances.default.both": ["unknown_field"],
        "body.tiers.line.supervisor": ["too_many_decimals"],
        "body.colour": ["unknown_field"],
    }


def test_the_current_policy_says_all_of_it(given):
    given.policy(rounds_max=4)
    given.warehouse()
    chen = given.supervisor()

    said = chen.get("/policies/current", warehouse="WH1").ok().body["body"]

    assert (said["rounds_max"], said["tiers"]["line"]["manager"]) == (4, "10000.0000")
    assert chen.post("/policies", {"id": new_id(), "warehouse": "WH1", "body": {}}).code == "no_permission"
