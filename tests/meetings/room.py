"""The live room in the words of tests: who is in it, and what its log says."""

from app.accounts.models import Actor
from app.meetings import queries, service
from app.meetings.models import Via
from app.meetings.queries import items_of
from app.realtime.queries import said_after
from tests.conftest import together


def enter(actor, meeting, via=Via.ONLINE):
    """Confirm the statement and come in, as a page does."""
    service.confirm_statement(actor, meeting, version=meeting.statement_version, via=via)
    service.come_in(actor, meeting)
    return actor


def again(actor):
    """The same person as the database has them now."""
    return Actor.of_person(actor.id)


def at_once(app, meeting, *acts):
    """Each of these (service, actor, …) at one moment, with a meeting of its own, as requests have."""

    def act(service_of, actor, *arguments, **options):
        return lambda: service_of(actor, queries.get_meeting(actor, meeting_id), *arguments, **options)

    meeting_id = meeting.id
    return together(app, *(act(*each[:-1], **each[-1]) for each in acts))


def log_of(meeting):
    return said_after(meeting.room, 0)


def types_in(meeting, after=0):
    return [said.type for said in log_of(meeting) if said.seq > after]


def bodies_in(meeting):
    return [said.payload.get("body") for said in log_of(meeting) if said.type == "line"]


def last_of(meeting):
    return log_of(meeting)[-1]


def states_of(meeting):
    return [item.state.value for item in items_of(meeting)]
