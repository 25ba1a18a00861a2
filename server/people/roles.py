"""The roles that a person holds: spoken with warehouse codes, kept with warehouse ids."""

from server.db import fetch, put, run
from server.errors import NotUnderstood, Refusal
from server.people.who import EVERYWHERE


class LastAdmin(Refusal):
    """Without an administrator nobody could ever register one again."""

    code = "last_admin"
    en = "This is the last active administrator. Make somebody else an administrator everywhere first."
    zh = "这是最后一位有效的管理员。请先指定另一位全局管理员。"


def scopes_of(roles):
    """`[{warehouse, role}]` → set of (scope, role). Raises `NotUnderstood` naming each warehouse that is not known."""
    ids = {row.code: row.id for row in fetch("SELECT id, code FROM warehouses")}
    ids[EVERYWHERE] = EVERYWHERE
    unknown = {f"roles[{n}].warehouse": ["unknown"] for n, role in enumerate(roles) if role["warehouse"] not in ids}
    if unknown:
        raise NotUnderstood(fields=unknown)
    return {(ids[role["warehouse"]], role["role"]) for role in roles}


def held(person_id):
    """The set of (scope, role) that a person holds."""
    rows = fetch("SELECT scope, role FROM person_roles WHERE person_id = :id", id=person_id)
    return {(row.scope, row.role) for row in rows}


def hold(person_id, scopes):
    """From now on the person holds exactly these."""
    run("DELETE FROM person_roles WHERE person_id = :id", id=person_id)
    put("person_roles", [(person_id, *each) for each in sorted(scopes)], ["person_id", "scope", "role"])


def keep_an_admin():
    """Refuse, at the end of a change, if no active administrator is left. Raises `LastAdmin`."""
    left = fetch(
        "SELECT 1 FROM person_roles r JOIN persons p ON p.id = r.person_id"
        " WHERE r.scope = :everywhere AND r.role = 'admin' AND p.active = :yes LIMIT 1",
        everywhere=EVERYWHERE,
        yes=True,
    )
    if not left:
        raise LastAdmin()


def spoken(rows):
    """Rows (person_id, scope, role) → `{person_id: [{warehouse, role}]}` with warehouse codes, in a steady order."""
    codes = {row.id: row.code for row in fetch("SELECT id, code FROM warehouses")}
    codes[EVERYWHERE] = EVERYWHERE
    found: dict[str, list] = {}
    for person_id, scope, role in rows:
        found.setdefault(person_id, []).append({"warehouse": codes.get(scope, scope), "role": role})
    return {person: sorted(said, key=lambda one: (one["warehouse"], one["role"])) for person, said in found.items()}
