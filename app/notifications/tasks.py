"""Telling those who follow, and handing over what is due. The rows are the truth: each sweep finds what was missed."""

from app.jobs.service import each_minute, task
from app.notifications import service


@task
def tell_followers(telling_id: int) -> None:
    service.tell(telling_id)


@each_minute
def tell_all_followers() -> None:
    service.tell_all()


@each_minute
def hand_over_mail() -> None:
    service.hand_over_due()
