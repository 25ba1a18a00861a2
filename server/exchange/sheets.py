"""Files that hold one table: CSV as people save it, and XLSX. In: bytes to rows of text; out: rows to bytes.

A file from outside is hostile until proved otherwise: sizes are looked at before anything is unpacked.
"""

import csv
import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook

from server.errors import NotUnderstood
from server.exchange.rules import guard, unguard

ROWS_MOST = 50_000
BLANKS_MOST = 10_000
COLUMNS_MOST = 60
UNPACKED_MOST = 128 * 1024 * 1024  # bytes of XML: 50,000 rows of ten columns take about 30 MB
PARTS_MOST = 2_000
DELIMITERS = ",;\t"


class SpreadsheetUnreadable(NotUnderstood):
    """Neither CSV nor XLSX, or broken."""

    code = "spreadsheet_unreadable"
    en = "This file cannot be read. Save it as CSV (UTF-8) or XLSX, without a password, and send it again."
    zh = "无法读取此文件。请另存为 CSV（UTF-8）或 XLSX（不加密）后重新提交。"


class TooManyRows(NotUnderstood):
    """More rows than one file may have."""

    code = "too_many_rows"
    en = "This file has more than {most} rows. Split it and send the parts one after the other."
    zh = "文件超过 {most} 行。请拆分后分批导入。"


def read_sheet(content):
    """Rows of trimmed text, the header first, of a CSV or XLSX file; blank rows are empty lists, so that numbers fit.

    Raises `SpreadsheetUnreadable`, `TooManyRows`.
    """
    cells = _xlsx_rows(content) if content.startswith(b"PK") else _csv_rows(content)
    rows, filled, width = [], 0, COLUMNS_MOST
    for row in cells:
        said = [unguard(_said(cell)) for cell in row[:width]]
        filled += any(said)
        if filled > ROWS_MOST + 1 or len(rows) > ROWS_MOST + BLANKS_MOST:
            raise TooManyRows(most=ROWS_MOST)
        if filled == 1 and any(said):  # the header: cells beyond it belong to no column
            width = max(n for n, cell in enumerate(said, 1) if cell)
        rows.append(said if any(said) else [])
    while rows and not rows[-1]:
        rows.pop()
    if not rows:
        raise SpreadsheetUnreadable()
    return rows


def write_csv(header, rows):
    """A CSV file with a mark by which Excel knows that it is UTF-8."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(header)
    table.writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(header, rows):
    """An XLSX file with one sheet."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("tallyloop")
    sheet.append(header)
    for row in rows:
        sheet.append([_safe(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _csv_rows(content):
    text = _decoded(content)
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    except csv.Error as error:
        raise SpreadsheetUnreadable() from error


def _decoded(content):
    if b"\x00" in content[:4096]:
        raise SpreadsheetUnreadable()  # an image, an old XLS, UTF-16
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SpreadsheetUnreadable()


def _xlsx_rows(content):
    try:
        _refuse_bombs(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        # What the file says of its own size may be wrong: look for rows until there are no more.
        sheet.reset_dimensions()
        yield from sheet.iter_rows(max_col=COLUMNS_MOST, values_only=True)
    except SpreadsheetUnreadable:
        raise
    except _BROKEN as error:
        raise SpreadsheetUnreadable() from error


# All that openpyxl raises on files that are no workbooks, or no longer.
_BROKEN = (
    zipfile.BadZipFile,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OverflowError,
    AssertionError,
)


def _refuse_bombs(content):
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
        if len(parts) > PARTS_MOST or sum(part.file_size for part in parts) > UNPACKED_MOST:
            raise SpreadsheetUnreadable()
        if any(b"<!DOCTYPE" in packed.read(part) for part in parts if part.filename.endswith((".xml", ".rels"))):
            raise SpreadsheetUnreadable()


def _said(cell):
    """A cell as text: a number as a person would write it, a date as YYYY-MM-DD."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)):f}".removesuffix(".0")
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()


def _safe(cell):
    return guard(cell) if isinstance(cell, str) else cell
