"""What does a scanned text name? Answers every scan, so it is built for batches: one statement for any number of texts.

Order: our own code, the code's GTIN, the sku. An own code never meets the GS1 reader. Then, for single questions, what
else a label can be: a location, a container, a serial, a lot.
"""

import msgspec

from server.catalog.rules import key_of, stated_qty
from server.catalog.tags import bound, may_be_tag
from server.db import among, fetch
from server.decode import epc, gs1, makers


class Named(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a text names. A msgspec struct rather than a dataclass: thousands are made per request.

    `pack_qty`: thousandths of the base unit that one pack is. `qty`: thousandths that the label itself states (count or
    weight), None if it says nothing. `expiry`: `YYYY-MM-DD`. `gs1`: `{identifier: value}`.
    """

    kind: str
    item_id: str | None = None
    sku: str | None = None
    name: str | None = None
    unit: str | None = None
    lot_tracked: bool = False
    serial_tracked: bool = False
    pack_qty: int = 1000
    qty: int | None = None
    lot: str | None = None
    expiry: str | None = None
    serial: str | None = None
    gs1: dict[str, str] | None = None
    location_id: str | None = None
    location: str | None = None
    zone: str | None = None
    container: str | None = None
    document: str | None = None

    @property
    def scan_qty(self):
        """Thousandths that one scan of this label is: what it states, else one pack."""
        return self.pack_qty if self.qty is None else self.qty


UNKNOWN = Named("unknown")


def identify_many(texts):
    """`{text: Named}` for every text: an item, or `UNKNOWN` (with `gs1` if it could be read). One statement."""
    wanted = {text: _ways(text) for text in set(texts)}
    tags = _tagged([text for text in wanted if may_be_tag(text.strip())])
    asked = {way for ways, _ in wanted.values() for way in ways}
    by_code, by_sku = _items_of(asked)
    return {text: _named(ways, label, by_code, by_sku) for text, (ways, label) in wanted.items()} | tags


def identify(warehouse_id, text):
    """What one text names in a warehouse: item, location, container, serial, lot, unknown. At most two statements."""
    return identify_here(warehouse_id, [text])[text]


def identify_here(warehouse_id, texts):
    """`{text: Named}` of all that is in a warehouse, for a picture full of labels. Two statements at most."""
    named = identify_many(texts)
    others = [text for text, one in named.items() if one.kind == "unknown"]
    return named | _elsewhere(warehouse_id, others)


def _ways(text):
    """(the keys to try, best first, and the label if it took the GS1 reader)."""
    trimmed = text.strip()
    if makers.may_be_one(trimmed):
        ways, label = makers.read(trimmed)
        if label:
            return tuple(dict.fromkeys((trimmed, *map(key_of, ways), *ways))), label
    label = epc.read(trimmed) if epc.may_be_one(trimmed) else None
    if label is None and not gs1.may_be_gs1(text):
        key = key_of(trimmed)
        return ((trimmed,) if key == trimmed else (key, trimmed)), None
    label = label or gs1.read(text)
    ways = [trimmed, label.text]
    if label.gtin:
        # An item may carry its GTIN as its sku, written without leading zeros.
        ways += [label.gtin, *(label.gtin[-n:] for n in (13, 12, 8) if not label.gtin[:-n].strip("0"))]
    elif "240" in label.fields:  # what our own lot labels carry where an item has no GTIN
        ways.append(label.fields["240"])
    return tuple(dict.fromkeys(ways)), label


def _tagged(texts):
    """`{text: Named}` of RFID tags that somebody bound: what they are stuck to, whatever their number decodes to."""
    if not texts:
        return {}
    of = {}
    for row in bound([text.strip().upper() for text in texts]):
        if row.id_kind == "tid" or row.hex not in of:  # where one number is both, the chip's own says more
            of[row.hex] = row
    return {text: _stuck_to(of[text.strip().upper()]) for text in texts if text.strip().upper() in of}


def _stuck_to(row):
    if row.target == "goods":
        facts = (row.item_id, row.sku, row.name, row.unit, bool(row.lot_tracked), bool(row.serial_tracked))
        return Named("item", *facts, qty=row.qty, lot=row.lot or None, serial=row.serial)
    if row.target == "container":
        return Named("container", container=row.container, location_id=row.location_id, location=row.location)
    if row.target == "location":
        return Named("location", location_id=row.location_id, location=row.location, zone=row.zone)
    return Named("document", document=row.document)


_FACTS = "i.id, i.sku, i.name, i.unit, i.lot_tracked, i.serial_tracked"


def _items_of(asked):
    """Two maps from the keys that were found to `Named`: by code, and by sku."""
    wanted = [way for way in asked if way and "\x00" not in way]
    if not wanted:
        return {}, {}
    found = fetch(
        f"SELECT 1 AS by_code, c.key, c.pack_qty, {_FACTS} FROM codes c JOIN items i ON i.id = c.item_id"
        f" WHERE {among('c.key', 'wanted')}"
        f" UNION ALL SELECT 0, i.sku, 1000, {_FACTS} FROM items i WHERE {among('i.sku', 'wanted')}",
        wanted=wanted,
    )
    by_code, by_sku = {}, {}
    for is_code, key, pack_qty, item_id, sku, name, unit, lot_tracked, serial_tracked in found:
        named = Named("item", item_id, sku, name, unit, bool(lot_tracked), bool(serial_tracked), pack_qty)
        (by_code if is_code else by_sku)[key] = named
    return by_code, by_sku


def _named(ways, label, by_code, by_sku):
    for found in (by_code, by_sku):
        for way in ways:
            if way in found:
                return _with_label(found[way], label)
    return Named("unknown", gs1=label.fields) if label and label.fields else UNKNOWN


def _with_label(named, label):
    if label is None or not (label.fields or label.lot or label.expiry or label.serial or label.quantity):
        return named
    return msgspec.structs.replace(
        named,
        qty=stated_qty(label, named.unit, named.pack_qty),
        lot=label.lot,
        expiry=label.expiry,
        serial=label.serial,
        gs1=label.fields or None,
    )


def _elsewhere(warehouse_id, texts):
    """`{text: Named}` of locations, containers, serials and lots: the first kind that knows the text."""
    labels = {text: epc.may_be_one(text.strip()) and epc.read(text.strip()) or gs1.read(text) for text in texts}
    ways = {text: {text.strip(), label.text, label.sscc, label.fields.get("254")} for text, label in labels.items()}
    wanted = [way for way in set().union(*ways.values()) if way and "\x00" not in way]
    if not wanted:
        return {}
    rows = fetch(
        "SELECT 1 AS rank, l.id, l.code, l.zone AS about, '' AS lot, '' AS expiry FROM locations l"
        f" WHERE l.warehouse_id = :warehouse AND {among('l.code', 'wanted')} AND l.role IS NULL"
        " UNION ALL SELECT 2, c.location_id, c.code, l.code, '', '' FROM containers c"
        " LEFT JOIN locations l ON l.warehouse_id = c.warehouse_id AND l.id = c.location_id"
        f" WHERE c.warehouse_id = :warehouse AND {among('c.code', 'wanted')}"
        " UNION ALL SELECT 3, s.item_id, s.serial, i.sku, s.lot, '' FROM serials s"
        f" JOIN items i ON i.id = s.item_id WHERE {among('s.serial', 'wanted')}"
        " UNION ALL SELECT 4, b.item_id, b.lot, i.sku, b.lot, b.expiry FROM lots b"
        f" JOIN items i ON i.id = b.item_id WHERE {among('b.lot', 'wanted')}",
        wanted=wanted,
        warehouse=warehouse_id,
    )
    found = {}
    for text, label in labels.items():
        mine = [row for row in rows if row.code in ways[text]]
        if mine:
            rank = min(row.rank for row in mine)
            found[text] = _other(rank, [row for row in mine if row.rank == rank], label.fields or None)
    return found


def _other(rank, rows, fields):
    first = rows[0]
    if rank == 1:
        return Named("location", location_id=first.id, location=first.code, zone=first.about, gs1=fields)
    if rank == 2:
        return Named("container", container=first.code, location_id=first.id, location=first.about, gs1=fields)
    # Two makers may use the same lot or serial number: then the text alone does not say whose it is.
    item_id, sku = (first.id, first.about) if len(rows) == 1 else (None, None)
    if rank == 3:
        return Named("serial", item_id=item_id, sku=sku, serial=first.code, lot=first.lot or None, gs1=fields)
    return Named("lot", item_id=item_id, sku=sku, lot=first.code, expiry=first.expiry or None, gs1=fields)
