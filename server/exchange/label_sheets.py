"""Labels as PDF: sheets of many for an office printer, one a page for a label printer. Bars are drawn, not pixels."""

from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from server.exchange.label_symbols import QUIET, modules, runs
from server.exchange.labels import NotForThisSymbol

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))  # every PDF reader has it; nothing is embedded
FINEST = 0.19  # millimetres a module: what 203 dpi printers and handhelds still manage (GS1: 0.25 wanted)
LARGEST = 0.8


@dataclass(frozen=True)
class Sheet:
    """Millimetres: the page, one label, the first label's corner, and the distance from one label to the next."""

    page: tuple[float, float]
    label: tuple[float, float]
    across: int = 1
    down: int = 1
    corner: tuple[float, float] = (0, 0)
    pitch: tuple[float, float] = (0, 0)


A4 = (210, 297)
SHEETS = {
    "a4-24": Sheet(A4, (64, 34), 3, 8, (7, 12.5), (66, 34)),
    "a4-10": Sheet(A4, (99, 57), 2, 5, (5, 6), (101, 57)),
    "100x50": Sheet((100, 50), (100, 50)),
    "60x40": Sheet((60, 40), (60, 40)),
    "50x30": Sheet((50, 30), (50, 30)),
}


def sheets(labels, symbology, sheet):
    """The PDF's bytes."""
    form, out = SHEETS[sheet], BytesIO()
    canvas = Canvas(out, pagesize=(form.page[0] * mm, form.page[1] * mm), pageCompression=1, invariant=1)
    canvas.setTitle("Tallyloop")
    on_page = form.across * form.down
    for n, label in enumerate(labels):
        if n and n % on_page == 0:
            canvas.showPage()
        column, line = n % form.across, n % on_page // form.across
        left = form.corner[0] + column * form.pitch[0]
        top = form.page[1] - form.corner[1] - line * form.pitch[1]
        _draw(canvas, label, symbology, left, top, *form.label)
    canvas.save()
    return out.getvalue()


def _draw(canvas, label, symbology, left, top, width, height):
    """One label with its upper left corner at (left, top)."""
    pad = 2.5
    if symbology == "code128":
        _linear(canvas, label, left + pad, top - pad, width - 2 * pad, height - 2 * pad)
    else:
        _matrix(canvas, label, symbology, left + pad, top - pad, width - 2 * pad, height - 2 * pad)


def _linear(canvas, label, left, top, width, height):
    (row,) = modules(label, "code128")
    module = _module(label, width / (len(row) + 2 * QUIET["code128"]))
    big = min(height * 0.26, 9)
    small = min(height * 0.13, 3.6)
    lines = [line for line in label.below if line][:2]
    bars = height - big - small * 1.25 * len(lines) - 1.5
    start = left + (width - module * len(row)) / 2
    for at, length in runs(row):
        canvas.rect((start + at * module) * mm, (top - bars) * mm, length * module * mm, bars * mm, stroke=0, fill=1)
    _write(canvas, label.title, left, top - bars - big * 0.95, width, big, middle=True)
    for n, line in enumerate(lines, 1):
        _write(canvas, line, left, top - bars - big - n * small * 1.25, width, small, middle=True)


def _matrix(canvas, label, symbology, left, top, width, height):
    rows = modules(label, symbology)
    quiet = QUIET[symbology]
    module = _module(label, min(height / (len(rows) + 2 * quiet), width * 0.5 / (len(rows[0]) + 2 * quiet)))
    for line, row in enumerate(rows):
        y = top - (quiet + line + 1) * module
        for at, length in runs(row):
            canvas.rect(
                (left + (quiet + at) * module) * mm, y * mm, length * module * mm, module * mm, stroke=0, fill=1
            )
    aside = (len(rows[0]) + 2 * quiet) * module + 1
    big = min(height * 0.24, 9)
    first, second = _halves(label.title, width - aside, big)
    if second:
        _write(canvas, first, left + aside, top - height * 0.18, width - aside, big * 0.6)
        _write(canvas, second, left + aside, top - height * 0.34, width - aside, big * 0.6)
    else:
        _write(canvas, first, left + aside, top - height * 0.34, width - aside, big)
    small = min(height * 0.14, 4)
    for n, line in enumerate(line for line in label.below if line):
        _write(canvas, line, left + aside, top - height * 0.34 - (n + 1.4) * small * 1.3, width - aside, small)


def _module(label, fits):
    if fits < FINEST:
        raise NotForThisSymbol(text=label.title)
    return min(fits, LARGEST)


def _halves(text, width, size):
    """A name that would become small in one line, at the blank nearest to its middle; the second half may be empty."""
    blanks = [n for n, sign in enumerate(text) if sign == " "]
    if not blanks or pdfmetrics.stringWidth(text, "Helvetica-Bold", size * mm * 0.6) <= width * mm:
        return text, ""
    middle = min(blanks, key=lambda n: abs(n - len(text) / 2))
    return text[:middle], text[middle + 1 :]


def _write(canvas, text, left, base, width, size, middle=False):
    """A line as large as it may be, smaller if it is long; cut only when it would be too small to read."""
    font = "Helvetica-Bold" if text.isascii() else "STSong-Light"
    points = size * mm * 0.9
    points = max(min(points, points * width * mm / max(pdfmetrics.stringWidth(text, font, points), 1)), 5)
    while pdfmetrics.stringWidth(text, font, points) > width * mm and len(text) > 1:
        text = text[:-2] + "…" if font != "Helvetica-Bold" else text[:-4] + "..."
    canvas.setFont(font, points)
    if middle:
        canvas.drawCentredString((left + width / 2) * mm, base * mm, text)
    else:
        canvas.drawString(left * mm, base * mm, text)
