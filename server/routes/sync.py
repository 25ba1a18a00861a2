"""The floor's one door: phones, handhelds and gateways post what they saw and did; each event gets a receipt."""

import logging
from collections import Counter
from dataclasses import replace

import msgspec
from flask import Response, g
from flask_smorest import Blueprint
from sqlalchemy.exc import DBAPIError

from server import clock
from server.catalog.policy import policies_for
from server.clock import MILLISECOND, MINUTE, SECOND, NotAnInstant, read_instant, show_instant
from server.db import NIL, lost_race, transaction
from server.errors import IdReused, NotAllowed, NotUnderstood, Refusal
from server.ids import new_id
from server.intake import log
from server.intake.rules import corrected
from server.people.rules import Permission
from server.routes.body import decoded
from server.routes.door import language, may
from server.routes.on_behalf import spoken_for
from server.routes.sync_acts import Acts
from server.routes.sync_docs import SYNC_DOC
from server.routes.sync_handling import SUBMITS as HANDLING_SUBMITS
from server.routes.sync_words import MOST_EVENTS, InTheFuture, envelope, read_event, said

routes = Blueprint("sync", __name__, description="The floor's one door")
logger = logging.getLogger("tallyloop")
SUBMITS = ("count.submit", *HANDLING_SUBMITS)
AHEAD = 5 * MINUTE  # how far into the future a corrected instant may lie before it is a mistake


class TooManyEvents(NotUnderstood):
    """At most 1,000 events a delivery."""

    code = "too_many_events"
    en = "At most 1,000 events in one delivery. Nothing was stored; send them in parts."
    zh = "每次最多 1,000 个事件，未保存任何数据。请分批发送。"


@routes.post("/sync")
@routes.doc(**SYNC_DOC)
@may(Permission.WORK)
def sync():
    """Take a delivery of floor events; answer a receipt for each, in order."""
    received_at = clock.now()
    delivery, sent_at = _read()
    who, bringer = spoken_for(delivery.on_behalf_of)
    offset, receipts = _take_somehow(who, bringer, delivery, sent_at, received_at)
    g.events_taken = Counter(receipt["result"] for receipt in receipts)  # for /metrics
    body = {
        "received_at": show_instant(received_at),
        "clock_offset_ms": round(offset / MILLISECOND),
        "receipts": receipts,
    }
    return Response(msgspec.json.encode(body), mimetype="application/json")


def _read():
    delivery = decoded(envelope.decode)
    if len(delivery.events) > MOST_EVENTS:
        raise TooManyEvents(fields={"events": ["too_many"]})
    if not 0 < len(delivery.device_id) <= 120 or "\x00" in delivery.device_id:
        raise NotUnderstood(fields={"device_id": ["invalid"]})
    try:
        return delivery, read_instant(delivery.sent_at)
    except NotAnInstant as error:
        raise NotUnderstood(fields={"sent_at": [error.code]}) from None


def _take_somehow(who, bringer, delivery, sent_at, received_at):
    """As one; or, if the database refuses something that our checks let through, again with every event by itself.

    One rotten event must not keep a phone's whole outbox from ever arriving.
    """
    try:
        events, acts = _prepared(Acts(who, delivery.device_id, bringer), bringer, delivery)
        with transaction():
            return _take(acts, bringer, events, sent_at, received_at)
    except DBAPIError as error:
        if lost_race(error):
            raise
        logger.exception("a delivery is taken again, event by event")
    events, acts = _prepared(Acts(who, delivery.device_id, bringer, careful=True), bringer, delivery)
    with transaction():
        return _take(acts, bringer, events, sent_at, received_at)


def _prepared(acts, bringer, delivery):
    """All that can be read before anything is locked: others wait for the lock, not for our reading."""
    events = [read_event(raw) for raw in delivery.events]
    acts.place(events)
    if bringer is not None:
        _refuse_what_they_may_not_bring(bringer, events)
    acts.look_up(events)
    return events, acts


def _take(acts, bringer, events, sent_at, received_at):
    reading = log.read_clock(acts.device_id, sent_at, received_at, acts.who.id)
    reading = _under_policy(acts, events, reading, received_at)
    kept = _Kept(acts, bringer)
    for event in events:
        if event.at is not None:
            event.when = corrected(event.at, reading)
            if event.when.at > received_at + AHEAD and not event.refusal:
                event.refusal = InTheFuture()
    answers, fresh = _sort(events)
    for event in events:
        if event.refusal:
            answers[event] = _answer(event.refusal)
            kept.add(event, *answers[event][:2])
    for batch in _runs(fresh):
        outcomes = acts.run(batch)
        for event in batch:
            answers[event] = _answer(outcomes[event])
            kept.add(event, *answers[event][:2])
        kept.flush()  # outside of any savepoint: a refused submission must not take the log back with it
    kept.flush()
    return reading.offset, [_receipt(event, *answers[event]) for event in events]


def _refuse_what_they_may_not_bring(bringer, events):
    for event in events:
        if not event.refusal and not bringer.may(Permission.TAKE_OVER, event.warehouse_id):
            event.refusal = NotAllowed()


def _under_policy(acts, events, reading, at):
    """Set the leases, and what counts as a jump of the clock, by the policies that hold now."""
    policies = policies_for([NIL, *{event.warehouse_id for event in events if event.warehouse_id}], at)
    acts.leases = {warehouse_id: policy.lease_minutes * MINUTE for warehouse_id, policy in policies.items()}
    ours = policies[NIL]
    return replace(
        reading, jump_limit=ours.clock_jump_seconds * SECOND, tolerance=ours.clock_tolerance_ms * MILLISECOND
    )


def _sort(events):
    """(answers to what was said before, events to act on, in the device's order)."""
    known = log.answered(
        [(event.warehouse_id, event.id) for event in events if event.warehouse_id and not event.refusal]
    )
    answers, fresh, seen = {}, [], {}
    for event in events:
        if event.refusal:
            continue
        before = known.get((event.warehouse_id, event.id))
        earlier = said(before.raw) if before and before.result == "accepted" else None
        if earlier is None and event.id in seen:
            earlier = seen[event.id].content
        if before is not None and before.result == "accepted" or event.id in seen:
            answers[event] = ("duplicate", None, None) if earlier == event.content else _answer(IdReused())
        else:
            seen[event.id] = event
            fresh.append(event)
    if all(event.seq is not None for event in fresh):
        fresh.sort(key=lambda event: event.seq)
    fresh.sort(key=lambda event: event.type != "quiz.answer")  # it is good for all that comes along with it
    return answers, fresh


def _runs(events):
    """Split before each submission, so that what came before it is on record when it asks what is missing."""
    run = []
    for event in events:
        if event.type in SUBMITS and run:
            yield run
            run = []
        run.append(event)
    if run:
        yield run


def _answer(outcome):
    """(result, code, refusal) of what became of an event."""
    if isinstance(outcome, Refusal):
        return "refused", outcome.code, outcome
    return "accepted", outcome, None


def _receipt(event, result, code, refusal):
    words = refusal.words(language()) if refusal else None
    return {"id": event.id or event.called, "result": result, "code": code, "detail": words}


class _Kept:
    """Events that were answered and wait to be written to the log, many at once."""

    def __init__(self, acts, bringer):
        self.who, self.device_id, self.rows, self.now = acts.who, acts.device_id, {}, clock.now()
        self.brought_by = bringer.id if bringer else None

    def add(self, event, result, code):
        when = event.when
        key = (event.warehouse_id or NIL, event.id or new_id())
        self.rows[key] = (
            *(*key, event.type or "invalid", self.device_id, self.who.id, self.brought_by, event.seq, event.at),
            *((when.at, when.earliest, when.latest) if when else (None, None, None)),
            *(self.now, result, code, event.raw.decode("utf-8", "replace").replace("\x00", "")),
        )

    def flush(self):
        """Write what is waiting."""
        if self.rows:
            log.keep(list(self.rows.values()))
            self.rows = {}
