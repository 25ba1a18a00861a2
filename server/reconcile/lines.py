"""Count lines with all their rounds, as values that are read, judged and written many at once."""

from dataclasses import dataclass, field

from server.db import fetch, given, put
from server.ledger.book import book_at, moved_within, unsure_around
from server.ledger.rules import Position
from server.quantity import value_of
from server.reconcile.rules import Round, State

_LINE = [
    "warehouse_id",
    "id",
    "count_id",
    "location_id",
    "item_id",
    "lot",
    "state",
    "round",
    "counted_qty",
    "book_qty",
    "variance_qty",
    "variance_value",
    "as_of",
    "contaminated",
    "unexpected",
    "tier",
    "policy_id",
    "judged_at",
    "deadline",
    "settled_at",
    "move_id",
]
_ROUND = [
    "warehouse_id",
    "variance_id",
    "round",
    "task_id",
    "counted_qty",
    "book_qty",
    "variance_qty",
    "span_from",
    "as_of",
    "earliest_at",
    "latest_at",
    "contaminated",
    "control",
    "closed_at",
    "doubt",
]


@dataclass(slots=True)
class RoundOf:
    """One round of one line."""

    round: int
    task_id: str
    counted_qty: int
    book_qty: int
    span_from: int
    as_of: int
    earliest_at: int
    latest_at: int
    contaminated: bool
    control: bool
    closed_at: int
    doubt: str | None = None
    kept: bool = False  # the database has it as it is

    @property
    def variance_qty(self):
        return self.counted_qty - self.book_qty

    def value(self):
        """What the rules need of it."""
        return Round(self.round, self.counted_qty, self.book_qty, self.contaminated, doubt=self.doubt)


@dataclass(slots=True)
class CountLine:
    """One position in one count. `rounds` in order; the last one gives the figures."""

    warehouse_id: str
    id: str
    count_id: str
    location_id: str
    item_id: str
    lot: str
    unit_cost: int
    serial_tracked: bool = False
    state: State = State.COUNTING
    rounds: list[RoundOf] = field(default_factory=list)
    tier: str | None = None
    policy_id: str | None = None
    judged_at: int = 0
    deadline: int | None = None
    settled_at: int | None = None
    move_id: str | None = None

    @property
    def position(self):
        return Position(self.warehouse_id, self.location_id, self.item_id, self.lot)

    @property
    def key(self):
        return self.location_id, self.item_id, self.lot

    @property
    def last(self):
        return self.rounds[-1]

    @property
    def value(self):
        """Signed value of the variance, ten-thousandths."""
        return value_of(self.last.variance_qty, self.unit_cost)

    def add(self, round_):
        """A further round; a round counted again replaces itself."""
        self.rounds = sorted([*(r for r in self.rounds if r.round != round_.round), round_], key=lambda r: r.round)


def read_lines(warehouse_id, where, **params):
    """Lines that fit a condition on `v` (variances), with their rounds. Keyword lists are JSON tables."""
    rows = fetch(
        "SELECT v.*, i.unit_cost, i.serial_tracked FROM variances v JOIN items i ON i.id = v.item_id"
        " WHERE v.warehouse_id = :w AND " + where,
        w=warehouse_id,
        **params,
    )
    lines = {
        row.id: CountLine(
            *(row.warehouse_id, row.id, row.count_id, row.location_id, row.item_id, row.lot, row.unit_cost),
            bool(row.serial_tracked),
            *(State(row.state), [], row.tier, row.policy_id, row.judged_at, row.deadline, row.settled_at, row.move_id),
        )
        for row in rows
    }
    for row in _rounds_of(warehouse_id, lines):
        lines[row.variance_id].rounds.append(
            RoundOf(
                *(row.round, row.task_id, row.counted_qty, row.book_qty, row.span_from, row.as_of),
                *(
                    row.earliest_at,
                    row.latest_at,
                    bool(row.contaminated),
                    bool(row.control),
                    row.closed_at,
                    row.doubt,
                    True,
                ),
            )
        )
    return list(lines.values())


def _rounds_of(warehouse_id, ids):
    return fetch(
        "SELECT r.* FROM variance_rounds r JOIN " + given("rows", id="id") + " v ON v.id = r.variance_id"
        " WHERE r.warehouse_id = :w ORDER BY r.round",
        rows=[(one,) for one in ids],
        w=warehouse_id,
    )


def weigh(lines, only=None):
    """Set the book, and whether something moved meanwhile, of every round (or of one) by the ledger's word."""
    rounds = [(line, one) for line in lines for one in line.rounds if only in (None, one.round)]
    points = [(line.position, one.as_of) for line, one in rounds]
    spans = [(line.position, one.earliest_at, one.latest_at) for line, one in rounds]
    moved = moved_within(spans) | unsure_around(points)
    for n, ((_, one), book_qty) in enumerate(zip(rounds, book_at(points), strict=True)):
        one.kept = one.kept and (one.book_qty, one.contaminated) == (book_qty, n in moved)
        one.book_qty, one.contaminated = book_qty, n in moved


def write_lines(lines):
    """Write lines, and those of their rounds that are new or changed, by two statements."""
    put(
        "variances",
        [
            (
                *(line.warehouse_id, line.id, line.count_id, *line.key, str(line.state), line.last.round),
                *(line.last.counted_qty, line.last.book_qty, line.last.variance_qty, line.value, line.last.as_of),
                *(line.last.contaminated, line.last.value().unexpected, line.tier, line.policy_id, line.judged_at),
                *(line.deadline, line.settled_at, line.move_id),
            )
            for line in lines
        ],
        _LINE,
        on_conflict=_replace(("warehouse_id", "id"), _LINE),
    )
    put(
        "variance_rounds",
        [
            (
                *(line.warehouse_id, line.id, one.round, one.task_id, one.counted_qty, one.book_qty, one.variance_qty),
                *(one.span_from, one.as_of, one.earliest_at, one.latest_at, one.contaminated, one.control),
                *(one.closed_at, one.doubt),
            )
            for line in lines
            for one in line.rounds
            if not one.kept
        ],
        _ROUND,
        on_conflict=_replace(("warehouse_id", "variance_id", "round"), _ROUND),
    )


def _replace(key, columns):
    changes = ", ".join(f"{column} = excluded.{column}" for column in columns if column not in key)
    return f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"
