"""Joining, leaving, members, and what a group is. Its front page stands in `home`, beside other features."""

from app.groups.views import levels, pages, requests
from app.groups.views.blueprint import blueprint
from app.groups.views.pages import frame_of, level_sentence

__all__ = ["blueprint", "frame_of", "level_sentence", "levels", "pages", "requests"]
