"""GS1 labels: what a scanned text says.

Reads element strings (FNC1 as ASCII 29 or written `{GS}`), with or without an AIM symbology identifier (`]C1` …),
bracketed ones as people type them (`(01)…(10)…`), Digital Link addresses, and bare GTIN-8/12/13/14.
Source: GS1 General Specifications, 3 (identifiers), 7.8 (processing), 7.9 (check digits), 7.12 (two-digit years).
The table of identifiers is biip's.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from biip import ParseError
from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from biip.gs1_digital_link_uris import GS1DigitalLinkURI

GS = "\x1d"
GS1_CARRIERS = ("C1", "d2", "Q3", "e0", "e1", "e2", "J1")
LONGEST = 2000  # characters; no label holds more
_AIM = re.compile(r"\]([A-Za-z][0-9A-Za-z])")
_BRACKET = re.compile(r"\((\d{2,4})\)")
_GTIN_LENGTHS = (8, 12, 13, 14)


@dataclass(frozen=True, slots=True)
class Label:
    """What a text says. `text`: the text itself, trimmed, without symbology identifier.

    `gtin` has 14 digits. `pieces`: AI 30, a count of base units; `packs`: AI 37, a count of trade items; `milligrams`:
    AI 310n. `expiry` is `YYYY-MM-DD`.
    """

    text: str
    gtin: str | None = None
    fields: dict[str, str] = field(default_factory=dict)
    lot: str | None = None
    expiry: str | None = None
    serial: str | None = None
    sscc: str | None = None
    pieces: int | None = None
    packs: int | None = None
    milligrams: int | None = None

    @property
    def quantity(self):
        """Thousandths: the count on the label, else its net weight in kilograms, else None."""
        count = self.pieces or self.packs
        if count:
            return count * 1000
        return kilograms(self.milligrams)


def may_be_gs1(text):
    """A cheap look: could this be more than a bare number or an own code? Own codes take the fast way round."""
    return text[:1] in "](" or GS in text or "{GS}" in text or text[:4].lower() == "http" or _starts_with_key(text)


@lru_cache(maxsize=16384)
def read(text):
    """What the text says, as a `Label`. Never raises: what is no GS1 is just a text."""
    marked = GS in text or "{GS}" in text
    plain = text.replace("{GS}", GS).strip()
    aim = _AIM.match(plain)
    if aim:
        plain = plain[3:].strip()
        marked = marked or aim[1] in GS1_CARRIERS
    if len(plain) > LONGEST:
        return Label(plain)
    number = gtin14(_without_add_on(plain, aim))
    if number and not (aim and aim[1] in GS1_CARRIERS):
        return Label(plain, gtin=number)
    return _label(plain, _fields_of(plain, marked))


def gtin14(text):
    """GTIN-8/12/13/14 with a right check digit as 14 digits, else None."""
    if len(text) in _GTIN_LENGTHS and text.isascii() and text.isdigit() and check_digit_holds(text):
        return text.zfill(14)
    return None


def check_digit_holds(digits):
    """GS1's modulo 10 with weights 3 and 1 from the right; the last digit is the check digit."""
    values = digits.encode()
    # The sum of the characters instead of the digits is off by 48 for each, with its weight.
    surplus = 48 * (3 * (len(values) // 2) + (len(values) + 1) // 2)
    return (sum(values[-1::-2]) + 3 * sum(values[-2::-2]) - surplus) % 10 == 0


def check_digit_of(digits):
    """The digit that makes the check digit of these hold."""
    return next(str(n) for n in range(10) if check_digit_holds(f"{digits}{n}"))


def kilograms(milligrams):
    """Thousandths of a kilogram, half up; None stays None."""
    return None if milligrams is None else (milligrams + 500) // 1000


def date_of(yymmdd, this_year=None):
    """`"261200"` → `"2026-12-31"`: day 00 is the last day of the month. None if there is no such day.

    The century is the one that brings the year within 49 years back and 50 ahead.
    """
    this_year = this_year or date.today().year
    year, month, day = int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:6])
    year += this_year - this_year % 100
    if year - this_year > 50:
        year -= 100
    elif year - this_year < -49:
        year += 100
    if not 1 <= month <= 12:
        return None
    last = monthrange(year, month)[1]
    return f"{year:04d}-{month:02d}-{day or last:02d}" if day <= last else None


def _starts_with_key(text):
    """An element string without any mark is believed only if it opens with a GTIN or SSCC whose check digit holds."""
    start = text[:2]
    length = 20 if start == "00" else 16 if start in ("01", "02") else 0
    key = text[2:length]
    return len(key) == length - 2 > 0 and key.isascii() and key.isdigit() and check_digit_holds(key)


def _without_add_on(text, aim):
    """An EAN-13 with its two- or five-digit add-on comes as one number."""
    return text[:13] if aim and aim[1] == "E3" else text


def _fields_of(text, marked):
    """`{identifier: value}`, or None if the text does not hold together."""
    if text[:4].lower() == "http":
        found = _fields_of_link(text)
    elif _BRACKET.match(text):
        found = _fields_of_brackets(text)
    elif marked or _starts_with_key(text):
        found = _fields_of_elements(text)
    else:
        found = None
    return found if found and _holds_together(found) else None


def _fields_of_elements(text):
    found = {}
    for segment in text.split(GS):
        while segment:
            known = _identifier(segment[:4])
            matched = known and known.pattern.match(segment)
            if not matched:
                return None
            value = segment[len(known.ai) : matched.end()]
            segment = segment[matched.end() :]
            if (segment and known.variable) or not value or found.setdefault(known.ai, value) != value:
                return None
    return found


def _fields_of_brackets(text):
    parts = _BRACKET.split(text)[1:]
    found = {}
    for ai, value in zip(parts[::2], map(str.strip, parts[1::2]), strict=True):
        known = _identifier(ai)
        if not known or known.ai != ai or not value or not known.pattern.fullmatch(ai + value):
            return None
        if found.setdefault(ai, value) != value:
            return None
    return found


def _fields_of_link(text):
    try:
        elements = GS1DigitalLinkURI.parse(text).element_strings
    except (ParseError, ValueError):
        return None
    return {element.ai.ai: element.value for element in elements}


@dataclass(frozen=True, slots=True)
class _Identifier:
    ai: str
    pattern: re.Pattern
    variable: bool


@lru_cache(maxsize=4096)
def _identifier(start):
    try:
        known = GS1ApplicationIdentifier.extract(start)
    except ParseError:
        return None
    return _Identifier(known.ai, re.compile(known.pattern.removesuffix("$"), re.ASCII), known.separator_required)


def _holds_together(fields):
    """Plain ASCII, check digits hold and dates exist."""
    if not all(map(str.isascii, fields.values())):
        return False
    keys = [fields[ai] for ai in ("00", "01", "02") if ai in fields]
    dates = [fields[ai] for ai in ("11", "12", "13", "15", "16", "17") if ai in fields]
    return all(map(check_digit_holds, keys)) and all(map(date_of, dates))


def _label(text, fields):
    if fields is None:
        return Label(text)
    return Label(
        text,
        gtin=fields.get("01") or fields.get("02"),
        fields=fields,
        lot=fields.get("10"),
        expiry=date_of(fields["17"]) if "17" in fields else None,
        serial=fields.get("21"),
        sscc=fields.get("00"),
        pieces=int(fields.get("30") or 0) or None,
        packs=int(fields.get("37") or 0) or None,
        milligrams=_milligrams(fields),
    )


def _milligrams(fields):
    """Net weight: AI 310n is six digits of kilograms with n decimals."""
    for places in range(6):
        digits = fields.get(f"310{places}")
        if digits:
            return int(digits) * 10 ** (6 - places) or None
    return None
