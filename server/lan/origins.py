"""The address that phones were told last time. A phone keeps its queue for one origin only."""

import json
import os
import secrets
from pathlib import Path

from server.lan.addresses import EVERYWHERE, LOOPBACK

CHANGED = """
  ! The address changed: it was {before} and is {now}.
    Phones keep unsent scans for the old address only. If any phone still has some, give this machine its old address
    back (a DHCP reservation in the router), let them send, and change it then.
  ! 地址已变更：原为 {before}，现为 {now}。
    手机未上传的扫描只保存在旧地址下。如有手机尚未上传，请先恢复旧地址（在路由器中设置 DHCP 保留），上传后再更换。
"""


def told_before(folder):
    """{"host", "port"} of the last start, `None` at the first."""
    try:
        return json.loads((Path(folder) / "origin.json").read_text())
    except (FileNotFoundError, ValueError):
        return None


def choose(before, addresses, host=""):
    """The host to show: the configured one, else the one of last time while it is still ours, else the likeliest."""
    if host not in EVERYWHERE:
        return host
    if before and before["host"] in addresses and before["host"] not in LOOPBACK:
        return before["host"]
    return addresses[0]


def remember(folder, doors):
    """Keep what is shown now; gives a warning if phones know another origin, that no longer leads here."""
    before = told_before(folder)
    Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = Path(folder) / f"origin.json.{secrets.token_hex(4)}"
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({"host": doors.shown, "port": doors.tls_port}, file)
    draft.replace(Path(folder) / "origin.json")
    still_leads_here = before is None or (before["host"] in doors.hosts and before["port"] == doors.tls_port)
    if still_leads_here:
        return None
    known = f"https://{before['host']}:{before['port']}"
    return CHANGED.format(before=known, now=doors.origin())
