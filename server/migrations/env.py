"""Alembic's way in. `server/schema.py` gives the connection; `flask db …` works too and takes the app's."""

from alembic import context
from flask import current_app, has_app_context

from server.schema import metadata


def run(connection):
    """One transaction for all steps, on SQLite too: a failed step leaves the schema as it was."""
    context.configure(
        connection=connection,
        target_metadata=metadata(),
        compare_type=True,
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
elif has_app_context():
    with current_app.extensions["migrate"].db.engine.connect() as own:
        run(own)
