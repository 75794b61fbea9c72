"""One text of each kind that can be reported: by whom, where others read it, and for whom it is not there."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import select

from app.accounts.models import Tie
from app.core.clock import now, today
from app.core.extensions import db
from app.directory import service as directory
from app.directory.models import Audience
from app.discussions.models import Settlement, Summary
from app.discussions.service import SummaryText, settle_thread, summarize_thread
from app.documents import service as documents
from app.groups import service as groups
from app.groups.models import Role
from app.groups.service import GroupSettings, add_member
from app.marketplace import service as market
from app.meetings import service as meetings
from app.meetings.models import AgendaAmendment, Answer
from app.meetings.queries import invitation_of, items_of
from app.meetings.service import Plan
from app.realtime.models import LogEntry
from tests.conftest import actor_named, company_called, company_of, group_called, new_thread, person_named, reply
from tests.directory.conftest import POLYMEER, about
from tests.documents.conftest import text as page_text
from tests.marketplace.conftest import placed
from tests.meetings.conftest import come_in, end_items, item_plan, plan_published, text_on, upload

EVENTS = "{}/events?after=0"  # what an open page asks for
WORD = "kantklossen"  # stands in each of them, and nowhere else


class Text(NamedTuple):
    """`page` is where the reader finds it, `others` are places where it stands too."""

    kind: str
    item: int
    page: str
    author: str
    reader: str = "bram"
    outsider: str = "gijs"
    others: tuple[str, ...] = ()
    is_found: bool = True  # by search
    is_alone: bool = False  # its page is nothing but it


def a_post():
    thread = new_thread(actor_named("anna"), group_called("energie"))
    made = reply(actor_named("otto"), thread, f"Ga toch {WORD}.")
    return Text("post", made.id, f"/threads/{thread.id}", "otto")


def a_thread():
    made = new_thread(actor_named("otto"), group_called("energie"), f"Samen {WORD}")
    return Text("thread", made.id, f"/threads/{made.id}", "otto", others=("/groups/energie/threads",), is_alone=True)


def what_a_thread_came_to():
    """Said by its starter, and found with the thread."""
    otto = actor_named("otto")
    made = new_thread(otto, group_called("energie"))
    settle_thread(otto, made, f"Wij gaan allen {WORD}.")
    settled = db.session.scalars(select(Settlement)).one()
    return Text("settlement", settled.id, f"/threads/{made.id}", "otto")


def a_summary():
    """Found with the thread."""
    made = new_thread(actor_named("bram"), group_called("energie"))
    add_member(actor_named("anna"), group_called("energie"), person_named("otto"), Role.SECRETARY)
    text = SummaryText(body_md=f"Wij gaan allen {WORD}.", body_html=f"<p>Wij gaan allen {WORD}.</p>", up_to=1)
    summarize_thread(actor_named("otto"), made, text, version=0)
    summary = db.session.scalars(select(Summary)).one()
    return Text("summary", summary.id, f"/threads/{made.id}", "otto")


def a_document():
    made = documents.add_page(actor_named("anna"), group_called("energie"), None, "Plan", page_text(f"Wij {WORD}."))
    return Text("document", made.id, made.link, "anna", is_alone=True)


def the_name_of_a_folder():
    """With a document in it, and a folder."""
    anna, group = actor_named("anna"), group_called("energie")
    folder = documents.add_folder(anna, group, None, f"Alles over {WORD}")
    within = documents.add_folder(anna, group, folder, "Foto's")
    page = documents.add_page(anna, group, folder, "Plan", page_text("Wij wachten af."))
    listed = "/groups/energie/documents"
    others = (listed, f"{listed}?folder={within.id}", page.link, f"{page.link.partition('-')[0]}/settings")
    return Text("folder", folder.id, f"{listed}?folder={folder.id}", "anna", "bram", others=others, is_found=False)


def a_listing():
    made = placed(actor_named("bram"), title=f"Klossen om te {WORD}")
    return Text("listing", made.id, f"/listings/{made.id}", "bram", "carla", others=("/market",), is_alone=True)


def a_line_in_a_talk():
    talk = market.open_talk(actor_named("carla"), placed(actor_named("bram")), f"Willen jullie {WORD}?")
    line = db.session.scalars(select(LogEntry).where(LogEntry.room == talk.room, LogEntry.type == "line")).one()
    return Text("talk_line", line.id, talk.link, "carla", outsider="dirk", others=(EVENTS.format(talk.link),),
                is_found=False)  # fmt: skip


def a_proposal():
    talk = market.open_talk(actor_named("carla"), placed(actor_named("bram")), "Hoeveel is er nog?")
    market.make_proposal(actor_named("carla"), talk, body=f"Tien ton {WORD}?", values={},
                         valid_until=today() + timedelta(9))  # fmt: skip
    line = db.session.scalars(select(LogEntry).where(LogEntry.room == talk.room, LogEntry.type == "proposal")).one()
    return Text("talk_line", line.id, talk.link, "carla", outsider="dirk", is_found=False)


def a_line_in_a_meeting():
    """Said, changed, and over."""
    anna, bram = actor_named("anna"), actor_named("bram")
    meeting = plan_published(anna, group_called("energie"))
    meeting.starts_at = now() + timedelta(minutes=5)
    db.session.commit()
    for person in (anna, bram):
        come_in(person, meeting)
    meetings.open_meeting(anna, meeting)
    seq = meetings.say(anna, meeting, "Wij gaan koken.")
    meetings.change_line(anna, meeting, seq, f"Wij gaan {WORD}.")
    line = db.session.scalars(select(LogEntry).where(LogEntry.room == meeting.room, LogEntry.seq == seq)).one()
    return Text("meeting_line", line.id, f"{meeting.link}/transcript", "anna", others=(EVENTS.format(meeting.link),),
                is_found=False)  # fmt: skip


def a_person():
    """The function says it too, on the pages of company and group as well."""
    otto = actor_named("otto")
    db.session.get_one(Tie, otto.tie_id).function = f"meester in {WORD}"
    db.session.commit()
    directory.change_card(otto, person_named("otto"), about=f"Ik kan {WORD}.", knows=["malen"],
                          phone_shown=Audience.NOBODY, email_shown=Audience.GROUP)  # fmt: skip
    others = (f"/companies/{company_of('otto').slug}", "/groups/energie/members")
    return Text("person", otto.id, f"/people/{otto.id}", "otto", "carla", others=others)


def a_company():
    company, carla = company_called(POLYMEER), actor_named("carla")
    directory.describe_company(carla, company, about(summary=f"Wij {WORD}."), version=0)
    return Text("company", company.id, f"/companies/{POLYMEER}", "carla", others=("/companies",))


def an_item_of_an_agenda():
    """Rewritten after its publication, and with a file since then, so that both stand among the changes too.

    Its title stands in the room and in the minutes as well.
    """
    anna = actor_named("anna")
    meeting = plan_published(anna, group_called("energie"))
    item = items_of(meeting)[1]
    plan = item_plan(f"Samen {WORD}", item.purpose, body_md=f"Eerst {WORD}.", body_html=f"<p>Eerst {WORD}.</p>")
    meetings.change_item(anna, item, plan, version=1, reason="Dit moest erbij.")
    meetings.add_files(anna, meeting, item.id, [upload(f"{WORD}.txt")], reason="Dit hoort erbij.")
    be_done_with(anna, meeting)
    return Text("agenda_item", item.id, meeting.link, "anna", "otto",
                others=(f"{meeting.link}/minutes", f"{meeting.link}/live"))  # fmt: skip


def be_done_with(chair, meeting):
    meeting.starts_at = now() + timedelta(minutes=5)
    db.session.commit()
    come_in(chair, meeting)
    meetings.open_meeting(chair, meeting)
    end_items(meeting)
    meetings.close_meeting(chair, meeting)


def a_meeting():
    """Its title, place and link; place and link came after its publication, so they stand among the changes too."""
    anna = actor_named("anna")
    meeting = plan_published(anna, group_called("energie"), title=f"Samen {WORD}")
    plan = Plan(title=f"Samen {WORD}", place=f"Zaal {WORD}", online_link=f"https://{WORD}.example/",
                chair_id=anna.tie_id)  # fmt: skip
    meetings.change_meeting(anna, meeting, plan, version=meeting.version, reason="Nu weten wij waar.")
    be_done_with(anna, meeting)
    pages = (f"{meeting.link}/{page}" for page in ("minutes", "transcript", "live"))
    others = ("/agenda", "/groups/energie/meetings", *pages)
    return Text("meeting", meeting.id, meeting.link, "anna", "otto", others=others)


def why_a_meeting_is_cancelled():
    meeting = plan_published(actor_named("anna"), group_called("energie"))
    meetings.cancel_meeting(actor_named("henk"), meeting, reason=f"Iedereen gaat {WORD}.")
    return Text("meeting", meeting.id, meeting.link, "henk", "otto", is_found=False)


def a_remark_with_an_answer():
    """Read by those who lead the meeting."""
    meeting = plan_published(actor_named("anna"), group_called("energie"))
    meetings.answer_invitation(actor_named("bram"), meeting, Answer.YES, remark=f"Na het {WORD}.")
    made = invitation_of(actor_named("bram"), meeting)
    return Text("meeting_remark", made.id, meeting.link, "bram", "anna", "otto", is_found=False)


def a_change_of_an_agenda():
    """In the minutes too, which are built of it."""
    anna = actor_named("anna")
    meeting = plan_published(anna, group_called("energie"))
    meetings.move_item(anna, items_of(meeting)[1], steps=-1, reason=f"Eerst {WORD}.")
    be_done_with(anna, meeting)
    amendment = db.session.scalars(select(AgendaAmendment).where(AgendaAmendment.meeting_id == meeting.id)).one()
    return Text("agenda_amendment", amendment.id, meeting.link, "anna", "otto", others=(f"{meeting.link}/minutes",),
                is_found=False)  # fmt: skip


def purpose_and_rules_of_a_group():
    anna, group = actor_named("anna"), group_called("energie")
    settings = GroupSettings(purpose=f"Samen {WORD}, voor iedereen.", theme=group.theme, visibility=group.visibility,
                             rules_md=f"Wie {WORD} wil.", rules_html=f"<p>Wie {WORD} wil.</p>")  # fmt: skip
    groups.edit_group(anna, group, settings, version=group.version)
    others = ("/groups", "/groups/energie", "/groups/energie/threads")
    return Text("group", group.id, "/groups/energie/about", "anna", "otto", others=others, is_found=False)


def a_text_of_minutes():
    anna = actor_named("anna")
    meeting = plan_published(anna, group_called("energie"))
    block = text_on(meeting, "Restwarmte")
    meetings.write_block(anna, block, meetings.Written(f"Wij {WORD}.", f"<p>Wij {WORD}.</p>"), base_version=1)
    return Text("minutes_block", block.id, f"{meeting.link}/minutes", "anna", "otto", is_found=False)


TEXTS = (
    a_post, a_thread, what_a_thread_came_to, a_summary, a_document, the_name_of_a_folder, a_listing, a_line_in_a_talk,
    a_proposal, a_line_in_a_meeting,
    a_person, a_company, a_meeting, why_a_meeting_is_cancelled, an_item_of_an_agenda, a_change_of_an_agenda,
    a_remark_with_an_answer, a_text_of_minutes, purpose_and_rules_of_a_group,
)  # fmt: skip
