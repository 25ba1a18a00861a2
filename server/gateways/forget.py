"""What nobody asks for any more: sights outside of counts after a week, the numbers of batches after a month, bodies as
they came when the policy says so."""

from server.clock import DAY
from server.db import NIL, run
from server.gateways import bodies

SIGHTS, BATCHES = 7 * DAY, 30 * DAY


def forget_old(now):
    """Delete them; gives how many sights went. What was read for a count is evidence, and stays."""
    bodies.forget(now)
    run("DELETE FROM portal_beams WHERE posted_at < :old", old=now - SIGHTS)
    run("DELETE FROM reader_batches WHERE received_at < :old", old=now - BATCHES)
    return run("DELETE FROM tag_sights WHERE last_at < :old AND session_id = :nil", old=now - SIGHTS, nil=NIL)
