"""How EPCIS names things, places and words: one name for each, however it was written; and patterns of names. Pure.

Source: GS1 EPCIS 2.0.1 (8.2.7.1.1, patterns), CBV 2.0, TDS 1.13 (6.4, `urn:epc:idpat:`).
"""

import re
from functools import lru_cache
from urllib.parse import quote, unquote

from server.decode import epc
from server.gateways import event_hash

LINKED = "https://id.gs1.org/"
_TYPED = re.compile(r"urn:epcglobal:cbv:(?:bizstep|disp|btt|sdt|er):(.+)|https://ref\.gs1\.org/cbv/\w+?-(.+)")
_KEY = re.compile(r"\d{2,4}/\S+")
_PATTERN = re.compile(r"urn:epc:(?:idpat|class|id):(\w+):((?:[^.\s]+\.)*\*)")
_ANY = "%"


@lru_cache(maxsize=16384)
def canonical(name):
    """One name for a thing or a place: `01/09521141012345/21/2017` for its URN, its tag URI and its Digital Link."""
    said = name.strip()
    found = event_hash.link(said)
    if found:
        return unquote(found.removeprefix(LINKED))
    label = epc.read(said) if said[:8].lower() == "urn:epc:" else None
    return "/".join(f"{key}/{value}" for key, value in label.fields.items()) if label and label.fields else said


def shown(name):
    """A canonical name as a URI."""
    if not _KEY.fullmatch(name):
        return name
    parts = name.split("/", 3)
    return LINKED + "/".join(quote(part, safe="") for part in parts)


def bare(word):
    """A word of the CBV without what stands before it: `receiving` for its URN and its web address."""
    found = _TYPED.fullmatch(word)
    return (found[1] or found[2]) if found else word


def link_of(tag):
    """How we write a tag: as a Digital Link if its number is a GS1 key, else as the raw number that it is."""
    label = epc.read(tag) if epc.may_be_one(tag) else None
    if label and label.fields:
        return LINKED + "/".join(f"{key}/{value}" for key, value in label.fields.items())
    return f"urn:epc:raw:{len(tag) * 4}.x{tag}"


def place_name(house, code):
    """A location of ours as EPCIS names it."""
    return f"urn:tallyloop:location:{quote(house)}:{quote(code)}"


def pattern_of(name):
    """The SQL pattern of canonical names that `urn:epc:idpat:…` stands for (`%` any text, `_` one sign, `!` before a
    sign that is meant as it is); None for what is no pattern.

    Every part after a star is a star too, as the standard has it: all serials, all items of a company, all of a kind.
    A Digital Link does not say how long its company prefix is, so what begins with the same digits is of the company.
    """
    found = _PATTERN.fullmatch(name.strip())
    if not found:
        return None
    kind, parts = found[1].lower(), found[2].split(".")
    known = parts[: parts.index("*")]
    if "*" in "".join(known) or set(parts[len(known) :]) != {"*"}:
        return None
    make = _MADE.get(kind)
    if make is None:
        return _plain(f"urn:epc:id:{kind}:") + "".join(_plain(f"{one}.") for one in known) + _ANY
    return make(kind, known)


def meets(pattern):
    """A function that says whether a name is of a pattern; databases may take large letters for small ones."""
    signs = {"%": ".*", "_": "."}
    parts = re.findall(r"!.|.", pattern, re.S)
    return re.compile("".join(signs.get(one) or re.escape(one[-1]) for one in parts), re.S).fullmatch


def _plain(text):
    return re.sub(r"([!%_])", r"!\1", text)


def _of_item(kind, known):
    more = "10" if kind == "lgtin" else "21"
    if not known:
        return f"01/{_ANY}/{more}/{_ANY}"
    prefix = known[0]
    if len(known) == 1:
        return f"01/_{_plain(prefix)}{'_' * (13 - len(prefix))}/{more}/{_ANY}"
    return _plain(f"{canonical(f'urn:epc:class:lgtin:{prefix}.{known[1]}.*')}/{more}/") + _ANY


def _of_pallet(_kind, known):
    return f"00/{_ANY}" if not known else f"00/_{_plain(known[0])}{'_' * (17 - len(known[0]))}"


def _of_place(_kind, known):
    if len(known) < 2:
        return "414/" + (_plain(known[0]) if known else "") + _ANY
    return _plain(canonical(f"urn:epc:id:sgln:{known[0]}.{known[1]}.0")) + _ANY


def _of_asset(kind, known):
    return _BEFORE[kind] + _plain("".join(known)) + _ANY


_BEFORE = {"grai": "8003/0", "giai": "8004/", "gdti": "253/", "sgcn": "255/", "gsrn": "8018/", "gsrnp": "8017/"}
_BEFORE |= {"gsin": "402/", "ginc": "401/", "pgln": "417/", "cpi": "8010/"}
_MADE = {"sgtin": _of_item, "lgtin": _of_item, "sscc": _of_pallet, "sgln": _of_place}
_MADE |= dict.fromkeys(_BEFORE, _of_asset)
