"""Events about documents and goods to their verbs. `Acts` asks here for what is not counting.

Statements that follow one another are kept together, by a handful of statements; ships and the small words alone.
"""

from server.handling import ship, submit
from server.handling.desk import houses_of
from server.handling.rules import INBOUND, OUTBOUND
from server.handling.said import Act, Said
from server.handling.say import say

# type → (step, the kinds of document that it can belong to)
STEPS = {
    "receive.line": ("receive", tuple(INBOUND)),
    "receive.check": ("check", tuple(INBOUND)),
    "putaway": ("putaway", tuple(INBOUND)),
    "pick.line": ("pick", tuple(OUTBOUND)),
    "pick.check": ("check", tuple(OUTBOUND)),
    "pick.short": ("short", tuple(OUTBOUND)),
}
ALONE = {
    "ship": tuple(OUTBOUND),
    "receive.submit": tuple(INBOUND),
    "pick.submit": tuple(OUTBOUND),
    "document.claim": (),
    "document.void": (),
}
SUBMITS = ("receive.submit", "pick.submit")
TYPES = {*STEPS, *ALONE}


def houses_of_documents(events, warehouse_ids):
    """{event id: warehouse id} of events that name a document which only one of these warehouses has."""
    named = {event.id: _document(event) for event in events if event.type in TYPES}
    named = {id_: document for id_, document in named.items() if document is not None}
    if not named:
        return {}
    found = houses_of(set(named.values()), warehouse_ids)
    return {id_: found[name][0] for id_, name in named.items() if len(set(found.get(name, ()))) == 1}


def keep(warehouse_id, who_id, device_id, events):
    """Statements of one person and device in one warehouse; gives their outcomes in order."""
    return say(warehouse_id, Act(who_id, device_id), [_said(event) for event in events])


def act_alone(event, who_id, device_id):
    """One event that acts by itself; gives None or a hint, or raises why not."""
    act = Act(who_id, device_id)
    if event.type in STEPS:
        (outcome,) = say(event.warehouse_id, act, [_said(event)])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome
    one = Said(event.id, "ship", event.at, event.when, ALONE[event.type], note=event.data.note)
    if event.type == "document.void":
        return submit.void(event.warehouse_id, act, one, event.data.statement)
    one = Said(
        *(event.id, "ship" if event.type == "ship" else "submit", event.at, event.when, ALONE[event.type]),
        document=_document(event),
        condition=event.data.side,
        photo=event.data.photo,
        note=event.data.note,
    )
    if event.type == "ship":
        return ship.ship(event.warehouse_id, act, one)
    if event.type == "document.claim":
        return submit.claim(event.warehouse_id, act, one)
    return submit.submit(event.warehouse_id, act, one, event.seq)


def _document(event):
    """The document that an event names; ids in small letters."""
    said = getattr(event.data, "document", None)
    return said.lower() if said is not None and len(said) == 36 and said.count("-") == 4 else said


def _said(event):
    one = event.data
    step, kinds = STEPS[event.type]
    more = {}
    if event.type == "putaway":
        more = {"location": one.from_, "to": one.to}
    else:
        more = {"location": one.location if event.type != "pick.check" else None}
    if event.type != "pick.short":
        more |= {"quantity": one.quantity, "condition": one.condition}
    else:
        more |= {"quantity": one.found}
    return Said(
        *(event.id, step, event.at, event.when, kinds),
        document=_document(event),
        code=one.code,
        sku=one.sku,
        lot=one.lot,
        serial=one.serial,
        expiry=getattr(one, "expiry", None),
        photo=one.photo,
        note=getattr(one, "note", None),
        more=bool(getattr(one, "more", None)),
        **more,
    )
