"""The standing rules of a warehouse, and since when. A policy is never edited: a new one follows, and a decision keeps
the version under which it was made."""

from dataclasses import dataclass
from functools import lru_cache

from server import clock
from server.catalog.policy_defaults import DEFAULTS
from server.catalog.rules import Limits, Tier, Tolerance
from server.catalog.tables import Policy
from server.db import NIL, fetch, found_out, given, session
from server.errors import IdReused, NotFound, Refusal
from server.quantity import read_money, read_qty


class PolicyInThePast(Refusal):
    """What was decided was decided under the rules of its day."""

    code = "policy_in_the_past"
    en = "A policy cannot hold from a time that is over. Leave the time out to let it hold from now on."
    zh = "制度不能从过去的时间开始生效。留空则从现在起生效。"


@dataclass(frozen=True)
class Handling:
    """What receiving, picking and the other work ask for. Percents: thousandths of one percent."""

    receive_blind: bool
    receive_check_over: int | None
    receive_check_first_lot: bool
    receive_check_unannounced: bool
    receive_check_share: float
    transfer_check_share: float
    pick_check_over: int | None
    pick_check_share: float
    over_receipt_percent: int
    over_receipt_items: dict[str, int]
    near_expiry_days: int
    near_expiry_share: float
    short_count: bool
    zero_count: bool
    low_quantity: int | None
    count_cooldown_hours: int
    counts_per_day: int
    approval_over: dict[str, int | None]
    photo_over: dict[str, int | None]
    exchange_days: int


@dataclass(frozen=True)
class Cases:
    """How long a case may last, who hears of it when it lasts longer, and what it takes to end it.

    `hours` by severity, `kind_hours` by kind. `high_over`: from this value on a case is urgent; None: never.
    `cause_for`, `photo_for`: severities that do not end without.
    """

    hours: dict[str, float]
    kind_hours: dict[str, int]
    escalate_hours: int
    high_over: int | None
    cause_for: tuple[str, ...]
    photo_for: tuple[str, ...]
    archive_days: int


@dataclass(frozen=True)
class Readers:
    """What doors may do by themselves, and for how many days what readers posted is kept as it came."""

    auto_post: bool
    raw_days: int


class PolicyUnknown(NotFound):
    """No such policy, or not for this person."""

    code = "policy_unknown"
    en = "This policy does not exist, or you may not see it. Refresh the list."
    zh = "制度不存在或您无权查看。请刷新列表。"


@dataclass(frozen=True)
class PolicyBody:
    """A policy as values. Money: ten-thousandths; quantities: thousandths. `*_over`: None means never."""

    item_tolerances: dict[str, Tolerance]
    class_tolerances: dict[str, Tolerance]
    weighed_tolerance: Tolerance
    lot_tolerance: Tolerance
    serial_tolerance: Tolerance
    default_tolerance: Tolerance
    line_tiers: dict[Tier, int]
    document_tiers: dict[Tier, int]
    rounds_max: int
    control_share: float
    auto_post: bool
    auto_post_value_max: int
    note_over: int | None
    photo_over: int | None
    photo_items: frozenset[str]
    photo_share: float
    recount_hours: int
    decision_hours: int
    cause_hours: int
    lease_minutes: int
    lock_hours: int
    task_locations_max: int
    clock_jump_seconds: int
    clock_tolerance_ms: int
    evidence_days: int
    quiz_steps: frozenset[str]
    handling: Handling
    cases: Cases
    readers: Readers


def spoken(body):
    """A policy body as stored with all that it leaves out said as in `DEFAULTS`."""
    return _over(DEFAULTS, body)


def read_body(body):
    """A policy body as stored → `PolicyBody`."""
    said = spoken(body)
    tolerances, tiers, hours = said["tolerances"], said["tiers"], said["deadline_hours"]
    same = (
        "rounds_max auto_post lease_minutes lock_hours task_locations_max clock_jump_seconds clock_tolerance_ms"
        " evidence_days"
    )
    return PolicyBody(
        item_tolerances={sku: _tolerance(limits) for sku, limits in tolerances["items"].items()},
        class_tolerances={name: _tolerance(limits) for name, limits in tolerances["classes"].items()},
        weighed_tolerance=_tolerance(tolerances["weighed"]),
        lot_tolerance=_tolerance(tolerances["lot_tracked"]),
        serial_tolerance=_tolerance(tolerances["serial_tracked"]),
        default_tolerance=_tolerance(tolerances["default"]),
        line_tiers={Tier(tier): read_money(limit) for tier, limit in tiers["line"].items()},
        document_tiers={Tier(tier): read_money(limit) for tier, limit in tiers["document"].items()},
        control_share=float(said["control_share"]),
        auto_post_value_max=read_money(said["auto_post_value_max"]),
        note_over=_maybe(read_money, said["note_over"]),
        photo_over=_maybe(read_money, said["photo_over"]),
        photo_items=frozenset(said["count_photos"]["items"]),
        photo_share=float(said["count_photos"]["share"]),
        quiz_steps=frozenset(said["quiz_steps"]),
        recount_hours=hours["recount"],
        decision_hours=hours["decision"],
        cause_hours=hours["cause"],
        handling=_handling(said["handling"]),
        cases=_cases(said["cases"], hours["cause"]),
        readers=Readers(**said["readers"]),
        **{name: said[name] for name in same.split()},
    )


def _handling(said):
    plain = "receive_blind receive_check_first_lot receive_check_unannounced near_expiry_days short_count zero_count"
    shares = "receive_check_share transfer_check_share pick_check_share near_expiry_share"
    return Handling(
        receive_check_over=_maybe(read_money, said["receive_check_over"]),
        pick_check_over=_maybe(read_money, said["pick_check_over"]),
        over_receipt_percent=read_qty(said["over_receipt_percent"]),
        over_receipt_items={sku: read_qty(percent) for sku, percent in said["over_receipt_items"].items()},
        low_quantity=_maybe(read_qty, said["low_quantity"]),
        approval_over={kind: _maybe(read_money, limit) for kind, limit in said["approval_over"].items()},
        photo_over={kind: _maybe(read_money, limit) for kind, limit in said["photo_over"].items()},
        **{name: float(said[name]) for name in shares.split()},
        **{name: said[name] for name in f"{plain} count_cooldown_hours counts_per_day exchange_days".split()},
    )


def _cases(said, cause_hours):
    """What is urgent is due in a fifth of the time that a cause may take, what is not in twice the time."""
    usual = {"low": cause_hours * 2, "normal": cause_hours, "high": cause_hours / 5}
    return Cases(
        hours=usual | said["hours"],
        kind_hours=dict(said["kind_hours"]),
        escalate_hours=said["escalate_hours"],
        high_over=_maybe(read_money, said["high_over"]),
        cause_for=tuple(said["cause_for"]),
        photo_for=tuple(said["photo_for"]),
        archive_days=said["archive_days"],
    )


def policy_for(warehouse_id, at):
    """`(policy id, PolicyBody)` that holds in a warehouse at an instant; `(None, DEFAULT_BODY)` if nobody made one.

    The latest of the warehouse's own; without one, the latest of those for all warehouses.
    """
    policy_id = _holding([warehouse_id], at)[warehouse_id]
    return policy_id, _body_of(policy_id)


def policies_for(warehouse_ids, at):
    """`{warehouse id: PolicyBody}` that hold at an instant, by one statement."""
    return {house: _body_of(policy_id) for house, policy_id in _holding(warehouse_ids, at).items()}


def latest(warehouse_id, at):
    """The `Policy` row that holds in a warehouse at an instant, or None."""
    policy_id = _holding([warehouse_id], at)[warehouse_id]
    return session().get(Policy, policy_id) if policy_id else None


def _holding(warehouse_ids, at):
    """`{warehouse id: policy id or None}` at an instant.

    One that holds at some instant holds at all from its beginning until another begins, so a transaction asks once.
    """
    spans = found_out("policies")
    known = {house: spans[house] for house in warehouse_ids if house in spans}
    known = {house: span for house, span in known.items() if span.since <= at < span.until}
    asked = [house for house in warehouse_ids if house not in known]
    if asked:
        known |= {row.w: row for row in _spans(asked, at)}
        spans |= known
    return {house: span.id for house, span in known.items()}


def _spans(warehouse_ids, at):
    """Rows (w, id, since, until): the policy that holds in each warehouse, and between which instants it does."""
    ours = "(p.warehouse_id = v.w OR p.warehouse_id IS NULL)"
    return fetch(
        "SELECT v.w, h.id, COALESCE(h.holds_from, :first) AS since, COALESCE((SELECT MIN(p.holds_from) FROM policies p"
        f" WHERE {ours} AND p.holds_from > :at), :last) AS until FROM {given('rows', w='id')} v LEFT JOIN policies h"
        f" ON h.id = (SELECT p.id FROM policies p WHERE {ours} AND p.holds_from <= :at"
        " ORDER BY p.warehouse_id IS NULL, p.holds_from DESC, p.made_at DESC, p.id DESC LIMIT 1)",
        rows=[(one,) for one in warehouse_ids],
        at=at,
        first=-clock.LATEST,
        last=clock.LATEST + 1,
    )


@lru_cache(maxsize=256)
def _body_of(policy_id):
    """A policy as values, the defaults for none. What one says never changes, and is read once."""
    return DEFAULT_BODY if policy_id is None else read_body(session().get(Policy, policy_id).body)


def add_policy(id, warehouse_id, body, made_by, holds_from=None):
    """Let a policy hold from an instant on (default: now). Gives (policy, whether it is new).

    Raises `PolicyInThePast`, `IdReused`, and `NotANumber` for a body that cannot be read.
    """
    known = session().get(Policy, id)
    if known:
        if known.warehouse_id != warehouse_id or known.body != body or holds_from not in (None, known.holds_from):
            raise IdReused()
        return known, False
    made_at = clock.now()
    if holds_from is not None and holds_from < made_at:
        raise PolicyInThePast()
    read_body(body)

    policy = Policy(id=id, warehouse_id=warehouse_id, holds_from=holds_from or made_at, body=body)
    policy.made_by, policy.made_at = made_by, made_at
    session().add(policy)
    session().flush()
    found_out("policies").clear()
    return policy, True


def policy_of(id, warehouse_ids):
    """The policy of that id, if it is of one of those warehouses or of all. Raises `PolicyUnknown`."""
    policy = session().get(Policy, id)
    if policy is None or policy.warehouse_id not in (None, *warehouse_ids):
        raise PolicyUnknown()
    return policy


def policies_of(warehouse_ids, limit, after=None):
    """Policies that hold, held or will hold in those warehouses or in all, newest first; one more than `limit`.

    `after`: (holds_from, id) of the last one seen.
    """
    at, last = after or (clock.LATEST + 1, NIL)
    here = Policy.warehouse_id.in_(warehouse_ids) | Policy.warehouse_id.is_(None)
    older = (Policy.holds_from < at) | ((Policy.holds_from == at) & (Policy.id > last))
    found = session().query(Policy).filter(here, older).order_by(Policy.holds_from.desc(), Policy.id)
    return found.limit(limit + 1).all()


def _over(base, said):
    """What was said laid over the defaults, level by level; a tolerance is one thing and replaced whole."""
    if not isinstance(base, dict) or "plus" in base:
        return said
    return {**base, **{key: _over(base.get(key), value) for key, value in said.items()}}


def _tolerance(both):
    return Tolerance(_limits(both.get("plus", {})), _limits(both.get("minus", {})))


def _limits(said):
    return Limits(
        quantity=_maybe(read_qty, said.get("quantity")),
        percent=_maybe(read_qty, said.get("percent")),
        value=_maybe(read_money, said.get("value")),
    )


def _maybe(read, value):
    return None if value is None else read(value)


DEFAULT_BODY = read_body({})
