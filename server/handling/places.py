"""Where goods stand in between: the dock, the staging area, and the outside world of a warehouse."""

from uuid import UUID, uuid5

from server.catalog.places import add_location
from server.db import fetch
from server.handling.rules import OUTBOUND

_outside: dict[str, dict[str, str]] = {}  # warehouse id → {role: location id}; never changes, so it is remembered
_STANDING = {"dock": "DOCK", "staging": "STAGE"}  # kind of location → the code of one that we make ourselves


def outside(warehouse_id):
    """{role: location id} of a warehouse's virtual locations."""
    if warehouse_id not in _outside:
        rows = fetch("SELECT role, id FROM locations WHERE warehouse_id = :w AND role IS NOT NULL", w=warehouse_id)
        _outside[warehouse_id] = {row.role: row.id for row in rows}
    return _outside[warehouse_id]


def standing_place(warehouse_id, document_kind):
    """The id of the dock, or of the staging area, that a document of this kind uses unless it says another.

    The first location of kind `dock` or `staging` on the way; where there is none, one is made.
    """
    kind = "staging" if document_kind in OUTBOUND else "dock"
    code = _STANDING[kind]
    rows = fetch(
        "SELECT id FROM locations WHERE warehouse_id = :w AND role IS NULL AND active = :yes"
        " AND (kind = :kind OR code = :code)"
        " ORDER BY CASE WHEN kind = :kind THEN 0 ELSE 1 END, path_order, code LIMIT 1",
        w=warehouse_id,
        yes=True,
        kind=kind,
        code=code,
    )
    if rows:
        return rows[0].id
    made = str(uuid5(UUID(warehouse_id), code))
    add_location(made, warehouse_id, code, kind=kind)
    return made
