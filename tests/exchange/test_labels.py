"""Labels scan back to what they name: printed as PDF, drawn as pixels, read by a reader, asked of the server."""

import re

import pypdfium2
import pytest
import zxingcpp

from server.errors import every_refusal
from server.exchange.label_sheets import SHEETS

SSCC = "095060001343524017"[:17]


def sscc():
    total = sum(int(digit) * (3 if n % 2 == 0 else 1) for n, digit in enumerate(SSCC))
    return SSCC + str(-total % 10)


@pytest.fixture
def stock(given):
    """A warehouse with one of everything that can have a label."""
    for code in ("A-01", "A-02", "B-01", "冷库-01"):
        given.place(code, zone=code[0])
    given.item("TEA", "Oolong tea 乌龙茶 100 g", lot_tracked=True)
    given.code("TEA", "9506000134352")
    given.lot("TEA", "L-7/b", "2027-01-31")
    given.lot("TEA", "A(21)B")
    given.item("MILK", "Milk", lot_tracked=True)
    given.lot("MILK", "M1")
    given.item("RICE", "Rice")
    given.code("RICE", "BX-000001")
    for code in ("PALLET-1", sscc()):
        given.admin.post("/containers", {"id": given_id(), "warehouse": "WH1", "code": code}).ok()
    return given


def given_id():
    from server.ids import new_id

    return new_id()


def printed(worker, **asked):
    return worker.post("/labels", {"warehouse": "WH1", **asked}).ok().body


def scanned(pdf):
    """What a reader sees on each page, in reading order."""
    found = []
    for page in pypdfium2.PdfDocument(pdf):
        image = page.render(scale=4).to_pil().convert("L")
        codes = sorted(
            zxingcpp.read_barcodes(image, text_mode=zxingcpp.TextMode.Plain),
            key=lambda one: (one.position.top_left.y // 60, one.position.top_left.x),
        )
        found += [
            f"{one.symbology_identifier}{one.text}" if one.content_type == zxingcpp.ContentType.GS1 else one.text
            for one in codes
        ]
    return found


def named(worker, text):
    return worker.get("/identify", warehouse="WH1", code=text).ok().body


SYMBOLS = ("code128", "qr", "datamatrix")


@pytest.mark.parametrize("symbology", SYMBOLS)
@pytest.mark.parametrize("sheet", ["a4-24", "100x50", "60x40"])
def test_locations_scan_back(stock, symbology, sheet):
    li = stock.staff()

    texts = scanned(printed(li, kind="location", locations=["B-01", "A-02", "A-01"], symbology=symbology, sheet=sheet))

    assert [named(li, text)["location"] for text in texts] == ["B-01", "A-02", "A-01"]


@pytest.mark.parametrize("symbology", SYMBOLS)
def test_items_scan_back_by_their_code_or_their_sku(stock, symbology):
    li = stock.staff()

    texts = scanned(printed(li, kind="item", skus=["TEA", "MILK", "RICE"], symbology=symbology, sheet="a4-10"))

    assert [(named(li, text)["kind"], named(li, text)["sku"]) for text in texts] == [
        ("item", "TEA"),
        ("item", "MILK"),
        ("item", "RICE"),
    ]


@pytest.mark.parametrize("symbology", SYMBOLS)
def test_lots_scan_back_with_lot_and_expiry_with_and_without_a_gtin(stock, symbology):
    li = stock.staff()
    lots = [{"sku": "TEA", "lot": "L-7/b"}, {"sku": "MILK", "lot": "M1"}, {"sku": "TEA", "lot": "A(21)B"}]

    texts = scanned(printed(li, kind="lot", lots=lots, symbology=symbology, sheet="100x50"))

    told = [named(li, text) for text in texts]
    assert [(one["sku"], one["lot"], one.get("expiry")) for one in told] == [
        ("TEA", "L-7/b", "2027-01-31"),
        ("MILK", "M1", None),
        ("TEA", "A(21)B", None),
    ]


@pytest.mark.parametrize("symbology", SYMBOLS)
def test_containers_scan_back_by_sscc_or_by_their_own_code(stock, symbology):
    li = stock.staff()

    texts = scanned(printed(li, kind="container", containers=[sscc(), "PALLET-1"], symbology=symbology, sheet="100x50"))

    assert [named(li, text)["container"] for text in texts] == [sscc(), "PALLET-1"]


def test_a_zone_is_printed_by_its_path_with_copies(stock):
    texts = scanned(printed(stock.staff(), kind="location", zone="A", copies=2))

    assert texts == ["A-01", "A-01", "A-02", "A-02"]


def test_chinese_codes_go_into_qr_and_nowhere_else(stock):
    li = stock.staff()

    assert scanned(printed(li, kind="location", locations=["冷库-01"])) == ["冷库-01"]
    no = li.post("/labels", {"warehouse": "WH1", "kind": "location", "locations": ["冷库-01"], "symbology": "code128"})
    assert (no.status, no.code) == (422, "label_does_not_fit")


def test_what_does_not_fit_on_a_small_label_is_refused_before_the_paper_is_spent(stock):
    stock.place("AN-EXTREMELY-LONG-LOCATION-CODE-THAT-NOBODY-CAN-READ-FROM-A-FORK-LIFT")
    place = "AN-EXTREMELY-LONG-LOCATION-CODE-THAT-NOBODY-CAN-READ-FROM-A-FORK-LIFT"
    asked = {"warehouse": "WH1", "kind": "location", "locations": [place], "symbology": "code128", "sheet": "50x30"}

    assert stock.staff().post("/labels", asked).code == "label_does_not_fit"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"kind": "location", "locations": ["Z-99"]}, "location_unknown"),
        ({"kind": "location", "zone": "nowhere"}, "no_labels"),
        ({"kind": "location", "copies": 0}, "invalid_input"),
        ({"kind": "item"}, "invalid_input"),
        ({"kind": "item", "skus": ["NONE"]}, "item_unknown"),
        ({"kind": "lot", "lots": [{"sku": "TEA", "lot": "none"}]}, "lot_unknown"),
        ({"kind": "container", "containers": ["none"]}, "container_unknown"),
        ({"kind": "location", "sheet": "a5"}, "invalid_input"),
        ({"kind": "item", "skus": ["TEA"] * 1001, "copies": 2}, "too_many_labels"),
    ],
)
def test_what_cannot_be_printed_says_why(stock, asked, code):
    reply = stock.staff().post("/labels", {"warehouse": "WH1", **asked})

    assert reply.code == code or (code == "invalid_input" and reply.status == 422), reply.body
    assert reply.code in {kind.code for kind in every_refusal()}


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_sheet_holds_as_many_as_it_says(stock, sheet):
    form = SHEETS[sheet]
    on_page = form.across * form.down

    pdf = pypdfium2.PdfDocument(
        printed(stock.staff(), kind="location", locations=["A-01"], copies=on_page + 1, sheet=sheet)
    )

    assert len(pdf) == 2
    right, bottom = (
        form.corner[n] + (count - 1) * form.pitch[n] + form.label[n] for n, count in ((0, form.across), (1, form.down))
    )
    assert right <= form.page[0] and bottom <= form.page[1]


def test_zpl_is_one_job_a_label_and_cannot_be_commanded_by_a_name(stock):
    stock.item("EVIL", "Tea^XZ~JA\\^FS")
    stock.code("EVIL", "A^FS~B")

    job = printed(
        stock.staff(), kind="item", skus=["EVIL", "TEA"], form="zpl", symbology="code128", sheet="60x40"
    ).decode()

    labels = job.split("^XA")[1:]
    assert len(labels) == 2 and all(label.count("^XZ") == 1 and label.rstrip().endswith("^XZ") for label in labels)
    assert "~" not in job and re.findall(r"\^PW(\d+)\^LL(\d+)", job) == [("480", "320")] * 2
    assert "^BCN" in labels[1] and "(01)09506000134352" in labels[1]


def test_zpl_carries_function_one_in_a_gs1_datamatrix(stock):
    lots = [{"sku": "TEA", "lot": "L-7/b"}]

    job = printed(stock.staff(), kind="lot", lots=lots, form="zpl", symbology="datamatrix", sheet="60x40").decode()

    assert "^FD_101095060001343521727013110L-7/b^FS" in job


def test_brackets_in_a_lot_are_no_identifiers_for_a_label_printer(stock):
    lots = [{"sku": "TEA", "lot": "A(21)B"}]
    asked = {"warehouse": "WH1", "kind": "lot", "lots": lots, "form": "zpl", "sheet": "100x50"}

    assert "10A(21)B^FS" in printed(stock.staff(), **asked | {"symbology": "qr"}).decode()
    assert stock.staff().post("/labels", asked | {"symbology": "code128"}).code == "label_does_not_fit"
