"""Goods of documents, read in one round: what was said about them, what they had come to, what is expected.

Of a batch that only adds to what was said, nothing older is read: a thousandth scan costs no more than the first.
"""

from dataclasses import dataclass, field

from server import clock
from server.clock import MINUTE
from server.db import among, fetch, given
from server.handling.rules import LEAVING, SURE, Expected, Heard, told_more, with_sure

JUDGED = ("receive", "pick", "check", "putaway", *SURE)
FIRST = ("receive", "pick")
HEARD = ("receive", "pick", "check", "settle", *SURE)


QUIET = 5 * MINUTE  # without a word of them, so a checker who scans piece by piece has done


def may_go_on(row):
    """May whoever said this still be scanning? Not who said that it was all, nor who has been silent for a while."""
    ended = row.ended_at is not None and row.effective_at <= row.ended_at
    return not ended and (row.posted_at is None or row.posted_at > clock.now() - QUIET)


@dataclass(slots=True)
class Goods:
    """One judged item, lot and condition of one document: the facts, what was said, and what it came to.

    `said`: rows of statements. Where `fresh` is not None those are only the ones of this batch, and `before` says what
    all the others came to: a thousandth scan costs no more than the first.
    """

    document: object
    item: object
    lot: str
    condition: str
    said: list
    before: object | None
    expected: Expected | None
    fresh: list | None = None
    checked: bool = False
    outcome: object = None
    posted: int = 0
    done: int = 0
    fix_id: str | None = None
    moves: list = field(default_factory=list)

    @property
    def key(self):
        return self.document.id, self.item.id, self.lot, self.condition

    @property
    def stated(self):
        """Thousandths that the first side says in all."""
        new = sum(row.qty for row in self.said if row.step in FIRST)
        return new + (self.before.first_qty if self.fresh is not None and self.before else 0)

    @property
    def heard(self):
        """The statements as the rules take them."""
        return [
            Heard(row.step, row.person_id, row.qty, row.effective_at, row.serial, bool(row.more) and may_go_on(row))
            for row in self.said
        ]

    @property
    def unsure(self):
        """May a checker of these goods have more to say?"""
        return any(row.step == "check" and may_go_on(row) for row in self.said)

    def outcome_at(self, needed, at=None):
        """What the statements come to, of those until an instant."""
        if self.fresh is not None:
            return told_more(self.before, [(row.step, row.qty) for row in self.said], needed)
        heard = [one for one in self.heard if at is None or one.at <= at]
        return with_sure(heard, needed)

    def hear(self, rows):
        """Take all that was said, since what the others came to does not tell enough."""
        self.fresh, self.said = None, rows


def read_goods(warehouse_id, documents, items, keys, fresh, act):
    """The goods with what they had come to, what is expected, and what was said: all of it, or only what is new."""
    wanted = sorted(keys)
    before = {
        (row.document_id, row.item_id, row.lot, row.condition): row
        for row in fetch(
            "SELECT v.d AS document_id, v.i AS item_id, v.lot, v.c AS condition, g.state, g.first_qty, g.agreed_qty,"
            " g.posted_qty, g.done_qty, g.fix_id, EXISTS (SELECT 1 FROM statements s WHERE s.warehouse_id = :w AND"
            " s.document_id = v.d AND s.item_id = v.i AND s.lot = v.lot AND s.step IN ('check', 'settle')) AS checked"
            " FROM " + given("keys", d="id", i="id", lot="text", c="text") + " v LEFT JOIN document_goods g"
            " ON g.warehouse_id = :w AND g.document_id = v.d AND g.item_id = v.i AND g.lot = v.lot"
            " AND g.condition = v.c",
            keys=wanted,
            w=warehouse_id,
        )
    }
    expected = expected_of(warehouse_id, documents, items)
    all_goods = []
    for key in wanted:
        d, i, lot, c = key
        known = before[key] if before[key].state is not None else None
        goods = Goods(documents[d], items[i], lot, c, [], known, expected[d].get(i))
        goods.checked = bool(before[key].checked)
        if key in fresh and not any(meant.again for meant in fresh[key]):
            goods.fresh, goods.said = fresh[key], [_row(meant, act) for meant in fresh[key]]
        all_goods.append(goods)
    hear(warehouse_id, [goods for goods in all_goods if goods.fresh is None or not _adds_only(goods)])
    return all_goods


def hear(warehouse_id, all_goods):
    """Read all that was said about some goods."""
    if not all_goods:
        return
    said: dict[tuple, list] = {goods.key: [] for goods in all_goods}
    for row in fetch(
        "SELECT s.*, m.id AS move_id, k.ended_at FROM "
        + given("keys", d="id", i="id", lot="text", c="text")
        + " v JOIN statements s ON s.warehouse_id = :w"
        " AND s.document_id = v.d AND s.item_id = v.i AND s.lot = v.lot AND s.condition = v.c"
        " LEFT JOIN moves m ON m.warehouse_id = s.warehouse_id AND m.id = s.id"
        " LEFT JOIN document_hands k ON s.step = 'check' AND k.warehouse_id = s.warehouse_id"
        " AND k.document_id = s.document_id AND k.side = 'check' AND k.person_id = s.person_id"
        " AND k.device_id = s.device_id"
        f" WHERE s.step IN {HEARD} AND NOT EXISTS"
        " (SELECT 1 FROM statements x WHERE x.warehouse_id = s.warehouse_id AND x.voids_id = s.id)"
        " ORDER BY s.effective_at, s.id",
        keys=sorted(said),
        w=warehouse_id,
    ):
        said[row.document_id, row.item_id, row.lot, row.condition].append(row)
    for goods in all_goods:
        goods.hear(said[goods.key])


def _adds_only(goods):
    """Does this batch only add to what was said before, so that nothing older has to be looked at again?"""
    steps = {row.step for row in goods.said}
    kind, before = goods.document.kind, goods.before
    if goods.document.shipped_at is not None or before is not None and before.fix_id is not None:
        return False
    if steps == {"putaway"}:
        return before is not None
    if kind in (*LEAVING, "production"):
        return steps <= {*SURE}
    if steps == {"check"}:  # still scanning: it is no word yet
        return all(row.more for row in goods.said) and before is not None and before.state == "waiting"
    return steps <= {*FIRST, "putaway"} and not goods.checked


def tells_too_little(goods, needed):
    """What one side's word is enough for is posted at once; what was left unposted before has to be read first."""
    steps = {row.step for row in goods.said}
    if goods.fresh is None or goods.before is None or not steps & {*FIRST, *SURE} or needed and not steps & {*SURE}:
        return False
    return goods.before.state != "agreed" or goods.before.posted_qty != goods.before.first_qty


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A statement of this batch, as the table has it."""

    id: str
    step: str
    qty: int
    serial: str | None
    more: bool
    photo: str | None
    place_id: str | None
    person_id: str
    device_id: str
    effective_at: int
    earliest_at: int | None
    latest_at: int | None
    move_id: None = None
    ended_at: None = None
    posted_at: None = None


def _row(meant, act):
    one, when = meant.said, meant.said.when
    said = (one.id, one.step, meant.qty, meant.serial, one.more, one.photo, meant.place_id)
    return _Fresh(*said, act.person_id, act.device_id, when.at, when.earliest, when.latest)


def expected_of(warehouse_id, documents, items):
    """{document id: {item id: Expected}} of these items; what is tied to a receipt is expected by that one."""
    asks = {one: documents[one].tied_id or one for one in documents}
    said: dict[str, dict[str, Expected]] = {one: {} for one in asks.values()}
    rows = fetch(
        "SELECT document_id, item_id, lot, qty FROM document_lines WHERE warehouse_id = :w AND "
        + among("document_id", "ids", "id")
        + " AND "
        + among("item_id", "items", "id"),
        w=warehouse_id,
        ids=sorted(said),
        items=sorted(items),
    )
    for row in rows:
        said[row.document_id].setdefault(row.item_id, Expected()).add(row.lot, row.qty)
    return {one: said[asked] for one, asked in asks.items()}
