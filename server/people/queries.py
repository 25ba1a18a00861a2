"""Persons as values, for lists, for `/me` and for the answer to a sign-in."""

from server.db import fetch, given
from server.errors import NotFound
from server.people.roles import spoken
from server.people.rules import ROLES, permissions_of
from server.people.who import EVERYWHERE

_COLUMNS = "p.id, p.username, p.name, p.badge, p.language, p.active"


def person_seen(person_id, scopes):
    """One person, as those see who may read people in `scopes`. Raises `NotFound` outside them."""
    rows = _seen("p.id = :id", scopes, id=person_id)
    if not rows:
        raise NotFound()
    return _with_roles(rows, scopes)[0]


def people_seen(scopes, limit, after=None):
    """Persons with a role in one of `scopes` (for `*`: everybody), by username: up to `limit`, after a username."""
    rows = _seen(
        "(:first = 1 OR p.username > :after) ORDER BY p.username LIMIT :limit",
        scopes,
        first=int(after is None),
        after=after or "",
        limit=limit,
    )
    return _with_roles(rows, scopes)


def myself(who):
    """A person as they see themselves: `{id, username, name, language, roles}`."""
    rows = [(who.id, scope, role) for scope, held in who.roles.items() for role in held]
    said = spoken(rows).get(who.id, [])
    return {"id": who.id, "username": who.username, "name": who.name, "language": who.language, "roles": said}


def warehouses_of(who):
    """Rows (id, code, name, timezone) of the warehouses where a person holds any role that still exists."""
    rows = fetch("SELECT id, code, name, timezone FROM warehouses ORDER BY code")
    return [row for row in rows if who.roles_in(row.id) & ROLES.keys()]


def permissions_by_warehouse(who):
    """`{"WH1": ["count", …]}`, and under `*` what is held everywhere, so that an empty house can be furnished."""
    found = {row.code: sorted(permissions_of(who.roles_in(row.id))) for row in warehouses_of(who)}
    if EVERYWHERE in who.roles:
        found[EVERYWHERE] = sorted(permissions_of(who.roles[EVERYWHERE]))
    return found


def _seen(where, scopes, **params):
    visible = "" if EVERYWHERE in scopes else f"p.id IN (SELECT r.person_id FROM {_held_in()}) AND "
    listed = {"scopes": [[scope] for scope in [*scopes, EVERYWHERE]]} if visible else {}
    return fetch(f"SELECT {_COLUMNS} FROM persons p WHERE {visible}{where}", **params, **listed)


def _held_in():
    return f"person_roles r JOIN {given('scopes', scope='text')} AS s ON s.scope = r.scope"


def _with_roles(rows, scopes):
    """Rows with their roles; of roles elsewhere a reader learns nothing."""
    held = fetch(
        f"SELECT r.person_id, r.scope, r.role FROM person_roles r"
        f" JOIN {given('persons', id='id')} AS n ON n.id = r.person_id",
        persons=[[row.id] for row in rows],
    )
    shown = [row for row in held if EVERYWHERE in scopes or row.scope in scopes or row.scope == EVERYWHERE]
    said = spoken(shown)
    return [{**row._mapping, "active": bool(row.active), "roles": said.get(row.id, [])} for row in rows]
