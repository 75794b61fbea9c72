"""A new address counts once the code mailed to it was typed."""


from app.accounts import queries
from app.accounts.events import EmailChanged
from app.accounts.models import Actor, Person, Purpose
from app.accounts.policy import can_see_account
from app.accounts.service.ending import end_sessions
from app.accounts.service.sessions import CodeAnswer, CodeTry, send_code, try_code
from app.core.errors import Conflict
from app.core.events import publish
from app.core.i18n import gettext as _
from app.core.policy import authorize
from app.core.transaction import atomic


def ask_new_email(actor: Actor, person: Person, email: str, *, browser: str, network: str, locale: str) -> bool:
    """Mail a code to the new address. One in use gets no letter and the same answer."""
    authorize(can_see_account, actor, person)
    in_use = queries.person_by_email(email)
    return send_code(email, purpose=Purpose.NEW_EMAIL, browser=browser, network=network, locale=locale,
                     person=None if in_use else person)  # fmt: skip


def confirm_new_email(actor: Actor, person: Person, email: str, code: str, *, browser: str, network: str) -> CodeTry:
    """Take the new address if the code is right; then all other sessions end."""
    tried = try_code(email, code, purpose=Purpose.NEW_EMAIL, browser=browser, network=network)
    if tried.answer is CodeAnswer.RIGHT:
        _take_email(actor, person, email)
    return tried


@atomic
def _take_email(actor: Actor, person: Person, email: str) -> None:
    if queries.person_by_email(email) is not None:
        raise Conflict(_("This address cannot be used."))
    person.email = email
    publish(EmailChanged(actor_id=actor.id, person_id=person.id))
    end_sessions(actor.id, person.id, but=actor.session_id)
