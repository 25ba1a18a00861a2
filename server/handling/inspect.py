"""What customers send back is in the book at once, but on hold until somebody else has looked at it: good or damaged.

Each `adjust.return` without a document opens one. Whoever took the goods in never inspects them; a `receive.check`
says of so many pieces what they are like. Good ones are free then (and put away, if they stand at the dock); damaged
ones stay on hold, and their scrap is proposed to a supervisor, who may send them back to the supplier instead.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid5

from server import clock
from server.catalog.lookup import items_by_id
from server.catalog.policy import policy_for
from server.db import among, fetch, given, put, run
from server.handling.desk import documents_named
from server.handling.moves import book_right
from server.handling.open import Asked, default_number, write_documents
from server.handling.rules import Inspected, Side, inspected
from server.ledger.post import post

UNSEEN = "unseen"  # the condition of goods that nobody has inspected yet
_SEEN = ("good", "damaged")
_STANDS = ("dock", "staging", "quarantine")  # kinds of place from which good goods go on to a shelf
_GOODS = "warehouse_id document_id item_id lot condition state first_qty agreed_qty posted_qty done_qty".split()
_HOLD = "warehouse_id id kind item_id lot location_id qty document_id placed_by placed_at".split()


def with_documents(desk, taken):
    """The same statements, returns under a document of their own: it is as old as they are and waits for a look."""
    back = [meant for meant in taken if meant.said.step == "return" and meant.document is None]
    if not back:
        return taken
    due_at = clock.now() + policy_for(desk.warehouse_id, clock.now())[1].decision_hours * clock.HOUR
    write_documents([_asked(desk, meant, due_at) for meant in back], desk.act.person_id)
    rows = {row.id: row for row in documents_named(desk.warehouse_id, {meant.said.id for meant in back}, set())}
    for row in rows.values():
        desk.join(row, Side.FIRST)
    return [
        replace(meant, document=rows[meant.said.id], condition=UNSEEN) if meant in back else meant for meant in taken
    ]


def _asked(desk, meant, due_at):
    return Asked(
        id=meant.said.id,
        warehouse_id=desk.warehouse_id,
        kind="return",
        asked={"statement": meant.said.id},
        lines=(),
        number=default_number("return", meant.said.id),
        announced=False,
        place_id=meant.place_id,
        due_at=due_at,
        reason=meant.said.reason,
        note=meant.said.note,
        photo=meant.said.photo,
        state="submitted",
        submitted_at=meant.said.when.at,
    )


def to_inspect(warehouse_id, taken):
    """Keys `(document, item, lot)` of returned goods that these statements speak of."""
    back = [one for one in taken if one.document is not None and one.document.kind == "return"]
    fresh = {one.key[:3] for one in back if one.said.step == "return"}
    return fresh | unseen(warehouse_id, {one.key[:3] for one in back} - fresh)


def unseen(warehouse_id, keys):
    """Those of `(document, item, lot)` that were taken in before anybody inspected them."""
    if not keys:
        return set()
    rows = fetch(
        "SELECT v.d, v.i, v.lot FROM " + given("keys", d="id", i="id", lot="text") + " v JOIN document_goods g"
        " ON g.warehouse_id = :w AND g.document_id = v.d AND g.item_id = v.i AND g.lot = v.lot"
        " AND g.condition = :unseen",
        keys=sorted(keys),
        w=warehouse_id,
        unseen=UNSEEN,
    )
    return {(row.d, row.i, row.lot) for row in rows}


@dataclass(slots=True)
class Returned:
    """Returned goods of one document, item and lot, and what was found when somebody looked."""

    document: object
    item: object
    lot: str
    said: list = field(default_factory=list)
    before: dict = field(default_factory=dict)
    proposed: int = 0
    proposals: int = 0
    decided: int = 0
    at_shelf: bool = False
    found: Inspected | None = None

    @property
    def first(self):
        """The word of whoever took it in."""
        return next((row for row in self.said if row.step == "return"), self.said[0] if self.said else None)


def look(warehouse_id, documents, items, keys, posted=None):
    """What inspecting returned goods has come to; writes it, holds what is not good, proposes to scrap what is damaged.

    `posted`: {key: thousandths} that a batch has just brought. Gives `Returned` of each key.
    """
    if not keys:
        return []
    all_ = _read(warehouse_id, documents, items, keys)
    rows, holds, moves = [], [], []
    for one in all_:
        said = [(row.step, row.condition, row.qty, row.effective_at) for row in one.said]
        one.found = inspected(said)
        before = one.before[UNSEEN].posted_qty if UNSEEN in one.before else 0
        before += (posted or {}).get((one.document.id, one.item.id, one.lot), 0)
        owed = one.found.whole - before
        if owed and one.first is not None:
            moves.append(book_right(warehouse_id, one, owed))
        rows += _rows(warehouse_id, one)
        holds += _hold(warehouse_id, one)
    put(
        "document_goods",
        rows,
        _GOODS,
        on_conflict="ON CONFLICT (warehouse_id, document_id, item_id, lot, condition) DO UPDATE SET"
        " state = excluded.state, first_qty = excluded.first_qty, agreed_qty = excluded.agreed_qty,"
        " posted_qty = excluded.posted_qty, done_qty = excluded.done_qty",
    )
    _keep_held(holds)
    if moves:
        post(moves)
    _open_again(warehouse_id, all_)
    _propose(warehouse_id, [one for one in all_ if one.found.damaged > one.proposed])
    return all_


def _keep_held(holds):
    """A hold of which nothing is left is released by itself, and is there again when something is."""
    put(
        "holds",
        holds,
        _HOLD,
        on_conflict="ON CONFLICT (warehouse_id, id) DO UPDATE SET qty = excluded.qty, released_by = CASE WHEN"
        " excluded.qty = 0 THEN COALESCE(holds.released_by, excluded.placed_by) WHEN holds.qty = 0 THEN NULL"
        " ELSE holds.released_by END, released_at = CASE WHEN excluded.qty = 0 THEN COALESCE(holds.released_at,"
        " excluded.placed_at) WHEN holds.qty = 0 THEN NULL ELSE holds.released_at END",
    )


def _open_again(warehouse_id, all_):
    """What was found good was withdrawn after the document's end."""
    ended = {one.document.id for one in all_ if one.document.state == "done" and one.found.state != "agreed"}
    if ended:
        run(
            "UPDATE documents SET state = 'submitted', closed_at = NULL WHERE warehouse_id = :w AND "
            + among("id", "ids", "id"),
            w=warehouse_id,
            ids=sorted(ended),
        )


def _rows(warehouse_id, one):
    head, found = (warehouse_id, one.document.id, one.item.id, one.lot), one.found
    open_ = found.state != "agreed"
    done = min(sum(row.qty for row in one.said if row.step == "putaway"), found.good)
    good_done = found.good if one.at_shelf else done
    shown = [(*head, UNSEEN, found.state, found.taken, None if open_ else 0, found.whole, 0)]
    seen = {"good": (found.good, good_done), "damaged": (found.damaged, 0)}
    for condition, (qty, gone) in seen.items():
        if qty or condition in one.before:
            shown.append((*head, condition, "agreed", qty, qty, qty, gone))
    return shown


def _hold(warehouse_id, one):
    """Of the position, as many as nobody has found good yet, less what was decided about."""
    if one.found.whole == one.found.good and UNSEEN not in one.before:
        return []
    kept = max(one.found.whole - one.found.good - one.decided, 0)
    id_ = str(uuid5(UUID(one.document.id), f"hold {one.item.id} {one.lot}"))
    said = (one.item.id, one.lot, one.document.place_id, kept, one.document.id)
    person_id = one.said[-1].person_id if one.said else one.document.requested_by
    return [(warehouse_id, id_, "inspection", *said, person_id, clock.now())]


def _propose(warehouse_id, damaged):
    """A scrap that waits for approval, for what was found damaged; true from when it was found."""
    asked, words = [], []
    for one in damaged:
        words_of_it = [row for row in reversed(one.said) if row.condition == "damaged"]
        found = words_of_it[0]
        id_ = str(uuid5(UUID(one.document.id), f"scrap {one.item.id} {one.lot} {one.proposals}"))
        qty = one.found.damaged - one.proposed
        asked.append(
            (
                Asked(
                    id=id_,
                    warehouse_id=warehouse_id,
                    kind="scrap",
                    asked={"return": one.document.id},
                    lines=(("goods", one.item.id, one.lot, qty),),
                    place_id=one.document.place_id,
                    about_id=one.document.id,
                    reason=one.document.reason,
                    note=one.document.number,
                    photo=next((row.photo for row in words_of_it if row.photo), None),
                    state="requested",
                ),
                found.person_id,
            )
        )
        words.append(_scrapped(warehouse_id, one, found, id_, qty))
    for document, person_id in asked:
        write_documents([document], person_id)
    put(
        "statements",
        words,
        "warehouse_id id document_id step item_id lot condition qty place_id more reason photo person_id device_id"
        " device_at effective_at earliest_at latest_at posted_at".split(),
    )


def _scrapped(warehouse_id, one, found, document_id, qty):
    return (
        *(warehouse_id, str(uuid5(UUID(document_id), "word")), document_id, "scrap", one.item.id, one.lot, "", qty),
        *(one.document.place_id, False, one.document.reason, found.photo, found.person_id, found.device_id),
        *(found.device_at, found.effective_at, found.earliest_at, found.latest_at, clock.now()),
    )


def _read(warehouse_id, documents, items, keys):
    found = {key: Returned(documents[key[0]], items[key[1]], key[2]) for key in sorted(keys)}
    table = given("keys", d="id", i="id", lot="text")
    asked = {"keys": sorted(keys), "w": warehouse_id}
    for row in fetch(
        "SELECT s.* FROM " + table + " v JOIN statements s ON s.warehouse_id = :w AND s.document_id = v.d"
        " AND s.item_id = v.i AND s.lot = v.lot WHERE s.step IN ('return', 'check', 'settle', 'putaway')"
        " AND NOT EXISTS (SELECT 1 FROM statements x WHERE x.warehouse_id = s.warehouse_id AND x.voids_id = s.id)"
        " ORDER BY s.effective_at, s.id",
        **asked,
    ):
        found[row.document_id, row.item_id, row.lot].said.append(row)
    for row in fetch(
        "SELECT g.* FROM " + table + " v JOIN document_goods g ON g.warehouse_id = :w AND g.document_id = v.d"
        " AND g.item_id = v.i AND g.lot = v.lot",
        **asked,
    ):
        found[row.document_id, row.item_id, row.lot].before[row.condition] = row
    for row in fetch(
        "SELECT d.about_id, l.item_id, l.lot, l.qty, d.kind, d.approved_at FROM " + table + " v"
        " JOIN documents d ON d.warehouse_id = :w AND d.about_id = v.d JOIN document_lines l"
        " ON l.warehouse_id = d.warehouse_id AND l.document_id = d.id AND l.item_id = v.i AND l.lot = v.lot",
        **asked,
    ):
        one = found[row.about_id, row.item_id, row.lot]
        one.proposals += 1
        one.proposed += row.qty if row.kind == "scrap" else 0
        one.decided += row.qty if row.approved_at is not None else 0
    shelves = _shelves(warehouse_id, {one.document.place_id for one in found.values()})
    for one in found.values():
        one.at_shelf = one.document.place_id in shelves
    return list(found.values())


def _shelves(warehouse_id, place_ids):
    rows = fetch(
        f"SELECT id, kind FROM locations WHERE warehouse_id = :w AND {among('id', 'ids', 'id')}",
        w=warehouse_id,
        ids=sorted(place_ids),
    )
    return {row.id for row in rows if row.kind not in _STANDS}


def follow_up(document):
    """What was decided about damaged goods: they are held for it no longer. `document`: the scrap, or the way back."""
    rows = fetch(
        "SELECT item_id, lot FROM document_lines WHERE warehouse_id = :w AND document_id = :d",
        w=document.warehouse_id,
        d=document.id,
    )
    keys = unseen(document.warehouse_id, {(document.about_id, row.item_id, row.lot) for row in rows})
    about = documents_named(document.warehouse_id, {document.about_id}, set())
    items = items_by_id({item_id for _, item_id, _ in keys})
    look(document.warehouse_id, {row.id: row for row in about}, items, keys)


def brought(taken):
    """{(document, item, lot): thousandths} that these returns have just brought into the book."""
    found: dict[tuple, int] = defaultdict(int)
    for meant in taken:
        if meant.said.step == "return" and not meant.again:
            found[meant.key[:3]] += meant.qty
    return found
