"""Where the pages of the directory are mounted."""

from flask import Blueprint

blueprint = Blueprint("directory", __name__)
