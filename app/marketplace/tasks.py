"""What the clock does on the market."""

from app.jobs.service import each_minute
from app.marketplace.service import tell_owners


@each_minute
def warn_before_the_end() -> None:
    tell_owners()
