"""The demo's second warehouse: a front store, and transfers between the two in every state that one can be in."""

from server import clock
from server.catalog.places import add_virtual
from server.clock import HOUR, show_instant
from server.demo_counts import Floor
from server.demo_goods import draw
from server.demo_ids import named_id
from server.demo_papers import Papers, free
from server.demo_people import STORE
from server.people.warehouses import add_warehouse

STORE_ID, STORE_NAME = named_id(STORE, 0), "Front store 前置门店"
AISLES, BINS = 2, 12
STOCKED = 18  # items that the store sells
POLICY = {"handling": {"receive_check_share": "1"}}


def open_store(timezone):
    """The building; who works there comes with everybody else."""
    add_warehouse(STORE_ID, STORE, STORE_NAME, timezone)
    add_virtual(STORE_ID)


def store_shelves():
    """(code, zone, walking order) of its shelves."""
    return [
        (f"S-{aisle + 1:02d}-{bin_ + 1:02d}", "S", 100 + aisle * BINS + bin_)
        for aisle in range(AISLES)
        for bin_ in range(BINS)
    ]


def transfers(desk):
    """To the store, one in each state; and one back, so that both sides have something to receive."""
    floor = desk.floor
    store = Papers(Floor(floor.phones, floor.truth, STORE, floor.start), desk.stocked)
    lots = _spare(desk)
    homes = _fill(store, lots)
    _on_their_way(desk, store, lots, homes)
    _back(desk, store, lots[-1], homes)


def _spare(desk):
    """Nine times two items that the big house has enough of, and that no other paper of today is about."""
    taken = {sku for _, lines in desk.orders for sku in lines} | {sku for lines in desk.goods for sku in lines}
    enough = [
        item
        for item in desk.stocked.values()
        if item.abc == "A" and item.sku not in taken and free(item)
        if desk.floor.truth.units[item.home, item.sku, ""] >= 40
    ]
    drawn = sorted(enough, key=lambda item: (draw(f"store {item.sku}", 1_000_000), item.sku))[:STOCKED]
    units = {item.sku: 6 + draw(f"units {item.sku}", 4) * 6 for item in drawn}
    skus = list(units)
    return [{sku: units[sku] for sku in skus[n : n + 2]} for n in range(0, STOCKED, 2)]


def _fill(store, lots):
    """What the store began with; gives {sku: its bin}."""
    floor, start = store.floor, store.floor.start
    body = {"id": named_id(f"policy {STORE}", start), "warehouse": STORE, "body": POLICY}
    floor.phones["zhou"].ask("POST", "/policies", body)
    places = [code for code, _, _ in store_shelves()]
    homes = dict(zip((sku for lines in lots for sku in lines), places, strict=False))
    moves = [
        {"id": named_id(f"store opening {sku}", start), "warehouse": STORE, "sku": sku, "quantity": "12"}
        | {"from": "SUPPLIER", "to": place, "kind": "opening", "effective_at": show_instant(start + 10 * HOUR)}
        for sku, place in homes.items()
    ]
    floor.phones["zhou"].ask("POST", "/moves", {"moves": moves})
    for sku, place in homes.items():
        floor.truth.units[place, sku, ""] += 12
    return homes


def _on_their_way(desk, store, lots, homes):
    """Asked for, refused, allowed, picked, ready to leave, on its way, arrived one short, all put away."""
    soon = {"due_at": show_instant(clock.now() + 6 * HOUR)}
    asked, refused, allowed, picked, checked, gone, short, whole, _ = lots
    _ask(desk, "TR-2401", asked, STORE, by="wang", note="Sells well there 门店畅销")
    _decide(desk, _ask(desk, "TR-2402", refused, STORE, by="li", note="For the window 橱窗用"), "reject")
    _allowed(desk, "TR-2403", allowed, **soon)
    _picked(desk, _allowed(desk, "TR-2404", picked, **soon), picked, check=False)
    _picked(desk, _allowed(desk, "TR-2405", checked, **soon), checked)
    for number, lines in (("TR-2406", gone), ("TR-2407", short), ("TR-2408", whole)):
        one = _allowed(desk, number, lines)
        _picked(desk, one, lines)
        desk.tell("wang", "ship", one)
    store.at = desk.at
    less = min(short)
    _arrives(store, "TR-2407", short | {less: short[less] - 1})
    arrival = _arrives(store, "TR-2408", whole)
    for sku, units in whole.items():
        store.tell("sun", "putaway", arrival, sku=sku, quantity=str(units), to=homes[sku], **{"from": "DOCK"})


def _back(desk, store, lines, homes):
    """What the store has too much of is on its way to the big house."""
    lines = dict.fromkeys(lines, 4)
    one = _ask(store, "TR-2501", lines, desk.floor.warehouse, by="sun", note="Too much of it 库存过多")
    _decide(store, one, "approve")
    store.pick("sun", one, lines, homes)
    store.tell("sun", "pick.submit", one)
    store.check("gao", one, lines)
    store.tell("gao", "ship", one)


def _ask(desk, number, lines, to, by="li", **words):
    return desk.open("transfer", number, lines, by=by, to_warehouse=to, **words)


def _allowed(desk, number, lines, **words):
    one = _ask(desk, number, lines, STORE, **words)
    _decide(desk, one, "approve")
    return one


def _decide(desk, one, act):
    phone = desk.floor.phones["zhou"]
    if phone.ask("GET", f"/documents/{one}")["state"] == "requested":
        phone.ask("POST", f"/documents/{one}/{act}", {"id": named_id(f"{act} {one}", desk.floor.start)})


def _picked(desk, one, lines, check=True):
    desk.pick("li", one, lines)
    desk.tell("li", "pick.submit", one)
    if check:
        desk.check("zhao", one, lines)


def _arrives(store, number, lines):
    """Received and checked in the store; gives the arrival's id."""
    asked = {"warehouse": STORE, "kind": "transfer_in", "number": number}
    (arrival,) = store.floor.phones["sun"].ask("GET", "/documents", **asked)["items"]
    store.receive("sun", arrival["id"], lines)
    store.receive("gao", arrival["id"], lines, "receive.check")
    store.tell("sun", "receive.submit", arrival["id"])
    return arrival["id"]
