"""What people type on the market."""

from app.marketplace.forms.fields import Given
from app.marketplace.forms.filters import FilterForm, filters_of
from app.marketplace.forms.listings import ListingForm, accepted, kind_and_category, listing_form, typed_fields
from app.marketplace.forms.others import (
    REASONS,
    AddColleagueForm,
    CloseForm,
    DeclineForm,
    JudgeForm,
    MessageForm,
    ModerationForm,
    ProposalForm,
    proposal_values,
)

__all__ = [
    "REASONS", "AddColleagueForm", "CloseForm", "DeclineForm", "FilterForm", "Given", "JudgeForm", "ListingForm",
    "MessageForm", "ModerationForm", "ProposalForm", "accepted", "filters_of", "kind_and_category", "listing_form",
    "proposal_values", "typed_fields",
]  # fmt: skip
