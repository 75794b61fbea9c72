"""Where the pages of groups are mounted."""

from flask import Blueprint

blueprint = Blueprint("groups", __name__, url_prefix="/groups")
