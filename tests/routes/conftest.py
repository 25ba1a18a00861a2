"""Meters count from the first request of an app, so here every test has one of its own."""

import pytest

from server import create_app
from server.db import db


@pytest.fixture
def app(settings):
    """A new app on a fresh database."""
    app = create_app(settings)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
