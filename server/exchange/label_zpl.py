"""Labels as ZPL II, for printers that speak it. Source: Zebra, Programming Guide (^BC, ^BQ, ^BX, ^FH, ^CI28)."""

import re

from server.exchange.label_sheets import SHEETS
from server.exchange.label_symbols import QUIET, modules
from server.exchange.labels import NotForThisSymbol

DOTS = 8  # a millimetre at 203 dpi
_AI = re.compile(r"\[(\d{2,4})\]")
_FIXED = {"00", "01", "02", "11", "12", "13", "15", "16", "17", "20"}  # identifiers whose length is known


def zpl(labels, symbology, sheet):
    """All labels as one job, UTF-8 bytes. `sheet` gives the size of one label."""
    width, height = (round(side * DOTS) for side in SHEETS[sheet].label)
    return "".join(_one(label, symbology, width, height) for label in labels).encode()


def _one(label, symbology, width, height):
    rows = modules(label, symbology)
    quiet = QUIET[symbology]
    pad, lines = 2 * DOTS, [line for line in label.below if line]
    dots = max(1, min(6, int((width - 2 * pad) / (len(rows[0]) + 2 * quiet))))
    out = [f"^XA^CI28^PW{width}^LL{height}"]
    if symbology == "code128":
        bars = int(height * 0.5)
        # In mode A `>` calls a code set, and `>0` is the sign.
        mode, said = ("D", _round(label)) if label.gs1 else ("A", label.text.replace(">", ">0"))
        out.append(f"^FO{pad + quiet * dots},{pad}^BY{dots}^BCN,{bars},N,N,N,{mode}^FH\\^FD{_escaped(said)}^FS")
        left, top = pad, pad + bars + DOTS
    else:
        dots = max(1, min(dots, int((height - 2 * pad) / (len(rows) + 2 * quiet)), int(width / 2 / len(rows[0]))))
        out.append(f"^FO{pad},{pad}" + (_qr(label, dots) if symbology == "qr" else _datamatrix(label, dots)))
        left, top = pad + (len(rows[0]) + quiet) * dots + DOTS, pad
    big = int(height * 0.2)
    out.append(f"^FO{left},{top}^A0N,{big},{big}^FB{width - left - pad},1^FH\\^FD{_escaped(label.title)}^FS")
    small = int(height * 0.09)
    for n, line in enumerate(lines):
        y = top + big + DOTS + n * (small + DOTS // 2)
        out.append(f"^FO{left},{y}^A0N,{small},{small}^FB{width - left - pad},1^FH\\^FD{_escaped(line)}^FS")
    return "\n".join([*out, "^XZ\n"])


def _round(label):
    """Mode D reads identifiers in round brackets, so none may stand in a value. Raises `NotForThisSymbol`."""
    if "(" in label.text or ")" in label.text:
        raise NotForThisSymbol(text=label.title)
    return _AI.sub(r"(\1)", label.text)


def _qr(label, dots):
    """A GS1 text stands in a QR code with its brackets off and the separator where a length is not known."""
    text = _plain(label.text, "\x1d") if label.gs1 else label.text
    return f"^BQN,2,{dots}^FH\\^FDMA,{_escaped(text)}^FS"


def _datamatrix(label, dots):
    """`_1` is FNC1 in ^BX with `_` as its escape sign; a `_` of the text is doubled."""
    text = label.text.replace("_", "__")
    return f"^BXN,{dots},200,,,,_^FH\\^FD{_escaped('_1' + _plain(text, '_1') if label.gs1 else text)}^FS"


def _plain(text, separator):
    """`[01]…[10]…` without brackets."""
    parts = _AI.split(text)[1:]
    pairs = list(zip(parts[::2], parts[1::2], strict=True))
    said = [
        ai + value + ("" if ai in _FIXED or n == len(pairs) else separator) for n, (ai, value) in enumerate(pairs, 1)
    ]
    return "".join(said)


def _escaped(text):
    """What would end the field or command the printer, as hexadecimals."""
    return "".join(f"\\{ord(sign):02X}" if sign in "^~\\" or ord(sign) < 32 else sign for sign in text)
