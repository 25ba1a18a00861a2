"""Signing in, staying signed in, being signed out."""

from dataclasses import replace

from server import create_app
from tests.given import PASSWORD
from tests.servers import ADMIN_PASSWORD
from tests.worker import Worker, new_id


def stranger(given):
    return Worker(given.send)


def test_who_signs_in_learns_who_they_are_and_what_they_may(given):
    given.person("li", "staff")

    reply = stranger(given).post("/auth/login", {"username": "li", "password": PASSWORD}).ok()

    assert reply["person"].items() >= {"username": "li", "language": "en"}.items()
    assert reply["person"]["roles"] == [{"warehouse": "WH1", "role": "staff"}]
    assert reply["expires_in"] == 15 * 60


def test_me_lists_warehouses_and_permissions(given):
    me = given.staff("li").get("/me").ok()

    assert [each["code"] for each in me["warehouses"]] == ["WH1"]
    assert "work" in me["permissions"]["WH1"] and "read_book" not in me["permissions"]["WH1"]
    assert me["roles"] == me["person"]["roles"] == [{"warehouse": "WH1", "role": "staff"}]


def test_a_person_chooses_the_language_of_answers(given):
    li = given.staff("li")

    assert li.patch("/me", {"language": "zh-CN"}).ok()["person"]["language"] == "zh-CN"
    assert li.get("/people")["detail"].startswith("您的角色")
    assert li.patch("/me", {"language": "tlh"})["fields"] == {"language": ["not_a_choice"]}


def test_a_badge_and_pin_open_a_shared_handheld(given):
    given.person("li", badge="B-77", pin="4711")
    handheld = stranger(given)

    reply = handheld.post("/auth/badge", {"badge": "B-77", "pin": "4711", "device_id": new_id()}).ok()

    assert reply["person"]["username"] == "li"
    assert handheld.post("/auth/badge", {"badge": "B-77", "pin": "0000", "device_id": new_id()}).code == (
        "wrong_credentials"
    )


def test_a_handheld_that_was_lost_opens_nothing(given):
    given.person("li", badge="B-77", pin="4711")
    lost = new_id()
    given.admin.post("/devices", {"id": lost, "name": "TC26-7", "kind": "handheld", "warehouse": "WH1"}).ok()
    given.admin.patch(f"/devices/{lost}", {"revoked": True}).ok()

    reply = stranger(given).post("/auth/badge", {"badge": "B-77", "pin": "4711", "device_id": lost})

    assert (reply.status, reply.code) == (403, "device_revoked")


def test_a_wrong_name_and_a_wrong_password_sound_alike(given):
    given.person("li")

    told = [stranger(given).post("/auth/login", {"username": name, "password": "x"}) for name in ("li", "nobody")]

    assert told[0].body == told[1].body
    assert (told[0].status, told[0].code) == (401, "wrong_credentials")


def test_five_wrong_passwords_lock_the_name_for_a_while(given):
    given.person("li")
    guesser = stranger(given)
    for _ in range(5):
        guesser.post("/auth/login", {"username": "li", "password": "x"})

    reply = guesser.post("/auth/login", {"username": "li", "password": PASSWORD})

    assert (reply.status, reply.code) == (429, "locked_out")
    assert 0 < int(reply.headers["Retry-After"]) <= 30


def test_a_new_password_ends_the_waiting(given):
    li = new_id()
    given.person("li", id=li)
    for _ in range(5):
        stranger(given).post("/auth/login", {"username": "li", "password": "x"})

    given.admin.patch(f"/people/{li}", {"password": "brand new one"}).ok()

    assert stranger(given).post("/auth/login", {"username": "li", "password": "brand new one"}).status == 200


def test_refreshing_goes_on_and_a_reused_token_ends_it(given):
    given.person("li")
    phone = stranger(given)
    first = phone.post("/auth/login", {"username": "li", "password": PASSWORD}).ok()

    second = phone.post("/auth/refresh", {"refresh_token": first["refresh_token"]}).ok()
    reused = phone.post("/auth/refresh", {"refresh_token": first["refresh_token"]})

    assert (reused.status, reused.code) == (401, "token_reused")
    assert phone.post("/auth/refresh", {"refresh_token": second["refresh_token"]}).status == 401


def test_after_signing_out_the_session_cannot_be_refreshed(given):
    given.person("li")
    phone = stranger(given)
    token = phone.post("/auth/login", {"username": "li", "password": PASSWORD}).ok()["refresh_token"]

    assert phone.post("/auth/logout", {"refresh_token": token}).status == 204
    assert phone.post("/auth/refresh", {"refresh_token": token}).status == 401


def test_an_access_token_refreshes_nothing(given):
    assert stranger(given).post("/auth/refresh", {"refresh_token": given.admin.token}).code == "not_signed_in"
    assert stranger(given).post("/auth/refresh", {"refresh_token": "a.b.c"}).code == "not_signed_in"


def test_a_refresh_token_is_no_access_token(given):
    given.person("li")
    phone = stranger(given)
    phone.token = phone.post("/auth/login", {"username": "li", "password": PASSWORD}).ok()["refresh_token"]

    assert phone.get("/me").code == "not_signed_in"


def test_who_is_deactivated_is_out_at_once(given):
    li_id = new_id()
    li = given.staff("li", id=li_id)

    given.admin.patch(f"/people/{li_id}", {"active": False}).ok()

    assert li.get("/me").code == "not_signed_in"
    assert stranger(given).post("/auth/login", {"username": "li", "password": PASSWORD}).code == "wrong_credentials"


def test_a_new_password_signs_out_everywhere_at_once(given):
    li_id = new_id()
    given.person("li", id=li_id)
    phone = stranger(given)
    session = phone.post("/auth/login", {"username": "li", "password": PASSWORD}).ok()
    phone.token = session["access_token"]

    given.admin.patch(f"/people/{li_id}", {"password": "another one"}).ok()

    assert phone.get("/me").code == "not_signed_in"
    assert phone.post("/auth/refresh", {"refresh_token": session["refresh_token"]}).status == 401
    assert phone.sign_in("li", "another one").get("/me").status == 200


def test_nonsense_is_told_by_field(given):
    reply = stranger(given).post("/auth/login", {"username": "li\n", "password": ""})

    assert reply.status == 422
    assert reply["fields"] == {"username": ["wrong_characters"], "password": ["too_short"]}


def test_a_password_of_broken_unicode_is_no_json_and_no_crash(client, given):
    raw = b'{"username": "admin", "password": "\\ud800"}'

    reply = client.post("/api/v1/auth/login", data=raw, content_type="application/json")

    assert (reply.status_code, reply.json["code"]) == (422, "not_json")


def test_wrong_tries_count_against_the_address_and_right_ones_do_not(settings):
    client = create_app(replace(settings, login_limit="4 per minute")).test_client()

    def sign_in(username, password):
        said = {"username": username, "password": password}
        return client.post("/api/v1/auth/login", json=said).json.get("code")

    assert [sign_in("admin", ADMIN_PASSWORD) for _ in range(6)] == [None] * 6
    assert [sign_in(f"guess-{n}", "x") for n in range(4)] == ["wrong_credentials"] * 4
    assert sign_in("admin", ADMIN_PASSWORD) == "too_often"
    assert client.post("/api/v1/auth/badge", json={"badge": "B", "pin": "1"}).json["code"] == "too_often"
