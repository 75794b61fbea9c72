"""Tell people things: once per item, never the person who did it, only what they may read."""

from app.notifications.service.bell import (
    Shown,
    kinds,
    mark_items_read,
    mark_lines_read,
    mark_read,
    notify,
    read_in_place,
    register,
    restore,
    sentences,
    shown_as,
    take_away,
    take_away_earlier,
    withdraw,
)
from app.notifications.service.choosing import Times, choose_boxes, choose_times, send_sample
from app.notifications.service.digests import begins_at, choose_digest, people_due, slot_at
from app.notifications.service.ledger import tell, tell_later, teller, untold, without_mail
from app.notifications.service.letters import Conversation, News, hand_over_due, hushes, look_again_at_all_of, mails
from app.notifications.service.levels import choose_level, forget_levels, was_set_since, watch_by_replying
from app.notifications.service.overviews import (
    Asked,
    OverviewLine,
    Place,
    make_overview,
    overview_groups,
    overview_source,
)
from app.notifications.service.places import PlaceName, lies_in, names_of, names_place
from app.notifications.service.replying import person_and_place, reply_address
from app.notifications.service.stopping import (
    STOPPED,
    Stopping,
    everywhere,
    get_stop,
    holds_still,
    read_token,
    running_stop,
    stop,
    stop_address,
    stop_path,
    stop_token,
    stopped_places,
    take_back,
    title_of,
    without_stop_links,
)

__all__ = [
    "STOPPED", "Asked", "Conversation", "News", "OverviewLine", "Place", "PlaceName", "Shown", "Stopping", "Times",
    "begins_at", "choose_boxes", "choose_digest", "choose_level", "choose_times", "everywhere", "forget_levels",
    "get_stop", "hand_over_due", "holds_still", "hushes", "kinds", "lies_in", "look_again_at_all_of", "mails",
    "make_overview", "mark_items_read", "mark_lines_read", "mark_read", "names_of", "names_place", "notify",
    "overview_groups", "overview_source", "people_due", "person_and_place", "read_in_place", "read_token", "register",
    "reply_address", "restore", "running_stop", "send_sample", "sentences", "shown_as", "slot_at", "stop",
    "stop_address", "stop_path", "stop_token", "stopped_places", "take_away", "take_away_earlier", "take_back", "tell",
    "tell_later", "teller", "title_of", "untold", "was_set_since", "watch_by_replying", "withdraw", "without_mail",
    "without_stop_links",
]  # fmt: skip
