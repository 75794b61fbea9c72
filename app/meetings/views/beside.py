"""What meetings add to pages of other packages."""

from datetime import timedelta

from app.accounts.models import Actor
from app.core.clock import local_midnight, today
from app.core.panels import Panel, panel
from app.meetings import queries
from app.meetings.models import Answer, MeetingState
from app.meetings.views.showing import meeting_lines

SOON = timedelta(days=14)  # after today, whatever the hour
MOST = 5


@panel("home", 40)
def own_coming_meetings(actor: Actor, _subject: None) -> Panel | None:
    """Those of the next two weeks to which one is invited, to be answered at once (HOM-5)."""
    until = local_midnight(today() + SOON + timedelta(days=1))
    rows = [row for row in queries.coming_meetings(actor) if row.answer is not None and row.starts_at < until]
    if not rows:
        return None
    asked = {row.id: "hall" if row.place or not row.online_link else "online" for row in rows
             if row.answer is Answer.NONE and row.state is MeetingState.ANNOUNCED}  # fmt: skip
    return Panel("meetings/_soon.html", {"lines": meeting_lines(rows[:MOST]), "asked": asked})
