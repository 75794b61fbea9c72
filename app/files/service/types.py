"""What a content is, by looking at it. The name and the word of the browser count for nothing (DOC-13)."""

import zipfile
from pathlib import Path

import filetype
from flask_babel import lazy_gettext as _l

from app.core.i18n import gettext as _
from app.files.models import PDF, PICTURES, SHOWN_INLINE
from app.files.service.picture_child import MOST_PIXELS

UNKNOWN = "application/octet-stream"
MANY_PIXELS = "image/x-too-many-pixels"  # a whole picture, and too large a one to be shown
TEXT = "text/plain"
ZIP = "application/zip"
OFFICE = "application/vnd.openxmlformats-officedocument."
PARTS_OF_OFFICE = {
    "word/": f"{OFFICE}wordprocessingml.document", "xl/": f"{OFFICE}spreadsheetml.sheet",
    "ppt/": f"{OFFICE}presentationml.presentation",
}  # fmt: skip
FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
MOST_ENTRIES = 10_000  # of an archive whose names are looked at (DOC-20)
OF_TEXT = bytes({*range(0x20, 0x100), 0x09, 0x0A, 0x0C, 0x0D} - {0x7F})
SAMPLE = 1 << 20  # bytes of a text that are read at once

KINDS = {
    "image/png": _l("picture (PNG)"), "image/jpeg": _l("picture (JPEG)"), "image/gif": _l("picture (GIF)"),
    "image/webp": _l("picture (WebP)"), PDF: "PDF", TEXT: _l("text"), ZIP: _l("archive (zip)"), UNKNOWN: _l("unknown"),
    PARTS_OF_OFFICE["word/"]: _l("Word document"), PARTS_OF_OFFICE["xl/"]: _l("Excel workbook"),
    PARTS_OF_OFFICE["ppt/"]: _l("PowerPoint presentation"),
    "application/vnd.oasis.opendocument.text": _l("OpenDocument text"),
    "application/vnd.oasis.opendocument.spreadsheet": _l("OpenDocument spreadsheet"),
    "application/vnd.oasis.opendocument.presentation": _l("OpenDocument presentation"),
    "application/msword": _l("Word document, older kind (doc)"),
    "application/vnd.ms-excel": _l("Excel workbook, older kind (xls)"),
    "application/vnd.ms-powerpoint": _l("PowerPoint presentation, older kind (ppt)"),
    "application/rtf": _l("text (RTF)"), "image/heic": _l("photo (HEIC)"), "image/vnd.dwg": _l("drawing (DWG)"),
    MANY_PIXELS: _l("picture of more than 40 megapixels"),
}  # fmt: skip
FAMILIES = {"image": _l("picture of another kind"), "video": _l("film"), "audio": _l("sound")}

# What an extension promises, for the word on the page when the content is something else.
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
PROMISED = {
    "png": {"image/png", MANY_PIXELS}, "jpg": {"image/jpeg", MANY_PIXELS}, "jpeg": {"image/jpeg", MANY_PIXELS},
    "gif": {"image/gif", MANY_PIXELS}, "webp": {"image/webp", MANY_PIXELS},
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
        return _type_of_picture(path, found)
    if head.startswith(b"PK\x03\x04"):
        return _type_of_archive(path)
    if head[:1024].lstrip().startswith(b"%PDF-"):
        return PDF
    if found != UNKNOWN and found != PDF:
        return str(found)
    return TEXT if _is_text(path) else UNKNOWN


def kind_of(mime: str) -> str:
    """In words, also for what has no name of its own here."""
    return str(KINDS.get(mime) or FAMILIES.get(mime.partition("/")[0]) or _("another kind of file"))


def fits_its_name(mime: str, name: str) -> bool:
    """False when the extension promises something else than the content is."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    promised = PROMISED.get(extension)
    return mime in promised if promised else mime not in SHOWN_INLINE


def _type_of_picture(path: Path, mime: str) -> str:
    """Whether it is whole and of a size that can be shown. Only its head is read here; a child makes it smaller."""
    from PIL import Image, UnidentifiedImageError  # 5 MiB, from the first picture on

    Image.MAX_IMAGE_PIXELS = None  # Pillow only warns; here the number itself is asked
    try:
        with Image.open(path, formats=[FORMATS[mime]]) as picture:
            picture.verify()  # the sums that PNG carries; nothing is decoded
            pixels = picture.width * picture.height
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError):
        return UNKNOWN
    if pixels > MOST_PIXELS:
        return MANY_PIXELS
    return mime if pixels else UNKNOWN


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
