"""Spreadsheets in and out."""

import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from server.exchange.rules import guard, unguard

OPENING = "warehouse,location,sku,lot,expiry,quantity\nWH1,A-01,TEA,,,12.5\nWH1,A-01,MILK,L1,2027-01-31,3\n"


def send(worker, kind, content, name="sheet.csv", **query):
    raw = content.encode() if isinstance(content, str) else content
    return worker.ask("POST", f"/imports/{kind}", files={"file": (io.BytesIO(raw), name)}, **query)


def xlsx(*rows):
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def mistakes(reply):
    return [(one["row"], one["column"], one["code"]) for one in reply.ok()["errors"]]


@pytest.mark.parametrize(
    "content",
    [
        "sku,name,unit_cost,lot_tracked\nTEA,Tea,1.5,yes\n",
        "\ufeffSKU;Name;Unit cost;Lot_Tracked\r\nTEA;Tea;1.5;TRUE\r\n",
        "sku\tname\tunit_cost\tlot_tracked\nTEA\tTea\t1.5\t1\n",
        "物料编码,名称,单价,批次管理\nTEA,Tea,1.5,是\n".encode("gb18030"),
        xlsx(["sku", "name", "unit_cost", "lot_tracked"], ["TEA", "Tea", 1.5, True]),
    ],
)
def test_a_sheet_is_read_however_it_was_saved(given, content):
    assert send(given.admin, "items", content).ok().body == {"rows": 1, "accepted": 1, "errors": [], "ignored": []}

    item = given.admin.get("/items/TEA").ok()
    assert (item["name"], item["unit_cost"], item["lot_tracked"]) == ("Tea", "1.5000", True)


def test_all_mistakes_are_told_at_once_and_nothing_is_written(given):
    sheet = "sku,name,unit_cost,abc\nTEA,Tea,1,A\n,Nameless,x,D\nTEA,Again,1,\n\nRICE,Rice,-1,B\n"

    reply = send(given.admin, "items", sheet)

    assert mistakes(reply) == [
        (3, "sku", "required"),
        (3, "unit_cost", "not_number"),
        (3, "abc", "not_a_choice"),
        (4, "sku", "already_used"),
        (6, "unit_cost", "out_of_range"),
    ]
    assert (reply["rows"], reply["accepted"]) == (4, 0)
    assert given.admin.get("/items").items == []


def test_the_good_rows_can_be_taken_alone(given):
    reply = send(given.admin, "items", "sku,name\nTEA,Tea\n,x\n", partial="true")

    assert (reply["accepted"], len(reply["errors"])) == (1, 1)
    assert [item["sku"] for item in given.admin.get("/items").items] == ["TEA"]


def test_a_rehearsal_writes_nothing(given):
    assert send(given.admin, "items", "sku,name\nTEA,Tea\n", dry_run="true")["accepted"] == 1
    assert given.admin.get("/items").items == []


def test_mistakes_are_told_in_the_readers_language(given):
    files = {"file": (io.BytesIO(b"sku,name\n,x\n"), "a.csv")}
    reply = given.admin.ask("POST", "/imports/items", files=files, headers={"Accept-Language": "zh-CN"})

    assert reply["errors"][0]["detail"] == "sku 缺少此项"


def test_a_blank_cell_leaves_what_is_known(given):
    given.item("TEA", unit_cost="2", abc="A")

    send(given.admin, "items", "sku,name,abc\nTEA,Green tea,\n").ok()

    item = given.admin.get("/items/TEA")
    assert (item["name"], item["unit_cost"], item["abc"]) == ("Green tea", "2.0000", "A")


def test_codes_and_places_name_their_owners(given):
    given.code("TEA", "6901234567892")
    given.item("RICE")
    given.warehouse()

    codes = send(given.admin, "codes", "sku,code,pack_quantity\nRICE,06901234567892,1\nNO,X,1\nRICE,R,0\n")
    places = send(given.admin, "locations", "warehouse,code\nWH1,A-01\nWH9,A-01\nWH1,LOSS\nWH1,A-01\n")

    assert mistakes(codes) == [(2, "code", "code_taken"), (3, "sku", "unknown"), (4, "pack_quantity", "out_of_range")]
    assert mistakes(places) == [
        (3, "warehouse", "unknown"),
        (4, "code", "virtual_location"),
        (5, "code", "already_used"),
    ]


@pytest.fixture
def shelves(given):
    """A shelf, tea, and milk by the lot."""
    given.place("A-01")
    given.item("TEA", unit_cost="2")
    given.item("MILK", lot_tracked=True)
    return given


def test_opening_stock_is_posted_once_however_often_the_file_comes(shelves):
    for _ in range(3):
        assert send(shelves.admin, "opening", OPENING).ok()["accepted"] == 2

    assert shelves.admin.stock() == {("A-01", "TEA", ""): "12.500", ("A-01", "MILK", "L1"): "3.000"}
    assert [move["kind"] for move in shelves.ledger()] == ["opening", "opening"]
    assert shelves.admin.get("/lots", sku="MILK").items[0]["expiry"] == "2027-01-31"
    assert shelves.differences() == []


def test_an_open_position_is_corrected_by_a_count_not_by_a_file(shelves):
    send(shelves.admin, "opening", OPENING).ok()

    again = send(shelves.admin, "opening", OPENING.replace("12.5", "13").replace("01-31", "01-30"))

    assert mistakes(again) == [(2, "quantity", "opening_exists"), (3, "expiry", "expiry_differs")]


def test_opening_rows_must_fit_the_books(shelves):
    rows = (
        "WH1,B-99,TEA,,,1\nWH1,A-01,NO,,,1\nWH1,A-01,MILK,,,1\nWH1,A-01,TEA,L,,1\nWH1,LOSS,TEA,,,1\nWH1,A-01,TEA,,,-1"
    )

    reply = send(shelves.admin, "opening", "warehouse,location,sku,lot,expiry,quantity\n" + rows)

    assert mistakes(reply) == [
        (2, "location", "unknown"),
        (3, "sku", "unknown"),
        (4, "lot", "required"),
        (5, "lot", "lot_not_tracked"),
        (6, "location", "unknown"),
        (7, "quantity", "out_of_range"),
    ]


def test_people_sign_in_with_what_the_sheet_gave_them(given):
    given.warehouse()
    sheet = "username,name,roles,password,pin\nzhang,张三,WH1:staff,a-long-password,\nwu,Wu,*:boss,short,12\n"

    reply = send(given.admin, "people", sheet, partial="true")

    assert [(column, code) for _, column, code in mistakes(reply)] == [
        ("roles", "not_a_choice"),
        ("password", "not_a_password"),
        ("pin", "not_a_pin"),
    ]
    assert given.sign_in("zhang").person["name"] == "张三"
    assert send(given.supervisor(), "people", sheet).code == "no_permission"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "spreadsheet_unreadable"),
        (b"\n\n", "spreadsheet_unreadable"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "spreadsheet_unreadable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", "spreadsheet_unreadable"),
        (b"PK\x03\x04 no zip", "spreadsheet_unreadable"),
        (b'sku,name\n"TEA,Tea', "spreadsheet_unreadable"),
        (b"\xff\xfe\xff\xfe", "spreadsheet_unreadable"),
        (b"name\nTea\n", "columns_missing"),
        (b"sku,name\n" + b"T,x\n" * 50_001, "too_many_rows"),
    ],
)
def test_a_broken_file_is_refused_with_a_word(given, content, code):
    assert send(given.admin, "items", content).code == code


def test_a_bomb_is_refused_before_it_is_unpacked(given):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * 150_000_000)

    assert send(given.admin, "items", out.getvalue(), "bomb.xlsx").code == "spreadsheet_unreadable"


def test_a_workbook_with_entities_is_refused(given):
    good, out = zipfile.ZipFile(io.BytesIO(xlsx(["sku", "name"], ["a", "b"]))), io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for part in good.namelist():
            raw = good.read(part)
            if part == "xl/worksheets/sheet1.xml":
                raw = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + raw
            packed.writestr(part, raw)

    assert send(given.admin, "items", out.getvalue(), "x.xlsx").code == "spreadsheet_unreadable"


def test_an_unknown_kind_names_those_there_are(given):
    reply = send(given.admin, "gifts", "a\n")

    assert (reply.status, reply.code) == (422, "kind_unknown")
    assert "opening" in reply["detail"]


@pytest.mark.parametrize("kind", ["items", "codes", "locations", "opening", "reasons", "people"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_goes_out_comes_back_and_changes_nothing(shelves, kind, form):
    shelves.code("TEA", "=SUM(A1)", pack="2.5")
    send(shelves.admin, "opening", OPENING).ok()
    file = shelves.admin.get(f"/exports/{kind}.{form}").ok().body

    if kind == "opening":  # its moves are the book's: what is out is what is in
        assert send(shelves.admin, kind, file, dry_run="true").ok()["accepted"] == 2
        return
    assert send(shelves.admin, kind, file).ok()["errors"] == []
    assert shelves.admin.get(f"/exports/{kind}.csv").ok().body == shelves.admin.get(f"/exports/{kind}.csv").ok().body
    assert shelves.admin.get("/codes").items[0]["code"] == "=SUM(A1)"


def test_nothing_that_goes_out_runs_as_a_formula(given):
    given.item("TEA", name='=HYPERLINK("http://x")')

    csv = given.admin.get("/exports/items.csv").ok().body.decode("utf-8-sig")
    book = load_workbook(io.BytesIO(given.admin.get("/exports/items.xlsx").ok().body))

    assert "'=HYPERLINK" in csv
    assert [cell.data_type for cell in book.active[2][:2]] == ["s", "s"]


@pytest.mark.parametrize("text", ["=1", "'=1", "''+", "plain", "'plain", "-5", "@x", "", "'"])
def test_the_guard_comes_off_again(text):
    assert unguard(guard(text)) == text


def test_stock_is_never_exported_to_those_who_count(given):
    given.shelf("A-01", tea=40)

    assert given.staff().get("/exports/opening.csv").code == "no_permission"
    assert given.supervisor().get("/exports/opening.csv").ok().body.decode("utf-8-sig").count("TEA") == 1
