"""Where the server is reached and what it shows there: its own authority's certificate, or one that somebody brings."""

import re
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from server.errors import Refusal
from server.lan.addresses import own_addresses, own_names
from server.lan.authority import ensure_authority, ensure_leaf
from server.lan.origins import choose, told_before


class CertificateUnreadable(Refusal):
    """`--cert` and `--key` go together and name PEM files."""

    code = "certificate_unreadable"
    en = "--cert and --key go together and name readable PEM files: {why}. Correct the paths and start again."
    zh = "--cert 与 --key 须同时给出，且为可读的 PEM 文件：{why}。请更正路径后重新启动。"


@dataclass(frozen=True)
class Doors:
    """Where the server is reached: what page, terminal and warnings speak of."""

    shown: str  # the host for the QR code
    hosts: tuple  # all hosts that the certificate holds
    setup_port: int
    tls_port: int
    authority_der: bytes = b""
    authority_name: str = ""
    fingerprint: str = ""

    def origin(self, host=None):
        """`https://…` of the app."""
        return f"https://{_bracketed(host or self.shown)}:{self.tls_port}"

    def setup_address(self, host=None):
        """`http://…/setup`."""
        return f"http://{_bracketed(host or self.shown)}:{self.setup_port}/setup"

    @property
    def grouped_fingerprint(self):
        """Eight groups of four bytes, which two people can read to each other."""
        return "  ".join(re.findall(r"(?:\w\w:?){4}", self.fingerprint)).replace(": ", " ")


def signed_doors(settings, folder):
    """Our own authority and leaf; gives the doors, and whether the authority is new."""
    host = settings.host
    addresses, names = own_addresses(host), own_names(host)
    authority, fresh = ensure_authority(folder, host)
    ensure_leaf(folder, authority, names, addresses)
    name = authority.certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value
    doors = Doors(
        shown=choose(told_before(folder), addresses, host),
        hosts=(*addresses, *names),
        setup_port=settings.port,
        tls_port=settings.tls_port,
        authority_der=authority.der,
        authority_name=name,
        fingerprint=authority.fingerprint,
    )
    return doors, fresh


def own_doors(settings, certificate, key):
    """Doors of somebody who brings a certificate: its first name is the address, and there is nothing to set up."""
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate or "", key or "")
        held = x509.load_pem_x509_certificate(Path(certificate).read_bytes())
        named = held.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound) as error:
        raise CertificateUnreadable(why=error) from error
    names = [name for name in named.get_values_for_type(x509.DNSName) if not name.startswith("*")]
    hosts = [*names, *map(str, named.get_values_for_type(x509.IPAddress))]
    shown = hosts[0] if hosts else choose(None, own_addresses(settings.host), settings.host)
    return Doors(shown=shown, hosts=tuple(hosts) or (shown,), setup_port=0, tls_port=settings.tls_port)


def _bracketed(host):
    return f"[{host}]" if ":" in host else host
