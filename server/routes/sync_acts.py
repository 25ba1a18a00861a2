"""Each event to its verb. A refusal is a receipt, not an exception: the others go on.

Entries that follow one another are kept together, by a handful of statements; everything else acts one by one.
"""

import logging
from functools import cached_property, partial

from sqlalchemy.exc import DBAPIError

from server.cases.mend import action_done
from server.cases.open import Matter, open_case, worth
from server.cases.rules import kind_and_note
from server.cases.work import find_case
from server.catalog.amounts import LotRequired, counted_qty
from server.catalog.identify import identify_here, identify_many
from server.catalog.lock import refuse_locked
from server.catalog.lookup import items_by_sku, locations_by_code
from server.catalog.rules import ItemUnknown, LocationUnknown
from server.counting import claim, entry, submit
from server.counting.blind import blind_places
from server.counting.claim import Hand
from server.counting.rules import TaskUnknown
from server.db import attempt, fetch, given, lost_race
from server.errors import Broken, NotAllowed, NotUnderstood, Refusal
from server.gateways import count_tags
from server.gateways.bind import bind_said
from server.handling.carry import carry, container_of, tell_of
from server.handling.refusals import SamePlace
from server.handling.room import room_in
from server.handling.rules import BOOK_HINTS
from server.handling.said import Act, Said
from server.handling.whole import move_whole
from server.ledger.post import post
from server.ledger.rules import NewMove
from server.people.rules import Permission
from server.people.who import warehouses_for
from server.reconcile.review import review
from server.routes import sync_handling
from server.sop.quiz import answer_quiz, refuse_unpassed

log = logging.getLogger("tallyloop")
_house_of_task: dict[str, str] = {}  # never changes, so it is remembered


class WarehouseUnclear(Refusal):
    """Nobody can tell in which warehouse this happened."""

    code = "warehouse_unclear"
    status = 422
    en = "You work in several warehouses. Say which one this belongs to."
    zh = "您在多个仓库工作。请说明该操作属于哪个仓库。"


class QuantityNotPositive(NotUnderstood):
    """A move takes something along."""

    code = "quantity_not_positive"
    en = "A move needs a quantity above zero."
    zh = "移动数量必须大于零。"


class Acts:
    """One delivery of one person and device, being acted upon. `careful`: a savepoint for every single event."""

    def __init__(self, who, device_id, bringer=None, careful=False):
        self.who, self.device_id, self.careful = who, device_id, careful
        self._act = Act(who.id, device_id, bringer.id if bringer else None)
        self.leases: dict[str, int] = {}  # microseconds by warehouse, as their policies say
        self.named = None  # what is entered, as the catalogue names it
        self.words: dict = {}  # what statements name, by warehouse

    @cached_property
    def warehouses(self):
        """{code: row} of those this person works in; asked for only by events that name no task."""
        return {row.code: row for row in warehouses_for(self.who, Permission.WORK)}

    @cached_property
    def by_id(self):
        return {row.id: row for row in self.warehouses.values()}

    def place(self, events):
        """Find the warehouse of each event, by as few statements as there are kinds of clue."""
        readable = [event for event in events if not event.refusal]
        of_document = self._houses_of_documents(readable)
        tasks = {event.data.task for event in readable if hasattr(event.data, "task")}
        entries = {event.data.entry for event in readable if event.type == "count.void"}
        of_task = self._houses_of_tasks(tasks)
        of_entry = self._owners("count_entries", entries)
        of_entry |= {
            event.id: of_task.get(event.data.task) for event in readable if event.type in ("count.entry", "count.empty")
        }
        for event in readable:
            try:
                event.warehouse_id = of_document.get(event.id) or self._warehouse_of(event, of_task, of_entry)
            except Refusal as refusal:
                event.refusal = refusal

    def look_up(self, events):
        """Ask the catalogue about all that is named: before anything is locked, since it is most of the work."""
        entered = [event.data for event in events if event.type == "count.entry" and not event.refusal]
        if entered:
            skus = {said.sku for said in entered if said.code is None}
            self.named = entry.named_items({said.code for said in entered}, skus)
        if not self.careful:
            self.words = sync_handling.words_of(events)

    def run(self, events):
        """Act on readable events in their order; gives {event: None, hint or Refusal}."""
        outcomes = {}
        batch = []
        for event in events:
            if batch and _together(batch[0], event):
                batch.append(event)
                continue
            outcomes |= self._batch(batch)
            batch = [event] if _group(event) else []
            if not batch:
                outcomes[event] = self._alone(event)
        return self._told(outcomes | self._batch(batch))

    def _houses_of_documents(self, events):
        events = [event for event in events if event.type in sync_handling.TYPES]
        if not events:
            return {}
        statements = {event.data.statement for event in events if event.type == "document.void"}
        owners = self._owners("statements", statements)
        of_statement = {event.id: owners.get(event.data.statement) for event in events if event.type == "document.void"}
        return of_statement | sync_handling.houses_of_documents(events, partial(self.who.may, Permission.WORK))

    def _owners(self, table, ids):
        if not ids:
            return {}
        rows = fetch(
            f"SELECT t.id, t.warehouse_id FROM warehouses h CROSS JOIN {given('ids', id='id')} v"
            f" JOIN {table} t ON t.warehouse_id = h.id AND t.id = v.id",
            ids=[(one,) for one in ids],
        )
        return {row.id: row.warehouse_id for row in rows if self.who.may(Permission.WORK, row.warehouse_id)}

    def _houses_of_tasks(self, ids):
        unseen = [one for one in ids if one not in _house_of_task]
        if len(_house_of_task) > 100_000:
            _house_of_task.clear()
        found = self._owners("count_tasks", unseen)
        _house_of_task.update(found)
        known = {one: _house_of_task.get(one) for one in ids}
        return found | {one: house for one, house in known.items() if house and self.who.may(Permission.WORK, house)}

    def _warehouse_of(self, event, of_task, of_entry):
        if hasattr(event.data, "task"):
            found = of_task.get(event.data.task)
        elif event.type == "count.void":
            found = of_entry.get(event.data.entry)
            if found is None:
                raise entry.EntryUnknown()
        else:
            return self._named_or_only(event)
        if found is None:
            raise TaskUnknown()
        return found

    def _named_or_only(self, event):
        if event.data.warehouse is not None:
            row = self.warehouses.get(event.data.warehouse)
            if row is None:
                raise NotAllowed()
            return row.id
        if len(self.by_id) == 1:
            return next(iter(self.by_id))
        if not self.by_id:
            raise NotAllowed()
        return self._by_places(event)

    def _by_places(self, event):
        """The device's own warehouse, or the one warehouse that has these locations."""
        device = (
            fetch("SELECT warehouse_id FROM devices WHERE id = :id", id=self.device_id)
            if len(self.device_id) == 36
            else []
        )
        if device and device[0].warehouse_id in self.by_id:
            return device[0].warehouse_id
        codes = {getattr(event.data, name, None) for name in ("from_", "to", "location")} - {None}
        fits = [one for one in self.by_id if codes and len(locations_by_code(one, codes)) == len(codes)]
        if len(fits) != 1:
            raise WarehouseUnclear()
        return fits[0]

    def _hand(self, warehouse_id):
        return Hand(self.who.id, self.device_id, self.leases[warehouse_id])

    def _batch(self, events):
        """Events of one group in one warehouse, all at once."""
        if not events:
            return {}
        if events[0].type == "count.entry":
            return self._entries(events)
        if self.careful:
            return {event: self._alone(event) for event in events}
        warehouse_id = events[0].warehouse_id
        outcomes = sync_handling.keep(warehouse_id, self._act, events, self.words[warehouse_id])
        return dict(zip(events, outcomes, strict=True))

    def _entries(self, events):
        if self.careful:
            return {event: self._alone(event) for event in events}
        warehouse_id = events[0].warehouse_id
        outcomes = entry.enter(warehouse_id, self._hand(warehouse_id), [_said(event) for event in events], self.named)
        return dict(zip(events, outcomes, strict=True))

    def _alone(self, event):
        try:
            with attempt():
                if event.type in sync_handling.TYPES:
                    return sync_handling.act_alone(event, self._act)
                return getattr(self, "_" + event.type.replace(".", "_"))(event)
        except Refusal as refusal:
            return refusal
        except DBAPIError as error:
            if lost_race(error) or not self.careful:
                raise
            log.exception("event refused by the database")
            return Broken()

    def _count_claim(self, event):
        task = claim.find_task(event.warehouse_id, event.data.task)
        claim.claim(task, self._hand(event.warehouse_id), event.id, event.seq, event.data.reason, event.when.at)

    def _count_release(self, event):
        claim.release(claim.find_task(event.warehouse_id, event.data.task), self._hand(event.warehouse_id))

    def _count_entry(self, event):
        return entry.enter(event.warehouse_id, self._hand(event.warehouse_id), [_said(event)], self.named)[0]

    def _count_void(self, event):
        said = entry.Said(event.id, "", "", event.at, event.when, event.seq)
        entry.void(event.warehouse_id, self._hand(event.warehouse_id), said, event.data.entry)

    def _count_empty(self, event):
        entry.empty(event.warehouse_id, self._hand(event.warehouse_id), _said(event))

    def _count_submit(self, event):
        task = claim.find_task(event.warehouse_id, event.data.task)
        hand = self._hand(event.warehouse_id)
        if submit.submit(task, hand, event.seq):
            count_tags.say(task, hand)
            review(task)

    def _move(self, event):
        refuse_unpassed(event.warehouse_id, self.who.id, "move", at=event.when.at)
        move, target = self._new_move(event)
        texts = (event.data.container, event.data.out_of)
        named = identify_here(event.warehouse_id, [text for text in texts if text is not None]) if any(texts) else {}
        carriers = [container_of(text, named.get(text)) for text in texts]
        room = room_in(move.warehouse_id, {move.to_id} if target.limited else ())
        left = room.fill(move.to_id, move.item_id, move.qty)
        if any(carriers):
            serial = move.serials[0] if move.serials else None
            goods = (move.id, *carriers, "move", move.item_id, move.lot, serial, move.qty, move.from_id, move.to_id)
            carry(event.warehouse_id, self._act, [(*goods, None, event.when.at, None)])
        post([move])
        tell_of(event.warehouse_id, carriers, event.when.at)
        return "over_capacity" if left is not None and left < 0 else None

    def _container_move(self, event):
        refuse_unpassed(event.warehouse_id, self.who.id, "move", at=event.when.at)
        said = Said(event.id, "move", event.at, event.when, container=event.data.container, to=event.data.to)
        return move_whole(event.warehouse_id, self._act, said)

    def _told(self, outcomes):
        """Without hints that would tell somebody what the book has where they are blind."""
        hinted = [event for event, outcome in outcomes.items() if outcome in BOOK_HINTS]
        for house in {event.warehouse_id for event in hinted}:
            here = {event: _places_named(event) for event in hinted if event.warehouse_id == house}
            blind, rows = blind_places([house], self.who)[house], locations_by_code(house, set().union(*here.values()))
            hidden = {code for code, row in rows.items() if row.id in blind}
            # A container comes from wherever it stood, which nobody said.
            whole = {event for event in here if blind and event.type == "container.move"}
            outcomes |= {event: None for event, codes in here.items() if codes & hidden or event in whole}
        return outcomes

    def _new_move(self, event):
        said = event.data
        item, lot, serial, qty = _item_of(said)
        if qty <= 0:
            raise QuantityNotPositive()
        if said.from_ == said.to:
            raise SamePlace()
        places = locations_by_code(event.warehouse_id, [said.from_, said.to])
        for code in (said.from_, said.to):
            if code not in places:
                raise LocationUnknown(location=code)
            refuse_locked(places[code], event.when.at)
            if places[code].role is not None and not self.who.may(Permission.POST_MOVES, event.warehouse_id):
                raise NotAllowed()
        move = NewMove(
            id=event.id,
            warehouse_id=event.warehouse_id,
            item_id=item.id,
            lot=lot,
            from_id=places[said.from_].id,
            to_id=places[said.to].id,
            qty=qty,
            kind="move",
            effective_at=event.when.at,
            earliest_at=event.when.earliest,
            latest_at=event.when.latest,
            unit_cost=item.unit_cost,
            person_id=self.who.id,
            device_id=self.device_id,
            serials=(serial,) if serial else (),
        )
        return move, places[said.to]

    def _tag_bind(self, event):
        bind_said(event.warehouse_id, event.id, event.data, self.who.id)

    def _quiz_answer(self, event):
        said = event.data
        where = event.warehouse_id, event.id, self.who.id, self.device_id, event.when.at
        found = answer_quiz(*where, said.step, said.answers, said.sop)
        return None if found.passed else "quiz_failed"

    def _action_done(self, event):
        said, house = event.data, event.warehouse_id
        leads = self.who.may(Permission.WORK_CASES, house)
        photos = tuple(said.photos or ())
        case = find_case([house], said.case)
        action_done(case, self.who.id, leads, said.action, event.id, said.note, photos, event.when.at)

    def _case_report(self, event):
        said = event.data
        place = item = None
        if said.location is not None:
            place = locations_by_code(event.warehouse_id, [said.location]).get(said.location)
            if place is None:
                raise LocationUnknown(location=said.location)
        sku = said.sku
        if sku is None and said.code is not None:
            sku = identify_many([said.code])[said.code].sku or said.code
        if sku is not None:
            item = items_by_sku([sku]).get(sku)
            if item is None:
                raise ItemUnknown(code=sku)
        kind, note = kind_and_note(said.kind, said.note)
        matter = Matter(
            id=event.id,
            warehouse_id=event.warehouse_id,
            kind=kind,
            location_id=place.id if place else None,
            item_id=item.id if item else None,
            lot=said.lot or "",
            qty=said.quantity,
            value=worth(said.quantity, item),
            note=note,
            photos=tuple(said.photos or ()),
        )
        open_case(matter, self.who.id)


def _places_named(event):
    return {getattr(event.data, name, None) for name in ("from_", "to", "location")} - {None}


def _group(event):
    """Which events are kept together: entries, and statements about goods."""
    return "count" if event.type == "count.entry" else "goods" if event.type in sync_handling.STEPS else None


def _together(one, other):
    return _group(one) == _group(other) and one.warehouse_id == other.warehouse_id


def _item_of(said):
    """(item, lot, serial, thousandths) of a move's code or sku."""
    if said.code is not None:
        label = identify_many([said.code])[said.code]
        if label.item_id is None:
            raise ItemUnknown(code=said.code)
        item, lot, serial = items_by_sku([label.sku])[label.sku], said.lot or label.lot, said.serial or label.serial
        qty = counted_qty(said.quantity, label.pack_qty)
    else:
        item = items_by_sku([said.sku]).get(said.sku)
        if item is None:
            raise ItemUnknown(code=said.sku)
        lot, serial, qty = said.lot, said.serial, said.quantity
    if item.lot_tracked and not lot:
        raise LotRequired(sku=item.sku)
    return item, lot or "", serial, qty


def _said(event):
    one = event.data
    head = event.id, one.task, one.location, event.at, event.when, event.seq
    if event.type == "count.empty":
        return entry.Said(*head, sku=one.sku, lot=one.lot, photo=one.photo)
    return entry.Said(*head, one.code, one.sku, one.lot, one.serial, one.quantity, one.method, one.raw, one.photo)
