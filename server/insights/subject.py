"""What is traced: an item, a lot or serial of it, or a container."""

from dataclasses import dataclass

from server.catalog.identify import identify
from server.catalog.lookup import items_by_id, items_by_sku
from server.db import fetch, given
from server.insights.rules import NothingNamed, NotTraceable, SubjectUnknown


@dataclass(frozen=True, slots=True)
class Subject:
    """What is traced. `lot` and `serial` are None where any is meant."""

    kind: str
    item_id: str | None = None
    lot: str | None = None
    serial: str | None = None
    container: str | None = None
    sku: str | None = None
    name: str | None = None
    unit: str | None = None
    expiry: str | None = None


def subject_of(houses, sku=None, lot=None, serial=None, container=None, code=None):
    """The subject of a question: by its words, or by a scanned `code`.

    Raises `NothingNamed`, `NotTraceable`, `SubjectUnknown`.
    """
    if code is not None:
        return _scanned(houses, code)
    if container is not None:
        return _container(houses, container)
    if serial is not None:
        return _serial(serial, sku)
    if sku is None and lot is None:
        raise NothingNamed(fields={"sku": ["required"]})
    return _item(sku, lot)


def _scanned(houses, code):
    for house in houses:
        named = identify(house, code)
        if named.kind == "container":
            return _container(houses, named.container)
        if named.item_id:
            item = items_by_id([named.item_id])[named.item_id]
            return _of(item, named.lot or None, named.serial or None)
    raise NotTraceable(code=code, fields={"code": ["unknown"]})


def _container(houses, code):
    rows = fetch(
        "SELECT c.code FROM " + given("houses", w="id") + " h JOIN containers c ON c.warehouse_id = h.w"
        " WHERE c.code = :code LIMIT 1",
        houses=[(one,) for one in houses],
        code=code,
    )
    if not rows:
        raise SubjectUnknown(fields={"container": ["unknown"]})
    return Subject("container", container=rows[0].code)


def _serial(serial, sku):
    rows = fetch(
        "SELECT s.item_id FROM serials s JOIN items i ON i.id = s.item_id"
        " WHERE s.serial = :serial AND (:any = 1 OR i.sku = :sku) ORDER BY i.sku LIMIT 1",
        serial=serial,
        any=int(sku is None),
        sku=sku or "",
    )
    if not rows:
        raise SubjectUnknown(fields={"serial": ["unknown"]})
    return _of(items_by_id([rows[0].item_id])[rows[0].item_id], None, serial)


def _item(sku, lot):
    if sku is None:
        rows = fetch(
            "SELECT i.sku FROM lots o JOIN items i ON i.id = o.item_id WHERE o.lot = :lot ORDER BY i.sku LIMIT 1",
            lot=lot,
        )
        sku = rows[0].sku if rows else ""
    item = items_by_sku([sku]).get(sku)
    if item is None:
        raise SubjectUnknown(fields={"sku": ["unknown"]})
    return _of(item, lot or None, None)


def _of(item, lot, serial):
    kind = "serial" if serial else "lot" if lot else "item"
    expiry = fetch("SELECT expiry FROM lots WHERE item_id = :i AND lot = :lot", i=item.id, lot=lot) if lot else []
    words = (item.sku, item.name, item.unit, expiry[0].expiry if expiry else None)
    return Subject(kind, item.id, lot, serial, None, *words)
