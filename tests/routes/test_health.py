"""What load balancers and Prometheus are told."""

from server import create_app
from server.routes.health import exposition
from tests.conftest import settings_for


def test_a_server_with_the_newest_schema_is_ready(client):
    assert (client.get("/healthz").status_code, client.get("/readyz").status_code) == (200, 200)


def test_a_database_without_our_schema_is_not_ready(tmp_path):
    client = create_app(settings_for(tmp_path, f"sqlite:///{tmp_path / 'empty.db'}")).test_client()

    reply = client.get("/readyz")

    assert (reply.status_code, reply.json["code"]) == (503, "not_ready")
    assert client.get("/healthz").status_code == 200


def test_a_database_out_of_reach_is_not_ready_and_says_nothing_of_the_inside(tmp_path):
    client = create_app(settings_for(tmp_path, "postgresql://nobody:secret@127.0.0.1:1/none")).test_client()

    reply = client.get("/readyz")

    assert (reply.status_code, reply.json["code"]) == (503, "not_ready")
    assert "secret" not in reply.text and "psycopg" not in reply.text


def test_metrics_count_requests_by_endpoint_and_status(client):
    for path in ("/healthz", "/healthz", "/api/v1/nothing"):
        client.get(path)

    told = client.get("/metrics").text

    assert 'tallyloop_requests_total{endpoint="healthz",method="GET",status="200"} 2' in told
    assert 'tallyloop_requests_total{endpoint="none",method="GET",status="404"} 1' in told
    assert "tallyloop_request_seconds_count 3" in told
    assert "tallyloop_workers 1" in told and "tallyloop_up 1" in told


def test_connections_come_back_to_the_pool(client, given):
    given.warehouse()

    assert "tallyloop_db_connections_in_use 0" in client.get("/metrics").text


def test_each_bucket_holds_the_smaller_ones_too():
    told = exposition(
        {
            "tallyloop_request_seconds 0.005": 3,
            "tallyloop_request_seconds 0.1": 2,
            "tallyloop_request_seconds +Inf": 1,
            "tallyloop_request_seconds micros": 3_250_001,
        }
    )

    assert 'tallyloop_request_seconds_bucket{le="0.05"} 3\n' in told
    assert 'tallyloop_request_seconds_bucket{le="2.5"} 5\n' in told
    assert 'tallyloop_request_seconds_bucket{le="+Inf"} 6\n' in told
    assert "tallyloop_request_seconds_sum 3.250001\ntallyloop_request_seconds_count 6\n" in told


def test_floor_events_are_counted_by_what_became_of_them(client, given):
    li = given.staff("li")
    event = li.event("case.report", kind="damaged")

    li.sync(event, li.event("no.such.thing"))
    li.sync(event)

    told = client.get("/metrics").text
    for result in ("accepted", "refused", "duplicate"):
        assert f'tallyloop_events_total{{result="{result}"}} 1' in told
