"""Uploading, giving back, and new versions of a file."""

import io
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from app.accounts.models import Tie
from app.accounts.service import end_tie
from app.core.extensions import db, limiter
from app.documents import service
from app.documents.models import Document, DocumentVersion
from app.documents.service import VersionConflict
from app.groups.service import leave_group
from tests.conftest import actor_named, group_called, together
from tests.documents.conftest import upload

CORPORA = Path(__file__).parents[2].parent / "shared" / "corpora" / "files"
DANGEROUS = sorted(path for kind in ("svg", "images", "office", "text", "zip", "pdf") for path in
                   (CORPORA / kind).glob("*")) if CORPORA.is_dir() else []  # fmt: skip


def send(browser, *files, slug="energie", folder="0"):
    sent = [(io.BytesIO(body), name) for name, body in files]
    return browser.post(f"/groups/{slug}/documents", data={"file": sent, "folder": folder},
                        content_type="multipart/form-data")  # fmt: skip


def documents():
    return db.session.scalars(select(Document).order_by(Document.id)).all()


def png():
    made = io.BytesIO()
    Image.new("RGB", (640, 400), "teal").save(made, "PNG")
    return made.getvalue()


def test_several_files_at_once_are_there_with_their_names(sign_in, bram):
    """DOC-10, DOC-1: in the group, without the path of the computer they came from."""
    answer = send(sign_in(bram), ("Mijn map/Verslag mei.txt", b"mei"), ("../../etc/passwd", b"root"))
    assert answer.status_code == 303
    assert [each.title for each in documents()] == ["Verslag mei", "passwd"]
    page = sign_in(bram).get("/groups/energie/documents").text
    assert "Verslag mei.txt" in page
    assert "Bram Boelens · Vezelwerk Emmen" in page


def test_each_refused_file_names_itself_and_the_others_are_kept(sign_in, bram, app, monkeypatch):
    """DOC-10, section 5"""
    monkeypatch.setitem(app.config, "UPLOAD_MAX", 1_000_000)
    answer = send(sign_in(bram), ("goed.txt", b"goed"), ("groot.txt", b"a" * 1_300_000), ("leeg.txt", b""))
    assert answer.status_code == 200
    assert "<strong>groot.txt</strong>: Dit bestand is 1,3 MB; het mag 1 MB zijn." in answer.text
    assert "<strong>leeg.txt</strong>: Dit bestand is leeg." in answer.text
    assert [each.title for each in documents()] == ["goed"]


def test_the_twenty_first_file_is_refused_by_name(sign_in, bram):
    """DOC-10"""
    answer = send(sign_in(bram), *((f"{number}.txt", str(number).encode()) for number in range(21)))
    assert "<strong>20.txt</strong>: Hoogstens 20 bestanden tegelijk." in answer.text
    assert len(documents()) == 20


def test_who_chooses_no_file_reads_that(sign_in, bram):
    answer = sign_in(bram).post("/groups/energie/documents", data={"folder": "0"})
    assert answer.status_code == 422
    assert "Kies eerst een bestand." in answer.text


def test_a_file_is_given_back_as_it_came_to_keep_and_not_to_run(sign_in, anna, bram, energie):
    """DOC-14, DOC-15"""
    made = service.add_files(anna, energie, None, [upload("Überzicht €.html", b"<script>alert(1)</script>")])[0]
    answer = sign_in(bram).get(f"/documents/{made.id}/file?inline")
    assert answer.data == b"<script>alert(1)</script>"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%C3%9Cberzicht%20%E2%82%AC.html" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(("name", "body", "kind", "policy"), [
    ("foto.png", png(), "image/png", "default-src 'none'; sandbox"),
    ("stuk.pdf", b"%PDF-1.7\n", "application/pdf", "default-src 'none'"),
])  # fmt: skip
def test_pictures_and_pdf_are_shown_when_asked_for(name, body, kind, policy, sign_in, anna, energie):
    """DOC-14, DOC-15"""
    made = service.add_files(anna, energie, None, [upload(name, body)])[0]
    shown, kept = (sign_in(anna).get(f"/documents/{made.id}/file{more}") for more in ("?inline", ""))
    assert shown.headers["Content-Type"] == kind
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert shown.headers["Content-Security-Policy"] == policy
    assert kept.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.slow
@pytest.mark.skipif(not DANGEROUS, reason=f"SKIPPED WITHOUT CORPORA: {CORPORA} is missing")
def test_no_file_that_others_made_dangerous_is_shown_or_hangs(sign_in, bram):
    """Section 7.7 and 7.8: corpora/files; pictures and PDF alone may be shown, and come back byte for byte."""
    browser, shown = sign_in(bram), set()
    for path in DANGEROUS:
        limiter.reset()
        assert send(browser, (path.name, path.read_bytes())).status_code == 303, path.name
        made = documents()[-1]
        answer = browser.get(f"/documents/{made.id}/file?inline")
        assert answer.data == path.read_bytes()
        if not answer.headers["Content-Disposition"].startswith("attachment"):
            shown.add(answer.headers["Content-Type"])
            assert path.suffix in (".pdf", ".png"), path.name
        assert browser.get(made.link).status_code == 200
    assert shown <= {"application/pdf", "image/png"}


def test_a_name_that_promises_something_else_is_said_on_the_page(sign_in, anna, energie):
    """DOC-13"""
    made = service.add_files(anna, energie, None, [upload("foto.png", b"<svg onload=alert(1)>")])[0]
    assert "Dit bestand is iets anders dan de naam zegt" in sign_in(anna).get(made.link).text


def test_a_thumbnail_is_asked_about_each_time_and_stops_with_the_right(sign_in, anna, energie, carla):
    """DOC-17, decisions 27"""
    made = service.add_files(anna, energie, None, [upload("foto.png", png())])[0]
    browser, address = sign_in(anna), f"/documents/{made.id}/thumbnail"
    answer = browser.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
    assert "no-cache" in answer.headers["Cache-Control"]
    again = {"If-None-Match": answer.headers["ETag"]}
    assert browser.get(address, headers=again).status_code == 304
    service.trash_document(anna, db.session.get_one(Document, made.id))
    assert browser.get(address, headers=again).status_code == 404


def test_knowing_the_address_is_not_enough(sign_in, visitor, emma, dirk, externe_veiligheid):
    """DOC-16, GRP-4"""
    made = service.add_files(emma, externe_veiligheid, None, [upload()])[0]
    version = db.session.scalars(select(DocumentVersion)).one()
    for address in (f"/documents/{made.id}/file", f"/versions/{version.id}/file", made.link):
        assert sign_in(emma).get(address).status_code == 200
        assert sign_in(dirk).get(address).status_code == 404
        assert visitor.get(address).status_code == 303


def test_the_file_stops_with_the_membership_and_with_the_tie(sign_in, emma, dirk, externe_veiligheid):
    """DOC-16, section 7.15"""
    made = service.add_files(emma, externe_veiligheid, None, [upload()])[0]
    bert, joke = actor_named("bert"), actor_named("joke")
    of_bert, of_joke = sign_in(bert), sign_in(joke)
    for browser in (of_bert, of_joke):
        assert browser.get(f"/documents/{made.id}/file").status_code == 200
    leave_group(bert, group_called("externe-veiligheid"))
    end_tie(dirk, db.session.get_one(Tie, joke.tie_id))
    assert of_bert.get(f"/documents/{made.id}/file").status_code == 404
    assert of_joke.get(f"/documents/{made.id}/file").status_code == 303  # to sign in: her sessions ended


def test_documents_stay_when_their_maker_goes(sign_in, anna, bram, dirk, energie):
    """DOC-1"""
    made = service.add_files(bram, energie, None, [upload()])[0]
    end_tie(dirk, db.session.get_one(Tie, bram.tie_id))
    assert sign_in(anna).get(f"/documents/{made.id}/file").status_code == 200
    assert "Bram Boelens" in sign_in(anna).get(db.session.get_one(Document, made.id).link).text


def test_a_new_version_keeps_the_address_and_the_old_one(sign_in, anna, file):
    """DOC-11, DOC-39"""
    browser = sign_in(anna)
    answer = browser.post(f"/documents/{file.id}/versions", content_type="multipart/form-data", data={
        "file": (io.BytesIO(b"Verslag van woensdag"), "verslag 2.txt"), "base_version": "1", "remark": "Aangevuld"})
    assert (answer.status_code, answer.location) == (303, file.link)
    assert browser.get(f"/documents/{file.id}/file").data == b"Verslag van woensdag"
    first = db.session.scalars(select(DocumentVersion).where(DocumentVersion.number == 1)).one()
    assert browser.get(f"/versions/{first.id}/file").data == b"Verslag van dinsdag"
    assert "Aangevuld" in browser.get(f"/documents/{file.id}/history").text


def test_an_upload_on_an_old_version_is_not_written_over_the_newer_one(sign_in, anna, bram, file):
    """DOC-11: the remark stays in the form."""
    service.add_file_version(bram, file, upload(body=b"Van Bram"), base_version=1)
    answer = sign_in(anna).post(f"/documents/{file.id}/versions", content_type="multipart/form-data", data={
        "file": (io.BytesIO(b"Van Anna"), "a.txt"), "base_version": "1", "remark": "Mijn aanvulling"})
    assert answer.status_code == 409
    assert "Iemand anders heeft intussen een nieuwere versie opgeslagen." in answer.text
    assert 'value="Mijn aanvulling"' in answer.text
    assert 'name="base_version" value="2"' in answer.text
    assert sign_in(anna).get(f"/documents/{file.id}/file").data == b"Van Bram"


@pytest.mark.parametrize(("sent", "remark"), [(b"", "Mijn aanvulling"), (b"Van Anna", "a" * 301)])
def test_an_upload_that_is_refused_for_itself_stays_on_the_version_its_sender_knows(
        sent, remark, sign_in, anna, bram, file):  # fmt: skip
    """DOC-11: an empty file, or too long a remark; of the newer version nothing was said yet."""
    service.add_file_version(bram, file, upload(body=b"Van Bram"), base_version=1)
    browser = sign_in(anna)
    answer = browser.post(f"/documents/{file.id}/versions", content_type="multipart/form-data", data={
        "file": (io.BytesIO(sent), "a.txt"), "base_version": "1", "remark": remark})  # fmt: skip
    assert answer.status_code == 422
    assert 'name="base_version" value="1"' in answer.text


def test_two_uploads_at_one_moment_give_one_version_and_one_conflict(app, anna, bram, file):
    """Section 7.10"""
    number, loads = file.id, [upload(body=b"A"), upload(body=b"B")]

    def add(key, load):
        return service.add_file_version(actor_named(key), db.session.get_one(Document, number), load, base_version=1)

    results = together(app, lambda: add("anna", loads[0]), lambda: add("bram", loads[1]))
    assert [type(each) for each in results].count(VersionConflict) == 1
    numbers = db.session.scalars(select(DocumentVersion.number).order_by(DocumentVersion.number)).all()
    assert numbers == [1, 2]


def test_the_same_bytes_again_make_no_new_version(anna, file):
    service.add_file_version(anna, file, upload(), base_version=1)
    assert db.session.get_one(Document, file.id).last_number == 1
