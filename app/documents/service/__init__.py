"""What people do with documents."""

from app.documents.service.arranging import (
    add_folder,
    change_document,
    change_folder,
    choose_keeper,
    label_document,
    make_labels_stricter,
    move_document,
    remove_folder,
)
from app.documents.service.handing_over import count_documents, move_documents, who_takes_part
from app.documents.service.reading import mark_read, mark_settings_read
from app.documents.service.trashing import purge_old_trash, restore_document, trash_document
from app.documents.service.writing import (
    VersionConflict,
    WrittenPage,
    add_file_version,
    add_files,
    add_page,
    edit_page,
    restore_version,
)

__all__ = [
    "VersionConflict", "WrittenPage", "add_file_version", "add_files", "add_folder", "add_page", "change_document",
    "change_folder", "choose_keeper", "count_documents", "edit_page", "label_document", "make_labels_stricter",
    "mark_read", "mark_settings_read", "move_document", "move_documents", "purge_old_trash", "remove_folder",
    "restore_document", "restore_version", "trash_document", "who_takes_part",
]  # fmt: skip
