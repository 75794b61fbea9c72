"""Telling those who follow, handing over what is due, and the overviews. The rows are the truth: each sweep finds what
was missed.
"""

import logging

from app.core.clock import monotonic, now
from app.jobs.service import each_minute, task
from app.notifications import service
from app.notifications.service import make_overview, people_due

logger = logging.getLogger(__name__)
TURN = 45  # seconds, of each minute


@task
def tell_followers(telling_id: int) -> None:
    service.tell(telling_id)


@each_minute
def tell_all_followers() -> None:
    """What cannot be told holds up nothing that came after it."""
    for telling_id in service.untold():
        try:
            service.tell(telling_id)
        except Exception:
            logger.exception("nobody was told of %s; tried again in a minute", telling_id)


@each_minute
def hand_over_mail() -> None:
    """All of it, however many follow a thread, as far as a minute goes."""
    began = monotonic()
    while service.hand_over_due() and monotonic() - began < TURN:
        pass


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
