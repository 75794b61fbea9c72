"""Taking back a post that came by mail, within ten minutes, by the link in the answer (NTF-32)."""

from datetime import datetime, timedelta
from typing import NamedTuple

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from app.accounts.models import Actor
from app.core.clock import now
from app.core.errors import Conflict, NotFound
from app.core.extensions import db
from app.core.i18n import gettext as _
from app.core.transaction import atomic
from app.discussions import service as discussions
from app.discussions.models import Post
from app.mailin.models import InboundMail

UNDO_WITHIN = timedelta(minutes=10)  # no letter about the post leaves before
LONGEST = 100  # characters of a token


class Undo(NamedTuple):
    """What the link is about, for whoever holds it."""

    post: Post
    until: datetime

    @property
    def is_done(self) -> bool:
        return self.post.deleted_at is not None

    @property
    def is_too_late(self) -> bool:
        return not self.is_done and now() >= self.until


def undo_token(mail_id: int) -> str:
    return str(_signer().dumps(mail_id))


def get_undo(token: str) -> Undo:
    """Raises NotFound for what is no link of ours."""
    try:
        mail_id = _signer().loads(token) if len(token) <= LONGEST else None
    except BadSignature:
        raise NotFound from None
    mail = db.session.get(InboundMail, mail_id) if mail_id else None
    post = db.session.get(Post, mail.post_id) if mail and mail.post_id else None
    if post is None:
        raise NotFound
    return Undo(post, post.created_at + UNDO_WITHIN)


@atomic
def take_back_post(token: str) -> None:
    """Delete it as its author does on the page. Again changes nothing. Raises Conflict when the time is over."""
    undo = get_undo(token)
    actor = Actor.of_person(undo.post.author_id)
    if actor is None:
        raise NotFound
    if undo.is_too_late:
        raise Conflict(_("The ten minutes are over. Delete your post on its page instead."))
    discussions.delete_post(actor, undo.post)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="mailin undo")
