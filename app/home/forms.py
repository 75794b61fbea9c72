"""What people read on the page of the search."""

from flask_babel import lazy_gettext as _l

# Each kind of entry there may be: one of them, several, and its sign. Tabs stand in this order.
KINDS = {
    "thread": (_l("Thread"), _l("Threads"), "message-square-text"),
    "post": (_l("Post"), _l("Posts"), "message-square-text"),
    "document": (_l("Document"), _l("Documents"), "file-text"),
    "meeting": (_l("Meeting"), _l("Meetings"), "calendar-days"),
    "decision": (_l("Decision"), _l("Decisions"), "scale"),
    "focus_point": (_l("Focus point"), _l("Focus points"), "pin"),
    "action_point": (_l("Action point"), _l("Action points"), "square-check"),
    "listing": (_l("Listing"), _l("Listings"), "arrow-left-right"),
    "company": (_l("Company"), _l("Companies"), "users-round"),
    "person": (_l("Person"), _l("People"), "user-round"),
    "announcement": (_l("Announcement"), _l("Announcements"), "info"),
    "calendar_entry": (_l("Calendar entry"), _l("Calendar entries"), "calendar-days"),
}
