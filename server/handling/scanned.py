"""A check that is scanned piece by piece is judged once, and nobody is called while somebody is still scanning.

Phones that say `more` with each piece are not judged by it: they are when the checker submits, when the goods are to
leave (`ship`), or, if neither comes, when the checker has been silent for a while (`QUIET`, by the clock), so that no
document hangs on a phone that went flat. That what was scanned so far equals the first side is no end for them: it
would be told by the list of what is left to check, and who knows when to stop does not check.

Clients that say no `more` and send no submit must find the document judged after their last line, and a line with a
piece looks like a line with all of it: the wire does not tell which it is. So each line is judged as it comes, as it
was before. But the case that two differ keeps quiet, without a notice to anybody, until the checker submits or has been
silent for that while; if their scans come to agree before, nobody ever hears of it.
"""

from server import clock
from server.cases.open import say_aloud
from server.catalog.lookup import items_by_id
from server.db import fetch, run
from server.handling.agree import judge
from server.handling.desk import documents_named
from server.handling.exceptions import differing_subject
from server.handling.finish import finish_inbound
from server.handling.follow import tend_cases
from server.handling.goods import QUIET
from server.handling.rules import LIVE
from server.ledger.post import post

_RECENTLY = 15 * clock.MINUTE  # what still differs is not judged again for ever: the job looks every minute
_SCANNED = (
    "SELECT DISTINCT s.item_id, s.lot, s.condition FROM statements s WHERE s.warehouse_id = :w AND s.document_id = :d"
    " AND s.step = 'check' AND s.more = :yes AND s.item_id IS NOT NULL"
)


def hear_out(warehouse_id, document, at, person_id=None):
    """What this checker (or all) scanned until `at` is their word. Gives how many hands that ended."""
    return run(
        "UPDATE document_hands SET ended_at = :at WHERE warehouse_id = :w AND document_id = :d AND side = 'check'"
        f" AND (ended_at IS NULL OR ended_at < :at){' AND person_id = :p' if person_id else ''}",
        at=at,
        w=warehouse_id,
        d=document.id,
        **({"p": person_id} if person_id else {}),
    )


def end_check(warehouse_id, document, at, person_id):
    """A checker says that it was all: judge what they scanned, and tell what differs from now on."""
    if not hear_out(warehouse_id, document, at, person_id):
        return
    scanned = fetch(_SCANNED, w=warehouse_id, d=document.id, yes=True)
    if document.kind != "return":  # each look at what came back adds to what is known
        _judge(warehouse_id, {document.id: document}, {(document.id, *row) for row in scanned})
    rows = fetch(
        "SELECT item_id, lot, condition FROM document_goods WHERE warehouse_id = :w AND document_id = :d"
        " AND state = 'differs'",
        w=warehouse_id,
        d=document.id,
    )
    say_aloud(warehouse_id, [differing_subject(document.id, *row) for row in rows])


def judge_silent_checks():
    """Goods whose checkers have stopped scanning without a word of it. Gives how many."""
    now, judged = clock.now(), 0
    for (house,) in fetch("SELECT id FROM warehouses"):
        rows = fetch(
            "SELECT g.document_id, g.item_id, g.lot, g.condition FROM document_goods g JOIN documents d"
            f" ON d.warehouse_id = g.warehouse_id AND d.id = g.document_id AND d.state IN {LIVE} AND d.kind <> 'return'"
            " JOIN statements s ON s.warehouse_id = g.warehouse_id AND s.document_id = g.document_id"
            " AND s.item_id = g.item_id AND s.lot = g.lot AND s.condition = g.condition AND s.step = 'check'"
            " WHERE g.warehouse_id = :w AND g.state <> 'agreed' AND s.more = :yes"
            " GROUP BY g.document_id, g.item_id, g.lot, g.condition, g.state"
            " HAVING MAX(s.posted_at) <= :before AND (g.state = 'waiting' OR MAX(s.posted_at) > :recently)",
            w=house,
            yes=True,
            before=now - QUIET,
            recently=now - QUIET - _RECENTLY,
        )
        if rows:
            documents = {one.id: one for one in documents_named(house, {row.document_id for row in rows}, set())}
            _judge(house, documents, {tuple(row) for row in rows})
            finish_inbound(house, list(documents.values()))
            judged += len(rows)
    return judged


def _judge(warehouse_id, documents, keys):
    if not keys:
        return
    came = judge(warehouse_id, documents, items_by_id({item_id for _, item_id, _, _ in keys}), keys)
    if came.moves:
        post(came.moves)
    tend_cases(warehouse_id, [], came)
