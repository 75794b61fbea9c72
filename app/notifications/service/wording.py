"""What a line under the bell says: who did something, and in what; of many in few words (NTF-11)."""

from app.core.i18n import gettext as _
from app.notifications.queries import BellLine

MENTION, STARTED = "mention", "thread"
OF_MANY = ("reaction",)  # kinds with a sentence of their own that also say it of several


def sentence_of(line: BellLine, title: str, own: str = "") -> str:
    """In the reader's language; `own` is what a feature says of one item itself."""
    if own:
        return _("Your posts in “%(title)s” were given reactions", title=title) if _is_of_many(line) else own
    if line.people == 1 or line.kind == STARTED:
        return sentence_of_one(line.kind, line.actor_name, title)
    return _mentioned(line, title) if line.kind == MENTION else _replied(line, title)


def sentence_of_one(kind: str, name: str, title: str) -> str:
    """Of one person, where the feature says nothing itself."""
    if kind == STARTED:
        return _("%(name)s started “%(title)s”", name=name, title=title)
    if kind == MENTION:
        return _("%(name)s mentioned you in “%(title)s”", name=name, title=title)
    return _("%(name)s replied in “%(title)s”", name=name, title=title)


def is_said_of_many(kind: str) -> bool:
    return kind in OF_MANY


def _is_of_many(line: BellLine) -> bool:
    return line.kind in OF_MANY and line.number > 1


def _mentioned(line: BellLine, title: str) -> str:
    if line.people == 2:
        return _("%(name)s and %(other)s mentioned you in “%(title)s”", name=line.actor_name, other=line.other_name,
                 title=title)  # fmt: skip
    return _("%(name)s and %(number)s others mentioned you in “%(title)s”", name=line.actor_name,
             number=line.people - 1, title=title)  # fmt: skip


def _replied(line: BellLine, title: str) -> str:
    if line.people == 2:
        return _("%(name)s and %(other)s replied in “%(title)s”", name=line.actor_name, other=line.other_name,
                 title=title)  # fmt: skip
    return _("%(name)s and %(number)s others replied in “%(title)s”", name=line.actor_name,
             number=line.people - 1, title=title)  # fmt: skip
