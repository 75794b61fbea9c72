"""Templates with their words already in them: compiled once per language, not looked up at each showing."""

from collections.abc import Iterator, MutableMapping
from typing import Any

from flask.sansio.app import App
from flask.templating import Environment
from jinja2 import Template, nodes

from app.core.i18n import current_locale, said

Globals = MutableMapping[str, Any] | None


class WordedEnvironment(Environment):
    """Gives each template in the language of this moment; what it extends, includes or imports is in that language too.

    Only whole sentences are put in: those with values, and plurals, are made when the page is.
    """

    language: str | None = None  # set in the environments of one language, which this one keeps

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self.by_language: dict[str, WordedEnvironment] = {}

    def overlay(self, *changes: Any, **more_changes: Any) -> "WordedEnvironment":
        made: WordedEnvironment = super().overlay(*changes, **more_changes)
        made.by_language = {}
        return made

    def make_globals(self, d: Globals) -> MutableMapping[str, Any]:
        """The names of all templates themselves where one brings none of its own: a chain of the two asks slowly."""
        return super().make_globals(d) if d else self.globals

    def of_language(self, locale: str) -> "WordedEnvironment":
        if locale not in self.by_language:
            made = self.overlay()
            made.language = locale
            self.by_language[locale] = made
        return self.by_language[locale]

    def _load_template(self, name: str, globals: Globals) -> Template:
        """What every way of asking for a template comes to."""
        if self.language is None:
            return self.of_language(current_locale())._load_template(name, globals)
        return super()._load_template(name, globals)

    def _generate(self, source: nodes.Template, name: str | None, filename: str | None,
                  defer_init: bool = False) -> str:  # fmt: skip
        if self.language is not None:
            escapes = self.autoescape(name) if callable(self.autoescape) else self.autoescape
            put_words_in(source, self.language, escapes=escapes)
        return super()._generate(source, name, filename, defer_init)


def put_words_in(tree: nodes.Node, locale: str, *, escapes: bool) -> None:
    """Replace each `_("…")` by its sentence, which is markup of our own where the template escapes."""
    for parent, field, place, call in list(_whole_sentences(tree)):
        words = nodes.Const(said(locale, call.args[0].value, {}, escapes=escapes), lineno=call.lineno)
        if place is None:
            setattr(parent, field, words)
        else:
            getattr(parent, field)[place] = words


def _whole_sentences(node: nodes.Node) -> Iterator[tuple[nodes.Node, str, int | None, Any]]:
    for field, value in node.iter_fields():
        for place, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if _is_whole_sentence(child):
                yield node, field, place, child
            elif isinstance(child, nodes.Node):
                yield from _whole_sentences(child)


def _is_whole_sentence(node: object) -> bool:
    return (
        isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "_"
        and len(node.args) == 1 and isinstance(node.args[0], nodes.Const)
        and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
    )  # fmt: skip
