"""A company's page, and the forms for what it says of itself."""

from collections.abc import Callable, Mapping
from typing import BinaryIO, cast

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Company
from app.accounts.queries import is_without_contact
from app.accounts.session import current_actor, is_asked_by_a_person, say
from app.core import markup
from app.core.clock import local, today
from app.core.errors import NotFound, Refusal
from app.core.forms import keeps_typed, takes
from app.core.i18n import gettext as _
from app.core.panels import panels
from app.core.policy import authorize
from app.core.text import hue, initials
from app.core.transaction import end_reading
from app.directory import queries, service
from app.directory.forms import (
    KINDS,
    ROLES,
    SIZES,
    AboutForm,
    LogoForm,
    PageForm,
    ProductsForm,
    ReasonForm,
)
from app.directory.models import CompanySize, Profile, Role
from app.directory.policy import can_edit_company, can_keep_staff, can_read_profile, is_contact_of
from app.directory.queries import CompanyPage
from app.directory.service import About, PageConflict, Products
from app.directory.views.blueprint import blueprint
from app.files import service as files
from app.files.models import Thumbnail

LOGO_MOST = 5_000_000  # bytes


@blueprint.get("/companies/<slug>")
def company(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_company(actor, slug)
    is_own, page = actor.company_id == shown.id, queries.company_page(actor, shown)
    profile = page.profile
    own_place = None if is_own else queries.main_place_of(actor)
    sites = [
        {"site": site, "km": own_place.kilometres_to(site.where) if own_place and site.where else None}
        for site in page.sites
    ]
    keeps_staff = can_keep_staff(actor, shown)
    answer = render_template(
        "directory/company.html", sites=sites, claims=page.claims, kinds=KINDS, people=queries.people_of(shown.id),
        keeps_staff=keeps_staff,
        is_without_contact=keeps_staff and is_without_contact(shown.id),
        groups=queries.groups_of(actor, shown.id), profile=profile,
        is_own=is_own, text=markup.as_rendered(profile.text_html), roles=ROLES, sizes=SIZES,
        mark=mark_of(shown.name, shown.slug, profile.content.thumbnail if profile.content else None), today=today(),
        since=local(shown.created_at).year, panels=panels("company", actor, shown), may_report=may_report(page),
        **around(shown),
    )  # fmt: skip
    if is_asked_by_a_person():
        service.mark_company_read(actor, shown)
    return answer


@blueprint.get("/companies/<slug>/logo")
def logo(slug: str) -> ResponseReturnValue:
    """Small, and nothing else: what was sent is served to nobody."""
    actor = current_actor()
    shown = queries.get_company(actor, slug)
    profile = queries.profile_of(shown)
    content = profile.content if can_read_profile(actor, shown, profile.hidden_at) else None
    if content is None:
        raise NotFound
    return files.send_thumbnail(content, request.if_none_match).make_conditional(request)


@blueprint.get("/companies/<slug>/edit")
def edit(slug: str) -> ResponseReturnValue:
    shown = company_to_edit(slug)
    profile = queries.profile_of(shown)
    form = AboutForm(formdata=None, version=profile.about_version, **about_typed(profile))
    return form_page("edit", shown, form)


@blueprint.post("/companies/<slug>/edit")
@keeps_typed(AboutForm)
def describe(slug: str) -> ResponseReturnValue:
    actor, form = current_actor(), AboutForm()
    shown = company_to_edit(slug, form)
    if not form.validate():
        return form_page("edit", shown, form), 422
    end_reading()
    about = About(
        summary=form.summary.data or "", text_md=form.text.data or "",
        text_html=markup.render_long(form.text.data or "", person_id=actor.id),
        roles=[Role(role) for role in form.roles.data or ()],
        size=CompanySize(form.size.data) if form.size.data else None, website=form.website.data or "",
        phone=form.phone.data or "", email=form.email.data or "",
    )  # fmt: skip
    return saved("edit", slug, form, about_typed, lambda company: service.describe_company(
        actor, company, about, version=form.version.data or 0, reason=form.reason.data or ""))  # fmt: skip


@blueprint.get("/companies/<slug>/products")
def products(slug: str) -> ResponseReturnValue:
    shown = company_to_edit(slug)
    profile = queries.profile_of(shown)
    return form_page("products", shown, ProductsForm(formdata=None, version=profile.products_version,
                                                     **products_typed(profile)))  # fmt: skip


@blueprint.post("/companies/<slug>/products")
@keeps_typed(ProductsForm)
def change_products(slug: str) -> ResponseReturnValue:
    actor, form = current_actor(), ProductsForm()
    shown = company_to_edit(slug, form)
    if not form.validate():
        return form_page("products", shown, form), 422
    listed = Products(makes=form.makes.lines, needs=form.needs.lines, offers=form.offers.lines)
    return saved("products", slug, form, products_typed, lambda company: service.list_products(
        actor, company, listed, version=form.version.data or 0, reason=form.reason.data or ""))  # fmt: skip


@blueprint.post("/companies/<slug>/logo")
@keeps_typed(LogoForm)
@takes(files=1)
def change_logo(slug: str) -> ResponseReturnValue:
    actor, form = current_actor(), LogoForm()
    shown = company_to_edit(slug, form)
    sent = request.files.get("file")
    if not form.validate() or sent is None or not sent.filename:
        return logo_refused(slug, form, _("Choose a picture first.") if form.validate() else ""), 422
    end_reading()
    try:
        most = min(LOGO_MOST, current_app.config["UPLOAD_MAX"])
        stored = files.store(cast(BinaryIO, sent.stream), most=most)
        shown = queries.get_company(actor, slug)
        service.change_logo(actor, shown, stored, reason=form.reason.data or "")
    except Refusal as refusal:
        if isinstance(refusal, NotFound):
            raise
        return logo_refused(slug, form, str(refusal)), refusal.status
    say(_("The logo is there."))
    return redirect(url_for(".edit", slug=slug), 303)


@blueprint.post("/companies/<slug>/logo/remove")
@keeps_typed(ReasonForm)
def remove_logo(slug: str) -> ResponseReturnValue:
    actor, form = current_actor(), ReasonForm()
    shown = company_to_edit(slug, form)
    if not form.validate():
        again = LogoForm(formdata=None, reason=form.reason.data)
        again.reason.errors = form.reason.errors
        return logo_refused(slug, again, ""), 422
    service.remove_logo(actor, shown, reason=form.reason.data or "")
    say(_("The logo is gone."))
    return redirect(url_for(".edit", slug=slug), 303)


def mark_of(name: str, slug: str, thumbnail: Thumbnail | None) -> dict[str, object]:
    """By what one knows a company: its logo, or its initials in a colour of its own."""
    return {"slug": slug, "initials": initials(name), "hue": hue(name), "has_logo": thumbnail is Thumbnail.MADE}


def company_to_edit(slug: str, form: PageForm | None = None) -> Company:
    """The company, whose page this person may change; the form asks for a reason where it needs one."""
    actor = current_actor()
    shown = queries.get_company(actor, slug)
    authorize(can_edit_company, actor, shown)
    if form is not None:
        form.asks_reason = not is_contact_of(actor, shown)
    return shown


def form_page(name: str, shown: Company, form: PageForm, *, logo_form: LogoForm | None = None,
              **more: object) -> str:  # fmt: skip
    logo_form = logo_form or LogoForm(formdata=None)
    form.asks_reason = logo_form.asks_reason = not is_contact_of(current_actor(), shown)
    return render_template(f"directory/{name}.html", form=form, logo_form=logo_form, part=name,
                           profile=queries.profile_of(shown), **around(shown), **more)  # fmt: skip


def saved(name: str, slug: str, form: PageForm, typed: Callable[[Profile], Mapping[str, object]],
          save: Callable[[Company], None]) -> ResponseReturnValue:  # fmt: skip
    """Save a form that was found right. Someone else's newer text is shown beside it and not written over (DIR-3)."""
    try:
        save(queries.get_company(current_actor(), slug))
    except PageConflict:
        shown = queries.get_company(current_actor(), slug)
        profile = queries.profile_of(shown)
        form.version.data = getattr(profile, f"{'about' if name == 'edit' else name}_version")
        return form_page(name, shown, form, theirs=differing(form, typed(profile))), 409
    say(_("Saved."))
    return redirect(url_for(".company", slug=slug), 303)


def differing(form: PageForm, stored: Mapping[str, object]) -> list[tuple[str, str]]:
    """(label, what is stored now) of each field that was typed otherwise."""
    return [
        (str(form[name].label.text), in_words(value)) for name, value in stored.items()
        if (form[name].data or "") != (value or "")
    ]  # fmt: skip


def in_words(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    labels = {**ROLES, **SIZES}
    values = value if isinstance(value, list) else [value or ""]
    return "\n".join(str(labels.get(str(each), each)) for each in values)


def logo_refused(slug: str, form: LogoForm, sentence: str) -> str:
    """The page of "About us" as it is stored: of that form nothing was sent."""
    shown = queries.get_company(current_actor(), slug)
    profile = queries.profile_of(shown)
    if sentence:
        form.file.errors = [sentence]
    about = AboutForm(formdata=None, version=profile.about_version, **about_typed(profile))
    return form_page("edit", shown, about, logo_form=form)


def may_report(page: CompanyPage) -> bool:
    """What someone of another company wrote and this person reads."""
    profile, actor = page.profile, current_actor()
    if profile.hidden_at is not None or not profile.is_filled_in or profile.company_id == actor.company_id:
        return False
    return profile.changer.person_id != actor.id


def around(shown: Company) -> dict[str, object]:
    """What every page of one company shows around itself."""
    actor = current_actor()
    return {
        "company": shown, "is_partner": shown.state == "partner", "can_edit": can_edit_company(actor, shown),
        "is_association": not shown.vote_weight and shown.state != "partner",
        "why_hidden": queries.why_page_hidden(shown),
    }  # fmt: skip


def about_typed(profile: Profile) -> dict[str, object]:
    return {
        "summary": profile.summary, "text": profile.text_md, "roles": list(profile.roles),
        "size": profile.size.value if profile.size else "", "website": profile.website, "phone": profile.phone,
        "email": profile.email,
    }  # fmt: skip


def products_typed(profile: Profile) -> dict[str, object]:
    return {name: "\n".join(getattr(profile, name)) for name in ("makes", "needs", "offers")}
