"""What happens in discussions."""

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class ThreadStarted(Event):
    thread_id: int
    post_id: int


@dataclass(frozen=True, kw_only=True)
class PostCreated(Event):
    thread_id: int
    post_id: int


@dataclass(frozen=True, kw_only=True)
class ThreadClosed(Event):
    thread_id: int


@dataclass(frozen=True, kw_only=True)
class ThreadReopened(Event):
    thread_id: int


@dataclass(frozen=True, kw_only=True)
class ThreadRenamed(Event):
    """Another title, another kind, or both."""

    thread_id: int


@dataclass(frozen=True, kw_only=True)
class ThreadTakenUp(Event):
    """Somebody works on it."""

    thread_id: int


@dataclass(frozen=True, kw_only=True)
class PostEdited(Event):
    thread_id: int
    post_id: int


@dataclass(frozen=True, kw_only=True)
class PostDeleted(Event):
    thread_id: int
    post_id: int


@dataclass(frozen=True, kw_only=True)
class PostRestored(Event):
    thread_id: int
    post_id: int


@dataclass(frozen=True, kw_only=True)
class PostUnfolded(Event):
    """Its readers see what was cut from the mail that it came by."""

    thread_id: int
    post_id: int


@dataclass(frozen=True, kw_only=True)
class PostFolded(Event):
    """They no longer do."""

    thread_id: int
    post_id: int


@dataclass(frozen=True, kw_only=True)
class PostErased(Event):
    """Its author did not bring it back in time: the text is gone."""

    thread_id: int
    post_id: int


@dataclass(frozen=True, kw_only=True)
class ReactionGiven(Event):
    thread_id: int
    post_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class ReactionTakenBack(Event):
    thread_id: int
    post_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class PersonMentioned(Event):
    """Those whom a post names now and did not name before, all at once."""

    thread_id: int
    post_id: int
    person_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class SummaryChanged(Event):
    """Written for the first time, or anew."""

    thread_id: int
    summary_id: int


@dataclass(frozen=True, kw_only=True)
class ThreadSetAside(Event):
    """Nobody works on it any more: it is open as any other."""

    thread_id: int


@dataclass(frozen=True, kw_only=True)
class ThreadSettled(Event):
    thread_id: int
    settlement_id: int


@dataclass(frozen=True, kw_only=True)
class ThreadResumed(Event):
    """It was settled, and goes on: by a new post, or by hand."""

    thread_id: int
