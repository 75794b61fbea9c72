"""The tables of the directory, and the region that it is drawn on."""

from app.directory.models.capabilities import Capability, CapabilityKind, CapabilityState, Claim, Figure
from app.directory.models.companies import Certificate, CompanySize, Part, Profile, ProfileChange, Role, Site
from app.directory.models.people import Audience, PersonCard, PersonKnows
from app.directory.models.region import Area, Place, area_names, names_within, nearest_names, place_called, places

__all__ = [
    "Area", "Audience", "Capability", "CapabilityKind", "CapabilityState", "Certificate", "Claim", "CompanySize",
    "Figure", "Part", "PersonCard", "PersonKnows", "Place", "Profile", "ProfileChange", "Role", "Site",
    "area_names", "names_within", "nearest_names", "place_called", "places",
]  # fmt: skip
