"""`tallyloop …`: what is typed in a terminal. An edge: it opens transactions, like a route."""

import argparse
import os
import secrets
import sys
import tempfile
from pathlib import Path

from server import clock, create_app, schema
from server.config import Settings
from server.db import db, fetch, retrying, transaction
from server.errors import NotFound, Refusal
from server.people.who import actor
from server.simulate.deliver import Unwilling
from server.simulate.readers import add_words, sign_in
from server.simulate.readers import run as run_readers


def main(words=None):
    """Read the words, do it, give an exit code: 0 done, 1 refused or differences found, 2 not understood."""
    asked = _parser().parse_args(words)
    try:
        return asked.do(asked) or 0
    except Refusal as refusal:
        print(f"{refusal.code}: {refusal.words('en')}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser():
    parser = argparse.ArgumentParser(prog="tallyloop", description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    def verb(name, do, text, under=verbs):
        found = under.add_parser(name, help=text, description=text)
        found.set_defaults(do=do)
        return found

    serving = verb("serve", _serve, "make or migrate the database, then serve until SIGTERM")
    serving.add_argument(
        "--lan", action="store_true", help="https with a local authority, and a set-up page for phones"
    )
    serving.add_argument("--cert", type=Path, help="https with a certificate of your own (PEM), in place of --lan")
    serving.add_argument("--key", type=Path, help="its private key (PEM)")
    verb("init", _init, "make or migrate the database, its seeds and the first administrator, and stop")
    verb("demo", _demo, "fill an empty database with the demo warehouse")
    importing = verb("import", _import, "read a CSV or XLSX file, as POST /imports/KIND does")
    importing.add_argument("kind", help="items, codes, locations, opening, …")
    importing.add_argument("file", type=Path)
    importing.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
    ledger = verb("ledger", None, "questions to the book").add_subparsers(required=True, metavar="VERB")
    verb("check", _ledger_check, "recompute balances from the moves and say which differ; exit 1 if any", ledger)
    jobs = verb("jobs", None, "what runs by the clock").add_subparsers(required=True, metavar="VERB")
    running = verb("run", _jobs_run, "do what is due: escalate cases, remind of actions, archive; for a cron", jobs)
    running.add_argument("--all", action="store_true", help="also what is not due yet")
    verb("mqtt", _mqtt, "take what readers publish at the broker of TALLYLOOP_MQTT_URL, until SIGTERM")
    simulating = verb("simulate", None, "what a floor would do").add_subparsers(required=True, metavar="WHAT")
    add_words(
        verb("readers", _simulate_readers, "sleds and doors whose truth is known, at a running server", simulating)
    )
    admin = verb("admin", None, "the administrator").add_subparsers(required=True, metavar="VERB")
    verb("reset-password", _reset_password, "give user `admin` a new random password and print it", admin)
    migration = verb("migration", _migration, "write the migration that the tables now need, if any")
    migration.add_argument("message", nargs="?", default="change", help="what changes, for the file's name")
    return parser


def _serve(asked):
    from server.start import serve

    if not (asked.lan or asked.cert or asked.key):
        return serve(create_app())
    from server.lan.serve import serve_lan

    open_to_phones = {"TALLYLOOP_HOST": "0.0.0.0", **os.environ}
    return serve_lan(create_app(Settings.from_environment(open_to_phones)), asked.cert, asked.key)


def _init(_asked):
    from server.start import prepare

    app = create_app()
    with app.app_context():
        prepare(app)
    print(f"Ready: {db_name(app)}")


def _demo(_asked):
    from server.demo import build, is_wanted
    from server.start import prepare

    app = create_app()
    with app.app_context():
        prepare(app)
        if is_wanted():
            build(app)
        elif not app.config["SETTINGS"].demo:
            print("This database already holds a warehouse; the demo needs an empty one.", file=sys.stderr)
            return 1
    return 0


def _import(asked):
    from server.exchange.sheets import read_sheet
    from server.exchange.take import known_kind, read_rows, take
    from server.exchange.take_people import hashed

    known_kind(asked.kind)
    with create_app().app_context():
        rows, problems, _ = read_rows(asked.kind, read_sheet(asked.file.read_bytes()))
        if asked.kind == "people" and not asked.dry_run:
            hashed(rows)
        admin = actor(_admin_id())

        def work():
            with transaction():
                return take(asked.kind, rows, problems, admin, asked.dry_run)

        report = retrying(work)
    for problem in report.problems:
        said = problem.said("en")
        print(f"row {said['row']}, {said['column']}: {said['code']}  {said['detail']}")
    print(f"{report.accepted} of {report.rows} rows " + ("are good" if asked.dry_run else "written"))
    return 1 if report.problems else 0


def _ledger_check(_asked):
    from server.ledger.check import counted, differences

    with create_app().app_context():
        found, size = differences(), counted()
    for row in found:
        where = " ".join(row[word] or "–" for word in ("warehouse", "location", "sku", "lot"))
        print(f"{row['what']} {where}: expected {row['expected']}, found {row['found']}")
    print(f"{size['moves']} moves, {size['positions']} positions: {len(found) or 'no'} differences")
    return 1 if found else 0


def _jobs_run(asked):
    from server.jobs import run_due

    with create_app().app_context():
        done = run_due(every_one=asked.all)
    for name, found in done.items():
        print(f"{name}: {found}")
    print(f"{len(done) or 'No'} jobs were due.")
    return 1 if any(isinstance(found, str) for found in done.values()) else 0


def _mqtt(_asked):
    from server.gateways.mqtt import Worker

    return Worker(create_app()).run()


def _simulate_readers(asked):
    """Who sets the readers up: somebody who signs in, or the administrator of this machine's own server."""
    if not asked.url:
        settings = Settings.from_environment()
        asked.url = f"http://{settings.host}:{settings.port}"
    try:
        run_readers(asked, lambda: sign_in(asked, asked.user) if asked.user else _own_word())
    except (Unwilling, OSError) as error:
        print(f"{asked.url}: {error}", file=sys.stderr)
        return 1
    return 0


def _own_word():
    from server.people.tokens import begin

    with create_app().app_context(), transaction():
        return f"Bearer {begin(_admin_id(), clock.now()).access_token}"


def _reset_password(_asked):
    from server.people.change import change
    from server.people.passwords import prepare

    password = secrets.token_urlsafe(12)
    new = prepare(password)
    with create_app().app_context():

        def work():
            with transaction():
                change(_admin_id(), new, active=True)

        retrying(work)
    print(f"admin / {password}")


def _migration(asked):
    """On a throw-away SQLite file at the newest step: the models write the rest, in types of both databases."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder), f"sqlite:///{folder}/new.db", secret_key=secrets.token_urlsafe(48))
        with create_app(settings).app_context():
            schema.bring_up_to_date()
            written = schema.write_migration(asked.message)
            db.engine.dispose()
    print(written or "Nothing to do: tables and migrations agree.")


def _admin_id():
    """Of user `admin`. Raises `NotFound` on a database that was never prepared."""
    found = fetch("SELECT id FROM persons WHERE username = 'admin'")
    if not found:
        raise NotFound()
    return found[0].id


def db_name(app):
    """The database without its password."""
    with app.app_context():
        return db.engine.url.render_as_string(hide_password=True)


if __name__ == "__main__":
    sys.exit(main())
