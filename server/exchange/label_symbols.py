"""Symbols as modules: rows of dark and light, drawn by whoever prints. zxing-cpp makes them (zint inside)."""

import zxingcpp

from server.exchange.labels import NotForThisSymbol

FORMATS = {
    "code128": zxingcpp.BarcodeFormat.Code128,
    "qr": zxingcpp.BarcodeFormat.QRCode,
    "datamatrix": zxingcpp.BarcodeFormat.DataMatrix,
}
QUIET = {"code128": 10, "qr": 4, "datamatrix": 2}  # modules of light around it (ISO/IEC 15417, 18004, 16022)


def modules(label, symbology):
    """Rows of the symbol, True where it is dark; one row for a linear one. Raises `NotForThisSymbol`."""
    text = label.text if symbology == "qr" or label.text.isascii() else None
    if text is None:
        raise NotForThisSymbol(text=label.title)
    try:
        made = zxingcpp.create_barcode(text, FORMATS[symbology], **({"gs1": True} if label.gs1 else {}))
    except ValueError:
        raise NotForThisSymbol(text=label.title) from None
    image = made.to_image(scale=1, add_quiet_zones=False, add_hrt=False)
    view = memoryview(image)
    height, width = view.shape
    rows = [[view[y, x] < 128 for x in range(width)] for y in range(height)]
    return [rows[height // 2]] if symbology == "code128" else rows


def runs(row):
    """`[(start, length)]` of the dark runs of a row."""
    found, start = [], None
    for n, dark in enumerate([*row, False]):
        if dark and start is None:
            start = n
        elif not dark and start is not None:
            found.append((start, n - start))
            start = None
    return found
