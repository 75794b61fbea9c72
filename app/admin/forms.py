"""What those who run the site fill in, and the words for what they look at."""

from flask_babel import lazy_gettext as _l

from app.accounts.forms import EmailForm
from app.core.forms import Length, TextField
from app.mail.models import LetterState, Trouble

KINDS = {  # of letters, as the folder of their templates
    "accounts/sign_in": _l("Code to sign in"), "accounts/step_up": _l("Code for the second step"),
    "accounts/new_email": _l("Code for a new address"), "accounts/second_step": _l("Change of a second step"),
    "announcements/announcement": _l("Board announcement by mail"), "invitations/invitation": _l("Invitation by mail"),
    "mailin/posted": _l("Answer by mail: posted"), "mailin/draft": _l("Answer by mail: kept as a draft"),
    "mailin/refused": _l("Answer by mail: not posted"),
    "mailin/unknown_place": _l("Answer by mail: to an address that leads nowhere"),
    "notifications/posts": _l("Posts of a thread"), "notifications/lines": _l("Notification by mail"),
    "notifications/hushed": _l("News of a confidential working group, without what it is"),
    "notifications/overview": _l("Overview by mail"), "notifications/sample": _l("Sample that somebody asked for"),
}  # fmt: skip
STATES = {
    LetterState.WAITING: _l("waits"), LetterState.CLAIMED: _l("is under way"), LetterState.SENDING: _l("is under way"),
    LetterState.SENT: _l("sent"), LetterState.FAILED: _l("given up"), LetterState.UNCERTAIN: _l("uncertain"),
    LetterState.DROPPED: _l("dropped"),
}  # fmt: skip
TROUBLES = {
    Trouble.UNREACHABLE: _l("The mail server did not answer"),
    Trouble.NOT_SECURE: _l("The mail server offers no line that nobody else reads"),
    Trouble.LOGIN_REFUSED: _l("The mail server refused our password"),
    Trouble.SENDER_REFUSED: _l("The mail server refused us as the sender"),
    Trouble.CUT_OFF: _l("The mail server broke off"),
    Trouble.PUT_OFF: _l("The mail server asked to try again later"),
    Trouble.RECEIVER_REFUSED: _l("The address was refused"),
    Trouble.TURNED_AWAY: _l("No mail from us is wanted there; the address may be right"),
    Trouble.TEXT_REFUSED: _l("The text was refused"),
    Trouble.NO_ANSWER: _l("The mail server did not say whether it took the letter"),
    Trouble.WORKER_GONE: _l("We were cut off while we handed it over"),
    Trouble.TOO_LATE: _l("The code in it could not be used any more"),
    Trouble.NOT_SENDABLE: _l("No letter could be made of it"),
}


class ResetStepForm(EmailForm):
    reason = TextField(_l("Reason"), [Length(10, 500)])
