"""Register a person under the caller's id. The same again gives the first answer; anything else under it is refused."""

from server import clock
from server.db import session
from server.errors import IdReused, Refusal
from server.people import passwords, roles
from server.people.tables import Person


class UsernameTaken(Refusal):
    """Somebody else signs in by this name."""

    code = "username_taken"
    en = "The user name {username} is already taken. Choose another one."
    zh = "用户名 {username} 已被占用，请换一个。"


class BadgeTaken(Refusal):
    """Somebody else carries this badge."""

    code = "badge_taken"
    en = "The badge {badge} already belongs to somebody. Check the number, or take it from them first."
    zh = "工牌 {badge} 已属于他人。请核对号码，或先收回该工牌。"


def register(id, username, name, held, secrets=passwords.Secrets(), badge=None, language="en"):  # noqa: B008 (frozen)
    """Add a person who holds `held` = [{warehouse, role}]; gives (person, whether it is new).

    `secrets` come from `passwords.prepare`. Raises `IdReused`, `UsernameTaken`, `BadgeTaken`, `NotUnderstood`.
    """
    scopes = roles.scopes_of(held)
    before = session().get(Person, id)
    if before is not None:
        if not _says_the_same(before, username, name, scopes, secrets, badge, language):
            raise IdReused()
        return before, False
    refuse_taken(id, username, badge)

    person = Person(
        id=id,
        username=username,
        name=name,
        badge=badge,
        language=language,
        password_hash=secrets.password_hash,
        pin_hash=secrets.pin_hash,
        made_at=clock.now(),
    )
    session().add(person)
    session().flush()
    roles.hold(id, scopes)
    return person, True


def refuse_taken(person_id, username=None, badge=None):
    """Raises `UsernameTaken` or `BadgeTaken` if another person has it."""
    others = session().query(Person.id).filter(Person.id != person_id)
    if username is not None and others.filter(Person.username == username).first():
        raise UsernameTaken(username=username)
    if badge is not None and others.filter(Person.badge == badge).first():
        raise BadgeTaken(badge=badge)


def _says_the_same(person, username, name, scopes, secrets, badge, language):
    said = (username, name, badge, language, scopes)
    if said != (person.username, person.name, person.badge, person.language, roles.held(person.id)):
        return False
    return _same_secret(person.password_hash, secrets.password) and _same_secret(person.pin_hash, secrets.pin)


def _same_secret(kept, said):
    return kept is None if said is None else passwords.fits(kept, said)
