"""A label for a bin, made where somebody stands in front of it without one."""

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import expect

from tests.e2e.test_shop_window import AXE


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_bins_label_is_made_on_the_phone_and_scans_back(hall, phones, language):
    phone = phones(locale=language)
    phone.context.add_init_script(path=AXE)
    phone.sign_in(hall.of("li"))
    phone.page.goto(f"{phone.url}/look-up?code=A-01")
    expect(phone.see("look-up-place")).to_have_text("A-01")

    phone.press("look-up-label")
    expect(phone.see("print-labels")).to_contain_text("A-01")
    assert phone.page.evaluate("async () => (await axe.run()).violations.map(one => one.id)") == []
    phone.press("labels-code128")
    phone.see("labels-sheet").select_option("60x40")
    phone.see("labels-copies").fill("2")
    with phone.page.expect_download() as coming:
        phone.press("labels-make")

    pages = pypdfium2.PdfDocument(coming.value.path().read_bytes())
    read = [zxingcpp.read_barcodes(page.render(scale=4).to_pil())[0].text for page in pages]
    assert (coming.value.suggested_filename, read) == ("labels-A-01.pdf", ["A-01", "A-01"])
    assert phone.complaints == []
