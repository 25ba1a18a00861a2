"""A count from the last scan to the approved adjustments, and what a phone fetches in the morning."""

from bench.house import COUNT, house_id, place_code
from bench.requests import took
from bench.table import Row
from server.db import fetch, put, run, transaction

WRITTEN = "variances variance_rounds variance_hands decisions moves anchors".split()


def one_count(house):
    """Submit, judge and approve one count of many lines, beside the same rows written by SQL alone."""
    lines, boss, asker, counter = house.sizes.count_lines, house.boss, house.asker, house.people[0]
    asker.warehouse = "COUNT"
    count = asker.start_count("list", locations=[place_code(COUNT, n) for n in range(50)]).ok()
    (task,) = [one["id"] for one in count["tasks"]]
    counter.claim(task)
    on_each = lines // 50
    said = [
        counter.event(
            "count.entry",
            task=task,
            location=place_code(COUNT, n // on_each),
            sku=f"SKU-{n % on_each:06d}",
            quantity="11",
            method="keypad",
        )
        for n in range(lines)
    ]
    entered = took(lambda: [counter.sync(*said[n : n + 1000]) for n in range(0, lines, 1000)])
    submitted = took(lambda: counter.submit(task))
    waiting = _pending(boss)
    assert len(waiting) == lines, len(waiting)
    why = {"reason": "miscount", "cause": "management.count_error", "stage": "counting"}
    approved = took(lambda: boss.decide("approve", waiting, **why).ok())
    assert len(boss.ledger(kind="adjustment")) == min(lines, 500)
    with house.app.app_context():
        limit = _same_rows()
    note = f"entering {entered / 1e3:.2f} s, submit and judge {submitted / 1e3:.2f} s, approve {approved / 1e3:.2f} s"
    ours = (submitted + approved) / 1e3
    yield Row(f"a count of {lines:,} lines", ours, "s", 3, limit / 1e3, "the same rows by SQL", note=note, more=False)


def morning(house):
    """`GET /tasks` with many open positions: a page, a page that has not changed, and starting that count."""
    asker, phone = house.asker, house.people[1]
    asker.warehouse = "TASKS"
    start = took(lambda: asker.start_count("list").ok())
    page = sorted(took(lambda: phone.get("/tasks", warehouse="TASKS", mine="true").ok()) for _ in range(5))[2]
    reply = phone.get("/tasks", warehouse="TASKS", mine="true").ok()
    lines = sum(len(task["lines"]) for task in reply.items)
    known = {"If-None-Match": reply.headers["ETag"]}
    same = sorted(
        took(lambda: phone.ask("GET", "/tasks", headers=known, warehouse="TASKS", mine="true")) for _ in range(5)
    )[2]
    about = f"GET /tasks, 50 tasks, {house.sizes.task_positions:,} open positions"
    note = f"{lines:,} lines on the page; unchanged (304) {same:.0f} ms; starting the count {start / 1e3:.2f} s"
    yield Row(about, page, "ms", note=note, more=False)


def _pending(boss):
    found, cursor = [], None
    while True:
        page = boss.get("/variances", warehouse="COUNT", state="pending", limit=500, cursor=cursor).ok()
        found += [line["id"] for line in page.items]
        cursor = page["next"]
        if cursor is None:
            return found


def _same_rows():
    """Take the rows away and write them again, one bulk insert a table and one commit."""
    kept = {}
    with transaction():
        for table in WRITTEN:
            kept[table] = fetch(f"SELECT * FROM {table} WHERE warehouse_id = :w", w=house_id(COUNT))
        for table in WRITTEN:
            run(f"DELETE FROM {table} WHERE warehouse_id = :w", w=house_id(COUNT))

    def write():
        with transaction():
            for table, rows in kept.items():
                put(table, [tuple(row) for row in rows], list(rows[0]._mapping))

    return took(write)
