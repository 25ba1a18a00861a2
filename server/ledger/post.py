"""The one door of the ledger: every change of stock is posted here.

Posting is exactly-once by the caller's id. In one transaction it writes the moves, brings the balances along (which
locks the positions, in one order for everybody) and, for moves that happened before a confirmed count of their
position, writes the restatement that keeps the anchor true. Six statements, whatever the number of moves.
"""

from collections import defaultdict
from collections.abc import Callable

import msgspec

from server import clock
from server.db import fetch, found_out, given, is_embedded, put, run
from server.errors import IdReused
from server.ids import new_id
from server.ledger.rules import RESTATEMENT, NewMove, Posted, legs, net_changes

# Who wants to know of postings, in the same transaction (joined in `create_app`).
listeners: list[Callable[[Posted], None]] = []
# Who has acted on what the book said, and is to judge it again when something arrives that happened before. The select
# gives `v.n, at, about` of what a leg `v` may make untrue; it is asked together with the anchors, so that it costs
# nothing. Whoever judges gets the warehouse and `{(at, about)}`, and posts what puts it right.
judges: list[tuple[str, Callable[[str, set], None]]] = []

_virtual: dict[str, bool] = {}  # location id → is it virtual; never changes, so it is remembered
_loss: dict[str, str] = {}  # warehouse id → id of its LOSS location

_COLUMNS = (
    "warehouse_id id item_id lot from_id to_id qty unit_cost kind effective_at earliest_at latest_at posted_at"
    " person_id device_id document reason line_id reverses_id serials"
).split()


def post(moves):
    """Post moves (`NewMove`, any number, of any warehouses); gives `Posted`.

    Raises `IdReused` if an id was posted before with other content. Joins the caller's transaction.
    """
    fresh, duplicates = _unposted(moves)
    posted = Posted(moves=fresh, duplicates=duplicates)
    if fresh:
        _apply(posted, fresh)
        posted.restatements, again = _late(fresh)
        if posted.restatements:
            _apply(posted, posted.restatements)
        for judge, warehouse_id, about in again:
            judge(warehouse_id, about)
        if again:
            posted.negative = {one: qty for one in posted.negative if (qty := held_since_posting(one)) < 0}
        for listener in listeners:
            listener(posted)
    return posted


def held_since_posting(position):
    """What the book holds of a position that this transaction has posted about; None of any other.

    Nobody else can change it until the transaction ends.
    """
    return found_out("balances").get(position)


def loss_location(warehouse_id):
    """The id of a warehouse's LOSS location."""
    if warehouse_id not in _loss:
        (row,) = fetch("SELECT id FROM locations WHERE warehouse_id = :w AND role = 'LOSS'", w=warehouse_id)
        _loss[warehouse_id] = row.id
    return _loss[warehouse_id]


def lock(positions):
    """Hold these positions until the transaction ends, in one order for everybody; new ones begin at nothing."""
    if is_embedded():
        return  # who writes is alone
    run(
        _into_balances() + " ON CONFLICT (warehouse_id, location_id, item_id, lot) DO UPDATE SET qty = balances.qty"
        " WHERE false",  # locks the row and leaves it as it is
        rows=sorted((*position, 0) for position in set(positions)),
    )


def _unposted(moves):
    known = {
        (row.warehouse_id, row.id): row
        for row in fetch(
            "SELECT m.* FROM moves m JOIN " + given("rows", w="id", id="id") + " v"
            " ON m.warehouse_id = v.w AND m.id = v.id",
            rows=[(move.warehouse_id, move.id) for move in moves],
        )
    }
    fresh: dict[tuple[str, str], NewMove] = {}
    duplicates = set()
    for move in moves:
        key = (move.warehouse_id, move.id)
        before = known.get(key) or fresh.get(key)
        if before is None:
            fresh[key] = move
        elif _said_before(before) == move.content():
            duplicates.add(move.id)
        else:
            raise IdReused(fields={move.id: ["already_used"]})
    return list(fresh.values()), duplicates


def _said_before(row):
    return (row.item_id, row.lot, row.from_id, row.to_id, row.qty, row.kind, row.effective_at, row.document)


def _apply(posted, moves):
    """Balances first: they lock the positions, so that whoever reads anchors next reads them in turn."""
    balances = _bring_along(net_changes(moves))
    now = clock.now()
    put(
        "moves",
        [
            (
                move.warehouse_id,
                move.id,
                move.item_id,
                move.lot,
                move.from_id,
                move.to_id,
                move.qty,
                move.unit_cost,
                move.kind,
                move.effective_at,
                move.earliest_at,
                move.latest_at,
                now,
                move.person_id,
                move.device_id,
                move.document,
                move.reason,
                move.line_id,
                move.reverses_id,
                msgspec.json.encode(move.serials).decode() if move.serials else None,
            )
            for move in moves
        ],
        _COLUMNS,
    )
    place_serials(_serials_of(moves))
    found_out("balances").update(balances)
    for position, qty in balances.items():
        posted.negative.pop(position, None)
        if qty < 0 and not _is_virtual(position):
            posted.negative[position] = qty


def _bring_along(changes):
    rows = sorted((*position, change) for position, change in changes.items())
    found = fetch(
        _into_balances()
        + " ON CONFLICT (warehouse_id, location_id, item_id, lot) DO UPDATE SET qty = balances.qty + excluded.qty"
        " RETURNING warehouse_id, location_id, item_id, lot, qty",
        rows=rows,
    )
    by_key = {(row.warehouse_id, row.location_id, row.item_id, row.lot): row.qty for row in found}
    return {position: by_key[tuple(position)] for position in changes}


def _into_balances():
    return (
        "INSERT INTO balances (warehouse_id, location_id, item_id, lot, qty)"
        " SELECT v.w, v.l, v.i, v.lot, v.change FROM "
        + given("rows", w="id", l="id", i="id", lot="text", change="int")
        + " v WHERE true ORDER BY v.w, v.l, v.i, v.lot"
    )


def _is_virtual(position):
    if position.location_id not in _virtual:
        for row in fetch("SELECT id, role FROM locations WHERE warehouse_id = :w", w=position.warehouse_id):
            _virtual[row.id] = row.role is not None
    return _virtual[position.location_id]


def _late(moves):
    """Late truth: what must be posted at the first anchor after each late move, so that the anchor holds again; and who
    judges what again, as `[(judge, warehouse id, {(at, about)})]`.

    The adjustment of a count line is late only against anchors after its own instant.
    """
    late = list(legs(moves))
    rows = [(n, *position, at + own) for n, (position, _, at, own) in enumerate(late) if not _is_virtual(position)]
    these = given("rows", n="int", w="id", l="id", i="id", lot="text", at="int") + " v"
    found = fetch(
        "SELECT v.n, MIN(a.at) AS at, NULL AS about, -1 AS judge FROM "
        + these
        + " JOIN anchors a ON a.warehouse_id = v.w AND a.location_id = v.l AND a.item_id = v.i AND a.lot = v.lot"
        " AND a.at >= v.at AND a.retired_at IS NULL GROUP BY v.n"
        + "".join(
            f" UNION ALL SELECT DISTINCT o.n, o.at, o.about, {n} FROM ({select.format(legs=these)}) o"
            for n, (select, _) in enumerate(judges)
        ),
        rows=rows,
    )
    owed: dict[tuple, int] = defaultdict(int)
    about: dict[tuple, set] = defaultdict(set)
    for row in found:
        position, change, _, _ = late[row.n]
        if row.judge < 0:
            owed[position, row.at] -= change
        else:
            about[row.judge, position.warehouse_id].add((row.at, row.about))
    restated = [_restatement(position, at, change) for (position, at), change in owed.items() if change]
    return restated, [(judges[n][1], warehouse_id, what) for (n, warehouse_id), what in about.items()]


def _restatement(position, at, change):
    (anchor,) = fetch(
        "SELECT a.id, i.unit_cost FROM anchors a JOIN items i ON i.id = a.item_id WHERE a.warehouse_id = :w"
        " AND a.location_id = :l AND a.item_id = :i AND a.lot = :lot AND a.at = :at AND a.retired_at IS NULL"
        " ORDER BY a.posted_at DESC LIMIT 1",
        w=position.warehouse_id,
        l=position.location_id,
        i=position.item_id,
        lot=position.lot,
        at=at,
    )
    return correction(position, change, at, anchor.id, anchor.unit_cost, RESTATEMENT)


def correction(position, change, at, line_id, unit_cost, kind, **more):
    """The move between LOSS and a position that changes its book by `change` (thousandths, signed) at `at`."""
    loss = loss_location(position.warehouse_id)
    from_id, to_id = (loss, position.location_id) if change > 0 else (position.location_id, loss)
    return NewMove(
        id=more.pop("id", None) or new_id(),
        warehouse_id=position.warehouse_id,
        item_id=position.item_id,
        lot=position.lot,
        from_id=from_id,
        to_id=to_id,
        qty=abs(change),
        kind=kind,
        effective_at=at,
        unit_cost=unit_cost,
        line_id=line_id,
        **more,
    )


def _serials_of(moves):
    return [
        (move.item_id, serial, move.warehouse_id, move.to_id, move.lot, move.effective_at)
        for move in moves
        for serial in move.serials
    ]


def place_serials(rows):
    """Where each serial is now: where its latest move or count by effective time put it. Scans know it from now.

    `rows`: (item, serial, warehouse, location, lot, instant).
    """
    if rows:
        last = {(row[0], row[1]): row for row in sorted(rows, key=lambda row: row[5])}
        put(
            "serials",
            [(*key, row[4], clock.now()) for key, row in sorted(last.items())],
            ["item_id", "serial", "lot", "made_at"],
            on_conflict="ON CONFLICT (item_id, serial) DO NOTHING",
        )
        run(
            "INSERT INTO serial_places (item_id, serial, warehouse_id, location_id, lot, since)"
            " SELECT v.i, v.s, v.w, v.l, v.lot, v.at FROM "
            + given("rows", i="id", s="text", w="id", l="id", lot="text", at="int")
            + " v WHERE true ORDER BY v.i, v.s ON CONFLICT (item_id, serial) DO UPDATE SET"
            " warehouse_id = excluded.warehouse_id, location_id = excluded.location_id, lot = excluded.lot,"
            " since = excluded.since WHERE serial_places.since <= excluded.since",
            rows=list(last.values()),
        )
