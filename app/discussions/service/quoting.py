"""Posts that others quote: from then on their text is gone by, so no edit of it is silent (DISC-33)."""

import re

from sqlalchemy import select, update

from app.accounts.models import Actor
from app.core.clock import now
from app.core.extensions import db
from app.discussions.models import Post, Thread, is_in_sight
from app.discussions.policy import is_readable
from app.groups.policy import readable_group_ids

LINK = re.compile(r"/posts/([0-9]{1,16})\b")  # what every quote carries
QUOTES_MOST = 50  # posts in one text that count


def posts_linked_in(body_md: str) -> list[int]:
    return list(dict.fromkeys(map(int, LINK.findall(body_md))))[:QUOTES_MOST]


def take_up_quoted(actor: Actor, body_md: str) -> None:
    """Those that this text links to, of those that its writer reads.

    Asked before the place in the group is taken: who deletes a post holds it first and the group's order after it.
    """
    numbers = posts_linked_in(body_md)
    if not numbers:
        return
    quoted = db.session.scalars(
        select(Post.id).join(Thread, Thread.id == Post.thread_id)
        .where(Post.id.in_(numbers), Post.taken_up_at.is_(None), is_in_sight(), is_readable(readable_group_ids(actor)))
        .order_by(Post.id).with_for_update(of=Post)
    ).all()  # fmt: skip
    if quoted:
        db.session.execute(update(Post).where(Post.id.in_(quoted)).values(taken_up_at=now()))
