"""Many at once, on a real server: nothing is lost, nothing is doubled, and where only one may win, one wins."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import pytest

from tests.conftest import new_database
from tests.given import Given
from tests.house import Crew
from tests.servers import ADMIN_PASSWORD, Server, over_http
from tests.worker import Worker, new_id

HANDS = 8
PLACES = ("A-01", "A-02", "A-03")
SKUS = ("TEA", "RICE")
START = 1000


@pytest.fixture(scope="module")
def given(database_kind, tmp_path_factory, request):
    """Builders that speak to a real server: threads in this process would not be as rude as two workers are."""
    folder = tmp_path_factory.mktemp("many")
    url, remove = new_database(database_kind, folder, request)
    server = Server(folder, url)
    yield Given(over_http(server.url), ADMIN_PASSWORD)
    server.kill()
    remove()


@pytest.fixture(scope="module")
def crew(given):
    """Everybody, signed in once."""
    return Crew(given)


@pytest.fixture
def hall(crew):
    """A warehouse in which only this story happens."""
    return crew.floor()


def at_once(*acts):
    """Do all of it at the same moment; gives the answers in order."""
    gate = threading.Barrier(len(acts))

    def act(one):
        gate.wait()
        return one()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


def same_person(worker):
    """The same person on the same phone, by another connection: a retry that overtook its first try."""
    other = Worker(worker.send, worker.warehouse, worker.token, worker.device)
    other.seq = worker.seq
    return other


def expected_stock(moves):
    """What the shelves hold after these moves, in whatever order they were posted."""
    held = Counter({(place, sku): START for place in PLACES for sku in SKUS})
    for move in moves:
        held[move["from"], move["sku"]] -= int(move["quantity"])
        held[move["to"], move["sku"]] += int(move["quantity"])
    return {(place, sku, ""): f"{qty}.000" for (place, sku), qty in held.items() if qty}


def some_batches(hall, hand):
    """Batches that cross one another: each hand goes round the shelves in a direction and an order of its own."""
    for turn in range(6):
        yield [
            a_move(hall, n + 1, PLACES[(n + hand) % 3], PLACES[(n + hand + 1 + turn % 2) % 3], SKUS[(n + hand) % 2])
            for n in range(5)
        ]


def a_move(hall, quantity, from_, to, sku="TEA", id_=None):
    """A move in this warehouse, as an ERP would post it."""
    return hall.given.a_move(sku, quantity, from_, to, hall.code, id_=id_)


def post(hall, *moves):
    """Post moves as an ERP does."""
    return hall.given.admin.post_moves(*moves)


def test_moves_of_the_same_shelves_from_many_hands_are_each_posted_once(hall):
    for place in PLACES:
        hall.shelf(place, tea=START, rice=START)
    batches = [list(some_batches(hall, hand)) for hand in range(HANDS // 2)]

    def post_twice(mine):
        return [post(hall, *moves).ok() for batch in mine for moves in (batch, batch[::-1])]

    replies = list(chain.from_iterable(at_once(*[lambda mine=mine: post_twice(mine) for mine in batches * 2])))

    moves = list(chain.from_iterable(chain.from_iterable(batches)))
    assert sum(reply["posted"] for reply in replies) == len(moves)
    assert sum(reply["duplicates"] for reply in replies) == 3 * len(moves)
    assert Counter(move["id"] for move in hall.chen.ledger(kind="move")) == Counter(move["id"] for move in moves)
    assert hall.chen.stock() == expected_stock(moves)
    assert hall.differences() == []


def test_one_delivery_by_two_connections_at_once_is_taken_once(hall):
    hall.shelf("A-01", tea=START)
    hall.shelf("A-02")
    (task,) = hall.start("full", locations=["A-01"])
    li, said = hall.li, {"task": task, "location": "A-01", "sku": "TEA", "quantity": "2", "method": "keypad"}
    there = {"warehouse": hall.code}
    first = [li.event("count.claim", task=task), *(li.event("count.entry", **said) for _ in range(20))]
    moves = [li.event("move", sku="TEA", quantity="1", from_="A-01", to="A-02", **there) for _ in range(20)]
    torn = li.event("case.report", kind="damaged", location="A-01", **there)

    for events in (first, moves, [li.event("count.void", entry=first[1]["id"]), torn]):
        answers = at_once(*[lambda phone=phone, e=events: phone.sync(*e) for phone in (li, same_person(li))] * 2)
        for n in range(len(events)):
            results = Counter(receipts[n]["result"] for receipts in answers)
            assert results == {"accepted": 1, "duplicate": 3}, (events[n]["type"], [one[n] for one in answers])

    entered = [entry["id"] for entry in li.get(f"/tasks/{task}").ok()["my_entries"]]
    assert sorted(entered) == sorted(event["id"] for event in first[1:])
    assert hall.chen.stock() == {("A-01", "TEA", ""): "980.000", ("A-02", "TEA", ""): "20.000"}
    assert len(hall.chen.get("/cases", warehouse=hall.code).items) == 1
    assert hall.differences() == []


def test_of_people_who_claim_one_task_at_once_exactly_one_holds_it(hall):
    hall.shelf("A-01", tea=40)
    people = [hall.li, hall.wang, hall.zhao, hall.sun, hall.ma]

    for _ in range(3):
        (task,) = hall.start("full", locations=["A-01"])
        receipts = at_once(*[lambda person=person, task=task: person.claim(task) for person in people])

        assert Counter(receipt["code"] for receipt in receipts) == {None: 1, "task_taken": len(people) - 1}
        held = [person.get(f"/tasks/{task}").ok()["mine"] for person in people]
        assert held == [receipt["result"] == "accepted" for receipt in receipts]


def test_of_approvals_of_one_line_at_once_exactly_one_posts_it(hall):
    hall.shelf("A-01", tea=40)
    line = hall.pending(found=33)

    replies = at_once(*[lambda decider=decider: decider.approve(line) for decider in (hall.zhou, hall.ma) * 4])

    assert Counter((reply.status, reply.code) for reply in replies) == {(200, None): 1, (409, "already_decided"): 7}
    assert [move["quantity"] for move in hall.chen.ledger(kind="adjustment")] == ["7.000"]
    assert hall.qty("A-01") == "33.000"
    assert hall.differences() == []


def test_a_submission_by_two_connections_at_once_closes_the_round_once(hall):
    hall.shelf("A-01", tea=40)
    (task,) = hall.start(locations=["A-01"])
    li = hall.li
    li.claim(task)
    li.count(task, "A-01", "TEA", 33)
    done = li.event("count.submit", task=task)

    answers = at_once(*[lambda phone=phone: phone.sync(done) for phone in (li, same_person(li)) * 2])

    assert Counter(receipts[0]["result"] for receipts in answers) == {"accepted": 1, "duplicate": 3}
    assert len(hall.wang.tasks()) == 1
    assert hall.differences() == []


def test_of_those_who_use_one_refresh_token_at_once_one_wins_and_the_copies_end_the_session(given):
    given.person("li", warehouse="*")
    begun = Worker(given.send).post("/auth/login", {"username": "li", "password": "a-long-password"}).ok()
    trade = {"refresh_token": begun["refresh_token"]}

    replies = at_once(*[lambda: Worker(given.send).post("/auth/refresh", trade) for _ in range(HANDS)])

    assert Counter(reply.code for reply in replies) == {None: 1, "token_reused": HANDS - 1}
    (won,) = [reply for reply in replies if reply.code is None]
    assert Worker(given.send).post("/auth/refresh", {"refresh_token": won["refresh_token"]}).status == 401


def test_one_id_for_different_moves_at_once_names_one_of_them(hall):
    hall.shelf("A-01", tea=START)
    hall.shelf("A-02")
    one = new_id()
    moves = [a_move(hall, quantity, "A-01", "A-02", id_=one) for quantity in range(1, HANDS + 1)]

    replies = at_once(*[lambda move=move: post(hall, move) for move in moves])

    assert Counter(reply.code for reply in replies) == {None: 1, "id_reused": HANDS - 1}
    assert len(hall.chen.ledger(kind="move")) == 1
    assert hall.differences() == []
