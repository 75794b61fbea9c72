"""The pages of announcements: the list, the form, and one of them in each of its states."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor, is_asked_by_a_person, say
from app.announcements import queries, service
from app.announcements.forms import KINDS, REASONS, AgainForm, AnnouncementForm
from app.announcements.models import Announcement, Audience, Kind
from app.announcements.policy import (
    can_announce,
    can_announce_for_board,
    can_send_announcement,
    can_send_announcement_again,
    can_withdraw_announcement,
    offered_groups,
)
from app.announcements.service import BOARD, NEWS
from app.core import markup
from app.core.errors import Invalid, NotFound
from app.core.forms import keeps_typed
from app.core.i18n import gettext as _
from app.core.pagination import Pagination, page_asked, page_of
from app.core.policy import authorize
from app.core.routing import number_in
from app.core.transaction import end_reading
from app.notifications import service as notifications

blueprint = Blueprint("announcements", __name__, url_prefix="/announcements")


@blueprint.get("")
def index() -> ResponseReturnValue:
    actor = current_actor()
    last = page_of(queries.announcement_count(actor), queries.ON_A_PAGE)
    page = page_asked(request.args.get("page"), last)
    return render_template("announcements/index.html", rows=queries.announcements_for(actor, page), kinds=KINDS,
                           can_announce=can_announce(actor),
                           pages=Pagination(page, last, lambda number: url_for(".index", page=number)))  # fmt: skip


@blueprint.get("/new")
def new() -> ResponseReturnValue:
    authorize(can_announce, current_actor())
    return form_page(form_for_actor())


@blueprint.post("/new")
@keeps_typed(AnnouncementForm)
def write() -> ResponseReturnValue:
    actor = current_actor()
    authorize(can_announce, actor)
    form = form_for_actor()
    if not form.validate():
        return form_page(form), 422
    end_reading()
    made = service.write_announcement(actor, form.plan(markup.render(form.body.data or "", person_id=actor.id)))
    return redirect(made.link, 303)


@blueprint.get("/<int:announcement_id>")
def show(announcement_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_announcement(actor, announcement_id)
    sends_again = can_send_announcement_again(actor, shown)
    page = render_template(
        "announcements/show.html", announcement=shown, body=markup.as_rendered(shown.body_html), kinds=KINDS,
        writer=queries.writer_of(shown), groups=queries.names_of_groups(shown), reasons=REASONS,
        reach=None if shown.is_sent else queries.reach(shown.audience, shown.group_ids),
        goes_by_mail=not queries.is_for_confidential_group(shown),
        lost=queries.not_reached(shown) if sends_again else [], can_send=can_send_announcement(actor, shown),
        can_withdraw=can_withdraw_announcement(actor, shown),
    )  # fmt: skip
    if shown.is_sent and is_asked_by_a_person():
        notifications.read_in_place(actor.id, {BOARD: [announcement_id], NEWS: [announcement_id]})
    return page


@blueprint.get("/<int:announcement_id>/edit")
def edit(announcement_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_announcement(actor, announcement_id)
    authorize(can_send_announcement, actor, shown)
    form = form_for_actor(kind=shown.kind.value, audience=shown.audience.value, title=shown.title, body=shown.body_md,
                          reason=shown.reason.value if shown.reason else "",
                          groups=[str(each) for each in shown.group_ids])  # fmt: skip
    return form_page(form, shown)


@blueprint.post("/<int:announcement_id>/edit")
@keeps_typed(AnnouncementForm)
def save(announcement_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_announcement(actor, announcement_id)
    authorize(can_send_announcement, actor, shown)
    form = form_for_actor()
    if not form.validate():
        return form_page(form, shown), 422
    end_reading()
    html = markup.render(form.body.data or "", person_id=actor.id)
    service.edit_announcement(actor, queries.get_announcement(actor, announcement_id), form.plan(html))
    return redirect(url_for(".show", announcement_id=announcement_id), 303)


@blueprint.post("/<int:announcement_id>/send")
def send(announcement_id: int) -> ResponseReturnValue:
    actor = current_actor()
    service.send_announcement(actor, queries.get_announcement(actor, announcement_id))
    return redirect(url_for(".show", announcement_id=announcement_id), 303)


@blueprint.post("/<int:announcement_id>/withdraw")
def withdraw(announcement_id: int) -> ResponseReturnValue:
    actor = current_actor()
    service.withdraw_announcement(actor, queries.get_announcement(actor, announcement_id))
    say(_("This is not sent. It is a draft again."))
    return redirect(url_for(".show", announcement_id=announcement_id), 303)


@blueprint.post("/<int:announcement_id>/try")
def try_out(announcement_id: int) -> ResponseReturnValue:
    actor = current_actor()
    service.try_announcement(actor, queries.get_announcement(actor, announcement_id))
    say(_("A trial is on its way to %(email)s.", email=actor.email))
    return redirect(url_for(".show", announcement_id=announcement_id), 303)


@blueprint.post("/<int:announcement_id>/discard")
def discard(announcement_id: int) -> ResponseReturnValue:
    actor = current_actor()
    service.discard_announcement(actor, queries.get_announcement(actor, announcement_id))
    say(_("The draft is thrown away."))
    return redirect(url_for(".index"), 303)


@blueprint.post("/<int:announcement_id>/send-again")
@keeps_typed(AgainForm)
def send_again(announcement_id: int) -> ResponseReturnValue:
    actor, number = current_actor(), number_in(AgainForm().person.data)
    shown = queries.get_announcement(actor, announcement_id)
    authorize(can_send_announcement_again, actor, shown)
    if number is None:
        raise NotFound
    if not service.send_again(actor, shown, number):
        raise Invalid(_("To this person it was sent, or they do not read it any more."), back_url=shown.link)
    say(_("It is sent once more."))
    return redirect(url_for(".show", announcement_id=announcement_id), 303)


def form_for_actor(**values: object) -> AnnouncementForm:
    """With what this person may choose; the first of it is chosen."""
    actor = current_actor()
    form = AnnouncementForm(**values) if values else AnnouncementForm(
        kind=Kind.NEWS.value, audience=(Audience.ALL if actor.is_coordinator else Audience.GROUPS).value)  # fmt: skip
    form.offer(offered_groups(actor), is_coordinator=can_announce_for_board(actor))
    return form


def form_page(form: AnnouncementForm, announcement: Announcement | None = None) -> str:
    return render_template("announcements/edit.html", form=form, announcement=announcement)
