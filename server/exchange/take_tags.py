"""RFID tags from a spreadsheet: what each is stuck to. A tag that is known is bound anew."""

from server.catalog.lookup import items_by_sku
from server.catalog.tags import Binding, TagUnreadable, bind, tag_hex
from server.exchange.rules import Problem, refused
from server.exchange.take_catalogue import in_warehouses, once_each, places_of
from server.ids import new_id
from server.people.rules import Permission


def check_tags(rows, asker):
    """Refuses tags without digits, tags given twice, unknown skus and places, and rows that name nothing."""
    rows, problems = _numbered(rows)
    rows, more = once_each(rows, "epc", lambda row: (row.values["id_kind"], row.values["hex"]))
    items = items_by_sku([row.values["sku"] for row in rows if "sku" in row.values])
    named = [row for row in rows if "warehouse" in row.values]
    here, strange = in_warehouses(named, asker, Permission.EDIT_CATALOGUE)
    places = places_of([row for row in here if "location" in row.values], "location")
    problems += more + strange
    good = []
    for row in rows:
        problem = _problem(row, items, places, {one.number for one in here})
        if problem:
            problems.append(problem)
        elif "warehouse" not in row.values or "warehouse_id" in row.values:
            good.append(row)
    return good, [one for one in problems if one is not None]


def write_tags(rows, asker):
    """Bind them."""
    bind([_binding(row.values) for row in rows], asker.id, "import")


def _numbered(rows):
    good, problems = [], []
    for row in rows:
        said = row.values
        kind = "epc" if "epc" in said else "tid"
        if kind not in said:
            problems.append(Problem(row.number, "epc", "required"))
            continue
        try:
            row.values |= {"id_kind": kind, "hex": tag_hex(said[kind])}
            good.append(row)
        except TagUnreadable as refusal:
            problems.append(refused(row.number, kind, refusal))
    return good, problems


def _problem(row, items, places, here):
    said = row.values
    if "sku" in said:
        if said["sku"] not in items:
            return Problem(row.number, "sku", "unknown")
        said["item_id"] = items[said["sku"]].id
    elif not said.keys() & {"container", "location", "document"}:
        return Problem(row.number, "sku", "required")
    if "location" in said:
        if "warehouse" not in said:
            return Problem(row.number, "warehouse", "required")
        place = places.get((said.get("warehouse_id"), said["location"]))
        if place is None:
            return Problem(row.number, "location", "unknown") if row.number in here else None
        said["location_id"] = place.id
    return None


def _binding(said):
    target = next(
        kind
        for kind, name in (("goods", "sku"), ("container", "container"), ("document", "document"), ("location", "hex"))
        if name in said
    )
    return Binding(
        *(new_id(), said["id_kind"], said["hex"], target, said.get("item_id"), said.get("lot", "")),
        *(said.get("serial"), said.get("quantity", 1000), said.get("warehouse_id"), said.get("location_id")),
        *(said.get("container"), said.get("document")),
    )
