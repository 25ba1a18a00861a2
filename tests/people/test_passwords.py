"""Hashes: argon2id as OWASP asks, and no crash for any text."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from server.people import passwords


def test_hashes_are_argon2id_with_the_parameters_of_owasp():
    kept = passwords.prepare("correct horse", "1234")

    assert kept.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert kept.pin_hash.startswith("$argon2id$")


def test_a_secret_is_not_shown_by_accident():
    assert "correct horse" not in repr(passwords.prepare("correct horse"))


@settings(max_examples=5)
@given(said=st.text(min_size=1, max_size=40))
def test_any_text_is_a_password(said):
    kept = passwords.prepare(said).password_hash

    assert passwords.fits(kept, said)
    assert not passwords.fits(kept, said + "x")


def test_broken_unicode_is_wrong_and_no_crash():
    assert not passwords.fits(passwords.prepare("right").password_hash, "\ud800")


def test_nobody_and_nonsense_fit_nothing():
    assert not passwords.fits(None, "nobody has this password")
    assert not passwords.fits("no hash at all", "x")


def test_an_unknown_name_costs_as_much_as_a_known_one():
    kept = passwords.prepare("right").password_hash
    passwords.fits(None, "x")  # the first one makes the hash of nobody

    known, unknown = _fastest(kept), _fastest(None)

    assert 0.5 < unknown / known < 2


def _fastest(kept):
    turns = []
    for _ in range(5):
        begun = time.process_time()  # what it costs; how long it takes is the machine's affair
        passwords.fits(kept, "wrong")
        turns.append(time.process_time() - begun)
    return min(turns)
