"""Brink: the members' platform of a regional business association."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(*settings: Any, **options: Any) -> "Flask":
    """The app, as `flask --app app` and the servers ask for it; app/factory.py makes it.

    Imported late on purpose: the parent process of `python -m app` only watches over its worker, and without Flask
    and the features in it it is 60 MB smaller.
    """
    from app.factory import create_app as make

    return make(*settings, **options)
