"""The server under TLS: it is believed, it answers, it says where it is, it ends."""

import http.client
import io
import json
import os
import re
import signal
import socket
import ssl
import stat
import time

import pytest
import segno

from server.lan.addresses import own_addresses
from server.lan.authority import ensure_authority, ensure_leaf
from tests.servers import ADMIN_PASSWORD
from tests.test_cli import tallyloop
from tests.worker import Worker


def test_who_trusts_the_authority_shakes_hands_and_gets_http_2(lan):
    trust = lan.trust()
    trust.set_alpn_protocols(["h2", "http/1.1"])

    with (
        socket.create_connection((lan.host, lan.tls_port)) as line,
        trust.wrap_socket(line, server_hostname=lan.host) as tls,
    ):
        assert tls.selected_alpn_protocol() == "h2"
    assert lan.get("/readyz")[0] == 200


def test_who_does_not_trust_it_is_warned(lan):
    stranger = http.client.HTTPSConnection(lan.host, lan.tls_port, context=ssl.create_default_context())

    with pytest.raises(ssl.SSLCertVerificationError):
        stranger.request("GET", "/readyz")


def test_every_private_address_of_this_machine_is_in_the_certificate(lan):
    with (
        socket.create_connection((lan.host, lan.tls_port)) as line,
        lan.trust().wrap_socket(line, server_hostname="localhost") as tls,
    ):
        held = [value for kind, value in tls.getpeercert()["subjectAltName"] if kind == "IP Address"]

    assert len(held) == len(own_addresses(lan.host))
    assert "127.0.0.1" in held


def test_people_work_through_tls_as_they_do_without(lan):
    def send(method, path, body, headers, files=None):
        line = http.client.HTTPSConnection(lan.host, lan.tls_port, timeout=30, context=lan.trust())
        said = {"Content-Type": "application/json", **headers}
        line.request(method, path, json.dumps(body) if body else None, said)
        reply = line.getresponse()
        return reply.status, {name.title(): value for name, value in reply.headers.items()}, reply.read()

    admin = Worker(send).sign_in("admin", ADMIN_PASSWORD)

    assert admin.get("/me").ok()["person"]["username"] == "admin"


def test_only_the_set_up_page_of_this_host_may_read_health_and_nothing_else(lan):
    ours = f"http://{lan.host}:{lan.setup_port}"

    assert lan.get("/healthz", {"Origin": ours})[1]["Access-Control-Allow-Origin"] == ours
    assert lan.get("/healthz", {"Origin": "http://evil.example.com"})[1]["Access-Control-Allow-Origin"] is None
    assert lan.get("/readyz", {"Origin": ours})[1]["Access-Control-Allow-Origin"] is None


def test_the_set_up_port_serves_the_page_and_the_authority_and_no_data(lan):
    assert lan.visit("/setup")[0] == 200
    assert ssl.DER_cert_to_PEM_cert(lan.visit("/setup/ca.crt")[2]) in lan.authority.read_text()
    assert lan.visit("/healthz")[0] == 200
    assert lan.visit("/api/v1/sync", method="POST", body=b"x" * 500_000)[0] == 503


def test_the_terminal_says_both_addresses_the_fingerprint_and_shows_a_code_that_phones_can_read(lan):
    authority, _ = ensure_authority(lan.authority.parent)

    assert lan.origin in lan.said
    assert lan.setup_address in lan.said
    assert authority.fingerprint.replace(":", "") in re.sub(r"[: ]", "", lan.said)
    assert not segno.make_qr(lan.setup_address).is_micro
    assert drawn(segno.make_qr(lan.setup_address)) in lan.said


def drawn(code):
    """The code as a terminal shows it."""
    paper = io.StringIO()
    code.terminal(out=paper, compact=True)
    return paper.getvalue()


def test_files_with_keys_are_for_the_owner_only(lan):
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in lan.authority.parent.iterdir()}

    assert modes == {"authority.pem": 0o600, "server.pem": 0o600, "origin.json": 0o600}


def test_it_ends_cleanly_frees_both_ports_and_starts_again_with_the_same_authority(start_lan):
    server = start_lan()
    authority = server.authority.read_bytes()

    with socket.create_connection((server.host, server.tls_port)):  # somebody who says nothing is not waited for
        code = server.stop()
    server.start()

    assert code == 0
    assert server.authority.read_bytes() == authority
    assert server.said.count("This authority is new") == 1
    assert "The address changed" not in server.said
    assert server.stop() == 0


def test_when_the_master_is_killed_nobody_holds_the_ports(start_lan):
    server = start_lan()

    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()

    until = time.monotonic() + 30
    while time.monotonic() < until and (
        answers(server.host, server.tls_port) or answers(server.host, server.setup_port)
    ):
        time.sleep(0.2)
    server.start()
    assert server.stop() == 0


def answers(host, port):
    """Whether somebody listens there."""
    with socket.socket() as line:
        return line.connect_ex((host, port)) == 0


def test_who_brings_a_certificate_gets_no_set_up_page(start_lan, tmp_path):
    authority, _ = ensure_authority(tmp_path / "firm")
    ensure_leaf(tmp_path / "firm", authority, ["stock.lan"], ["127.0.0.1"])
    pem = str(tmp_path / "firm" / "server.pem")

    server = start_lan("--cert", pem, "--key", pem)

    assert f"https://stock.lan:{server.tls_port}" in server.said
    assert not server.authority.exists()
    with pytest.raises(ConnectionRefusedError):
        server.visit("/setup")


def test_a_certificate_without_its_key_is_refused_with_what_to_do(tmp_path):
    code, said = tallyloop(f"sqlite:///{tmp_path}/x.db", tmp_path, "serve", "--cert", str(tmp_path / "none.pem"))

    assert (code, said.split(":")[0]) == (1, "certificate_unreadable")


def test_a_taken_port_is_named_before_the_database_is_touched(lan, tmp_path, monkeypatch):
    monkeypatch.setenv("TALLYLOOP_HOST", lan.host)
    monkeypatch.setenv("TALLYLOOP_TLS_PORT", str(lan.tls_port))

    code, said = tallyloop(f"sqlite:///{tmp_path}/x.db", tmp_path, "serve", "--lan")

    assert (code, said.split(":")[0]) == (1, "port_taken")
    assert not (tmp_path / "x.db").exists()
