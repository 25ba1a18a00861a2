"""Tables and migrations say the same, on both databases, and two starts do not race."""

import os
import subprocess

from sqlalchemy import CheckConstraint, inspect

from server import schema
from server.db import db
from tests.conftest import settings_for
from tests.servers import TALLYLOOP


def test_tables_and_migrations_agree(app):
    with app.app_context():
        assert schema.is_current()
        assert schema.differences() == []


def test_every_check_of_a_table_reached_the_database(app):
    with app.app_context():
        there = inspect(db.engine)
        wanted = {
            (table.name, check.name)
            for table in schema.metadata().tables.values()
            for check in table.constraints
            if isinstance(check, CheckConstraint) and check.name
        }
        kept = {
            (table, check["name"]) for table in there.get_table_names() for check in there.get_check_constraints(table)
        }

    assert wanted - kept == set()


def test_two_starts_at_once_prepare_an_empty_database_once(empty_database_url, tmp_path):
    settings = settings_for(tmp_path, empty_database_url)
    environment = {
        **os.environ,
        "DATABASE_URL": empty_database_url,
        "TALLYLOOP_DATA_DIR": str(settings.data_dir),
        "TALLYLOOP_ADMIN_PASSWORD": "admin-password",
    }

    starts = [
        subprocess.Popen(
            [TALLYLOOP, "init"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for _ in range(2)
    ]
    said = [start.communicate(timeout=60)[0] for start in starts]

    assert [start.returncode for start in starts] == [0, 0], said
