"""Is it alive, may it be used, and what has it done: for load balancers and Prometheus."""

import time
from functools import lru_cache

from flask import Response, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from server.db import fetch
from server.routes.meters import Meters
from server.routes.problems import NotReady
from server.schema import newest_revision

BUCKETS = ("0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "+Inf")  # seconds
HELP = {
    "tallyloop_requests_total": ("counter", "Requests answered, by endpoint, method and status."),
    "tallyloop_request_seconds": ("histogram", "Time from the first line of a request to its answer."),
    "tallyloop_events_total": ("counter", "Floor events by what became of them."),
    "tallyloop_db_connections_in_use": ("gauge", "Database connections that work at this moment."),
    "tallyloop_db_connections_most": ("gauge", "Database connections that all pools may open."),
    "tallyloop_workers": ("gauge", "Worker processes that have answered something and live."),
    "tallyloop_up": ("gauge", "1: this is a running server."),
}


def register(app):
    """Measure every request, and add `/healthz`, `/readyz`, `/metrics`."""
    meters = app.extensions["meters"] = Meters(app.config["SETTINGS"].data_dir / "metrics")
    app.before_request(lambda: _start(meters))
    app.after_request(lambda response: _measure(meters, response))
    app.extensions["lanes"].watch = lambda by: meters.shift("tallyloop_db_connections_in_use", by)
    for view in (healthz, readyz, metrics):
        for base in ("", "/api/v1"):  # where probes look, and where clients look that know one base only
            app.add_url_rule(f"{base}/{view.__name__}", view.__name__, view)


def healthz():
    """200 while the process answers at all."""
    return {"state": "alive"}


def readyz():
    """200 when the database answers and has the schema of this release, 503 `not_ready` otherwise."""
    try:
        steps = [row.version_num for row in fetch("SELECT version_num FROM alembic_version")]
    except (SQLAlchemyError, OSError) as error:
        raise NotReady() from error
    if steps != [_newest_step()]:
        raise NotReady()
    return {"state": "ready"}


@lru_cache(maxsize=1)
def _newest_step():
    """Read once: this release knows its migrations, and asking the files costs more than asking the database."""
    return newest_revision()


def metrics():
    """All workers' meters as Prometheus text (exposition format 0.0.4)."""
    counters, readings = current_app.extensions["meters"].totals()
    engine = current_app.config["SQLALCHEMY_ENGINE_OPTIONS"]
    workers = readings.get("tallyloop_workers", 0)
    readings |= {
        "tallyloop_db_connections_most": workers * (engine["pool_size"] + engine["max_overflow"]),
        "tallyloop_up": 1,
    }
    return Response(exposition(counters | readings), mimetype="text/plain; version=0.0.4")


def exposition(series):
    """`{'name{label="x"}': number}` → Prometheus text, each family under its HELP and TYPE."""
    lines = []
    for family, (kind, meaning) in HELP.items():
        lines += [f"# HELP {family} {meaning}", f"# TYPE {family} {kind}"]
        if kind == "histogram":
            lines += _histogram(family, series)
        else:
            lines += [f"{name} {series[name]}" for name in sorted(series) if name.partition("{")[0] == family]
    return "\n".join(lines) + "\n"


def _histogram(family, series):
    """We count each request in one bucket only; Prometheus wants each bucket to hold the smaller ones too."""
    lines, so_far = [], 0
    for most in BUCKETS:
        so_far += series.get(f"{family} {most}", 0)
        lines.append(f'{family}_bucket{{le="{most}"}} {so_far}')
    micros = series.get(f"{family} micros", 0)
    return [*lines, f"{family}_sum {micros // 10**6}.{micros % 10**6:06d}", f"{family}_count {so_far}"]


def _start(meters):
    g.started = time.perf_counter_ns()
    meters.mark("tallyloop_workers")


def _measure(meters, response):
    endpoint = request.endpoint or "none"
    method = request.method if request.method in ("GET", "POST", "PATCH", "PUT", "DELETE", "HEAD") else "other"
    labels = f'{{endpoint="{endpoint}",method="{method}",status="{response.status_code}"}}'
    meters.add(f"tallyloop_requests_total{labels}")
    micros = (time.perf_counter_ns() - g.get("started", time.perf_counter_ns())) // 1000
    meters.add("tallyloop_request_seconds micros", micros)
    meters.add(f"tallyloop_request_seconds {next(most for most in BUCKETS if micros <= float(most) * 1e6)}")
    for result, number in g.get("events_taken", {}).items():  # set by routes/sync.py
        meters.add(f'tallyloop_events_total{{result="{result}"}}', number)
    return response
