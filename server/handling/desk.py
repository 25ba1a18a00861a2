"""Everything that a batch of statements needs to be understood, read by a handful of statements."""

from collections import defaultdict
from functools import cached_property
from uuid import UUID, uuid5

from server import clock
from server.catalog.policy import policy_for
from server.db import among, fetch, given, is_embedded
from server.handling.gather import gather
from server.handling.reserve import wanted_by_others
from server.handling.room import room_in
from server.handling.rules import CLOSED, LIVE, Side, quiz_of
from server.handling.tables import Document
from server.handling.words import Words, is_id
from server.sop.quiz import owed_since
from server.sop.rules import QuizRequired

_FACTS = ", ".join(one.name for one in Document.__table__.columns if one.name != "asked")  # which may be a whole sheet
MOST_HINTED = 20  # items in a delivery; with more it is a backlog, and nobody stands at the shelf to hear a hint
_PRESENT = {Side.FIRST: Side.CHECK, Side.CHECK: Side.FIRST}


class Desk:
    """One batch of one person on one device, in one warehouse. `words`: what it names, where that was read already."""

    def __init__(self, warehouse_id, act, said, words=None):
        self.warehouse_id, self.act, self.said = warehouse_id, act, said
        self.words = words or Words(warehouse_id, said)
        self.joined: set[tuple[str, str, str, str]] = set()  # (document, side, person, device) that are new
        self.gathered = gather(warehouse_id, act, said)
        self.documents = self._find_documents()
        self.hands = self._find_hands()

    def document_of(self, one):
        """The document that a statement names, or None."""
        named = one.document or self.gathered.get(one.id)
        rows = [row for row in self.documents.get(named, []) if not one.kinds or row.kind in one.kinds]
        rows += (
            [row for row in self.documents.get(far_side(named), []) if row.kind in one.kinds] if is_id(named) else []
        )
        return min(rows, key=lambda row: (row.state in CLOSED, row.requested_at), default=None)

    def others(self, document, side):
        """(persons, devices) of the other side of a document."""
        held = self.hands[document.id, _PRESENT[side]]
        return {person for person, _ in held}, {device for _, device in held}

    def join(self, document, side):
        """From now on this person is on that side of the document; so is who brought it, for they have seen it."""
        for person in filter(None, (self.act.person_id, self.act.brought_by)):
            pair = (person, self.act.device_id)
            if pair not in self.hands[document.id, side]:
                self.hands[document.id, side].add(pair)
                self.joined.add((document.id, str(side), *pair))

    def refuse_unlearned(self, one, step, document=None, side=None):
        """Raises `QuizRequired` if this person owes the quiz of a step.

        What happened before it was asked for is taken, and who is on that side of the document already goes on.
        """
        since = self.quizzes.get(quiz_of(step, one.kinds))
        if since is None or one.when.at < since:
            return
        begun = {person for person, _ in self.hands[document.id, side]} if document is not None and side else ()
        if self.act.person_id not in begun:
            raise QuizRequired()

    @cached_property
    def document_ids(self):
        """The documents of this batch."""
        return {row.id for rows in self.documents.values() for row in rows}

    @cached_property
    def holds(self):
        """{item id: holds that are not released}."""
        ids = list(self.words.items[1])
        if not ids:
            return {}
        rows = fetch(
            "SELECT * FROM holds WHERE warehouse_id = :w AND released_at IS NULL AND " + among("item_id", "ids", "id"),
            w=self.warehouse_id,
            ids=ids,
        )
        found: dict[str, list] = {}
        for row in rows:
            found.setdefault(row.item_id, []).append(row)
        return found

    @cached_property
    def held(self):
        """{(item, lot, place): (what the book has there, how much of it is on hold)} where only a part of it is."""
        holds = [hold for rows in self.holds.values() for hold in rows if hold.qty]
        if not holds:
            return {}
        rows = fetch(
            "SELECT v.i, v.lot, v.l, v.qty AS kept, COALESCE(b.qty, 0) AS qty FROM "
            + given("rows", i="id", lot="text", l="id", qty="int")
            + " v LEFT JOIN balances b ON b.warehouse_id = :w AND b.location_id = v.l AND b.item_id = v.i"
            " AND b.lot = v.lot",
            rows=[(hold.item_id, hold.lot, hold.location_id, hold.qty) for hold in holds],
            w=self.warehouse_id,
        )
        found: dict[tuple, tuple] = {}
        for row in rows:
            found[row.i, row.lot, row.l] = (row.qty, row.kept + found.get((row.i, row.lot, row.l), (0, 0))[1])
        return found

    @cached_property
    def here(self):
        """{(item, lot, place): [what the book has there, {document: how much of it is reserved for it}]}."""
        if len(self.words.items[1]) > MOST_HINTED:
            return {}
        return wanted_by_others(self.warehouse_id, set(self.words.items[1]), self.document_ids)

    @cached_property
    def room(self):
        """What still fits where somebody puts something."""
        return room_in(self.warehouse_id, {row.id for row in self.words.places.values() if row.limited})

    @cached_property
    def policy(self):
        """The rules of handling that hold now."""
        return policy_for(self.warehouse_id, clock.now())[1].handling

    @cached_property
    def quizzes(self):
        """{step: since when} of the quizzes that this person owes."""
        return owed_since(self.act.person_id, self.warehouse_id, min(one.when.at for one in self.said))

    @cached_property
    def reasons(self):
        """The codes of the reasons and causes that are in use."""
        return {row.code for row in fetch("SELECT code FROM reasons WHERE active = :yes", yes=True)}

    @cached_property
    def only_places(self):
        """{(item id, lot): the one place where it lies} of what lies in one place only."""
        rows = fetch(
            "SELECT b.item_id, b.lot, MIN(CAST(b.location_id AS VARCHAR(36))) AS place, COUNT(*) AS n FROM balances b"
            " JOIN locations l ON l.warehouse_id = b.warehouse_id AND l.id = b.location_id AND l.role IS NULL"
            " WHERE b.warehouse_id = :w AND b.qty > 0 AND "
            + among("b.item_id", "ids", "id")
            + " GROUP BY b.item_id, b.lot",
            w=self.warehouse_id,
            ids=list(self.words.items[1]),
        )
        return {(row.item_id, row.lot): row.place for row in rows if row.n == 1}

    @cached_property
    def serials(self):
        """{(document, item, serial)} of those in this batch that the first side scanned before."""
        scanned = {one.serial for one in self.said} | {label.serial for label in self.words.labels.values()}
        scanned -= {None, ""}
        if not self.document_ids or not scanned:
            return set()
        rows = fetch(
            "SELECT s.document_id, s.item_id, s.serial FROM statements s WHERE s.warehouse_id = :w"
            f" AND {among('s.serial', 'serials')} AND {among('s.item_id', 'items', 'id')}"
            " AND s.serial IS NOT NULL AND s.step IN ('receive', 'pick') AND NOT EXISTS"
            " (SELECT 1 FROM statements x WHERE x.warehouse_id = s.warehouse_id AND x.voids_id = s.id)",
            w=self.warehouse_id,
            serials=sorted(scanned),
            items=sorted(self.words.items[1]),
        )
        return {tuple(row) for row in rows if row.document_id in self.document_ids}

    def _find_documents(self):
        """{id or number as it was said: document rows}, locked, so that two sides are judged one after the other."""
        named = {one.document for one in self.said} - {None}
        ids = {text for text in named if is_id(text)}
        ids |= {far_side(one) for one in ids}
        ids |= set(self.gathered.values())
        found: dict[str, list] = defaultdict(list)
        for row in documents_named(self.warehouse_id, ids, named):
            found[row.id].append(row)
            if row.number in named:
                found[row.number].append(row)
        return found

    def _find_hands(self):
        found = defaultdict(set)
        if self.document_ids:
            rows = fetch(
                "SELECT document_id, side, person_id, device_id FROM document_hands WHERE warehouse_id = :w AND "
                + among("document_id", "ids", "id"),
                w=self.warehouse_id,
                ids=sorted(self.document_ids),
            )
            for row in rows:
                found[row.document_id, Side(row.side)].add((row.person_id, row.device_id))
        return found


def documents_named(warehouse_id, ids, numbers):
    """Documents by id or number, locked in one order for everybody until the transaction ends."""
    if not ids and not numbers:
        return []
    named = (
        f"SELECT v.id FROM {given('ids', id='id')} v UNION ALL SELECT n.id FROM documents n"
        f" WHERE n.warehouse_id = :w AND {among('n.number', 'numbers')}"
    )
    return fetch(
        f"SELECT {_FACTS} FROM documents WHERE warehouse_id = :w AND id IN ({named}) ORDER BY id"
        + ("" if is_embedded() else " FOR UPDATE"),
        w=warehouse_id,
        ids=[(one,) for one in ids],
        numbers=sorted(numbers),
    )


def houses_of(names):
    """{id or number: rows (warehouse_id, house, kind)} of the documents of all warehouses; live before closed ones."""
    ids = {name: name for name in names if is_id(name)}
    ids |= {far_side(name): name for name in ids}
    said = "SELECT h.id AS warehouse_id, h.code AS house, d.kind, d.state, "
    found: dict[str, list] = defaultdict(list)
    rows = fetch(  # from the warehouses, in this order: an index of each is better than all documents
        f"{said} CAST(d.id AS VARCHAR(36)) AS name FROM warehouses h CROSS JOIN {given('ids', id='id')} v"
        " JOIN documents d ON d.warehouse_id = h.id AND d.id = v.id"
        f" UNION ALL {said} d.number FROM warehouses h CROSS JOIN {given('names', number='text')} v"
        " JOIN documents d ON d.warehouse_id = h.id AND d.number = v.number",
        ids=[(one,) for one in ids],
        names=[(one,) for one in names],
    )
    for row in sorted(rows, key=lambda row: row.state not in LIVE):
        found[ids.get(row.name, row.name)].append(row)
    return found


def far_side(document_id):
    """The id of a transfer's other document: the arrival in the far warehouse."""
    return str(uuid5(UUID(document_id), "arrival"))
