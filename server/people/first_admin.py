"""The first administrator, on a database in which nobody is registered yet."""

import secrets

from server.db import fetch
from server.ids import new_id
from server.people import passwords
from server.people.register import register
from server.people.who import EVERYWHERE


def ensure_admin(password=None):
    """Make user `admin` if there are no persons; gives the random password to print once, if it had to make one up.

    Call it where only one process prepares the database.
    """
    if fetch("SELECT 1 FROM persons LIMIT 1"):
        return None
    made_up = None if password else secrets.token_urlsafe(12)
    register(
        new_id(),
        "admin",
        "Administrator",
        [{"warehouse": EVERYWHERE, "role": "admin"}],
        passwords.prepare(password or made_up),
    )
    return made_up
