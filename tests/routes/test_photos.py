"""Photos through HTTP: whole, in parts, again, damaged, and for whom."""

import hashlib
import os
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.routes.photos import MOST_PART
from tests.house import again, new_id
from tests.pictures import REAL, a_photo, a_png_that_says, an_exif, real
from tests.servers import in_process
from tests.test_statements import watched

MB = 1024 * 1024
EAN = "9000275609022"  # on ean13_01.jpg


@pytest.fixture
def li(given):
    """A counter."""
    return given.staff("li")


def in_parts(worker, photo_id, whole, size=MOST_PART, start=0, **asked):
    """Send all parts from `start` on; gives the last reply."""
    for offset in range(start, len(whole), size):
        reply = worker.send_part(photo_id, whole[offset : offset + size], offset, whole, **asked)
    return reply


def files(app):
    """Every file of the stores, but for the database."""
    folder = app.config["SETTINGS"].data_dir
    return sorted(path.name for name in ("photos", "uploads") for path in (folder / name).rglob("*") if path.is_file())


@pytest.fixture(autouse=True)
def clean(app):
    """The house is shared; its photos are not."""
    for name in files(app):
        for path in app.config["SETTINGS"].data_dir.rglob(name):
            path.unlink()


def test_a_photo_comes_back_without_owner_and_place(li):
    sent = a_photo(size=(640, 480), exif=an_exif(6).tobytes())

    kept = li.take_photo(sent, warehouse="WH1").ok()
    got = li.get(f"/photos/{kept['id']}").ok()

    assert (kept.status, kept["width"], kept["height"], kept["kind"]) == (201, 480, 640, "image/jpeg")
    assert kept["sha256"] == hashlib.sha256(got.body).hexdigest() and kept["bytes"] == len(got.body)
    assert b"Li Wei" not in got.body and b"SERIAL" not in got.body and b"GPS" not in got.body
    assert got.headers["Content-Type"] == "image/jpeg" and got.headers["ETag"] == f'"{kept["sha256"]}"'
    assert got.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert li.ask("GET", f"/photos/{kept['id']}", headers={"If-None-Match": got.headers["ETag"]}).status == 304


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_kind_is_told_by_its_bytes_and_shown_as_such(li, kind):
    kept = li.take_photo(a_photo(kind, size=(900, 300))).ok()
    got = li.get(f"/photos/{kept['id']}")
    small = li.get(f"/photos/{kept['id']}", size="thumb")

    assert got.headers["Content-Type"] == kept["kind"] == f"image/{kind.lower()}"
    assert small.headers["Content-Type"] == "image/jpeg" and len(small.body) < 5000


def test_a_heic_is_kept_as_jpeg(li):
    kept = li.take_photo((REAL.parent / "turned.heic").read_bytes()).ok()

    assert (kept["kind"], kept["width"], kept["height"]) == ("image/jpeg", 120, 160)
    assert li.get(f"/photos/{kept['id']}").body[:3] == b"\xff\xd8\xff"


def test_codes_on_it_are_read_and_named_where_it_was_taken(given, li):
    given.code("TEA", EAN, pack=6)

    (symbol,) = li.take_photo(real("ean13_01.jpg"), decode="true", warehouse="WH1").ok()["symbols"]

    assert (symbol["text"], symbol["symbology"], len(symbol["quad"])) == (EAN, "EAN-13", 4)
    assert {name: symbol["identified"][name] for name in ("kind", "sku", "pack_quantity")} == {
        "kind": "item",
        "sku": "TEA",
        "pack_quantity": "6.000",
    }


def test_a_code_is_named_as_the_catalogue_is_today(given, li):
    kept = li.take_photo(real("ean13_01.jpg"), decode="true", warehouse="WH1").ok()
    assert kept["symbols"][0]["identified"]["kind"] == "unknown"

    given.code("TEA", EAN)

    assert li.get(f"/photos/{kept['id']}/about")["symbols"][0]["identified"]["sku"] == "TEA"


def test_gs1_on_a_photo_is_read_and_a_short_upc_means_the_long_one(given, li):
    given.code("TEA", "049000006346")

    (bars,) = li.take_photo(real("databarexp_01.jpg"), decode="true").ok()["symbols"]
    (short,) = li.take_photo(real("upce_01.png"), decode="true", warehouse="WH1").ok()["symbols"]

    assert bars["gs1"] == {"01": "98898765432106", "3103": "001750"} and "identified" not in bars
    assert (short["text"], short["gs1"], short["identified"]["sku"]) == ("04963406", {"01": "00049000006346"}, "TEA")


def test_a_shelf_is_named_by_as_many_statements_as_a_single_label(given, li, app):
    one = li.take_photo(real("ean13_01.jpg"), decode="true", warehouse="WH1").ok()
    five = li.take_photo(real("shelf_05_2.jpg"), decode="true", warehouse="WH1").ok()

    counts = []
    for kept in (one, five):
        with watched(app) as said:
            li.get(f"/photos/{kept['id']}/about").ok()
        counts.append(len(said))
    assert (len(one["symbols"]), len(five["symbols"])) == (1, 5)
    assert counts[0] == counts[1] <= 4


def test_evidence_that_came_unread_can_be_read_later(li):
    photo = new_id()
    unread = li.take_photo(real("ean13_01.jpg"), id=photo).ok()

    read = li.take_photo(real("ean13_01.jpg"), decode="true", id=photo).ok()

    assert (unread["symbols"], read.status, [each["text"] for each in read["symbols"]]) == ([], 200, [EAN])
    assert li.get(f"/photos/{photo}/about")["symbols"] == read["symbols"]


def test_the_same_photo_again_is_the_same_photo(li, app):
    photo = new_id()
    first = li.take_photo(a_photo(), id=photo, warehouse="WH1")
    before = files(app)

    again = li.take_photo(a_photo(), id=photo, warehouse="WH1")

    assert (first.status, again.status, again.body) == (201, 200, first.body)
    assert files(app) == before


def test_a_photo_sent_many_times_at_once_is_kept_once(li, app):
    photo, send = new_id(), [in_process(app.test_client()) for _ in range(6)]

    def take(client):
        twin = again(li)
        twin.send = client
        return twin.take_photo(a_photo(), id=photo, warehouse="WH1")

    for _ in range(2):
        with ThreadPoolExecutor(6) as pool:
            told = [reply for reply in pool.map(take, send) if reply.code != "photos_waiting"]
    assert {reply.status for reply in told} <= {200, 201} and len({reply["sha256"] for reply in told}) == 1
    assert len(files(app)) == 2 and li.get(f"/photos/{photo}/about")["taken_by"] == "Li"


def test_another_photo_under_the_same_id_is_refused(li):
    photo = new_id()
    first = li.take_photo(a_photo(), id=photo).ok()

    assert (li.take_photo(a_photo(colour=(0, 0, 0)), id=photo).status, first.status) == (409, 201)
    other = a_photo(colour=(1, 2, 3))
    assert li.send_part(photo, other, 0, other).code == "id_reused"
    assert li.get(f"/photos/{photo}/about")["sha256"] == first["sha256"]


def test_a_photo_in_parts_is_the_photo(li, app):
    whole, photo = real("shelf_05_2.jpg"), new_id()
    assert len(whole) > MOST_PART

    assert li.send_part(photo, b"", 0, whole).body == {"received": 0}
    assert li.send_part(photo, whole[:MOST_PART], 0, whole).body == {"received": MOST_PART}
    last = li.send_part(photo, whole[MOST_PART:], MOST_PART, whole)

    assert (last.status, last["id"], last["bytes"]) == (201, photo, len(whole))
    assert li.get(f"/photos/{photo}").body == whole
    assert "uploads" not in str(files(app)) and not [name for name in files(app) if photo in name]
    again = li.send_part(photo, whole[MOST_PART:], MOST_PART, whole)
    assert (again.status, again.body) == (200, last.body)
    assert li.take_photo(whole, id=photo).status == 200


def test_an_upload_that_was_cut_goes_on_from_what_arrived(li):
    whole, photo = real("ean13_01.jpg"), new_id()
    li.send_part(photo, whole[:20_000], 0, whole)

    lost = li.send_part(photo, whole[30_000:40_000], 30_000, whole)
    asked = li.send_part(photo, b"", 0, whole)
    repeated = li.send_part(photo, whole[:20_000], 0, whole)
    done = in_parts(li, photo, whole, 7_000, start=asked["received"], decode="true")

    assert lost.body == asked.body == repeated.body == {"received": 20_000}
    assert (done.status, [each["text"] for each in done["symbols"]]) == (201, [EAN])


def test_an_upload_that_died_after_its_last_part_is_finished_by_the_next_question(li, app):
    """The server was killed between the last byte and the photo."""
    whole, photo = real("ean13_01.jpg"), new_id()
    li.send_part(photo, whole[:-10], 0, whole)
    (path,) = (app.config["SETTINGS"].data_dir / "uploads").iterdir()
    with open(path, "ab") as file:
        file.write(whole[-10:])

    assert li.send_part(photo, b"", 0, whole).status == 201


def test_what_was_damaged_on_the_way_is_thrown_away(li, app):
    whole, photo = real("ean13_01.jpg"), new_id()
    li.send_part(photo, whole[:10_000], 0, whole)

    damaged = li.send_part(photo, whole[10_000:-1] + b"\0", 10_000, whole)

    assert (damaged.status, damaged.code) == (422, "photo_damaged")
    assert files(app) == [] and li.send_part(photo, b"", 0, whole).body == {"received": 0}
    assert in_parts(li, photo, whole).status == 201
    assert li.take_photo(whole, sha256="0" * 64).code == "photo_damaged"
    assert li.take_photo(whole, sha256=hashlib.sha256(whole).hexdigest().upper()).status == 201


def test_a_photo_in_parts_that_is_none_leaves_nothing(li, app):
    for junk in (b"PK\x03\x04" + os.urandom(5000), real("ean13_01.jpg")[:9000]):
        reply = in_parts(li, new_id(), junk, 4000)
        assert reply.code in ("photo_kind_unknown", "photo_broken")
        assert reply.status in (415, 422)
    assert files(app) == []


def test_counters_do_not_see_each_others_shelves(given, li):
    wang, chen = given.staff("wang"), given.supervisor("chen")
    far = given.supervisor("far", warehouse="WH2")
    gone = given.supervisor("ma", "auditor")
    photo = li.take_photo(a_photo(), warehouse="WH1").ok()["id"]
    nowhere = li.take_photo(a_photo()).ok()["id"]

    def seen(worker, photo):
        return {worker.get(f"/photos/{photo}{rest}").status for rest in ("", "?size=thumb", "/about")}

    assert (seen(li, photo), seen(chen, photo), seen(gone, photo)) == ({200}, {200}, {200})
    assert seen(wang, photo) == seen(far, photo) == seen(wang, nowhere) == {404}
    assert seen(far, nowhere) == seen(chen, nowhere) == {200}
    assert seen(wang, new_id()) == {404}
    assert wang.get(f"/photos/{photo}").body == wang.get(f"/photos/{new_id()}").body
    assert chen.get(f"/photos/{photo}/about")["taken_by"] == "Li"


def test_who_neither_works_nor_decides_sends_none(given):
    given.warehouse("WH2")
    auditor, finance = given.supervisor("ann", "auditor"), given.supervisor("fang", "finance")

    assert auditor.take_photo(a_photo()).code == "no_permission"
    assert finance.take_photo(a_photo(), warehouse="WH1").status == 201
    assert finance.take_photo(a_photo(), warehouse="WH2").code == "warehouse_unknown"


REFUSED = {
    "nothing": (b"", 415, "photo_kind_unknown"),
    "zip": (b"PK\x03\x04" + b"\0" * 500, 415, "photo_kind_unknown"),
    "html": (b"<!doctype html><script>alert(1)</script>", 415, "photo_kind_unknown"),
    "cut": (a_photo()[:-20], 422, "photo_broken"),
    "bomb": (a_png_that_says(7000, 7000), 422, "photo_broken"),
    "sixty megapixels": (a_png_that_says(10_000, 6_000), 422, "photo_too_many_pixels"),
    "17 MB": (a_photo() + b"\0" * (17 * MB), 413, "photo_too_large"),
    "40 MB": (a_photo() + b"\0" * (40 * MB), 413, "photo_too_large"),
}


def test_what_cannot_be_kept_is_refused_in_both_languages_and_leaves_nothing(li, app):
    for name, (content, status, code) in REFUSED.items():
        for decode, language in (("true", "en"), ("false", "zh-CN")):
            reply = speaking(li, language).take_photo(content, decode=decode, id=new_id())
            assert (reply.status, reply.code) == (status, code), name
            assert bool(re.search("[\u4e00-\u9fff]", reply["detail"])) == (language != "en"), name
    assert files(app) == []


def speaking(worker, language):
    """The same person, who asks in a language."""
    twin = again(worker)
    twin.send = lambda method, path, body, headers, files=None: worker.send(
        method, path, body, {**headers, "Accept-Language": language}, files
    )
    return twin


NONSENSE = [
    *(("offset", -1), ("offset", "x"), ("offset", 2**80), ("total", 0), ("total", None), ("sha256", "zz")),
    *(("sha256", "0" * 64 + "\n"), ("decode", "perhaps")),
]


def test_a_part_that_says_nonsense_is_not_understood(li):
    for field, value in NONSENSE:
        reply = li.send_part(new_id(), b"0123456789", 0, b"0123456789", **{field: value})
        assert (reply.status, list(reply["fields"])) == (422, [field]), value
    beyond = li.send_part(new_id(), b"0123456789", 0, b"0123456789", total=5)
    assert (beyond.status, beyond["fields"]) == (422, {"offset": ["out_of_range"]})


def test_parts_and_wholes_have_an_end(li):
    whole = b"\xff" * (MOST_PART + 1)

    assert li.send_part(new_id(), whole, 0, whole).code == "too_large"
    assert li.send_part(new_id(), b"x", 0, whole, total=16 * MB + 1).code == "photo_too_large"
    assert li.take_photo(a_photo(), id="nonsense")["fields"] == {"id": ["not_id"]}
    assert li.take_photo(a_photo(), warehouse="NOWHERE").code == "warehouse_unknown"
    assert li.post("/photos", {"file": "x"})["fields"] == {"file": ["required"]}
    assert li.ask("PUT", f"/photos/{new_id()}/parts").status == 422
    assert li.get("/photos/nonsense").status == 404


def test_a_photo_that_the_store_lost_is_not_there(li, app):
    kept = li.take_photo(a_photo()).ok()
    for path in (app.config["SETTINGS"].data_dir / "photos").rglob("*.jpg"):
        path.unlink()

    assert li.get(f"/photos/{kept['id']}").code == "photo_unknown"
    assert li.get(f"/photos/{kept['id']}/about").status == 200
