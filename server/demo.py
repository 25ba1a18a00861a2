"""The demo warehouse: three months of a real wholesaler's orders, lived day by day through the house's own verbs.

An edge. While it builds, the clock of this process shows the day that is being lived, so that what was posted, counted
and decided in September says September. Every id follows from a name, so a build that was cut off is simply run again:
what is there already changes nothing.
"""

from contextlib import contextmanager
from functools import partial
from itertools import groupby

from server import clock
from server.catalog.places import add_virtual
from server.catalog.rules import key_of
from server.db import fetch, put, retrying, transaction
from server.demo_counts import Floor, today, weekly
from server.demo_flows import flows, midnight
from server.demo_goods import goods, lines, shelves
from server.demo_ids import named_id
from server.demo_papers import papers
from server.demo_people import LOGINS, MAIN, PASSWORDS
from server.demo_phone import Phone
from server.demo_store import STORE_ID, open_store, store_shelves, transfers
from server.demo_truth import Truth
from server.ledger.post import post
from server.ledger.rules import NewMove
from server.people import passwords
from server.people.register import register
from server.people.warehouses import add_warehouse

__all__ = ["LOGINS", "build", "is_wanted"]

CODE, NAME, TIMEZONE = MAIN, "Demo warehouse 演示仓", "Asia/Shanghai"
LAST_COUNT = "for anyone"  # when this one is there, the build is complete
# Gifts are cheap: with the usual limits every difference would be a supervisor's, and no delivery would be checked.
POLICY = {
    "tiers": {"line": {"supervisor": "60", "manager": "250"}},
    "note_over": "60",
    "handling": {"receive_check_share": "1"},
}


def is_wanted():
    """True on a database without warehouses, and on one where an earlier build of the demo was cut off."""
    known = fetch("SELECT id, code FROM warehouses")
    return not known or (WAREHOUSE in {row.id for row in known} and not _is_finished())


def build(app):
    """Fill the database. Call inside the app's context, before anybody serves it."""
    start = _start()
    sold = lines()
    stocked = goods(sold)
    moved, lots = flows(stocked, sold, start)
    with clock_shows(start):
        _inside(partial(_people_and_places, start))
        _inside(partial(_catalogue, stocked, lots, start))
        phones = {name: Phone(app, name, word, named_id(f"phone {name}", start)) for name, word in PASSWORDS.items()}
        phones["zhou"].ask("POST", "/policies", {"id": named_id("policy", start), "warehouse": CODE, "body": POLICY})
    floor = Floor(phones, Truth(stocked, moved, start), CODE, start)
    by_sku = {item.sku: item for item in stocked}
    _live(floor, moved, by_sku, start)
    desk = papers(floor, by_sku, sold)
    transfers(desk)
    today(floor, by_sku, LAST_COUNT)


def _live(floor, moved, by_sku, start):
    """Day by day: the moves of the day in the evening, on Fridays a count."""
    places = [code for code, _, _ in shelves()]
    riddles: set[tuple[str, str, str]] = set()
    by_day = [(day, list(todays)) for day, todays in groupby(moved, key=lambda flow: flow.posted_on)]
    for day, todays in by_day:
        evening = start + day * clock.DAY + 21 * clock.HOUR
        with clock_shows(evening):
            _inside(partial(_post, todays, by_sku, start))
        riddles |= floor.truth.live_until(evening)
        if day % 7 == 6:
            with clock_shows(evening + clock.HOUR):
                weekly(floor, day // 7, riddles, places)
            riddles = set()


@contextmanager
def clock_shows(at):
    """Let the server's clock start at an instant and run on from there. For this process, and only while it builds."""
    real = clock.now
    began = real()
    clock.now = lambda: at + real() - began
    try:
        yield
    finally:
        clock.now = real


WAREHOUSE = named_id(CODE, 0)


def _is_finished():
    return bool(fetch("SELECT 1 FROM counts WHERE id = :id", id=named_id(f"count {LAST_COUNT}", _start())))


def _start():
    """The demo's first midnight: of the build that was cut off, or so that its last day is yesterday."""
    known = fetch("SELECT made_at FROM warehouses WHERE id = :id", id=WAREHOUSE)
    return midnight(clock.now()) if not known else known[0].made_at // clock.HOUR * clock.HOUR


def _inside(work):
    def once():
        with transaction():
            return work()

    return retrying(once)


def _people_and_places(start):
    add_warehouse(WAREHOUSE, CODE, NAME, TIMEZONE)
    add_virtual(WAREHOUSE)
    open_store(TIMEZONE)
    for username, password, role, badge, name, language, houses in LOGINS:
        secrets = passwords.prepare(password, badge and badge[1])
        held = [{"warehouse": house, "role": role} for house in houses]
        register(named_id(username, start), username, name, held, secrets, badge and badge[0], language)
    rows = [
        (house, named_id(code, start), code, zone, "shelf", path_order, None, True, start)
        for house, places in ((WAREHOUSE, shelves()), (STORE_ID, store_shelves()))
        for code, zone, path_order in places
    ]
    columns = "warehouse_id id code zone kind path_order role active made_at".split()
    put("locations", rows, columns, on_conflict="ON CONFLICT DO NOTHING")


def _catalogue(stocked, lots, start):
    """In bulk, as an import does: one by one through the verbs, 6,000 rows take longer than all the moves."""
    ids = {item.sku: named_id(item.sku, start) for item in stocked}
    items = [
        (ids[item.sku], item.sku, item.name, item.category, "ea", item.unit_cost, item.lot_tracked, False, False)
        + (item.shelf_life_days, item.abc, True, start)
        for item in stocked
    ]
    columns = (
        "id sku name category unit unit_cost lot_tracked serial_tracked weighed shelf_life_days abc active made_at"
    )
    put("items", items, columns.split(), on_conflict="ON CONFLICT DO NOTHING")
    codes = [
        (named_id(code, start), key_of(code), code, ids[item.sku], pack * 1000, start)
        for item in stocked
        for code, pack in item.codes
    ]
    put("codes", codes, "id key code item_id pack_qty made_at".split(), on_conflict="ON CONFLICT DO NOTHING")
    batches = [
        (ids[batch.sku], batch.lot, named_id(f"{batch.sku}/{batch.lot}", start), batch.expiry, start) for batch in lots
    ]
    put("lots", batches, "item_id lot id expiry made_at".split(), on_conflict="ON CONFLICT DO NOTHING")


def _post(todays, stocked, start):
    """One day's moves into the book, by the ledger's door."""
    places = {row.code: row.id for row in fetch("SELECT code, id FROM locations WHERE warehouse_id = :w", w=WAREHOUSE)}
    clerk = named_id("chen", start)
    post(
        [
            NewMove(
                id=named_id(flow.name, flow.at),
                warehouse_id=WAREHOUSE,
                item_id=named_id(flow.sku, start),
                lot=flow.lot,
                from_id=places[flow.from_],
                to_id=places[flow.to],
                qty=flow.units * 1000,
                kind=flow.kind,
                effective_at=flow.at,
                unit_cost=stocked[flow.sku].unit_cost,
                person_id=clerk,
                document=flow.document or None,
            )
            for flow in todays
        ]
    )
