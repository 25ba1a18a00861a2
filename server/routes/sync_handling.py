"""Events about documents and goods to their verbs. `Acts` asks here for what is not counting.

Statements that follow one another are kept together, by a handful of statements; ships and the small words alone.
"""

from collections import defaultdict

from server.handling import ship, submit, transfer
from server.handling.desk import houses_of
from server.handling.rules import INBOUND, LEAVING, OUTBOUND
from server.handling.said import Said
from server.handling.say import say
from server.handling.words import Words

# type → (step, the kinds of document that it can belong to)
STEPS = {
    "receive.line": ("receive", tuple(INBOUND)),
    "receive.check": ("check", tuple(INBOUND)),
    "putaway": ("putaway", tuple(INBOUND)),
    "pick.line": ("pick", tuple(OUTBOUND)),
    "pick.check": ("check", tuple(OUTBOUND)),
    "pick.short": ("short", tuple(OUTBOUND)),
    **{f"adjust.{kind}": (kind, (kind,)) for kind in LEAVING},
    "adjust.return": ("return", ("return",)),
    "produce.consume": ("consume", ("production",)),
    "produce.output": ("output", ("production",)),
}
ALONE = {
    "ship": tuple(OUTBOUND),
    "receive.submit": tuple(INBOUND),
    "pick.submit": tuple(OUTBOUND),
    "transfer.ship": ("transfer",),
    "transfer.receive": ("transfer_in",),
    "document.claim": (),
    "document.void": (),
}
SUBMITS = ("receive.submit", "pick.submit")
TYPES = {*STEPS, *ALONE}


def houses_of_documents(events, may_work):
    """{event id: warehouse id} of events that name a document which only one warehouse has where they may work.

    `may_work`: says of the id of a warehouse whether they may. What names its warehouse means a document of that one.
    """
    named = [event for event in events if event.type in TYPES and _document(event) is not None]
    found = houses_of({_document(event) for event in named}) if named else {}
    houses = {
        event.id: {row.warehouse_id for row in found.get(_document(event), ()) if _means(event, row)} for event in named
    }
    houses = {id_: {one for one in fits if may_work(one)} for id_, fits in houses.items()}
    return {id_: next(iter(fits)) for id_, fits in houses.items() if len(fits) == 1}


def _means(event, row):
    """Can an event mean a document of that kind in that warehouse?"""
    kinds = _kinds(event)
    return event.data.warehouse in (None, row.house) and (not kinds or row.kind in kinds)


def words_of(events):
    """{warehouse id: `Words`} of what statements name, read at once."""
    said = defaultdict(list)
    for event in events:
        if event.type in STEPS and not event.refusal:
            said[event.warehouse_id].append(_said(event))
    words = {warehouse_id: Words(warehouse_id, here) for warehouse_id, here in said.items()}
    for one in words.values():
        one.read()
    return words


def keep(warehouse_id, act, events, words):
    """Statements of one person and device (`Act`) in one warehouse; gives their outcomes in order."""
    return say(warehouse_id, act, [_said(event) for event in events], words)


def act_alone(event, act):
    """One event that acts by itself; gives None or a hint, or raises why not."""
    house = event.warehouse_id
    if event.type in STEPS:
        (outcome,) = say(house, act, [_said(event)])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome
    if event.type == "document.void":
        one = Said(event.id, "void", event.at, event.when, note=event.data.note)
        return submit.void(house, act, one, event.data.statement)
    one = _whole(event)
    if event.type.startswith("transfer."):
        lines = [_line(event, line) for line in event.data.lines or ()]
        verb = transfer.ship_transfer if event.type == "transfer.ship" else transfer.receive_transfer
        return verb(house, act, one, lines)
    if event.type == "ship":
        return ship.ship(house, act, one)
    if event.type == "document.claim":
        return submit.claim(house, act, one)
    return submit.submit(house, act, one, event.seq)


def _kinds(event):
    return STEPS[event.type][1] if event.type in STEPS else ALONE[event.type]


def _document(event):
    """The document that an event names; ids in small letters."""
    said = getattr(event.data, "document", None) or getattr(event.data, "order", None)
    return said.lower() if said is not None and len(said) == 36 and said.count("-") == 4 else said


def _whole(event):
    """An event about a document as a whole."""
    return Said(
        *(event.id, "ship" if event.type == "ship" else "submit", event.at, event.when, ALONE[event.type]),
        document=_document(event),
        condition=getattr(event.data, "side", None),
        photo=event.data.photo,
        note=event.data.note,
        more=bool(getattr(event.data, "more", None)),
    )


def _line(event, line):
    return Said(
        *(event.id, "", event.at, event.when),
        code=line.code,
        sku=line.sku,
        lot=line.lot,
        serial=line.serial,
        expiry=line.expiry,
        quantity=line.quantity,
        condition=line.condition,
        location=line.location or event.data.location,
        photo=line.photo,
        container=line.container,
        out_of=getattr(line, "out_of", None),
    )


def _said(event):
    """A statement about one item."""
    one = event.data
    step, kinds = STEPS[event.type]
    places = {"location": getattr(one, "location", None)}
    if event.type == "putaway":
        places = {"location": one.from_, "to": one.to}
    elif event.type == "pick.check":
        places = {}
    return Said(
        *(event.id, step, event.at, event.when, kinds),
        document=_document(event),
        code=one.code,
        sku=one.sku,
        lot=one.lot,
        serial=one.serial,
        expiry=getattr(one, "expiry", None),
        quantity=one.found if event.type == "pick.short" else one.quantity,
        condition=getattr(one, "condition", None),
        photo=one.photo,
        reason=getattr(one, "reason", None),
        note=getattr(one, "note", None),
        more=bool(getattr(one, "more", None)),
        wanted=one.quantity if event.type == "pick.short" else None,
        container=getattr(one, "container", None),
        out_of=getattr(one, "out_of", None),
        **places,
    )
