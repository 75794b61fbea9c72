"""What one hears of a group by mail: anyone who reads it chooses for themselves."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor, say
from app.core.forms import keeps_typed
from app.core.i18n import gettext as _
from app.groups import queries
from app.groups.models import WorkingGroup
from app.groups.views.blueprint import blueprint
from app.groups.views.pages import level_sentence, own_rule
from app.notifications import service as notifications
from app.notifications.forms import AS_WIDER, LEVEL_LABELS, LevelForm
from app.notifications.models import Level
from app.notifications.queries import chosen_level


@blueprint.get("/<slug>/watch")
def watch_page(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    group = queries.get_group(actor, slug)
    chosen = chosen_level(actor.id, group.scope)
    return level_page(group, chosen, LevelForm(formdata=None, level=chosen.value if chosen else AS_WIDER))


@blueprint.post("/<slug>/watch")
@keeps_typed(LevelForm)
def watch(slug: str) -> ResponseReturnValue:
    actor, form = current_actor(), LevelForm()
    group = queries.get_group(actor, slug)
    if not form.validate():
        return level_page(group, chosen_level(actor.id, group.scope), form), 422
    notifications.choose_level(actor, group.scope, form.chosen)
    say(_("Saved."))
    return redirect(url_for(".about", slug=slug), 303)


def level_page(group: WorkingGroup, chosen: Level | None, form: LevelForm) -> str:
    """Without a choice members get what the group has as usual, others what the site has."""
    actor = current_actor()
    usual = LEVEL_LABELS[own_rule(actor, group, None).level.value]
    form.offer(_("As is usual here (%(level)s)", level=usual))
    return render_template("groups/watch.html", form=form, group=group,
                           rule_sentence=level_sentence(own_rule(actor, group, chosen)))  # fmt: skip
