"""What somebody typed, as words to look for. Nothing else of it reaches a database."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from app.core.text import tidy_line
from app.search.service.analysis import codes_in, words_in
from app.search.service.backends import Phrase

ASKED_MOST = 200  # characters
TERMS_MOST = 12
CODE_LETTERS_MOST = 4
_PIECE = re.compile(r'(-?)"([^"]*)"?|(-?)(\S+)')
# Said so often that they tell nothing, unless in a phrase or alone.
_COMMON = (
    "aan als bij dan dat de den der des deze die dit door een en er had heb heeft het hij hoe ik in is je kan meer met"
    " naar niet nog nu of om onze ons ook op over te tot u uit uw van voor was wat we wel wij worden wordt ze zich zij"
    " zijn zo s t n"
)
COMMON = frozenset(_COMMON.split())


class Term(NamedTuple):
    """One thing that must stand in what is found: a word in any of its forms, a code, or a phrase as it is."""

    phrases: tuple[Phrase, ...]
    word: str | None = None  # a plain word, whose forms and longer words count too


class Question(NamedTuple):
    terms: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    title: Phrase = ()  # all words as they were typed, for a title that says just that
    was_cut: bool = False


def read(typed: str) -> Question:
    """Words, "phrases", and -what must not be there; signs count as spaces. More than can be asked is cut off."""
    asked = tidy_line(typed)
    terms: list[Term] = []
    without: list[Term] = []
    title: list[str] = []
    for not_phrase, phrase, not_word, word in _PIECE.findall(asked[:ASKED_MOST]):
        found = _words(word) if word else _phrase(phrase)
        if not_phrase or not_word:
            without += found
        else:
            terms += found
            title += words_in(word or phrase)
    terms = _with_codes(_telling(_each_once(terms)), title)
    was_cut = len(asked) > ASKED_MOST or len(terms) > TERMS_MOST
    return Question(tuple(terms[:TERMS_MOST]), tuple(_each_once(without)[:TERMS_MOST]), tuple(title), was_cut)


def _phrase(text: str) -> list[Term]:
    words = tuple(words_in(text))
    return [Term((words,))] if words else []


def _words(text: str) -> list[Term]:
    """The words of what was typed without a space between; a code is one thing, however its parts are joined."""
    words = tuple(words_in(text))
    if code := next(codes_in(text), None):
        return [Term(((code,), words))]
    return [Term(((word,),), word if word.isalpha() else None) for word in words]


def _telling(terms: list[Term]) -> list[Term]:
    """Without very common words, unless there are no others."""
    return [term for term in terms if term.word not in COMMON] or terms


def _with_codes(terms: list[Term], words: Sequence[str]) -> list[Term]:
    """The parts of a code with spaces between stand for themselves, or for the whole of it: PA 6 is also pa6."""
    codes: dict[Phrase, list[Phrase]] = defaultdict(list)
    for run in _runs(words):
        for word in run:
            codes[word,].append(("".join(run),))
    return [term._replace(phrases=(*term.phrases, *codes[term.phrases[0]])) for term in terms]


def _runs(words: Sequence[str]) -> Iterator[list[str]]:
    """Words in a row that may be one code: figures, and a few letters before them."""
    run: list[str] = []
    for word in (*words, ""):
        if word.isdigit():
            run.append(word)
            continue
        if len(run) > 1:
            yield run
        run = [word] if word.isalpha() and len(word) <= CODE_LETTERS_MOST else []


def _each_once(terms: Iterable[Term]) -> list[Term]:
    return list(dict.fromkeys(terms))
