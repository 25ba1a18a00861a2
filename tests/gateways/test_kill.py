"""The power goes while readers post: what was acknowledged is there, and what comes again counts once."""

import threading
import time
from http.client import HTTPException

from tests.reader import Reader, counts
from tests.worker import at


def test_no_acknowledged_batch_is_lost(server, given_server, app):
    docks = [Reader(given_server, f"dock {n}") for n in range(3)]
    said = {dock.name: [] for dock in docks}
    acknowledged = {dock.name: 0 for dock in docks}

    def post(dock):
        for n in range(400):
            reads = [{"epc": f"E28011606000{n:04X}0000{k:04X}", "first": at()} for k in range(20)]
            said[dock.name].append(reads)
            try:
                assert counts(dock.post("/readers/reads", {"reads": reads})) == (20, 0, 0)
            except (OSError, HTTPException):
                return
            acknowledged[dock.name] += 1

    hands = [threading.Thread(target=post, args=(dock,)) for dock in docks]
    for hand in hands:
        hand.start()
    while min(acknowledged.values()) < 15:
        time.sleep(0.01)
    server.kill()
    for hand in hands:
        hand.join()
    server.start()

    for dock in docks:
        sure, unsure = said[dock.name][: acknowledged[dock.name]], said[dock.name][acknowledged[dock.name] :]
        assert sum(dock.batch(*reads)[1] for reads in sure) == 20 * len(sure)
        again = [dock.batch(*reads) for reads in unsure]
        assert all(sum(answer) == 20 for answer in again)
        assert [dock.batch(*reads) for reads in unsure] == [(0, 20, 0)] * len(unsure)
