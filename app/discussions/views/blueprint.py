"""Where the pages of discussions are mounted."""

from flask import Blueprint

blueprint = Blueprint("discussions", __name__)
