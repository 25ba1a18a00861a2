"""Where photos lie, how they arrive in parts, and how many are developed at once. No database."""

import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.intake.darkroom import Darkroom, PhotosWaiting, develop, sha256_of
from server.intake.parts import LEFT_AFTER, add_part, all_parts, forget_parts
from server.intake.store import Folder, photo_name, thumb_name
from tests.pictures import a_photo, an_exif

PHOTO, LI, WANG = "photo", "li", "wang"
WHOLE = bytes(range(256)) * 40


def send(folder, offset, body, person=LI):
    return add_part(folder, PHOTO, person, offset, len(WHOLE), body)


def test_parts_are_joined_in_order(tmp_path):
    for offset in range(0, len(WHOLE), 1000):
        assert send(tmp_path, offset, WHOLE[offset : offset + 1000]) == min(offset + 1000, len(WHOLE))

    assert all_parts(tmp_path, PHOTO, LI) == WHOLE


def test_a_part_that_is_not_the_next_changes_nothing(tmp_path):
    send(tmp_path, 0, WHOLE[:1000])

    assert [send(tmp_path, offset, b"x" * 50) for offset in (0, 1, 999, 1001, 5000)] == [1000] * 5
    assert send(tmp_path, 0, b"") == send(tmp_path, 777, b"") == 1000
    assert all_parts(tmp_path, PHOTO, LI) == WHOLE[:1000]


def test_nobody_adds_to_what_another_sends(tmp_path):
    send(tmp_path, 0, WHOLE[:1000])

    assert send(tmp_path, 1000, b"x" * 50, person=WANG) == 0
    assert send(tmp_path, 0, b"y" * 50, person=WANG) == 50
    assert all_parts(tmp_path, PHOTO, LI) == WHOLE[:1000]


def test_a_part_that_arrives_many_times_at_once_is_added_once(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        for offset in range(0, len(WHOLE), 1024):
            part = WHOLE[offset : offset + 1024]
            told = list(pool.map(lambda _, at=offset, body=part: send(tmp_path, at, body), range(8)))
            assert set(told) == {offset + len(part)}

    assert all_parts(tmp_path, PHOTO, LI) == WHOLE


def test_what_was_left_a_week_ago_is_swept_when_somebody_begins(tmp_path):
    send(tmp_path, 0, WHOLE[:10])
    add_part(tmp_path, "other", LI, 0, 100, b"fresh")
    old = time.time() - LEFT_AFTER - 60
    os.utime(tmp_path / "uploads" / f"{PHOTO}.{LI}", (old, old))

    add_part(tmp_path, "third", WANG, 0, 100, b"begin")

    assert sorted(path.name for path in (tmp_path / "uploads").iterdir()) == ["other.li", "third.wang"]


def test_forgotten_parts_begin_again(tmp_path):
    forget_parts(tmp_path, PHOTO, LI)
    send(tmp_path, 0, WHOLE[:10])
    forget_parts(tmp_path, PHOTO, LI)

    assert send(tmp_path, 0, b"") == 0 and all_parts(tmp_path, PHOTO, LI) == b""


def test_a_photo_lies_under_its_hash_without_what_it_told(tmp_path):
    sent = a_photo(exif=an_exif(6).tobytes())

    made = develop(sent, Folder(tmp_path), decode=False)

    kept = tmp_path / photo_name(made.sha256, made.kind)
    assert kept.parent.name == made.sha256[:2] and kept.name == f"{made.sha256}.jpg"
    assert sha256_of(kept.read_bytes()) == made.sha256 != made.sent_sha256 == sha256_of(sent)
    assert b"Li Wei" not in kept.read_bytes() and made.size == kept.stat().st_size
    assert (tmp_path / thumb_name(made.sha256)).read_bytes()[:3] == b"\xff\xd8\xff"
    assert len(list(kept.parent.iterdir())) == 2


def test_a_photo_without_metadata_is_kept_as_it_came(tmp_path):
    made = develop(a_photo(), Folder(tmp_path), decode=True)

    assert made.sha256 == made.sent_sha256 == sha256_of(a_photo()) and made.symbols == []


def test_a_refused_photo_leaves_nothing(tmp_path):
    with pytest.raises(Exception, match="photo_broken"):
        develop(a_photo()[:-50], Folder(tmp_path), decode=False)

    assert list(tmp_path.iterdir()) == []


def test_writing_twice_at_once_leaves_one_whole_file(tmp_path):
    store, name = Folder(tmp_path), photo_name("ab" * 32, "image/png")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: store.put(name, WHOLE), range(32)))

    path = tmp_path / name
    assert store.get(name) == path.read_bytes() == WHOLE and [each.name for each in path.parent.iterdir()] == [
        path.name
    ]


def test_one_photo_at_a_time_a_few_wait_and_the_rest_come_again():
    room, going, inside, most = Darkroom(), threading.Event(), [], []

    def work(number):
        inside.append(number)
        most.append(len(inside))
        going.wait(5)
        inside.pop()
        return number

    def ask(number):
        try:
            return room.work(3, work, number)
        except PhotosWaiting as refusal:
            going.set()
            return refusal.status

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(ask, range(6)))

    done = [answer for answer in told if answer != 429]
    assert 3 <= len(done) < 6 and done == [n for n, answer in enumerate(told) if answer != 429]
    assert set(most) == {1}
    assert room.work(1, len, "free again") == 10


def test_a_photo_that_fails_leaves_its_seat():
    room = Darkroom()

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            room.work(1, lambda: 1 // 0)

    assert room.work(1, len, "x") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a niceness for each thread")
def test_photos_give_way_to_scans():
    assert Darkroom().work(1, os.getpriority, os.PRIO_PROCESS, 0) >= 10 > os.getpriority(os.PRIO_PROCESS, 0)
