"""Keeping the index quick to ask."""

from flask import current_app

from app.jobs.service import each_night, is_stopping
from app.search import service


@each_night
def join_lists() -> None:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    while not is_stopping(app) and service.join_lists():
        pass
