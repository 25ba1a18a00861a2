"""Take a spreadsheet in: read it, name every mistake at once, and write what is good, or nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field

from server.errors import NotUnderstood
from server.exchange import take_catalogue, take_documents, take_opening, take_people, take_tags
from server.exchange.columns import COLUMNS, KINDS, columns_by_header
from server.exchange.rules import BadCell, Problem
from server.people.who import Actor


class KindUnknown(NotUnderstood):
    """No spreadsheet of this kind."""

    code = "kind_unknown"
    en = "There is no spreadsheet of the kind {kind}. There are: {kinds}."
    zh = "没有类型为 {kind} 的表格。可用类型：{kinds}。"


class ColumnsMissing(NotUnderstood):
    """The header row lacks columns that every row needs."""

    code = "columns_missing"
    en = "The first row must name the columns; these are missing: {missing}."
    zh = "首行应为列名；缺少以下列：{missing}。"


@dataclass
class Row:
    """One row as read: its number in the file (the header is 1) and its values, by column; blank cells are absent."""

    number: int
    values: dict


@dataclass
class Report:
    """What became of a file. `accepted`: rows that were written, or would be if this were no rehearsal."""

    rows: int
    accepted: int
    problems: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Taker:
    """How one kind is taken: `check(rows, asker)` gives (good rows, problems), `write(good rows, asker)` keeps them."""

    check: Callable
    write: Callable


TAKERS = {
    "items": Taker(take_catalogue.check_items, take_catalogue.write_items),
    "codes": Taker(take_catalogue.check_codes, take_catalogue.write_codes),
    "locations": Taker(take_catalogue.check_locations, take_catalogue.write_locations),
    "reasons": Taker(take_catalogue.check_reasons, take_catalogue.write_reasons),
    "opening": Taker(take_opening.check_opening, take_opening.write_opening),
    "receipts": Taker(take_documents.check_receipts, take_documents.write_receipts),
    "picks": Taker(take_documents.check_picks, take_documents.write_picks),
    "orders": Taker(take_documents.check_orders, take_documents.write_orders),
    "tags": Taker(take_tags.check_tags, take_tags.write_tags),
    "people": Taker(take_people.check_people, take_people.write_people),
}


def known_kind(kind):
    """The kind itself. Raises `KindUnknown`."""
    if kind not in TAKERS:
        raise KindUnknown(kind=kind[:40], kinds=", ".join(KINDS))
    return kind


def read_rows(kind, sheet):
    """`(rows, problems, headers that nobody knows)` of a sheet. Raises `ColumnsMissing`."""
    start = next(n for n, cells in enumerate(sheet) if cells)
    columns, strange = columns_by_header(kind, sheet[start])
    missing = [column.name for column in COLUMNS[kind] if column.needed and column not in columns.values()]
    if missing:
        raise ColumnsMissing(missing=", ".join(missing))
    rows, problems = [], []
    for number, cells in enumerate(sheet[start + 1 :], start + 2):
        if cells:
            row, wrong = _read_row(number, cells, columns)
            problems += wrong
            rows.append(row)
    return rows, problems, strange


def take(kind, rows, problems, asker: Actor, dry_run=False, partial=False):
    """Check rows against the books and write the good ones, if all are good or `partial`. Gives a `Report`."""
    spoilt = {problem.row for problem in problems}
    good, more = TAKERS[kind].check([row for row in rows if row.number not in spoilt], asker)
    problems = sorted([*problems, *more], key=lambda problem: problem.row)
    if problems and not partial:
        good = []
    if good and not dry_run:
        TAKERS[kind].write(good, asker)
    return Report(len(rows), len(good), problems)


def _read_row(number, cells, columns):
    values, wrong = {}, []
    for n, column in columns.items():
        cell = cells[n] if n < len(cells) else ""
        if not cell:
            if column.needed:
                wrong.append(Problem(number, column.name, "required"))
            continue
        try:
            values[column.name] = column.read(cell)
        except BadCell as error:
            wrong.append(Problem(number, column.name, error.code))
    return Row(number, values), wrong
