"""What is typed in a terminal: start, stop, import, check."""

import os
import subprocess

from tests.servers import TALLYLOOP, over_http
from tests.worker import Worker


def tallyloop(database_url, folder, *words):
    """Run it to its end; gives (exit code, what it said)."""
    environment = {**os.environ, "DATABASE_URL": database_url, "TALLYLOOP_DATA_DIR": str(folder)}
    done = subprocess.run([TALLYLOOP, *words], env=environment, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def test_a_server_says_where_it_is_and_ends_cleanly(start_server):
    server = start_server()

    said = server.said
    code = server.stop()

    assert server.url in said
    assert "█" in said or "▀" in said  # the QR code
    assert code == 0


def test_a_first_start_prints_a_random_password_that_works_and_a_second_does_not(empty_database_url, tmp_path):
    _, first = tallyloop(empty_database_url, tmp_path, "init")
    _, second = tallyloop(empty_database_url, tmp_path, "init")

    assert "admin / " in first
    assert "admin / " not in second


def test_the_ledger_of_a_new_house_agrees(database_url, tmp_path):
    code, said = tallyloop(database_url, tmp_path, "ledger", "check")

    assert (code, "no differences" in said) == (0, True)


def test_a_dry_run_writes_nothing_and_a_run_writes_all(given, database_url, tmp_path):
    goods = tmp_path / "goods.csv"
    goods.write_text("sku,name,unit\nTEA,Tea,ea\nRICE,Rice,kg\n")

    dry = tallyloop(database_url, tmp_path, "import", "items", str(goods), "--dry-run")
    before = given.admin.get("/items").items
    wet = tallyloop(database_url, tmp_path, "import", "items", str(goods))
    after = given.admin.get("/items").items

    assert (dry[0], wet[0]) == (0, 0), dry + wet
    assert (before, [item["sku"] for item in after]) == ([], ["RICE", "TEA"])


def test_a_bad_row_is_named_and_nothing_is_written(given, database_url, tmp_path):
    goods = tmp_path / "goods.csv"
    goods.write_text("sku,name,unit_cost\nTEA,Tea,2.5\nRICE,Rice,much\n")

    code, said = tallyloop(database_url, tmp_path, "import", "items", str(goods))

    assert code == 1
    assert "row 3, unit_cost: not_number" in said
    assert given.admin.get("/items").items == []


def test_a_new_password_for_the_administrator_is_shown_once_and_works(server, database_url, tmp_path):
    code, said = tallyloop(database_url, tmp_path, "admin", "reset-password")
    password = said.strip().removeprefix("admin / ")

    assert code == 0
    assert Worker(over_http(server.url)).sign_in("admin", password).person["username"] == "admin"
