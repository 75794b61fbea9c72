"""What happens to documents."""

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class FolderMade(Event):
    folder_id: int


@dataclass(frozen=True, kw_only=True)
class FolderChanged(Event):
    folder_id: int


@dataclass(frozen=True, kw_only=True)
class DocumentCreated(Event):
    document_id: int


@dataclass(frozen=True, kw_only=True)
class FileVersionUploaded(Event):
    document_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class PageVersionKept(Event):
    document_id: int
    number: int


@dataclass(frozen=True, kw_only=True)
class DocumentMoved(Event):
    """Another title, another folder, or another place in it; the group stays."""

    document_id: int


@dataclass(frozen=True, kw_only=True)
class DocumentLabelled(Event):
    document_id: int
    label: str


@dataclass(frozen=True, kw_only=True)
class KeeperChosen(Event):
    document_id: int
    tie_id: int


@dataclass(frozen=True, kw_only=True)
class DocumentTrashed(Event):
    document_id: int


@dataclass(frozen=True, kw_only=True)
class DocumentRestored(Event):
    document_id: int


@dataclass(frozen=True, kw_only=True)
class DocumentPurged(Event):
    document_id: int
