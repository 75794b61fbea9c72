"""What a company can do, and the list of words for it."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Company
from app.accounts.session import current_actor, is_asked_by_a_person, say
from app.core.errors import Conflict, Invalid, NotFound, Refusal
from app.core.forms import keeps_typed
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.core.text import tidy_line
from app.directory import queries, service
from app.directory.forms import (
    KINDS,
    CertificatesForm,
    ClaimForm,
    DeclineForm,
    NewClaimForm,
    PageForm,
    ReasonForm,
    certificate_line,
    figure_line,
)
from app.directory.models import CapabilityKind, Claim, Figure, Profile
from app.directory.policy import can_keep_capabilities, can_see_directory, is_contact_of
from app.directory.service import PageConflict
from app.directory.views.blueprint import blueprint
from app.directory.views.company import around, company_to_edit, differing

WORD_MOST = 60


@blueprint.get("/companies/<slug>/capabilities")
def claims(slug: str) -> ResponseReturnValue:
    return claims_page(company_to_edit(slug))


@blueprint.post("/companies/<slug>/capabilities")
@keeps_typed(NewClaimForm)
def add_claim(slug: str) -> ResponseReturnValue:
    actor, form = current_actor(), NewClaimForm()
    shown = company_to_edit(slug, form)
    if not form.validate():
        return claims_page(shown, form), 422
    try:
        service.add_claim(actor, shown, form.term.data, CapabilityKind(form.kind.data), remark=form.remark.data or "",
                          figures=form.read, reason=form.reason.data or "")  # fmt: skip
    except Conflict as conflict:
        form.term.errors = [str(conflict)]
        return claims_page(company_to_edit(slug, form), form), conflict.status
    say(_("It stands on the page."))
    return redirect(url_for(".claims", slug=slug), 303)


@blueprint.post("/companies/<slug>/certificates")
@keeps_typed(CertificatesForm)
def change_certificates(slug: str) -> ResponseReturnValue:
    actor, form = current_actor(), CertificatesForm()
    shown = company_to_edit(slug, form)
    if not form.validate():
        return claims_page(shown, certificates=form), 422
    try:
        service.list_certificates(actor, shown, form.read, version=form.version.data or 0,
                                  reason=form.reason.data or "")  # fmt: skip
    except PageConflict:
        shown = company_to_edit(slug, form)
        profile = queries.profile_of(shown)
        form.version.data = profile.certificates_version
        return claims_page(shown, certificates=form, theirs=differing(form, certificates_typed(profile))), 409
    say(_("Saved."))
    return redirect(url_for(".claims", slug=slug), 303)


@blueprint.get("/claims/<int:claim_id>")
def claim(claim_id: int) -> ResponseReturnValue:
    shown = queries.get_claim(current_actor(), claim_id)
    company_to_edit(shown.company.slug)
    return claim_page(shown, form_of(shown))


@blueprint.post("/claims/<int:claim_id>")
@keeps_typed(ClaimForm)
def change_claim(claim_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), ClaimForm()
    shown = queries.get_claim(actor, claim_id)
    slug = company_to_edit(shown.company.slug, form).slug
    if not form.validate():
        return claim_page(shown, form), 422
    try:
        service.change_claim(actor, shown, remark=form.remark.data or "", figures=form.read,
                             version=form.version.data or 0, reason=form.reason.data or "")  # fmt: skip
    except PageConflict:
        shown = queries.get_claim(actor, claim_id)
        form.version.data = shown.version
        return claim_page(shown, form, theirs=differing(form, claim_typed(shown))), 409
    say(_("Saved."))
    return redirect(url_for(".claims", slug=slug), 303)


@blueprint.post("/claims/<int:claim_id>/remove")
@keeps_typed(ReasonForm)
def remove_claim(claim_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), ReasonForm()
    shown = queries.get_claim(actor, claim_id)
    slug = company_to_edit(shown.company.slug, form).slug
    try:
        service.remove_claim(actor, shown, reason=form.reason.data or "")
    except Invalid as refusal:
        shown = queries.get_claim(actor, claim_id)
        return claim_page(shown, form_of(shown, reason=form.reason.data or ""), refusal=str(refusal)), refusal.status
    say(_("It is off the page."))
    return redirect(url_for(".claims", slug=slug), 303)


@blueprint.get("/capabilities")
def capabilities() -> ResponseReturnValue:
    """The list, to look something up in without a script; on top, for whoever keeps it, what was proposed."""
    actor = current_actor()
    if not can_see_directory(actor):
        raise NotFound
    answer = list_page()
    if is_asked_by_a_person():
        service.mark_capabilities_read(actor)
    return answer


@blueprint.post("/capabilities/<int:capability_id>/accept")
def accept_capability(capability_id: int) -> ResponseReturnValue:
    actor = current_actor()
    service.accept_capability(actor, queries.get_capability(actor, capability_id))
    say(_("The term is on the list."))
    return redirect(url_for(".capabilities"), 303)


@blueprint.post("/capabilities/<int:capability_id>/decline")
@keeps_typed(DeclineForm)
def decline_capability(capability_id: int) -> ResponseReturnValue:
    actor, form = current_actor(), DeclineForm()
    shown = queries.get_capability(actor, capability_id)
    if not form.validate():
        return list_page(form, capability_id), 422
    try:
        service.decline_capability(actor, shown, form.reason.data)
    except Refusal as refusal:
        form.reason.errors = [str(refusal)]
        return list_page(form, capability_id), refusal.status
    say(_("The term is not taken in. Who proposed it reads why."))
    return redirect(url_for(".capabilities"), 303)


def claims_page(shown: Company, form: NewClaimForm | None = None, certificates: CertificatesForm | None = None,
                **more: object) -> str:  # fmt: skip
    """Both forms of the page: the one that was sent as it was typed, the other as it is stored."""
    profile = queries.profile_of(shown)
    form = form or NewClaimForm(formdata=None)
    certificates = certificates or CertificatesForm(formdata=None, version=profile.certificates_version,
                                                    **certificates_typed(profile))  # fmt: skip
    for each in (form, certificates):
        each.asks_reason = not is_contact_of(current_actor(), shown)
    return render_template("directory/claims.html", form=form, certificates_form=certificates, part="claims",
                           claims=queries.claims_of(shown.id), kinds=KINDS,
                           terms=queries.terms_to_choose(current_locale()), **around(shown), **more)  # fmt: skip


def claim_page(shown: Claim, form: PageForm, **more: object) -> str:
    form.asks_reason = not is_contact_of(current_actor(), shown.company)
    term = shown.capability.in_language(current_locale())
    return render_template("directory/claim.html", form=form, claim=shown, term=term, part="claims",
                           **around(shown.company), **more)  # fmt: skip


def form_of(shown: Claim, reason: str = "") -> ClaimForm:
    return ClaimForm(formdata=None, version=shown.version, reason=reason, **claim_typed(shown))


def claim_typed(shown: Claim) -> dict[str, object]:
    return {"remark": shown.remark, "figures": "\n".join(figure_line(Figure(*each)) for each in shown.figures)}


def certificates_typed(profile: Profile) -> dict[str, object]:
    return {"certificates": "\n".join(certificate_line(each) for each in profile.dated_certificates)}


def list_page(form: DeclineForm | None = None, declining: int = 0) -> str:
    word = tidy_line(request.args.get("q", ""))[:WORD_MOST]
    found = [term for term in queries.listed_terms() if term.has(word)]
    by_kind = [(label, [term for term in found if term.kind == kind]) for kind, label in KINDS.items()]
    proposed = queries.proposed() if can_keep_capabilities(current_actor()) else []
    return render_template("directory/capabilities.html", word=word, by_kind=[each for each in by_kind if each[1]],
                           proposed=proposed, kinds=KINDS, form=form or DeclineForm(formdata=None),
                           declining=declining)  # fmt: skip
