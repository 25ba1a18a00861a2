"""Exact quantities and money: whole thousandths and whole ten-thousandths inside, decimal text outside.

Floats never touch a quantity. Inside, a quantity is an `int` of thousandths of the item's base unit and money an `int`
of ten-thousandths of the currency unit; outside both are decimal text with three and four places.
"""

from decimal import Decimal, InvalidOperation

QTY_PLACES = 3
MONEY_PLACES = 4
QTY_MOST = 10**15 - 1  # thousandths: a trillion units, and sums of a million of them stay inside 64 bits
MONEY_MOST = 10**15 - 1


class NotANumber(ValueError):
    """The text is no exact decimal of the allowed size. `code` is a field code of `errors.FIELD_WORDS`."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def read_qty(given):
    """`"12.5"`, `12` or `12.5` → 12500 thousandths. Raises `NotANumber`."""
    return _read(given, QTY_PLACES, QTY_MOST)


def read_money(given):
    """`"1.25"` → 12500 ten-thousandths. Raises `NotANumber`."""
    return _read(given, MONEY_PLACES, MONEY_MOST)


def show_qty(thousandths):
    """12500 → `"12.500"`; None stays None."""
    if thousandths is None:
        return None
    sign, rest = ("-", -thousandths) if thousandths < 0 else ("", thousandths)
    return f"{sign}{rest // 1000}.{rest % 1000:03d}"


def show_money(ten_thousandths):
    """12500 → `"1.2500"`; None stays None."""
    if ten_thousandths is None:
        return None
    sign, rest = ("-", -ten_thousandths) if ten_thousandths < 0 else ("", ten_thousandths)
    return f"{sign}{rest // 10000}.{rest % 10000:04d}"


def value_of(qty, unit_cost):
    """Thousandths × ten-thousandths per unit → ten-thousandths of value, rounded half away from zero."""
    if unit_cost is None:
        return 0
    product = abs(qty * unit_cost)
    value = (product + 500) // 1000
    return value if qty * unit_cost >= 0 else -value


def _read(given, places, most):
    if type(given) is int:
        number = given * 10**places
        if not -most <= number <= most:
            raise NotANumber("out_of_range")
        return number
    if isinstance(given, str) and len(given) < 12 and given.isascii() and given.isdigit():
        return _read(int(given), places, most)  # what nearly everybody sends, at a third of a Decimal's price
    if isinstance(given, bool) or not isinstance(given, (str, float, Decimal)):
        raise NotANumber("not_number")
    return _read_decimal(given, places, most)


def _read_decimal(given, places, most):
    # A float comes from a JSON number; its shortest text is what the sender wrote.
    text = repr(given) if isinstance(given, float) else str(given)
    if len(text) > 40 or "_" in text or text != text.strip():
        raise NotANumber("not_number")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise NotANumber("not_number") from None
    if not number.is_finite():
        raise NotANumber("not_number")
    if number.adjusted() > 20:
        raise NotANumber("out_of_range")
    scaled = number.scaleb(places)
    if scaled != scaled.to_integral_value():
        raise NotANumber("too_many_decimals")
    if not -most <= scaled <= most:
        raise NotANumber("out_of_range")
    return int(scaled)
