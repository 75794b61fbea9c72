"""What the clock does on the market."""

from app.jobs.service import each_minute
from app.marketplace.service import pause_listings_of_ended_companies, tell_owners


@each_minute
def warn_before_the_end() -> None:
    tell_owners()


@each_minute
def pause_what_no_member_offers() -> None:
    pause_listings_of_ended_companies()
