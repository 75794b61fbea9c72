"""What the association told everyone, some weeks ago."""

from datetime import datetime, timedelta

from app.announcements import service as announcements
from app.announcements.models import Audience, Kind
from app.announcements.service import Plan
from app.core import clock, markup
from app.demo.service.content import actor_of, days_from

TITLE = "Ledendag in oktober: kom kijken bij elkaar"
TEXT = """Op de ledendag openen vijf bedrijven hun poort: van de spinnerij in Emmen tot de warmtecentrale in Coevorden.

- Ontvangst om 9.30 uur, koffie staat klaar.
- Neem veiligheidsschoenen mee.
- Iedere collega is welkom, ook wie nog nooit bij een werkgroep was.

Aanmelden kan tot een week van tevoren bij het bureau."""


def announce(now: datetime, people: dict[str, int]) -> None:
    """News, which makes no mail."""
    dirk = actor_of(people["dirk"])
    plan = Plan(kind=Kind.NEWS, audience=Audience.ALL, title=TITLE, body_md=TEXT,
                body_html=markup.render(TEXT, person_id=None))  # fmt: skip
    moment = days_from(now, -20)
    with clock.stopped_at(moment):
        made = announcements.write_announcement(dirk, plan)
        announcements.send_announcement(dirk, made)
        made_id = made.id
    with clock.stopped_at(moment + timedelta(minutes=10)):
        announcements.send_if_due(made_id)
