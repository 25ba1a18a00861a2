"""For gunicorn: `gunicorn wsgi:app`."""

from server import create_app
from server.start import seldom_collect

app = create_app()
seldom_collect()
