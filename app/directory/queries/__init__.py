"""Finding companies and people. Every query starts from what the person may read."""

from app.directory.queries.capabilities import (
    CapabilityLine,
    ClaimLine,
    Term,
    capability_by_key,
    claims_of,
    get_capability,
    get_claim,
    listed_terms,
    proposed,
    terms_to_choose,
)
from app.directory.queries.companies import (
    Colleague,
    CompanyLine,
    CompanyPage,
    SiteLine,
    companies,
    company_page,
    contacts_of,
    get_company,
    get_site,
    groups_of,
    main_place_of,
    page_of_any_state,
    people_of,
    profile_of,
    sites_of,
    why_page_hidden,
)
from app.directory.queries.filters import Filters, Finding, find
from app.directory.queries.people import (
    PersonPage,
    card_of,
    confidential_group_of,
    get_person,
    known_by,
    newest_tie_of,
    person_of_any_state,
    person_page,
)
from app.directory.queries.staff import StaffFilter, StaffLine, count_staff, get_staff_tie, staff_of

__all__ = [
    "CapabilityLine", "ClaimLine", "Colleague", "CompanyLine", "CompanyPage", "Filters", "Finding", "PersonPage",
    "SiteLine", "StaffFilter", "StaffLine", "Term", "capability_by_key", "card_of", "claims_of", "companies",
    "company_page", "confidential_group_of", "contacts_of", "count_staff", "find", "get_capability", "get_claim",
    "get_company", "get_person", "get_site", "get_staff_tie", "groups_of", "known_by", "listed_terms",
    "main_place_of", "newest_tie_of", "page_of_any_state", "people_of", "person_of_any_state", "person_page",
    "profile_of", "proposed", "sites_of", "staff_of", "terms_to_choose", "why_page_hidden",
]  # fmt: skip
