"""Writing an announcement, holding it for ten minutes, and sending it once to each (NTF-40, NTF-5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import ColumnElement, and_, select, update

from app.accounts.models import Actor, Tie
from app.accounts.policy import MEMBERS
from app.announcements.events import (
    AnnouncementPlanned,
    AnnouncementSent,
    AnnouncementSentAgain,
    AnnouncementWithdrawn,
)
from app.announcements.models import (
    HELD,
    Announcement,
    AnnouncementGroup,
    Audience,
    Kind,
    Reason,
    State,
)
from app.announcements.policy import (
    CONTACTS,
    can_read_announcement,
    can_send_announcement,
    can_send_announcement_again,
    can_withdraw_announcement,
    may_announce,
)
from app.announcements.queries import is_for_confidential_group, names_of_groups, people_reached, writer_of
from app.core.clock import now
from app.core.db import insert_unless_there, new_id
from app.core.errors import Conflict, Forbidden
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.markup import for_letter
from app.core.policy import authorize
from app.core.transaction import atomic
from app.groups.models import group_scope
from app.mail.models import Letter
from app.mail.queries import IN_TROUBLE
from app.mail.service import looked_at_again, take_back, through_the_site, write_letter
from app.notifications import service as notifications
from app.notifications.models import Channel, Delivery, DeliveryState

BOARD, NEWS = "announcement", "news"  # lines under the bell
LETTER = "announcements/announcement"
IN_LETTER_MOST = 8_000  # characters; of a longer text the letter has the beginning (NTF-23)
HTML_MOST = 4 * IN_LETTER_MOST  # of a text that grows beyond this the letter has the words as they were typed
AT_ONCE_MOST = 300  # letters in one turn


@dataclass(frozen=True)
class Plan:
    """What was typed; `body_html` as the renderer made it of `body_md`."""

    kind: Kind
    audience: Audience
    title: str
    body_md: str
    body_html: str
    reason: Reason | None = None
    group_ids: tuple[int, ...] = ()


@atomic
def write_announcement(actor: Actor, plan: Plan) -> Announcement:
    _authorize_plan(actor, plan)
    made = Announcement(created_by=actor.tie_id)
    db.session.add(_as_planned(made, plan))
    db.session.flush()
    return made


@atomic
def edit_announcement(actor: Actor, announcement: Announcement, plan: Plan) -> None:
    authorize(can_send_announcement, actor, announcement)
    _authorize_plan(actor, plan)
    _as_planned(announcement, plan)
    announcement.version += 1


@atomic
def discard_announcement(actor: Actor, announcement: Announcement) -> None:
    authorize(can_send_announcement, actor, announcement)
    db.session.delete(announcement)


@atomic
def send_announcement(actor: Actor, announcement: Announcement) -> None:
    """In ten minutes. Pressed twice it goes once, and no later for it."""
    if announcement.is_waiting and announcement.created_by == actor.tie_id:
        return
    authorize(can_send_announcement, actor, announcement)
    announcement.state, announcement.send_at = State.WAITING, now() + HELD
    publish(AnnouncementPlanned(actor_id=actor.id, announcement_id=announcement.id))


@atomic
def withdraw_announcement(actor: Actor, announcement: Announcement) -> None:
    """A draft again. What is out cannot be taken back: Conflict."""
    _hold(announcement)
    if announcement.is_sent and can_read_announcement(actor, announcement):
        raise Conflict(_("This was sent already."), back_url=announcement.link)
    authorize(can_withdraw_announcement, actor, announcement)
    announcement.state, announcement.send_at = State.DRAFT, None
    publish(AnnouncementWithdrawn(actor_id=actor.id, announcement_id=announcement.id))


@atomic
def try_announcement(actor: Actor, announcement: Announcement) -> None:
    """To its writer alone: the letter as it would be."""
    authorize(can_send_announcement, actor, announcement)
    if is_for_confidential_group(announcement):
        raise Conflict(_("Of a confidential working group nothing goes by mail."), back_url=announcement.link)
    _letter(announcement, actor)


@atomic
def send_if_due(announcement_id: int) -> None:
    """The line under each bell and, of the board's, a row in the ledger for each letter: all of it or nothing.

    Who has lost the right since has a draft again. Of two workers the second finds it sent.
    """
    announcement = db.session.get_one(Announcement, announcement_id)
    _hold(announcement)
    if not announcement.is_waiting or announcement.send_at is None or announcement.send_at > now():
        return
    writer = Actor.of_person(db.session.get_one(Tie, announcement.created_by).person_id)
    if writer is None or writer.tie_id != announcement.created_by or not may_announce(
            writer, announcement.kind, announcement.audience, announcement.group_ids):  # fmt: skip
        announcement.state, announcement.send_at = State.DRAFT, None
        publish(AnnouncementWithdrawn(actor_id=None, announcement_id=announcement.id))
        return
    announcement.state, announcement.sent_at = State.SENT, now()
    people = people_reached(announcement.audience, announcement.group_ids)
    if announcement.is_board:
        _note_letters([person_id for person_id in people if person_id != writer.id], announcement)
    for scope, told in _by_scope(announcement, people):
        notifications.notify(told, kind=BOARD if announcement.is_board else NEWS, item=announcement.id,
                             actor_id=writer.id, actor_tie_id=announcement.created_by, scope=scope)  # fmt: skip
    publish(AnnouncementSent(
        actor_id=writer.id, announcement_id=announcement.id, kind=announcement.kind.value,
        occasion=announcement.reason.value if announcement.reason else None, people=len(people)))  # fmt: skip


def write_letters() -> None:
    """Each in a transaction of its own: whoever is stopped in between goes on where they were, with nobody twice."""
    waiting = select(Delivery.id).where(_waits_for_letter()).order_by(Delivery.id).limit(AT_ONCE_MOST)
    for delivery_id in db.session.scalars(waiting).all():
        write_letter_of(delivery_id)


@atomic
def write_letter_of(delivery_id: int) -> None:
    """The right to read it is asked once more; without it nothing leaves, and nothing says so (NTF-4)."""
    delivery = db.session.scalar(
        select(Delivery).where(Delivery.id == delivery_id, _waits_for_letter()).with_for_update()
        .execution_options(populate_existing=True)
    )  # fmt: skip
    if delivery is None:
        return
    reader = Actor.of_person(delivery.person_id)
    announcement = db.session.get(Announcement, delivery.item)
    if reader is None or announcement is None or not _may_be_mailed(reader, announcement):
        delivery.state = DeliveryState.CANCELLED
        return
    delivery.letter_id = _letter(announcement, reader).id


@looked_at_again(LETTER)
def look_again(letter: Letter) -> None:
    """One that waited for the mail server: who may not read it any more gets none (NTF-4). A trial is of nobody."""
    delivery = db.session.scalar(select(Delivery).where(Delivery.letter_id == letter.id))
    if delivery is None:
        return
    reader, announcement = Actor.of_person(delivery.person_id), db.session.get(Announcement, delivery.item)
    if reader is None or announcement is None or not _may_be_mailed(reader, announcement):
        _take_back(letter, state=DeliveryState.CANCELLED)
    elif reader.email != letter.to:
        _take_back(letter, letter_id=None)  # another is written to the address of now


@atomic
def _take_back(letter: Letter, **values: object) -> None:
    if take_back(letter.id):
        db.session.execute(update(Delivery).where(Delivery.letter_id == letter.id).values(**values))


@atomic
def send_again(actor: Actor, announcement: Announcement, person_id: int) -> bool:
    """To one person whose letter failed or may not have come; False where theirs did, or another was quicker."""
    authorize(can_send_announcement_again, actor, announcement)
    delivery = db.session.scalar(
        select(Delivery).where(Delivery.person_id == person_id, Delivery.item == announcement.id,
                               Delivery.channel == Channel.MAIL).with_for_update()
        .execution_options(populate_existing=True)
    )  # fmt: skip
    letter = db.session.get(Letter, delivery.letter_id) if delivery is not None and delivery.letter_id else None
    reader = Actor.of_person(person_id)
    if delivery is None or letter is None or letter.state not in IN_TROUBLE:
        return False
    if reader is None or not _may_be_mailed(reader, announcement):
        return False
    delivery.letter_id = _letter(announcement, reader).id
    publish(AnnouncementSentAgain(actor_id=actor.id, announcement_id=announcement.id, person_id=person_id))
    return True


def _authorize_plan(actor: Actor, plan: Plan) -> None:
    if not may_announce(actor, plan.kind, plan.audience, plan.group_ids):
        raise Forbidden


def _as_planned(announcement: Announcement, plan: Plan) -> Announcement:
    """News needs no reason, and who writes to everyone names no group."""
    announcement.kind, announcement.audience = plan.kind, plan.audience
    announcement.reason = plan.reason if plan.kind is Kind.BOARD else None
    announcement.title, announcement.body_md, announcement.body_html = plan.title, plan.body_md, plan.body_html
    wanted = set(plan.group_ids) if plan.audience is Audience.GROUPS else set()
    kept = {each.group_id: each for each in announcement.groups}
    announcement.groups = [kept.get(each) or AnnouncementGroup(group_id=each) for each in sorted(wanted)]
    return announcement


def _hold(announcement: Announcement) -> None:
    """Until COMMIT: taking back and sending at one moment are one after the other."""
    db.session.refresh(announcement, with_for_update={"of": Announcement})


def _by_scope(announcement: Announcement, people: Sequence[int]) -> Iterable[tuple[str, Sequence[int]]]:
    """Who may read it, and whom to tell under that; whoever is in two of its groups is told once."""
    if announcement.audience is not Audience.GROUPS:
        yield (MEMBERS if announcement.audience is Audience.ALL else CONTACTS), people
        return
    told: set[int] = set()
    for group_id in announcement.group_ids:
        here = set(people_reached(Audience.GROUPS, [group_id])) - told
        told |= here
        yield group_scope(group_id), sorted(here)


def _note_letters(people: Sequence[int], announcement: Announcement) -> None:
    """In the ledger as handed over to us: no other job of the mail takes them."""
    rows = [
        {"id": new_id(), "person_id": person_id, "kind": BOARD, "item": announcement.id, "round": 0,
         "channel": Channel.MAIL, "place": f"{BOARD}:{announcement.id}", "scope": MEMBERS, "reason": BOARD,
         "state": DeliveryState.HANDED, "not_before": now(), "created_at": now()}
        for person_id in people
    ]  # fmt: skip
    if rows:
        insert_unless_there(Delivery, rows, key=("person_id", "item", "round", "channel"))


def _may_be_mailed(reader: Actor, announcement: Announcement) -> bool:
    """A working group that it is for may have become confidential since it was sent."""
    return can_read_announcement(reader, announcement) and not is_for_confidential_group(announcement)


def _waits_for_letter() -> ColumnElement[bool]:
    return and_(Delivery.kind == BOARD, Delivery.reason == BOARD, Delivery.channel == Channel.MAIL,
            Delivery.state == DeliveryState.HANDED, Delivery.letter_id.is_(None))  # fmt: skip


def _letter(announcement: Announcement, reader: Actor) -> Letter:
    writer, body = writer_of(announcement), announcement.body_md.strip()
    beginning = body if len(body) <= IN_LETTER_MOST else body[:IN_LETTER_MOST].rsplit(None, 1)[0] + " …"
    is_whole, html = beginning == body, announcement.body_html
    letter = write_letter(
        to=reader.email, kind=LETTER, locale=reader.locale, name=reader.name,
        announcement=announcement, writer=writer, groups=names_of_groups(announcement), is_whole=is_whole,
        paragraphs=[each for each in beginning.split("\n\n") if each.strip()],
        html=for_letter(html, current_app.config["BASE_URL"]) if is_whole and len(html) <= HTML_MOST else "",
    )  # fmt: skip
    letter.sender_name = through_the_site(f"{writer.name} ({writer.company_name})")
    db.session.flush()  # the ledger names it
    return letter
