"""Forms: fields that tidy what was typed, sentences for what is wrong, and text that travels on."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice

from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.text import says_something, tidy, tidy_line

CARRIED_MOST = 100_000  # bytes of typed text that travel through signing in
CODES = (BooleanField, HiddenField, IntegerField, SelectField)  # chosen, not typed; a RadioField is a SelectField
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
View = TypeVar("View", bound=Callable[..., Any])


class Form(FlaskForm):
    """A form of ours. The token is asked once, for every POST, by core/doors.py."""

    class Meta:
        csrf = False

        def wrap_formdata(self, _form: Any, formdata: Any) -> Any:
            """Typed fields only: a file or JSON would put something else than text where a text should be."""
            if formdata is not _Auto:
                return formdata
            return (request.form or None) if request.method == "POST" else None


class Carried(NamedTuple):
    """A typed field on its way through sign-in. One without a label travels unseen: its value is a code."""

    name: str
    label: str
    value: str
    is_long: bool


class LineField(StringField):
    """One line, tidied."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = tidy_line(valuelist[0]) if valuelist else ""


class TextField(TextAreaField):
    """Many lines, tidied; what was typed stays as it was otherwise."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = tidy(valuelist[0]) if valuelist else ""


class ClientIdField(HiddenField):
    """The browser's name for one act; anything that is not a UUID is as good as absent."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0] if valuelist else ""
        self.data = typed.lower() if _UUID.fullmatch(typed) else None


class Length:
    """Between `least` and `most` Unicode characters after tidying, said with the number that is wrong."""

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most
        self.field_flags = {"maxlength": most}

    def __call__(self, _form: Any, field: Field) -> None:
        size = len(field.data or "")
        if self.least and not says_something(field.data or ""):
            raise ValidationError(_("Please write something here."))
        if size < self.least:
            raise ValidationError(ngettext("This needs at least %(num)s character.",
                                           "This needs at least %(num)s characters.", self.least))  # fmt: skip
        if size > self.most:
            raise ValidationError(ngettext("Your text is %(num)s character too long.",
                                           "Your text is %(num)s characters too long.", size - self.most))  # fmt: skip


def choices(labels: Mapping[Any, Any]) -> list[SelectChoice]:
    """The options of a field, from value → label."""
    return [SelectChoice(value, label) for value, label in labels.items()]


def grouped_choices(lines: Iterable[tuple[Any, Any, str]]) -> list[SelectChoice]:
    """The options of a field from (value, label, group), in the order of their groups."""
    in_order = sorted(lines, key=lambda line: line[2])
    return [SelectChoice(value, label, optgroup=group) for value, label, group in in_order]


def keeps_typed(form_class: type[Form]) -> Callable[[View], View]:
    """Say which form a POST view reads, so that its text survives the end of a session."""

    def register(view: View) -> View:
        view.form_class = form_class  # type: ignore[attr-defined]
        return view

    return register


def takes(*, files: int = 0, text: int = 0) -> Callable[[View], View]:
    """Say that a view takes more than others: so many files of UPLOAD_MAX, or so many bytes of text."""

    def register(view: View) -> View:
        view.takes = (files, text)  # type: ignore[attr-defined]
        return view

    return register


def carried_fields(form_class: type[Form] | None, typed: Mapping[str, str]) -> list[Carried]:
    """What may travel: fields of that form, no passwords, no files, 100 kB together."""
    if form_class is None:
        return []
    fields, size, all_of_it = [], 0, MultiDict(typed)
    for field in form_class(formdata=None):
        if isinstance(field, PasswordField) or field.type == "FileField":
            continue
        several = isinstance(field, SelectMultipleField)
        for value in all_of_it.getlist(field.name)[: None if several else 1]:
            size += len(value.encode("utf-8", "replace"))
            if size <= CARRIED_MOST:
                label = "" if isinstance(field, CODES) else str(field.label.text)
                fields.append(Carried(field.name, label, value, isinstance(field, TextAreaField)))
    return fields
