"""Changing pages of companies and cards of people. Each function is one thing a person can do."""

from app.directory.service.capabilities import (
    accept_capability,
    add_claim,
    change_claim,
    decline_capability,
    remove_claim,
)
from app.directory.service.cards import change_card
from app.directory.service.hiding import hide_card, unhide_card
from app.directory.service.profile import (
    About,
    PageConflict,
    Products,
    change_logo,
    describe_company,
    list_certificates,
    list_products,
    remove_logo,
)
from app.directory.service.reading import mark_capabilities_read, mark_company_read, mark_staff_read
from app.directory.service.sites import SitePlan, add_site, change_site, remove_site

__all__ = [
    "About", "PageConflict", "Products", "SitePlan", "accept_capability", "add_claim", "add_site",
    "change_card", "change_claim", "change_logo", "change_site", "decline_capability", "describe_company", "hide_card",
    "list_certificates", "list_products", "mark_capabilities_read", "mark_company_read", "mark_staff_read",
    "remove_claim", "remove_logo", "remove_site", "unhide_card",
]  # fmt: skip
