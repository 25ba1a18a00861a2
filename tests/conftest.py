"""Fixtures. Whoever asks for a database gets the test run twice: on SQLite and on PostgreSQL.

`app`, `client`, `given`: in this process. `server`, `start_server`, `shared_server`: a real gunicorn. `page` (of
pytest-playwright): the Chromium of the system, the size of a phone.
"""

import itertools
import shutil
import sqlite3
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from server import create_app
from server.catalog.seeds import ensure_seeds
from server.config import Settings
from server.db import db, transaction
from server.people import passwords
from server.people.first_admin import ensure_admin
from server.schema import bring_up_to_date
from tests.chromium import FLAGS, chromium
from tests.given import Given
from tests.postgres import Cluster
from tests.servers import ADMIN_PASSWORD, Server, in_process, over_http

hypothesis_settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
hypothesis_settings.load_profile("house")

# Hashes of the tests' own people cost next to nothing; what real ones cost is the subject of tests/people.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_numbers = itertools.count(1)


def pytest_addoption(parser):
    parser.addoption("--database", choices=["sqlite", "postgresql"], help="run on one database only, while developing")


def pytest_generate_tests(metafunc):
    if "database_kind" in metafunc.fixturenames:
        only = metafunc.config.getoption("--database")
        metafunc.parametrize("database_kind", [only] if only else ["sqlite", "postgresql"], scope="session")


def settings_for(data_dir, database_url, **words):
    """Settings as the environment would give them."""
    environ = {
        "TALLYLOOP_DATA_DIR": str(data_dir),
        "DATABASE_URL": database_url,
        "TALLYLOOP_ADMIN_PASSWORD": ADMIN_PASSWORD,
        "TALLYLOOP_SECRET_KEY": "a-secret-for-tests-that-is-long-enough-for-hs256",
        "TALLYLOOP_LOGIN_LIMIT": "10000 per minute",
        **words,
    }
    return Settings.from_environment(environ)


def fill(data_dir, database_url):
    """Make the schema, the seeds and the first administrator, as `tallyloop init` does."""
    app = create_app(settings_for(data_dir, database_url))
    with app.app_context():
        bring_up_to_date()
        with transaction():
            ensure_seeds()
            ensure_admin(ADMIN_PASSWORD)
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def cluster():
    """The throw-away PostgreSQL of this run."""
    running = Cluster()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def filled_sqlite(tmp_path_factory):
    """A migrated SQLite file to copy."""
    folder = tmp_path_factory.mktemp("filled")
    path = folder / "filled.db"
    fill(folder, f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="session")
def filled_postgresql(cluster, tmp_path_factory):
    """The name of a migrated PostgreSQL database to copy."""
    fill(tmp_path_factory.mktemp("filled"), cluster.create("filled"))
    return "filled"


def new_database(kind, folder, request):
    """A filled database for a whole file of tests; gives its address and what removes it."""
    if kind == "sqlite":
        path = Path(folder) / "tallyloop.db"
        shutil.copy(request.getfixturevalue("filled_sqlite"), path)
        return f"sqlite:///{path}", lambda: None
    cluster = request.getfixturevalue("cluster")
    name = f"test_{next(_numbers)}"
    url = cluster.create(name, template=request.getfixturevalue("filled_postgresql"))
    return url, lambda: cluster.drop(name)


class House:
    """One app and the address of its database, for the whole run: making an app costs more than most tests do.

    Each test gets a fresh copy of the filled database at the same address.
    """

    def __init__(self, kind, folder, request):
        self._kind, self._request = kind, request
        self._file = folder / "tallyloop.db"
        if kind == "postgresql":
            self._cluster = request.getfixturevalue("cluster")
            self.url = self._cluster.url("house")
        else:
            self.url = f"sqlite:///{self._file}"
        self.settings = settings_for(folder, self.url)
        self.app = create_app(self.settings)

    def refurnish(self):
        """Put the database back to what `tallyloop init` makes."""
        self.leave()
        if self._kind == "postgresql":
            self._cluster.drop("house")
            self._cluster.create("house", template=self._request.getfixturevalue("filled_postgresql"))
            return
        for leftover in ("", "-wal", "-shm"):
            Path(f"{self._file}{leftover}").unlink(missing_ok=True)
        shutil.copy(self._request.getfixturevalue("filled_sqlite"), self._file)

    def leave(self):
        """Close every connection; a test may have changed what the app was told."""
        self.app.config["SETTINGS"] = self.settings
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture(scope="session")
def houses():
    """The houses that were built, by kind."""
    return {}


@pytest.fixture
def house(database_kind, houses, tmp_path_factory, request, monkeypatch):
    """The house of this kind of database, as new."""
    monkeypatch.setattr(passwords, "_hasher", CHEAP)
    if database_kind not in houses:
        houses[database_kind] = House(database_kind, tmp_path_factory.mktemp("house"), request)
    house = houses[database_kind]
    house.refurnish()
    yield house
    house.leave()
    passwords._nobodys.cache_clear()


@pytest.fixture
def database_url(house):
    """A database of this test's own, migrated, with seeds and an administrator."""
    return house.url


@pytest.fixture
def empty_database_url(database_kind, tmp_path, request):
    """A database without a single table."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    cluster = request.getfixturevalue("cluster")
    name = f"empty_{next(_numbers)}"
    yield cluster.create(name)
    cluster.drop(name)


@pytest.fixture
def settings(database_url, tmp_path):
    """What the app of this test is told."""
    return settings_for(tmp_path, database_url)


@pytest.fixture
def app(house):
    """The app on a fresh database. A test that tells the app something else makes its own: `create_app(settings)`."""
    return house.app


@pytest.fixture
def client(app):
    """Flask's own test client, for what `given` is too polite to send."""
    return app.test_client()


@pytest.fixture
def given(app):
    """Builders in floor words."""
    return Given(in_process(app.test_client()), ADMIN_PASSWORD)


@pytest.fixture
def start_server(tmp_path, database_url):
    """Start real servers on this test's database: `start_server(TALLYLOOP_WORKERS="4")`."""
    running = []

    def start(**environment):
        running.append(Server(tmp_path, database_url, **environment))
        return running[-1]

    yield start
    for server in running:
        server.kill()


@pytest.fixture
def server(start_server):
    """One real server on this test's database."""
    return start_server()


@pytest.fixture
def given_server(server):
    """Builders that speak to the real server."""
    return Given(over_http(server.url), ADMIN_PASSWORD)


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory):
    """One real server with the embedded database for all browser tests; each makes a warehouse of its own."""
    server = Server(tmp_path_factory.mktemp("shared"))
    yield server
    server.stop()


@pytest.fixture
def given_shared(shared_server):
    """Builders that speak to the server of the browser tests."""
    return Given(over_http(shared_server.url), ADMIN_PASSWORD)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The system's Chromium; as root it needs --no-sandbox."""
    found = chromium()
    assert found, "Chromium is not installed (Debian: apt-get install chromium); the browser tests need it."
    return {**browser_type_launch_args, "executable_path": found, "headless": True, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    """A phone: 390×844, a finger in place of a mouse."""
    return {**browser_context_args, "viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
