"""The three pages of a first sign-in, which end at the page that the invitation was for."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor
from app.core.forms import choices, keeps_typed
from app.invitations import queries, service
from app.invitations.forms import GroupsForm, NameForm, RhythmForm
from app.invitations.models import FirstVisit
from app.invitations.queries import GroupChoice
from app.invitations.views.blueprint import blueprint
from app.notifications.forms import RHYTHMS
from app.notifications.models import Rhythm

PAGES = {1: ".name", 2: ".groups", 3: ".mail", 4: ".mail"}


@blueprint.get("/welcome")
def welcome() -> ResponseReturnValue:
    """On to where this person was."""
    visit = queries.first_visit_of(current_actor().id)
    return redirect(url_for(PAGES[visit.step]), 303) if visit else home()


@blueprint.get("/welcome/name")
def name() -> ResponseReturnValue:
    actor = current_actor()
    if visit_under_way() is None:
        return home()
    form = NameForm(formdata=None, name=actor.name, function=actor.function)
    return render_template("invitations/welcome_name.html", form=form)


@blueprint.post("/welcome/name")
@keeps_typed(NameForm)
def save_name() -> ResponseReturnValue:
    form = NameForm()
    if visit_under_way() is None:
        return home()
    if not form.validate():
        return render_template("invitations/welcome_name.html", form=form), 422
    service.tell_name_and_function(current_actor(), name=form.name.data, function=form.function.data)
    return redirect(url_for(".groups"), 303)


@blueprint.get("/welcome/groups")
def groups() -> ResponseReturnValue:
    visit = visit_under_way()
    if visit is None:
        return home()
    offered = queries.groups_to_choose(current_actor(), visit)
    form = GroupsForm(formdata=None, groups=[choice.group.id for choice in offered if choice.is_named])
    return groups_page(form, offered)


@blueprint.post("/welcome/groups")
def save_groups() -> ResponseReturnValue:
    form, visit = GroupsForm(), visit_under_way()
    if visit is None:
        return home()
    offered = queries.groups_to_choose(current_actor(), visit)
    offer(form, offered)
    if not form.validate():
        return groups_page(form, offered), 422
    service.choose_groups(current_actor(), form.groups.data or [])
    return redirect(url_for(".mail"), 303)


@blueprint.get("/welcome/mail")
def mail() -> ResponseReturnValue:
    if queries.first_visit_of(current_actor().id) is None:
        return home()
    return mail_page()


@blueprint.post("/welcome/mail")
def save_mail() -> ResponseReturnValue:
    """Which of the buttons was pressed is all that this form says."""
    form, visit = RhythmForm(), queries.first_visit_of(current_actor().id)
    if visit is None:
        return home()
    if not form.validate():
        return mail_page(), 422
    end = end_of(visit)
    service.choose_rhythm(current_actor(), Rhythm(form.rhythm.data))
    return redirect(end, 303)


@blueprint.post("/welcome/mail/skip")
def skip_mail() -> ResponseReturnValue:
    """From the home page, where it is asked once more, it is said so: the button of the third page pressed twice is
    no second answer."""
    visit = queries.first_visit_of(current_actor().id)
    if visit is None:
        return home()
    end = end_of(visit)
    service.skip_rhythm(current_actor(), for_good="again" in request.form)
    return redirect(end, 303)


def visit_under_way() -> FirstVisit | None:
    """Someone's who may still say who they are and tick groups."""
    visit = queries.first_visit_of(current_actor().id)
    return None if visit is None or visit.is_asked_once_more else visit


def end_of(visit: FirstVisit) -> str:
    """The page the invitation was for: its first working group that they take part in, else the home page."""
    slug = None if visit.is_asked_once_more else queries.destination(current_actor(), visit)
    return url_for("home.group", slug=slug) if slug else url_for("home.index")


def home() -> ResponseReturnValue:
    """Nothing is left to ask: who comes back to these pages, or presses a button twice, meets no dead end."""
    return redirect(url_for("home.index"), 303)


def offer(form: GroupsForm, offered: list[GroupChoice]) -> None:
    form.groups.choices = choices({choice.group.id: choice.group.name for choice in offered})


def groups_page(form: GroupsForm, offered: list[GroupChoice]) -> str:
    offer(form, offered)
    return render_template("invitations/welcome_groups.html", form=form, offered=offered)


def mail_page() -> str:
    return render_template("invitations/welcome_mail.html", rhythms=RHYTHMS)
