"""People by what others call them."""

from server.db import among, fetch, given
from server.errors import NotUnderstood
from server.people.rules import ROLES, Permission
from server.people.who import EVERYWHERE

_FLOOR = sorted(role for role, may in ROLES.items() if {Permission.WORK, Permission.READ_TASKS} <= may)


class PersonUnknown(NotUnderstood):
    """Nobody by that name."""

    code = "person_unknown"
    en = "There is no {person} who works in this warehouse. Choose somebody from the list."
    zh = "该仓库没有人员 {person}。请从列表选择。"


def people_by_name(names, warehouse_id):
    """{name as given: person id} of active people who work in a warehouse; a name is a username or an id."""
    rows = fetch(
        "SELECT DISTINCT p.id, p.username, v.name FROM "
        + given("rows", name="text")
        + " v JOIN persons p ON (p.username = v.name OR CAST(p.id AS VARCHAR(36)) = v.name) AND p.active = :yes"
        " JOIN person_roles r ON r.person_id = p.id AND r.scope IN (:everywhere, :w)",
        rows=[(name,) for name in set(names)],
        yes=True,
        everywhere=EVERYWHERE,
        w=str(warehouse_id),
    )
    return {row.name: row.id for row in rows}


def workers_by_name(names, warehouse_id):
    """The same, of those who may do floor work there: what is given to an auditor would lie with nobody."""
    found = people_by_name(names, warehouse_id)
    able = fetch(
        "SELECT DISTINCT person_id FROM person_roles WHERE scope IN (:everywhere, :w) AND "
        + among("person_id", "ids", "id")
        + " AND "
        + among("role", "roles", "text"),
        everywhere=EVERYWHERE,
        w=str(warehouse_id),
        ids=list(found.values()),
        roles=_FLOOR,
    )
    may = {row.person_id for row in able}
    return {name: id_ for name, id_ in found.items() if id_ in may}
