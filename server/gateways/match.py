"""Which document do goods fit that went through a door? By what it still waits for, item by item."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from server.db import among, fetch
from server.handling.rules import LIVE

KINDS = {"in": ("receipt", "return", "transfer_in"), "out": ("pick", "transfer", "supplier_return", "exchange")}
_SAID = ("receive", "load")  # statements that are about goods of a document having come or gone


@dataclass(frozen=True, slots=True)
class Fit:
    """A document, and how goods fit it: a `part` of what it waits for, the `whole`, or `over`: more or others."""

    id: str
    number: str
    kind: str
    how: str


def how_it_fits(passed, rest):
    """`part`, `whole` or `over` of `{item: qty}` beside what is waited for; None if nothing of it is."""
    if not any(min(qty, rest.get(item, 0)) > 0 for item, qty in passed.items()):
        return None
    if any(qty > rest.get(item, 0) for item, qty in passed.items()):
        return "over"
    return "whole" if all(passed.get(item, 0) == qty for item, qty in rest.items() if qty > 0) else "part"


def best_fit(warehouse_id, group_id):
    """The open document whose goods a group fits best, as `Fit`; None if none does."""
    rows = fetch(
        "SELECT direction, item_id, qty FROM portal_passes WHERE warehouse_id = :w AND group_id = :g",
        w=warehouse_id,
        g=group_id,
    )
    passed: Counter = Counter()
    for row in rows:
        if row.item_id:
            passed[row.item_id] += row.qty
    if not passed:
        return None
    documents, rests = waiting(warehouse_id, KINDS[rows[0].direction], passed)
    found = []
    for id, document in documents.items():
        how = how_it_fits(passed, rests[id])
        common = sum(min(qty, rests[id][item]) for item, qty in passed.items())
        if how:
            found.append(((-common, how != "whole", how == "over", document.number), Fit(id, *document[1:3], how)))
    return min(found)[1] if found else None


def waiting(warehouse_id, kinds, items):
    """({document: row (id, number, kind)}, {document: Counter of what it still waits for}) of open documents that ask
    for any of these items. What came through a door before, or was said to have come or gone, is waited for no more."""
    rows = fetch(
        "SELECT DISTINCT d.id, d.number, d.kind FROM documents d JOIN document_lines l"
        " ON l.warehouse_id = d.warehouse_id AND l.document_id = d.id AND l.role = 'goods'"
        f" WHERE d.warehouse_id = :w AND d.state IN {LIVE} AND {among('d.kind', 'kinds')}"
        f" AND {among('l.item_id', 'items', 'id')} ORDER BY d.number LIMIT 200",
        w=warehouse_id,
        kinds=list(kinds),
        items=sorted(items),
    )
    documents = {row.id: row for row in rows}
    return documents, rests_of(warehouse_id, documents)


def rests_of(warehouse_id, document_ids):
    """{document: Counter {item: what it still waits for}}. The same goods may be known by the door and by somebody's
    word: whichever knows of more is believed."""
    asked = {"w": warehouse_id, "ids": list(document_ids)}
    lines = _sums("SELECT document_id, item_id, qty FROM document_lines l WHERE l.role = 'goods' AND {here}", asked)
    came = _sums("SELECT document_id, item_id, qty FROM portal_passes l WHERE l.state = 'confirmed' AND {here}", asked)
    said = _sums(
        f"SELECT document_id, item_id, qty FROM statements l WHERE l.step IN {_SAID} AND {{here}} AND NOT EXISTS"
        " (SELECT 1 FROM statements v WHERE v.warehouse_id = l.warehouse_id AND v.voids_id = l.id)",
        asked,
    )
    return {id: lines[id] - (came[id] | said[id]) for id in document_ids}


def _sums(sql, asked):
    here = f"l.warehouse_id = :w AND l.item_id IS NOT NULL AND {among('l.document_id', 'ids', 'id')}"
    found: dict[str, Counter] = defaultdict(Counter)
    for row in fetch(sql.format(here=here), **asked) if asked["ids"] else []:
        found[row.document_id][row.item_id] += row.qty
    return found
