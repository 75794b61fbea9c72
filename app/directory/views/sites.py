"""The sites of a company: a list, and a form for each."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor, say
from app.core.errors import Conflict, NotFound, Refusal
from app.core.forms import keeps_typed
from app.core.i18n import gettext as _
from app.directory import queries, service
from app.directory.forms import ReasonForm, SiteForm
from app.directory.models import Site, places
from app.directory.policy import is_contact_of
from app.directory.service import PageConflict, SitePlan
from app.directory.views.blueprint import blueprint
from app.directory.views.company import around, company_to_edit, differing

TYPED = ("name", "street", "postcode", "place", "is_pickup", "is_main")


@blueprint.get("/companies/<slug>/sites")
def sites(slug: str) -> ResponseReturnValue:
    company_to_edit(slug)
    return list_page(slug, SiteForm(formdata=None))


@blueprint.post("/companies/<slug>/sites")
@keeps_typed(SiteForm)
def add_site(slug: str) -> ResponseReturnValue:
    actor, form = current_actor(), SiteForm()
    shown = company_to_edit(slug, form)
    if not form.validate():
        return list_page(slug, form), 422
    try:
        service.add_site(actor, shown, plan_in(form), reason=form.reason.data or "")
    except Conflict as conflict:
        form.name.errors = [str(conflict)]
        return list_page(slug, form), conflict.status
    say(_("The site is there."))
    return redirect(url_for(".sites", slug=slug), 303)


@blueprint.get("/sites/<int:site_id>")
def site(site_id: int) -> ResponseReturnValue:
    shown = queries.get_site(current_actor(), site_id)
    company_to_edit(shown.company.slug)
    return site_page(shown, form_of(shown))


@blueprint.post("/sites/<int:site_id>")
@keeps_typed(SiteForm)
def change_site(site_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), SiteForm()
    shown = queries.get_site(actor, site_id)
    slug = company_to_edit(shown.company.slug, form).slug
    if not form.validate():
        return site_page(shown, form), 422
    try:
        service.change_site(actor, shown, plan_in(form), version=form.version.data or 0, reason=form.reason.data or "")
    except PageConflict:
        shown = queries.get_site(actor, site_id)
        form.version.data = shown.version
        return site_page(shown, form, theirs=differing(form, site_typed(shown))), 409
    say(_("Saved."))
    return redirect(url_for(".sites", slug=slug), 303)


@blueprint.post("/sites/<int:site_id>/remove")
@keeps_typed(ReasonForm)
def remove_site(site_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), ReasonForm()
    shown = queries.get_site(actor, site_id)
    slug = company_to_edit(shown.company.slug, form).slug
    try:
        service.remove_site(actor, shown, reason=form.reason.data or "")
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        shown = queries.get_site(actor, site_id)
        return site_page(shown, form_of(shown, reason=form.reason.data or ""), refusal=str(refusal)), refusal.status
    say(_("The site is gone."))
    return redirect(url_for(".sites", slug=slug), 303)


def plan_in(form: SiteForm) -> SitePlan:
    return SitePlan(name=form.name.data, place=form.place.data, street=form.street.data or "",
                    postcode=form.postcode.data or "", is_pickup=form.is_pickup.data,
                    is_main=form.is_main.data)  # fmt: skip


def list_page(slug: str, form: SiteForm) -> str:
    shown = queries.get_company(current_actor(), slug)
    form.asks_reason = not is_contact_of(current_actor(), shown)
    return render_template("directory/sites.html", form=form, part="sites", sites=queries.sites_of(shown.id),
                           places=list(places()), **around(shown))  # fmt: skip


def form_of(shown: Site, reason: str = "") -> SiteForm:
    return SiteForm(formdata=None, version=shown.version, reason=reason, **site_typed(shown))


def site_typed(shown: Site) -> dict[str, object]:
    return {name: getattr(shown, name) for name in TYPED}


def site_page(shown: Site, form: SiteForm, **more: object) -> str:
    form.asks_reason = not is_contact_of(current_actor(), shown.company)
    return render_template("directory/site.html", form=form, part="sites", site=shown, places=list(places()),
                           **around(shown.company), **more)  # fmt: skip
