"""The local authority and the certificate of this machine: kept, and signed anew when that is due.

Kept in the data folder under `tls/`, each certificate in one file with its key, so that two starts at once can never
pair the key of one with the certificate of the other.
"""

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization

from server.errors import Refusal
from server.lan.sign import Signed, make_authority, may_sign, sign_leaf, subject_names

RENEW_DAYS = 30


class HostOutsideAuthority(Refusal):
    """The configured host came later than the authority, which may not speak for it."""

    code = "host_outside_authority"
    en = (
        "The certificate authority in {folder} may not sign for {host}. Set TALLYLOOP_HOST to an address that it may,"
        " or move {folder} away: a new authority is made then, and every phone has to be set up again."
    )
    zh = (
        "{folder} 中的证书颁发机构无权为 {host} 签发证书。请把 TALLYLOOP_HOST 改为允许的地址，"
        "或移走 {folder}：系统会新建颁发机构，所有手机需要重新设置。"
    )


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
    made = make_authority(host, now)
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


def _fits(leaf, authority, names, addresses):
    held = leaf.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    try:
        leaf.certificate.verify_directly_issued_by(authority.certificate)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return set(held) == set(subject_names(names, addresses))


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
