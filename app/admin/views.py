"""Pages for coordinators and administrators, and the two addresses that a watchdog asks."""

from flask import Blueprint, Response, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from app.accounts import service as accounts
from app.accounts.policy import can_reset_second_step, can_see_rules
from app.accounts.queries import person_by_email
from app.accounts.session import current_actor, public, say
from app.admin.forms import ResetStepForm
from app.core.clock import now
from app.core.errors import NotFound
from app.core.extensions import db
from app.core.forms import keeps_typed
from app.core.i18n import gettext as _
from app.core.policy import holds, rule_lines
from app.files import service as files
from app.jobs.service import ask_queue
from app.moderation.queries import waiting_at_board

blueprint = Blueprint("admin", __name__)


@blueprint.get("/admin")
def index() -> ResponseReturnValue:
    refuse_others()
    return render_template("admin/index.html", waiting_at_board=waiting_at_board())


@blueprint.get("/admin/parts")
def parts() -> ResponseReturnValue:
    refuse_others()
    return render_template("admin/parts.html", moment=now())


@blueprint.get("/admin/rules")
def rules() -> ResponseReturnValue:
    refuse_others()
    return render_template("admin/rules.html", rules=list(rule_lines()))


@blueprint.get("/admin/second-step")
def second_step() -> ResponseReturnValue:
    refuse_others()
    return render_template("admin/second_step.html", form=ResetStepForm(formdata=None))


@blueprint.post("/admin/second-step")
@keeps_typed(ResetStepForm)
def reset_second_step() -> ResponseReturnValue:
    """Of someone who lost it, and whom one knows: the page says how to be sure."""
    refuse_others()
    actor, form = current_actor(), ResetStepForm()
    if not form.validate():
        return render_template("admin/second_step.html", form=form), 422
    person = person_by_email(form.email.data)
    if person is None:
        form.email.errors = [_("Nobody here has this address.")]
    elif not holds(can_reset_second_step, actor, person):
        form.email.errors = [_("Your own second step you remove at your account, with a code.")]
    elif not accounts.reset_second_step(actor, person, form.reason.data):
        form.email.errors = [_("This person has no second step.")]
    else:
        say(_("The second step of %(name)s is taken away. They were mailed, and signed out everywhere.",
              name=person.name))  # fmt: skip
        return redirect(url_for(".index"), 303)
    return render_template("admin/second_step.html", form=form), 422


@blueprint.get("/healthz")
@public
def health() -> ResponseReturnValue:
    """This process lives."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/readyz")
@public
def readiness() -> ResponseReturnValue:
    """Database, files and queue answer; else the first that does not."""
    for name, ask in (("database", ask_database), ("files", files.try_out), ("queue", lambda: ask_queue(current_app))):
        try:
            ask()
        except Exception:
            return Response(f"{name}\n", status=503, content_type="text/plain; charset=utf-8")
    return Response("ok\n", content_type="text/plain; charset=utf-8")


def ask_database() -> None:
    db.session.execute(text("SELECT 1"))


def refuse_others() -> None:
    """For everyone else these pages are not there."""
    if not holds(can_see_rules, current_actor()):
        raise NotFound
