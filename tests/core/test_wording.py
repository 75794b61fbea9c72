"""Templates that have their words in them before they are shown."""

import pytest
from jinja2 import DictLoader

from app.core import i18n
from app.core.i18n import in_language

TEMPLATES = {
    "page.html": "{% extends 'frame.html' %}{% from 'parts.html' import part %}"
                 "{% block body %}{{ part() }} {% include 'more.html' %}"
                 "{% set word = _('Save') %} {{ word }}{% endblock %}",
    "frame.html": "{{ _('Working groups') }}: {% block body %}{% endblock %}",
    "parts.html": "{% macro part() %}{{ _('Threads') }}{% endmacro %}",
    "more.html": "{{ _('Drafts') if true else '' }}",
    "values.html": "{{ _('Newest:') }} {{ _('%(name)s replied in “%(title)s”', name='<b>', title=title) }}",
    "letter.txt": "{{ _('Working groups') }} & {{ title }}",
}  # fmt: skip


@pytest.fixture
def templates(app):
    return app.jinja_env.overlay(loader=DictLoader(TEMPLATES))


def shown(templates, locale, name="page.html", **values):
    with in_language(locale):
        return templates.get_template(name).render(**values)


def test_each_language_has_its_own_words_in_all_parts_of_a_page(templates):
    """Look: what a page extends, includes and imports speaks the page's language."""
    for _again in range(2):
        assert shown(templates, "nl") == "Werkgroepen: Onderwerpen Concepten Opslaan"
        assert shown(templates, "en") == "Working groups: Threads Drafts Save"


def test_words_are_looked_up_when_a_template_is_compiled_and_not_when_it_is_shown(templates, monkeypatch):
    first = shown(templates, "nl")
    monkeypatch.setattr(i18n, "_sentence", lambda locale, message: pytest.fail(f"looked up again: {message}"))
    assert shown(templates, "nl") == first


def test_what_is_put_into_a_sentence_is_still_escaped_where_the_template_escapes(templates):
    page = shown(templates, "nl", "values.html", title="<script>")
    assert "&lt;b&gt;" in page
    assert "<script>" not in page
    assert shown(templates, "nl", "letter.txt", title="<b>") == "Werkgroepen & <b>"


def test_a_choice_of_templates_is_in_the_language_too(templates):
    with in_language("nl"):
        assert templates.select_template(["absent.html", "more.html"]).render() == "Concepten"
