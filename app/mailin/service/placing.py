"""Placing a mail as a post, or answering why not: by the rules and services of the page, asked at this moment."""

import io
import logging
import uuid
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import FileStorage

from app.accounts.models import Actor, Person
from app.accounts.policy import silence_words
from app.accounts.queries import person_by_email
from app.core.errors import Conflict, Forbidden, NotFound
from app.core.events import publish
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.i18n import in_language
from app.core.text import says_something, tidy
from app.core.transaction import atomic
from app.discussions import queries
from app.discussions import service as discussions
from app.discussions.models import BODY_MOST, DRAFT_MOST, PostSource, Thread
from app.discussions.policy import can_write_in_group
from app.discussions.service import Files, FilesConflict, Written
from app.files import service as files
from app.files.service import Result, Upload
from app.mail.service import Incoming, SentFile, Signed, Unreadable, take_apart, without_signature
from app.mail.service import Writer as MailWriter
from app.mailin.events import MailRefused
from app.mailin.models import InboundMail, MailState, Verdict
from app.mailin.service import answering
from app.mailin.service.head import is_own_address, read_head
from app.notifications.service import person_and_place, without_stop_links

logger = logging.getLogger(__name__)
TRIES_MOST = 5  # of a mail over which whoever places it fails
ROUNDS = 3  # when its place changed under our hands
OF_OUR_MAIL = uuid.UUID("6f6b2f64-8a8f-4e0a-9c55-0b2f6a3c1d11")
WRITES_NOT = (Verdict.ARCHIVED, Verdict.SILENCED, Verdict.NO_RIGHT)
NO_DRAFT = -1  # the revision of a draft that no mail knows: one on the page stays


class Writer(NamedTuple):
    """Whoever wrote it, in the thread that the key leads to; none of it where one of them does not fit."""

    person: Person
    actor: Actor
    thread: Thread


class Brought(NamedTuple):
    """The files that lie in the store now, and a sentence for each that does not."""

    uploads: Sequence[Upload]
    refused: Sequence[Result]


def place_mail(mail_id: int) -> None:
    """Decide about a mail that is stored. One that is decided stays as it is; trouble leaves it for the next minute."""
    mail = _begin(mail_id)
    if mail is None:
        return
    try:
        if mail.tries > TRIES_MOST:
            _give_up(mail)
            return
        for round_ in range(ROUNDS):
            try:
                _decide(mail)
                return
            except (Conflict, Forbidden, NotFound):  # closed, left, silenced or hidden since it was looked at
                if round_ == ROUNDS - 1:
                    raise
    except (OSError, SQLAlchemyError, files.NotStored):
        logger.exception("mail %s waits: what it needs is away", mail_id)
        _take_back_try(mail_id)
    except Exception:
        logger.exception("mail %s could not be placed", mail_id)


def _decide(mail: InboundMail) -> None:
    raw = _bytes_of(mail)
    head = read_head(raw)
    if head.automatic or is_own_address(mail.sender):
        return _drop(mail, Verdict.AUTOMATIC)
    incoming = _taken_apart(mail, raw)
    if incoming is not None and incoming.automatic:
        return _drop(mail, Verdict.AUTOMATIC)
    person = person_by_email(mail.sender) if mail.sender else None
    if person is None:
        return _drop(mail, Verdict.UNKNOWN_PLACE)
    whose = person_and_place(mail.key)
    actor = Actor.of_person(person.id)
    if whose is None or actor is None or whose.person_id != person.id:
        return _answer_that_it_belongs_nowhere(mail, person)
    if not actor.has_live_tie:
        return _refuse(mail, person, Verdict.NO_ACCESS, text=incoming.text if incoming else "")
    thread = _thread_at(actor, whose.place)
    if thread is None:
        return _answer_that_it_belongs_nowhere(mail, person)
    return _decide_in_thread(mail, Writer(person, actor, thread), incoming)


def _decide_in_thread(mail: InboundMail, writer: Writer, incoming: Incoming | None) -> None:
    person, actor, thread = writer
    if incoming is None:
        verdict = Verdict.TOO_LARGE if mail.is_too_large else Verdict.UNREADABLE
        return _refuse(mail, person, verdict, thread=thread)
    text = without_stop_links(tidy(incoming.text))
    if not says_something(text):
        return _refuse(mail, person, Verdict.EMPTY, thread=thread)
    hindrance = Verdict.TOO_LONG if len(text) > BODY_MOST else _hindrance(actor, thread)
    if hindrance is not None and len(text) > DRAFT_MOST:
        return _refuse(mail, person, hindrance, thread=thread, text=text)
    brought = _brought(incoming.files, person, is_kept=hindrance not in WRITES_NOT)
    if hindrance is not None:
        return _keep_or_refuse(mail, writer, hindrance, text, brought)
    text, signature = _without_signature(text, person, actor)
    with in_language(person.locale):
        naming, warning = discussions.rendered(actor, text, thread.group)
    written = Written(
        body_md=text, body_html=naming.html, client_id=str(uuid.uuid5(OF_OUR_MAIL, f"{mail.message_id} {mail.key}")),
        draft_revision=NO_DRAFT, source=PostSource.MAIL, files=Files(uploads=brought.uploads),
        mentions=naming.people, folded=without_stop_links(tidy(f"{signature}\n\n{incoming.folded}")),
    )  # fmt: skip
    return _post(mail, actor, thread, written, person, brought.refused, warning)


def _without_signature(text: str, person: Person, actor: Actor) -> Signed:
    """Where nothing is said above it, it is what they wrote."""
    signed = without_signature(text, MailWriter(person.name, actor.company_name, actor.function))
    return signed if says_something(signed.text) else Signed(text, "")


@atomic
def _post(mail: InboundMail, actor: Actor, thread: Thread, written: Written, person: Person,
          refused: Sequence[Result], warning: str) -> None:  # fmt: skip
    """The post, and that this mail is posted, in one: whoever is killed in between leaves neither (NTF-34)."""
    if not _is_undecided(mail):
        return
    _refuse_confidential(thread)
    post = discussions.reply_to_thread(actor, thread, written)
    mail.state, mail.person_id, mail.place, mail.post_id = MailState.POSTED, person.id, thread.room, post.id
    answering.answer_posted(mail, person, post, refused, warning)


def _keep_or_refuse(mail: InboundMail, writer: Writer, verdict: Verdict, text: str, brought: Brought) -> None:
    try:
        _keep_as_draft(mail, writer.actor, writer.thread, writer.person, verdict, text, brought)
    except Conflict:  # no room for it
        _refuse(mail, writer.person, verdict, thread=writer.thread, text=text,
                words=_words_of(verdict, writer))  # fmt: skip


@atomic
def _keep_as_draft(mail: InboundMail, actor: Actor, thread: Thread, person: Person, verdict: Verdict, text: str,
                   brought: Brought) -> None:  # fmt: skip
    """Behind what waits there already. Raises Conflict where there is no room."""
    if not _is_undecided(mail):
        return
    draft = queries.draft_at(actor, thread.place)
    waiting = draft.body.strip() if draft else ""
    body = waiting if text in waiting else f"{waiting}\n\n{text}".strip()
    if len(body) > DRAFT_MOST:
        raise Conflict
    discussions.save_draft(actor, thread.place, body=body, device="mail")
    refused = list(brought.refused)
    if brought.uploads:
        try:
            discussions.keep_files(actor, thread.place, Files(uploads=brought.uploads))
        except FilesConflict as conflict:
            refused += [Result(each.name, str(conflict)) for each in brought.uploads]
    _close(mail, MailState.REFUSED, verdict, person, thread)
    answering.answer_draft(mail, person, thread, verdict, refused, _words_of(verdict, Writer(person, actor, thread)))


@atomic
def _refuse(mail: InboundMail, person: Person, verdict: Verdict, *, thread: Thread | None = None, text: str = "",
            words: str = "") -> None:  # fmt: skip
    if _is_undecided(mail):
        _close(mail, MailState.REFUSED, verdict, person, thread)
        answering.answer_refused(mail, person, verdict, thread=thread, text=text, words=words)


@atomic
def _answer_that_it_belongs_nowhere(mail: InboundMail, person: Person) -> None:
    """A dead key, that of another, and none at all are one: who tries learns nothing (NTF-36)."""
    if _is_undecided(mail):
        is_told = answering.answer_unknown_place(mail, person)
        _close(mail, MailState.REFUSED if is_told else MailState.DROPPED, Verdict.UNKNOWN_PLACE, person)


@atomic
def _drop(mail: InboundMail, verdict: Verdict) -> None:
    """Nobody is told; it is kept for thirty days all the same."""
    if _is_undecided(mail):
        _close(mail, MailState.DROPPED, verdict)


def _give_up(mail: InboundMail) -> None:
    """Whoever holds a key of their own is told; of anyone else it is as if it belonged nowhere."""
    person = person_by_email(mail.sender) if mail.sender else None
    whose = person_and_place(mail.key)
    if person is None or whose is None or whose.person_id != person.id:
        return _drop(mail, Verdict.BROKEN)
    return _refuse(mail, person, Verdict.BROKEN)


def _close(mail: InboundMail, state: MailState, verdict: Verdict, person: Person | None = None,
           thread: Thread | None = None) -> None:  # fmt: skip
    mail.state, mail.verdict = state, verdict
    mail.person_id, mail.place = person.id if person else None, thread.room if thread else None
    publish(MailRefused(actor_id=None, mail_id=mail.id, verdict=verdict.value))


@atomic
def _begin(mail_id: int) -> InboundMail | None:
    mail = db.session.get(InboundMail, mail_id, with_for_update=True)
    if mail is None or mail.state is not MailState.RECEIVED:
        return None
    mail.tries += 1
    return mail


@atomic
def _take_back_try(mail_id: int) -> None:
    """It was not the mail's fault."""
    mail = db.session.get(InboundMail, mail_id, with_for_update=True)
    if mail is not None and mail.tries:
        mail.tries -= 1


def _is_undecided(mail: InboundMail) -> bool:
    """Under its lock, so that of two who place it the second sees what the first did."""
    db.session.refresh(mail, with_for_update=True)
    return mail.state is MailState.RECEIVED


def _bytes_of(mail: InboundMail) -> bytes:
    with files.storage().open(mail.sha256 or "") as stored:
        return stored.read()


def _taken_apart(mail: InboundMail, raw: bytes) -> Incoming | None:
    """None for one of which only the head is kept, and for one that is none."""
    try:
        return None if mail.is_too_large else take_apart(raw)
    except Unreadable:
        return None


def _thread_at(actor: Actor, place: str) -> Thread | None:
    """None where this person does not read it; a confidential group takes no answers by mail (NTF-21)."""
    kind, _sep, number = place.partition(":")
    if kind != "thread" or not number.isdecimal():
        return None
    try:
        thread = queries.get_thread(actor, int(number))
    except NotFound:
        return None
    return None if thread.is_confidential else thread


def _refuse_confidential(thread: Thread) -> None:
    """It became so while its mail was read."""
    if thread.is_confidential:
        raise NotFound


def _hindrance(actor: Actor, thread: Thread) -> Verdict | None:
    """What keeps this person from answering there; None where nothing does."""
    hindrances = {
        Verdict.ARCHIVED: thread.group.is_archived,
        Verdict.SILENCED: actor.silence_in(thread.group_id) is not None,
        Verdict.NO_RIGHT: not can_write_in_group(actor, thread.group),
        Verdict.FROZEN: thread.is_frozen,
        Verdict.CLOSED: thread.is_closed,
    }
    return next((verdict for verdict, holds in hindrances.items() if holds), None)


def _words_of(verdict: Verdict, writer: Writer) -> str:
    """Of a silence: until when, under which rule and why."""
    silence = writer.actor.silence_in(writer.thread.group_id) if verdict is Verdict.SILENCED else None
    with in_language(writer.person.locale):
        return silence_words(silence) if silence else ""


def _brought(sent: Sequence[SentFile], person: Person, *, is_kept: bool) -> Brought:
    """What fits with one post. Of who writes there no more nothing is stored, as on the page."""
    parts = [FileStorage(io.BytesIO(each.content), filename=each.name or "-") for each in sent]
    with in_language(person.locale):
        if not is_kept:
            return Brought([], [Result(files.name_of(part), _("Not kept.")) for part in parts])
        taken = discussions.take_files(parts, []) if parts else Brought([], [])
    return Brought(taken.uploads, taken.refused)
