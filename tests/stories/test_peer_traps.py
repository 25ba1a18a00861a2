"""Traps that other counting software fell into, found by reading its code and issues: one test each.

15 is half a phone's matter. That clearing a phone destroys no evidence is shown here: the server has it all. That the
phone clears only what was acknowledged is shown in `pwa/tests/outbox.test.ts`.
"""

import time

from tests.house import WHY, again, at, new_id


def test_01_variance_is_against_the_book_when_it_was_counted(hall):
    """OpenBoxes: count 10, receive 10, submit: the book is 20 and the adjustment −10."""
    hall.shelf("A-01", tea=10)
    (task,) = hall.start(locations=["A-01"])
    hall.li.claim(task)
    hall.li.count(task, "A-01", "TEA", 10, at_=at(minutes=-5))
    hall.post("TEA", 10, "SUPPLIER", "A-01", "receipt", at_=at(minutes=-2))
    hall.li.submit(task)

    assert (hall.state(), hall.line()["variance_qty"], hall.qty("A-01")) == ("matched", "0.000", "20.000")


def test_02_no_flag_of_a_request_turns_a_recount_off(hall):
    """OpenBoxes: requireRecountOnDiscrepancy comes from the client."""
    hall.shelf("A-01", tea=10)
    flags = {"requireRecountOnDiscrepancy": False, "recount": False, "refreshQuantityOnHand": False}
    said = {"id": new_id(), "warehouse": hall.code, "form": "list", "scope": {"locations": ["A-01"]}}
    assert hall.chen.post("/counts", said | flags).status == 422
    (task,) = hall.start(locations=["A-01"])
    hall.li.count(task, "A-01", "TEA", 3, **flags)
    hall.li.submit(task, **flags)

    assert (hall.state(), hall.qty("A-01")) == ("recount", "10.000")


def test_03_a_blind_task_holds_no_expectation(hall):
    """OpenBoxes: blind rows hold quantityOnHand, and rows whose book is nil are prefilled with 0."""
    hall.shelf("A-01", tea=7919, rice=3)
    hall.given.item("NIL")
    (task,) = hall.start(locations=["A-01"], skus=["TEA", "RICE", "NIL"])

    lines = hall.li.get(f"/tasks/{task}")["lines"]
    assert [line["sku"] for line in lines] == ["NIL", "RICE", "TEA"], "by sku, never by quantity"
    assert {frozenset(line) for line in lines} == {frozenset(lines[0])}
    assert not {"qty", "quantity", "book_qty", "expected"} & lines[0].keys() and "7919" not in str(lines)


def test_04_what_is_being_picked_can_be_counted(hall):
    """OpenBoxes: any allocation blocks the count, so fast movers are never counted."""
    hall.shelf("A-01", at_=at(hours=-2), tea=40)
    (task,) = hall.start(locations=["A-01"])
    hall.post("TEA", 5, "A-01", "CUSTOMER", "pick", at_=at(minutes=-9))
    hall.li.claim(task)
    hall.li.count(task, "A-01", "TEA", 35, at_=at(minutes=-6))
    hall.post("TEA", 5, "A-01", "CUSTOMER", "pick", at_=at(minutes=-3))
    hall.li.submit(task)

    assert (hall.state(), hall.qty("A-01")) == ("matched", "30.000")
    moves = hall.chen.get(f"/variances/{hall.line()['id']}")["moves"]
    assert [(move["kind"], move["quantity"]) for move in moves][:2] == [("pick", "-5.000"), ("pick", "-5.000")]


def test_05_there_are_as_many_rounds_as_policy_allows(hall):
    """OpenBoxes: the count index is forced to 0 or 1."""
    hall.policy(rounds_max=4)
    hall.shelf("A-01", tea=40)
    (task,) = hall.start(locations=["A-01"])
    for n, worker in enumerate((hall.li, hall.wang, hall.zhao, hall.sun)):
        worker.count_all(task if n == 0 else hall.task(worker), {("A-01", "TEA"): 30 + n})

    assert (hall.state(), hall.line()["round"]) == ("held", 4)


def test_06_how_much_may_differ_is_said_per_warehouse_and_class(crew):
    """OpenBoxes: 90/180/365 days in SQL for every site."""
    lax, strict = crew.floor(), crew.floor()
    crew.given.item("BOLT", abc="C")
    lax.policy(tolerances={"classes": {"C": {"plus": {"percent": "10"}, "minus": {"percent": "10"}}}})
    strict.policy(tolerances={"classes": {"C": {"plus": {"percent": "0"}, "minus": {"percent": "0"}}}})
    for hall in (lax, strict):
        hall.shelf("A-01", bolt=100)
        (task,) = hall.start(locations=["A-01"])
        hall.li.count_all(task, {("A-01", "BOLT"): 95})

    assert (lax.state("BOLT"), strict.state("BOLT")) == ("matched", "recount")


def test_07_what_is_found_where_the_book_has_none_trips_every_limit(hall):
    """OCA: the discrepancy is 0 % when the book is 0."""
    hall.policy(tolerances={"default": {"plus": {"percent": "90"}, "minus": {"percent": "90"}}})
    hall.shelf("A-01", rice=1)
    hall.given.item("TEA")
    (task,) = hall.start("full", locations=["A-01"])
    hall.li.count_all(task, {("A-01", "TEA"): 5, ("A-01", "RICE"): 1})

    assert (hall.state("TEA"), hall.line("TEA")["unexpected"], hall.state("RICE")) == ("recount", True, "matched")


def test_08_lines_over_a_threshold_are_found_by_the_database(hall):
    """OCA: "over threshold" loads every quant in Python."""
    hall.given.item("GOLD", unit_cost="100")
    hall.given.item("SALT", unit_cost="0.1")
    hall.shelf("A-01", gold=50, salt=50)
    (task,) = hall.start(locations=["A-01"])
    hall.li.count_all(task, {("A-01", "GOLD"): 40, ("A-01", "SALT"): 40})

    started = time.process_time()
    assert [line["sku"] for line in hall.chen.variances(over="500")] == ["GOLD"]
    assert time.process_time() - started < 0.5
    assert [line["sku"] for line in hall.chen.variances(over="0.5")] == ["GOLD", "SALT"], "the most valuable first"


def test_09_an_adjustment_names_its_count_and_nobody_elses_pick(hall):
    """OCA: the latest move of the product is linked to the count; it may be somebody's pick."""
    hall.shelf("A-01", tea=40)
    line = hall.pending()
    pick = hall.post("TEA", 1, "A-01", "CUSTOMER", "pick")
    hall.ma.approve(line, **WHY).ok()

    moves = {move["id"]: move for move in hall.zhou.ledger(location="A-01")}
    (adjustment,) = (move for move in moves.values() if move["kind"] == "adjustment")
    assert (adjustment["line"], adjustment["document"]) == (line["id"], f"count {line['count']}")
    assert moves[pick]["line"] is None and moves[pick]["document"] is None


def test_10_an_empty_shelf_opens_a_question_and_posts_nothing(hall):
    """OCA shopfloor: the picker's "empty" writes zero on every quant of the bin."""
    hall.shelf("A-01", tea=7, rice=2)
    (task,) = hall.start("zero", locations=["A-01"])
    hall.li.claim(task)
    hall.li.empty(task, "A-01")
    hall.li.submit(task)

    assert (hall.state("TEA"), hall.state("RICE")) == ("recount", "recount")
    assert (hall.qty("A-01"), hall.zhou.ledger(kind="adjustment")) == ("7.000", [])


def test_11_lines_that_match_are_kept(hall):
    """ERPNext: correct counts vanish, so accuracy can never be computed."""
    hall.shelf("A-01", tea=40)
    (task,) = hall.start(locations=["A-01"])
    hall.li.count_all(task, {("A-01", "TEA"): 40})

    line = hall.line()
    assert (line["state"], line["variance_qty"], line["counted_qty"]) == ("matched", "0.000", "40.000")
    (round_,) = hall.chen.get(f"/variances/{line['id']}")["rounds"]
    assert (round_["by"], len(round_["entries"])) == (["Li"], 1)


def test_12_a_lease_is_never_longer_than_it_says(hall, later):
    """HotWax: each heartbeat adds a lease to the old end; a lost phone holds the lock for hours."""
    hall.policy(lease_minutes=30)
    hall.shelf("A-01", tea=40)
    (task,) = hall.start(locations=["A-01"])
    for _ in range(20):
        hall.li.claim(task)
    assert hall.wang.claim(task)["code"] == "task_taken"

    later(minutes=31)

    assert again(hall.wang).claim(task)["result"] == "accepted"


def test_13_the_phone_never_says_what_the_book_holds(hall):
    """HotWax: the phone asks for the book at sync and sends it back as the count's."""
    hall.shelf("A-01", tea=40)
    (task,) = hall.start(locations=["A-01"])
    hall.li.claim(task)
    hall.li.count(task, "A-01", "TEA", 38, book_qty="38", systemQOH="38", variance="0", as_of=at())
    hall.li.submit(task, book_qty="38")

    assert (hall.state(), hall.line()["book_qty"], hall.line()["variance_qty"]) == ("recount", "40.000", "-2.000")


def test_14_a_reviewer_says_yes_no_or_again_and_never_another_number(hall):
    """HotWax: the reviewer edits the counter's quantity or deletes the row."""
    hall.shelf("A-01", tea=40)
    line = hall.pending()
    for words in ({"counted_qty": "40"}, {"quantity": "40"}, {"variance_qty": "0"}):
        assert hall.ma.approve(line, **words).status == 422
    for method in ("PATCH", "PUT", "DELETE"):
        assert hall.ma.ask(method, f"/variances/{line['id']}", {}).status == 405
    entry = hall.ma.get(f"/variances/{line['id']}")["rounds"][0]["entries"][0]["id"]
    assert hall.ma.tell("count.void", entry=entry)["result"] == "refused"

    assert hall.line() == line


def test_15_clearing_a_phone_destroys_no_evidence(hall):
    """HotWax: clearing the scan table on the phone destroys the evidence."""
    hall.shelf("A-01", tea=40)
    (task,) = hall.start(locations=["A-01"])
    hall.li.claim(task)
    hall.li.count(task, "A-01", "TEA", 30, raw="]E0TEA")
    hall.li.count(task, "A-01", "TEA", 10)
    new_phone = again(hall.li)
    kept = new_phone.get(f"/tasks/{task}")["my_entries"]
    new_phone.submit(task)

    assert [entry["quantity"] for entry in kept] == ["30.000", "10.000"]
    assert (hall.state(), hall.line()["counted_qty"]) == ("matched", "40.000")


def test_16_a_scan_happened_when_the_phone_says_not_when_it_arrived(hall):
    """Shelf: the server stamps scans on arrival; the queue may be hours late."""
    hall.shelf("A-01", at_=at(hours=-9), tea=40)
    (task,) = hall.start(locations=["A-01"])
    hall.li.claim(task)
    said = at(hours=-3)
    hall.li.count(task, "A-01", "TEA", 40, at_=said)
    hall.post("TEA", 15, "A-01", "CUSTOMER", "pick", at_=at(hours=-2))
    hall.li.submit(task)

    line = hall.line()
    assert (line["state"], line["as_of"][:19]) == ("matched", said[:19])
    (entry,) = hall.chen.get(f"/variances/{line['id']}")["rounds"][0]["entries"]
    assert entry["device_at"][:19] == said[:19] and entry["posted_at"] > entry["at"]


def test_17_pressing_twice_posts_once(hall):
    """ModernWMS: pressing confirm twice posts the difference twice."""
    hall.shelf("A-01", tea=40)
    line = hall.pending()
    decision = new_id()

    assert hall.ma.approve(line, id_=decision, **WHY).status == 200
    assert hall.ma.approve(line, id_=decision, **WHY).status == 200
    assert hall.ma.approve(line, **WHY).code == "already_decided"
    assert hall.zhou.approve(line, **WHY).code == "already_decided"
    assert (len(hall.zhou.ledger(kind="adjustment")), hall.qty("A-01")) == (1, "38.000")


def test_18_a_second_scan_adds_to_the_difference_too_and_counts_outlive_midnight(hall, later):
    """GreaterWMS: a re-scan adds to the count, not to the difference; only yesterday and today are seen."""
    hall.shelf("A-01", tea=40)
    (task,) = hall.start(locations=["A-01"])
    hall.li.claim(task)
    hall.li.count(task, "A-01", "TEA", 20, goods_qty="20")
    hall.li.count(task, "A-01", "TEA", 18, goods_qty="20")
    hall.li.submit(task)
    assert (hall.line()["counted_qty"], hall.line()["variance_qty"]) == ("38.000", "-2.000")

    later(days=5)

    assert [count["state"] for count in hall.chen.get("/counts", warehouse=hall.code).items] == ["counting"]
    assert [row["locations"] for row in hall.wang.tasks()] == [["A-01"]]


def test_19_ten_is_ten_however_it_is_written(hall):
    """JeeWMS: quantities are compared as text, so "10" and "10.0" differ."""
    hall.shelf("A-01", tea="10", rice="0.300")
    (task,) = hall.start(locations=["A-01"])
    hall.li.claim(task)
    hall.li.count(task, "A-01", "TEA", "10.0")
    for _ in range(3):
        hall.li.count(task, "A-01", "RICE", 0.1)
    hall.li.submit(task)

    assert (hall.state("TEA"), hall.state("RICE"), hall.line("RICE")["counted_qty"]) == ("matched", "matched", "0.300")


def test_20_one_item_that_moved_spoils_no_other_line(hall):
    """wms-ruoyi: a single moved item throws the whole sheet away."""
    hall.shelf("A-01", at_=at(hours=-2), tea=40, rice=12)
    (task,) = hall.start(locations=["A-01"])
    hall.li.claim(task)
    hall.li.count(task, "A-01", "TEA", 20, at_=at(minutes=-10))
    hall.post("TEA", 5, "SUPPLIER", "A-01", "receipt", at_=at(minutes=-8))
    hall.li.count(task, "A-01", "TEA", 25, at_=at(minutes=-6))
    hall.li.count(task, "A-01", "RICE", 12, at_=at(minutes=-5))
    hall.li.submit(task)

    assert (hall.state("TEA"), hall.state("RICE")) == ("recount", "matched")


def test_21_who_counted_is_a_person_and_one_refusal_refuses_one_entry(hall):
    """open-mSupply: one moved lot refuses the whole sheet; counted_by is free text."""
    hall.shelf("A-01", lot="L1", milk=10)
    hall.shelf("A-01", tea=40)
    (task,) = hall.start("full", locations=["A-01"])
    hall.li.claim(task)

    def entry(**words):
        said = {"task": task, "location": "A-01", "quantity": "10", "method": "keypad", "counted_by": "Somebody"}
        return hall.li.event("count.entry", **(said | words))

    receipts = hall.li.sync(entry(sku="MILK"), entry(sku="MILK", lot="L1"), entry(sku="TEA", quantity="40"))
    hall.li.submit(task)

    assert [receipt["code"] for receipt in receipts] == ["lot_required", None, None]
    assert (hall.state("MILK"), hall.state("TEA")) == ("matched", "matched")
    assert hall.chen.get(f"/variances/{hall.line('MILK')['id']}")["rounds"][0]["by"] == ["Li"]


def test_22_a_lot_is_one_within_its_item_and_a_serial_once_in_its_round(hall):
    """Odoo: a scanned lot lands on the wrong product; Snipe-IT: one asset audited four times is four successes."""
    hall.given.item("PUMP", serial_tracked=True)
    for sku, quantity in (("MILK", 10), ("CREAM", 4)):
        hall.given.lot(sku, "L1")
        hall.shelf("A-01", lot="L1", **{sku.lower(): quantity})
    hall.shelf("A-01", pump=1)
    (task,) = hall.start("full", locations=["A-01"])
    hall.li.claim(task)
    hall.li.count(task, "A-01", "MILK", 10, lot="L1")
    hall.li.count(task, "A-01", "CREAM", 4, lot="L1")
    audits = [hall.li.count(task, "A-01", "PUMP", 1, serial="S1")["code"] for _ in range(4)]
    hall.li.submit(task)

    assert audits == [None, "already_counted", "already_counted", "already_counted"]
    lines = {line["sku"]: (line["lot"], line["counted_qty"], line["state"]) for line in hall.chen.variances()}
    assert lines == {
        "MILK": ("L1", "10.000", "matched"),
        "CREAM": ("L1", "4.000", "matched"),
        "PUMP": ("", "1.000", "matched"),
    }
