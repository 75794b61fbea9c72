"""Bytes are stored once, safely, under what they are."""

import hashlib
import io
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image
from sqlalchemy import select

from app.core.clock import StoppedClock, now
from app.core.errors import Invalid
from app.core.extensions import db
from app.core.transaction import atomic
from app.documents import service as documents
from app.files import service as files
from app.files.models import FileContent, Thumbnail
from app.files.service import contents
from app.files.service.contents import UNUSED_FOR, NotStored
from app.files.service.storage import incoming, storage
from app.files.service.types import MANY_PIXELS, fits_its_name, kind_of
from tests.servers import lay

MOST = 1 << 20


def stored(body, most=MOST):
    return files.store(io.BytesIO(body), most=most)


def picture(kind="PNG", size=(640, 400), mode="RGB", **more):
    made = io.BytesIO()
    Image.new(mode, size, "teal" if mode == "RGB" else 1).save(made, kind, **more)
    return made.getvalue()


@pytest.mark.usefixtures("place")
def test_what_is_stored_can_be_read_again_and_has_the_name_of_its_sum(app):
    """DOC-12"""
    kept = stored(b"Verslag")
    assert kept.sha256 == hashlib.sha256(b"Verslag").hexdigest()
    with storage().open(kept.sha256) as again:
        assert again.read() == b"Verslag"
    assert db.session.get_one(FileContent, kept.sha256).size == 7
    assert list(incoming().iterdir()) == []


@pytest.mark.usefixtures("place")
def test_the_same_bytes_twice_are_one_content(app):
    assert stored(b"Twee keer") == stored(b"Twee keer")
    assert len(db.session.scalars(select(FileContent)).all()) == 1


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(("body", "says"), [(b"", "leeg"), (b"a" * 1001, "mag 1 kB zijn")])
def test_nothing_and_too_much_are_refused_in_a_sentence_and_leave_nothing(app, body, says):
    """DOC-10, section 5"""
    with pytest.raises(Invalid, match=says):
        stored(body, most=1000)
    assert list(incoming().iterdir()) == []
    assert db.session.scalars(select(FileContent)).all() == []


@pytest.mark.usefixtures("place")
def test_a_disk_that_does_not_take_it_is_said_and_leaves_nothing(app, monkeypatch):
    """Section 5: disk full."""
    full = OSError(28, "No space left on device")
    monkeypatch.setattr(type(storage()), "put", lambda *_: (_ for _ in ()).throw(full))
    with pytest.raises(NotStored, match="Probeer het over enkele minuten opnieuw"):
        stored(b"Verslag")
    assert list(incoming().iterdir()) == []
    assert db.session.scalars(select(FileContent)).all() == []


def test_nothing_is_stored_within_a_transaction(app):
    """decisions 26"""

    @atomic
    def service():
        stored(b"Verslag")

    with pytest.raises(RuntimeError):
        service()


OFFICE = b"PK\x03\x04"


@pytest.mark.parametrize(("body", "kind"), [
    (picture(), "image/png"), (picture("JPEG"), "image/jpeg"), (picture("GIF"), "image/gif"),
    (picture("WEBP"), "image/webp"), (b"%PDF-1.7\n%\xe2\xe3", "application/pdf"),
    (b"Naam;Plaats\nAnna;Emmen", "text/plain"),
    ("Coördinator".encode(), "text/plain"), (b"<svg onload=alert(1)>", "text/plain"),
    (b"<!DOCTYPE html><script>1</script>", "text/plain"),
    (b"\x89PNG\r\n\x1a\nbut no picture", "application/octet-stream"),
    (picture()[:60], "application/octet-stream"), (b"\x00\x01\x02", "application/octet-stream"),
    (b"GIF89a<html>", "application/octet-stream"), (OFFICE, "application/octet-stream"),
])  # fmt: skip
def test_a_type_is_found_in_the_content(app, body, kind):
    """DOC-13"""
    assert stored(body).type == kind


@pytest.mark.parametrize(("mime", "name", "fits"), [
    ("image/png", "foto.png", True), ("image/png", "foto.PNG", True), ("text/plain", "foto.png", False),
    ("image/png", "verslag.pdf", False), ("text/plain", "lijst.csv", True), ("image/png", "foto", False),
    ("application/octet-stream", "tekening.dwg", True), (MANY_PIXELS, "foto.jpg", True),
    (MANY_PIXELS, "verslag.pdf", False),
])  # fmt: skip
def test_a_name_that_promises_something_else_is_noticed(mime, name, fits):
    """DOC-13"""
    assert fits_its_name(mime, name) == fits


@pytest.mark.parametrize(("mime", "words"), [
    ("application/msword", "Word-document, ouder soort (doc)"), ("image/heic", "foto (HEIC)"), ("video/mp4", "film"),
    ("audio/mpeg", "geluid"), ("image/tiff", "afbeelding van een ander soort"),
    ("application/x-executable", "een ander soort bestand"),
])  # fmt: skip
def test_what_a_file_is_stands_there_in_words_whatever_it_is(app, mime, words):
    """DOC-13"""
    assert kind_of(mime) == words


def test_a_picture_of_too_many_pixels_is_told_apart_from_one_that_is_none(app, sign_in, anna, energie):
    """DOC-13, DOC-17: its name says what it is, and a photo of it is refused for its size."""
    body = picture(size=(8000, 5001), mode="1")
    upload = files.Upload(stored(body), "plattegrond.png")
    [made] = documents.add_files(anna, energie, None, [upload])
    page = sign_in(anna).get(made.link).text
    assert "Deze afbeelding heeft meer dan 40 megapixels" in page
    assert "is iets anders dan de naam zegt" not in page
    with pytest.raises(Invalid, match="meer dan 40 megapixels"):
        files.store_photo(io.BytesIO(body), most=MOST)


@pytest.mark.usefixtures("place")
def test_a_picture_gets_a_thumbnail_without_what_the_camera_wrote(app):
    """DOC-17"""
    exif = Image.Exif()
    exif[0x010F] = "Geheime camera"
    kept = stored(picture("JPEG", exif=exif))
    content = db.session.get_one(FileContent, kept.sha256, populate_existing=True)
    assert content.thumbnail is Thumbnail.MADE
    with storage().open(content.thumbnail_key) as file:
        small = file.read()
    assert b"camera" not in small
    with Image.open(io.BytesIO(small)) as shown:
        assert (shown.format, shown.size) == ("WEBP", (320, 200))


@pytest.mark.slow
def test_a_bomb_is_kept_as_a_file_and_gets_no_thumbnail(app):
    """Section 7.8: 100 megapixels in few bytes."""
    kept = stored(picture(size=(10_000, 10_000)), most=MOST)
    assert kept.type == MANY_PIXELS
    content = db.session.get_one(FileContent, kept.sha256)
    assert content.thumbnail is Thumbnail.NONE
    assert not content.is_shown_inline


@pytest.mark.usefixtures("place")
def test_a_picture_that_ends_halfway_has_no_thumbnail_and_stays_a_file(app):
    body = picture("JPEG", size=(2000, 2000))
    kept = stored(body[: len(body) // 2])
    content = db.session.get_one(FileContent, kept.sha256, populate_existing=True)
    assert content.thumbnail is Thumbnail.NONE
    assert content.size == len(body) // 2


@pytest.mark.usefixtures("place")
def test_what_nobody_owns_goes_after_a_day_and_what_someone_owns_stays(anna, energie):
    with StoppedClock() as clock:
        owned, unowned = stored(b"Van een document"), stored(b"Van niemand")
        documents.add_files(anna, energie, None, [files.Upload(owned, "a.txt")])
        clock.forward(hours=23)
        assert files.forget_unused() == 0
        clock.forward(hours=2)
        assert files.forget_unused() == 1
    assert storage().has(owned.sha256)
    assert not storage().has(unowned.sha256)
    assert db.session.get(FileContent, unowned.sha256) is None


@pytest.mark.usefixtures("place")
def test_what_is_stored_again_is_wanted_again(app):
    with StoppedClock() as clock:
        stored(b"Nog eens")
        clock.forward(hours=25)
        kept = stored(b"Nog eens")
        assert files.forget_unused() == 0
    assert storage().has(kept.sha256)


@pytest.mark.usefixtures("place")
def test_bytes_without_a_row_go_too(app):
    """A server that was killed between the two steps."""
    stored(b"Iets")
    key = left_behind(app)
    with StoppedClock() as clock:
        clock.forward(hours=25)
        assert files.forget_unused() == 2  # and what nobody owns
    assert not storage().has(key)


def left_behind(app):
    """By a kill, or by someone else: they lie there, and no row says of what."""
    key, place = "aa" * 32, urlsplit(app.config["STORAGE_URL"])
    if place.scheme == "s3":
        lay(f"{place.query.removeprefix('endpoint=')}/{place.netloc}/aa/{key}", b"half")
    else:
        path = Path(place.path) / "aa" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    return key


@pytest.mark.parametrize("holds", [[], ["lost+found"]])
def test_a_folder_that_the_administrator_made_is_swept_too(app, monkeypatch, tmp_path, holds):
    """DOC-12: made by hand, or a volume that was mounted there."""
    for name in holds:
        (tmp_path / name).mkdir()
    monkeypatch.setitem(app.config, "STORAGE_URL", f"file://{tmp_path}")
    stored(b"Iets")
    key = left_behind(app)
    with StoppedClock() as clock:
        clock.forward(hours=25)
        files.forget_unused()
    assert not storage().has(key)


@pytest.mark.usefixtures("place")
def test_a_place_with_files_of_someone_else_is_left_alone(app):
    """Who made them is not known: a copy that was put back, or another program."""
    key = left_behind(app)
    stored(b"Iets")
    with StoppedClock() as clock:
        clock.forward(hours=25)
        files.forget_unused()
    assert storage().has(key)


@pytest.mark.usefixtures("place")
def test_what_another_database_keeps_in_the_same_place_is_left_alone(app, monkeypatch):
    """Two databases of one checkout share var/files, unless STORAGE_URL says otherwise."""
    stored(b"Iets")
    key = left_behind(app)
    monkeypatch.setitem(app.config, "SQLALCHEMY_DATABASE_URI", "sqlite:///another.db")
    with StoppedClock() as clock:
        clock.forward(hours=25)
        files.forget_unused()
    assert storage().has(key)


@pytest.mark.usefixtures("place")
def test_who_takes_it_while_the_sweep_goes_round_keeps_it(anna, energie):
    """Both were asked before the lock: owned in the meantime, and stored again in the meantime."""
    with StoppedClock() as clock:
        owned, again = stored(b"Van een document"), stored(b"Nog eens")
        clock.forward(hours=25)
        before = now() - UNUSED_FOR
        documents.add_files(anna, energie, None, [files.Upload(owned, "a.txt")])
        stored(b"Nog eens")
        assert not contents._forget(owned.sha256, before)
        assert not contents._forget(again.sha256, before)
    assert storage().has(owned.sha256)
    assert storage().has(again.sha256)
