"""A carton whose code nobody knows: kept by the counter, bound by a supervisor on the same page, and counted."""

import pytest
from playwright.sync_api import expect

from tests.e2e.test_shop_window import AXE


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_supervisor_binds_what_a_counter_could_not_name(hall, phones, language):
    carton = f"CARTON-{hall.code}"
    counter, boss = hall.worker("li"), hall.worker("chen")
    count = boss.start_count("full", locations=["A-01"]).ok()
    task = count["tasks"][0]["id"]
    counter.claim(task)
    counter.count(task, "A-01", hall.sku("tea"), 28)
    counter.count(task, "A-01", code=carton, quantity=1)
    counter.submit(task)
    phone = phones(locale=language)
    phone.context.add_init_script(path=AXE)
    phone.sign_in(hall.of("chen"))

    phone.page.goto(f"{phone.url}/counts/{count['id']}")
    phone.press("bind-open")
    expect(phone.see("bind-code")).to_contain_text(carton)
    expect(phone.see("bind-code")).to_contain_text(hall.sku("tea"))  # what was scanned just before
    found = phone.page.evaluate("async () => (await axe.run()).violations.map(one => one.id)")
    assert found == []
    phone.see("bind-search").fill(hall.sku("tea").lower())
    phone.press("bind-hit")
    phone.see("bind-pack").fill("12")
    phone.press("bind-confirm")

    expect(phone.see("bind-open")).to_have_count(0)
    (line,) = boss.variances(sku=hall.sku("tea"))
    assert (line["counted_qty"], line["state"]) == ("40.000", "matched")
    assert phone.complaints == []
