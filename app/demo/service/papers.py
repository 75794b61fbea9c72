"""Documents of the demo: folders, pages with their history, and files of every kind."""

import io
import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.accounts.models import Actor
from app.core import clock, markup
from app.core.extensions import db
from app.demo.service.bytes import docx, drawing, pdf, xlsx
from app.documents import service as documents
from app.documents.models import Document, Folder, Label
from app.documents.service import Upload, WrittenPage
from app.files import service as files
from app.groups.models import WorkingGroup

CONTENT = Path(__file__).parents[1] / "content" / "documents.toml"
MOST = 1 << 20  # bytes
FIRST_HOUR, APART = 9, 21  # of a working day; minutes between documents


def place_documents(now: datetime, people: dict[str, int], made: dict[str, int]) -> None:
    """All documents of the content file, by the people and on the days it names."""
    with CONTENT.open("rb") as source:
        entries = tomllib.load(source)["document"]
    for number, entry in enumerate(entries):
        group_id = made[entry["group"]]
        for place, version in enumerate(entry["version"]):
            actor = Actor.of_person(people[version["by"]])
            if actor is None:
                raise LookupError(version["by"])
            day = clock.local(now - timedelta(days=version["days_ago"])).replace(hour=FIRST_HOUR, minute=0)
            at = min(day + timedelta(minutes=APART * number + place), now - timedelta(minutes=5))
            with clock.stopped_at(at):
                if place == 0:
                    document_id = _begin(actor, group_id, entry, version)
                else:
                    _go_on(actor, document_id, entry["title"], version, base=place)
                if entry.get("label") and version is entry["version"][-1]:
                    documents.label_document(actor, db.session.get_one(Document, document_id), Label(entry["label"]))
                if entry.get("is_trashed") and version is entry["version"][-1]:
                    documents.trash_document(actor, db.session.get_one(Document, document_id))


def _begin(actor: Actor, group_id: int, entry: dict[str, Any], version: dict[str, Any]) -> int:
    folder = _folder(actor, group_id, entry["folder"]) if "folder" in entry else None
    if "text" in version:
        text = _text(version)
        group = db.session.get_one(WorkingGroup, group_id)
        return documents.add_page(actor, group, _again(folder), entry["title"], text).id
    upload = _upload(entry["title"], version)
    group = db.session.get_one(WorkingGroup, group_id)
    return documents.add_files(actor, group, _again(folder), [upload])[0].id


def _go_on(actor: Actor, document_id: int, title: str, version: dict[str, Any], base: int) -> None:
    remark = version.get("remark", "")
    if "text" in version:
        text = _text(version)
        document = db.session.get_one(Document, document_id)
        documents.edit_page(actor, document, text, base_version=base, remark=remark, name=version.get("name"))
    else:
        upload = _upload(title, version)
        document = db.session.get_one(Document, document_id)
        documents.add_file_version(actor, document, upload, base_version=base, remark=remark)


def _folder(actor: Actor, group_id: int, name: str) -> int:
    found = db.session.scalar(select(Folder.id).where(Folder.group_id == group_id, Folder.name == name))
    return found or documents.add_folder(actor, db.session.get_one(WorkingGroup, group_id), None, name).id


def _again(folder_id: int | None) -> Folder | None:
    return db.session.get_one(Folder, folder_id) if folder_id else None


def _text(version: dict[str, Any]) -> WrittenPage:
    body = version["text"].strip()
    return WrittenPage(body, markup.render_long(body, person_id=None))


def _upload(title: str, version: dict[str, Any]) -> Upload:
    kind, lines = version["kind"], version["lines"]
    if kind == "xlsx":
        body = xlsx([line.split(";") for line in lines])
    elif kind in ("csv", "txt"):
        body = "\r\n".join(lines).encode()
    else:
        body = {"pdf": pdf, "docx": docx, "png": drawing}[kind](lines)
    return Upload(files.store(io.BytesIO(body), most=MOST), f"{title}.{kind}")
