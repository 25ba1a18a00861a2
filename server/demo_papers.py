"""The demo's documents today: deliveries and orders in every state in which somebody on the floor may meet them.

The orders are real ones of the sample's last days, with their real numbers and lines; deliveries bring what sells best.
"""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

from server import clock
from server.clock import HOUR, SECOND, show_instant
from server.demo_goods import draw
from server.demo_ids import named_id

SUPPLIERS = ("Shenzhen Gifts 深圳礼品厂", "Ningbo Homeware 宁波家居", "Yiwu Trading 义乌商贸", "Xiamen Foods 厦门食品")
SHOPS = ("Corner shop 街角小店", "Tea house 茶馆", "Book café 书吧", "Station kiosk 车站店", "Museum shop 博物馆商店")
COUNTED = ("A-01", "B-02", "B-03", "C-01", "D-01", "D-03", "E-01", "F-05")  # aisles where today's counts are
MOST_LINES, MOST_UNITS = 5, 24
DEAR = 2_000_000  # ten-thousandths: what leaves on one person's word is worth no more
PALLET = "106141412345678908"  # an SSCC: a delivery stands on it at the dock, to be put away as a whole
TOTE, GONE = "TOTE-01", "TOTE-02"  # one waits for its check, the other has left with its order


class Papers:
    """Opens documents and lets people work on them, an hour ago and after. Whatever they move, the truth moves too."""

    def __init__(self, floor, stocked):
        self.floor, self.stocked = floor, stocked
        self.at = clock.now() - 2 * HOUR
        self.orders, self.goods = [], []

    def open(self, kind, number, lines, by="chen", **words):
        """A document; gives its id. `lines`: {sku: units}, or lines as the wire has them."""
        if isinstance(lines, dict):
            lines = [{"sku": sku, "quantity": str(units)} for sku, units in lines.items()]
        id_, house, phone = (
            named_id(f"document {number}", self.floor.start),
            self.floor.warehouse,
            self.floor.phones[by],
        )
        said = {"id": id_, "warehouse": house, "kind": kind, "number": number, "lines": lines}
        if not phone.ask("GET", "/documents", warehouse=house, kind=kind, number=number)["items"]:
            phone.ask("POST", "/documents", said | words)
        return id_

    def tell(self, by, kind, document, **words):
        """One statement, a few seconds after the last one."""
        self.at += 7 * SECOND
        phone = self.floor.phones[by]
        id_ = named_id(f"{kind} {document} {by} {words}", self.floor.start)
        (receipt,) = phone.send([phone.event(id_, kind, self.at, document=document, **words)])
        assert receipt["result"] != "refused", receipt

    def receive(self, by, document, lines, kind="receive.line", **marks):
        """So many came (or are there, says a checker). `marks`: {sku: lot and expiry}."""
        for sku, units in lines.items():
            self.tell(by, kind, document, sku=sku, quantity=str(units), **marks.get(sku, {}))

    def pick(self, by, document, lines, places=None, into=None):
        """Off the shelf, in the order of the lines. `places`: {sku: bin}, where it is not the item's home."""
        packed = {"container": into} if into else {}
        for sku, units in lines.items():
            home = (places or {}).get(sku) or self.stocked[sku].home
            self.tell(by, "pick.line", document, sku=sku, quantity=str(units), location=home, **packed)
            self.floor.truth.units[home, sku, ""] -= units

    def check(self, by, document, lines):
        """Another pair of eyes."""
        for sku, units in lines.items():
            self.tell(by, "pick.check", document, sku=sku, quantity=str(units))


def papers(floor, stocked, sold):
    """All of today's documents, but transfers; gives the desk on which they lie."""
    desk = Papers(floor, stocked)
    desk.orders, desk.goods = _orders(floor.truth, stocked, sold), _deliveries(stocked)
    _deliveries_today(desk)
    _orders_today(desk)
    _asked_for(desk)
    return desk


def _deliveries_today(desk):
    """Announced; received and to be checked; two who differ; agreed on and to be put away; half received."""
    due = {"due_at": show_instant(clock.now() + 5 * HOUR)}
    announced, received, differing, agreed = desk.goods[:4]
    food = next(item for item in sorted(desk.stocked) if desk.stocked[item].lot_tracked)
    desk.open("receipt", "PO-2401", announced | {food: 24}, partner=SUPPLIERS[3], **due)

    one = desk.open("receipt", "PO-2402", received | {food: 12}, partner=SUPPLIERS[0])
    ends = datetime.fromtimestamp(clock.now() / SECOND, UTC).date() + timedelta(days=150)
    desk.receive("li", one, received | {food: 12}, **{food: {"lot": f"L{ends:%y%m%d}", "expiry": ends.isoformat()}})
    broken = min(received)
    desk.tell("li", "receive.line", one, sku=broken, quantity="1", condition="damaged")
    desk.tell("li", "receive.submit", one)

    one = desk.open("receipt", "PO-2403", differing, partner=SUPPLIERS[1])
    desk.receive("wang", one, differing)
    desk.tell("wang", "receive.submit", one)
    short = min(differing)
    desk.receive("zhao", one, differing | {short: differing[short] - 1}, "receive.check")

    one = desk.open("receipt", "PO-2404", agreed, partner=SUPPLIERS[2])
    desk.receive("zhao", one, agreed, **{sku: {"container": PALLET} for sku in agreed})
    desk.receive("li", one, agreed, "receive.check")
    desk.tell("zhao", "receive.submit", one)

    half = desk.goods[5]
    one = desk.open("receipt", "PO-2405", half, partner=SUPPLIERS[0])
    desk.receive("li", one, dict(list(half.items())[:1]))


def _orders_today(desk):
    """To be picked; short and to be checked; a wrong quantity caught; ready to leave; gone, and late."""
    (first, a), (second, b), (third, c), (fourth, d), (fifth, e), (sixth, f) = desk.orders[:6]
    now = clock.now()
    soon = {"due_at": show_instant(now + 3 * HOUR)}
    desk.open("pick", first, a, partner=SHOPS[0], **soon)
    desk.open("pick", second, b, partner=SHOPS[1], assign_to="li", due_at=show_instant(now + 6 * HOUR))

    one = desk.open("pick", third, c, partner=SHOPS[2], **soon)
    missing = max(c, key=lambda sku: (c[sku], sku))
    desk.pick("wang", one, {sku: units for sku, units in c.items() if sku != missing}, into=TOTE)
    place = desk.stocked[missing].home
    desk.tell("wang", "pick.short", one, sku=missing, found="0", location=place, note="Bin empty 库位是空的")
    desk.tell("wang", "pick.submit", one)

    one = desk.open("pick", fourth, d, partner=SHOPS[3], **soon)
    desk.pick("zhao", one, d)
    desk.tell("zhao", "pick.submit", one)
    less = max(d, key=lambda sku: (d[sku], sku))
    desk.check("wang", one, d | {less: d[less] - 1})

    one = desk.open("pick", fifth, e, partner=SHOPS[4], **soon)
    desk.pick("li", one, e)
    desk.tell("li", "pick.submit", one)
    desk.check("zhao", one, e)

    one = desk.open("pick", sixth, f, partner=SHOPS[0], due_at=show_instant(now - 3 * HOUR))
    desk.pick("zhao", one, f, into=GONE)
    desk.tell("zhao", "pick.submit", one)
    desk.check("li", one, f)
    desk.tell("wang", "ship", one)


def _asked_for(desk):
    """A return to the supplier that a supervisor has to allow, and an order for the packing bench."""
    sku = min(desk.goods[4])
    desk.open("supplier_return", "SR-2401", {sku: 6}, by="li", partner=SUPPLIERS[1], note="Lids do not fit 盖子不合")
    parts, made = sorted(desk.goods[4])[:2], sorted(desk.goods[5])[0]
    lines = [{"sku": part, "quantity": "20", "role": "input"} for part in parts]
    desk.open("production", "MO-2401", [*lines, {"sku": made, "quantity": "20", "role": "output"}])
    _made(desk)
    _set_apart(desk)


def _made(desk):
    """One line used more than what it made explains; another made something and took nothing for it."""
    floor = desk.floor
    part = max(sorted(desk.goods[4])[:2], key=lambda sku: floor.truth.units[desk.stocked[sku].home, sku, ""])
    made = sorted(desk.goods[5])[1]
    bill = [{"sku": part, "quantity": "10", "role": "input"}, {"sku": made, "quantity": "10", "role": "output"}]
    first = desk.open("production", "MO-2402", bill, partner="Line 1 一号线")
    second = desk.open("production", "MO-2403", bill, partner="Line 2 二号线")
    for order, step, sku, units in (
        (first, "consume", part, 8),
        (first, "output", made, 6),
        (second, "output", made, 4),
    ):
        home = desk.stocked[sku].home
        words = {"order": order, "sku": sku, "quantity": str(units), "location": home, "warehouse": floor.warehouse}
        id_ = named_id(f"{step} {order}", floor.start)
        (said,) = floor.phones["zhao"].send([floor.phones["zhao"].event(id_, f"produce.{step}", desk.at, **words)])
        assert said["result"] != "refused", said
        floor.truth.units[home, sku, ""] += -units if step == "consume" else units


def _set_apart(desk):
    """One item in quarantine and a food lot to be looked at; a gift that is too dear to go on one person's word."""
    floor = desk.floor
    sku = max(desk.goods[4])
    food = next(sku for sku in sorted(desk.stocked) if desk.stocked[sku].lot_tracked)
    held = {"id": named_id("hold", floor.start), "warehouse": floor.warehouse, "sku": sku, "kind": "quarantine"}
    held |= {"location": desk.stocked[sku].home, "reason": "damage", "note": "Two lids cracked 两个盖子开裂"}
    floor.phones["chen"].ask("POST", "/holds", held)
    looked = {"id": named_id("inspection", floor.start), "warehouse": floor.warehouse, "sku": food}
    looked |= {"kind": "inspection", "note": "Label to be read again 标签待核"}
    floor.phones["chen"].ask("POST", "/holds", looked)
    gift = min(desk.goods[5], key=lambda one: (-desk.stocked[one].unit_cost, one))
    units = 1 + DEAR // desk.stocked[gift].unit_cost
    words = {"warehouse": floor.warehouse, "sku": gift, "quantity": str(units), "reason": "sample"}
    words |= {"location": desk.stocked[gift].home, "note": "For the trade fair 展会赠送"}
    id_ = named_id("gift", floor.start)
    (said,) = floor.phones["wang"].send([floor.phones["wang"].event(id_, "adjust.gift", desk.at, **words)])
    assert said["result"] != "refused", said


def _orders(truth, stocked, sold):
    """[(number, {sku: units})] of real orders that the shelves can serve, the latest first; no item twice."""
    by_document = defaultdict(dict)
    for line in sold:
        by_document[line.document][line.sku] = line.units
    found, taken = [], set()
    for document in sorted(by_document, reverse=True):
        fit = {
            sku: units
            for sku, units in sorted(by_document[document].items())
            if 0 < units <= MOST_UNITS and sku not in taken and free(stocked[sku])
            if truth.units[stocked[sku].home, sku, ""] >= units + 6
        }
        chosen = dict(list(fit.items())[:MOST_LINES])
        if len(chosen) >= 3:
            taken |= chosen.keys()
            found.append((f"SO-{document}", chosen))
        if len(found) == 6:
            return found
    return found


def _deliveries(stocked):
    """Six times three of the items that sell best, two cases of each (or two dozen)."""
    best = [item for item in stocked.values() if item.abc == "A" and not item.lot_tracked and free(item)]
    drawn = sorted(best, key=lambda item: (draw(f"delivery {item.sku}", 1_000_000), item.sku))
    packs = {item.sku: 2 * max([pack for _, pack in item.codes if pack > 1] or [12]) for item in drawn[:18]}
    skus = list(packs)
    return [{sku: packs[sku] for sku in skus[n : n + 3]} for n in range(0, 18, 3)]


def free(item):
    """May today's papers be about it? Not where today's counts are, and nothing with lots."""
    return not item.lot_tracked and item.home[:4] not in COUNTED
