"""How a certificate is made: the authority's own, with its limits, and those that it signs (X.509, RFC 5280)."""

import socket
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server.lan.addresses import PRIVATE, SUFFIXES, as_address, is_private

AUTHORITY_DAYS = 3653  # ten years: phones are set up once
LEAF_DAYS = 397  # browsers refuse more than 398 of public authorities, Apple more than 825 of private ones
CLOCK_SLACK = timedelta(days=1)  # a handheld's clock may be behind


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


def make_authority(host, now):
    """An authority limited to private networks and names, and to the configured host."""
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
        (subject_names(names, addresses), False),
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


def subject_names(names, addresses):
    """Names and addresses as the extension that holds them."""
    return x509.SubjectAlternativeName(
        [*map(x509.DNSName, names), *(x509.IPAddress(as_address(each)) for each in addresses)]
    )


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
