"""Reading: the lists of meetings, and one meeting."""

from collections.abc import Iterable, Sequence
from math import ceil
from typing import Any, NamedTuple

from babel.dates import format_date
from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import current_actor, is_asked_by_a_person
from app.core import markup
from app.core.clock import local, season_if_twice, today
from app.core.i18n import clock_time, current_locale, day, full_date
from app.core.pagination import Pagination, page_asked, page_of
from app.core.policy import holds
from app.files.service.types import fits_its_name, kind_of
from app.groups.models import WorkingGroup
from app.groups.queries import get_group
from app.groups.views import frame_of
from app.guard.queries import why_each_is_hidden, why_row_is_hidden
from app.meetings import policy, queries, service
from app.meetings.forms import ANSWERS, PURPOSES, STATES, VIAS, AnswerForm
from app.meetings.models import MEETINGS_ON_A_PAGE, AgendaItem, AgendaItemFile, Answer, Meeting, Purpose, Quorum
from app.meetings.queries import AnswerRow, MeetingRow
from app.meetings.views.amendments import Amended, amendment_lines, ties_named
from app.meetings.views.blueprint import blueprint


class Tally(NamedTuple):
    """How many people of how many companies gave an answer."""

    answer: str
    people: int
    companies: int


@blueprint.get("/agenda")
def all_meetings() -> ResponseReturnValue:
    """Of all groups that the person reads."""
    return render_template("meetings/all.html", **_lists(None, ".all_meetings"))


@blueprint.get("/groups/<slug>/meetings")
def meetings(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    group = get_group(actor, slug)
    return render_template("meetings/meetings.html", can_plan=policy.can_plan_meeting(actor, group),
                           **_lists(group, ".meetings"), **frame_of(group))  # fmt: skip


@blueprint.get("/meetings/<int:meeting_id>")
def meeting(meeting_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = queries.get_meeting(actor, meeting_id)
    answer = meeting_page(shown)
    if is_asked_by_a_person():
        service.mark_read(actor, shown)
    return answer


def meeting_page(shown: Meeting, form: AnswerForm | None = None) -> str:
    actor = current_actor()
    items = queries.items_of(shown)
    amendments = queries.amendments_of(shown)
    answers = queries.answers_of(shown)
    own = next((line for line in answers if line.person_id == actor.id), None)
    why_remark = why_each_is_hidden("meeting_remark", [line.id for line in answers if line.hidden_at])
    remark = own.remark if own and not own.hidden_at else ""
    form = form or AnswerForm(formdata=None, answer=own.answer.value if own else "", remark=remark,
                              via=(own.via if own and own.via else "hall"))  # fmt: skip
    amended = [tie for each in amendments for tie in (each.created_by, *ties_named(each.before, each.after))]
    names = queries.names_of(
        [shown.chair_id, shown.note_taker_id, *(item.presenter_id for item in items), *amended])  # fmt: skip
    can_lead = holds(policy.can_lead_meeting, actor, shown)
    return render_template(
        "meetings/meeting.html", form=form, own=own, names=names,
        items=item_lines(items, names, queries.files_of(shown)),
        amendments=amendment_lines(shown, [Amended.of(each) for each in amendments], names),
        planned=sum(item.planned_min for item in items),
        length=minutes_of(shown), by_company=by_company(answers), tallies=tallies_of(answers), vias=VIAS,
        answer_words=ANSWERS, quorum=quorum_of(shown, answers), is_short_notice=service.is_short_notice(shown),
        can_change=holds(policy.can_change_meeting, actor, shown), can_lead=can_lead,
        why_remark=why_remark, why_own_remark=why_remark.get(own.id, "") if own else "",
        can_answer=holds(policy.can_take_part_in_meeting, actor, shown),
        can_chair=shown.is_under_way and holds(policy.can_chair_meeting, actor, shown),
        can_read_transcript=holds(policy.can_read_transcript, actor, shown),
        may_report=not shown.is_draft and not shown.group.is_confidential and shown.written_by != actor.tie_id,
        **around(shown),
    )  # fmt: skip


def around(shown: Meeting) -> dict[str, object]:
    """What every page of a meeting shows around itself."""
    group = shown.group
    return {
        "meeting": shown, "group_name": group.name, "group_slug": group.slug,
        "is_confidential": group.is_confidential, "state_word": STATES[shown.state.value],
        "when": time_span(shown.starts_at, shown.ends_at), "season": season_if_twice(shown.starts_at),
        "words_hidden": why_row_is_hidden("meeting", shown),
    }  # fmt: skip


def time_span(starts_at: Any, ends_at: Any) -> str:
    """dinsdag 3 maart, 14:00-16:00; past midnight with both dates."""
    if local(starts_at).date() == local(ends_at).date():
        return f"{day(starts_at)}, {clock_time(starts_at)}–{clock_time(ends_at)}"
    return f"{full_date(starts_at)} – {full_date(ends_at)}"


def item_lines(items: Sequence[AgendaItem], names: dict[int, queries.Named],
               brought: dict[int, list[AgendaItemFile]]) -> list[dict[str, object]]:  # fmt: skip
    why, own = why_each_is_hidden("agenda_item", [item.id for item in items if item.hidden_at]), current_actor().tie_id
    return [
        {
            "id": item.id, "position": item.position, "title": item.heading, "purpose": PURPOSES[item.purpose.value],
            "minutes": item.planned_min, "presenter": names.get(item.presenter_id or 0), "state": item.state.value,
            "html": markup.as_rendered(item.body_html) if item.body_html and not item.hidden_at else "",
            "files": file_lines(item.meeting_id, brought.get(item.id, ())),
            "takes_files": item.purpose is not Purpose.CLOSING_ROUND,
            "why_hidden": why.get(item.id, ""), "is_own": item.written_by == own,
        }
        for item in items
    ]  # fmt: skip


def file_lines(meeting_id: int, brought: Iterable[AgendaItemFile]) -> list[dict[str, object]]:
    """Each with what it is by its content, and whether its name says so too (DOC-13)."""
    return [
        {
            "id": file.id, "name": file.name, "size": file.content.size,
            "kind": kind_of(file.content.type),
            "fits": fits_its_name(file.content.type, file.name), "is_shown_inline": file.content.is_shown_inline,
            "added_at": file.created_at,
            "url": url_for("meetings.file", meeting_id=meeting_id, file_id=file.id),
        }
        for file in brought
    ]  # fmt: skip


def minutes_of(shown: Meeting) -> int:
    return int((shown.ends_at - shown.starts_at).total_seconds() // 60)


def tallies_of(answers: Sequence[AnswerRow]) -> list[Tally]:
    """Yes, no, perhaps, and no answer yet, in persons and in companies."""
    counted = []
    for answer in (Answer.YES, Answer.MAYBE, Answer.NO, Answer.NONE):
        given = [line for line in answers if line.answer is answer]
        counted.append(Tally(answer.value, len(given), len({line.company_id for line in given})))
    return counted


def by_company(answers: Iterable[AnswerRow]) -> dict[str, list[AnswerRow]]:
    """Who comes, or perhaps does; the others are counted only."""
    companies: dict[str, list[AnswerRow]] = {}
    for line in answers:
        if line.answer in (Answer.YES, Answer.MAYBE):
            companies.setdefault(line.said_for, []).append(line)
    return companies


def quorum_of(shown: Meeting, answers: Sequence[AnswerRow]) -> dict[str, int | bool] | None:
    """How many member companies come and how many must, or None where no number is asked."""
    if shown.quorum_rule is Quorum.NONE:
        return None
    members = [line for line in answers if line.is_of_member]
    come = len({line.company_id for line in members if line.answer is Answer.YES})
    invited = len({line.company_id for line in members})
    needed = shown.quorum if shown.quorum_rule is Quorum.NUMBER else ceil(invited * shown.quorum / 100)
    return {"come": come, "needed": needed, "is_met": come >= needed}


def meeting_lines(rows: Sequence[MeetingRow]) -> list[dict[str, object]]:
    """Of one that is hidden the sentence in place of its words; that it takes place, and when, stays."""
    why = why_each_is_hidden("meeting", [row.id for row in rows if row.hidden_at])
    return [{**meeting_line(row), "why_hidden": why.get(row.id, "")} for row in rows]


def meeting_line(row: MeetingRow) -> dict[str, object]:
    starts = local(row.starts_at)
    return {
        "id": row.id, "title": row.heading, "link": row.link, "starts_at": row.starts_at, "day": starts.day,
        "month": format_date(starts, "MMM", locale=current_locale()), "place": "" if row.hidden_at else row.place,
        "when": time_span(row.starts_at, row.ends_at), "season": season_if_twice(row.starts_at),
        "is_online": bool(row.online_link), "state": row.state.value, "state_word": STATES[row.state.value],
        "group_name": row.group_name, "is_today": starts.date() == today(),
        "is_confidential": row.visibility.value == "confidential", "is_chair": row.chair_id == current_actor().tie_id,
        "answer": row.answer.value if row.answer else "",
        "answer_word": ANSWERS.get(row.answer.value, "") if row.answer else "",
    }  # fmt: skip


def _lists(group: WorkingGroup | None, endpoint: str) -> dict[str, object]:
    actor = current_actor()
    slug = group.slug if group else None
    last = page_of(queries.past_count(actor, group), MEETINGS_ON_A_PAGE)
    page = page_asked(request.args.get("page"), last)
    return {
        "coming": meeting_lines(queries.coming_meetings(actor, group)),
        "past": meeting_lines(queries.past_meetings(actor, group, page)),
        "pages": Pagination(page, last, lambda number: url_for(endpoint, page=number, slug=slug)),
    }  # fmt: skip
