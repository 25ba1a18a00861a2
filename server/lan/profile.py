"""The authority as an iPhone takes it: a configuration profile (Apple, Configuration Profile Reference)."""

import plistlib
from hashlib import sha256
from uuid import NAMESPACE_URL, uuid5


def profile(der, name):
    """A .mobileconfig that installs the certificate `der`.

    Its UUIDs follow from the certificate, so that installing it twice replaces the first and leaves one in the list.
    """
    mark = sha256(der).hexdigest()
    certificate = {
        "PayloadType": "com.apple.security.root",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"tallyloop.authority.{mark[:16]}.certificate",
        "PayloadUUID": _uuid(mark, "certificate"),
        "PayloadDisplayName": name,
        "PayloadCertificateFileName": "tallyloop.crt",
        "PayloadContent": der,
    }
    return plistlib.dumps(
        {
            "PayloadType": "Configuration",
            "PayloadVersion": 1,
            "PayloadIdentifier": f"tallyloop.authority.{mark[:16]}",
            "PayloadUUID": _uuid(mark, "profile"),
            "PayloadDisplayName": "Tallyloop 账实闭环",
            "PayloadDescription": f"Trust the Tallyloop server of this network: {name}. 信任本网络的服务器。",
            "PayloadOrganization": "Tallyloop",
            "PayloadRemovalDisallowed": False,
            "PayloadContent": [certificate],
        }
    )


def _uuid(mark, part):
    return str(uuid5(NAMESPACE_URL, f"tallyloop:{mark}:{part}")).upper()
