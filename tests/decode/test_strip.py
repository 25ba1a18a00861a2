"""Photos without what they tell of people; and files that are no photos, or would like to be bombs."""

import io
import random
import zipfile

import pytest
from PIL import Image

from server.decode import pixels, strip
from tests.pictures import REAL, a_photo, a_png_that_says, an_exif

SECRETS = (b"Li Wei", b"Maker", b"SERIAL-4711", b"2026:11:22", b"secret-note", b"<x:xmpmeta", b"IPTC")
KINDS = {"JPEG": strip.JPEG, "PNG": strip.PNG, "WEBP": strip.WEBP}


def look(content):
    """The pixels, upright as a browser shows them."""
    image = Image.open(io.BytesIO(content))
    return image.convert("RGB")


def all_refusals(content):
    """What becomes of these bytes: the code of the refusal, or "kept"."""
    try:
        picture = pixels.from_heic(content) if strip.kind_of(content) == strip.HEIC else strip.stripped(content)
        pixels.thumbnail(picture)
    except (strip.PhotoBroken, strip.PhotoKindUnknown, strip.PhotoTooManyPixels) as refusal:
        return refusal.code
    return "kept"


def loaded(kind, orientation=1):
    """A photo with everything in it that a phone or an editor may write."""
    how = {"exif": an_exif(orientation).tobytes()}
    if kind == "JPEG":
        how |= {"comment": b"secret-note", "xmp": b"<x:xmpmeta>home</x:xmpmeta>"}
    if kind == "WEBP":
        how |= {"xmp": b"<x:xmpmeta>home</x:xmpmeta>", "lossless": True}
    if kind == "PNG":
        from PIL.PngImagePlugin import PngInfo

        how["pnginfo"] = PngInfo()
        how["pnginfo"].add_text("Author", "secret-note")
        how["pnginfo"].add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>home</x:xmpmeta>")
    return a_photo(kind, **how)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_owner_place_and_time_are_gone_and_the_way_up_stays(kind, orientation):
    sent = loaded(kind, orientation)
    assert b"Li Wei" in sent and b"secret" in sent or kind == "WEBP"

    picture = strip.stripped(sent)

    assert [secret for secret in SECRETS if secret in picture.content] == []
    exif = Image.open(io.BytesIO(picture.content)).getexif()
    assert dict(exif) == ({} if orientation == 1 else {0x0112: orientation})
    assert exif.get_ifd(0x8825) == {}
    assert (picture.kind, picture.orientation) == (KINDS[kind], orientation)
    assert (picture.width, picture.height) == ((64, 48) if orientation < 5 else (48, 64))


@pytest.mark.parametrize("kind", KINDS)
def test_not_a_pixel_changes(kind):
    sent = loaded(kind)

    assert look(strip.stripped(sent).content).tobytes() == look(sent).tobytes()


@pytest.mark.parametrize(
    "name", sorted(path.name for path in REAL.iterdir() if path.suffix in (".jpg", ".png", ".webp"))
)
def test_real_photos_keep_every_pixel_and_stripping_twice_changes_nothing(name):
    sent = (REAL / name).read_bytes()

    once = strip.stripped(sent)

    assert look(once.content).tobytes() == look(sent).tobytes()
    assert strip.stripped(once.content) == once


def test_colour_profiles_stay():
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for kind in KINDS:
        kept = strip.stripped(a_photo(kind, icc_profile=profile)).content
        assert Image.open(io.BytesIO(kept)).info["icc_profile"] == profile


def test_what_is_hidden_behind_or_inside_a_picture_is_gone():
    behind = a_photo() + a_photo(exif=an_exif()) + b"ftypmp42 a film with the place in it"
    jfif = a_photo()
    preview = b"\xff\xe0" + (18 + 27).to_bytes(2, "big") + b"JFXX\0\x13\x03\x03" + b"secret-note".ljust(35, b"\0")

    assert strip.stripped(behind).content == a_photo()
    assert b"secret-note" not in strip.stripped(jfif[:20] + preview + jfif[20:]).content
    assert strip.stripped(a_photo("PNG") + b"secret-note").content == a_photo("PNG")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_thumbnail_stands_upright(orientation):
    picture = strip.stripped(a_photo(size=(800, 600), exif=an_exif(orientation).tobytes()))

    small = Image.open(io.BytesIO(pixels.thumbnail(picture))).convert("L")

    assert small.size == ((320, 240) if orientation < 5 else (240, 320))
    corners = {1: 0, 2: 1, 3: 3, 4: 2, 5: 0, 6: 1, 7: 3, 8: 2}
    width, height = small.size
    light = [small.getpixel(at) for at in ((5, 5), (width - 5, 5), (5, height - 5), (width - 5, height - 5))]
    assert light.index(max(light)) == corners[orientation] and max(light) > 240


def test_heic_becomes_an_upright_jpeg_that_tells_nothing():
    sent = (REAL.parent / "turned.heic").read_bytes()
    assert b"SERIAL-4711" in sent

    picture = pixels.from_heic(sent)

    assert (strip.kind_of(sent), strip.kind_of(picture.content)) == (strip.HEIC, strip.JPEG)
    assert (picture.width, picture.height) == (120, 160)
    assert [secret for secret in SECRETS if secret in picture.content] == []
    assert look(picture.content).getpixel((117, 2)) > (240, 240, 240)


@pytest.mark.parametrize(
    "content",
    [b"", b"\0", b"\xff\xd8", b"GIF89a" + b"\0" * 50, b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'/>"]
    + [b"\xff" * 1000, b"RIFF\0\0\0\0WAVEfmt ", b"\0\0\0\x1cftypisom" + b"\0" * 60],
)
def test_what_is_no_photo_is_told_by_its_bytes(content):
    assert all_refusals(content) == "photo_kind_unknown"


def test_a_zip_is_no_photo_whatever_its_name():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("photo.jpg", a_photo())

    assert all_refusals(out.getvalue()) == "photo_kind_unknown"


def test_animations_are_no_photos():
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])

    assert all_refusals(out.getvalue()) == "photo_kind_unknown"


@pytest.mark.parametrize("kind", KINDS)
def test_a_photo_cut_off_anywhere_is_broken(kind):
    whole = loaded(kind, 6)
    step = max(1, len(whole) // 150)

    ends = {all_refusals(whole[:length]) for length in range(20, len(whole), step)}

    assert ends == {"photo_broken"}


def test_a_large_jpeg_cut_off_anywhere_is_broken():
    whole = (REAL / "ean13_01.jpg").read_bytes()

    assert {all_refusals(whole[:length]) for length in range(20, len(whole), 997)} == {"photo_broken"}


def test_heic_cut_off_anywhere_is_broken():
    whole = (REAL.parent / "turned.heic").read_bytes()

    assert {all_refusals(whole[:length]) for length in range(20, len(whole) - 8, 9)} == {"photo_broken"}


@pytest.mark.parametrize("size", [(7747, 7747), (60_000, 1_000), (2**31 - 1, 2**31 - 1), (1_000_000, 1_000_000)])
def test_too_many_pixels_are_refused_by_the_header(size):
    with pytest.raises(strip.PhotoTooManyPixels):
        strip.stripped(a_png_that_says(*size))


def test_sixty_megapixels_are_too_many_in_every_kind():
    jpeg = bytearray(a_photo())
    at = jpeg.index(b"\xff\xc0") + 5
    jpeg[at : at + 4] = (7000).to_bytes(2, "big") + (8600).to_bytes(2, "big")
    webp = bytearray(a_photo("WEBP", exif=an_exif().tobytes()))
    webp[24:30] = (8599).to_bytes(3, "little") + (6999).to_bytes(3, "little")

    assert all_refusals(bytes(jpeg)) == all_refusals(bytes(webp)) == "photo_too_many_pixels"


def test_a_png_that_promises_fifty_megapixels_and_brings_none_is_broken():
    assert all_refusals(a_png_that_says(7000, 7000)) == "photo_broken"
    assert all_refusals(a_png_that_says(0, 10)) == "photo_broken"


def test_a_jpeg_of_a_thousand_scans_is_broken():
    """Each scan of a progressive JPEG is a walk over all pixels."""
    out = io.BytesIO()
    Image.new("RGB", (64, 64)).save(out, "JPEG", progressive=True)
    whole = out.getvalue()
    first = whole.rindex(b"\xff\xda")
    scan = whole[first:-2]

    assert all_refusals(whole) == "kept"
    assert all_refusals(whole[:-2] + scan * 1000 + b"\xff\xd9") == "photo_broken"


@pytest.mark.parametrize("kind", [*KINDS, "HEIC"])
def test_damaged_bytes_are_kept_or_refused_and_nothing_else(kind):
    whole = (REAL.parent / "turned.heic").read_bytes() if kind == "HEIC" else loaded(kind, 3)
    chance = random.Random(20261122)

    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        assert all_refusals(bytes(damaged)).startswith(("kept", "photo_"))
