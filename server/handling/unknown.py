"""What arrived under a code that nobody knew. The words stay as they were said; once the code is bound to an item they
are judged like any other, effective when they were said."""

from server.cases.open import close_subjects, new_matter, open_many
from server.catalog.amounts import QuantityOutOfRange, counted_qty
from server.catalog.identify import identify_many
from server.catalog.lookup import items_by_id
from server.db import fetch, given, run
from server.handling.agree import judge
from server.handling.carry import tell_of
from server.handling.desk import documents_named
from server.handling.finish import finish_inbound
from server.handling.follow import tend_cases
from server.ledger.post import post


def open_unknown(warehouse_id, taken):
    """A case for every code of a document that nobody knows, with its photos."""
    open_many(
        [
            new_matter(
                warehouse_id=warehouse_id,
                kind="unknown_code",
                location_id=meant.place_id,
                subject=_subject(meant.document.id, meant.said.code),
                note=" · ".join((meant.document.number, meant.said.code)),
                photos=(meant.said.photo,) if meant.said.photo else (),
            )
            for meant in taken
        ]
    )


def resolve():
    """Fill in what is known by now, and let it count. Gives how many statements were filled in.

    What needs a lot that the label does not say stays open.
    """
    found = _known_by_now()
    if found:
        run(
            "UPDATE statements SET item_id = v.i, lot = v.lot, qty = v.qty FROM "
            + given("rows", w="id", id="id", i="id", lot="text", qty="int")
            + " v WHERE statements.warehouse_id = v.w AND statements.id = v.id",
            rows=[(row.warehouse_id, row.id, item_id, lot, qty) for row, item_id, lot, qty in found],
        )
        run(
            "UPDATE container_goods SET item_id = v.i, lot = v.lot, qty = v.qty FROM "
            + given("rows", w="id", id="id", i="id", lot="text", qty="int")
            + " v WHERE container_goods.warehouse_id = v.w AND container_goods.id = v.id",
            rows=[(row.warehouse_id, row.id, item_id, lot, qty) for row, item_id, lot, qty in found],
        )
    for warehouse_id in sorted({row.warehouse_id for row, *_ in found}):
        _judge(warehouse_id, [one for one in found if one[0].warehouse_id == warehouse_id])
    return len(found)


def _known_by_now():
    rows = fetch(
        "SELECT s.* FROM statements s WHERE s.item_id IS NULL AND s.step = 'receive' AND NOT EXISTS"
        " (SELECT 1 FROM statements x WHERE x.warehouse_id = s.warehouse_id AND x.voids_id = s.id)"
    )
    named = identify_many({row.code for row in rows}) if rows else {}
    found = []
    for row in rows:
        name = named[row.code]
        lot = row.lot or name.lot or ""
        if name.item_id is None or name.lot_tracked and not lot:
            continue
        try:
            found.append((row, name.item_id, lot, row.qty if row.serial else counted_qty(row.qty, name.scan_qty)))
        except QuantityOutOfRange:
            continue
    return found


def _judge(warehouse_id, found):
    documents = {row.id: row for row in documents_named(warehouse_id, {row.document_id for row, *_ in found}, set())}
    keys = {(row.document_id, item_id, lot, row.condition) for row, item_id, lot, _ in found}
    came = judge(warehouse_id, documents, items_by_id({key[1] for key in keys}), keys)
    if came.moves:
        post(came.moves)
    tend_cases(warehouse_id, [], came)
    close_subjects(warehouse_id, {_subject(row.document_id, row.code) for row, *_ in found}, "code bound")
    finish_inbound(warehouse_id, list(documents.values()))
    rows = fetch(
        "SELECT g.container, g.effective_at FROM "
        + given("ids", id="id")
        + " v JOIN container_goods g ON g.warehouse_id = :w AND g.id = v.id",
        w=warehouse_id,
        ids=[(row.id,) for row, *_ in found],
    )
    if rows:
        tell_of(warehouse_id, [row.container for row in rows], min(row.effective_at for row in rows))


def _subject(document_id, code):
    return f"unknown:{document_id}:{code}"
