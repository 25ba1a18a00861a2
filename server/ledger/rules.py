"""What the book knows as values: positions, moves, and what posting them brought about. Pure."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

# Virtual locations: outside parties and losses are places too, so that for each item the sum over all is zero.
VIRTUAL = ("SUPPLIER", "CUSTOMER", "PRODUCTION", "LOSS", "SCRAP", "TRANSIT")

ADJUSTMENT, RESTATEMENT, REVERSAL = "adjustment", "restatement", "reversal"
OWN_KINDS = (RESTATEMENT, REVERSAL)  # kinds that only the ledger itself may write


class Position(NamedTuple):
    """The grain of stock, of counting and of accuracy."""

    warehouse_id: str
    location_id: str
    item_id: str
    lot: str = ""


@dataclass(frozen=True, slots=True)
class NewMove:
    """A move as whoever posts it says it. `qty`: thousandths, above zero. Instants: microseconds UTC."""

    id: str
    warehouse_id: str
    item_id: str
    lot: str
    from_id: str
    to_id: str
    qty: int
    kind: str
    effective_at: int
    unit_cost: int = 0
    person_id: str | None = None
    device_id: str | None = None
    document: str | None = None
    reason: str | None = None
    line_id: str | None = None
    reverses_id: str | None = None
    earliest_at: int | None = None
    latest_at: int | None = None
    serials: tuple[str, ...] = ()

    @property
    def source(self):
        return Position(self.warehouse_id, self.from_id, self.item_id, self.lot)

    @property
    def destination(self):
        return Position(self.warehouse_id, self.to_id, self.item_id, self.lot)

    def content(self):
        """What makes two posts of one id the same statement."""
        return (
            self.item_id,
            self.lot,
            self.from_id,
            self.to_id,
            self.qty,
            self.kind,
            self.effective_at,
            self.document,
        )


@dataclass(slots=True)
class Posted:
    """What posting brought about. `negative`: real positions that are below zero now, with their quantity."""

    moves: list[NewMove] = field(default_factory=list)
    duplicates: set[str] = field(default_factory=set)
    restatements: list[NewMove] = field(default_factory=list)
    negative: dict[Position, int] = field(default_factory=dict)


def net_changes(moves):
    """How much each position gains (or, below zero, loses) by these moves."""
    changes: dict[Position, int] = defaultdict(int)
    for move in moves:
        changes[move.source] -= move.qty
        changes[move.destination] += move.qty
    return changes


def legs(moves):
    """(position, signed quantity, effective instant, is it an adjustment of its own line) of each side of each move."""
    for move in moves:
        own = move.line_id is not None
        yield move.source, -move.qty, move.effective_at, own
        yield move.destination, move.qty, move.effective_at, own
