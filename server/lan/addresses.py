"""What this machine is called in its own network, learned from the kernel alone: nobody outside is asked."""

import re
import socket
import struct
import sys
from contextlib import suppress
from ipaddress import ip_address, ip_network
from pathlib import Path

PRIVATE = [
    ip_network(each)
    for each in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16"),  # RFC 1918, 1122, 3927
        *("fc00::/7", "fe80::/10", "::1/128"),  # RFC 4193, 4291
    )
]
SUFFIXES = ("local", "lan", "internal", "home.arpa", "localhost")  # names that no public authority signs
EVERYWHERE = ("0.0.0.0", "::", "")  # bound to all addresses, so none of them is meant
LOOPBACK = ("127.0.0.1", "::1")

_SIOCGIFADDR = 0x8915  # Linux: the address of an interface


def is_private(address):
    """Inside the networks that our authority may speak for."""
    address = ip_address(address)
    return any(address in network for network in PRIVATE if network.version == address.version)


def as_address(host):
    """The host as an IP address, `None` if it is a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def own_addresses(host=""):
    """Addresses that a certificate here should hold, as text, the likeliest for a phone first and loopback last.

    `host` is the configured one: somebody said so, hence it counts even where it is not private.
    """
    given = [host] if host not in EVERYWHERE and as_address(host) else []
    found = [each for each in (routed(), *_of_interfaces(), *_own_name_says(), *_of_interfaces_v6()) if each]
    near = [each for each in found if is_private(each) and each not in LOOPBACK]
    return list(dict.fromkeys([*given, *near, *LOOPBACK]))


def own_names(host=""):
    """Names for the certificate: `<machine>.local`, `localhost`, and the configured host if that is a name.

    Never the bare machine name: a machine that somebody called `dev` would make the authority one for all of `.dev`.
    """
    given = [host.lower()] if "." in host and not as_address(host) else []
    label = re.sub(r"[^a-z0-9-]", "-", socket.gethostname().split(".")[0].lower()).strip("-")
    machine = [f"{label}.local"] if label and label not in SUFFIXES else []
    return list(dict.fromkeys([*given, *machine, "localhost"]))


def routed():
    """The address by which packets would leave. UDP: nothing is sent, the kernel only picks a route (RFC 5737)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(("192.0.2.1", 9))
        return probe.getsockname()[0]


def _of_interfaces():
    """IPv4 of every interface: a hall may have no way out and so no route to ask for."""
    if sys.platform != "linux":
        return
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            with suppress(OSError):  # an interface without an address
                asked = struct.pack("256s", name.encode()[:15])
                yield socket.inet_ntoa(fcntl.ioctl(probe, _SIOCGIFADDR, asked)[20:24])


def _of_interfaces_v6():
    """IPv6 of every interface on Linux; link-local ones need a zone, which no browser takes, but harm nobody."""
    listed = Path("/proc/net/if_inet6")
    if listed.exists():
        for line in listed.read_text().splitlines():
            yield str(ip_address(bytes.fromhex(line.split()[0])))


def _own_name_says():
    """Windows and macOS answer for their own name themselves; on Linux the question might go to a name server."""
    if sys.platform == "linux":
        return []
    with suppress(OSError):
        return socket.gethostbyname_ex(socket.gethostname())[2]
    return []
