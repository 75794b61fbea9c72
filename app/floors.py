"""The building, ground floor first. A package imports only from floors below its own."""

FLOORS = (
    ("core",),
    ("jobs",),
    ("files",),
    ("mail",),
    ("accounts",),
    ("audit", "realtime", "search", "guard"),
    ("notifications",),
    ("groups",),
    ("directory",),
    ("discussions", "documents", "meetings", "marketplace"),
    ("moderation", "invitations", "announcements"),
    ("home", "admin", "mailin"),
    ("demo",),
)

# What a package may contain, in the order its files may import each other.
PARTS = ("events", "models", "policy", "queries", "service", "tasks", "subscribers", "forms",
         "session", "frame", "views", "sockets", "api", "cli")  # fmt: skip
