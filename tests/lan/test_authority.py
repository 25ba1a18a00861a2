"""The authority signs for this network and nothing else, whoever holds its key."""

import plistlib
import stat
import subprocess
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from server.lan.authority import HostOutsideAuthority, ensure_authority, ensure_leaf
from server.lan.profile import profile
from server.lan.sign import sign_leaf

NOW = datetime.now(UTC).replace(microsecond=0)
NAMES = ["halle.local", "localhost"]
ADDRESSES = ["192.168.1.9", "fd00::2", "127.0.0.1", "::1"]


@pytest.fixture
def authority(tmp_path):
    """A new one, in `tmp_path`."""
    return ensure_authority(tmp_path)[0]


def openssl_verify(folder, authority, leaf, *words):
    """(whether OpenSSL believes it, what it said)."""
    trusted, shown = folder / "trusted.crt", folder / "shown.crt"
    trusted.write_bytes(authority.certificate.public_bytes(Encoding.PEM))
    shown.write_bytes(leaf.certificate.public_bytes(Encoding.PEM))
    command = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", trusted, *words, shown]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode == 0, done.stdout + done.stderr


def strict_verify(authority, leaf, name):
    """Raises `VerificationError` unless a verifier of the Web PKI's strictness believes it."""
    subject = x509.DNSName(name) if name[-1].isalpha() else x509.IPAddress(ip_address(name))
    verifier = PolicyBuilder().store(Store([authority.certificate])).time(NOW).build_server_verifier(subject)
    verifier.verify(leaf.certificate, [])


@pytest.mark.parametrize("name", [*NAMES, *ADDRESSES[:3]])
def test_the_leaf_is_believed_for_every_name_and_address_of_this_machine(authority, tmp_path, name):
    leaf, _ = ensure_leaf(tmp_path, authority, NAMES, ADDRESSES)
    wanted = ("-verify_hostname", name) if name[-1].isalpha() else ("-verify_ip", name)

    strict_verify(authority, leaf, name)
    assert openssl_verify(tmp_path, authority, leaf, *wanted) == (True, f"{tmp_path / 'shown.crt'}: OK\n")


@pytest.mark.parametrize(
    ("names", "addresses"),
    [
        (["example.com"], []),
        (["bank.example.com", "halle.local"], []),
        (["evillocal"], []),
        ([], ["8.8.8.8"]),
        ([], ["192.168.1.9", "172.32.0.1"]),
        ([], ["2001:db8::1"]),
    ],
)
def test_a_stolen_key_cannot_speak_for_anybody_else(authority, tmp_path, names, addresses):
    forged = sign_leaf(authority, names, addresses, NOW)

    believed, said = openssl_verify(tmp_path, authority, forged)
    assert not believed
    assert "error 47" in said  # X509_V_ERR_PERMITTED_VIOLATION
    with pytest.raises(VerificationError):
        strict_verify(authority, forged, (names or addresses)[0])


def test_the_leaf_is_what_phones_ask_for(authority, tmp_path):
    """Apple 103769: names in the SAN, serverAuth, at most 825 days, SHA-2."""
    leaf = ensure_leaf(tmp_path, authority, NAMES, ADDRESSES)[0].certificate
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value

    assert [each.dotted_string for each in usage] == ["1.3.6.1.5.5.7.3.1"]
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= timedelta(days=398)
    assert leaf.signature_hash_algorithm.name == "sha256"


def test_the_limits_are_critical_and_the_authority_signs_no_other_authority(authority):
    extensions = authority.certificate.extensions

    assert extensions.get_extension_for_class(x509.NameConstraints).critical
    assert extensions.get_extension_for_class(x509.BasicConstraints).value == x509.BasicConstraints(True, 0)
    assert authority.certificate.not_valid_after_utc - NOW > timedelta(days=3650)


def test_authority_and_leaf_stay_what_they_are(tmp_path):
    first, new = ensure_authority(tmp_path)
    again, new_again = ensure_authority(tmp_path)
    leaf, signed = ensure_leaf(tmp_path, first, NAMES, ADDRESSES)
    same, signed_again = ensure_leaf(tmp_path, again, NAMES, list(reversed(ADDRESSES)))

    assert (new, new_again, signed, signed_again) == (True, False, True, False)
    assert (first.der, leaf.der) == (again.der, same.der)


def test_a_leaf_is_signed_anew_when_addresses_change_or_it_ends_soon(authority, tmp_path):
    def signed(addresses, days=0):
        return ensure_leaf(tmp_path, authority, NAMES, addresses, NOW + timedelta(days=days))[1]

    assert signed(["10.0.0.1"])
    assert signed(["10.0.0.2"])
    assert not signed(["10.0.0.2"], days=360)
    assert signed(["10.0.0.2"], days=370)
    assert not signed(["10.0.0.2"], days=371)


def test_a_leaf_of_another_authority_is_not_kept(authority, tmp_path):
    ensure_leaf(tmp_path, authority, NAMES, ADDRESSES)
    (tmp_path / "authority.pem").unlink()
    other, _ = ensure_authority(tmp_path)

    assert ensure_leaf(tmp_path, other, NAMES, ADDRESSES)[1]


def test_keys_are_for_the_owner_only(authority, tmp_path):
    ensure_leaf(tmp_path / "tls", ensure_authority(tmp_path / "tls")[0], NAMES, ADDRESSES)

    kept = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "tls").iterdir()}
    assert kept == {"authority.pem": 0o600, "server.pem": 0o600}
    assert stat.S_IMODE((tmp_path / "tls").stat().st_mode) == 0o700


@pytest.mark.parametrize("host", ["192.0.2.7", "stock.example.com"])
def test_a_configured_host_is_inside_the_limits_of_a_new_authority_only(tmp_path, host):
    names, addresses = ([host], []) if host[-1].isalpha() else ([], [host])
    new, _ = ensure_authority(tmp_path / "new", host)
    ensure_authority(tmp_path / "old")

    strict_verify(new, sign_leaf(new, names, addresses, NOW), host)
    with pytest.raises(HostOutsideAuthority):
        ensure_authority(tmp_path / "old", host)


def test_the_profile_is_a_plist_with_the_authority_and_is_the_same_every_time(authority):
    first, second = profile(authority.der, "Tallyloop hall"), profile(authority.der, "Tallyloop hall")
    read = plistlib.loads(first)
    (payload,) = read["PayloadContent"]

    assert first == second
    assert (read["PayloadType"], payload["PayloadType"]) == ("Configuration", "com.apple.security.root")
    assert payload["PayloadContent"] == authority.der
    assert read["PayloadUUID"] != payload["PayloadUUID"]
