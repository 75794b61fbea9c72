"""Pages of the directory: the list and the map, a company, its forms, the list of capabilities, people."""

from app.directory.views import capabilities, company, listing, people, sites, staff
from app.directory.views.blueprint import blueprint

__all__ = ["blueprint", "capabilities", "company", "listing", "people", "sites", "staff"]
