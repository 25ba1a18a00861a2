"""Who is acting, as a value: a person with roles per warehouse. Read with each request, by one statement."""

from dataclasses import dataclass, field

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

    def roles_in(self, warehouse_id):
        """All roles that count in one warehouse."""
        return self.roles.get(EVERYWHERE, frozenset()) | self.roles.get(warehouse_id, frozenset())

    def may(self, permission, warehouse_id=None):
        """May this person do it in that warehouse (without one: in any)?"""
        if warehouse_id is not None:
            return permission in permissions_of(self.roles_in(warehouse_id))
        return any(permission in permissions_of(roles) for roles in self.roles.values())

    def scopes(self, permission):
        """Warehouse ids (or `*`) in which the permission is held."""
        return [scope for scope, roles in self.roles.items() if permission in permissions_of(roles)]


def actor(person_id, signed_in_at=LATEST):
    """The active person of that id with all roles, or None; also None for a session that ended since `signed_in_at`."""
    rows = fetch(
        "SELECT p.id, p.username, p.name, p.language, r.scope, r.role FROM persons p"
        " LEFT JOIN person_roles r ON r.person_id = p.id"
        " WHERE p.id = :id AND p.active = :yes AND p.sessions_from <= :signed_in_at",
        id=person_id,
        yes=True,
        signed_in_at=signed_in_at,
    )
    if not rows:
        return None
    roles: dict[str, set[str]] = {}
    for row in rows:
        if row.scope is not None:
            roles.setdefault(row.scope, set()).add(row.role)
    first = rows[0]
    return Actor(
        first.id, first.username, first.name, first.language, {scope: frozenset(held) for scope, held in roles.items()}
    )


def warehouses_for(who, permission):
    """Rows (id, code, name, timezone) of the warehouses in which `who` holds the permission, by code."""
    scopes = who.scopes(permission)
    if EVERYWHERE in scopes:
        return fetch("SELECT id, code, name, timezone FROM warehouses ORDER BY code")
    rows = fetch("SELECT id, code, name, timezone FROM warehouses ORDER BY code")
    return [row for row in rows if row.id in scopes]
