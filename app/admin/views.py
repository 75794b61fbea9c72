"""Pages for coordinators and administrators, and the two addresses that a watchdog asks."""

from flask import Blueprint, Response, current_app, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from app.accounts.policy import can_see_rules
from app.accounts.session import current_actor, public
from app.core.clock import now
from app.core.errors import NotFound
from app.core.extensions import db
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
