"""Photos in an S3-compatible bucket: a real server that checks every signature, and Amazon's own signer beside ours."""

import hashlib
from datetime import UTC, datetime

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from server.config import Access, Settings
from server.errors import every_refusal
from server.intake.bucket import PhotoStoreAway, bucket_named, signed
from server.intake.store import Folder, photo_name, store_for
from tests.bucket import BUCKET, Buckets
from tests.given import Given
from tests.pictures import a_photo, an_exif, real
from tests.servers import ADMIN_PASSWORD, Server, over_http

KEY = photo_name("ab" * 32, "image/jpeg")


@pytest.fixture(scope="module")
def buckets(tmp_path_factory):
    """One server for all of these."""
    buckets = Buckets(tmp_path_factory.mktemp("buckets"))
    yield buckets
    buckets.stop()


def store(buckets, address=f"s3://{BUCKET}/photos/WH 1", tmp_path="/nowhere", **otherwise):
    environ = {"TALLYLOOP_PHOTO_STORE": address, **buckets.access, **otherwise}
    settings = Settings.from_environment({"TALLYLOOP_DATA_DIR": str(tmp_path), **environ})
    return store_for(settings)


def test_what_is_put_can_be_got_and_twice_is_once(buckets, tmp_path):
    bucket = store(buckets, tmp_path=tmp_path)
    content = bytes(range(256)) * 4000

    bucket.put(KEY, content)
    bucket.put(KEY, content)

    assert bucket.get(KEY) == content
    assert buckets.names() == [f"photos/WH 1/{KEY}"]


def test_what_is_not_there_is_not_found_and_what_does_not_answer_is_away(buckets, tmp_path):
    with pytest.raises(FileNotFoundError):
        store(buckets, tmp_path=tmp_path).get(photo_name("cd" * 32, "image/png"))

    for wrong in (
        {"address": "s3://another"},
        {"AWS_SECRET_ACCESS_KEY": "not-the-secret"},
        {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"},
    ):
        away = store(buckets, tmp_path=tmp_path, **wrong)
        for ask in (lambda bucket=away: bucket.put(KEY, b"x"), lambda bucket=away: bucket.get(KEY)):
            with pytest.raises(PhotoStoreAway):
                ask()
    assert PhotoStoreAway in every_refusal()


@pytest.mark.parametrize("path", ["/bucket/a.jpg", "/bucket/with%20blank/%E5%86%B7.jpg"])
@pytest.mark.parametrize("method", ["PUT", "GET"])
def test_a_request_is_signed_as_amazon_signs_it(method, path, monkeypatch):
    at, content = datetime(2026, 11, 22, 2, 15, 19, tzinfo=UTC), b"pixels"
    sha256 = hashlib.sha256(content).hexdigest()
    access = Access("https://host:9000", "cn-north-1", "AKID", "secret/+")
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: at.replace(tzinfo=None))
    theirs = AWSRequest(method, f"https://host:9000{path}", headers={"x-amz-content-sha256": sha256}, data=content)
    theirs.context["payload_signing_enabled"] = True

    S3SigV4Auth(Credentials("AKID", "secret/+"), "s3", "cn-north-1").add_auth(theirs)

    ours = signed(access, method, "host:9000", path, sha256, at)
    assert ours["authorization"] == theirs.headers["Authorization"]


@pytest.mark.parametrize(
    ("address", "access", "root", "host", "secure"),
    [
        ("s3://b", Access(None, "eu-west-1", "k", "s"), "/b", "s3.eu-west-1.amazonaws.com", True),
        ("s3://b/deep/er/", Access("http://minio:9000", "x", "k", "s"), "/b/deep/er", "minio:9000", False),
        ("s3://b", Access("https://host/store/", "x", "k", "s"), "/store/b", "host", True),
    ],
)
def test_a_bucket_is_named_as_s3_tools_name_it(address, access, root, host, secure):
    bucket = bucket_named(address, access)

    assert (bucket.root, bucket.host, bucket.secure) == (root, host, secure)
    assert "secret='s'" not in repr(bucket) + repr(access)


@pytest.mark.parametrize(
    ("address", "access"),
    [
        ("/var/photos", Access(None, "x", "k", "s")),
        ("s3:///folder", Access(None, "x", "k", "s")),
        ("s3://b", Access(None, "x", "", "")),
        ("s3://b", Access("minio:9000", "x", "k", "s")),
    ],
)
def test_settings_that_cannot_be_meant_are_said_at_the_start(address, access):
    with pytest.raises(ValueError, match="TALLYLOOP_PHOTO_STORE|AWS_ENDPOINT_URL"):
        bucket_named(address, access)


def test_without_the_setting_photos_lie_in_a_folder(tmp_path):
    assert store_for(Settings.from_environment({"TALLYLOOP_DATA_DIR": str(tmp_path)})) == Folder(tmp_path / "photos")


def test_a_server_keeps_its_photos_in_the_bucket_and_scans_on_while_that_is_away(buckets, tmp_path):
    server = Server(tmp_path, TALLYLOOP_PHOTO_STORE=f"s3://{BUCKET}/hall", **buckets.access)
    try:
        given = Given(over_http(server.url), ADMIN_PASSWORD)
        li = given.staff("li")
        photo = li.take_photo(a_photo(exif=an_exif(6).tobytes()), warehouse="WH1").ok()
        got = li.get(f"/photos/{photo['id']}").ok()
        assert hashlib.sha256(got.body).hexdigest() == photo["sha256"] and b"Li Wei" not in got.body
        assert li.get(f"/photos/{photo['id']}", size="thumb").body[:3] == b"\xff\xd8\xff"
        assert not (tmp_path / "photos").exists()
        assert sorted(name for name in buckets.names() if name.startswith("hall/")) == [
            f"hall/{photo['sha256'][:2]}/{photo['sha256']}{end}" for end in (".jpg", ".thumb.jpg")
        ]

        buckets.stop()
        whole, other = real("ean13_01.jpg"), photo["id"][:-4] + "0000"
        parts = li.send_part(other, whole[:5000], 0, whole)
        away = li.send_part(other, whole[5000:], 5000, whole, decode="true")
        assert (parts["received"], away.status, away.code) == (5000, 503, "photo_store_away")
        assert li.get(f"/photos/{photo['id']}").code == "photo_store_away"
        assert li.get("/identify", warehouse="WH1", code="TEA").status == 200

        buckets.start()
        server.stop()
        server = Server(tmp_path, TALLYLOOP_PHOTO_STORE=f"s3://{BUCKET}/hall", **buckets.access)
        li.send = over_http(server.url)
        kept = li.send_part(other, b"", len(whole), whole, decode="true")
        assert (kept.status, [each["text"] for each in kept["symbols"]]) == (201, ["9000275609022"])
        assert li.get(f"/photos/{photo['id']}").code == "photo_unknown", "that bucket was a new one"
    finally:
        server.stop()
