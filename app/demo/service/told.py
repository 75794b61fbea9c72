"""What the association told everyone, some weeks ago."""

from datetime import date, datetime, timedelta

from app.announcements import service as announcements
from app.announcements.models import Audience, Kind
from app.announcements.service import Plan
from app.core import clock, markup
from app.core.i18n import day, in_language
from app.demo.service.content import actor_of, days_from

THURSDAY = 4  # of the week, Monday is 1
TITLE = "Ledendag: kom kijken bij elkaar"
TEXT = """Op {when} openen vijf bedrijven hun poort: van de spinnerij in Emmen tot de warmtecentrale in Coevorden.

- Ontvangst om 9.30 uur, koffie staat klaar.
- Neem veiligheidsschoenen mee.
- Iedere collega is welkom, ook wie nog nooit bij een werkgroep was.

Aanmelden kan tot een week van tevoren bij het bureau."""


def day_of(now: datetime) -> date:
    """The second Thursday from now: told weeks before, and still to come on the day the demo is made."""
    first = clock.local(now).date() + timedelta(days=8)
    return first + timedelta(days=(THURSDAY - first.isoweekday()) % 7)


def announce(now: datetime, people: dict[str, int]) -> None:
    """News, which makes no mail."""
    dirk = actor_of(people["dirk"])
    with in_language("nl"):
        text = TEXT.format(when=day(day_of(now)))
    plan = Plan(kind=Kind.NEWS, audience=Audience.ALL, title=TITLE, body_md=text,
                body_html=markup.render(text, person_id=None))  # fmt: skip
    moment = days_from(now, -20)
    with clock.stopped_at(moment):
        made = announcements.write_announcement(dirk, plan)
        announcements.send_announcement(dirk, made)
        made_id = made.id
    with clock.stopped_at(moment + timedelta(minutes=10)):
        announcements.send_if_due(made_id)
