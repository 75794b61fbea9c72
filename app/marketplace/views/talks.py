"""Talks: for who takes part, and for nobody else."""

import uuid
from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import Actor
from app.accounts.policy import silence_words
from app.accounts.session import is_asked_by_a_person, say
from app.core.errors import Conflict, Refusal, wants_json
from app.core.forms import Form, choices, keeps_typed
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.pagination import Pagination
from app.core.routing import number_in
from app.core.text import hue, initials
from app.guard.queries import why_each_is_hidden
from app.marketplace import queries, service
from app.marketplace.forms import AddColleagueForm, MessageForm, ProposalForm, proposal_values
from app.marketplace.models import TALKS_ON_A_PAGE, Line, Talk, TalkProposal
from app.marketplace.policy import can_write_in_talk
from app.marketplace.service.talks import TALK
from app.marketplace.views import show
from app.marketplace.views.blueprint import blueprint, market_actor
from app.marketplace.views.browsing import listing_page
from app.notifications.queries import is_unread
from app.realtime.queries import Said

OUTCOMES = {"open": "heide", "accepted": "moss", "declined": "line", "withdrawn": "line", "expired": "line"}


@blueprint.post("/listings/<int:listing_id>/talks")
@keeps_typed(MessageForm)
def react(listing_id: int) -> ResponseReturnValue:
    """Begin a talk, or go on in it. What cannot be sent stays in the box."""
    actor, form = market_actor(), MessageForm()
    shown = queries.get_listing(actor, listing_id)
    if not form.validate():
        return listing_page(shown, form=form), 422
    try:
        talk = service.open_talk(actor, shown, form.body.data, client_id=form.client_id.data)
    except Refusal as refusal:
        raise type(refusal)(str(refusal), typed=form.body.data, back_url=url_for(".index")) from None
    return redirect(talk.link, 303)


@blueprint.get("/talks")
def talks() -> ResponseReturnValue:
    actor = market_actor()
    page = max(number_in(request.args.get("page")) or 1, 1)
    rows = queries.talks_of(actor, page)
    pages = Pagination(page, page + (len(rows) > TALKS_ON_A_PAGE), lambda number: url_for(".talks", page=number))
    return render_template("marketplace/talks.html", talks=rows[:TALKS_ON_A_PAGE], pages=pages)


@blueprint.get("/talks/<int:talk_id>")
def talk(talk_id: int) -> ResponseReturnValue:
    actor = market_actor()
    shown = queries.get_talk(actor, talk_id)
    answer = talk_page(shown)
    is_older = "before" in request.args  # what was said since does not stand there
    if is_asked_by_a_person() and not is_older and is_news(actor, shown):
        service.mark_read(actor, shown, shown.last_seq)
    return answer


@blueprint.get("/talks/<int:talk_id>/events")
def events(talk_id: int) -> ResponseReturnValue:
    """What was said after a seq, for pages whose line was gone for a while."""
    actor = market_actor()
    shown = queries.get_talk(actor, talk_id)
    return jsonify(queries.events_after(actor, shown, number_in(request.args.get("after")) or 0))


@blueprint.post("/talks/<int:talk_id>/messages")
@keeps_typed(MessageForm)
def say_something(talk_id: int) -> ResponseReturnValue:
    actor, form = market_actor(), MessageForm()
    shown = queries.get_talk(actor, talk_id)
    if not form.validate():
        if wants_json():
            return jsonify(error=" ".join(form.body.errors)), 422
        return talk_page(shown, message=form), 422
    try:
        entry = service.say(actor, shown, form.body.data, client_id=form.client_id.data)
    except Conflict as conflict:
        raise Conflict(str(conflict), typed=form.body.data, back_url=shown.link) from None
    if wants_json():
        return jsonify(seq=entry.seq), 201
    return redirect(f"/talks/{talk_id}#line-{entry.seq}", 303)


@blueprint.post("/talks/<int:talk_id>/people")
@keeps_typed(AddColleagueForm)
def add_colleague(talk_id: int) -> ResponseReturnValue:
    actor, form = market_actor(), AddColleagueForm()
    service.add_colleague(actor, queries.get_talk(actor, talk_id), number_in(form.tie.data) or 0)
    say(_("Your colleague takes part now, and reads what was said."))
    return redirect(f"/talks/{talk_id}", 303)


@blueprint.post("/talks/<int:talk_id>/proposals")
@keeps_typed(ProposalForm)
def propose(talk_id: int) -> ResponseReturnValue:
    actor, form = market_actor(), ProposalForm()
    shown = queries.get_talk(actor, talk_id)
    if not form.validate():
        return talk_page(shown, proposal=form), 422
    try:
        service.make_proposal(actor, shown, body=form.body.data, values=proposal_values(form),
                              valid_until=form.last_day, client_id=form.client_id.data)  # fmt: skip
    except Conflict as conflict:
        form.body.errors = [str(conflict)]
        return talk_page(queries.get_talk(actor, talk_id), proposal=form), 409
    return redirect(f"/talks/{talk_id}", 303)


@blueprint.post("/talks/<int:talk_id>/proposals/<int:proposal_id>/accept")
def accept_proposal(talk_id: int, proposal_id: int) -> ResponseReturnValue:
    actor = market_actor()
    service.accept_proposal(actor, queries.get_talk(actor, talk_id), proposal_id)
    return redirect(f"/talks/{talk_id}", 303)


@blueprint.post("/talks/<int:talk_id>/proposals/<int:proposal_id>/decline")
def decline_proposal(talk_id: int, proposal_id: int) -> ResponseReturnValue:
    actor = market_actor()
    service.decline_proposal(actor, queries.get_talk(actor, talk_id), proposal_id)
    return redirect(f"/talks/{talk_id}", 303)


@blueprint.post("/talks/<int:talk_id>/proposals/<int:proposal_id>/withdraw")
def withdraw_proposal(talk_id: int, proposal_id: int) -> ResponseReturnValue:
    actor = market_actor()
    service.withdraw_proposal(actor, queries.get_talk(actor, talk_id), proposal_id)
    return redirect(f"/talks/{talk_id}", 303)


def talk_page(shown: Talk, *, message: MessageForm | None = None, proposal: ProposalForm | None = None) -> str:
    actor = market_actor()
    proposals = {each.id: each for each in queries.proposals_of(shown)}
    said = queries.page_of_talk(shown, number_in(request.args.get("before")))
    may_write = can_write_in_talk(actor, shown)
    open_one = next((each for each in proposals.values() if each.is_open), None)
    people = queries.people_in(shown)
    why = why_each_is_hidden("talk_line", [each.id for each in said if each.hidden_at])
    colleagues = queries.colleagues_to_add(actor, people) if may_write else []
    adding = AddColleagueForm(formdata=None)
    adding.tie.choices = choices({str(each.tie_id): f"{each.name}, {each.function}" for each in colleagues})
    return render_template(
        "marketplace/talk.html", talk=shown, listing=shown.listing, is_there=shown.listing.is_out,
        other=shown.company.name if shown.owner_id == actor.company_id else shown.owner.name,
        lines=[{**line(each, actor, proposals), "why_hidden": why.get(each.id, "")} for each in said],
        last_seq=shown.last_seq,
        earlier=said[0].seq if said and said[0].seq > 1 else 0,
        people=people, may_write=may_write,
        form=message or MessageForm(formdata=None, client_id=str(uuid.uuid4())) if may_write else None,
        proposal=new_proposal(proposal) if may_write and (open_one is None or proposal) else None,
        is_proposing=proposal is not None, adding=adding if colleagues else None, words=words_of_talk(),
        is_older=bool(said) and said[-1].seq < shown.last_seq,
        keeps_unsent=not (shown.listing.group and shown.listing.group.is_confidential),
        silence_words=silence_words(silence) if (silence := actor.silence_in()) else "",
    )  # fmt: skip


def words_of_talk() -> dict[str, str]:
    """What its script says of messages on their way, in the words of the room of a meeting."""
    return {
        "sending": _("Being sent …"), "unsent": _("Not sent. Your text is kept."), "resend": _("Send once more"),
        "discard": _("Remove"),
        "fetchedOne": ngettext("%(num)s message fetched", "%(num)s messages fetched", 1, num="{num}"),
        "fetched": ngettext("%(num)s message fetched", "%(num)s messages fetched", 2, num="{num}"),
        "newOne": ngettext("%(num)s new post", "%(num)s new posts", 1, num="{num}"),
        "new": ngettext("%(num)s new post", "%(num)s new posts", 2, num="{num}"),
    }  # fmt: skip


def new_proposal(form: ProposalForm | None) -> Form:
    return form or ProposalForm(formdata=None, client_id=str(uuid.uuid4()))


def line(said: Said, actor: Actor, proposals: dict[int, TalkProposal]) -> dict[str, Any]:
    """An entry as the page shows it."""
    name = said.person_name or ""
    shown: dict[str, Any] = {
        "id": said.id, "seq": said.seq, "type": said.type, "at": said.at, "is_own": said.person_id == actor.id,
        "name": name, "company": said.company_name or "", "initials": initials(name), "hue": hue(name),
        "body": said.payload.get("body", ""), "sent_as": said.client_id if said.person_id == actor.id else None,
    }  # fmt: skip
    proposal = proposals.get(said.item_id or 0)
    if said.type == Line.PROPOSAL and proposal is not None:
        shown["proposal"] = {
            "id": proposal.id, "body": proposal.body, "quantity": show.quantity(proposal.values),
            "outcome": proposal.outcome, "period": show.period(proposal.values), "valid_until": proposal.valid_until,
            "tone": OUTCOMES[proposal.outcome], "is_open": proposal.is_open,
            "is_of_us": proposal.company_id == actor.company_id,
        }  # fmt: skip
    if said.type == Line.ANSWER:
        shown["verdict"] = said.payload.get("verdict", "")
    shown["may_report"] = said.type in (Line.SAID, Line.PROPOSAL) and not shown["is_own"] and said.hidden_at is None
    return shown


def is_news(actor: Actor, shown: Talk) -> bool:
    """Whether something was said that this person did not read, or the bell says that the talk is closed."""
    return queries.reading_of(actor, shown) < shown.last_seq or is_unread(actor.id, TALK, shown.id)
