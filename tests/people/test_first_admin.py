"""The first administrator of an empty database."""

from server.db import run, transaction
from server.people.first_admin import ensure_admin
from server.people.sign_in import by_password


def test_an_empty_database_gets_an_administrator_with_a_random_password(app):
    with app.app_context(), transaction():
        run("DELETE FROM person_roles")
        run("DELETE FROM persons")

        password = ensure_admin()

        assert len(password) >= 16
        assert by_password("admin", password, 0).right
        assert ensure_admin() is None
