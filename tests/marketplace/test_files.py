"""Photos without their camera, files by content, and nothing served before it is placed."""

import io
from pathlib import Path

import pytest
from PIL import Image

from app.core.extensions import db, limiter
from app.files import service as files
from app.marketplace import queries, service
from app.marketplace.models import ListingFile
from tests.marketplace.conftest import fields, listings, photo, placed, with_setting

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora" / "files"
NOT_SHOWN = "Deze foto kan niet worden getoond. Neem een JPEG, PNG, GIF of WebP."
TOO_MANY_PIXELS = "Deze foto heeft meer dan 40 megapixels."
WITH_PLACE = Image.Exif()
WITH_PLACE[0x010F] = "Kameramerk"  # the maker
WITH_PLACE[0x8825] = {1: "N", 2: (52.0, 46.0, 30.0)}  # where it was taken


@pytest.fixture(autouse=True)
def nothing_waits(app):
    with_setting("off")


def send(browser, address="/market/publish", **parts):
    return browser.post(address, data={**fields(), **parts}, content_type="multipart/form-data")


def kept():
    return db.session.query(ListingFile).order_by(ListingFile.id).all()


def test_a_photo_is_made_anew_smaller_and_without_its_camera(sign_in, bram, carla):
    """MKT-6"""
    sent = photo(exif=WITH_PLACE)
    assert b"Kameramerk" in sent.getvalue()
    assert send(sign_in(bram), photos=(sent, "hal.jpg")).status_code == 303
    [file] = kept()
    answer = sign_in(carla).get(f"/listings/{file.listing_id}/files/{file.id}?inline")
    assert answer.headers["Content-Type"] == "image/webp"
    picture = Image.open(io.BytesIO(answer.data))
    assert picture.size == (1600, 800)
    assert not picture.getexif()
    assert b"Kameramerk" not in answer.data
    files.make_thumbnail(file.sha256)
    assert sign_in(carla).get(f"/listings/{file.listing_id}/files/{file.id}/small").status_code == 200
    assert f"/files/{file.id}/small" in sign_in(carla).get("/market").text


def test_what_says_that_it_is_a_photo_and_is_none_is_refused_by_name(sign_in, bram):
    """MKT-6; the draft with everything else is kept."""
    answer = send(sign_in(bram), photos=(io.BytesIO(b"<svg onload=alert(1)>"), "foto.png"))
    assert answer.status_code == 422
    assert "foto.png: Deze foto kan niet worden getoond." in answer.text
    assert listings()[0].typed["title"] == fields()["title"]
    assert kept() == []


@pytest.mark.slow
@pytest.mark.skipif(not CORPORA.is_dir(), reason=f"SKIPPED WITHOUT CORPORA: {CORPORA} is missing")
def test_of_the_pictures_that_others_made_dangerous_none_comes_in_as_it_is(sign_in, bram):
    """MKT-6, DOC-17; corpora/files: a sentence with its name, or a small WebP of our own making."""
    pictures = sorted([*CORPORA.glob("images/*"), *CORPORA.glob("svg/*")])
    assert len(pictures) > 15
    answer = [keep_one(sign_in(bram), path.name, path.read_bytes()) for path in pictures]
    refused = [path.name for path, page in zip(pictures, answer, strict=True)
               if f"{path.name}: {NOT_SHOWN}" in page or f"{path.name}: {TOO_MANY_PIXELS}" in page]  # fmt: skip
    assert [path.name for path in pictures if path.name not in refused] == ["own-png-html-polyglot.png"]
    [file] = kept()
    made = sign_in(bram).get(f"/listings/{file.listing_id}/files/{file.id}?inline")
    assert Image.open(io.BytesIO(made.data)).format == "WEBP"
    assert b"<script" not in made.data


BROKEN = {
    "half.jpg": (lambda: photo().getvalue()[:9_000], NOT_SHOWN),
    "half.png": (lambda: picture("PNG", (300, 300))[:-30], NOT_SHOWN),
    "kop.gif": (lambda: b"GIF89a\xff\xff\xff\xff\x00\x00\x00", NOT_SHOWN),
    "kop.webp": (lambda: b"RIFF\xff\xff\xff\x7fWEBPVP8 ", NOT_SHOWN),
    "vlak.png": (lambda: picture("PNG", (6_500, 6_500), mode="1"), TOO_MANY_PIXELS),  # 42 million in a small file
    "vlak.gif": (lambda: picture("GIF", (6_500, 6_500), mode="1"), TOO_MANY_PIXELS),
    "plaat.tiff": (lambda: picture("TIFF", (20, 20)), NOT_SHOWN),
    "leeg.png": (lambda: b"", "Dit bestand is leeg."),
    "groot.jpg": (lambda: photo().getvalue() + b"x" * 1_100_000, "het mag 1 MB zijn."),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_photo_that_is_broken_or_over_a_limit_is_refused_in_a_sentence(name, sign_in, bram, app, monkeypatch):
    """MKT-6, section 5"""
    monkeypatch.setitem(app.config, "UPLOAD_MAX", 1_000_000)
    body, says = BROKEN[name]
    page = keep_one(sign_in(bram), name, body())
    assert f"{name}: " in page
    assert says in page
    assert kept() == []


def keep_one(browser, name, body):
    """The page after keeping a draft with this photo, with an ordinary space in its numbers."""
    limiter.reset()
    answer = send(browser, "/market", photos=(io.BytesIO(body), name))
    assert answer.status_code in (200, 303, 422), name
    return answer.text.replace("\xa0", " ")


def picture(kind, size, mode="RGB"):
    made = io.BytesIO()
    Image.new(mode, size).save(made, kind)
    return made.getvalue()


def test_nine_photos_are_one_too_many_and_the_ninth_says_so(sign_in, bram):
    """MKT-6, the table"""
    answer = send(sign_in(bram), photos=[(photo((20, 20)), f"{number}.jpg") for number in range(9)])
    assert answer.status_code == 422
    assert "8.jpg: Hier is geen plaats meer voor." in answer.text
    assert len(kept()) == 8


def test_each_photo_says_what_is_to_be_seen(sign_in, bram, carla):
    """Alt text: typed beside the photo, shown with it."""
    browser = sign_in(bram)
    send(browser, "/market", photos=(photo((60, 40)), "baal.jpg"))
    [file], [made] = kept(), listings()
    sent = {**fields(), f"alt-{file.id}": "Een baal bonte vezels"}
    assert browser.post(f"/listings/{made.id}/publish", data=sent).status_code == 303
    assert 'alt="Een baal bonte vezels"' in sign_in(carla).get(listings()[0].link).text


def test_before_it_is_placed_its_files_are_for_its_own_company(sign_in, bram, anna, carla):
    """MKT-6"""
    send(sign_in(bram), "/market", files=(io.BytesIO(b"Analyse"), "analyse.txt"))
    [file] = kept()
    address = f"/listings/{file.listing_id}/files/{file.id}"
    assert [sign_in(actor).get(address).status_code for actor in (bram, anna, carla)] == [200, 200, 404]


def test_what_is_taken_out_of_a_placed_listing_goes_when_the_change_is_placed(sign_in, bram, carla):
    """MKT-20: others see what was placed until then."""
    browser = sign_in(bram)
    send(browser, files=(io.BytesIO(b"Analyse"), "analyse.txt"))
    [file], [made] = kept(), listings()
    address = f"/listings/{made.id}/files/{file.id}"
    browser.post(f"/listings/{made.id}", data={**fields(), "drop": str(file.id)})
    assert sign_in(carla).get(address).status_code == 200
    browser.post(f"/listings/{made.id}/publish", data=fields())
    assert sign_in(carla).get(address).status_code == 404
    assert kept() == []


def test_lending_staff_carries_no_file_whatever_its_category_was_before(sign_in, bram, carla, dirk):
    """MKT-51: neither judged nor placed with it; others see the version before it until then."""
    browser, parts = sign_in(bram), {"photos": (photo((60, 40)), "hal.jpg"), "files": (io.BytesIO(b"Cv"), "cv.txt")}
    send(browser, **parts)
    [made] = listings()
    addresses = [f"/listings/{made.id}/files/{file.id}" for file in kept()]
    assert [sign_in(carla).get(address).status_code for address in addresses] == [200, 200]
    with_setting("risk")
    assert browser.post(f"/listings/{made.id}/publish", data=fields("personnel")).status_code == 303
    assert "/files/" not in sign_in(dirk).get(f"/listings/{made.id}/review").text
    assert [sign_in(dirk).get(address).status_code for address in addresses] == [200, 200]  # others still see them
    waiting = queries.get_listing(bram, made.id)
    service.approve_listing(dirk, waiting, version=waiting.version)
    assert queries.files_of(queries.get_listing(bram, made.id)) == []
    assert [sign_in(carla).get(address).status_code for address in addresses] == [404, 404]


def test_a_draft_of_lending_staff_keeps_its_photo_from_who_judges_it(sign_in, bram, dirk):
    """MKT-51: it lies in the working copy, for when the category changes back."""
    browser = sign_in(bram)
    send(browser, "/market", photos=(photo((60, 40)), "hal.jpg"))
    [made], [file] = listings(), kept()
    with_setting("risk")
    assert browser.post(f"/listings/{made.id}/publish", data=fields("personnel")).status_code == 303
    assert sign_in(dirk).get(f"/listings/{made.id}/review").status_code == 200
    assert sign_in(dirk).get(f"/listings/{made.id}/files/{file.id}").status_code == 404
    assert "/files/" not in browser.get(f"/listings/{made.id}/preview").text
    browser.post(f"/listings/{made.id}", data=fields())
    assert f"/files/{file.id}" in browser.get(f"/listings/{made.id}/preview").text


def test_a_closed_listing_gives_its_files_to_nobody_else(sign_in, bram, carla):
    send(sign_in(bram), files=(io.BytesIO(b"Analyse"), "analyse.txt"))
    [file], [made] = kept(), listings()
    service.close_listing(bram, queries.get_listing(bram, made.id), "elsewhere")
    assert sign_in(carla).get(f"/listings/{made.id}/files/{file.id}").status_code == 404


def test_a_file_of_another_listing_is_not_found_under_this_one(sign_in, bram):
    send(sign_in(bram), files=(io.BytesIO(b"Analyse"), "analyse.txt"))
    other = placed(bram)
    assert sign_in(bram).get(f"/listings/{other.id}/files/{kept()[0].id}").status_code == 404
