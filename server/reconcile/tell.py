"""What a settled line means for cases: its own ends, and those that wait for a count of the position hear of it."""

from server.cases.open import close_subjects
from server.cases.verify import Counted, counted


def matched(warehouse_id, lines):
    """These lines agree with the book, as far as the tolerance asks."""
    counted(warehouse_id, [_counted(line, True) for line in lines])


def decided(lines, who, word, believed=True):
    """Somebody decided: the cases of held lines end by their cause. What they believed was a difference."""
    if not lines:
        return
    warehouse_id = lines[0].warehouse_id
    held = [f"held:{line.id}" for line in lines]
    close_subjects(warehouse_id, held, word.note or word.reason or "decided", word.cause, word.stage, who.id)
    if believed:
        counted(warehouse_id, [_counted(line, False) for line in lines])


def _counted(line, agrees):
    return Counted(line.location_id, line.item_id, line.lot, line.last.as_of, agrees, line.id)
