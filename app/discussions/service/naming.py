"""Names behind an `@`: whom a text names, whom to suggest, and the telling of those who are named for the first time.

A name is written in words, with nothing hidden behind it: `@Anna Assink`. So it reads well in a mail and in a plain
box, and whoever has no script types the same. Where two people share it the company follows between brackets, and
where they share that too a number: `@Anna Assink (Vezelwerk Emmen)`, `@Anna Assink (#12)`.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from app.accounts.models import Actor
from app.core import markup
from app.core.clock import now
from app.core.db import insert_unless_there
from app.core.events import publish
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.markup import Naming, Whose
from app.core.text import folded
from app.core.transaction import end_reading
from app.discussions import queries
from app.discussions.events import PersonMentioned
from app.discussions.models import Mention, Post
from app.discussions.queries import Mentionable
from app.groups.models import WorkingGroup

MENTION = "mention"  # the kind of its line under the bell
SUGGESTED_MOST = 8
TOLD_MOST = 5  # names in one sentence
NAMES_MOST = 50  # different ones in one text; what is typed behind them names nobody
LONGEST = 250  # characters: a name, and a company between brackets
LOOKED_UP_MOST = 10_000  # what may be a name, of one text: a text full of `@` would take ten seconds
AT = re.compile(r"(?<![\w@/.\\])@(?=[^\W\d_])")  # as core/markup_child.py looks for it
WORD = re.compile(r"[^\W\d_][\w'’.-]*")
END = re.compile(r"(?!\w)")
OF_NAMES = frozenset({"van", "de", "der", "den", "ter", "ten", "te", "het", "'t", "in", "op", "la", "le", "du", "von"})


class Suggestion(NamedTuple):
    """Somebody to name, and what is written behind the `@`."""

    person: Mentionable
    words: str


def has_names(text: str) -> bool:
    """Whether an `@` stands where somebody may be named: of other texts nothing is asked."""
    return AT.search(text) is not None


def names_in(text: str, people: Sequence[Mentionable]) -> dict[str, Whose]:
    """The names behind an `@`, as they are typed, and whose each is: nobody's where nobody or more than one has it."""
    known = _by_words(people)
    found: dict[str, Whose] = {}
    left = LOOKED_UP_MOST
    for at in AT.finditer(text):
        line = text[at.end() : at.end() + LONGEST].partition("\n")[0]
        beginnings = _beginnings(line)
        left -= len(beginnings)
        if left < 0 or len(found) == NAMES_MOST:
            break
        typed = next((part for part in beginnings if _key(part) in known), None) or _looks_like_a_name(line)
        if typed not in found:
            called = known.get(_key(typed), [])
            found[typed] = Whose(called[0].person_id, called[0].is_guest) if len(called) == 1 else Whose(None)
    return found


def is_shared(typed: str, people: Sequence[Mentionable]) -> bool:
    """Whether more than one of them has this name."""
    return len(_by_words(people).get(_key(typed), [])) > 1


def suggestions(people: Sequence[Mentionable], typed: str) -> list[Suggestion]:
    """Those of whom a word of the name begins like this, where it is the first word of it before the others."""
    begun, known = _key(typed), _by_words(people)
    fitting = [person for person in people if any(each.startswith(begun) for each in _tails(person.name))]
    fitting.sort(key=lambda person: not _key(person.name).startswith(begun))
    return [Suggestion(person, _words_for(person, known)) for person in fitting[:SUGGESTED_MOST]]


def mention(actor: Actor, post: Post, person_ids: Sequence[int]) -> None:
    """Those who were not named in it before are told."""
    if not person_ids:
        return
    moment = now()
    rows = [{"post_id": post.id, "person_id": person_id, "created_at": moment} for person_id in person_ids]
    insert_unless_there(Mention, rows, key=("post_id", "person_id"))
    publish(PersonMentioned(actor_id=actor.id, thread_id=post.thread_id, post_id=post.id,
                            person_ids=tuple(person_ids)))  # fmt: skip


def rendered(actor: Actor, text: str, group: WorkingGroup) -> tuple[Naming, str]:
    """The text with those marked whom it names, and what to say to its writer of names that are nobody's.

    Slow, and it ends the reading of this moment: never within a transaction.
    """
    people = queries.people_to_mention(actor, group) if has_names(text) else []
    names = names_in(text, people)
    end_reading()
    naming = markup.render_names(text, names, person_id=actor.id)
    return naming, _warning_about(naming.nobody, people)


def _warning_about(nobody: Sequence[str], people: Sequence[Mentionable]) -> str:
    """The same whether there is no such person or one who may not read this: it tells neither."""
    shared = [typed for typed in nobody if is_shared(typed, people)]
    unknown = [typed for typed in nobody if typed not in shared]
    sentences = []
    if unknown:
        sentences.append(ngettext(
            "There is nobody called %(names)s whom you can mention here. The name stands there as plain text; nobody "
            "is told.",
            "There is nobody called %(names)s whom you can mention here. The names stand there as plain text; nobody "
            "is told.", len(unknown), names=_listed(unknown)))  # fmt: skip
    if shared:
        sentences.append(_(
            "More than one person here is called %(names)s, so nobody is told. Choose one from the list behind the @, "
            "or put the company behind the name: %(example)s.", names=_listed(shared),
            example=f"@{shared[0]} ({_('Company')})"))  # fmt: skip
    return " ".join(sentences)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in names[:TOLD_MOST])


def _by_words(people: Sequence[Mentionable]) -> Mapping[str, list[Mentionable]]:
    """Who is called so, by each way to write it."""
    known: defaultdict[str, list[Mentionable]] = defaultdict(list)
    for person in people:
        for words in _ways_to_write(person):
            known[_key(words)].append(person)
    return known


def _ways_to_write(person: Mentionable) -> tuple[str, ...]:
    """The shortest first."""
    name = " ".join(person.name.split())
    return name, f"{name} ({person.company_name})", f"{name} (#{person.person_id})"


def _words_for(person: Mentionable, known: Mapping[str, list[Mentionable]]) -> str:
    ways = _ways_to_write(person)
    return next((words for words in ways if known[_key(words)] == [person]), ways[-1])


def _beginnings(line: str) -> list[str]:
    """What may be a name at the beginning of a line, the longest first."""
    ends = [place for place in range(1, len(line) + 1) if line[place - 1] not in " \t" and END.match(line, place)]
    return [line[:place] for place in reversed(ends)]


def _looks_like_a_name(line: str) -> str:
    """Where nobody has it: the first word, and what follows with a capital, as far as one sentence goes."""
    words: list[str] = []
    for word in line.split(" "):
        found = WORD.match(word)
        if found is None or (words and not (word[0].isupper() or word in OF_NAMES)):
            break
        words.append(found[0])
        if found[0] != word or (word[-1] == "." and len(word) > 2):
            break
    while len(words) > 1 and words[-1] in OF_NAMES:
        words.pop()
    return " ".join(words).rstrip(".'’-")


def _tails(name: str) -> list[str]:
    words = _key(name).split(" ")
    return [" ".join(words[place:]) for place in range(len(words))]


@lru_cache(maxsize=20_000)
def _key(words: str) -> str:
    """By which two ways to write a name are the same."""
    return " ".join(folded(words).split())
