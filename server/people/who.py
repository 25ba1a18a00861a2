"""Who is acting, as a value: a person with roles per warehouse. Read with each request, by one statement."""

from dataclasses import dataclass, field
from typing import NamedTuple

from server.clock import LATEST
from server.db import fetch
from server.people.rules import permissions_of

EVERYWHERE = "*"


@dataclass(frozen=True)
class Actor:
    """A person who acts now. `roles` maps a warehouse id, or `*`, to the roles held there."""

    id: str
    username: str
    name: str
    language: str
    roles: dict[str, frozenset[str]] = field(default_factory=dict)
    _rights: dict[str, frozenset] = field(default_factory=dict, compare=False, repr=False)  # asked for at every line

    def roles_in(self, warehouse_id):
        """All roles that count in one warehouse."""
        return self.roles.get(EVERYWHERE, frozenset()) | self.roles.get(warehouse_id, frozenset())

    def may(self, permission, warehouse_id=None):
        """May this person do it in that warehouse (without one: in any)?"""
        if warehouse_id is not None:
            if warehouse_id not in self._rights:
                self._rights[warehouse_id] = permissions_of(self.roles_in(warehouse_id))
            return permission in self._rights[warehouse_id]
        return any(permission in permissions_of(roles) for roles in self.roles.values())

    def scopes(self, permission):
        """Warehouse ids (or `*`) in which the permission is held."""
        return [scope for scope, roles in self.roles.items() if permission in permissions_of(roles)]


class House(NamedTuple):
    """A warehouse as the door knows it."""

    id: str
    code: str
    name: str
    timezone: str


def actor(person_id):
    """The active person of that id with all roles, or None."""
    return actor_and_house(person_id)[0]


def actor_and_house(person_id, signed_in_at=LATEST, code=None):
    """`(Actor, warehouse)`: the active person of that id with all roles, and the warehouse of that code beside them.

    `(None, None)` for one who is not there, or whose session ended since `signed_in_at`. Both come by one statement,
    since nearly every request asks for both.
    """
    rows = fetch(
        "SELECT p.id, p.username, p.name, p.language, r.scope, r.role, w.id AS house_id, w.code AS house,"
        " w.name AS house_name, w.timezone FROM persons p LEFT JOIN person_roles r ON r.person_id = p.id"
        " LEFT JOIN warehouses w ON w.code = :code"
        " WHERE p.id = :id AND p.active = :yes AND p.sessions_from <= :signed_in_at",
        id=person_id,
        yes=True,
        signed_in_at=signed_in_at,
        code=code,
    )
    if not rows:
        return None, None
    roles: dict[str, set[str]] = {}
    for row in rows:
        if row.scope is not None:
            roles.setdefault(row.scope, set()).add(row.role)
    first = rows[0]
    held = {scope: frozenset(held) for scope, held in roles.items()}
    house = House(first.house_id, first.house, first.house_name, first.timezone) if first.house_id else None
    return Actor(first.id, first.username, first.name, first.language, held), house


def author_of(person_id):
    """Who said what somebody else brings: without any role once they have left. None if there is no such person."""
    found = actor(person_id)
    if found is None:
        rows = fetch("SELECT id, username, name, language FROM persons WHERE id = :id", id=person_id)
        found = Actor(*rows[0]) if rows else None
    return found


def warehouses_for(who, permission):
    """Rows (id, code, name, timezone) of the warehouses in which `who` holds the permission, by code."""
    scopes = who.scopes(permission)
    if EVERYWHERE in scopes:
        return fetch("SELECT id, code, name, timezone FROM warehouses ORDER BY code")
    rows = fetch("SELECT id, code, name, timezone FROM warehouses ORDER BY code")
    return [row for row in rows if row.id in scopes]
