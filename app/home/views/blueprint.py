"""Where the pages of home are mounted."""

from flask import Blueprint

blueprint = Blueprint("home", __name__)
