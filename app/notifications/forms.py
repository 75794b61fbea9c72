"""What the buttons of the bell send."""

from wtforms import HiddenField

from app.core.forms import Form


class ReadForm(Form):
    """One line by its id, or all of them; then on to the page where the button stood."""

    id = HiddenField("")
    all = HiddenField("")
    next = HiddenField("")
