"""Phones sleep in the middle of a handshake. What that costs the others: `pytest tests/lan/test_silence.py -s`."""

import contextlib
import socket
import statistics
import time

SILENT = 100
HELLO_HALF_SAID = bytes.fromhex("16030100c8010000c40303")  # the head of a TLS ClientHello that never ends


def test_a_hundred_that_connect_and_say_nothing_keep_nobody_waiting(lan):
    alone = statistics.median(honest(lan) for _ in range(9))

    with contextlib.ExitStack() as sleeping:
        for number in range(SILENT):
            line = sleeping.enter_context(socket.create_connection((lan.host, lan.tls_port)))
            if number % 2:
                line.sendall(HELLO_HALF_SAID)
        time.sleep(0.5)
        beside = statistics.median(honest(lan) for _ in range(9))

    print(f"\n{SILENT} silent connections: {beside:.0f} ms for a request, {alone:.0f} ms without them")


def test_a_hundred_silent_ones_do_not_hide_the_set_up_page(lan):
    with contextlib.ExitStack() as sleeping:
        for _ in range(SILENT):
            sleeping.enter_context(socket.create_connection((lan.host, lan.setup_port)))

        assert lan.visit("/setup")[0] == 200


def honest(lan):
    """Milliseconds of a whole request: connection, handshake, database, answer."""
    began = time.perf_counter()
    assert lan.get("/readyz")[0] == 200
    return (time.perf_counter() - began) * 1000
