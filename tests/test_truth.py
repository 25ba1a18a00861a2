"""The truth machine: whatever the order of arrival, the book ends up saying what the shelf holds.

An oracle knows the physical shelf at every instant. Devices with skewed clocks move and count; their events arrive
late, twice, out of order, in any batches; some counters err; things vanish (and turn up) between counts. When
everything has arrived: every anchor is what the shelf held at that instant, what was lost before it is what vanished
before it, on hand is the shelf, and the ledger checks out (`truth.md` §3.4).
"""

import os
from collections import defaultdict
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from server.db import fetch
from tests.worker import new_id

PLACES = ("A-01", "A-02", "B-01")
ITEMS = ("TEA", "RICE")
SKEWS = {"li": 0.0, "wang": 3600.0, "zhao": -754.25, "sun": 42.0}  # seconds that each one's clock is ahead
WHY = {"reason": "theft", "cause": "human.theft", "stage": "storage"}
STEP = timedelta(minutes=1)
# What a phone keeps and sends again: the rest of its own scans, or somebody else's, are still on the way.
WAITS = {("count.submit", "entries_missing"), ("count.submit", "task_taken"), ("ship", "nothing_agreed")}
WAITS |= {("receive.submit", "entries_missing"), ("receive.submit", "nothing_received")}

places, items = st.sampled_from(PLACES), st.sampled_from(ITEMS)
people = st.sampled_from(sorted(SKEWS))
few = st.integers(1, 9)


def text_of(moment):
    """RFC 3339."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Phone:
    """A person's phone: a skewed clock, and an outbox in which events wait for the network."""

    def __init__(self, worker, skew):
        self.worker, self.skew, self.seq, self.outbox, self.sent = worker, timedelta(seconds=skew), 0, [], []
        worker.device = new_id()

    def keep(self, kind, moment, /, **data):
        """An event, stamped by this phone's own clock; gives its id."""
        self.seq += 1
        data = {name.rstrip("_"): value for name, value in data.items()}
        event = {"id": new_id(), "type": kind, "at": text_of(moment + self.skew), "seq": self.seq, "data": data}
        self.outbox.append(event)
        return event["id"]

    def deliver(self, events):
        """Send some; what was answered leaves the outbox, what has to wait stays."""
        batch = {"device_id": self.worker.device, "sent_at": text_of(datetime.now(UTC) + self.skew), "events": events}
        receipts = self.worker.post("/sync", batch).ok()["receipts"]
        assert [receipt["id"] for receipt in receipts] == [event["id"] for event in events]
        for event, receipt in zip(events, receipts, strict=True):
            late_claim = event["type"] == "count.claim" and receipt["code"] == "task_closed"
            waits = (event["type"], receipt["code"]) in WAITS
            assert receipt["result"] != "refused" or late_claim or waits, (event, receipt)
            if event in self.outbox and not waits:
                self.outbox.remove(event)
                self.sent.append(event)


class Shelf:
    """What is physically where, at every instant."""

    def __init__(self):
        self.changes = defaultdict(list)  # (place, item) → [(instant, signed quantity, unseen)]

    def change(self, place, item, moment, quantity, unseen=False):
        self.changes[place, item].append((moment, quantity, unseen))

    def holds(self, place, item, moment=None):
        return sum(q for at, q, _ in self.changes[place, item] if moment is None or at <= moment)

    def vanished(self, place, item, moment):
        """Net quantity that left unseen until an instant."""
        return -sum(q for at, q, unseen in self.changes[place, item] if unseen and at <= moment)


class Truth(RuleBasedStateMachine):
    """Work, theft, counting, decisions and a bad network, in any order."""

    given = None  # set by the tests below

    @initialize()
    def open_the_warehouse(self):
        made = self.given
        made.houses = getattr(made, "houses", 0) + 1
        self.house = f"T{made.houses}-{new_id()[-6:]}"
        for place in PLACES:
            made.place(place, self.house)
        for item in ITEMS:
            made.item(item, unit_cost="2.5")
        if not hasattr(made, "phones_of"):
            for name in SKEWS:
                made.person(name, "staff", warehouse="*")
            for name, role in (("chen", "supervisor"), ("zhou", "manager")):
                made.person(name, role, warehouse="*")
            made.phones_of = {name: made.sign_in(name) for name in (*SKEWS, "chen", "zhou")}
        self.phones = {name: Phone(made.phones_of[name], skew) for name, skew in SKEWS.items()}
        self.chen, self.zhou = made.phones_of["chen"], made.phones_of["zhou"]
        self.now = datetime.now(UTC) - timedelta(days=5)
        self.shelf, self.papers, self.taken, self.slips = Shelf(), [], set(), 0
        for place in PLACES:
            for item in ITEMS:
                self.receive(place, item, 20, False)
        for phone in self.phones.values():
            phone.keep("case.report", self.tick(), kind="other", warehouse=self.house)
            phone.deliver(list(phone.outbox))

    def tick(self):
        """Time passes."""
        self.now += STEP
        return self.now

    # What happens on the floor.

    @rule(place=places, item=items, quantity=few, late=st.booleans())
    def receive(self, place, item, quantity, late):
        """Goods arrive; the paper may come later."""
        self.paper(item, quantity, "SUPPLIER", place, "receipt", late)
        self.shelf.change(place, item, self.now, quantity)

    @rule(place=places, item=items, quantity=few, late=st.booleans())
    def ship(self, place, item, quantity, late):
        """Goods leave; the paper may come later."""
        if self.shelf.holds(place, item) >= quantity:
            self.paper(item, quantity, place, "CUSTOMER", "pick", late)
            self.shelf.change(place, item, self.now, -quantity)

    @rule(who=people, source=places, goal=places, item=items, quantity=few)
    def carry(self, who, source, goal, item, quantity):
        """Somebody carries goods from shelf to shelf and scans it."""
        if source != goal and self.shelf.holds(source, item) >= quantity:
            moment = self.tick()
            said = {"sku": item, "quantity": str(quantity), "from_": source, "to": goal, "warehouse": self.house}
            self.phones[who].keep("move", moment, **said)
            self.shelf.change(source, item, moment, -quantity)
            self.shelf.change(goal, item, moment, quantity)

    @rule(place=places, item=items, quantity=st.integers(-4, 6).filter(bool))
    def vanish(self, place, item, quantity):
        """Something vanishes, or turns up, and nobody sees it."""
        if self.shelf.holds(place, item) >= quantity:
            self.shelf.change(place, item, self.tick(), -quantity, unseen=True)

    # Counting.

    @rule(place=places, form=st.sampled_from(["list", "full"]))
    def ask_for_a_count(self, place, form):
        """A supervisor wants to know."""
        self.chen.warehouse = self.house
        self.chen.start_count(form, locations=[place]).ok()

    @rule(who=people, errs=st.booleans())
    def count(self, who, errs):
        """Somebody takes a task and says what they see; one in a while miscounts."""
        tasks = self.phones[who].worker.get("/tasks", mine="true", warehouse=self.house).ok().items
        tasks = [task for task in tasks if task["kind"] == "count" and task["id"] not in self.taken]
        if tasks:
            self.do(who, tasks[0], errs)

    def do(self, who, task, errs=False):
        """Claim, look at each item of each place, submit. All of it waits in the outbox."""
        phone = self.phones[who]
        self.taken.add(task["id"])
        phone.keep("count.claim", self.tick(), task=task["id"])
        lines = [(line["location"], line["sku"]) for line in task["lines"]]
        for place, item in lines or [(place, item) for place in task["locations"] for item in ITEMS]:
            moment = self.tick()
            found = self.shelf.holds(place, item)
            if errs:
                self.slips += 1
                found += 1000 * self.slips  # no two slips agree with each other or with a theft
            said = {"location": place, "sku": item, "quantity": str(found), "method": "keypad"}
            phone.keep("count.entry", moment, task=task["id"], **said)
        phone.keep("count.submit", self.tick(), task=task["id"])

    # The network.

    @rule(who=people, random=st.randoms(use_true_random=False), twice=st.booleans())
    def network(self, who, random, twice):
        """Some of the waiting events get through, in any order, some of the old ones again."""
        phone = self.phones[who]
        events = random.sample(phone.outbox, random.randint(0, len(phone.outbox)))
        if twice and phone.sent:
            events += random.sample(phone.sent, min(3, len(phone.sent)))
            random.shuffle(events)
        if events:
            phone.deliver(events)

    @rule(random=st.randoms(use_true_random=False))
    def paperwork(self, random):
        """Some of the late papers are booked, in any order."""
        chosen = random.sample(self.papers, random.randint(0, len(self.papers)))
        self.book(chosen)

    def paper(self, item, quantity, source, target, kind, late):
        """A document of the office: booked now, or on the pile."""
        move = {"id": new_id(), "warehouse": self.house, "sku": item, "quantity": str(quantity), "from": source}
        move |= {"to": target, "kind": kind, "effective_at": text_of(self.tick())}
        self.papers.append(move)
        if not late:
            self.book([move])

    def book(self, moves):
        """Post papers; once more for good measure."""
        if moves:
            self.given.admin.post_moves(*moves).ok()
            self.given.admin.post_moves(moves[0]).ok()
            self.papers = [move for move in self.papers if move not in moves]

    # Deciding.

    @precondition(lambda self: hasattr(self, "zhou"))
    @rule(again=st.booleans())
    def decide(self, again):
        """The manager settles what waits: what two agree on is approved, what nobody agrees on goes round again."""
        for line in self.zhou.get("/variances", warehouse=self.house, limit=100).ok().items:
            if line["state"] == "pending":
                self.say(line, "approve", WHY)
            elif line["state"] == "held":
                self.say(line, "recount" if again and self.free(line) else "reject", {})

    def say(self, line, act, why):
        """A decision; a line may have settled itself meanwhile, since another one about the same shelf was approved."""
        reply = self.zhou.post(f"/variances/{line['id']}/{act}", {"id": new_id(), **why})
        assert reply.status == 200 or reply.code == "not_waiting", reply

    def free(self, line):
        """Counters who have not had a hand in a line."""
        rounds = self.zhou.get(f"/variances/{line['id']}").ok()["rounds"]
        used = {name.lower() for one in rounds for name in one["by"]}
        return set(SKEWS) - used

    # The end.

    def teardown(self):
        """Everything arrives; then one last look at every shelf."""
        if not hasattr(self, "phones"):
            return
        self.settle_everything()
        self.check_anchors()
        self.last_look()

    def settle_everything(self):
        """All papers, all outboxes, all open tasks, all decisions."""
        self.book(list(self.papers))
        for _ in range(12):
            for phone in self.phones.values():
                for _ in range(3):
                    if phone.outbox:
                        phone.deliver(list(phone.outbox))
            self.decide(False)
            if not self.count_what_is_open() and not any(phone.outbox for phone in self.phones.values()):
                break
        assert {who: phone.outbox for who, phone in self.phones.items() if phone.outbox} == {}

    def count_what_is_open(self):
        """Does every open task that somebody may take; gives how many."""
        done = 0
        for who, phone in self.phones.items():
            for task in phone.worker.get("/tasks", mine="true", warehouse=self.house).ok().items:
                if task["kind"] == "count" and task["id"] not in self.taken:
                    self.do(who, task)
                    done += 1
        return done

    def check_anchors(self):
        """Each anchor is what the shelf held then; losses booked until it are what vanished until it."""
        (house,) = self.sql("SELECT id FROM warehouses WHERE code = :c", c=self.house)
        anchors = self.sql(
            "SELECT l.code AS place, i.sku, a.at, a.qty FROM anchors a"
            " JOIN locations l ON l.warehouse_id = a.warehouse_id AND l.id = a.location_id"
            " JOIN items i ON i.id = a.item_id WHERE a.warehouse_id = :w AND a.retired_at IS NULL ORDER BY a.at",
            w=house.id,
        )
        last = {}
        for row in anchors:
            moment = datetime.fromtimestamp(row.at / 1e6, UTC) + timedelta(seconds=5)  # the network's delay
            assert row.qty == 1000 * self.shelf.holds(row.place, row.sku, moment), row
            last[row.place, row.sku] = (row, moment)
        stock = self.on_hand()
        for (place, sku), (row, moment) in last.items():
            later = sum(q for at, q, unseen in self.shelf.changes[place, sku] if at > moment and not unseen)
            assert stock.get((place, sku), 0) == row.qty + 1000 * later
            assert self.lost(house.id, place, sku, row.at) == 1000 * self.shelf.vanished(place, sku, moment)
        self.check_ledger()

    def last_look(self):
        """Everything is counted once more by two people; the book is the shelf, the loss is what vanished."""
        self.chen.warehouse = self.house
        self.chen.start_count("full", locations=list(PLACES)).ok()
        self.settle_everything()
        stock = self.on_hand()
        for place in PLACES:
            for item in ITEMS:
                assert stock.get((place, item), 0) == 1000 * self.shelf.holds(place, item), (place, item)
        losses = self.on_hand(location="LOSS")
        for item in ITEMS:
            gone = sum(self.shelf.vanished(place, item, self.now) for place in PLACES)
            assert losses.get(("LOSS", item), 0) == 1000 * gone
        self.check_ledger()

    def on_hand(self, **query):
        """{(place, sku): thousandths}."""
        rows = self.given.admin.get("/stock", warehouse=self.house, limit=500, **query).ok().items
        return {(row["location"], row["sku"]): round(float(row["qty"]) * 1000) for row in rows}

    def lost(self, house, place, sku, until):
        """Thousandths that went from a position to LOSS, net, until an instant."""
        (row,) = self.sql(
            "SELECT COALESCE(SUM(CASE WHEN t.role = 'LOSS' THEN m.qty ELSE -m.qty END), 0) AS qty FROM moves m"
            " JOIN locations f ON f.warehouse_id = m.warehouse_id AND f.id = m.from_id"
            " JOIN locations t ON t.warehouse_id = m.warehouse_id AND t.id = m.to_id JOIN items i ON i.id = m.item_id"
            " WHERE m.warehouse_id = :w AND i.sku = :sku AND m.effective_at <= :until"
            " AND ((f.code = :place AND t.role = 'LOSS') OR (t.code = :place AND f.role = 'LOSS'))",
            w=house,
            sku=sku,
            place=place,
            until=until,
        )
        return int(row.qty)

    def check_ledger(self):
        """Balances are the sums of their moves, and every anchor holds."""
        assert self.given.admin.get("/ledger/check", warehouse=self.house).ok().items == []

    def sql(self, statement, **params):
        """Read what no route shows."""
        with self.app.app_context():
            return fetch(statement, **params)


SIZES = {"sqlite": (30, 50), "postgresql": (6, 40)}  # (histories, steps in each): thousands, and hundreds


def test_the_book_ends_up_true_whatever_the_order_of_arrival(app, given, database_kind):
    histories, steps = SIZES[database_kind]
    histories *= int(os.environ.get("TRUTH", "1"))  # TRUTH=25 for a long night
    machine = type("Truth", (Truth,), {"given": given, "app": app})
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=histories, stateful_step_count=steps, deadline=None, suppress_health_check=checks
        ),
    )
