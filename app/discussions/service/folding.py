"""What was cut from a mail: its author opens it to the readers of the post, and closes it again (NTF-31)."""

from app.accounts.models import Actor
from app.core.clock import now
from app.core.errors import NotFound
from app.core.events import publish
from app.core.extensions import db
from app.core.policy import authorize
from app.core.transaction import atomic
from app.discussions.events import PostFolded, PostUnfolded
from app.discussions.models import Post, PostFold
from app.discussions.policy import can_unfold_post


@atomic
def unfold_post(actor: Actor, post: Post) -> None:
    """Whoever reads the post reads all of the mail. Doing it again changes nothing and tells no one."""
    fold = _fold_of(actor, post)
    if fold.opened_at is None:
        fold.opened_at = now()
        publish(PostUnfolded(actor_id=actor.id, thread_id=post.thread_id, post_id=post.id))


@atomic
def fold_post(actor: Actor, post: Post) -> None:
    """Its author alone reads the rest. Doing it again changes nothing and tells no one."""
    fold = _fold_of(actor, post)
    if fold.opened_at is not None:
        fold.opened_at = None
        publish(PostFolded(actor_id=actor.id, thread_id=post.thread_id, post_id=post.id))


def _fold_of(actor: Actor, post: Post) -> PostFold:
    """Raises NotFound for a post from which nothing was cut."""
    authorize(can_unfold_post, actor, post)
    fold = db.session.get(PostFold, post.id, with_for_update=True)
    if fold is None:
        raise NotFound
    return fold
