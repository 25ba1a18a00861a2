"""The id of an EPCIS event that follows from what it says: whoever captures the same event twice gives it the same id.

CBV 2.0, section 8.9, as its reference generator (RalphTro/epcis-event-hash-generator 1.9.3) does it: names and values
in a fixed order, lists sorted, identifiers as canonical GS1 Digital Links, times in UTC with milliseconds; then
SHA-256. Pure.
"""

import hashlib
import re

from server.clock import NotAnInstant, read_instant, show_instant

_CBV = "https://ref.gs1.org/cbv/"
_OLD = {"bizstep": "BizStep-", "disp": "Disp-", "btt": "BTT-", "sdt": "SDT-", "er": "ER-"}
_QUANTITY = ("epcClass", "quantity", "uom")
_METADATA = "time startTime endTime deviceID deviceMetadata rawData dataProcessingMethod bizRules".split()
_REPORT = (
    "type exception deviceID deviceMetadata rawData dataProcessingMethod time microorganism chemicalSubstance value"
    " component stringValue booleanValue hexBinaryValue uriValue minValue maxValue meanValue sDev percRank percValue"
    " uom coordinateReferenceSystem"
).split()
_TYPED = {"bizTransactionList": ("bizTransaction", "BTT-"), "sourceList": ("source", "SDT-")}
_TYPED["destinationList"] = ("destination", "SDT-")
_IGNORED = ("recordTime", "eventID", "type", "errorDeclaration", "@context", "rdfs:comment", "comment")


def hash_id(event, context=()):
    """`ni:///sha-256;…?ver=CBV2.0` of an event (a dict); `context`: the JSON-LD context of its document."""
    text = written(event, context)
    return f"ni:///sha-256;{hashlib.sha256(text.encode()).hexdigest()}?ver=CBV2.0"


def written(event, context=()):
    """The text that is hashed."""
    spaces = _spaces(context) | _spaces(event.get("@context", ()))
    known = {name: _KNOWN[name](name, event[name], spaces) for name in _KNOWN if name in event}
    rest = [
        _typed(name, event[name], spaces) if name in _TYPED else _free(_spaced(name, spaces), value, spaces)
        for name, value in event.items()
        if name not in _KNOWN and name not in _IGNORED
    ]
    return f"eventType={event['type']}" + "".join(known.values()) + "".join(sorted(rest))


def _plain(name, value, _spaces):
    return f"{name}={_time(value) if 'time' in name.lower() and 'offset' not in name.lower() else canon(value)}"


def _words(prefix):
    def say(name, value, _spaces):
        bare = value if ":" in value else f"{_CBV}{prefix}{value}"
        return f"{name}={canon(bare)}"

    return say


def _epcs(name, values, _spaces):
    return name + "".join(sorted(f"epc={canon(one)}" for one in values)) if values else ""


def _quantities(name, values, spaces):
    ones = [_ordered("quantityElement", _QUANTITY, one, spaces) for one in values]
    return name + "".join(sorted(ones)) if ones else ""


def _place(name, value, spaces):
    return _ordered(name, ("id",), value, spaces)


def _persistent(name, value, _spaces):
    said = [
        "".join(
            sorted(f"{kind}={canon(f'{_CBV}Disp-{one}' if ':' not in one else one)}" for one in value.get(kind, ()))
        )
        for kind in ("set", "unset")
    ]
    return name + "".join(said)


def _sensors(name, values, spaces):
    return name + "".join(sorted(_sensor(one, spaces) for one in values))


def _sensor(one, spaces):
    meta = _ordered("sensorMetadata", _METADATA, one.get("sensorMetadata") or {}, spaces)
    reports = [_ordered("sensorReport", _REPORT, report, spaces) for report in one.get("sensorReport") or ()]
    free = [_free(_spaced(name, spaces), value, spaces) for name, value in one.items() if ":" in name]
    return "sensorElement" + meta + "".join(sorted(reports)) + "".join(sorted(free))


def _ordered(name, order, value, spaces):
    said = "".join(_plain(one, _spaced_value(value[one], spaces), spaces) for one in order if one in value)
    free = [_free(_spaced(one, spaces), what, spaces) for one, what in value.items() if ":" in one]
    return name + said + "".join(sorted(free)) if said or free else ""


def _typed(name, values, _spaces):
    what, prefix = _TYPED[name]
    ones = []
    for one in values:
        kind = one.get("type")
        kind = "" if kind is None else f"type={canon(kind if ':' in kind else f'{_CBV}{prefix}{kind}')}"
        ones.append(f"{kind}{what}={canon(one[what])}")
    return name + "".join(sorted(ones))


_KNOWN = {
    **dict.fromkeys(("eventTime", "eventTimeZoneOffset", "certificationInfo", "parentID"), _plain),
    **dict.fromkeys(("epcList", "inputEPCList", "childEPCs"), _epcs),
    **dict.fromkeys(("quantityList", "childQuantityList", "inputQuantityList"), _quantities),
    "outputEPCList": _epcs,
    "outputQuantityList": _quantities,
    **dict.fromkeys(("action", "transformationID"), _plain),
    "bizStep": _words("BizStep-"),
    "disposition": _words("Disp-"),
    "persistentDisposition": _persistent,
    **dict.fromkeys(("readPoint", "bizLocation"), _place),
    "sensorElementList": _sensors,
}


# What users add.


def _free(name, value, spaces):
    """An element of nobody's order: by name, its children sorted; a list is its name again and again."""
    if isinstance(value, list):
        return "".join(sorted(_free(name, one, spaces) for one in value))
    if isinstance(value, dict):
        return name + "".join(sorted(_free(_spaced(one, spaces), what, spaces) for one, what in value.items()))
    text = canon(_spaced_value(value, spaces))
    return f"{name}={text}" if text else name


def _spaces(context):
    """{prefix: address} of a JSON-LD context."""
    parts = context if isinstance(context, list | tuple) else [context]
    return {name: said for part in parts if isinstance(part, dict) for name, said in part.items() if _is_text(said)}


def _is_text(value):
    return isinstance(value, str)


def _spaced(name, spaces):
    prefix, found, rest = name.partition(":")
    return f"{{{spaces[prefix]}}}{rest}" if found and prefix in spaces else name


def _spaced_value(value, spaces):
    if not isinstance(value, str):
        return value
    prefix, found, rest = value.partition(":")
    return f"{spaces[prefix]}{rest}" if found and prefix in spaces else value


# Values.


def canon(value):
    """A value as it is hashed: numbers without needless zeros, words of the CBV and GS1 keys in their one form."""
    text = str(value).strip()
    found = re.match(r"urn:epcglobal:cbv:(bizstep|disp|btt|sdt|er):", text)
    if found:
        text = _CBV + _OLD[found[1]] + text[found.end() :]
    try:
        number = float(text)
        return str(int(number) if number == int(number) else number)
    except (ValueError, OverflowError):
        return link(text) or text


def _time(value):
    try:
        at = read_instant(value)
    except NotAnInstant:
        return str(value)
    return show_instant(round(at, -3))


_NUMBER = r"(\d{6,12})\.(\d{0,7})"
_KEYS = {  # kind: (AI of the key, how many digits it has before its check digit, AI of what follows)
    "sscc": ("00", 17, None),
    "sgln": ("414", 12, "254"),
    "pgln": ("417", 12, None),
    "gdti": ("253", 12, ""),
    "sgcn": ("255", 12, ""),
    "gsrn": ("8018", 17, None),
    "gsrnp": ("8017", 17, None),
    "gsin": ("402", 16, None),
    "grai": ("8003", 12, ""),
    "sgtin": ("01", 13, "21"),
    "lgtin": ("01", 13, "10"),
    "upui": ("01", 13, "235"),
    "itip": ("8006", 13, "21"),
    "giai": ("8004", None, None),
    "ginc": ("401", None, None),
    "cpi": ("8010", None, "8011"),
}


def link(text):
    """The canonical GS1 Digital Link of an EPC URI, a class or a pattern, or another Digital Link; else None."""
    found = re.fullmatch(r"urn:epc:(?:id|class|idpat):(\w+):(.+)", text)
    if found and found[1] in _KEYS:
        return _of_urn(found[1], found[2].split("."))
    found = _LINK.search(text) if text.startswith("http") else None
    return _of_link(*found.groups()) if found else None


def _of_urn(kind, parts):
    ai, digits, more = _KEYS[kind]
    if len(parts) < 2 or not parts[0].isdigit():
        return None
    prefix, reference, rest = parts[0], parts[1], ".".join(parts[2:])
    key = prefix + reference
    if kind in ("sscc", "sgtin", "lgtin", "upui", "itip"):  # the first digit of the reference goes before the prefix
        key = reference[:1] + prefix + reference[1:]
    if digits is not None:
        if not key.isdigit() or len(key) != digits:
            return None
        key += _check_digit(key)
    if kind == "grai":
        key = "0" + key
    if kind == "itip":
        key, rest = key + "".join(parts[2:4]), ".".join(parts[4:])
    return f"https://id.gs1.org/{ai}/{key}{_followed(kind, more, rest)}"


def _followed(kind, more, rest):
    if more is None or rest in ("", "*") or (kind == "sgln" and rest == "0"):
        return ""
    return (f"/{more}/" if more else "") + _safe(rest)


_LINK = re.compile(r"/(00|01|253|255|401|402|414|417|8003|8004|8006|8010|8017|8018)/([^/?#]+)((?:/\d{2,4}/[^/?#]+)*)")
_FINEST = {"01": ("21", "235", "10"), "414": ("254",), "8006": ("21", "10"), "8010": ("8011",)}


def _of_link(ai, key, more):
    said = dict(re.findall(r"/(\d{2,4})/([^/?#]+)", more))
    finest = next((one for one in _FINEST.get(ai, ()) if one in said), None)
    key = key.zfill(14) if ai == "01" else key
    return f"https://id.gs1.org/{ai}/{key}" + (f"/{finest}/{said[finest]}" if finest else "")


def _check_digit(digits):
    total = sum(int(one) * (3 if n % 2 == 0 else 1) for n, one in enumerate(reversed(digits)))
    return str(-total % 10)


def _safe(text):
    for sign, said in zip("!()*+,:", ("%21", "%28", "%29", "%2A", "%2B", "%2C", "%3A"), strict=True):
        text = text.replace(sign, said)
    return text
