"""What goes out by which channel where nobody chose otherwise, and what may be chosen."""

from datetime import timedelta
from typing import NamedTuple

from app.notifications.models import Channel, Sort, Tab

AT_ONCE = timedelta(0)
A_WHILE = timedelta(minutes=10)  # for correcting, taking back, and reading it in its own place first


class Way(NamedTuple):
    """How a sort goes out. A channel that is not in `chosen` cannot be switched on or off."""

    tab: Tab | None
    mails: bool
    wait: timedelta = AT_ONCE
    chosen: tuple[Channel, ...] = ()

    def goes_by(self, channel: Channel) -> bool:
        """As long as nobody switched it off."""
        return self.tab is not None if channel is Channel.BELL else self.mails


BOTH = (Channel.BELL, Channel.MAIL)
SORTS = {
    Sort.NAMED: Way(Tab.FOR_ME, True, A_WHILE, BOTH),
    Sort.TASK: Way(Tab.FOR_ME, True, AT_ONCE, (Channel.MAIL,)),
    Sort.CALL: Way(Tab.FOR_ME, True),
    Sort.POST: Way(Tab.OTHER, True, A_WHILE, BOTH),
    Sort.NEW_THREAD: Way(Tab.OTHER, True, A_WHILE, BOTH),
    Sort.NEWS: Way(Tab.OTHER, False, AT_ONCE, (Channel.BELL,)),
    Sort.REACTION: Way(Tab.OTHER, False, AT_ONCE, (Channel.BELL,)),
    Sort.ACCOUNT: Way(Tab.FOR_ME, True),
}
STOPPED_BY_PLACE = (Sort.NAMED, Sort.TASK)  # their mail is not of a level: a letter stops it for its place (NTF-20)
