"""Who hears of a post, and how a letter tells of it."""

from collections.abc import Sequence

from app.accounts.models import Actor, said_for
from app.core import markup
from app.core.i18n import gettext as _
from app.core.text import tidy_line
from app.discussions import queries
from app.discussions.models import Post, Thread
from app.discussions.policy import can_reply_to_thread
from app.discussions.service.naming import MENTION
from app.discussions.service.quoting import posts_linked_in
from app.discussions.service.reading import ANSWER, REPLY, STARTED
from app.groups.policy import is_member_of
from app.groups.queries import Origin, Rule, mailed_at_once, ruling_choice
from app.notifications import service as notifications
from app.notifications.models import Level
from app.notifications.queries import replied_since
from app.notifications.service import Conversation, News, PlaceName

WANTED = {
    ANSWER: (Level.ALL_MAIL, Level.NEW_THREADS, Level.OVERVIEW),
    REPLY: (Level.ALL_MAIL,),
    STARTED: (Level.ALL_MAIL, Level.NEW_THREADS),
    MENTION: tuple(Level),
}


def tell_of_post(post_id: int) -> None:
    """A reply: those whom it answers, those who get the thread by mail, and who wrote in it before."""
    post = queries.post_to_tell_of(post_id)
    named = queries.mentioned_in(post_id)  # they hear of it as such
    answered = queries.answered_by(post, posts_linked_in(post.body_md)) - named
    mailed = set(mailed_at_once(post.thread.group, post.author_id, post.thread.room))
    if mailed:
        mailed -= replied_since(post.thread.room, post.created_at)  # they follow the thread from their own answer on
    others = (mailed | queries.writers_to_tell(post)) - answered - named
    _notify(post, answered, ANSWER)
    _notify(post, others, REPLY, mailed)


def tell_of_thread(post_id: int) -> None:
    """Its first post: those who get the new threads of the group by mail."""
    post = queries.post_to_tell_of(post_id)
    mailed = set(mailed_at_once(post.thread.group, post.author_id)) - queries.mentioned_in(post_id)
    _notify(post, mailed, STARTED)


def _notify(post: Post, people: set[int], kind: str, mailed: set[int] | None = None) -> None:
    if post.is_in_sight:
        notifications.notify(people, kind=kind, item=post.id, actor_id=post.author_id, actor_tie_id=post.created_by,
                             scope=post.thread.group.scope, place=post.thread.room, mailed=mailed)  # fmt: skip


def news_of(kind: str, actor: Actor, post_ids: Sequence[int]) -> dict[int, News]:
    """Those of these posts that this person may read at this moment, and wants to by now."""
    posts = queries.posts_to_mail(actor, post_ids)
    if not posts:
        return {}
    thread, own = queries.thread_and_choices(actor, posts[0].thread_id)
    rule = ruling_choice(own, thread.group, is_member=is_member_of(actor, thread.group))
    if rule.level not in WANTED[kind]:
        return {}
    files = queries.attachments_of([post.id for post in posts if post.file_count])
    of = conversation_of(actor, thread)
    return {
        post.id: News(of, why(kind, rule, post, actor), f"/posts/{post.id}", post.tie.person.name,
                      said_for(post.tie.company.name, post.tie.kind), post.created_at, post.body_md,
                      str(markup.for_reader(post.body_html, sees_people=actor.is_staff)),
                      tuple(file.name for file in files.get(post.id, ())))
        for post in posts
    }  # fmt: skip


def conversation_of(actor: Actor, thread: Thread) -> Conversation:
    group = thread.group
    return Conversation(thread.room, group.scope, thread.mail_subject, thread.title, thread.link, tidy_line(group.name),
                        group.slug, can_reply_to_thread(actor, thread))  # fmt: skip


def why(kind: str, rule: Rule, post: Post, actor: Actor) -> str:
    """The sentence at the foot of a letter (NTF-19)."""
    if kind == MENTION:
        return _("You get this by mail, because %(name)s named you.", name=post.tie.person.name)
    if kind == ANSWER:
        return _("You get this by mail, because it answers what you wrote.")
    if rule.origin is Origin.REPLY:
        return reply_sentence(is_own=post.thread.starter.person_id == actor.id)
    if rule.origin is Origin.THREAD:
        return _("You get this by mail, because you chose that for this thread.")
    if rule.origin is Origin.GROUP:
        return _("You get this by mail, because you chose that for this working group.")
    return _("You get this by mail, because that is usual in this working group.")


def reply_sentence(*, is_own: bool) -> str:
    """Who began a thread need not have answered in it."""
    if is_own:
        return _("You get everything by mail, because you started this thread.")
    return _("You get everything by mail, because you replied here.")


def names_in_letters(reader: Actor, thread_ids: Sequence[int]) -> dict[int, PlaceName]:
    """Of those that this person may read now; of a confidential group only for themselves, signed in."""
    found = queries.threads_by_id(reader, thread_ids)
    return {id_: PlaceName(thread.title, thread.link, thread.is_confidential) for id_, thread in found.items()}
