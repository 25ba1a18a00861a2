"""Labels of makers who do not speak GS1: HIBC (health care) and ISO/IEC 15434 (industry, data identifiers).

Sources: ANSI/HIBC 2.6 (primary and secondary data, check character modulo 43); ISO/IEC 15434 (envelopes 05 and 06);
ANSI MH10.8.2 (data identifiers). `read` gives the texts under which the item may be known, best first, and the label.
"""

import re
from dataclasses import replace
from datetime import date, timedelta

from server.decode import gs1
from server.decode.gs1 import GS, Label

_HIBC_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"
_PRIMARY = re.compile(r"([A-Z][A-Z0-9]{3})([A-Z0-9]{1,18})([0-9])")
_WRITTEN = {"{RS}": "\x1e", "{GS}": GS, "{EOT}": "\x04", "<RS>": "\x1e", "<GS>": GS, "<EOT>": "\x04"}
_ENVELOPE = re.compile(r"\[\)>\x1e?(05|06)\x1d([^\x1e\x04]+)")
_IDENTIFIER = re.compile(r"(\d{0,3}[A-Z])(.+)", re.DOTALL)
_ITEM = ("1P", "P", "30P")  # the maker's number, the buyer's, the buyer's by the maker's leave


def may_be_one(text):
    """A cheap look: does it begin as one of these do?"""
    return text[:1] == "+" or text[:3] == "[)>" or text[:4] in ("]A0+", "]C0+", "]d1+", "]d1[", "]Q1[")


def read(text):
    """`(texts that may name the item, Label)`, or `((), None)` if it is none of them or does not hold together."""
    plain = text.strip()
    plain = plain[3:] if plain[:1] == "]" else plain
    if plain[:1] == "+":
        return _hibc(plain)
    for written, sign in _WRITTEN.items():
        plain = plain.replace(written, sign)
    found = _ENVELOPE.match(plain)
    if not found:
        return (), None
    if found[1] == "05":
        label = gs1.read(f"]d2{found[2]}")
        return ((label.gtin,), label) if label.gtin else ((), None)
    return _identified(plain, found[2].split(GS))


def _identified(text, fields):
    said = {}
    for one in fields:
        found = _IDENTIFIER.fullmatch(one)
        if found:
            said.setdefault(found[1], found[2])
    ways = tuple(said[name] for name in _ITEM if name in said)
    pieces = said.get("Q", "")
    label = Label(
        text,
        lot=said.get("1T") or said.get("T"),
        serial=said.get("S"),
        expiry=_day(said.get("14D", "")),
        pieces=int(pieces) if pieces.isascii() and pieces.isdigit() and len(pieces) < 10 else None,
    )
    return ways, label


def _hibc(text):
    if len(text) < 4 or not set(text) <= set(_HIBC_SIGNS):
        return (), None
    if _check_sign(text[:-1]) != text[-1]:
        text += " "  # the check character may be a blank, which is soon trimmed away
        if _check_sign(text[:-1]) != text[-1]:
            return (), None
    first, *more = text[1:-1].split("/")
    found = _PRIMARY.fullmatch(first)
    if not found:
        return (), None  # a second line alone names no item: it goes with the first one
    label = Label(text)
    for part in more:
        label = _secondary(label, part)
    maker, number, unit = found.groups()
    return (maker + number + unit, maker + number, number), label


def _secondary(label, part):
    """Expiry, lot, serial and count of one part behind a slash."""
    if part.startswith("14D"):
        return replace(label, expiry=_day(part[3:]) or label.expiry)
    if part.startswith("S"):
        return replace(label, serial=part[1:] or None)
    if part.startswith("Q") and part[1:].isdigit():
        return replace(label, pieces=int(part[1:]))
    if part.startswith("$$"):
        count, rest = _counted(part[2:].removeprefix("+"))
        expiry, rest = _dated(rest)
        named = {"serial": rest or None} if part.startswith("$$+") else {"lot": rest or None}
        return replace(label, expiry=expiry, pieces=count, **named)
    if part.startswith("$+"):
        return replace(label, serial=part[2:] or None)
    if part.startswith("$"):
        return replace(label, lot=part[1:] or None)
    if part[:5].isdigit():
        return replace(label, expiry=_of_year(part[:5]), lot=part[5:] or None)
    return label


def _counted(text):
    for flag, digits in (("8", 2), ("9", 5)):
        count = text[1 : 1 + digits]
        if text[:1] == flag and len(count) == digits and count.isdigit():
            return int(count), text[1 + digits :]
    return None, text


def _dated(text):
    """(expiry, what follows): the first digit says how the date is written; 0 and 1 are already the month."""
    flag = text[:1]
    if flag in ("0", "1"):
        return _yymmdd(text[2:4] + text[:2] + "00"), text[4:]
    if flag == "2":
        return _yymmdd(text[5:7] + text[1:5]), text[7:]
    if flag in ("3", "4"):
        return _yymmdd(text[1:7]), text[7 + 2 * (flag == "4") :]
    if flag in ("5", "6"):
        return _of_year(text[1:6]), text[6 + 2 * (flag == "6") :]
    return None, text[1:] if flag == "7" else text


def _yymmdd(digits):
    return gs1.date_of(digits) if len(digits) == 6 and digits.isdigit() else None


def _of_year(yyddd):
    """Year and day of the year."""
    if len(yyddd) != 5 or not yyddd.isdigit() or not 1 <= int(yyddd[2:]) <= 366:
        return None
    first = gs1.date_of(yyddd[:2] + "0101")
    return str(date.fromisoformat(first) + timedelta(days=int(yyddd[2:]) - 1))


def _day(digits):
    if len(digits) != 8 or not digits.isdigit():
        return None
    try:
        return str(date(int(digits[:4]), int(digits[4:6]), int(digits[6:])))
    except ValueError:
        return None


def _check_sign(text):
    return _HIBC_SIGNS[sum(map(_HIBC_SIGNS.index, text)) % 43]
