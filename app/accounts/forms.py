"""What people type to sign in and about themselves."""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, RadioField, ValidationError

from app.accounts.service import password_trouble
from app.core.forms import Form, Length, LineField, choices
from app.core.i18n import gettext as _


class EmailField(LineField):
    """An address in lower case."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = (self.data or "").lower()

    def pre_validate(self, form: Any) -> None:
        try:
            validate_email(self.data or "", check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            raise ValidationError(_("This is not an e-mail address. It looks like name@company.nl.")) from None
        if len(self.data) > 254:
            raise ValidationError(_("This address is too long."))


class SignInForm(Form):
    email = EmailField(_l("E-mail address"))
    password = PasswordField(_l("Password"), [Length(1, 200)])


class EmailForm(Form):
    email = EmailField(_l("E-mail address"))


class NewEmailForm(EmailForm):
    """`current` is asked of who has a password; two forms of one page hold it, so each has its own id."""

    current = PasswordField(_l("Your password of now"), id="current-for-email")


class CodeForm(Form):
    code = LineField(_l("Code of six digits"), [Length(1, 40)])


class StepForm(Form):
    """`by` says what the code comes from: "mail", or else the app or the paper."""

    code = LineField(_l("Code"), [Length(1, 40)])
    by = HiddenField()


class StepMailForm(Form):
    """`current` is asked of who signed in with a mailed code: two of those are not two steps."""

    current = PasswordField(_l("Your password"), id="current-for-step")


class BeginStepForm(Form):
    current = PasswordField(_l("Your password of now"), id="current-for-begin")


class ConfirmStepForm(Form):
    code = LineField(_l("Code of six digits from the app"), [Length(1, 40)])


class OwnStepForm(Form):
    """Of the second step that one has: `name` tells the two on one page apart."""

    code = LineField(_l("Code from the app, or a recovery code"), [Length(1, 40)])

    def __init__(self, *args: Any, name: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code.id = f"code-to-{name}" if name else "code"


class PasswordForm(Form):
    """`own_words` are names of the person and the site, of which nobody makes a good password."""

    current = PasswordField(_l("Your password of now"))
    password = PasswordField(_l("New password"))

    def __init__(self, *args: Any, own_words: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.own_words = own_words
        super().__init__(*args, **kwargs)

    def validate_password(self, field: PasswordField) -> None:
        if trouble := password_trouble(field.data or "", own_words=self.own_words):
            raise ValidationError(trouble)


class ProfileForm(Form):
    name = LineField(_l("Name"), [Length(2, 80)])
    phone = LineField(_l("Telephone"), [Length(0, 20)])
    locale = RadioField(_l("Language"), choices=choices({"nl": "Nederlands", "en": "English"}))
    text_size = RadioField(
        _l("Text size"), coerce=int, choices=choices({18: _l("Normal"), 20: _l("Larger"), 24: _l("Largest")})
    )
