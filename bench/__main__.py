"""`python -m bench [--quick] [--database sqlite|postgresql] [--only WORD]`: measure, and print the tables."""

import argparse
import os
import tempfile
import time
from contextlib import contextmanager

from bench import book, counts, goods, phone, readers, requests
from bench.house import QUICK, House, Sizes
from bench.table import shown
from tests.postgres import Cluster

WORKS = (
    *(requests.scans, requests.deliveries, requests.moves, requests.signing_in),
    *(goods.lines, goods.whole_documents),
    *(readers.batches, readers.a_dock, readers.a_dock_held, readers.a_count_by_tags),
    *(book.as_of, book.stock_list, counts.one_count, counts.morning),
)
DURABLE = "max_connections=100 shared_buffers=512MB"  # nothing else changed: a commit is on the disk


def main():
    """Fill, measure, print; nothing is asserted."""
    asked = _asked()
    cores = f"{os.cpu_count()} cores, load generator on the same"
    for kind in [asked.database] if asked.database else ["sqlite", "postgresql"]:
        _measure(_chosen(WORKS, asked), kind, QUICK if asked.quick else Sizes(), f"{kind}, {cores}")
    works = _chosen(phone.WORKS, asked)
    if works and phone.missing():
        print(f"\nthe phone: not measured, for want of {phone.missing()}", flush=True)
    elif works:
        _measure(works, "sqlite", phone.SIZES, f"the phone: Chromium on {os.cpu_count()} cores, the server on the same")


def _chosen(works, asked):
    return [work for work in works if asked.only in f"{work.__module__}.{work.__name__}"]


def _measure(works, kind, sizes, title):
    if not works:
        return
    with _database(kind) as url:
        started = time.monotonic()
        house = House(url, sizes)
        print(f"{kind}: filled in {time.monotonic() - started:.0f} s", flush=True)
        try:
            rows = [row for work in works for row in _measured(work, house)]
        finally:
            house.close()
    print(shown(title, rows), flush=True)


def _measured(work, house):
    for row in work(house):
        print(f"  {row.work}: {row.ours:,.1f} {row.unit}   {row.note}", flush=True)
        yield row


def _asked():
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less data; a minute or so")
    parser.add_argument("--database", choices=["sqlite", "postgresql"])
    parser.add_argument(
        "--only", default="", help="part of a name: " + " ".join(work.__name__ for work in (*WORKS, *phone.WORKS))
    )
    return parser.parse_args()


@contextmanager
def _database(kind):
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="tallyloop-bench-") as folder:
            yield f"sqlite:///{folder}/bench.db"
        return
    cluster = Cluster(DURABLE)
    try:
        yield cluster.create("bench").replace("postgresql://", "postgresql+psycopg://")
    finally:
        cluster.stop()


if __name__ == "__main__":
    main()
