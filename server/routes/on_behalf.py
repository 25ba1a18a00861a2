"""Whose statements a request carries, when somebody else brings them."""

from server.errors import NotAllowed, NotUnderstood
from server.people.rules import Permission
from server.people.who import author_of
from server.routes.door import current_person
from server.routes.shapes import UUID_TEXT


def spoken_for(person_id):
    """`(whose statements these are, who brings them in their stead or None)`.

    `person_id`: of the author, None for one's own. Raises `NotAllowed` to those who may take over nowhere, and
    `NotUnderstood` for nobody's id.
    """
    who = current_person()
    if person_id is None or person_id.lower() == who.id:
        return who, None
    if not who.may(Permission.TAKE_OVER):
        raise NotAllowed()
    person_id = person_id.lower()
    author = author_of(person_id) if UUID_TEXT.fullmatch(person_id) else None
    if author is None:
        raise NotUnderstood(fields={"on_behalf_of": ["unknown"]})
    return author, who
