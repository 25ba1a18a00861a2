"""The schema: made or brought up to date at start, by one process at a time. An edge, like the CLI that calls it.

Tables are declared in each part's `tables.py`; the steps from one release to the next stand in `migrations/versions`.
"""

import fcntl
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from server.db import Base, db, is_embedded

HERE = Path(__file__).resolve().parent
START_LOCK = 0x7A11_1009  # any number, as long as it is ours: the key of PostgreSQL's advisory lock


def metadata():
    """The tables of every part, and that of the jobs, as the models say."""
    for tables in sorted(HERE.glob("*/tables.py")):
        import_module(f"server.{tables.parent.name}.tables")
    import_module("server.jobs")
    return Base.metadata


@contextmanager
def alone():
    """Only one process prepares a database at a time; a second one waits, and then finds everything done."""
    if is_embedded():
        with open(db.engine.url.database + ".start", "w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield
        return
    with db.engine.connect() as held:
        held.exec_driver_sql(f"SELECT pg_advisory_xact_lock({START_LOCK})")
        yield


def bring_up_to_date():
    """Run the migrations that this database has not seen. Costs a few milliseconds when there are none."""
    if not is_current():
        with db.engine.connect() as connection:
            command.upgrade(_config(connection), "head")


def is_current():
    """True when the database has exactly the schema of this release."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == newest_revision()


def newest_revision():
    """The last step in `migrations/versions`."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def differences():
    """What the models say and the database lacks, or the other way round: empty, or a migration is missing."""
    with db.engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata())


def write_migration(message):
    """Write a new step from what differs between models and database; gives its path, or None if nothing does."""
    if not differences():
        return None
    number = len(list((HERE / "migrations" / "versions").glob("*.py"))) + 1
    with db.engine.connect() as connection:
        step = command.revision(_config(connection), message, autogenerate=True, rev_id=f"{number:04d}")
    return Path(step.path)


def _config(connection=None):
    config = Config(HERE / "migrations" / "alembic.ini")
    config.set_main_option("script_location", str(HERE / "migrations"))
    config.attributes["connection"] = connection
    return config
