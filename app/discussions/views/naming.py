"""Names behind an `@`: whom the box suggests."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.markup import Naming
from app.core.ratelimit import count_write
from app.core.text import hue, initials, tidy_line
from app.discussions import queries, service
from app.groups.models import WorkingGroup

ASKED_MOST = 80  # characters of a name


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
    return service.rendered(current_actor(), text, group)
