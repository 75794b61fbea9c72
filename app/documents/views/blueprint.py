"""Where the pages of documents are mounted."""

from flask import Blueprint

blueprint = Blueprint("documents", __name__)
