"""What those who run the site fill in."""

from flask_babel import lazy_gettext as _l

from app.accounts.forms import EmailForm
from app.core.forms import Length, TextField


class ResetStepForm(EmailForm):
    reason = TextField(_l("Reason"), [Length(10, 500)])
