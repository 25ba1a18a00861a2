"""Change a person: name, badge, secrets, roles; deactivate or take back."""

from server import clock
from server.db import fetch, is_embedded, session
from server.errors import NotFound
from server.people import passwords, roles
from server.people.register import refuse_taken
from server.people.sign_in import forget_failures
from server.people.tables import Person
from server.people.tokens import end_sessions

PLAIN = ("username", "name", "badge", "language", "active")


def change(person_id, secrets=passwords.Secrets(), held=None, **wanted):  # noqa: B008 (frozen)
    """Set what is in `wanted` (`PLAIN`), new secrets, and roles `held`, if given; gives the person.

    Who is deactivated or gets a new password or PIN is signed out everywhere at once. Raises `NotFound`, `LastAdmin`,
    `UsernameTaken`, `BadgeTaken`, `NotUnderstood`.
    """
    _admins_one_at_a_time()
    person = session().get(Person, person_id)
    if person is None:
        raise NotFound()
    refuse_taken(person_id, wanted.get("username"), wanted.get("badge"))

    for word in PLAIN:
        if word in wanted:
            setattr(person, word, wanted[word])
    if secrets.password_hash:
        person.password_hash = secrets.password_hash
    if secrets.pin_hash:
        person.pin_hash = secrets.pin_hash
    session().flush()
    if held is not None:
        roles.hold(person_id, roles.scopes_of(held))

    if secrets.password_hash or secrets.pin_hash or wanted.get("active") is False:
        end_sessions(person_id, clock.now())
        forget_failures(person.username, person.badge)
    roles.keep_an_admin()
    session().refresh(person)
    return person


def speak(person_id, language):
    """The language in which a person wants to be answered. Raises `NotFound` for a device, which wants none."""
    person = session().get(Person, person_id)
    if person is None:
        raise NotFound()
    person.language = language
    session().flush()


def _admins_one_at_a_time():
    """Two administrators who demote each other at the same moment must not both find the other one left."""
    if not is_embedded():  # SQLite has one writer anyway
        fetch("SELECT 1 FROM person_roles WHERE scope = '*' AND role = 'admin' ORDER BY person_id FOR UPDATE")
