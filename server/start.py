"""From nothing to a running server: schema, seeds, first administrator, demo, then gunicorn. An edge.

Two starts at once do not race: everything before gunicorn happens under one lock (`schema.alone`).
"""

import gc
import socket
import sys
from pathlib import Path

import segno
from gunicorn.app.base import BaseApplication

from server import schema
from server.catalog.seeds import ensure_seeds
from server.db import db, retrying, transaction
from server.demo import LOGINS, build, is_wanted
from server.jobs import follow
from server.people.first_admin import ensure_admin


def prepare(app):
    """Make the database fit to serve; prints what somebody has to know once. Call inside the app's context."""
    settings = app.config["SETTINGS"]
    with schema.alone():
        schema.bring_up_to_date()
        password = retrying(first_rows(settings))
        if settings.demo and is_wanted():
            print("Filling the demo warehouse, this happens once …", flush=True)
            build(app)
    if password:
        print(f"First administrator: admin / {password}   (shown once; change it after signing in)", flush=True)


def first_rows(settings):
    """What every database holds from its first day; gives the admin's password if it was made up just now."""

    def work():
        with transaction():
            ensure_seeds()
            return ensure_admin(settings.admin_password)

    return work


def welcome(settings):
    """Where it is, as text and as a QR code for a phone's camera; in a demo also who can sign in."""
    address = f"http://{_reachable(settings.host)}:{settings.port}"
    print(f"\nTallyloop 账实闭环  {address}\n", flush=True)
    segno.make_qr(address).terminal(out=sys.stdout, compact=True)
    who_can_sign_in(settings)
    print("\nCtrl-C ends it; nothing is lost.\n", flush=True)


def who_can_sign_in(settings):
    """The people of the demo, with their passwords; in a real house nobody is named."""
    if settings.demo:
        print("\nDemo people (user name / password):")
        for username, password, role, badge, _name, _language, houses in LOGINS:
            badge_words = f", badge {badge[0]} PIN {badge[1]}" if badge else ""
            print(f"  {username:<6} / {password:<11} {'+'.join(houses):<8} {role}{badge_words}")


def _reachable(host):
    """A name that a phone can use: for 0.0.0.0 the address of this machine in its network."""
    if host not in ("0.0.0.0", "::", ""):
        return host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # UDP: nothing is sent, the kernel only picks a route (RFC 5737 address)
            return probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"


class Gunicorn(BaseApplication):
    """gunicorn with our settings in place of a command line."""

    def __init__(self, settings):
        self._settings = settings
        super().__init__()

    def load_config(self):
        given = self._settings
        chosen = {
            "bind": f"{given.host}:{given.port}",
            "workers": given.workers,
            "threads": given.threads,
            "worker_class": "gthread",
            "keepalive": 30,  # phones keep their connection between two shelves
            "limit_request_line": 8190,  # a code of 2,000 characters is three times as long in an address
            "timeout": 120,
            "graceful_timeout": 30,
            "preload_app": False,  # each worker opens its own database connections
            "control_socket_disable": True,
            "loglevel": "warning",
        }
        if Path("/dev/shm").is_dir():
            chosen["worker_tmp_dir"] = "/dev/shm"  # the heartbeat file must not wait for a busy disk
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self):
        from wsgi import app

        follow(app)
        return app


def ready(app):
    """Prepare, and let go of the database: workers are forks, and a connection must not have two owners."""
    with app.app_context():
        prepare(app)
        db.session.remove()
        db.engine.dispose()


def seldom_collect():
    """What a worker is made of is never garbage: do not search it again for every few hundred rows of an answer."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def serve(app):
    """Prepare, welcome, run until SIGTERM."""
    ready(app)
    welcome(app.config["SETTINGS"])
    Gunicorn(app.config["SETTINGS"]).run()
