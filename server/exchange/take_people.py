"""People from a spreadsheet: who may sign in, and their roles, written `WH1:staff; *:auditor`.

Known user names are left as they are if the row says the same; a password is set once, here, and changed by its owner
or an administrator, never by a file.
"""

import re

from server.db import among, fetch
from server.errors import NotAllowed, NotUnderstood
from server.exchange.rules import Problem, refused
from server.exchange.take_catalogue import once_each
from server.ids import new_id
from server.people import passwords
from server.people.register import BadgeTaken, UsernameTaken, register
from server.people.roles import spoken
from server.people.rules import ROLES, Permission
from server.people.who import EVERYWHERE

PEOPLE_MOST = 500  # each password takes about 50 ms to hash, slow by design


class TooManyPeople(NotUnderstood):
    """More people than one file may have."""

    code = "too_many_people"
    en = "A file may register {most} people at a time. Split it and send the parts one after the other."
    zh = "每个文件最多登记 {most} 人。请拆分后分批导入。"


def check_people(rows, asker):
    """Refuses names and badges given twice or taken, unknown roles and warehouses, and weak passwords."""
    if EVERYWHERE not in asker.scopes(Permission.EDIT_PEOPLE):
        raise NotAllowed()
    _refuse_crowds(rows)
    rows, problems = once_each(rows, "username", lambda row: row.values["username"])
    rows, more = once_each(rows, "badge", lambda row: row.values.get("badge") or row.number)
    problems += more
    known = _known([row.values["username"] for row in rows])
    badges = _badges([row.values["badge"] for row in rows if "badge" in row.values])
    warehouses = {row.code for row in fetch("SELECT code FROM warehouses")} | {EVERYWHERE}
    good = []
    for row in rows:
        wrong = list(_wrong(row, known, badges, warehouses))
        problems += wrong
        if not wrong:
            row.values["fresh"] = row.values["username"] not in known
            good.append(row)
    return good, problems


def hashed(rows):
    """Hash the passwords and PINs of the rows before the transaction begins. Raises `TooManyPeople`."""
    _refuse_crowds(rows)
    for row in rows:
        row.values["secrets"] = passwords.prepare(row.values.get("password"), row.values.get("pin"))


def write_people(rows, _asker):
    """Register those who are new."""
    for said in (row.values for row in rows if row.values["fresh"]):
        register(
            new_id(),
            said["username"],
            said["name"],
            roles_of(said["roles"]),
            said["secrets"],
            said.get("badge"),
            said.get("language", "en"),
        )


def roles_of(cell):
    """`"WH1:staff; *:auditor"` → `[{warehouse, role}]`; a part without a colon names no warehouse, and is refused."""
    parts = [part.strip().rpartition(":") for part in re.split(r"[;,；，]", cell) if part.strip()]
    return [{"warehouse": warehouse.strip(), "role": role.strip()} for warehouse, _, role in parts]


def _wrong(row, known, badges, warehouses):
    said = row.values
    held = roles_of(said["roles"])
    if not held or any(one["role"] not in ROLES for one in held):
        yield Problem(row.number, "roles", "not_a_choice")
    if any(one["warehouse"] not in warehouses for one in held):
        yield Problem(row.number, "roles", "unknown")
    if "password" in said and len(said["password"]) < 8:
        yield Problem(row.number, "password", "not_a_password")
    if "pin" in said and not re.fullmatch(r"[0-9]{4,12}", said["pin"]):
        yield Problem(row.number, "pin", "not_a_pin")
    before = known.get(said["username"])
    if before and before != (said["name"], said.get("badge"), _sorted(held)):
        yield refused(row.number, "username", UsernameTaken(username=said["username"]))
    if badges.get(said.get("badge"), said["username"]) != said["username"]:
        yield refused(row.number, "badge", BadgeTaken(badge=said["badge"]))


def _refuse_crowds(rows):
    if len(rows) > PEOPLE_MOST:
        raise TooManyPeople(most=PEOPLE_MOST)


def _known(usernames):
    rows = fetch(f"SELECT id, username, name, badge FROM persons WHERE {among('username', 'names')}", names=usernames)
    held = spoken(fetch("SELECT person_id, scope, role FROM person_roles"))
    return {row.username: (row.name, row.badge, _sorted(held.get(row.id, []))) for row in rows}


def _badges(badges):
    rows = fetch(f"SELECT badge, username FROM persons WHERE {among('badge', 'badges')}", badges=badges)
    return {row.badge: row.username for row in rows}


def _sorted(held):
    return sorted((one["warehouse"], one["role"]) for one in held)
