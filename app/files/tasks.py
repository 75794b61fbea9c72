"""Thumbnails soon after the upload, and the sweep of what nobody owns, once a night."""

from flask import current_app
from sqlalchemy import select

from app.core.extensions import db
from app.files.models import FileContent, Thumbnail
from app.files.service import forget_unused, make_thumbnail
from app.jobs.service import each_minute, each_night

AT_A_TIME = 50


@each_minute
def make_waiting_thumbnails() -> None:
    waiting = select(FileContent.sha256).where(FileContent.thumbnail == Thumbnail.WAITING).limit(AT_A_TIME)
    for sha256 in db.session.scalars(waiting).all():
        make_thumbnail(sha256)


@each_night
def sweep() -> None:
    forgotten = forget_unused()
    if forgotten:
        current_app.logger.info("files: %s contents that nobody owned are gone", forgotten)
