"""Someone's page, and one's own card."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.queries import get_own_person
from app.accounts.session import current_actor, say
from app.core.errors import Invalid
from app.core.forms import keeps_typed
from app.core.i18n import current_locale
from app.core.i18n import gettext as _
from app.directory import queries, service
from app.directory.forms import CardForm
from app.directory.models import Audience
from app.directory.policy import can_see_directory
from app.directory.views.blueprint import blueprint
from app.guard.queries import why_hidden


@blueprint.get("/people/<int:person_id>")
def person(person_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.person_page(actor, queries.get_person(actor, person_id))
    return render_template("directory/person.html", person=shown, is_own=actor.id == shown.id)


@blueprint.get("/account/card")
def card() -> ResponseReturnValue:
    own = get_own_person(current_actor())
    there, locale = queries.card_of(own), current_locale()
    known = "\n".join(each.in_language(locale) for each in queries.known_by(own))
    return card_page(CardForm(formdata=None, about=there.about, knows=known, phone_shown=there.phone_shown,
                              email_shown=there.email_shown))  # fmt: skip


@blueprint.post("/account/card")
@keeps_typed(CardForm)
def change_card() -> ResponseReturnValue:
    actor, form = current_actor(), CardForm()
    if not form.validate():
        return card_page(form), 422
    try:
        service.change_card(
            actor, get_own_person(actor), about=form.about.data or "", knows=form.knows.lines,
            phone_shown=Audience(form.phone_shown.data), email_shown=Audience(form.email_shown.data),
        )  # fmt: skip
    except Invalid as refusal:
        form.knows.errors = [str(refusal)]
        return card_page(form), refusal.status
    say(_("Saved."))
    return redirect(url_for(".person", person_id=actor.id), 303)


def card_page(form: CardForm) -> str:
    actor = current_actor()
    own = get_own_person(actor)
    why = why_hidden("person", own.id) if queries.card_of(own).hidden_at else ""
    return render_template("directory/card.html", form=form, phone=own.phone, email=actor.email, why_hidden=why,
                           sees_directory=can_see_directory(actor))  # fmt: skip
