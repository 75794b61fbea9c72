"""Short reactions: a word under a post, given or taken back with one press. They make no mail."""

from flask_babel import lazy_gettext as _l

from app.accounts.models import Actor
from app.core.errors import Conflict
from app.core.events import publish
from app.core.extensions import db
from app.core.policy import authorize
from app.core.transaction import atomic
from app.discussions.events import ReactionGiven, ReactionTakenBack
from app.discussions.models import Post, Reaction, ReactionKind
from app.discussions.policy import can_react_to_post, can_write_in_group
from app.discussions.service.editing import take_up
from app.discussions.service.writing import join_by_writing

REACTION = "reaction"  # the kind of its line under the bell
TOO_LATE = _l("This thread stands still. Nothing can be added until the coordinator releases it.")


@atomic
def react_to_post(actor: Actor, post: Post, kind: ReactionKind, *, gives: bool | None = None) -> bool:
    """Give this reaction or take it back; None: whichever it is not now. Whether it stands there afterwards.

    What stands there already is not given twice, and what does not is not taken back: nothing changes, and nobody is
    told. Raises Conflict when the thread stands still.
    """
    db.session.refresh(post, with_for_update=True)  # an edit at this moment comes before it, or leaves a version
    db.session.refresh(post.thread, with_for_update={"read": True})
    if post.thread.is_frozen and can_write_in_group(actor, post.thread.group):
        raise Conflict(str(TOO_LATE))
    authorize(can_react_to_post, actor, post)
    key = {"post_id": post.id, "person_id": actor.id, "kind": kind}
    given = db.session.get(Reaction, tuple(key.values()))
    if gives is None:
        gives = given is None
    if gives and given is None:
        join_by_writing(actor, post.thread.group)
        db.session.add(Reaction(**key, created_by=actor.tie_id))
        take_up(post)
        publish(ReactionGiven(actor_id=actor.id, thread_id=post.thread_id, post_id=post.id, kind=kind.value))
    elif given is not None and not gives:
        db.session.delete(given)
        publish(ReactionTakenBack(actor_id=actor.id, thread_id=post.thread_id, post_id=post.id, kind=kind.value))
    return gives
