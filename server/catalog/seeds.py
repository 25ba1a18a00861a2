"""What a new database starts with. Doing it again adds what is missing and leaves what a company changed."""

from server.catalog.words import CAUSES, LOSS_TYPES, REASONS
from server.db import put

COLUMNS = ("code", "kind", "loss_type", "en", "zh", "active", "position")


def ensure_seeds():
    """Everything of the catalogue that must be there before the first person signs in."""
    seed_reasons()


def seed_reasons():
    """Reasons, the four loss types as causes, and finer causes below each."""
    rows = [(code, "reason", None, en, zh, True, n) for n, (code, en, zh) in enumerate(REASONS)]
    causes = sorted((*LOSS_TYPES, *CAUSES), key=_by_loss_type)
    rows += [(code, "cause", code.split(".")[0], en, zh, True, 1000 + n) for n, (code, en, zh) in enumerate(causes)]
    put("reasons", rows, COLUMNS, on_conflict="ON CONFLICT (code) DO NOTHING")


def _by_loss_type(cause):
    kinds = [code for code, _, _ in LOSS_TYPES]
    return kinds.index(cause[0].split(".")[0]), "." in cause[0]
