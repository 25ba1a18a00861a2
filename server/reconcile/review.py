"""A round is closed: compare each line with the book as of its instant, and see to what follows."""

from server import clock
from server.cases.open import new_matter, open_many
from server.catalog.lookup import items_by_id
from server.catalog.policy import policy_for
from server.counting import due, plan, rounds, unknown
from server.counting.rules import controls
from server.db import fetch, given
from server.ids import new_id
from server.ledger.book import book_at
from server.ledger.post import lock
from server.ledger.rules import Position
from server.reconcile.lines import CountLine, RoundOf, read_lines, weigh, write_lines
from server.reconcile.rules import SETTLED, State
from server.reconcile.settle import counters_of_lines, grade, note_hands, settle


def review(task):
    """Take a closed round's lines: remember the variances, judge them, hand out recounts to somebody else."""
    unknown.resolve(task)
    named = rounds.named_positions(task)
    said = _statements(task, named)
    lock([Position(task.warehouse_id, *key) for key in said])
    lines = _with_round(task, said, named)
    weigh(lines, only=task.round)  # of two who count at once, the second may be done first
    _note_counters(task, lines)
    due.counted(task.warehouse_id, said)
    _open_unknown(task)

    waiting, ready = _split_by_siblings(task, lines)
    write_lines(waiting)
    again = settle(task.warehouse_id, ready + _unanswered(task, said, named))
    _hand_out(task, again, ready)
    grade(task.warehouse_id, {task.count_id})  # also where nothing was found and nothing was expected


def count_in(task, keys):
    """Take positions `(location, item, lot)` of a closed round in again: more was said of them than was understood.

    Gives those whose line is settled already: it stays as it was decided.
    """
    said = {line.key: line for line in rounds.lines_of(task) if line.key in keys}
    lock([Position(task.warehouse_id, *key) for key in said])
    known = read_lines(task.warehouse_id, "v.count_id = :c", c=task.count_id)
    settled = {line.key for line in known if line.state in SETTLED} & said.keys()
    said = {key: line for key, line in said.items() if key not in settled}
    if said:
        lines = _with_round(task, said, rounds.named_positions(task))
        weigh(lines, only=task.round)
        _note_counters(task, lines)
        waiting, ready = _split_by_siblings(task, lines)
        write_lines(waiting)
        _hand_out(task, settle(task.warehouse_id, ready), ready)
    return settled


def _statements(task, named):
    """{(location, item, lot): Line}: what was entered, and zero for all that an emptied place was thought to hold."""
    said = {line.key: line for line in rounds.lines_of(task)}
    emptied = rounds.emptied(task)
    if not emptied:
        return said
    thought = fetch(
        "SELECT b.location_id, b.item_id, b.lot FROM balances b JOIN " + given("rows", id="id") + " v"
        " ON v.id = b.location_id WHERE b.warehouse_id = :w",
        rows=[(place,) for place in emptied],
        w=task.warehouse_id,
    )
    keys = {(row.location_id, row.item_id, row.lot) for row in thought} | {key for key in named if key[0] in emptied}
    keys = sorted(keys - said.keys())
    books = book_at([(Position(task.warehouse_id, *key), emptied[key[0]].as_of) for key in keys])
    for key, book_qty in zip(keys, books, strict=True):
        if book_qty or key in named:
            at = emptied[key[0]]
            said[key] = rounds.Line(*key, 0, at.span_from, at.as_of, at.earliest, at.latest)
    return said


def _with_round(task, said, named):
    """The count's lines of these positions, new or known, with this round added."""
    now = clock.now()
    known = {line.key: line for line in read_lines(task.warehouse_id, "v.count_id = :c", c=task.count_id)}
    items = items_by_id([item_id for _, item_id, _ in said])
    doubts = rounds.doubts_of(task)
    lines = []
    for key, one in said.items():
        line = known.get(key) or CountLine(
            *(task.warehouse_id, new_id(), task.count_id, *key),
            unit_cost=items[key[1]].unit_cost,
            serial_tracked=bool(items[key[1]].serial_tracked),
        )
        line.add(
            RoundOf(
                *(task.round, task.id, one.qty, 0, one.span_from, one.as_of, one.earliest, one.latest),
                *(False, named.get(key, False), now, doubts.get(key)),
            )
        )
        lines.append(line)
    return lines


def _note_counters(task, lines):
    hats = rounds.hands_of(task)
    hands = [(line.id, task.requested_by, "requester", None) for line in lines]
    hands += [(line.id, person_id, hat, task.round) for line in lines for person_id, hat in hats.items()]
    note_hands(task.warehouse_id, list({hand[:2]: hand for hand in hands}.values()))


def _split_by_siblings(task, lines):
    """(lines that wait for the other person of an independent double count, lines that can be judged)."""
    siblings = fetch(
        "SELECT DISTINCT l.location_id, t.state FROM count_tasks t JOIN task_locations l"
        " ON l.warehouse_id = t.warehouse_id AND l.task_id = t.id JOIN task_locations own"
        " ON own.warehouse_id = l.warehouse_id AND own.location_id = l.location_id AND own.task_id = :own"
        " WHERE t.warehouse_id = :w AND t.count_id = :c AND t.id <> :own AND t.form = :form AND t.made_at = :made",
        w=task.warehouse_id,
        c=task.count_id,
        own=task.id,
        form=task.form,
        made=task.made_at,
    )
    pending = {row.location_id for row in siblings if row.state in ("open", "claimed")}
    waiting = [line for line in lines if line.location_id in pending]
    ready = [line for line in lines if line.location_id not in pending]
    done = {row.location_id for row in siblings} - pending
    if done:
        keys = {line.key for line in ready}
        left = read_lines(task.warehouse_id, "v.count_id = :c AND v.state = 'counting'", c=task.count_id)
        ready += [line for line in left if line.location_id in done and line.key not in keys]
    return waiting, ready


def _unanswered(task, said, named):
    """Lines that were to be recounted and were passed over: judged again, they are held or recounted by the rules."""
    passed_over = {key for key, control in named.items() if not control and key not in said}
    if task.round == 1 or not passed_over:
        return []
    open_ = read_lines(task.warehouse_id, "v.count_id = :c AND v.state = 'recount'", c=task.count_id)
    lines = [line for line in open_ if line.key in passed_over]
    for line in lines:
        line.last.closed_at, line.last.kept = clock.now(), False
    return lines


def _hand_out(task, again, ready):
    """A recount is a new task for somebody else; a share of it are controls, of lines that matched."""
    if not again:
        return
    _, policy = policy_for(task.warehouse_id, clock.now())
    matched = [line for line in ready if line.state is State.MATCHED and len(line.rounds) == 1]
    by_id = {line.id: line for line in matched}
    checks = [by_id[one] for one in controls([line.id for line in again], by_id, policy.control_share)]
    positions = [(*line.key, False) for line in again] + [(*line.key, True) for line in checks]
    plan.recount(
        task,
        sorted(positions),
        counters_of_lines(task.warehouse_id, [line.id for line in again + checks]),
        after=max(line.last.round for line in again + checks),
    )


def _open_unknown(task):
    open_many(
        [
            new_matter(
                warehouse_id=task.warehouse_id,
                kind="unknown_code",
                location_id=row.location_id,
                qty=row.qty,
                subject=unknown.subject_of(task.count_id, row.location_id, row.code),
                note=row.code,
            )
            for row in rounds.unknown_codes(task)
        ]
    )
