"""A transfer on the phones of both warehouses: asked for, allowed, picked, checked, shipped; it arrives one short."""

import pytest
from playwright.sync_api import expect

from tests.e2e.halls import Hall
from tests.e2e.test_receiving import kinds, opens
from tests.worker import new_id


@pytest.fixture
def far(hall, given_all):
    """The other warehouse, with its own people and a dock. Everything that arrives is checked."""
    far = Hall(given_all, f"{hall.code}F")
    far.sku = hall.sku  # the same goods
    given_all.place("DOCK", far.code, kind="dock")
    given_all.place("Z-01", far.code, path_order=1)
    given_all.place("STAGE", hall.code, kind="staging")
    given_all.policy(far.code, handling={"receive_check_over": "0"})
    given_all.policy(hall.code, handling={"low_quantity": None, "zero_count": False})
    return far


def test_a_transfer_arrives_one_short(hall, far, phones):
    number = f"T-{hall.code}"
    tea = f"TEA-{hall.code}"
    asked = hall.worker("li").open_document(
        "transfer", {hall.sku("tea"): 5}, number=number, to_warehouse=far.code, note="low there"
    )
    hall.worker("zhou").post(f"/documents/{asked.ok()['id']}/approve", {"id": new_id()}).ok()

    wang = phones().sign_in(hall.of("wang"))
    opens(wang, "pick", number)
    wang.press("work-take")
    expect(wang.see("go-to")).to_have_text("A-01")
    wang.scan("A-01")
    expect(wang.see("pick-this")).to_be_visible()
    wang.counts(tea, "5")
    wang.press("work-finish", "work-hand-in")
    expect(wang.see("back-to-tasks")).to_be_visible()
    wang.all_sent()
    zhao = phones().sign_in(hall.of("zhao"))
    opens(zhao, "check", number)
    for n in range(1, 6):
        expect(zhao.see("check-counter")).to_be_visible()
        zhao.scan(tea)
        expect(zhao.see("check-counter")).to_contain_text(str(n))
    zhao.press("work-finish", "work-hand-in")
    expect(zhao.see("back-to-tasks")).to_be_visible()
    zhao.all_sent().home()
    opens(zhao, "ship", number)
    zhao.press("ship-it", "ship-it")
    expect(zhao.see("back-to-tasks")).to_be_visible()
    zhao.all_sent()
    assert hall.qty("TRANSIT", "tea") == "5.000"

    li = phones().sign_in(far.of("li"))
    opens(li, "receive", number)
    expect(li.see("work-line")).to_have_count(1)
    li.counts(tea, "4")
    li.press("work-finish", "work-hand-in")
    expect(li.see("back-to-tasks")).to_be_visible()
    li.all_sent()
    sees = phones().sign_in(far.of("wang"))
    opens(sees, "check", number)
    expect(sees.see("work-line")).to_have_count(1)
    sees.counts(tea, "4")
    sees.press("work-finish", "work-hand-in")
    expect(sees.see("back-to-tasks")).to_be_visible()
    sees.all_sent()

    assert kinds(far) == ["transfer_differs"]
    assert far.qty("DOCK", "tea") == "4.000"
    assert hall.differences() == far.differences() == []
    assert [phone.complaints for phone in (wang, zhao, li, sees)] == [[], [], [], []]
