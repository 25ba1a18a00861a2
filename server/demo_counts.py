"""The demo's counts: one every week while it lives, and today one in every state that a count can be in."""

from server import clock
from server.clock import HOUR, MINUTE, SECOND
from server.demo_goods import draw
from server.demo_ids import named_id
from server.demo_truth import WHY

STAFF = ("li", "wang", "zhao")
NOTE = "Counted twice by different people, same result. 两人复盘结果一致。"


class Floor:
    """The people with their phones, and what is really on the shelves."""

    def __init__(self, phones, truth, warehouse, start):
        self.phones, self.truth, self.warehouse, self.start = phones, truth, warehouse, start

    def order(self, name, by, places, form="list", **words):
        """Order a count; gives (its id, its tasks)."""
        id_ = named_id(f"count {name}", self.start)
        body = {"id": id_, "warehouse": self.warehouse, "form": form, "mode": "independent"}
        said = self.phones[by].ask("POST", "/counts", body | {"scope": {"locations": sorted(places)}} | words)
        return id_, [task["id"] for task in said["tasks"]]

    def count(self, task, by, share=1.0, submit=True, wrong=None):
        """Claim a task and count its lines (or a share of them), a few seconds each; then submit it."""
        phone = self.phones[by]
        lines = phone.ask("GET", f"/tasks/{task}")["lines"]
        lines = lines[: max(1, int(len(lines) * share))] if lines else []
        at = clock.now() - (len(lines) + 2) * 4 * SECOND
        events = [phone.event(named_id(f"claim {task} {by}", at), "count.claim", at, task=task)]
        for line in lines:
            at += 4 * SECOND
            events.append(self._entry(phone, task, by, line, at, wrong))
        if submit:
            events.append(phone.event(named_id(f"submit {task} {by}", at), "count.submit", at + SECOND, task=task))
        for n in range(0, len(events), 1000):
            phone.send(events[n : n + 1000])

    def recounts(self, count, names=STAFF):
        """Other people take what has to be counted again, until nothing is left or nobody may."""
        for by in names:
            waiting = self.phones[by].ask("GET", "/tasks", mine="true", limit=500)["items"]
            for task in waiting:
                if task.get("count") == count and task["state"] == "open":
                    self.count(task["id"], by)

    def waiting(self, by, count, state="pending"):
        """Lines of a count that wait for a decision."""
        return self.phones[by].ask("GET", "/variances", count=count, state=state, limit=500)["items"]

    def approve(self, by, line):
        """Approve a line with the cause that the truth knows."""
        why = self.truth.why.get(_position(line), "none")
        reason, cause, stage = WHY[why]
        body = {"id": named_id(f"approve {line['id']} {by}", self.start), "note": NOTE}
        body |= {"reason": reason, "cause": cause, "stage": stage}
        return self.phones[by].ask("POST", f"/variances/{line['id']}/approve", body)

    def _entry(self, phone, task, by, line, at, wrong):
        position = (line["location"], line["sku"], line["lot"] or "")
        units = self.truth.counted(position, f"{task} {by}") + (wrong or {}).get((position, by), 0)
        words = {"task": task, "location": line["location"], "quantity": str(units)}
        code = next((code["code"] for code in line["codes"] if code["pack_quantity"] == "1.000"), None)
        words |= {"code": code, "method": "camera", "raw": code} if code else {"sku": line["sku"], "method": "keypad"}
        if line["lot"]:
            words["lot"] = line["lot"]
        return phone.event(named_id(f"entry {task} {by} {position}", at), "count.entry", at, **words)


def weekly(floor, week, riddles, places):
    """Friday evening: the shelves where something vanished that week, and some others drawn by lot."""
    chosen = set(sorted({position[0] for position in riddles})[:24])
    chosen |= {places[draw(f"place {week} {n}", len(places))] for n in range(14)}
    count, tasks = floor.order(f"week {week}", "chen", chosen)
    for n, task in enumerate(tasks):
        floor.count(task, STAFF[(week + n) % 3])
    for _ in range(2):
        floor.recounts(count)
    for state in ("pending", "held"):
        for line in floor.waiting("zhou", count, state):
            floor.approve("zhou", line)
            if line["tier"] == "finance":
                floor.approve("finn", line)
    damaged = sorted(position for position in riddles if floor.truth.why[position] == "damage")
    for n, position in enumerate(damaged[:2]):
        case = broken(floor, 2 * week + n, position, clock.now() - (3 - n) * MINUTE)
        if week < 10 or n:
            close_case(floor, case)


def broken(floor, n, position, at):
    """Somebody reports what they see; gives the event's id, which is the case's."""
    phone = floor.phones[STAFF[n % 3]]
    words = {"kind": "damaged", "location": position[0], "sku": position[1], "quantity": "1"}
    words["note"] = ("Carton crushed. 外箱压坏。", "Wet on one side. 一侧受潮。", "Broken in the box. 箱内破碎。")[
        n % 3
    ]
    id_ = named_id(f"report {n}", at)
    phone.send([phone.event(id_, "case.report", at, **words)])
    return id_


def close_case(floor, id_):
    """A supervisor writes down what was done."""
    note = {"id": named_id(f"note {id_}", floor.start), "text": "Shelf checked, carrier told. 已检查货架并通知承运商。"}
    floor.phones["chen"].ask("POST", f"/cases/{id_}/notes", note)
    end = {"id": named_id(f"close {id_}", floor.start), "note": "Replaced by the carrier. 承运商已赔付。"}
    floor.phones["chen"].ask("POST", f"/cases/{id_}/close", end | {"cause": "physical.handling_damage"})


def today(floor, stocked, last):
    """One count in each state, as a supervisor finds them in the morning. The one named `last` is made last."""
    due = {"due_at": clock.show_instant(clock.now() + 30 * HOUR)}
    _counted_and_judged(floor, stocked)
    _no_two_agree(floor, stocked)
    _, tasks = floor.order("half done", "chen", _bins("B", 2, 1, 8), **due)
    floor.count(tasks[0], "wang", share=0.5, submit=False)
    count, tasks = floor.order("recount open", "chen", _bins("C", 1, 1, 6), **due)
    _something_vanishes(floor, stocked, "C-01", 3)
    floor.count(tasks[0], "li")
    floor.order("for wang", "zhou", _bins("D", 3, 5, 9), assign_to="wang", **due)
    floor.order("zero", "chen", _bins("F", 5, 1, 3), form="zero")
    floor.order(last, "zhou", _bins("A", 1, 1, 12), form="full", **due)


def _bins(zone, aisle, first, last):
    return [f"{zone}-{aisle:02d}-{bin_:02d}" for bin_ in range(first, last + 1)]


def _counted_and_judged(floor, stocked):
    """Confirmed differences of every size wait at each tier; one is approved, one rejected, two make a relocation."""
    for by, zone in (("chen", "D"), ("zhou", "E")):
        bins = _bins(zone, 1, 1, 10)
        _sizes(floor, stocked, bins)
        count, tasks = floor.order(f"judged {zone}", by, bins)
        for task in tasks:
            floor.count(task, "li")
        floor.recounts(count, ("wang", "zhao"))
        judge = "zhou" if by == "chen" else "chen"
        small = [line for line in floor.waiting(judge, count) if line["may_decide"]]
        if len(small) > 3:
            floor.approve(judge, small[-1])
            body = {"id": named_id(f"reject {small[-2]['id']}", floor.start), "reason": "miscount", "note": NOTE}
            floor.phones[judge].ask("POST", f"/variances/{small[-2]['id']}/reject", body)


def _sizes(floor, stocked, bins):
    """Let small, middling and large values vanish, and one pair of cartons stand in each other's place."""
    here = sorted(
        (position for position, units in floor.truth.units.items() if position[0] in bins and units > 3),
        key=lambda position: (-floor.truth.units[position] * stocked[position[1]].unit_cost, position),
    )
    for position, share, why in zip(here, (0.9, 0.7, 0.5), ("none", "uom_set", "item_name"), strict=False):
        floor.truth.shift(position, -int(floor.truth.units[position] * share), why)
    for position, units in zip(here[-8::2], (-2, -1, 3, -1), strict=False):
        floor.truth.shift(position, units, "damage" if units < 0 else "found")


def _something_vanishes(floor, stocked, prefix, most):
    here = sorted(
        position for position, units in floor.truth.units.items() if position[0].startswith(prefix) and units > 4
    )
    for position in here[:most]:
        floor.truth.shift(position, -2, "missing")


def _no_two_agree(floor, stocked):
    """Three people, three answers: the line is held for a supervisor."""
    bins = _bins("B", 3, 1, 4)
    here = sorted(position for position, units in floor.truth.units.items() if position[0] in bins and units > 9)
    wrong = {(position, by): off for position in here[:2] for by, off in (("li", -4), ("wang", -3), ("zhao", -6))}
    count, tasks = floor.order("held", "chen", bins)
    floor.count(tasks[0], "li", wrong=wrong)
    for by in ("wang", "zhao"):
        for task in floor.phones[by].ask("GET", "/tasks", mine="true", limit=500)["items"]:
            if task.get("count") == count and task["state"] == "open":
                floor.count(task["id"], by, wrong=wrong)


def _position(line):
    return line["location"], line["sku"], line["lot"] or ""
