"""One house for all stories of a file, on each database; every story has a warehouse of its own in it."""

import pytest

from tests.house import Crew, a_house


@pytest.fixture(scope="module")
def crew(database_kind, tmp_path_factory, request):
    """Everybody, signed in."""
    with a_house(database_kind, tmp_path_factory.mktemp("house"), request) as (_, given):
        yield Crew(given)


@pytest.fixture
def hall(crew):
    """A warehouse in which only this story happens, with the whole crew."""
    return crew.floor()
