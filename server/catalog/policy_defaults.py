"""The policy that holds where nobody made one: the values of `defaults.md` part 1, written as a policy body is."""

EXACT = {"quantity": "0"}


def both(**limits):
    """The same limits for found too much and for found too little."""
    return {"plus": dict(limits), "minus": dict(limits)}


DEFAULTS = {
    "tolerances": {
        "items": {},
        "classes": {"A": both(percent="0.2"), "B": both(percent="1"), "C": both(percent="5")},
        "weighed": both(percent="2"),
        "lot_tracked": both(**EXACT),
        "serial_tracked": both(**EXACT),
        "default": both(**EXACT),
    },
    "rounds_max": 3,
    "control_share": "0.2",  # one recount in five is of a line that matched, so that a recount tells nothing
    "auto_post": True,
    "auto_post_value_max": "200.0000",
    "tiers": {
        "line": {"supervisor": "1000.0000", "manager": "10000.0000"},
        "document": {"supervisor": "5000.0000", "manager": "50000.0000"},
    },
    "note_over": "1000.0000",
    "photo_over": None,
    "count_photos": {"items": [], "share": "0"},  # of every count of these items, and of so many bins by chance
    "deadline_hours": {"recount": 24, "decision": 48, "cause": 120},
    "lease_minutes": 60,
    "lock_hours": 4,  # of the bins of a count that asks for a lock
    "task_locations_max": 50,
    "clock_jump_seconds": 5,
    "clock_tolerance_ms": 1000,
    "evidence_days": 90,
    "quiz_steps": [],  # steps whose quiz everybody passes once before their first; a supervisor asks for more
    "handling": {
        "receive_blind": True,  # who receives is not told what was announced
        "receive_check_over": "1000.0000",  # a second person checks from this value of one item on; null: never
        "receive_check_first_lot": True,
        "receive_check_unannounced": True,
        "receive_check_share": "0.1",  # of all the rest
        "transfer_check_share": "0",  # of what another warehouse of ours sent, below that value
        "pick_check_over": "0.0000",
        "pick_check_share": "1",
        "over_receipt_percent": "0",
        "over_receipt_items": {},  # percent by sku
        "near_expiry_days": 30,
        "near_expiry_share": "0.333",  # of its shelf life, where that is known
        "short_count": True,
        "zero_count": True,
        "low_quantity": "3",  # left in a bin after a pick; null: nobody looks
        "count_cooldown_hours": 24,
        "counts_per_day": 50,
        "approval_over": {"scrap": "200.0000", "sample": "200.0000", "gift": "200.0000", "internal_use": "200.0000"},
        "photo_over": {"scrap": "200.0000"},
        "exchange_days": 14,  # until both sides of an exchange ought to be done, unless somebody said when
    },
    "cases": {
        "hours": {},  # by severity; left out: low twice, normal once, high a fifth of deadline_hours.cause
        "kind_hours": {},  # hours by kind, before those of its severity
        "escalate_hours": 24,  # what each further tier gets
        "high_over": "10000.0000",  # a case that is worth more is urgent; null: never
        "cause_for": ["high"],  # severities that do not end without cause and stage
        "photo_for": [],  # severities that do not end without a photo or a count
        "archive_days": 30,  # after its end
    },
    "readers": {
        "auto_post": False,  # what goes through a door and is all of one document is posted without a person's word
        "raw_days": 7,  # that what readers posted is kept as it came, to be heard again by a better parser
    },
}
