"""Files in a bucket (S3): what test_store.py does not ask of either place."""

import io
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.core.clock import StoppedClock
from app.core.extensions import db
from app.documents import service as documents
from app.documents.models import Document, DocumentVersion
from app.files import service as files
from app.files.models import FileContent, Thumbnail
from app.files.service.bucket import Bucket
from app.files.service.contents import NotStored
from app.files.service.storage import incoming, storage
from app.files.tasks import make_waiting_thumbnails
from tests.documents.conftest import upload
from tests.documents.test_files import png, send
from tests.files.test_store import stored
from tests.servers import Fate, lay

NOT_SAVED = "Niet opgeslagen. Probeer het over enkele minuten opnieuw."
NOT_READABLE = "Dit bestand is nu niet te lezen. Probeer het over enkele minuten opnieuw."


@pytest.fixture
def shared(bucket, anna, energie):
    """A file of energie, in the bucket."""
    return documents.add_files(anna, energie, None, [upload()])[0]


def counted(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_a_member_uploads_reads_and_sees_the_small_picture(bucket, sign_in, bram, anna):
    """DOC-10, DOC-14, DOC-17"""
    assert send(sign_in(bram), ("Verslag mei.txt", b"mei"), ("foto.png", png())).status_code == 303
    text, photo = db.session.scalars(select(Document).order_by(Document.id))
    browser = sign_in(anna)
    assert browser.get(f"/documents/{text.id}/file").data == b"mei"
    shown = browser.get(f"/documents/{photo.id}/file?inline")
    assert (shown.data, shown.headers["Content-Type"]) == (png(), "image/png")
    small = browser.get(f"/documents/{photo.id}/thumbnail")
    assert (small.status_code, small.headers["Content-Type"], small.data[:4]) == (200, "image/webp", b"RIFF")
    assert list(incoming().iterdir()) == []


def test_nobody_fetches_the_small_picture_that_the_browser_has(bucket, sign_in, anna, energie):
    """decisions 27: the right is asked each time, and the bytes are not."""
    made = documents.add_files(anna, energie, None, [upload("foto.png", png())])[0]
    browser, address = sign_in(anna), f"/documents/{made.id}/thumbnail"
    again = {"If-None-Match": browser.get(address).headers["ETag"]}
    bucket.asked.clear()
    assert browser.get(address, headers=again).status_code == 304
    assert bucket.asked == []


def test_an_upload_while_the_bucket_is_away_is_refused_in_a_sentence_and_what_was_typed_stays(
        bucket, sign_in, anna, shared):  # fmt: skip
    """Section 5: nothing is lost, and later it works."""
    browser, before = sign_in(anna), counted(FileContent)

    def add_version():
        return browser.post(f"/documents/{shared.id}/versions", content_type="multipart/form-data", data={
            "file": (io.BytesIO(b"Van Anna"), "a.txt"), "base_version": "1", "remark": "Mijn aanvulling"})  # fmt: skip

    bucket.stop()
    try:
        answer = add_version()
        assert answer.status_code == 503
        assert NOT_SAVED in answer.text
        assert 'value="Mijn aanvulling"' in answer.text
        assert (counted(FileContent), counted(DocumentVersion)) == (before, 1)
        assert list(incoming().iterdir()) == []
    finally:
        bucket.start()
    assert add_version().status_code == 303
    assert browser.get(f"/documents/{shared.id}/file").data == b"Van Anna"


def test_of_several_files_only_the_first_waits_for_a_bucket_that_is_away(bucket, sign_in, bram):
    """DOC-10: each is named. Twenty that waited one after the other would take minutes."""
    bucket.script(Fate.BUSY, Fate.BUSY)
    answer = send(sign_in(bram), ("a.txt", b"a"), ("b.txt", b"b"), ("c.txt", b"c"))
    assert answer.status_code == 503
    for name in ("a.txt", "b.txt", "c.txt"):
        assert f"<strong>{name}</strong>: {NOT_SAVED}" in answer.text
    assert len(bucket.asked) == 2
    assert counted(FileContent) == 0


def test_while_the_bucket_is_away_a_file_is_not_readable_and_its_page_is(bucket, sign_in, anna, shared):
    browser = sign_in(anna)
    bucket.stop()
    try:
        answer = browser.get(f"/documents/{shared.id}/file")
        assert (answer.status_code, NOT_READABLE in answer.text) == (503, True)
        assert browser.get(shared.link).status_code == 200
    finally:
        bucket.start()
    assert browser.get(f"/documents/{shared.id}/file").data == b"Verslag van dinsdag"


@pytest.mark.parametrize("waits", ["open", "put"])
def test_who_waits_for_the_bucket_keeps_nobody_from_the_database(bucket, sign_in, anna, shared, monkeypatch, waits):
    """A bucket that hangs would else take all connections, and with them the pages."""
    held, asked, browser, address = [], getattr(Bucket, waits), sign_in(anna), f"/documents/{shared.id}/file"

    def counting(*words):
        held.append(db.engine.pool.checkedout())
        return asked(*words)

    monkeypatch.setattr(Bucket, waits, counting)
    db.session.rollback()  # the test's own
    assert (browser.get(address) if waits == "open" else send(browser, ("a.txt", b"a"))).status_code in (200, 303)
    assert held == [0]


def test_a_bucket_that_is_busy_for_a_moment_is_asked_again(bucket, sign_in, anna, shared):
    bucket.script(Fate.BUSY)
    assert sign_in(anna).get(f"/documents/{shared.id}/file").data == b"Verslag van dinsdag"
    bucket.script(Fate.ANSWERED, Fate.BUSY)  # whose it is, then the bytes
    assert storage().has(stored(b"Nog een verslag").sha256)


@pytest.mark.parametrize("fates", [
    (Fate.ANSWERED, Fate.SPOILT),  # the bytes
    (Fate.ANSWERED, Fate.ANSWERED, Fate.BUSY, Fate.BUSY),  # whether they are there, when the row is written
])  # fmt: skip
def test_what_did_not_arrive_whole_or_surely_is_not_acknowledged(bucket, shared, fates):
    """DOC-12"""
    before = counted(FileContent)
    bucket.script(*fates)
    with pytest.raises(NotStored, match=NOT_SAVED):
        stored(b"Nog een verslag")
    assert counted(FileContent) == before


def test_a_file_of_which_the_line_is_cut_halfway_does_not_pass_for_a_whole_one(bucket, app):
    kept = stored(b"Verslag" * 100_000)
    bucket.script(Fate.CUT_OFF)
    with storage().open(kept.sha256) as arriving, pytest.raises(OSError, match=kept.sha256):
        arriving.read()


def test_a_picture_waits_for_its_small_one_until_it_can_be_fetched(bucket, app, monkeypatch):
    """DOC-17: a bucket that is away says nothing of the picture."""
    bucket.script(*[Fate.ANSWERED] * 5, *[Fate.BUSY] * 3)  # all of the first upload, and the job asks in vain
    kept = stored(png())
    waits = db.session.get_one(FileContent, kept.sha256, populate_existing=True)
    assert waits.thumbnail is Thumbnail.WAITING
    make_waiting_thumbnails()
    assert db.session.get_one(FileContent, kept.sha256, populate_existing=True).thumbnail is Thumbnail.MADE
    assert storage().has(waits.thumbnail_key)


def test_a_sweep_that_the_bucket_stops_loses_nothing_and_is_made_up_for(bucket, app):
    with StoppedClock() as clock:
        kept = stored(b"Van niemand")
        clock.forward(hours=25)
        bucket.script(Fate.BUSY, Fate.BUSY)
        with pytest.raises(OSError, match=kept.sha256):
            files.forget_unused()
        assert db.session.get(FileContent, kept.sha256) is not None
        assert storage().has(kept.sha256)
        assert files.forget_unused() == 1
    assert not storage().has(kept.sha256)


def test_what_somebody_else_keeps_in_the_bucket_is_not_swept(bucket, app):
    """Under names that no content has."""
    foreign = {"verslag.pdf", "aa/verslag.pdf", f"aa/bb{'a' * 62}", f"archief/aa/{'a' * 64}"}
    for name in foreign:
        lay(f"{bucket.endpoint}/{bucket.BUCKET}/{name}", b"van iemand anders")
    with StoppedClock() as clock:
        kept = stored(b"Van niemand")
        clock.forward(hours=25)
        assert files.forget_unused() == 1
    assert bucket.names() == {*foreign, "database"}
    assert not storage().has(kept.sha256)


def test_two_sites_may_each_have_a_folder_of_one_bucket(bucket, app, monkeypatch):
    kept = stored(b"Van de ene")
    monkeypatch.setitem(app.config, "STORAGE_URL", bucket.url.replace("?", "/de/andere/?"))
    monkeypatch.setitem(app.config, "SQLALCHEMY_DATABASE_URI", "sqlite:///another.db")
    assert list(storage().everything()) == []
    lies = stored(b"Van de andere").sha256
    assert [each.key for each in storage().everything()] == [lies]
    assert bucket.names() == {"database", f"{kept.sha256[:2]}/{kept.sha256}", "de/andere/database",
                                f"de/andere/{lies[:2]}/{lies}"}  # fmt: skip


def test_a_folder_copied_into_a_bucket_is_read_as_it_was_and_swept_by_its_owner(app, sign_in, anna, energie, request):
    """README: how a site moves."""
    made = documents.add_files(anna, energie, None, [upload()])[0]
    unowned = stored(b"Van niemand").sha256
    folder = Path(app.config["STORAGE_URL"].removeprefix("file://"))
    bucket = request.getfixturevalue("bucket")
    for path in folder.rglob("*"):
        if path.is_file():
            lay(f"{bucket.endpoint}/{bucket.BUCKET}/{path.relative_to(folder)}", path.read_bytes())
    assert sign_in(anna).get(f"/documents/{made.id}/file").data == b"Verslag van dinsdag"
    with StoppedClock() as clock:
        clock.forward(hours=25)
        assert files.forget_unused() == 1
    assert not storage().has(unowned)


def test_many_contents_are_listed_over_many_answers(bucket, app, monkeypatch):
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    laid = {stored(str(number).encode()).sha256 for number in range(5)}
    bucket.asked.clear()
    assert {each.key for each in storage().everything()} == laid
    assert len(bucket.asked) >= 3
