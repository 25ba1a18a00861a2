"""EPCIS 2.0 in JSON: is a document or event what the standard asks for, and which things are in it. Pure.

A subset that a warehouse needs: the five event types, the CBV's bare words, identifiers as URN or as GS1 Digital Link.
Source: GS1 EPCIS 2.0.1 and CBV 2.0.
"""

import re
from dataclasses import dataclass

import msgspec

from server.clock import NotAnInstant, read_instant
from server.gateways.epcis_names import bare, canonical
from server.gateways.event_hash import hash_id

CONTEXT = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
TYPES = ("ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent")
ACTIONS = ("ADD", "OBSERVE", "DELETE")
WRONG = "#declared-wrong"  # after the key of an event that declares the event of that id wrong
MOST_EVENTS, MOST_BYTES = 1000, 2 * 1024 * 1024
STEPS = frozenset(
    "accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting"
    " decommissioning departing destroying disassembling dispensing encoding entering_exiting holding inspecting"
    " installing killing loading other packing picking receiving removing repackaging repairing replacing reserving"
    " retail_selling sampling sensor_reporting shipping staging_outbound stock_taking stocking storing transporting"
    " unloading unpacking void_shipping".split()
)
DISPOSITIONS = frozenset(
    "active available completeness_inferred completeness_verified conformant container_closed container_open damaged"
    " destroyed dispensed disposed encoded expired in_progress in_transit inactive mismatch_class mismatch_instance"
    " mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other partially_dispensed"
    " recalled reserved retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable unknown"
    .split()
)  # fmt: skip
CLASS = "class:"  # before the name of a class of things
OWN_CONTEXTS = (CONTEXT, "https://gs1.github.io/EPCIS/epcis-context.jsonld")  # the second is its older address
_DOCUMENTS = {
    "EPCISDocument": ("epcisBody", "eventList"),
    "EPCISQueryDocument": ("epcisBody", "queryResults", "resultsBody", "eventList"),
}
_OFFSET = re.compile(r"[+-](?:0\d|1[0-4]):[0-5]\d")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_LISTS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
_AMOUNTS = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
_NAMED = {"bizTransactionList": "bizTransaction", "sourceList": "source", "destinationList": "destination"}


class NotValid(Exception):
    """It is no EPCIS; `where` says where it stops being one."""

    def __init__(self, where):
        super().__init__(where)
        self.where = where


@dataclass(frozen=True, slots=True)
class EpcisEvent:
    """One event: what is asked about it, and all of it (`body`, JSON text). `things`: canonical names of what it is
    about."""

    event_id: str
    kind: str
    at: int
    action: str
    biz_step: str
    disposition: str
    read_point: str
    biz_location: str
    things: frozenset[str]
    body: str


def events_of(document):
    """The events of an EPCISDocument, or of the answer to a query, as values not yet looked at. Raises `NotValid`."""
    if not isinstance(document, dict) or document.get("type") not in _DOCUMENTS:
        raise NotValid("type")
    if not document.get("@context"):
        raise NotValid("@context")
    if document.get("schemaVersion") not in ("2.0", "2.0.0", "2.0.1"):
        raise NotValid("schemaVersion")
    _instant(document, "creationDate")
    within, where = document, []
    for name in _DOCUMENTS[document["type"]]:
        within = within.get(name) if isinstance(within, dict) else None
        where.append(name)
    if not isinstance(within, list):
        raise NotValid(".".join(where))
    return within


def contexts_of(*said):
    """The JSON-LD contexts beside the standard's own one, each once, in the order in which they were said."""
    ones = [one for context in said for one in (context if isinstance(context, list | tuple) else [context])]
    found: list = []
    for one in ones:
        if one and isinstance(one, str | dict) and one not in found and one not in OWN_CONTEXTS:
            found.append(one)
    return found


def event_of(said, context=()):
    """`EpcisEvent` of one event. `context`: the JSON-LD context of its document. Raises `NotValid`.

    An event without an id gets the CBV's hash of what it says. One that declares another one wrong has the id of that
    one, and is kept beside it.
    """
    if not isinstance(said, dict) or said.get("type") not in TYPES:
        raise NotValid("type")
    at = _instant(said, "eventTime")
    if not isinstance(said.get("eventTimeZoneOffset"), str) or not _OFFSET.fullmatch(said["eventTimeZoneOffset"]):
        raise NotValid("eventTimeZoneOffset")
    if said["type"] != "TransformationEvent" and said.get("action") not in ACTIONS:
        raise NotValid("action")
    step = _word(said, "bizStep", STEPS)
    disposition = _word(said, "disposition", DISPOSITIONS)
    things = _things(said)
    _look_at_lists(said)
    body = {name: value for name, value in said.items() if name not in ("@context", "recordTime")}
    event_id = said.get("eventID") or _hashed(said, context)
    if not _is_uri(event_id) or "\x00" in event_id:
        raise NotValid("eventID")
    spaces = contexts_of(context, said.get("@context"))
    text = msgspec.json.encode(body | {"eventID": event_id} | ({"@context": spaces} if spaces else {})).decode()
    if "\\u0000" in text:
        raise NotValid("body")
    key = event_id + WRONG if said.get("errorDeclaration") else event_id
    return EpcisEvent(
        *(key, said["type"], at, said.get("action") or "", step, disposition),
        *(_id(said, "readPoint"), _id(said, "bizLocation"), things, text),
    )


def _hashed(said, context):
    try:
        return hash_id(said, context)
    except (TypeError, KeyError, AttributeError, ValueError, RecursionError, IndexError):
        raise NotValid("eventID") from None


def _instant(said, name):
    try:
        return read_instant(said.get(name))
    except NotAnInstant:
        raise NotValid(name) from None


def _word(said, name, words):
    """A bare word of the CBV, or a URI of one's own."""
    value = said.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > 300 or not (value in words or ":" in value):
        raise NotValid(name)
    return bare(value)


def _id(said, name):
    value = said.get(name)
    if value is None:
        return ""
    if not isinstance(value, dict) or not _is_uri(value.get("id")):
        raise NotValid(name)
    return canonical(value["id"])


def _is_uri(value):
    return isinstance(value, str) and len(value) <= 500 and bool(_URI.fullmatch(value))


def _things(said):
    found = set()
    for name in _LISTS:
        ones = said.get(name, [])
        if not isinstance(ones, list) or not all(map(_is_uri, ones)):
            raise NotValid(name)
        found |= {canonical(one) for one in ones}
    amounts = [one for name in _AMOUNTS for one in _amounts(said, name)]
    found |= {CLASS + canonical(one["epcClass"]) for one in amounts}
    parent = said.get("parentID")
    if parent is not None:
        if not _is_uri(parent):
            raise NotValid("parentID")
        found.add(canonical(parent))
    lacks = _lacks(said, found)
    if lacks:
        raise NotValid(lacks)
    return frozenset(found)


def _lacks(said, things):
    """The name of what an event of its type must have and does not, or None."""
    kind, action, has = said["type"], said.get("action"), lambda *names: any(said.get(name) for name in names)
    if kind == "ObjectEvent" and not things and "sensorElementList" not in said:
        return "epcList"
    if kind == "TransactionEvent" and not has("bizTransactionList"):
        return "bizTransactionList"
    if kind == "TransformationEvent" and not has(*_IN_AND_OUT, "transformationID"):
        return "inputEPCList"
    if kind in ("AggregationEvent", "AssociationEvent"):
        if not has("parentID") and (kind == "AssociationEvent" or action != "OBSERVE"):
            return "parentID"
        if not has("childEPCs", "childQuantityList") and action != "DELETE":
            return "childEPCs"
    return None


_IN_AND_OUT = ("inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList")


def _amounts(said, name):
    ones = said.get(name, [])
    if not isinstance(ones, list) or not all(isinstance(one, dict) and _is_uri(one.get("epcClass")) for one in ones):
        raise NotValid(name)
    if any(not _is_amount(one.get("quantity", 1)) for one in ones):
        raise NotValid(name)
    return ones


def _is_amount(value):
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _look_at_lists(said):
    """Documents, sources and destinations are named; what is declared wrong says when."""
    for name, what in _NAMED.items():
        ones = said.get(name, [])
        if not isinstance(ones, list) or not all(isinstance(one, dict) and _is_text(one.get(what)) for one in ones):
            raise NotValid(name)
    wrong = said.get("errorDeclaration")
    if wrong is not None:
        if not isinstance(wrong, dict):
            raise NotValid("errorDeclaration")
        _instant(wrong, "declarationTime")
    sensors = said.get("sensorElementList", [])
    if not isinstance(sensors, list) or not all(isinstance(one, dict) for one in sensors):
        raise NotValid("sensorElementList")


def _is_text(value):
    return isinstance(value, str) and 0 < len(value) <= 500
