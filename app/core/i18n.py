"""Words, dates and numbers in the reader's language. Message ids are English; Dutch is the default."""

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from pathlib import Path

import flask_babel
from babel.dates import format_timedelta, get_day_names, get_month_names
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context
from flask_babel import Babel, Domain, force_locale, get_locale, refresh
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from app.core import clock
from app.core.markup import own_words

CATALOGS = Path(__file__).parents[1] / "translations"
ENDLESS = 100  # counts stop here: "99+"


def gettext(message: str, **values: object) -> str:
    return str(flask_babel.gettext(message, **values))


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """The sentence for one or for more; `num` in it is the count as people write it: 1.250."""
    return translations(current_locale()).ngettext(one, many, count) % {"num": number(count), **values}


class SourceDomain(Domain):
    """Reads the .po files themselves, so that no compiled catalog can be out of date."""

    def get_translations(self) -> NullTranslations:
        return translations(current_locale())


@cache
def translations(locale: str) -> NullTranslations:
    path = CATALOGS / locale / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return Translations()  # English: the ids are the words
    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=locale))
    compiled.seek(0)
    return Translations(compiled)


def current_locale() -> str:
    """That of `in_language`, else the request's, asked once; DEFAULT_LOCALE outside a request."""
    try:
        return str(g.locale)
    except (AttributeError, RuntimeError):  # not asked yet, or no request at all
        return str(get_locale())


@contextmanager
def in_language(locale: str) -> Iterator[None]:
    """For a letter: its receiver's language, whatever the page of the sender is in."""
    before = g.get("locale")
    g.locale = locale
    try:
        with force_locale(locale):
            yield
    finally:
        if before is None:
            del g.locale
        else:
            g.locale = before


def choose_language_anew() -> None:
    """Someone else stands behind this request from here on."""
    g.pop("locale", None)
    refresh()


def register(app: Flask, select: Callable[[], str]) -> None:
    def selected() -> str:
        if not has_request_context():
            return str(app.config["DEFAULT_LOCALE"])
        if "locale" not in g:
            g.locale = select()
        return str(g.locale)

    babel = Babel()
    babel.init_app(app, default_locale=app.config["DEFAULT_LOCALE"], locale_selector=selected)
    app.extensions["babel"].instance.domain_instance = SourceDomain()
    translate = app.jinja_env
    # Jinja's own go through three calls and Flask-Babel's four look-ups; a page says a hundred words.
    translate.globals.update(gettext=_word, ngettext=_words, locale=_LocaleName())
    translate.globals["_"] = _word
    translate.filters.update(full_date=full_date, day=day, moment=moment_said, iso=iso, capped=capped, number=number,
                             filesize=filesize, ago=ago)


def said(locale: str, message: str, values: dict[str, object], *, escapes: bool) -> str:
    """A sentence of a template; what is put into it is escaped where the template escapes."""
    return _filled(_sentence(locale, message), values, escapes=escapes)


@pass_eval_context
def _word(template: EvalContext, message: str, /, **values: object) -> str:
    return said(current_locale(), message, values, escapes=bool(template.autoescape))


@pass_eval_context
def _words(template: EvalContext, one: str, many: str, count: int, /, **values: object) -> str:
    found = own_words(translations(current_locale()).ngettext(one, many, count))
    return _filled(found, {"num": number(count), **values}, escapes=bool(template.autoescape))


@cache
def _sentence(locale: str, message: str) -> Markup:
    return own_words(translations(locale).gettext(message))


def _filled(found: Markup, values: dict[str, object], *, escapes: bool) -> str:
    sentence = found if escapes else str(found)
    return sentence % values if "%" in found else sentence


class _LocaleName:
    """The locale as templates print it."""

    def __str__(self) -> str:
        return current_locale()

    def __eq__(self, other: object) -> bool:
        return str(self) == other

    def __hash__(self) -> int:
        return hash(str(self))


def full_date(moment: datetime) -> str:
    """dinsdag 3 maart, 14:10; other years name the year."""
    return f"{day(moment)}, {clock_time(moment)}"


def day(moment: datetime | date) -> str:
    """dinsdag 3 maart"""
    local = clock.local(moment).date() if isinstance(moment, datetime) else moment
    days, months = _names(current_locale())
    words = f"{days[local.weekday()]} {local.day} {months[local.month]}"
    return words if local.year == clock.today().year else f"{words} {local.year}"


def clock_time(moment: datetime) -> str:
    local = clock.local(moment)
    return f"{local.hour:02}:{local.minute:02}"


def moment_said(moment: datetime) -> str:
    """14:32 of today; of another day its date too."""
    return clock_time(moment) if clock.local(moment).date() == clock.today() else full_date(moment)


def ago(moment: datetime) -> str:
    """3 dagen geleden: beside a date, never instead of it."""
    return str(format_timedelta(moment - clock.now(), add_direction=True, locale=current_locale()))


def iso(moment: datetime | date) -> str:
    return clock.local(moment).isoformat(timespec="seconds") if isinstance(moment, datetime) else moment.isoformat()


def weekdays(numbers: Iterable[int]) -> str:
    """dinsdag en vrijdag: Monday is 1."""
    names = _names(current_locale())[0]
    return str(format_list([names[number - 1] for number in numbers], locale=current_locale()))


def capped(count: int) -> str:
    return f"{ENDLESS - 1}+" if count >= ENDLESS else str(count)


def number(value: float) -> str:
    if isinstance(value, int) and 0 <= value < 1000:
        return str(value)  # nearly all there are, and pages say many
    return str(format_decimal(value, locale=current_locale()))


def filesize(size: int) -> str:
    """3 kB, 2,4 MB: in thousands, as systems of files say it."""
    if size < 1_000_000:
        return f"{number(max(1, round(size / 1_000)))} kB"
    return f"{number(round(size / 1_000_000, 1))} MB"


@cache
def _names(locale: str) -> tuple[dict[int, str], dict[int, str]]:
    return dict(get_day_names("wide", locale=locale)), dict(get_month_names("wide", locale=locale))
