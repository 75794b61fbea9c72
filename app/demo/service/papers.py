"""Documents of the demo: folders, pages with their history, and files of every kind."""

import io
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.accounts.models import Actor
from app.core import clock, markup
from app.core.extensions import db
from app.demo.service.bytes import docx, drawing, pdf, xlsx
from app.demo.service.content import actor_of, content, days_from
from app.documents import service as documents
from app.documents.models import Document, Folder, Label
from app.documents.service import WrittenPage
from app.files import service as files
from app.groups.models import WorkingGroup

MOST = 1 << 20  # bytes
FIRST_HOUR, APART = 9, 21  # of a working day; minutes between documents


def place_documents(now: datetime, people: dict[str, int], made: dict[str, int]) -> None:
    """All documents of the content file, by the people and on the days it names."""
    for entry in content("documents")["series"]:
        place_series(now, people, made, entry)
    for number, entry in enumerate(content("documents")["document"]):
        first, *later = entry["version"]
        actor, at = actor_of(people[first["by"]]), _moment(now, first["days_ago"], APART * number)
        with clock.stopped_at(at):
            document = _begin(actor, db.session.get_one(WorkingGroup, made[entry["group"]]), entry, first)
        for base, version in enumerate(later, start=1):
            actor, at = actor_of(people[version["by"]]), _moment(now, version["days_ago"], APART * number + base)
            with clock.stopped_at(at):
                _go_on(actor, document, version, base=base)
        with clock.stopped_at(at):  # whoever wrote last
            if "label" in entry:
                documents.label_document(actor, document, Label(entry["label"]))
            if entry.get("is_trashed"):
                documents.trash_document(actor, document)


def place_series(now: datetime, people: dict[str, int], made: dict[str, int], entry: dict[str, Any]) -> None:
    """A file of each week, the oldest first."""
    actor = actor_of(people[entry["by"]])
    for ago in range(entry["weeks"], 0, -1):
        at = _moment(now, 7 * ago, 0)
        year, week, _day = at.date().isocalendar()
        version = {"kind": entry["kind"], "lines": [entry["head"], *_measured(week)]}
        with clock.stopped_at(at):
            group = db.session.get_one(WorkingGroup, made[entry["group"]])
            folder = _folder(actor, group, entry["folder"])
            documents.add_files(actor, group, folder, [paper(f"{entry['title']} {year}-{week:02}", version)])


def _measured(week: int) -> list[str]:
    """Seven days of invented figures, warmer and less in summer."""
    is_summer = 18 <= week <= 38
    return [f"{day};{60 + is_summer + (week + place) % 3},{(7 * week + place) % 10};{37 + (week * place) % 4},0;"
            f"{42 - 15 * is_summer + (3 * week + 5 * place) % 6}"
            for place, day in enumerate(("ma", "di", "wo", "do", "vr", "za", "zo"))]  # fmt: skip


def _moment(now: datetime, days_ago: int, minutes: int) -> datetime:
    """In the morning of its day, and at least five minutes ago."""
    morning = days_from(now, -days_ago).replace(hour=FIRST_HOUR, minute=0)
    return min(morning + timedelta(minutes=minutes), now - timedelta(minutes=5))


def _begin(actor: Actor, group: WorkingGroup, entry: dict[str, Any], version: dict[str, Any]) -> Document:
    folder = _folder(actor, group, entry["folder"]) if "folder" in entry else None
    if "text" in version:
        return documents.add_page(actor, group, folder, entry["title"], _text(version))
    return documents.add_files(actor, group, folder, [paper(entry["title"], version)])[0]


def _go_on(actor: Actor, document: Document, version: dict[str, Any], base: int) -> None:
    remark = version.get("remark", "")
    if "text" in version:
        documents.edit_page(actor, document, _text(version), base_version=base, remark=remark,
                            name=version.get("name"))  # fmt: skip
    else:
        documents.add_file_version(actor, document, paper(document.title, version), base_version=base, remark=remark)


def _folder(actor: Actor, group: WorkingGroup, name: str) -> Folder:
    found = db.session.scalar(select(Folder).where(Folder.group_id == group.id, Folder.name == name))
    return found or documents.add_folder(actor, group, None, name)


def _text(version: dict[str, Any]) -> WrittenPage:
    body = version["text"].strip()
    return WrittenPage(body, markup.render_long(body, person_id=None))


def paper(title: str, entry: dict[str, Any]) -> files.Upload:
    """A file of the `kind` and with the `lines` of this entry."""
    kind, lines = entry["kind"], entry["lines"]
    if kind == "xlsx":
        body = xlsx([line.split(";") for line in lines])
    elif kind in ("csv", "txt"):
        body = "\r\n".join(lines).encode()
    else:
        body = {"pdf": pdf, "docx": docx, "png": drawing}[kind](lines)
    return files.Upload(files.store(io.BytesIO(body), most=MOST), f"{title}.{kind}")
