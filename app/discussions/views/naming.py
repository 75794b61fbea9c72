"""Names behind an `@`: whom the box suggests, and what its writer hears of a name that is nobody's."""

from collections.abc import Sequence

from flask import jsonify
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor
from app.core import markup
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.markup import Naming
from app.core.ratelimit import count_write
from app.core.text import hue, initials, tidy_line
from app.core.transaction import end_reading
from app.discussions import queries, service
from app.discussions.queries import Mentionable
from app.groups.models import WorkingGroup

ASKED_MOST = 80  # characters of a name
TOLD_MOST = 5  # names in one sentence


def suggest(group: WorkingGroup, typed: str) -> ResponseReturnValue:
    """Asked by a script while one types: as often as it may keep drafts."""
    actor = current_actor()
    count_write(actor.id, often=True)
    people = [person for person in queries.people_to_mention(actor, group) if person.person_id != actor.id]
    found = service.suggestions(people, tidy_line(typed[:ASKED_MOST]))
    return jsonify(people=[
        {"name": each.person.name, "company": each.person.company_name, "words": each.words,
         "initials": initials(each.person.name), "hue": hue(each.person.name)} for each in found
    ], label=_("Whom you can mention"),
        said=ngettext("%(num)s name to choose from with the arrows", "%(num)s names to choose from with the arrows",
                      len(found)))  # fmt: skip


def rendered(text: str, group: WorkingGroup) -> tuple[Naming, str]:
    """The text with those marked whom it names, and what to say to its writer of names that are nobody's."""
    actor = current_actor()
    people = queries.people_to_mention(actor, group) if service.has_names(text) else []
    names = service.names_in(text, people)
    end_reading()
    naming = markup.render_names(text, names, person_id=actor.id)
    return naming, warning_about(naming.nobody, people)


def warning_about(nobody: Sequence[str], people: Sequence[Mentionable]) -> str:
    """The same whether there is no such person or one who may not read this: it tells neither."""
    shared = [typed for typed in nobody if service.is_shared(typed, people)]
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
