"""A company's invitations: one form for another, and the list of those there are."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Company
from app.accounts.session import current_actor, is_asked_by_a_person, say
from app.core.errors import Invalid
from app.core.forms import choices, keeps_typed
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.pagination import Pagination, page_asked, page_of
from app.core.routing import number_in
from app.invitations import queries, service
from app.invitations.forms import SENTENCES, InviteForm
from app.invitations.models.invitations import AT_ONCE, GROUPS_MOST
from app.invitations.policy import can_import_people, is_guest_of, keeps_all, offered_groups
from app.invitations.queries import Address, Filter
from app.invitations.service import Plan
from app.invitations.views.blueprint import INVITES, ROUNDS, blueprint, count_letters


@blueprint.get("/companies/<slug>/invitations")
def index(slug: str) -> ResponseReturnValue:
    company = queries.company_to_invite_for(current_actor(), slug)
    page = invitations_page(company, InviteForm(formdata=None))
    if is_asked_by_a_person():
        service.mark_invitations_read(current_actor(), company)
    return page


@blueprint.post("/companies/<slug>/invitations")
@keeps_typed(InviteForm)
def invite(slug: str) -> ResponseReturnValue:
    actor, form = current_actor(), InviteForm()
    company = queries.company_to_invite_for(actor, slug)
    offer_groups(form, company)
    if not form.validate():
        return invitations_page(company, form), 422
    count_letters(INVITES, "invite", str(actor.id))
    plan = Plan(email=form.email.data, name=form.name.data, function=form.function.data,
                group_ids=(form.groups.data or ())[:GROUPS_MOST], as_contact=form.as_contact.data,
                as_delegate=form.as_delegate.data)  # fmt: skip
    try:
        invited = service.invite_person(actor, company, plan)
    except Invalid as refusal:
        form[refusal.field or "email"].errors = [str(refusal)]
        return invitations_page(company, form), 422
    if invited.address is not Address.FREE:
        form.email.errors = [str(SENTENCES[invited.address.value])]
        return invitations_page(company, form), 422
    say(_("The invitation for %(name)s is on its way.", name=plan.name))
    return redirect(url_for(".index", slug=slug), 303)


@blueprint.post("/companies/<slug>/invitations/resend")
def resend(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    company = queries.company_to_invite_for(actor, slug)
    if chosen := chosen_ids():
        count_letters(ROUNDS, "resend", str(actor.id))
        sent = service.resend_invitations(actor, company, chosen)
        say(ngettext("%(num)s letter is on its way.", "%(num)s letters are on their way.", sent) if sent else _(
            "No letter was sent: each of these was mailed a moment ago, was accepted, or cannot be sent again."))
    else:
        say(_("Tick whom it is about first."))
    return redirect(url_for(".index", slug=slug), 303)


@blueprint.post("/companies/<slug>/invitations/revoke")
def revoke(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    company = queries.company_to_invite_for(actor, slug)
    if chosen := chosen_ids():
        revoked = service.revoke_invitations(actor, company, chosen)
        say(ngettext("%(num)s invitation is revoked. Its link works no more.",
                     "%(num)s invitations are revoked. Their links work no more.", revoked))  # fmt: skip
    else:
        say(_("Tick whom it is about first."))
    return redirect(url_for(".index", slug=slug), 303)


def chosen_ids() -> list[int]:
    """What is ticked, a page of it at most."""
    numbers = (number_in(typed) for typed in request.form.getlist("invitation")[:AT_ONCE])
    return [number for number in numbers if number is not None]


def invitations_page(company: Company, form: InviteForm) -> str:
    actor, asked = current_actor(), request.args.get("filter", "")
    which = Filter(asked) if asked in list(Filter) else Filter.PENDING
    counts = queries.count_of(actor, company)
    last = page_of(counts[which], queries.ON_A_PAGE)
    page = page_asked(request.args.get("page"), last)
    offer_groups(form, company)
    return render_template(
        "invitations/index.html", company=company, form=form, counts=counts, which=which,
        lines=queries.invitation_lines(actor, company, which, page), is_guest=is_guest_of(company),
        clashes=queries.clashes_of(company) if keeps_all(actor) else (),
        can_import=can_import_people(actor), pages=Pagination(page, last, lambda number: url_for(
            ".index", slug=company.slug, filter=which.value, page=number)),
    )  # fmt: skip


def offer_groups(form: InviteForm, company: Company) -> None:
    offered = offered_groups(current_actor(), for_guest=is_guest_of(company))
    form.groups.choices = choices({each.group_id: each.name for each in offered})
