"""Remember which container carried which goods, so that a pallet has a history like everything else.

A container that nobody knew is known from its first scan on: the floor is right. It stands where the latest act by its
own time, not by its arrival here, has left it; what was loaded or shipped stands here no more.
"""

from collections.abc import Callable

from server import clock
from server.db import among, fetch, put, run
from server.handling.refusals import NotAContainer
from server.ids import new_id

# Who wants to know what was said of containers, when it is posted, in the same transaction (joined in `create_app`).
listeners: list[Callable[[str, list[str], int], None]] = []
_COLUMNS = (
    "warehouse_id id container out_of step item_id lot serial qty from_id to_id document_id person_id device_id"
    " effective_at whole_id posted_at"
).split()
NOT_VOIDED = "NOT EXISTS (SELECT 1 FROM statements x WHERE x.warehouse_id = g.warehouse_id AND x.voids_id = g.id)"
_LEFT = (
    "g.step = 'load' OR g.step = 'pick' AND EXISTS (SELECT 1 FROM documents d WHERE d.warehouse_id = g.warehouse_id"
    " AND d.id = g.document_id AND d.shipped_at IS NOT NULL)"
)


def container_of(text, label):
    """The code of the container that a scanned text names, None for None. Raises `NotAContainer` for what is known as
    something else.

    An SSCC is its eighteen digits, however the label writes them.
    """
    if text is None:
        return None
    if label is None or label.kind == "unknown":
        return (label.gs1 or {}).get("00", text) if label else text
    if label.kind != "container":
        raise NotAContainer(code=text, kind=label.kind)
    return label.container


def carried(meant):
    """A statement about goods in or out of a container, as `carry` keeps it."""
    one = meant.said
    return (
        *(one.id, meant.container, meant.out_of, one.step, meant.item.id if meant.item else None, meant.lot),
        *(meant.serial, meant.qty, meant.place_id, meant.to_id, meant.document.id if meant.document else None),
        *(one.when.at, one.whole),
    )


def carry(warehouse_id, act, rows):
    """Keep `[(id, container, out of, step, item id, lot, serial, qty, from id, to id, document id, at, whole id)]` of
    one person.

    One of the two containers may be None.
    """
    if not rows:
        return
    now = clock.now()
    put(
        "container_goods",
        [(warehouse_id, *row[:11], act.person_id, act.device_id, *row[11:], now) for row in rows],
        _COLUMNS,
        on_conflict="ON CONFLICT DO NOTHING",
    )
    codes = sorted({code for row in rows for code in row[1:3] if code is not None})
    put(
        "containers",
        [(warehouse_id, new_id(), code, "container", now) for code in codes],
        ["warehouse_id", "id", "code", "kind", "made_at"],
        on_conflict="ON CONFLICT (warehouse_id, code) DO NOTHING",
    )
    stand(warehouse_id, sorted({row[1] for row in rows if row[1] is not None}))


def was_used(warehouse_id, code):
    """Has anything been said of a container? Else it stands where it was made known."""
    return bool(
        fetch(
            "SELECT 1 FROM container_goods WHERE warehouse_id = :w AND container = :code LIMIT 1",
            w=warehouse_id,
            code=code,
        )
    )


def put_back(warehouse_id, statement_id):
    """A statement was withdrawn: its container stands where the act before it left it. Gives the containers that it
    named."""
    rows = fetch(
        "SELECT container, out_of FROM container_goods WHERE warehouse_id = :w AND id = :id",
        w=warehouse_id,
        id=statement_id,
    )
    codes = sorted({code for row in rows for code in row if code is not None})
    if codes:
        stand(warehouse_id, codes)
    return codes


def tell_of(warehouse_id, codes, at):
    """All is posted that was said of these containers (None among them is passed over), and happened `at` an instant or
    later: what they carried as a whole from then on is judged again."""
    codes = sorted({code for code in codes if code is not None})
    for listener in listeners if codes else ():
        listener(warehouse_id, codes, at)


def gone_with(warehouse_id, document_id):
    """A document was shipped: what it was picked into has left with it."""
    packed = containers_of(warehouse_id, [document_id]).get(document_id)
    if packed:
        stand(warehouse_id, packed)


def containers_of(warehouse_id, document_ids):
    """{document id: codes of the containers that it was picked into}, by one statement."""
    rows = fetch(
        "SELECT DISTINCT s.document_id, g.container FROM statements s JOIN container_goods g"
        " ON g.warehouse_id = s.warehouse_id AND g.id = s.id AND g.container IS NOT NULL"
        f" WHERE s.warehouse_id = :w AND {among('s.document_id', 'ids', 'id')} AND s.step = 'pick' AND {NOT_VOIDED}"
        " ORDER BY g.container",
        w=warehouse_id,
        ids=list(document_ids),
    )
    found: dict[str, list] = {}
    for row in rows:
        found.setdefault(row.document_id, []).append(row.container)
    return found


def stand(warehouse_id, codes):
    """Let containers stand where their latest act has left them."""
    run(
        f"UPDATE containers SET location_id = (SELECT CASE WHEN {_LEFT} THEN NULL ELSE COALESCE(g.to_id, g.from_id) END"
        " FROM container_goods g"
        f" WHERE g.warehouse_id = containers.warehouse_id AND g.container = containers.code AND {NOT_VOIDED}"
        " ORDER BY g.effective_at DESC, g.id DESC LIMIT 1) WHERE warehouse_id = :w AND " + among("code", "codes"),
        w=warehouse_id,
        codes=codes,
    )
