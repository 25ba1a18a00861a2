"""The same page on the other database: one count, from the list of tasks to the line that waits for a recount."""

import pytest

from tests.e2e.halls import Hall
from tests.e2e.phone import Album
from tests.e2e.test_sweep import PLACE, chen_orders, found, li_sweeps, set_out, wang_counts_again, zhou_decides
from tests.given import Given
from tests.servers import ADMIN_PASSWORD, Server, over_http


@pytest.fixture
def hall(cluster, filled_postgresql, tmp_path):
    """A warehouse on a server of its own."""
    server = Server(tmp_path, cluster.create("browser", template=filled_postgresql))
    hall = Hall(Given(over_http(server.url), ADMIN_PASSWORD), "PG")
    hall.url = server.url
    hall.item("tea", "Oolong tea", unit_cost="8.5")
    hall.shelf("A-01", tea=40)
    yield hall
    server.kill()
    cluster.drop("browser")


def test_a_count_on_the_phone_reaches_postgresql(hall, phones):
    task = hall.start("A-01")
    li = phones(url=hall.url).sign_in(hall.of("li")).take()
    li.goes_to("A-01")
    li.counts(hall.sku("tea"), "38")
    li.hands_in()

    assert [entry["quantity"] for entry in hall.entries("li", task)] == ["38.000"]
    (line,) = hall.worker("zhou").variances(sku=hall.sku("tea"))
    assert (line["state"], line["variance_qty"]) == ("recount", "-2.000")
    assert hall.differences() == []
    assert li.complaints == []


def test_a_shelf_that_is_swept_reaches_postgresql(hall, phones):
    story = set_out(hall, hall.url, Album("en"))
    chen, li, wang, zhou = (phones(url=hall.url) for _ in range(4))

    li_sweeps(li, story, chen_orders(chen, story))
    wang_counts_again(wang, story)
    zhou_decides(zhou, story)

    assert story.qty(PLACE, "oolong") == f"{found(story)}.000"
    assert story.differences() == []
    assert [phone.complaints for phone in (chen, li, wang, zhou)] == [[], [], [], []]
