"""What the forms of a word have in common: plural and singular, the forms of a verb."""

import sys
import threading
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from app.search.service.exceptions import EXCEPTIONS

ROUNDS = 3  # fietsen → fiets → fiet, which is what fiets becomes
SHORTEST = 3
_DEVOICED = {"v": "f", "z": "s"}
_own = threading.local()  # a stemmer keeps the word it is at


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """By the list of exceptions, else by Snowball's Dutch rules until nothing more comes off."""
    if word in EXCEPTIONS:
        return EXCEPTIONS[word]
    if not word.isalpha() or len(word) <= SHORTEST:
        return word
    if word.endswith("ies") and len(word) > len("kies") + 1:  # versies, subsidies
        word = word[:-1]
    for _round in range(ROUNDS):
        shorter = EXCEPTIONS.get(word) or _tidied(_stemmer().stemWord(word))
        if shorter == word or len(shorter) < SHORTEST:
            break
        word = shorter
    return word


def _tidied(stemmed: str) -> str:
    """brieven → briev → brief, huizen → huiz → huis, vergunning → vergunn → vergun"""
    last = stemmed[-1:]
    if last in _DEVOICED:
        return stemmed[:-1] + _DEVOICED[last]
    return stemmed[:-1] if len(stemmed) > SHORTEST and last == stemmed[-2] and last not in "aeiou" else stemmed


def _stemmer() -> Any:
    if not hasattr(_own, "stemmer"):
        _own.stemmer = _dutch().DutchPorterStemmer()
    return _own.stemmer


def _dutch() -> ModuleType:
    """The one module of Snowball that we need: its package loads those of thirty languages, 13 MB of them."""
    if "snowballstemmer" not in sys.modules and (found := find_spec("snowballstemmer")) is not None:
        package = ModuleType("snowballstemmer")
        package.__path__ = list(found.submodule_search_locations or ())
        sys.modules["snowballstemmer"] = package
    return import_module("snowballstemmer.dutch_porter_stemmer")
