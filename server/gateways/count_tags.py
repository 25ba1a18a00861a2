"""Count by tags: hand a reader to a task, watch it fill, and let what was read be said when the round closes.

Whoever sweeps hears how many different tags there are, never which of them were expected. What the tags say becomes
entries of the round, under the claim of who closes it, and from there on it is a count like any other.
"""

from dataclasses import dataclass

from server import clock
from server.catalog.tags import brought_home
from server.clock import LATEST, SECOND
from server.counting.claim import find_task
from server.counting.rules import TaskClosed, TaskTaken
from server.counting.swept import Swept, enter_swept
from server.db import fetch, given, put, run
from server.errors import NotFound, Refusal
from server.gateways.epcis_store import publish_count
from server.gateways.sort_tags import curve, keep_sweeping, pieces
from server.gateways.take import Source, hold
from server.gateways.tell_tags import gaps_of, places_of, rows_seen, sorted_tags
from server.ids import new_id
from server.reconcile.review import count_in

STEP = 10 * SECOND


class ReaderUnknown(NotFound):
    """No such reader in this warehouse."""

    code = "reader_unknown"
    en = "There is no reader {reader} in this warehouse. Check its name."
    zh = "本仓库没有读写器 {reader}。请核对名称。"


class RoundStillOpen(Refusal):
    """Which tags were expected is nobody's business while somebody counts."""

    code = "round_still_open"
    en = "This round is still being counted. Look again when it is submitted."
    zh = "该轮盘点尚未提交。请在提交后查看。"


class TagNotWaiting(Refusal):
    """There is nothing to say about this tag."""

    code = "tag_not_waiting"
    en = "The tag {tag} does not wait for an answer in this round. Refresh the list."
    zh = "标签 {tag} 在本轮中无需确认。请刷新列表。"


@dataclass(frozen=True, slots=True)
class Watch:
    """What somebody who sweeps may know."""

    tags: int
    reads: int
    curve: list
    keep_sweeping: bool
    gaps: list


def begin(task, device_name, person_id, id):
    """Let a reader read for a task from now on. It reads for one at a time.

    Raises `TaskClosed`, `TaskTaken`, `ReaderUnknown`.
    """
    _refuse_others(task, person_id)
    rows = fetch(
        "SELECT id FROM devices WHERE warehouse_id = :w AND name = :n AND revoked_at IS NULL",
        w=task.warehouse_id,
        n=device_name,
    )
    if not rows:
        raise ReaderUnknown(reader=device_name)
    now, source = clock.now(), Source(task.warehouse_id, rows[0].id)
    hold(source, now)
    open_ = fetch(
        "SELECT id, session_id FROM reader_sessions WHERE warehouse_id = :w AND device_id = :d AND to_at IS NULL",
        w=task.warehouse_id,
        d=source.device_id,
    )
    if any(row.session_id == task.id for row in open_):
        return source.device_id
    _end("device_id = :d", now, w=task.warehouse_id, d=source.device_id)
    put(
        "reader_sessions",
        [(task.warehouse_id, id, source.device_id, task.id, person_id, now)],
        ["warehouse_id", "id", "device_id", "session_id", "person_id", "from_at"],
        on_conflict="ON CONFLICT (warehouse_id, id) DO NOTHING",
    )
    _reads_until(source, LATEST)
    return source.device_id


def end(task, person_id):
    """The readers of a task read for nobody any more. Raises `TaskTaken`."""
    _refuse_others(task, person_id)
    _stop(task, clock.now())


def watch(task, now):
    """`Watch`: how many different tags, and how many of them are new lately. Nothing that depends on the book."""
    rows = [row for row in rows_seen(task) if not row.tag.startswith("barcode:")]
    firsts: dict[str, int] = {}
    for row in rows:
        firsts[row.tag] = min(row.first, firsts.get(row.tag, row.first))
    times = list(firsts.values())
    shown = curve(times, STEP)[-60:]
    return Watch(
        len(times), sum(int(row.reads) for row in rows), shown, keep_sweeping(times, now, STEP), gaps_of(task, now)
    )


def say(task, hand):
    """The round closes: what was read becomes entries of it, and what a person has to look at is noted.

    What is expected and was not read is said to be none there: the reader swept the place.
    """
    now = clock.now()
    seen = [row for row in rows_seen(task) if not row.tag.startswith("barcode:")]
    if not seen:
        return
    gaps = gaps_of(task, now)
    _stop(task, now)
    tags = sorted_tags(task)
    span = min(row.first for row in seen), max(row.last for row in seen)
    said = [one for key, ones in tags.found.items() for one in _swept(key, ones)]
    gone = (tags.missing.keys() | tags.nearby.keys()) - tags.found.keys()
    said += [Swept(key, 0, *span, "no tag of it") for key in gone]
    enter_swept(task, hand, said)
    _doubt(task, tags, gaps)
    publish_count(task, tags, places_of(task), _house(task), now)


def answer(task, accept, dismiss, hand):
    """Somebody looked at tags that nobody had expected: those accepted are counted where they were read, and are at
    home there from now on. Others of the same position that are not named are not there. Gives positions that were
    settled meanwhile and stay as they were decided.

    Raises `RoundStillOpen`, `TagNotWaiting`.
    """
    refuse_open(task)
    tags = sorted_tags(task, task.submitted_at)
    waiting = {
        one.tag: (key, one) for part in (tags.unexpected, tags.weak) for key, ones in part.items() for one in ones
    }
    for tag in [*accept, *dismiss]:
        if tag not in waiting:
            raise TagNotWaiting(tag=tag)
    taken: dict[tuple, list] = {}
    for tag in accept:
        key, one = waiting[tag]
        taken.setdefault(key, []).append(one)
    enter_swept(task, hand, [one for key, ones in taken.items() for one in _swept(key, ones)])
    brought_home(
        task.warehouse_id,
        {one.means.binding: key[0] for key, ones in taken.items() for one in ones if one.means.binding},
    )
    keys = {waiting[tag][0] for tag in [*accept, *dismiss]}
    _settle_doubts(task, keys)
    return count_in(task, keys)


def _house(task):
    (row,) = fetch("SELECT code FROM warehouses WHERE id = :w", w=task.warehouse_id)
    return row.code


def refuse_open(task):
    """Raises `RoundStillOpen` while the round is being counted."""
    if task.state != "submitted":
        raise RoundStillOpen()


def _refuse_others(task, person_id):
    if task.state in ("submitted", "cancelled"):
        raise TaskClosed()
    if task.claimed_by != person_id:
        raise TaskTaken(name=task.holder)


def _stop(task, now):
    for row in _end("session_id = :t", now, w=task.warehouse_id, t=task.id):
        _reads_until(Source(task.warehouse_id, row.device_id), now)


def _end(where, now, **params):
    rows = fetch(
        f"SELECT device_id FROM reader_sessions WHERE warehouse_id = :w AND to_at IS NULL AND {where}", **params
    )
    if rows:
        run(
            f"UPDATE reader_sessions SET to_at = :now WHERE warehouse_id = :w AND to_at IS NULL AND {where}",
            now=now,
            **params,
        )
    return rows


def _reads_until(source, at):
    run(
        "UPDATE readers SET sessions_to = :at WHERE warehouse_id = :w AND device_id = :d",
        at=at,
        w=source.warehouse_id,
        d=source.device_id,
    )


def _swept(key, ones):
    """One statement for all tags of a position that have no serial, and one for each that has: a scan of the same
    serial by hand is then the same thing."""
    qty, plain, named = pieces(ones)
    said = [Swept(key, 1000, one.first, one.last, one.tag, one.means.serial, one.tag) for one in named]
    if plain:
        first, last = min(one.first for one in plain), max(one.last for one in plain)
        said.append(Swept(key, qty, first, last, f"{len(plain)} tags"))
    return said


def _doubt(task, tags, gaps):
    why = {}
    for key in [*tags.found, *tags.missing] if gaps else []:
        why[key] = "data_gap"
    for key in tags.unexpected:
        why.setdefault(key, "unexpected_tags")
    for key in tags.duplicate:
        why.setdefault(key, "duplicate_tag")
    put(
        "count_doubts",
        [(task.warehouse_id, task.id, *key, reason) for key, reason in sorted(why.items())],
        ["warehouse_id", "task_id", "location_id", "item_id", "lot", "why"],
        on_conflict="ON CONFLICT (warehouse_id, task_id, location_id, item_id, lot) DO NOTHING",
    )


def _settle_doubts(task, keys):
    """A position is in no doubt any more when its unexpected tags were answered; a gap stays one."""
    run(
        "DELETE FROM count_doubts WHERE warehouse_id = :w AND task_id = :t AND why = 'unexpected_tags'"
        " AND (location_id, item_id, lot) IN (SELECT v.l, v.i, v.lot FROM "
        + given("rows", l="id", i="id", lot="text")
        + " v)",
        w=task.warehouse_id,
        t=task.id,
        rows=sorted(keys),
    )


def task_in(warehouse_ids, task_id):
    """A task, held. Raises `TaskUnknown`."""
    found = fetch("SELECT warehouse_id FROM count_tasks WHERE id = :id", id=task_id)
    house = found[0].warehouse_id if found else None
    if house not in warehouse_ids:
        house = next(iter(warehouse_ids), new_id())
    return find_task(house, task_id)
