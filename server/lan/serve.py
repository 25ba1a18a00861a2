"""`tallyloop serve --lan`: https for the app, plain http for the set-up page, and a QR code that leads there.

Granian, since gunicorn under TLS gives a thread to every socket that connects and says nothing: thirty sleeping phones
stop it. Granian shakes hands outside Python, so a hundred do not matter (tests/lan/test_silence.py).
"""

import os
import socket
import sys
from pathlib import Path

import segno
from granian import Granian
from granian.constants import Interfaces, SSLProtocols

from server.errors import Refusal
from server.lan.addresses import EVERYWHERE, LOOPBACK, as_address
from server.lan.doors import own_doors, signed_doors
from server.lan.origins import remember
from server.lan.setup_port import open_setup_page
from server.start import ready, who_can_sign_in

GRACE = 20  # seconds for requests under way when we are asked to end; silent connections are not waited for longer


class PortTaken(Refusal):
    """Something else listens there."""

    code = "port_taken"
    en = "Port {port} is in use or not allowed. Stop what uses it, or set {variable} to another."
    zh = "端口 {port} 已被占用或不允许使用。请停止占用它的程序，或把 {variable} 设为其他端口。"


def serve_lan(app, certificate=None, key=None):
    """Prepare, sign or take the certificate, welcome, run until SIGTERM. Raises the refusals above."""
    settings = app.config["SETTINGS"]
    folder = settings.data_dir / "tls"
    if certificate or key:
        doors = own_doors(settings, certificate, key)
        fresh = False
    else:
        certificate = key = folder / "server.pem"
        doors, fresh = signed_doors(settings, folder)
    port_is_free(settings.host, doors.tls_port)
    if doors.setup_port:
        listener = listening(settings)

    ready(app)
    welcome(settings, doors, remember(folder, doors), fresh)

    if doors.setup_port:
        open_setup_page(doors, listener)
    granian(settings, certificate, key).serve()


def welcome(settings, doors, warning, fresh):
    """Both addresses, the QR code of the first that a phone needs, and the fingerprint to compare."""
    print(f"\nTallyloop 账实闭环  {doors.origin()}\n")
    target = doors.setup_address() if doors.setup_port else doors.origin()
    segno.make_qr(target).terminal(
        out=sys.stdout, compact=True
    )  # `make` might give a Micro QR, which phones cannot read
    if doors.setup_port:
        print(f"\nNew phones first: {target}\nAuthority, SHA-256: {doors.grouped_fingerprint}")
    if fresh:
        print("This authority is new: every phone has to be set up once, with the code above.")
    if warning:
        print(warning)
    if doors.shown in LOOPBACK and settings.host in EVERYWHERE:
        print("\nNo private network address was found here: set TALLYLOOP_HOST to the address that phones can reach.")
    who_can_sign_in(settings)
    print("\nCtrl-C ends it; nothing is lost.\n", flush=True)


def granian(settings, certificate, key):
    """Granian with our settings in place of a command line."""
    return Granian(
        "server.lan.app:worker_app",
        factory=True,
        address=settings.host or "0.0.0.0",
        port=settings.tls_port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        ssl_cert=Path(certificate),
        ssl_key=Path(key),
        ssl_protocol_min=SSLProtocols.tls12,  # handhelds with a WebView before Chromium 70 have no 1.3
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE,
        websockets=False,
        log_level="warning",
    )


def port_is_free(host, port):
    """Ask before the database is touched: Granian would say it in its workers, one after the other."""
    bound(host, port, "TALLYLOOP_TLS_PORT").close()


def listening(settings):
    """The socket of the set-up page."""
    return bound(settings.host, settings.port, "TALLYLOOP_PORT")


def bound(host, port, variable):
    """A TCP socket bound there. Raises `PortTaken`."""
    address = as_address(host)
    family = socket.AF_INET6 if address and address.version == 6 else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((host, port))
    except OSError as error:
        taken.close()
        raise PortTaken(port=port, variable=variable) from error
    return taken
