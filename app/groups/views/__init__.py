"""Joining, leaving, members, and what a group is. Its front page stands in `home`, beside other features."""

from app.groups.views import pages, requests
from app.groups.views.blueprint import blueprint
from app.groups.views.pages import frame_of

__all__ = ["blueprint", "frame_of", "pages", "requests"]
