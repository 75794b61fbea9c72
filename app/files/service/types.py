"""What a content is, by looking at it. The name and the word of the browser count for nothing (DOC-13)."""

import zipfile
from pathlib import Path

import filetype
from flask_babel import lazy_gettext as _l
from PIL import Image, UnidentifiedImageError

from app.files.models import PDF, PICTURES, SHOWN_INLINE
from app.files.service.picture_child import MOST_PIXELS

UNKNOWN = "application/octet-stream"
TEXT = "text/plain"
ZIP = "application/zip"
OFFICE = "application/vnd.openxmlformats-officedocument."
PARTS_OF_OFFICE = {
    "word/": f"{OFFICE}wordprocessingml.document", "xl/": f"{OFFICE}spreadsheetml.sheet",
    "ppt/": f"{OFFICE}presentationml.presentation",
}  # fmt: skip
FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
MOST_ENTRIES = 10_000  # of an archive whose names are looked at (DOC-20)
Image.MAX_IMAGE_PIXELS = None  # Pillow only warns; here the number itself is asked
OF_TEXT = bytes({*range(0x20, 0x100), 0x09, 0x0A, 0x0C, 0x0D} - {0x7F})
SAMPLE = 1 << 20  # bytes of a text that are read at once

KINDS = {
    "image/png": _l("picture (PNG)"), "image/jpeg": _l("picture (JPEG)"), "image/gif": _l("picture (GIF)"),
    "image/webp": _l("picture (WebP)"), PDF: "PDF", TEXT: _l("text"), ZIP: _l("archive (zip)"), UNKNOWN: _l("unknown"),
    PARTS_OF_OFFICE["word/"]: _l("Word document"), PARTS_OF_OFFICE["xl/"]: _l("Excel workbook"),
    PARTS_OF_OFFICE["ppt/"]: _l("PowerPoint presentation"),
    "application/vnd.oasis.opendocument.text": _l("OpenDocument text"),
}  # fmt: skip

# What an extension promises, for the word on the page when the content is something else.
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
PROMISED = {
    "png": {"image/png"}, "jpg": {"image/jpeg"}, "jpeg": {"image/jpeg"}, "gif": {"image/gif"}, "webp": {"image/webp"},
    "pdf": {PDF}, "docx": {PARTS_OF_OFFICE["word/"]}, "xlsx": {PARTS_OF_OFFICE["xl/"]},
    "pptx": {PARTS_OF_OFFICE["ppt/"]}, "odt": {"application/vnd.oasis.opendocument.text"}, "zip": {ZIP},
    "txt": {TEXT}, "md": {TEXT}, "csv": {TEXT},
}  # fmt: skip


def type_of(path: Path) -> str:
    """The MIME type of a file on disk; `application/octet-stream` where it is none that we know."""
    with path.open("rb") as file:
        head = file.read(8192)
    found = filetype.guess_mime(head) or UNKNOWN
    if found in PICTURES:
        return found if is_picture(path, found) else UNKNOWN
    if head.startswith(b"PK\x03\x04"):
        return _type_of_archive(path)
    if head[:1024].lstrip().startswith(b"%PDF-"):
        return PDF
    if found != UNKNOWN and found != PDF:
        return str(found)
    return TEXT if _is_text(path) else UNKNOWN


def is_picture(path: Path, mime: str) -> bool:
    """Whether it is whole and of a size that can be shown. Only its head is read here; a child makes it smaller."""
    try:
        with Image.open(path, formats=[FORMATS[mime]]) as picture:
            picture.verify()  # the sums that PNG carries; nothing is decoded
            return 0 < picture.width * picture.height <= MOST_PIXELS
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError):
        return False


def fits_its_name(mime: str, name: str) -> bool:
    """False when the extension promises something else than the content is."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    promised = PROMISED.get(extension)
    return mime in promised if promised else mime not in SHOWN_INLINE


def _type_of_archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()[:MOST_ENTRIES]
            if names[:1] == ["mimetype"] and archive.getinfo("mimetype").file_size < 100:
                said = archive.read("mimetype").decode("ascii")
                return said if said.startswith(OPEN_DOCUMENT) else ZIP  # nobody names himself a picture
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, KeyError, EOFError):
        return UNKNOWN
    if "[Content_Types].xml" in names:
        for start, mime in PARTS_OF_OFFICE.items():
            if any(name.startswith(start) for name in names):
                return mime
    return ZIP


def _is_text(path: Path) -> bool:
    """UTF-8, or the Windows-1252 of older Excel, without a byte that no text has."""
    with path.open("rb") as file:
        while sample := file.read(SAMPLE):
            if sample.translate(None, OF_TEXT):
                return False
    return True
