"""What a label says: the text in its symbol, and what people read beside it.

A location says its code. An item says one of its codes; a lot its GTIN, expiry and number as GS1 writes them; a
container its SSCC, or its own code. What is printed is what `identify` reads back as the same thing.
Source of the element strings: GS1 General Specifications, 3 (AI 00, 01, 10, 17, 240).
"""

import re
from dataclasses import dataclass

from server.catalog.lots import LotUnknown
from server.catalog.rules import ContainerUnknown, ItemUnknown, LocationUnknown
from server.db import among, fetch, given
from server.decode.gs1 import check_digit_holds, gtin14
from server.errors import Refusal

LARGEST = 2000  # labels at once
_GS1_TEXT = re.compile(r"""[A-Za-z0-9!"%&'()*+,\-./_:;<=>?]+""")  # character set 82


class NoLabels(Refusal):
    """Nothing fits what was asked for."""

    code = "no_labels"
    status = 422
    en = "There is nothing to print: no active location, item or container fits. Check the selection."
    zh = "没有可打印的内容：没有符合条件的库位、物料或容器。请检查所选范围。"


class TooManyLabels(Refusal):
    """A sheet for a whole site is made in parts."""

    code = "too_many_labels"
    status = 422
    en = "At most 2,000 labels at once. Print one zone after the other."
    zh = "每次最多打印 2,000 张标签。请按库区分批打印。"


class NotForThisSymbol(Refusal):
    """The text has signs that the symbol cannot carry, or is too long for the label."""

    code = "label_does_not_fit"
    status = 422
    en = "{text} does not fit into this kind of barcode or label. Choose QR, or a larger label."
    zh = "{text} 无法放入该条码类型或标签尺寸。请选择二维码或更大的标签。"


@dataclass(frozen=True)
class LabelText:
    """One label. `text`: what the symbol carries; `title`, `below`: for people.

    If `gs1`, identifiers stand in square brackets, since round ones may be part of a lot's number.
    """

    text: str
    title: str
    below: tuple[str, ...] = ()
    gs1: bool = False


def of_locations(house, codes=(), zone=None):
    """Labels of the locations named, in the order given; or of all of a zone (`zone=""`: everywhere), by the path."""
    where = among("l.code", "codes") if codes else "(:zone = '' OR l.zone = :zone) AND l.active = :yes"
    rows = fetch(
        f"SELECT l.code, l.zone FROM locations l WHERE l.warehouse_id = :w AND l.role IS NULL AND {where}"
        " ORDER BY l.path_order, l.code",
        w=house.id,
        **({"codes": list(codes)} if codes else {"zone": zone or "", "yes": True}),
    )
    by_code = {row.code: row for row in rows}
    for code in codes:
        if code not in by_code:
            raise LocationUnknown(location=code)
    ordered = [by_code[code] for code in codes] if codes else rows
    return [LabelText(row.code, row.code, (row.zone or "", house.name)) for row in ordered]


def of_items(skus):
    """One label for each item: its smallest pack's code, or its sku where it has none."""
    found = _items(skus)
    labels = []
    for sku in skus:
        row = found[sku]
        text = row.code or row.sku
        gtin = gtin14(text)
        below = (row.sku, text) if text != row.sku else (row.sku,)
        labels.append(LabelText(f"[01]{gtin}" if gtin else text, row.name, below, gs1=bool(gtin)))
    return labels


def of_lots(pairs):
    """Labels of `(sku, lot)`: GTIN, expiry and lot as GS1 element strings; AI 240 carries the sku where no GTIN is."""
    found = _items([sku for sku, _ in pairs])
    rows = fetch(
        "SELECT i.sku, o.lot, o.expiry FROM " + given("pairs", sku="text", lot="text") + " v"
        " JOIN items i ON i.sku = v.sku JOIN lots o ON o.item_id = i.id AND o.lot = v.lot",
        pairs=list(pairs),
    )
    expiries = {(row.sku, row.lot): row.expiry for row in rows}
    labels = []
    for sku, lot in pairs:
        if (sku, lot) not in expiries:
            raise LotUnknown(sku=sku, lot=lot)
        labels.append(_lot_label(found[sku], lot, expiries[sku, lot]))
    return labels


def of_containers(house, codes):
    """Labels of containers: AI 00 for an SSCC, else the code itself."""
    rows = fetch(
        f"SELECT c.code, c.kind FROM containers c WHERE c.warehouse_id = :w AND {among('c.code', 'codes')}",
        w=house.id,
        codes=list(codes),
    )
    by_code = {row.code: row for row in rows}
    labels = []
    for code in codes:
        if code not in by_code:
            raise ContainerUnknown(container=code)
        sscc = len(code) == 18 and code.isascii() and code.isdigit() and check_digit_holds(code)
        labels.append(LabelText(f"[00]{code}" if sscc else code, code, (house.name,), gs1=sscc))
    return labels


def checked(labels, copies):
    """The labels, each as often as wanted. Raises `NoLabels`, `TooManyLabels`."""
    if not labels:
        raise NoLabels()
    if len(labels) * copies > LARGEST:
        raise TooManyLabels()
    return [label for label in labels for _ in range(copies)]


def _lot_label(item, lot, expiry):
    gtin = gtin14(item.code or "")
    for text in (lot, *(() if gtin else (item.sku,))):
        if not _GS1_TEXT.fullmatch(text) or len(text) > (20 if text == lot else 30):
            raise NotForThisSymbol(text=text)
    day = f"[17]{expiry[2:4]}{expiry[5:7]}{expiry[8:10]}" if expiry else ""
    said = f"[01]{gtin}{day}[10]{lot}" if gtin else f"[240]{item.sku}{day}[10]{lot}"
    return LabelText(said, item.name, (item.sku, " ".join(filter(None, (lot, expiry)))), gs1=True)


def _items(skus):
    rows = fetch(
        "SELECT i.sku, i.name, (SELECT c.code FROM codes c WHERE c.item_id = i.id ORDER BY c.pack_qty, c.key LIMIT 1)"
        f" AS code FROM items i WHERE {among('i.sku', 'skus')}",
        skus=list(dict.fromkeys(skus)),
    )
    found = {row.sku: row for row in rows}
    for sku in skus:
        if sku not in found:
            raise ItemUnknown(code=sku)
    return found
