"""What may be asked of EPCIS events, by the standard's own names, and whether an event meets it. Pure.

What the database can look up by itself (times, steps, places, things) is its work; the rest is looked for in the event.
All conditions hold together; of several values in one, parted by `|`, any will do. Source: GS1 EPCIS 2.0.1, 8.2.7.1.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from server.clock import NotAnInstant, read_instant
from server.gateways.epcis_names import bare, canonical, meets, pattern_of

TIMES = ("GE_eventTime", "LT_eventTime", "GE_recordTime", "LT_recordTime")
ORDERS = {"eventTime": "at", "recordTime": "recorded_at"}
# Which lists of an event a name may stand in: (of single things, of classes).
ROLES = {
    "MATCH_epc": (("epcList", "childEPCs"), False),
    "MATCH_parentID": (("parentID",), False),
    "MATCH_inputEPC": (("inputEPCList",), False),
    "MATCH_outputEPC": (("outputEPCList",), False),
    "MATCH_anyEPC": (("epcList", "childEPCs", "parentID", "inputEPCList", "outputEPCList"), False),
    "MATCH_epcClass": (("quantityList", "childQuantityList"), True),
    "MATCH_inputEPCClass": (("inputQuantityList",), True),
    "MATCH_outputEPCClass": (("outputQuantityList",), True),
    "MATCH_anyEPCClass": (
        ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"),
        True,
    ),
}
OWN_LISTS = {"epcList", "quantityList"}  # the only ones that the book's own events have
_QUANTITIES = ROLES["MATCH_anyEPCClass"][0]
_SIGNS: dict[str, Callable] = {
    "EQ": lambda a, b: a == b,
    "GT": lambda a, b: a > b,
    "GE": lambda a, b: a >= b,
    "LT": lambda a, b: a < b,
    "LE": lambda a, b: a <= b,
}


class CannotAsk(Exception):
    """A condition that nobody knows, or whose value is none; `where` is its name."""

    def __init__(self, where):
        super().__init__(where)
        self.where = where


@dataclass(frozen=True, slots=True)
class Match:
    """One MATCH condition: names and patterns, and the lists that they may stand in."""

    lists: tuple[str, ...]
    by_class: bool
    names: frozenset[str]
    patterns: tuple[str, ...]

    def holds(self, event):
        """Does it stand there?"""
        found = _names(event, self.lists, self.by_class)
        return not self.names.isdisjoint(found) or any(meets(one)(name) for one in self.patterns for name in found)


@dataclass(slots=True)
class Asked:
    """A whole question. `times`: instants; `words`: lists by the standard's names, in their one form; `rest`: what is
    looked for in the event itself, `(event, spaces) -> bool`. `most`: events in all; `at_most`: more are too many."""

    times: dict[str, int] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)
    matches: list[Match] = field(default_factory=list)
    rest: list[Callable] = field(default_factory=list)
    order: str = "at"
    down: bool = False
    most: int | None = None
    at_most: int | None = None

    @property
    def looks_inside(self):
        """Is there anything that only the event itself can say?"""
        return bool(self.rest or self.matches)

    def meets(self, event):
        """Does an event (a dict) meet what the database did not look up?"""
        return all(one.holds(event) for one in self.matches) and all(one(event) for one in self.rest)


def asked_of(conditions):
    """`Asked` of `{name: text}` as they stand in an address. Raises `CannotAsk`."""
    asked = Asked()
    for name, said in conditions.items():
        if said == "" or not _take(asked, name, said):
            raise CannotAsk(name)
    if asked.most is not None and asked.at_most is not None:
        raise CannotAsk("maxEventCount")
    return asked


def _take(asked, name, said):
    values = said.split("|")
    if name in TIMES:
        asked.times[name] = _instant(name, said)
    elif name in _FOUND:
        asked.words[name] = sorted({form(one) for one in values for form in _FOUND[name]})
    elif name in ROLES:
        asked.matches.append(_match(name, values))
    elif name in ("eventCountLimit", "maxEventCount"):
        setattr(asked, "most" if name == "eventCountLimit" else "at_most", _count(name, said))
    elif name == "orderBy" and said in ORDERS:
        asked.order, asked.down = ORDERS[said], True  # the standard's own direction where none is said
    elif name == "orderDirection" and said in ("ASC", "DESC"):
        pass
    else:
        condition = _inside(name, values)
        if condition is None:
            return False
        asked.rest.append(condition)
    return True


def directed(asked, said):
    """The same with the direction that was asked for, if any; without `orderBy` there is none to speak of."""
    if said in ("ASC", "DESC"):
        asked.down = said == "DESC"
    return asked


def _same(text):
    return text


_FOUND = {
    "eventType": (_same,),
    "EQ_action": (_same,),
    "EQ_bizStep": (bare,),
    "EQ_disposition": (bare,),
    "EQ_readPoint": (_same, canonical),
    "EQ_bizLocation": (_same, canonical),
    "EQ_eventID": (_same,),
}


def _match(name, values):
    lists, by_class = ROLES[name]
    patterns = [pattern_of(one) for one in values]
    if by_class:  # a pattern of one item's serials is the item itself, where classes are asked for
        patterns = [one and one.replace("/21/", "/10/") for one in patterns]
    names = {canonical(one) for one, pattern in zip(values, patterns, strict=True) if by_class or pattern is None}
    return Match(lists, by_class, frozenset(names), tuple(filter(None, patterns)))


def _names(event, lists, by_class):
    found = set()
    for name in lists:
        said = event.get(name) or ()
        ones = (said,) if isinstance(said, str) else (one.get("epcClass", "") for one in said) if by_class else said
        found.update(canonical(one) for one in ones)
    return found


# What is looked for in the event itself. Each maker takes the values and gives `event -> bool`, or None.


def _inside(name, values):
    if name in _INSIDE:
        return _INSIDE[name](name, values)
    for before, make in _FREE.items():
        if name.startswith(before) and len(name) > len(before):
            return make(name.removeprefix(before), name.partition("_")[0], values)
    return None


def _any_of(pick, form=_same):
    """Any of what `pick(event)` gives is any of the values, all in one form."""

    def make(_name, values):
        wanted = {form(one) for one in values}
        return lambda event: any(form(str(one)) in wanted for one in pick(event))

    return make


def _compared(pick, number):
    """What `pick(event)` gives, compared; `number` reads both sides, and gives None for what is none."""

    def make(name, values):
        sign, wanted = _SIGNS[name.partition("_")[0]], number(values[0])
        if len(values) > 1 or wanted is None:
            raise CannotAsk(name)
        return lambda event: any(sign(found, wanted) for one in pick(event) if (found := number(one)) is not None)

    return make


def _within(pick):
    """At a place or below it: what goes on after its name."""

    def make(_name, values):
        wanted = {canonical(one) for one in values}
        return lambda event: any(
            name == one or name.startswith((one + "/", one + ":"))
            for name in map(canonical, pick(event))
            for one in wanted
        )

    return make


def _id(name):
    return lambda event: [event[name]["id"]] if event.get(name) else []


def _list_of(*path):
    """The values at the end of a path of names; lists on the way are gone through."""

    def pick(event):
        ones = [event]
        for name in path:
            ones = [below for one in ones if isinstance(one, dict) and name in one for below in _listed(one[name])]
        return ones

    return pick


def _listed(value):
    return value if isinstance(value, list) else [value]


def _moment(said):
    try:
        return read_instant(said.replace(" ", "+") if isinstance(said, str) else said)
    except NotAnInstant:
        return None


def _number(said):
    try:
        return None if isinstance(said, bool) else float(said)
    except (TypeError, ValueError):
        return None


def _instant(name, said):
    found = _moment(said)
    if found is None:
        raise CannotAsk(name)
    return found


def _count(name, said):
    if not re.fullmatch(r"[0-9]{1,9}", said) or int(said) < 1:
        raise CannotAsk(name)
    return int(said)


def _exists(pick):
    def make(name, values):
        if values[0].lower() not in ("true", "false", ""):
            raise CannotAsk(name)
        wanted = values[0].lower() != "false"
        return lambda event: bool(pick(event)) == wanted

    return make


def _sensed(*names):
    """Values of sensor elements, be they in the report or in what is said about it."""
    picks = [
        _list_of("sensorElementList", within, name) for within in ("sensorReport", "sensorMetadata") for name in names
    ]
    return lambda event: [one for pick in picks for one in pick(event)]


def _quantities(event):
    return [one.get("quantity") for name in _QUANTITIES for one in event.get(name) or ()]


_DECLARED = "errorDeclaration"
_SENSED = "deviceID deviceMetadata rawData dataProcessingMethod bizRules microorganism chemicalSubstance".split()
_SENSED += ["stringValue", "hexBinaryValue", "uriValue"]
_INSIDE = {
    "EQ_persistentDisposition_set": _any_of(_list_of("persistentDisposition", "set"), bare),
    "EQ_persistentDisposition_unset": _any_of(_list_of("persistentDisposition", "unset"), bare),
    "WD_readPoint": _within(_id("readPoint")),
    "WD_bizLocation": _within(_id("bizLocation")),
    "EQ_transformationID": _any_of(_list_of("transformationID")),
    "EXISTS_errorDeclaration": _exists(_list_of(_DECLARED)),
    "EQ_errorReason": _any_of(_list_of(_DECLARED, "reason"), bare),
    "EQ_correctiveEventID": _any_of(_list_of(_DECLARED, "correctiveEventIDs")),
    "GE_errorDeclarationTime": _compared(_list_of(_DECLARED, "declarationTime"), _moment),
    "LT_errorDeclarationTime": _compared(_list_of(_DECLARED, "declarationTime"), _moment),
    **{f"{sign}_quantity": _compared(_quantities, _number) for sign in _SIGNS},
    **{
        f"{sign}_{name}": _compared(_sensed(name), _moment)
        for sign in ("GE", "LT")
        for name in ("startTime", "endTime", "time")
    },
    **{f"EQ_{name}": _any_of(_sensed(name), bare) for name in ("type", "component", "exception")},
    **{f"EQ_{name}": _any_of(_sensed(name)) for name in _SENSED},
    "EQ_booleanValue": _any_of(_sensed("booleanValue"), str.lower),
}  # fmt: skip


def _of_kind(name, kind, value):
    """Documents, sources and destinations by their kind: `EQ_bizTransaction_po`."""

    def make(wanted_kind, _sign, values):
        kind_, wanted = bare(wanted_kind), {canonical(one) for one in values}
        return lambda event: any(
            bare(str(one.get(kind, ""))) == kind_ and canonical(str(one.get(value, ""))) in wanted
            for one in event.get(name) or ()
        )

    return make


def _measured(name, sign, values):
    """`GE_value_CEL`: a sensor's value in a unit; `EQ_quantity_KGM`: a quantity in one."""
    what, _, unit = name.partition("_")
    wanted = _number(values[0])
    if what not in (*_VALUES, "quantity") or not unit or wanted is None:
        return None
    reports, amounts = _list_of("sensorElementList", "sensorReport"), [_list_of(one) for one in _QUANTITIES]

    def condition(event):
        ones = [one for pick in amounts for one in pick(event)] if what == "quantity" else reports(event)
        found = [_number(one.get(what)) for one in ones if isinstance(one, dict) and one.get("uom") == unit]
        return any(_SIGNS[sign](one, wanted) for one in found if one is not None)

    return condition


_VALUES = ("value", "minValue", "maxValue", "meanValue", "sDev", "percValue")


def _own(name, sign, values):
    """An element of somebody's own, by `prefix:name` or by its whole address, anywhere that `name` says: at the top,
    `ILMD_…` in the master data of a lot, `INNER_…` at any depth."""
    where, _, rest = name.partition("_")
    deep, start = (where == "INNER", rest) if where == "INNER" and rest else (False, name)
    ilmd, start = (True, start.removeprefix("ILMD_")) if start.startswith("ILMD_") else (False, start)
    if sign in _SIGNS and _measured(name, sign, values):
        return _measured(name, sign, values)
    if ":" not in start:
        return None
    if sign == "EXISTS":
        return lambda event: any(True for _ in _free(event, start, ilmd, deep))
    if sign == "EQ":
        return lambda event: any(str(one) in values for one in _free(event, start, ilmd, deep))
    wanted = _number(values[0]) if _number(values[0]) is not None else _moment(values[0])
    read = _number if _number(values[0]) is not None else _moment
    if wanted is None:
        return None
    return lambda event: any(
        _SIGNS[sign](found, wanted) for one in _free(event, start, ilmd, deep) if (found := read(one)) is not None
    )


def _free(event, name, ilmd, deep):
    """Values of the elements of that name. A prefix is as good as the address that the event's context gives it."""
    spaces = _spaces(event.get("@context"))
    wanted = {name, _whole(name, spaces)}
    within = event.get("ilmd") if ilmd else event
    return _values(within, wanted, spaces, deep)


def _values(value, wanted, spaces, deep):
    if isinstance(value, list):
        for one in value:
            yield from _values(one, wanted, spaces, deep)
    elif isinstance(value, dict):
        for name, below in value.items():
            if name in wanted or _whole(name, spaces) in wanted:
                yield from _listed(below)
            if deep and name != "@context":
                yield from _values(below, wanted, spaces, deep)


def _spaces(context):
    return {name: said for one in _listed(context) if isinstance(one, dict) for name, said in one.items()}


def _whole(name, spaces):
    prefix, found, rest = name.partition(":")
    return f"{spaces[prefix]}{rest}" if found and isinstance(spaces.get(prefix), str) else name


_FREE: dict[str, Callable] = {
    "EQ_bizTransaction_": _of_kind("bizTransactionList", "type", "bizTransaction"),
    "EQ_source_": _of_kind("sourceList", "type", "source"),
    "EQ_destination_": _of_kind("destinationList", "type", "destination"),
    **{f"{sign}_": _own for sign in ("EXISTS", *_SIGNS)},
}
