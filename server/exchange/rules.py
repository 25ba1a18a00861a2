"""What a cell of a spreadsheet means. Pure: text in, values or a field code out."""

import re
from dataclasses import dataclass
from datetime import date

from server.errors import FIELD_WORDS, Refusal
from server.quantity import NotANumber, read_money, read_qty

_PRINTABLE = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]*")
_YES = {"1", "true", "yes", "y", "是", "√"}
_NO = {"0", "false", "no", "n", "否", "×"}
# A spreadsheet runs a text that begins with one of these as a formula.
_RUNS = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")


class BadCell(ValueError):
    """A cell that cannot be read. `code` is one of `errors.FIELD_WORDS`."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Problem:
    """What is wrong with one row. `code`: a field code, or that of `refusal`."""

    row: int
    column: str
    code: str
    refusal: Refusal | None = None

    def said(self, language):
        """`{row, column, code, detail}` in the reader's language."""
        if self.refusal:
            detail = self.refusal.words(language)
        else:
            en, zh = FIELD_WORDS[self.code]
            detail = f"{self.column} {zh if language == 'zh' else en}"
        return {"row": self.row, "column": self.column, "code": self.code, "detail": detail}


def refused(row, column, refusal):
    """A `Problem` that a refusal explains."""
    return Problem(row, column, refusal.code, refusal)


def guard(text):
    """Text as it is safe in a spreadsheet: what would run as a formula gets an apostrophe before it."""
    return f"'{text}" if _RUNS.match(text) else text


def unguard(text):
    """The text as it was before `guard`."""
    return text[1:] if _GUARDED.match(text) else text


def text(most=120):
    """A reader of printable text."""

    def read(cell):
        if len(cell) > most:
            raise BadCell("too_long")
        if not _PRINTABLE.fullmatch(cell):
            raise BadCell("wrong_characters")
        return cell

    return read


def choice(*choices):
    """A reader of one of a few words, in whatever case."""

    def read(cell):
        for one in choices:
            if cell.lower() == one.lower():
                return one
        raise BadCell("not_a_choice")

    return read


def whole(least, most):
    """A reader of whole numbers."""

    def read(cell):
        if not re.fullmatch(r"[+-]?[0-9]{1,12}", cell):
            raise BadCell("not_whole")
        if not least <= int(cell) <= most:
            raise BadCell("out_of_range")
        return int(cell)

    return read


def yes_no(cell):
    """Yes or no in the ways that people write it."""
    if cell.lower() in _YES:
        return True
    if cell.lower() in _NO:
        return False
    raise BadCell("not_true_or_false")


def quantity(cell):
    """Thousandths, not below zero."""
    return _not_negative(read_qty, cell)


def pack(cell):
    """Thousandths, above zero."""
    return _not_negative(read_qty, cell) or _out_of_range()


def money(cell):
    """Ten-thousandths, not below zero."""
    return _not_negative(read_money, cell)


def day(cell):
    """`2026-12-31`, `2026/12/31` or `20261231` → `2026-12-31`."""
    parts = re.fullmatch(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})", cell, re.ASCII)
    try:
        return date(int(parts[1]), int(parts[3]), int(parts[4])).isoformat()
    except (TypeError, ValueError):
        raise BadCell("not_date") from None


def _not_negative(read, cell):
    try:
        number = read(cell)
    except NotANumber as error:
        raise BadCell(error.code) from None
    return number if number >= 0 else _out_of_range()


def _out_of_range():
    raise BadCell("out_of_range")
