"""The local authority and the certificate that it signs for this machine (X.509 as RFC 5280 has it).

Kept in the data folder under `tls/`, each certificate in one file with its key, so that two starts at once can never
pair the key of one with the certificate of the other.
"""

import os
import secrets
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server.errors import Refusal
from server.lan.addresses import PRIVATE, SUFFIXES, as_address, is_private

AUTHORITY_DAYS = 3653  # ten years: phones are set up once
LEAF_DAYS = 397  # browsers refuse more than 398 of public authorities, Apple more than 825 of private ones
RENEW_DAYS = 30
CLOCK_SLACK = timedelta(days=1)  # a handheld's clock may be behind


class HostOutsideAuthority(Refusal):
    """The configured host came later than the authority, which may not speak for it."""

    code = "host_outside_authority"
    en = (
        "The certificate authority in {folder} may not sign for {host}. Set TALLYLOOP_HOST to an address that it may,"
        " or move {folder} away: a new authority is made then, and every phone has to be set up again."
    )
    zh = (
        "{folder} 中的证书颁发机构无权为 {host} 签发证书。请把 TALLYLOOP_HOST 改为允许的地址,"
        "或移走 {folder}:系统会新建颁发机构,所有手机需要重新设置。"
    )


@dataclass(frozen=True)
class Signed:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def der(self):
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self):
        """Certificate, then key: what is kept."""
        return self.certificate.public_bytes(serialization.Encoding.PEM) + self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @property
    def fingerprint(self):
        """SHA-256 of the certificate in capitals and pairs, as phones show it."""
        return self.certificate.fingerprint(hashes.SHA256()).hex(":").upper()

    def days_left(self, now):
        """Until it ends; negative when it has."""
        return (self.certificate.not_valid_after_utc - now) / timedelta(days=1)


def ensure_authority(folder, host="", now=None):
    """The authority of this data folder, made at the first start; gives (it, whether it is new).

    Raises `HostOutsideAuthority` if it exists and may not sign for the configured host.
    """
    now = now or datetime.now(UTC)
    kept = _read(Path(folder) / "authority.pem")
    if kept and kept.days_left(now) > RENEW_DAYS:
        if not may_sign(kept, host):
            raise HostOutsideAuthority(host=host, folder=folder)
        return kept, False
    made = _make_authority(host, now)
    _keep(Path(folder) / "authority.pem", made)
    return made, True


def ensure_leaf(folder, authority, names, addresses, now=None):
    """A leaf for exactly these names and addresses, signed anew when they changed or it ends soon; (it, is new)."""
    now = now or datetime.now(UTC)
    kept = _read(Path(folder) / "server.pem")
    if kept and _fits(kept, authority, names, addresses) and kept.days_left(now) > RENEW_DAYS:
        return kept, False
    made = sign_leaf(authority, names, addresses, now)
    _keep(Path(folder) / "server.pem", made)
    return made, True


def sign_leaf(authority, names, addresses, now):
    """A server certificate. It signs what it is told; whoever verifies it holds it to the authority's limits."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _called("Tallyloop server")
    ends = min(now + timedelta(days=LEAF_DAYS), authority.certificate.not_valid_after_utc)
    builder = _started(subject, authority.certificate.subject, key, now, ends)
    identifier = authority.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    for extension, critical in (
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_usage(digital_signature=True), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (_subject_names(names, addresses), False),
        (x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), False),
    ):
        builder = builder.add_extension(extension, critical)
    return Signed(builder.sign(authority.key, hashes.SHA256()), key)


def may_sign(authority, host):
    """Whether the configured host lies inside the authority's own limits."""
    limits = authority.certificate.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees
    address = as_address(host)
    if address:
        networks = [each.value for each in limits if isinstance(each, x509.IPAddress)]
        return address.is_unspecified or any(address in each for each in networks if each.version == address.version)
    suffixes = [each.value for each in limits if isinstance(each, x509.DNSName)]
    return "." not in host or _below(host, suffixes)


def _make_authority(host, now):
    key = ec.generate_private_key(ec.SECP256R1())
    label = f"Tallyloop {socket.gethostname()} {now:%Y-%m-%d}"[:64]  # X.520 allows 64; told apart in a phone's list
    name = _called(label)
    builder = _started(name, name, key, now, now + timedelta(days=AUTHORITY_DAYS))
    for extension, critical in (
        (x509.BasicConstraints(ca=True, path_length=0), True),
        (_usage(key_cert_sign=True, crl_sign=True), True),
        (x509.NameConstraints(_limits(host), excluded_subtrees=None), True),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
    ):
        builder = builder.add_extension(extension, critical)
    return Signed(builder.sign(key, hashes.SHA256()), key)


def _limits(host):
    """Private networks and names, and the configured host if it is neither."""
    found = [*map(x509.IPAddress, PRIVATE), *map(x509.DNSName, SUFFIXES)]
    address = as_address(host)
    if address and not address.is_unspecified and not is_private(address):
        found.append(x509.IPAddress(ip_network(address)))
    if "." in host and not address and not _below(host, SUFFIXES):
        found.append(x509.DNSName(host.lower()))
    return found


def _below(host, suffixes):
    return any(f".{host.lower()}".endswith(f".{each}") for each in suffixes)


def _fits(leaf, authority, names, addresses):
    held = leaf.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    try:
        leaf.certificate.verify_directly_issued_by(authority.certificate)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return set(held) == set(_subject_names(names, addresses))


def _subject_names(names, addresses):
    return x509.SubjectAlternativeName(
        [*map(x509.DNSName, names), *(x509.IPAddress(as_address(each)) for each in addresses)]
    )


def _started(subject, issuer, key, now, ends):
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCK_SLACK)
        .not_valid_after(ends)
    )


def _called(name):
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Tallyloop"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )


def _usage(**wanted):
    every = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign"
        " encipher_only decipher_only"
    ).split()
    return x509.KeyUsage(**{each: wanted.get(each, False) for each in every})


def _read(path):
    """What is kept there, `None` if there is nothing or it is no certificate with its key."""
    try:
        pem = path.read_bytes()
        return Signed(x509.load_pem_x509_certificate(pem), serialization.load_pem_private_key(pem, None))
    except (FileNotFoundError, ValueError):
        return None


def _keep(path, signed):
    """Readable by the owner only from its first byte, and never half written."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(signed.pem)
    draft.replace(path)
