"""EPCIS 2.0 in JSON: is a document or event what the standard asks for, and which things are in it. Pure.

A subset that a warehouse needs: the five event types, the CBV's bare words, identifiers as URN or as GS1 Digital Link.
Source: GS1 EPCIS 2.0.1 and CBV 2.0.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote

import msgspec

from server.clock import NotAnInstant, read_instant
from server.decode import epc
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
_OFFSET = re.compile(r"[+-](?:0\d|1[0-4]):[0-5]\d")
_LINK = re.compile(
    r"https?://[^/\s]+(?:/[^/\s?#]+)*?/(01|00|414|8003|8004|8010|253)/([^/?#\s]+)(?:/(\d{2,4})/([^/?#\s]+))?"
)
_LISTS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
_AMOUNTS = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")


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
    """The events of an EPCISDocument, as values not yet looked at. Raises `NotValid`."""
    if not isinstance(document, dict) or document.get("type") != "EPCISDocument":
        raise NotValid("type")
    if not document.get("@context"):
        raise NotValid("@context")
    if document.get("schemaVersion") not in ("2.0", "2.0.0", "2.0.1"):
        raise NotValid("schemaVersion")
    _instant(document, "creationDate")
    body = document.get("epcisBody")
    events = body.get("eventList") if isinstance(body, dict) else None
    if not isinstance(events, list):
        raise NotValid("epcisBody.eventList")
    return events


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
    body = {name: value for name, value in said.items() if name not in ("@context", "recordTime")}
    event_id = said.get("eventID") or _hashed(said, context)
    if not isinstance(event_id, str) or not 0 < len(event_id) <= 500 or "\x00" in event_id:
        raise NotValid("eventID")
    text = msgspec.json.encode(body | {"eventID": event_id}).decode()
    if "\\u0000" in text:
        raise NotValid("body")
    key = event_id + WRONG if said.get("errorDeclaration") else event_id
    return EpcisEvent(
        *(key, said["type"], at, said.get("action") or "", step, disposition),
        *(_id(said, "readPoint"), _id(said, "bizLocation"), things, text),
    )


def canonical(name):
    """One name for a thing however it is written: `01/09521141012345/21/2017` for URN, tag URI and Digital Link."""
    said = name.strip()
    found = _LINK.fullmatch(said)
    if found:
        key, value, more, qualifier = found.groups()
        value = value.zfill(14) if key == "01" else value
        return f"{key}/{value}" + (f"/{more}/{qualifier}" if more else "")
    label = epc.read(said) if said[:8].lower() == "urn:epc:" else None
    return "/".join(f"{key}/{value}" for key, value in label.fields.items()) if label and label.fields else said


def link_of(tag):
    """How we write a tag: as a Digital Link if its number is a GS1 key, else as the raw number that it is."""
    label = epc.read(tag) if epc.may_be_one(tag) else None
    if label and label.fields:
        return "https://id.gs1.org/" + "/".join(f"{key}/{value}" for key, value in label.fields.items())
    return f"urn:epc:raw:{len(tag) * 4}.x{tag}"


def place_name(house, code):
    """A location of ours as EPCIS names it."""
    return f"urn:tallyloop:location:{quote(house)}:{quote(code)}"


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
    return value.rpartition(":")[2] if value.startswith("urn:epcglobal:cbv:") else value.rpartition("-")[2] if (
        value.startswith("https://ref.gs1.org/cbv/")
    ) else value  # fmt: skip


def _id(said, name):
    value = said.get(name)
    if value is None:
        return ""
    if not isinstance(value, dict) or not isinstance(value.get("id"), str) or not 0 < len(value["id"]) <= 500:
        raise NotValid(name)
    return value["id"]


def _things(said):
    found = set()
    for name in _LISTS:
        ones = said.get(name, [])
        if not isinstance(ones, list) or not all(isinstance(one, str) and 0 < len(one) <= 500 for one in ones):
            raise NotValid(name)
        found |= {canonical(one) for one in ones}
    amounts = [one for name in _AMOUNTS for one in _amounts(said, name)]
    found |= {CLASS + canonical(one["epcClass"]) for one in amounts}
    if isinstance(said.get("parentID"), str):
        found.add(canonical(said["parentID"]))
    if said["type"] == "ObjectEvent" and not found and "sensorElementList" not in said:
        raise NotValid("epcList")
    if said["type"] == "TransactionEvent" and not said.get("bizTransactionList"):
        raise NotValid("bizTransactionList")
    return frozenset(found)


def _amounts(said, name):
    ones = said.get(name, [])
    if not isinstance(ones, list) or not all(
        isinstance(one, dict) and isinstance(one.get("epcClass"), str) for one in ones
    ):
        raise NotValid(name)
    return ones
