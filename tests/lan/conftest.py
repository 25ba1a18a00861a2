"""A running `serve --lan`, one for all tests of this folder that only ask."""

from contextlib import contextmanager

import pytest

from tests.lan.lan_server import LanServer


@pytest.fixture
def start_lan(tmp_path):
    """Start servers with a data folder of this test's own: `start_lan("--cert", …, TALLYLOOP_WORKERS="1")`."""
    running = []

    def start(*words, folder=tmp_path, **environment):
        running.append(LanServer(folder, *words, **environment))
        return running[-1]

    yield start
    for server in running:
        server.kill()


@pytest.fixture(scope="session")
def lan(tmp_path_factory):
    """One server on 127.0.0.1."""
    with _running(tmp_path_factory.mktemp("lan")) as server:
        yield server


@contextmanager
def _running(folder):
    server = LanServer(folder)
    yield server
    server.kill()
