"""What the machine calls itself, and what it may call itself."""

from ipaddress import ip_address

import pytest

from server.lan.addresses import is_private, own_addresses, own_names
from server.lan.doors import Doors
from server.lan.origins import choose, remember


@pytest.mark.parametrize(
    ("address", "private"),
    [
        *[
            (each, True)
            for each in ("10.1.2.3", "172.31.0.1", "192.168.1.9", "127.0.0.1", "169.254.7.7", "fd00::2", "::1")
        ],
        *[(each, False) for each in ("172.32.0.1", "8.8.8.8", "192.0.2.2", "100.64.0.1", "2001:db8::1")],
    ],
)
def test_private_is_what_no_router_of_the_internet_knows(address, private):
    assert is_private(address) == private


def test_own_addresses_are_private_and_loopback_comes_last():
    found = own_addresses("0.0.0.0")

    assert found[-2:] == ["127.0.0.1", "::1"]
    assert all(is_private(each) for each in found)
    assert len(found) == len(set(map(ip_address, found)))


def test_a_configured_host_comes_first_even_if_it_is_not_private():
    assert own_addresses("192.0.2.77")[0] == "192.0.2.77"
    assert own_names("Stock.Example.com")[0] == "stock.example.com"


@pytest.mark.parametrize(("machine", "named"), [("dev", "dev.local"), ("Halle 3.lan", "halle-3.local")])
def test_a_machine_is_never_named_without_its_network(machine, named, monkeypatch):
    monkeypatch.setattr("socket.gethostname", lambda: machine)

    assert own_names() == [named, "localhost"]


def test_the_address_of_last_time_is_shown_while_it_is_ours():
    now = ["192.168.1.9", "10.0.0.4", "127.0.0.1"]

    assert choose({"host": "10.0.0.4", "port": 8443}, now) == "10.0.0.4"
    assert choose({"host": "10.0.0.5", "port": 8443}, now) == "192.168.1.9"
    assert choose({"host": "10.0.0.4", "port": 8443}, now, "192.168.1.9") == "192.168.1.9"


def test_a_new_address_is_announced_since_phones_keep_their_queue_for_the_old_one(tmp_path):
    monday = Doors("192.168.1.9", ("192.168.1.9", "127.0.0.1"), 8000, 8443)
    tuesday = Doors("192.168.1.20", ("192.168.1.20", "127.0.0.1"), 8000, 8443)

    assert remember(tmp_path, monday) is None
    assert remember(tmp_path, monday) is None
    warning = remember(tmp_path, tuesday)
    assert "https://192.168.1.9:8443" in warning
    assert "https://192.168.1.20:8443" in warning
    assert "地址已变更" in warning
    assert remember(tmp_path, tuesday) is None


def test_a_new_port_is_a_new_address_too(tmp_path):
    remember(tmp_path, Doors("192.168.1.9", ("192.168.1.9",), 8000, 8443))

    assert "https://192.168.1.9:443" in remember(tmp_path, Doors("192.168.1.9", ("192.168.1.9",), 8000, 443))
