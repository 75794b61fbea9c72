"""Storing, giving back, and throwing away."""

from app.files.service.contents import NotStored, Stored, forget_unused, owner, store, store_photo
from app.files.service.names import name_of
from app.files.service.pictures import make_thumbnail
from app.files.service.sending import send_content, send_thumbnail
from app.files.service.storage import storage, try_out
from app.files.service.uploads import Result, Upload, take

__all__ = [
    "NotStored", "Result", "Stored", "Upload", "forget_unused", "make_thumbnail", "name_of", "owner", "send_content",
    "send_thumbnail", "storage", "store", "store_photo", "take", "try_out",
]  # fmt: skip
