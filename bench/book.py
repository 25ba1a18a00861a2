"""The book: as of an instant, and as a list."""

from bench.house import BIG, BOOK, HOUR, ITEM, PLACE, house_id, id_of
from bench.requests import took
from bench.table import Row
from server.clock import now
from server.db import fetch, given
from server.ledger.book import book_at
from server.ledger.rules import Position


def as_of(house):
    """A thousand positions, each at an instant of its own in the past, beside one statement by the driver."""
    hours = house.sizes.moves // 1000
    points = [
        (Position(house_id(BOOK), id_of(PLACE + BOOK, n // 20), id_of(ITEM, n % 20)), now() - (n % hours // 10) * HOUR)
        for n in range(1000)
    ]
    with house.app.app_context():
        limit = min(took(lambda: _sums(points)) for _ in range(3))
        ours = min(took(lambda: book_at(points)) for _ in range(3))
    about = f"book as of 1,000 instants, {house.sizes.moves:,} moves"
    yield Row(about, ours, "ms", 500, limit, "one grouped sum by SQL", more=False)


def stock_list(house):
    """A page of 50 rows: the first, and one far in."""
    boss = house.boss
    first = sorted(took(lambda: boss.get("/stock", warehouse="BIG", limit=50).ok()) for _ in range(30))
    middle = id_of(PLACE + BIG, house.sizes.positions // 100)
    limit = sorted(took(lambda: _page(house, middle)) for _ in range(30))[15]
    about = f"stock list, 50 rows of {house.sizes.positions:,}"
    yield Row(about, first[15], "ms", 15, limit, "one statement", note=f"p99 {first[-1]:.0f} ms", more=False)


def _sums(points):
    """Only the rows that the question is about, summed."""
    rows = [(*position[:3], at) for position, at in points]
    return fetch(
        "SELECT v.w, v.l, v.i, SUM(m.qty) AS qty FROM "
        + given("rows", w="id", l="id", i="id", at="int")
        + " v JOIN moves m"
        " ON m.warehouse_id = v.w AND m.to_id = v.l AND m.item_id = v.i AND m.lot = '' AND m.effective_at > v.at"
        " GROUP BY v.w, v.l, v.i",
        rows=rows,
    )


def _page(house, place):
    with house.app.app_context():
        return fetch(
            "SELECT b.location_id, i.sku, i.name, b.qty FROM balances b JOIN items i ON i.id = b.item_id"
            " WHERE b.warehouse_id = :w AND b.location_id >= :l ORDER BY b.location_id, b.item_id LIMIT 50",
            w=house_id(BIG),
            l=place,
        )
