"""Two engines that find codes in greys: zxing-cpp and zbar. What they see, said alike: text, symbology, four corners.

Each reads what the other does not, and each lies now and then, so what they see is a sighting and not yet a fact
(`evidence.py`). Names and texts are those of the label: an UPC-E has 8 digits, an UPC-A 12, a GS1 DataBar is bracketed.
"""

from ctypes import c_void_p, cast
from dataclasses import dataclass

import zxingcpp

from server.decode import gs1

try:
    from pyzbar import pyzbar, wrapper
except ImportError:  # libzbar is a library of the system (Debian: libzbar0): without it one engine looks alone
    pyzbar = wrapper = None

_F = zxingcpp.BarcodeFormat
_READ = zxingcpp.BarcodeFormats(
    [
        *(_F.EAN13, _F.EAN8, _F.UPCA, _F.UPCE, _F.Code128, _F.Code93, _F.Code39Std, _F.ITF, _F.Codabar),
        *(_F.DataBarOmni, _F.DataBarStk, _F.DataBarStkOmni, _F.DataBarLtd, _F.DataBarExp, _F.DataBarExpStk),
        *(_F.QRCode, _F.DataMatrix, _F.Aztec, _F.PDF417),
    ]
)
_ZX_NAMES = {
    "EAN13": "EAN-13",
    "EAN8": "EAN-8",
    "UPCA": "UPC-A",
    "UPCE": "UPC-E",
    "Code39Std": "Code39",
    "ITF14": "ITF",
    **dict.fromkeys(("DataBarOmni", "DataBarStk", "DataBarStkOmni", "DataBarLtd"), "DataBar"),
    "DataBarExpStk": "DataBarExp",
    "QRCodeModel1": "QRCode",
    "QRCodeModel2": "QRCode",
    "AztecCode": "Aztec",
}
_ZB_NAMES = {
    "EAN13": "EAN-13",
    "EAN8": "EAN-8",
    "UPCA": "UPC-A",
    "UPCE": "UPC-E",
    "I25": "ITF",
    "CODABAR": "Codabar",
    "CODE39": "Code39",
    "CODE93": "Code93",
    "CODE128": "Code128",
    "QRCODE": "QRCode",
    "DATABAR": "DataBar",
    "DATABAR_EXP": "DataBarExp",
}


@dataclass(frozen=True, slots=True)
class Sighting:
    """A code as one engine saw it in one look. `firm`: it saw many lines agree, not one or two."""

    text: str
    symbology: str
    quad: tuple[tuple[float, float], ...]
    engine: str
    firm: bool
    gs1: bool = False

    @property
    def key(self):
        """What must be the same in two sightings of one code."""
        return self.symbology, self.text

    @property
    def meaning(self):
        """The text as a scanner would give it, so that `gs1.read` and the catalogue understand it."""
        if self.symbology == "UPC-E" and len(self.text) == 8:
            return lengthened(self.text)
        if self.symbology == "DataBar":
            return f"(01){self.text}"
        return f"]C1{self.text}" if self.gs1 and self.symbology != "DataBarExp" else self.text


def zxing(grey, fast=False):
    """Sightings by zxing-cpp. `fast`: only at the size given, and no light codes on dark ground."""
    found = zxingcpp.read_barcodes(
        grey, formats=_READ, text_mode=zxingcpp.TextMode.Plain, try_downscale=not fast, try_invert=not fast
    )
    return [seen for code in found if (seen := _by_zxing(code))]


def zbar(grey, stride=1):
    """Sightings by zbar, which looks along every `stride`-th line; none where the system has no zbar."""
    if pyzbar is None:
        return []
    with pyzbar._image_scanner() as scanner, pyzbar._image() as image:
        _prepare(scanner, stride)
        pixels = grey.tobytes()
        wrapper.zbar_image_set_format(image, pyzbar._FOURCC["L800"])
        wrapper.zbar_image_set_size(image, *grey.size)
        wrapper.zbar_image_set_data(image, cast(pixels, c_void_p), len(pixels), None)
        wrapper.zbar_scan_image(scanner, image)
        found = list(pyzbar._decode_symbols(pyzbar._symbols_for_image(image)))
    return [seen for code in found if (seen := _by_zbar(code))]


def _prepare(scanner, stride):
    config = wrapper.ZBarConfig
    wrapper.zbar_image_scanner_set_config(scanner, 0, config.CFG_ENABLE, 0)
    for name in _ZB_NAMES:
        wrapper.zbar_image_scanner_set_config(scanner, wrapper.ZBarSymbol[name], config.CFG_ENABLE, 1)
    for axis in (config.CFG_X_DENSITY, config.CFG_Y_DENSITY):
        wrapper.zbar_image_scanner_set_config(scanner, 0, axis, stride)


def _by_zxing(code):
    at = code.position
    corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
    quad = tuple((corner.x, corner.y) for corner in corners)
    symbology = _ZX_NAMES.get(code.format.name, code.format.name)
    tall = min(_length(quad[1], quad[2]), _length(quad[0], quad[3])) >= 0.04 * _length(quad[0], quad[1])
    is_gs1 = code.content_type == zxingcpp.ContentType.GS1
    return _named(code.text, symbology, quad, "zxing", tall, is_gs1)


def _by_zbar(code):
    try:
        text = code.data.decode()
    except UnicodeDecodeError:
        return None
    left, top, width, height = code.rect
    quad = ((left, top), (left + width, top), (left + width, top + height), (left, top + height))
    return _named(text, _ZB_NAMES.get(code.type, code.type), quad, "zbar", code.quality >= FIRM, gs1.GS in text)


FIRM = 10  # lines that zbar read alike; of its lies on real photos none but one had more


def _length(one, other):
    return ((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5


def _named(text, symbology, quad, engine, firm, is_gs1):
    """The sighting with the label's own text; None if that does not hold together."""
    if symbology == "UPC-A" and len(text) == 13:
        text = text[1:]
    elif symbology == "EAN-13" and text[0] == "0":
        text, symbology = text[1:], "UPC-A"
    elif symbology == "UPC-E" and len(text) > 8:
        text = shortened(text[-12:])
    elif symbology == "DataBar":
        text = text.removeprefix("01")
    elif symbology == "DataBarExp":
        text = "".join(f"({ai}){value}" for ai, value in gs1.read("]e0" + text).fields.items())
    return Sighting(text, symbology, quad, engine, firm, is_gs1) if text else None


def shortened(digits):
    """UPC-A as UPC-E, which leaves zeros out (GS1 General Specifications 5.2.2.4.2), if it has such a form."""
    number, maker, item, check = digits[0], digits[1:6], digits[6:11], digits[11]
    if maker[2] in "012" and maker[3:] == "00" and item[:2] == "00":
        return number + maker[:2] + item[2:] + maker[2] + check
    if maker[3:] == "00" and item[:3] == "000":
        return number + maker[:3] + item[3:] + "3" + check
    if maker[4] == "0" and item[:4] == "0000":
        return number + maker[:4] + item[4] + "4" + check
    return number + maker + item[4] + check if item[:4] == "0000" and item[4] >= "5" else digits


def lengthened(digits):
    """UPC-E of 8 digits as UPC-A of 12, the form that catalogues have."""
    number, six, check = digits[0], digits[1:7], digits[7]
    last = six[5]
    if last in "012":
        body = six[:2] + last + "0000" + six[2:5]
    elif last == "3":
        body = six[:3] + "00000" + six[3:5]
    elif last == "4":
        body = six[:4] + "00000" + six[4]
    else:
        body = six[:5] + "0000" + last
    return number + body + check
