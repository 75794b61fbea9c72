"""Where the pages of moderation are mounted."""

from flask import Blueprint

blueprint = Blueprint("moderation", __name__)
