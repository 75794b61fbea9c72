"""How announcements stand under the bell and in the search."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from app.accounts import service as accounts
from app.accounts.models import Tie
from app.accounts.policy import MEMBERS
from app.announcements import queries
from app.announcements.events import AnnouncementSent
from app.announcements.models import Announcement, Audience, State, announcement_link
from app.announcements.policy import CONTACTS, readable_announcements
from app.announcements.service import BOARD, NEWS
from app.core.events import on
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.text import plain_words
from app.groups.models import group_scope
from app.notifications import service as notifications
from app.notifications.models import Sort
from app.notifications.service import Shown
from app.search import service as search
from app.search.models import Entry

KIND = "announcement"  # in search


@on(AnnouncementSent)
def make_findable(event: AnnouncementSent) -> None:
    search.index(entry_of(db.session.get_one(Announcement, event.announcement_id)))


def entry_of(announcement: Announcement) -> Entry:
    allow = {
        Audience.ALL: (MEMBERS,), Audience.CONTACTS: (CONTACTS,),
        Audience.GROUPS: tuple(group_scope(each) for each in announcement.group_ids),
    }[announcement.audience]  # fmt: skip
    writer = db.session.get_one(Tie, announcement.created_by)
    return Entry(kind=KIND, ref_id=announcement.id, title=announcement.title, body=plain_words(announcement.body_md),
                 at=announcement.sent_at or announcement.created_at, allow=allow, author_id=writer.person_id,
                 company_id=writer.company_id)  # fmt: skip


def all_entries() -> Iterable[Entry]:
    sent = select(Announcement).where(Announcement.state == State.SENT)
    return [entry_of(announcement) for announcement in db.session.scalars(sent)]


def show_board(announcement_ids: Sequence[int]) -> dict[int, Shown]:
    return {
        id_: Shown(title, announcement_link(id_), _("Announcement of the board: “%(title)s”", title=title))
        for id_, title in queries.titles_of(announcement_ids)
    }


def show_news(announcement_ids: Sequence[int]) -> dict[int, Shown]:
    return {
        id_: Shown(title, announcement_link(id_), _("News: “%(title)s”", title=title))
        for id_, title in queries.titles_of(announcement_ids)
    }


search.register(KIND, all_entries, reads=search.reads_by(readable_announcements, Announcement.id))
notifications.register(BOARD, show_board, Sort.CALL)
notifications.register(NEWS, show_news, Sort.NEWS)


@accounts.own_data("announcements")
def announcements_data(person_id: int) -> list[dict[str, str]]:
    found = db.session.scalars(
        select(Announcement).join(Tie, Tie.id == Announcement.created_by).where(Tie.person_id == person_id)
        .order_by(Announcement.created_at, Announcement.id)
    )  # fmt: skip
    return [{"title": each.title, "at": each.created_at.isoformat(), "text": each.body_md} for each in found]
