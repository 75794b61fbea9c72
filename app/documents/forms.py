"""What people type about documents."""

from flask_babel import lazy_gettext as _l
from wtforms import FileField, HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import NumberRange

from app.core.forms import Form, Length, LineField, TextField, choices
from app.documents.models import FOLDER_NAME_MOST, PAGE_MOST, REMARK_MOST, TITLE_MOST, VERSION_NAME_MOST, Label

LABELS = {
    Label.GROUP.value: _l("The working group"), Label.MEMBERS.value: _l("Everyone at a member company"),
}  # fmt: skip
LABEL_WORDS = {
    **{Label(value): words for value, words in LABELS.items()}, Label.PUBLIC: _l("Everyone, once it is adopted"),
    Label.NAMED: _l("Who is named"), Label.COMPANY: _l("The company it is of"),
}  # fmt: skip
TOP = 0  # the value of "no folder" in a list of folders


class UploadForm(Form):
    file = FileField(_l("Files"))
    folder = HiddenField()


class VersionForm(Form):
    file = FileField(_l("File"))
    base_version = IntegerField()
    remark = LineField(_l("What changed (optional)"), [Length(0, REMARK_MOST)])


class PageForm(Form):
    title = LineField(_l("Title"), [Length(1, TITLE_MOST)])
    body = TextField(_l("Text"), [Length(0, PAGE_MOST)])
    folder = SelectField(_l("Folder"), coerce=int)


class EditPageForm(Form):
    body = TextField(_l("Text"), [Length(0, PAGE_MOST)])
    base_version = IntegerField()
    remark = LineField(_l("What changed (optional)"), [Length(0, REMARK_MOST)])
    name = LineField(_l("Name of this version (optional)"), [Length(0, VERSION_NAME_MOST)])


class FolderForm(Form):
    name = LineField(_l("Name"), [Length(1, FOLDER_NAME_MOST)])
    parent = SelectField(_l("Within"), coerce=int)


class ChangeFolderForm(FolderForm):
    position = IntegerField(_l("Place in the list"), [NumberRange(1, 999)])


class ChangeDocumentForm(Form):
    title = LineField(_l("Title"), [Length(1, TITLE_MOST)])
    folder = SelectField(_l("Folder"), coerce=int)
    label = RadioField(_l("Who can read this"), choices=choices(LABELS))
    keeper = SelectField(_l("Who keeps this document"), coerce=int)
