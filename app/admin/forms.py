"""What those who run the site fill in, and the words for what they look at."""

from flask_babel import lazy_gettext as _l

from app.accounts.forms import EmailForm
from app.core.forms import Length, TextField
from app.mail.models import LetterState, Trouble

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
    Trouble.TEXT_REFUSED: _l("The text was refused"),
    Trouble.NO_ANSWER: _l("The mail server did not say whether it took the letter"),
    Trouble.WORKER_GONE: _l("We were cut off while we handed it over"),
    Trouble.TOO_LATE: _l("The code in it could not be used any more"),
    Trouble.NOT_SENDABLE: _l("No letter could be made of it"),
}


class ResetStepForm(EmailForm):
    reason = TextField(_l("Reason"), [Length(10, 500)])
