"""What the clock asks of notifications: the overviews that are due, some hundreds a minute, so that others get on."""

import logging

from app.core.clock import monotonic, now
from app.jobs.service import each_minute
from app.notifications.service import make_overview, people_due

logger = logging.getLogger(__name__)
TURN = 45  # seconds, of each minute


@each_minute
def make_due_overviews() -> None:
    """Whoever is left waits for the next minute. What cannot be made for one person holds up nobody else."""
    began = monotonic()
    for person_id, slot in people_due(now()):
        if monotonic() - began > TURN:
            return
        try:
            make_overview(person_id, slot)
        except Exception:
            logger.exception("no overview for person %s; tried again in a minute", person_id)
