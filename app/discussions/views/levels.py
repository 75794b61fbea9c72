"""What one hears of a thread by mail: anyone who reads it chooses for themselves."""

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor, say
from app.core.forms import keeps_typed
from app.core.i18n import gettext as _
from app.discussions import queries
from app.discussions.models import Thread
from app.discussions.views.blueprint import blueprint
from app.discussions.views.show import rule_line
from app.groups.policy import is_member_of
from app.groups.queries import ruling_choice
from app.notifications import service as notifications
from app.notifications.forms import AS_WIDER, LEVEL_LABELS, LevelForm
from app.notifications.models import Level
from app.notifications.queries import Choices


@blueprint.get("/threads/<int:thread_id>/watch")
def watch_page(thread_id: int) -> ResponseReturnValue:
    shown, own = queries.thread_and_choices(current_actor(), thread_id)
    form = LevelForm(formdata=None, level=own.in_thread.value if own.in_thread else AS_WIDER)
    offer(form, shown, own)
    return level_page(shown, own, form)


@blueprint.post("/threads/<int:thread_id>/watch")
@keeps_typed(LevelForm)
def watch(thread_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), LevelForm()
    shown, own = queries.thread_and_choices(actor, thread_id)
    offer(form, shown, own)
    if not form.validate():
        return level_page(shown, own, form), 422
    notifications.choose_level(actor, shown.room, form.chosen)
    say(_("Saved."))
    return redirect(shown.link, 303)


@blueprint.post("/threads/<int:thread_id>/watch/overview")
def watch_overview(thread_id: int) -> ResponseReturnValue:
    """"Rather not", below what an answer brought about: a choice, so the next answer leaves it alone."""
    actor = current_actor()
    shown = queries.get_thread(actor, thread_id)
    notifications.choose_level(actor, shown.room, Level.OVERVIEW)
    say(_("You find this thread in the overview only."))
    return redirect(shown.link, 303)


def level_page(shown: Thread, own: Choices, form: LevelForm) -> str:
    return render_template("discussions/watch.html", thread=shown, form=form,
                           rule=rule_line(current_actor(), shown, own))  # fmt: skip


def offer(form: LevelForm, shown: Thread, own: Choices) -> None:
    """Without a choice of one's own in the thread it is as in the group. New threads are no choice of one of them."""
    is_member = is_member_of(current_actor(), shown.group)
    wider = ruling_choice(Choices(in_group=own.in_group), shown.group, is_member=is_member)
    form.offer(_("As in the working group (%(level)s)", level=LEVEL_LABELS[wider.level.value]),
               without=Level.NEW_THREADS)  # fmt: skip
