"""Our people: who acts for a company, what they are there, and how that ends."""

from collections.abc import Callable
from datetime import timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries as accounts_queries
from app.accounts import service as accounts
from app.accounts.models import Company, Tie, TieKind
from app.accounts.policy import can_change_tie
from app.accounts.session import current_actor, is_asked_by_a_person, say
from app.core.clock import today
from app.core.errors import Conflict, Invalid
from app.core.forms import keeps_typed
from app.core.i18n import day
from app.core.i18n import gettext as _
from app.core.pagination import Pagination, page_asked, page_of
from app.core.policy import authorize
from app.core.transaction import end_reading
from app.directory import queries, service
from app.directory.forms import EndForm, StaffForm
from app.directory.policy import can_keep_staff
from app.directory.queries import StaffFilter
from app.directory.queries.staff import STAFF_ON_A_PAGE
from app.directory.views.blueprint import blueprint
from app.guard.queries import why_hidden


@blueprint.get("/companies/<slug>/staff")
def staff(slug: str) -> ResponseReturnValue:
    actor, company = current_actor(), company_to_keep(slug)
    asked = request.args.get("filter", "")
    which = StaffFilter(asked) if asked in list(StaffFilter) else StaffFilter.ALL
    counts = queries.count_staff(actor, company)
    last = page_of(counts[which], STAFF_ON_A_PAGE)
    page = page_asked(request.args.get("page"), last)
    answer = render_template(
        "directory/staff.html", counts=counts, which=which, lines=queries.staff_of(actor, company, which, page),
        is_without_contact=accounts_queries.is_without_contact(company.id),
        may_change=not actor.silence_in(), pages=Pagination(page, last, lambda number: url_for(
            ".staff", slug=slug, filter=which.value, page=number)), **around_staff(company),
    )  # fmt: skip
    if is_asked_by_a_person():
        service.mark_staff_read(actor, company)
    return answer


@blueprint.get("/companies/<slug>/staff/<int:tie_id>/edit")
def edit_staff(slug: str, tie_id: int) -> ResponseReturnValue:
    company, tie = someone_to_change(slug, tie_id)
    form = StaffForm(formdata=None, function=tie.function, is_contact=tie.is_contact, is_delegate=tie.is_delegate)
    return edit_page(company, tie, form)


@blueprint.post("/companies/<slug>/staff/<int:tie_id>/edit")
@keeps_typed(StaffForm)
def change_staff(slug: str, tie_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), StaffForm()
    company, tie = someone_to_change(slug, tie_id)
    if not form.validate():
        return edit_page(company, tie, form), 422
    function = None if why_hidden("person", tie.person_id) else form.function.data or ""
    refused = attempt(form, lambda: accounts.change_tie(
        actor, tie, function=function, is_contact=form.is_contact.data, is_delegate=form.is_delegate.data))
    if refused:
        return edit_page(*someone_of(slug, tie_id), form), refused
    say(_("Saved."))
    return redirect(url_for(".staff", slug=slug), 303)


@blueprint.get("/companies/<slug>/staff/<int:tie_id>/end")
def ask_end(slug: str, tie_id: int) -> ResponseReturnValue:
    company, tie = someone_of(slug, tie_id)
    last_day = tie.last_day if tie.last_day is not None and tie.kind is TieKind.STAFF else None
    form = EndForm(formdata=None, when="later" if last_day else "now",
                   last_day=(last_day or today() + timedelta(days=1)).isoformat())  # fmt: skip
    return end_page(company, tie, form)


@blueprint.post("/companies/<slug>/staff/<int:tie_id>/end")
@keeps_typed(EndForm)
def end_staff(slug: str, tie_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), EndForm()
    company, tie = someone_of(slug, tie_id)
    if not form.validate():
        return end_page(company, tie, form), 422
    name, last_day, receivers = tie.person.name, form.day, form.chosen
    if last_day is None:
        done = _("%(name)s does not act for %(company)s any more.", name=name, company=company.name)
        refused = attempt(form, lambda: accounts.end_tie(actor, tie, receivers=receivers))
    else:
        done = _("The last day of %(name)s is %(day)s.", name=name, day=day(last_day))
        refused = attempt(form, lambda: accounts.plan_end(actor, tie, last_day, receivers=receivers))
    if refused:
        return end_page(*someone_of(slug, tie_id), form), refused
    say(done)
    return redirect(url_for(".staff", slug=slug), 303)


@blueprint.post("/companies/<slug>/staff/<int:tie_id>/keep")
def keep_staff(slug: str, tie_id: int) -> ResponseReturnValue:
    actor = current_actor()
    _company, tie = someone_of(slug, tie_id)
    name = tie.person.name
    accounts.withdraw_end(actor, tie)
    say(_("%(name)s stays.", name=name))
    return redirect(url_for(".staff", slug=slug), 303)


def company_to_keep(slug: str) -> Company:
    """The company, whose people this person looks after."""
    actor = current_actor()
    company = queries.get_company(actor, slug)
    authorize(can_keep_staff, actor, company)
    return company


def someone_of(slug: str, tie_id: int) -> tuple[Company, Tie]:
    company = company_to_keep(slug)
    return company, queries.get_staff_tie(current_actor(), company, tie_id)


def someone_to_change(slug: str, tie_id: int) -> tuple[Company, Tie]:
    company, tie = someone_of(slug, tie_id)
    authorize(can_change_tie, current_actor(), tie)
    return company, tie


def attempt(form: StaffForm | EndForm, deed: Callable[[], None]) -> int:
    """The status of a refusal, whose sentence stands in the form then; 0 when it was done."""
    end_reading()
    try:
        deed()
    except (Conflict, Invalid) as refusal:
        if refusal.field and refusal.field in form:
            form[refusal.field].errors = [str(refusal)]
        else:
            form.form_errors.append(str(refusal))
        return refusal.status
    return 0


def edit_page(company: Company, tie: Tie, form: StaffForm) -> str:
    return render_template("directory/edit_staff.html", form=form, tie=tie, person=tie.person,
                           why_hidden=why_hidden("person", tie.person_id), is_guest=tie.kind is TieKind.GUEST,
                           **around_staff(company))  # fmt: skip


def end_page(company: Company, tie: Tie, form: EndForm) -> str:
    """Each kind with the colleague who was chosen, or who is proposed."""
    actor, colleagues = current_actor(), accounts_queries.colleagues_of(tie)
    chosen = form.chosen if form.is_submitted() else accounts_queries.chosen_receivers(tie.id)
    is_first = not form.is_submitted() and not chosen
    kept = [
        {"kind": each.kind, "label": each.label, "how_many": each.how_many,
         "chosen": each.receiver_id if is_first else chosen.get(each.kind, 0)}
        for each in accounts.proposals(actor, tie, colleagues)
    ]  # fmt: skip
    return render_template("directory/end_staff.html", form=form, tie=tie, person=tie.person, kept=kept,
                           colleagues=colleagues, today=today(),
                           is_guest=tie.kind is TieKind.GUEST, is_oneself=actor.id == tie.person_id,
                           **around_staff(company))  # fmt: skip


def around_staff(company: Company) -> dict[str, object]:
    is_own = current_actor().company_id == company.id
    return {"company": company, "is_own": is_own, "title": _("Our people") if is_own else _(
        "People of %(company)s", company=company.name)}  # fmt: skip
