"""Where the pages of meetings are mounted."""

from flask import Blueprint

blueprint = Blueprint("meetings", __name__)
