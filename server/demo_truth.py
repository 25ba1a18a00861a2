"""What is really on the demo's shelves, as against the book: the corrections of the real firm, as they happened.

The wholesaler's staff wrote into their log what they found broken, missing, misposted or mixed up. Here the goods
vanish (or turn up) at that instant and nobody tells the book; counts have to find it out.
"""

from collections import defaultdict

from server.demo_flows import instant
from server.demo_goods import draw, rows

# class of the real log → (reason, cause, stage) that a supervisor would write
WHY = {
    "damage": ("damage", "physical.handling_damage", "storage"),
    "missing": ("theft", "human.theft", "storage"),
    "none": ("unknown", "human.loss", "storage"),
    "item_name": ("wrong_pick", "human.wrong_pick", "picking"),
    "found": ("misplacement", "management.misplacement", "storage"),
    "uom_set": ("unit_error", "management.unit_of_measure", "receiving"),
    "count": ("miscount", "management.count_error", "counting"),
    "channel": ("system_sync", "system.sync_delay", "shipping"),
    "wrong_code": ("wrong_item", "system.master_data", "receiving"),
    "posting_error": ("posting_error", "management.entry_error", "receiving"),
    "samples": ("sample", "management.missing_paperwork", "storage"),
    "paper": ("late_paperwork", "management.late_paperwork", "receiving"),
}


class Truth:
    """The shelves as they are. Positions are (location code, sku, lot); quantities whole base units."""

    def __init__(self, goods, moved, start):
        self.home = {item.sku: item.home for item in goods}
        self.units = defaultdict(int)
        self.why = {}
        self._coming = sorted((*_moved(moved), *_vanished(self.home, start)), key=lambda change: change[0])
        self._lived = 0

    def live_until(self, at):
        """Let happen what happened until an instant; gives the positions of which the book does not know it."""
        touched = set()
        while self._lived < len(self._coming) and self._coming[self._lived][0] <= at:
            _, position, units, why = self._coming[self._lived]
            self._lived += 1
            if why:
                # Never more than half of what is there: a shelf that was wiped out would be no riddle.
                units = max(units, -(self.units[position] // 2))
                if units or why == "paper":
                    self.why[position] = why
                    touched.add(position)
            self.units[position] = max(0, self.units[position] + units)
        return touched

    def shift(self, position, units, why):
        """Something happens now that nobody writes down."""
        self.units[position] = max(0, self.units[position] + units)
        self.why[position] = why

    def counted(self, position, slip_of):
        """What a careful person counts; `slip_of` names the count: now and then somebody is not careful."""
        there = self.units[position]
        if draw(f"slip {slip_of} {position}", 45) == 0:
            return max(0, there + (1 if draw(f"way {slip_of} {position}", 2) else -1))
        return there


def _moved(moved):
    for flow in moved:
        yield flow.at, (flow.from_, flow.sku, flow.lot), -flow.units, None
        yield flow.at, (flow.to, flow.sku, flow.lot), flow.units, None
        if flow.late:
            yield flow.at + 1, (flow.to, flow.sku, flow.lot), 0, "paper"


def _vanished(home, start):
    for row in rows("corrections.csv"):
        yield instant(row["ts"], start), (home[row["sku"]], row["sku"], ""), int(row["qty"]), row["reason"]
