"""The truth machine at its other work: receipts, picks, checks, shipments, transfers, losses and production join the
random events, late, twice and in any order, with the same oracle (`truth.md` §3.4, §7).

Pickers and receivers err, checkers do not. Whoever loads the truck takes what two agreed on by then, and nothing else.
A pallet of each item goes from bay to bay with all that is on it, while it is loaded and picked from; what had happened
before it went may arrive long after it.
"""

import os
from collections import defaultdict

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from tests.test_truth import ITEMS, WHY, Truth, few, items, people, places
from tests.worker import new_id

BAYS = tuple(f"BAY-{n}" for n in range(1, 8))


class FloorTruth(Truth):
    """Documents and goods, beside all that the truth machine does."""

    @initialize()
    def open_the_warehouse(self):
        """Beside the shelves a dock, a staging area, and a second warehouse; everything that comes is checked."""
        super().open_the_warehouse()
        self.far = f"{self.house}-far"
        self.given.warehouse(self.far)
        for code, kind in (("DOCK", "dock"), ("STAGE", "staging")):
            self.given.place(code, self.house, kind=kind)
            self.given.place(code, self.far, kind=kind)
        self.given.policy(self.house, handling={"receive_check_share": "1", "low_quantity": "2"})
        self.given.policy(self.far, handling={"receive_check_over": None})
        self.arrived, self.picked, self.gone = {}, {}, defaultdict(int)
        self.checked, self.erred, self.unasked = defaultdict(set), set(), set()
        self.returned, self.lost_on_the_way = {}, defaultdict(int)
        for bay in BAYS:
            self.given.place(bay, self.house)
        self.stands = dict.fromkeys(ITEMS, 0)  # the pallet of each item: in which bay

    def open_document(self, kind, lines, **words):
        """The office opens a document; gives its id."""
        self.chen.warehouse = self.house
        return self.chen.open_document(kind, lines, **words).ok()["id"]

    def tell(self, who, kind, document=None, **words):
        """Somebody's phone keeps a word about goods; gives the instant."""
        moment = self.tick()
        named = {} if document is None else {"document": document}
        self.phones[who].keep(kind, moment, warehouse=words.pop("warehouse", self.house), **named, **words)
        return moment

    # What comes in.

    @rule(who=people, item=items, quantity=few, errs=st.booleans())
    def goods_arrive(self, who, item, quantity, errs):
        """A lorry comes, and somebody says what is on it; now and then wrongly."""
        document = self.open_document("receipt", {item: 9})
        said = quantity + (1 if errs else 0)
        moment = self.tell(who, "receive.line", document, sku=item, quantity=str(said), location="DOCK")
        self.shelf.change("DOCK", item, moment, quantity)
        self.arrived[document] = (who, item, quantity)

    @precondition(lambda self: getattr(self, "arrived", None))
    @rule(who=people, draw=st.data())
    def check_what_came(self, who, draw):
        """Somebody else counts it, and does not err."""
        document = draw.draw(st.sampled_from(sorted(self.arrived)))
        first, item, quantity = self.arrived[document]
        if first != who and document not in self.checked[who]:
            self.checked[who].add(document)
            self.tell(who, "receive.check", document, sku=item, quantity=str(quantity))

    @precondition(lambda self: getattr(self, "arrived", None))
    @rule(who=people, place=places, quantity=few, draw=st.data())
    def put_away(self, who, place, quantity, draw):
        """From the dock to a shelf."""
        document = draw.draw(st.sampled_from(sorted(self.arrived)))
        _, item, _ = self.arrived[document]
        if self.shelf.holds("DOCK", item) >= quantity:
            moment = self.tell(who, "putaway", document, sku=item, quantity=str(quantity), from_="DOCK", to=place)
            self.shelf.change("DOCK", item, moment, -quantity)
            self.shelf.change(place, item, moment, quantity)

    @rule(who=people, item=items, quantity=few)
    def goods_arrive_unasked(self, who, item, quantity):
        """Nobody announced it: it gathers in a delivery of whoever takes it in."""
        moment = self.tell(who, "receive.line", sku=item, quantity=str(quantity), location="DOCK")
        self.shelf.change("DOCK", item, moment, quantity)
        self.unasked.add(who)

    @precondition(lambda self: getattr(self, "unasked", None))
    @rule(draw=st.data())
    def hand_in(self, draw):
        """What came without a document is all there; what comes next is another delivery."""
        who = draw.draw(st.sampled_from(sorted(self.unasked)))
        self.unasked.remove(who)
        self.tell(who, "receive.submit")

    @rule(who=people, place=places, item=items, quantity=few)
    def a_customer_sends_back(self, who, place, item, quantity):
        """It is on the shelf at once, and nobody else has looked at it."""
        moment = self.tick()
        said = {"sku": item, "quantity": str(quantity), "location": place, "reason": "return"}
        event = self.phones[who].keep("adjust.return", moment, warehouse=self.house, **said)
        self.shelf.change(place, item, moment, quantity)
        self.returned[event] = (who, place, item, quantity)

    @precondition(lambda self: getattr(self, "returned", None))
    @rule(who=people, broken=st.integers(0, 2), draw=st.data())
    def inspect_what_came_back(self, who, broken, draw):
        """Somebody else looks at all of it, as soon as the server told them; what is broken goes at once."""
        event = draw.draw(st.sampled_from(sorted(self.returned)))
        first, place, item, quantity = self.returned[event]
        if first == who or event not in {one["id"] for one in self.phones[first].sent}:
            return
        broken = min(broken, quantity, max(self.shelf.holds(place, item), 0))
        for condition, count in (("good", quantity - broken), ("damaged", broken)):
            if count:
                said = {"sku": item, "quantity": str(count), "condition": condition}
                moment = self.tell(who, "receive.check", event, **said)
                if condition == "damaged":
                    self.shelf.change(place, item, moment, -count)
        del self.returned[event]

    # What goes out.

    @rule(who=people, place=places, item=items, quantity=few, errs=st.booleans())
    def pick(self, who, place, item, quantity, errs):
        """From a shelf to the staging area; now and then somebody miscounts."""
        if self.shelf.holds(place, item) >= quantity:
            order = self.open_document("pick", {item: 9})
            said = quantity + (1 if errs else 0)
            moment = self.tell(who, "pick.line", order, sku=item, quantity=str(said), location=place)
            self.shelf.change(place, item, moment, -quantity)
            self.shelf.change("STAGE", item, moment, quantity)
            self.picked[order] = (who, item, quantity)
            if errs:
                self.erred.add(order)

    @rule(who=people, place=places, item=items)
    def find_too_little(self, who, place, item):
        """There is not enough on the shelf, so somebody else will be sent to look."""
        order = self.open_document("pick", {item: 9})
        found = self.shelf.holds(place, item)
        self.tell(who, "pick.short", order, sku=item, found=str(found), location=place)

    @precondition(lambda self: getattr(self, "picked", None))
    @rule(who=people, draw=st.data())
    def check_what_was_picked(self, who, draw):
        """Somebody else looks, and does not err."""
        order = draw.draw(st.sampled_from(sorted(self.picked)))
        first, item, quantity = self.picked[order]
        if first != who and order not in self.checked[who]:
            self.checked[who].add(order)
            self.checked["anybody"].add(order)
            self.tell(who, "pick.check", order, sku=item, quantity=str(quantity))

    @precondition(lambda self: getattr(self, "picked", None))
    @rule(who=people, draw=st.data())
    def load_the_truck(self, who, draw):
        """What two agree on leaves."""
        order = draw.draw(st.sampled_from(sorted(self.picked)))
        _, item, quantity = self.picked[order]
        agreed = order not in self.erred or len([one for one in self.phones if order in self.checked[one]]) > 1
        if order in self.checked["anybody"] and agreed and not self.gone[order]:
            moment = self.tell(who, "ship", order)
            self.gone[order] = quantity
            self.shelf.change("STAGE", item, moment, -quantity)

    # What goes along with its pallet.

    @rule(who=people, place=places, item=items, quantity=few)
    def load_a_pallet(self, who, place, item, quantity):
        """From a shelf onto the pallet, wherever it stands."""
        if self.shelf.holds(place, item) >= quantity:
            self.put_across(who, item, quantity, place, self.bay(item), container=f"PAL-{item}")

    @rule(who=people, item=items, quantity=few)
    def receive_onto_a_pallet(self, who, item, quantity):
        """A lorry stands before the bay."""
        document, bay = self.open_document("receipt", {item: 9}), self.bay(item)
        said = {"sku": item, "quantity": str(quantity), "location": bay, "container": f"PAL-{item}"}
        moment = self.tell(who, "receive.line", document, **said)
        self.shelf.change(bay, item, moment, quantity)
        self.arrived[document] = (who, item, quantity)

    @rule(who=people, place=places, item=items, quantity=few, told=st.booleans())
    def take_from_a_pallet(self, who, place, item, quantity, told):
        """Back to a shelf; whoever takes it may say from which pallet."""
        if self.shelf.holds(self.bay(item), item) >= quantity:
            named = {"out_of": f"PAL-{item}"} if told else {}
            self.put_across(who, item, quantity, self.bay(item), place, **named)

    @rule(who=people, item=items, quantity=few, told=st.booleans())
    def pick_from_a_pallet(self, who, item, quantity, told):
        """To the staging area; whoever picks may say from which pallet."""
        bay = self.bay(item)
        if self.shelf.holds(bay, item) >= quantity:
            order, named = self.open_document("pick", {item: 9}), {"out_of": f"PAL-{item}"} if told else {}
            moment = self.tell(who, "pick.line", order, sku=item, quantity=str(quantity), location=bay, **named)
            self.shelf.change(bay, item, moment, -quantity)
            self.shelf.change("STAGE", item, moment, quantity)
            self.picked[order] = (who, item, quantity)

    @rule(who=people, item=items, further=st.integers(1, 2))
    def drive_a_pallet(self, who, item, further):
        """With all that is on it, to a bay further on."""
        here = self.bay(item)
        if self.stands[item] + further < len(BAYS):
            self.stands[item] += further
            moment = self.tell(who, "container.move", container=f"PAL-{item}", to=self.bay(item))
            aboard = self.shelf.holds(here, item)
            self.shelf.change(here, item, moment, -aboard)
            self.shelf.change(self.bay(item), item, moment, aboard)

    @rule(item=items)
    def count_a_bay(self, item):
        """A supervisor wants to know what is on the pallet."""
        self.ask_for_a_count(self.bay(item), "full")

    def bay(self, item):
        """Where the pallet of an item stands."""
        return BAYS[self.stands[item]]

    def put_across(self, who, item, quantity, source, goal, **named):
        """From one place to another, onto a pallet or off it."""
        said = {"sku": item, "quantity": str(quantity), "from_": source, "to": goal}
        moment = self.tell(who, "move", **said, **named)
        self.shelf.change(source, item, moment, -quantity)
        self.shelf.change(goal, item, moment, quantity)

    @rule(who=people, place=places, item=items, quantity=few)
    def scrap(self, who, place, item, quantity):
        """Something is broken, and somebody says so."""
        if self.shelf.holds(place, item) >= quantity:
            said = {"sku": item, "quantity": str(quantity), "location": place, "reason": "damage"}
            moment = self.tell(who, "adjust.scrap", **said)
            self.shelf.change(place, item, moment, -quantity)

    @rule(who=people, other=people, place=places, item=items, quantity=few, missing=st.integers(0, 2))
    def send_far_away(self, who, other, place, item, quantity, missing):
        """Another warehouse gets it, or most of it, and takes it in."""
        if self.shelf.holds(place, item) >= quantity:
            transfer = self.open_document("transfer", {item: quantity}, to_warehouse=self.far)
            self.zhou.post(f"/documents/{transfer}/approve", {"id": new_id()}).ok()
            lines = [{"sku": item, "quantity": str(quantity)}]
            moment = self.tell(who, "transfer.ship", transfer, lines=[lines[0] | {"location": place}])
            self.shelf.change(place, item, moment, -quantity)
            missing = min(missing, quantity - 1)
            lines = [{"sku": item, "quantity": str(quantity - missing)}]
            self.tell(other, "transfer.receive", transfer, lines=lines, warehouse=self.far)
            self.lost_on_the_way[item] += missing

    @rule(who=people, source=places, goal=places, quantity=few)
    def produce(self, who, source, goal, quantity):
        """Rice becomes tea: as good an order as any."""
        if self.shelf.holds(source, "RICE") >= quantity:
            order = self.open_document(
                "production",
                [{"sku": "RICE", "quantity": "9", "role": "input"}, {"sku": "TEA", "quantity": "9", "role": "output"}],
            )
            said = {"order": order, "quantity": str(quantity)}
            moment = self.tell(who, "produce.consume", sku="RICE", location=source, **said)
            self.shelf.change(source, "RICE", moment, -quantity)
            moment = self.tell(who, "produce.output", sku="TEA", location=goal, **said)
            self.shelf.change(goal, "TEA", moment, quantity)

    # The end.

    def settle_everything(self):
        """Where two people differ, or nobody looked, the manager goes and looks: what there was is what counts."""
        super().settle_everything()
        for document, (_, item, quantity) in {**self.arrived, **self.picked}.items():
            whole = self.zhou.get(f"/documents/{document}").ok()
            if any(row["state"] != "agreed" for row in whole["goods"]):
                words = {"id": new_id(), "lines": [{"sku": item, "quantity": str(quantity)}]}
                self.zhou.post(f"/documents/{document}/settle", words).ok()
        for one in self.zhou.get("/documents", warehouse=self.house, kind="receipt", limit=500).ok().items:
            if not one["announced"]:
                self.count_delivery(one["id"])
        for one in self.chen.get("/documents", warehouse=self.far, kind="transfer_in", limit=500).ok().items:
            self.settle_transfer(one["id"])
        for one in (
            self.zhou.get("/documents", warehouse=self.house, kind="scrap", state="requested", limit=500).ok().items
        ):
            self.zhou.post(f"/documents/{one['id']}/approve", {"id": new_id()}).ok()
        super().settle_everything()

    def settle_transfer(self, arrival):
        """What has not arrived by now never will."""
        if self.zhou.get(f"/documents/{arrival}").ok()["on_the_way"]:
            self.zhou.post(f"/documents/{arrival}/transit", {"id": new_id(), **WHY}).ok()

    def count_delivery(self, delivery):
        """What came without a document was said rightly, and nobody else has looked."""
        goods = self.zhou.get(f"/documents/{delivery}").ok()["goods"]
        lines = [{"sku": row["sku"], "quantity": row["first_qty"]} for row in goods if row["state"] != "agreed"]
        if lines:
            self.zhou.post(f"/documents/{delivery}/settle", {"id": new_id(), "lines": lines}).ok()

    def check_ledger(self):
        """The docks are what they are; nothing is on the way for ever; each order shipped what left."""
        super().check_ledger()
        assert self.given.admin.get("/ledger/check", warehouse=self.far).ok().items == []
        stock = self.on_hand()
        for place in ("DOCK", "STAGE", *BAYS):
            for item in ITEMS:
                assert stock.get((place, item), 0) == 1000 * self.shelf.holds(place, item), (place, item)
        for item in ITEMS:
            self.check_pallet(item)
        near, far = (self.transit(house) for house in (self.house, self.far))
        assert all(near.get(item, 0) + far.get(item, 0) == 0 for item in ITEMS)
        for item in ITEMS:
            assert self.transit(self.far, "LOSS").get(item, 0) == 1000 * self.lost_on_the_way[item]
        for order, quantity in self.gone.items():
            whole = self.zhou.get(f"/documents/{order}").ok()
            assert sum(float(row["done_qty"]) for row in whole["goods"]) == quantity

    def check_pallet(self, item):
        """It stands where it was driven, with what is on it."""
        known = self.zhou.get(f"/containers/PAL-{item}", warehouse=self.house)
        if known.status == 404:
            assert self.stands[item] == 0 and not self.shelf.holds(self.bay(item), item)
            return
        on_it = {row["sku"]: round(float(row["quantity"]) * 1000) for row in known.ok()["contents"]}
        assert known["location"] == self.bay(item)
        assert on_it.get(item, 0) == 1000 * self.shelf.holds(self.bay(item), item)

    def transit(self, house, place="TRANSIT"):
        """{sku: thousandths} that left for another warehouse, or (below zero) came from one; or lie in `place`."""
        rows = self.given.admin.get("/stock", warehouse=house, location=place).ok().items
        return {row["sku"]: round(float(row["qty"]) * 1000) for row in rows}


SIZES = {"sqlite": (20, 50), "postgresql": (4, 40)}  # (histories, steps in each)


def test_the_book_ends_up_true_whatever_was_received_picked_sent_and_made(app, given, database_kind):
    histories, steps = SIZES[database_kind]
    histories *= int(os.environ.get("TRUTH", "1"))
    machine = type("FloorTruth", (FloorTruth,), {"given": given, "app": app})
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=histories, stateful_step_count=steps, deadline=None, suppress_health_check=checks
        ),
    )
