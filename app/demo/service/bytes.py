"""Files of every kind that people upload, made here: none comes from elsewhere."""

import io
import zipfile
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MADE = (2026, 1, 1, 0, 0, 0)  # the same bytes each time


def pdf(lines: Sequence[str]) -> bytes:
    """One page of plain lines (ISO 32000, 7.5)."""
    words = "".join(f"({line.replace('(', '').replace(')', '')}) Tj T*\n" for line in lines)
    text = f"BT /F1 12 Tf 16 TL 60 780 Td\n{words}ET".encode("cp1252", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]  # fmt: skip
    made, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return made + b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        table, len(made))  # fmt: skip


def docx(lines: Sequence[str]) -> bytes:
    body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    return _office("word/document.xml", "wordprocessingml.document",
                   f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>')  # fmt: skip


def xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    """One sheet; every cell is text."""
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in row) + "</row>"
        for row in rows
    )  # fmt: skip
    book = (f'<workbook xmlns="{SHEET}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
            '<sheets><sheet name="Blad1" sheetId="1" r:id="r1"/></sheets></workbook>')  # fmt: skip
    links = (f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Target="worksheets/sheet1.xml" '
             f'Type="{OFFICE.rpartition("/")[0]}/worksheet"/></Relationships>')  # fmt: skip
    sheet = f'<worksheet xmlns="{SHEET}"><sheetData>{cells}</sheetData></worksheet>'
    more = {"xl/_rels/workbook.xml.rels": links, "xl/worksheets/sheet1.xml": sheet}
    kinds = ('<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-'
             'officedocument.spreadsheetml.worksheet+xml"/>')  # fmt: skip
    return _office("xl/workbook.xml", "spreadsheetml.sheet", book, more, kinds)


def drawing(blocks: Sequence[str]) -> bytes:
    """A PNG of blocks with a pipe between them."""
    picture, pen = _blank((240 * len(blocks) + 40, 260), "#f4f1ea")
    pen.line((60, 130, picture.width - 60, 130), fill="#9a4f1f", width=14)
    for number, block in enumerate(blocks):
        left = 40 + 240 * number
        pen.rounded_rectangle((left, 70, left + 170, 190), 12, fill="#4a2f5c")
        pen.text((left + 20, 120), block, fill="white", font_size=20)
    made = io.BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()


def mark(letters: str, colour: str) -> bytes:
    """A PNG for the logo of a company: its letters in a ring."""
    picture, pen = _blank((480, 480), "white")
    pen.ellipse((24, 24, 456, 456), fill=colour)
    pen.ellipse((62, 62, 418, 418), outline="white", width=10)
    pen.text((240, 240), letters, fill="white", font_size=170, anchor="mm")
    made = io.BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()


def _blank(size: tuple[int, int], colour: str) -> tuple["Image.Image", "ImageDraw.ImageDraw"]:
    """A picture to draw on. Pillow comes in here, and not with every server, each of which has the demo's code."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", size, colour)
    return picture, ImageDraw.Draw(picture)


def _office(main: str, kind: str, xml: str, more: dict[str, str] | None = None, kinds: str = "") -> bytes:
    types = (f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.'
             'openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
             f'<Override PartName="/{main}" ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"'
             f"/>{kinds}</Types>")  # fmt: skip
    links = (f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{OFFICE}" Target="{main}"/>'
             "</Relationships>")  # fmt: skip
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in {"[Content_Types].xml": types, "_rels/.rels": links, main: xml, **(more or {})}.items():
            archive.writestr(zipfile.ZipInfo(name, MADE), f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return made.getvalue()


def still(what: str) -> bytes:
    """A JPEG of bales, fibres, pipes, a machine or blocks, as plain as a picture can be."""
    picture, pen = _blank((1200, 800), "#e9e4d8")
    pen.rectangle((0, 560, 1200, 800), fill="#b9b2a2")  # the floor
    if what == "fibres":
        colours = ("#8c3b5e", "#3f6b4f", "#31587a", "#c08a2c", "#d9d2c3")
        for number in range(900):
            left, top = (number * 389) % 1200, (number * 577) % 800
            pen.arc((left - 60, top - 40, left + 60, top + 40), number * 47 % 360, number * 47 % 360 + 120,
                    fill=colours[number % 5], width=5)  # fmt: skip
    elif what == "pipes":
        for number, colour in enumerate(("#8a8f94", "#a4562f", "#8a8f94", "#31587a")):
            pen.line((0, 140 + 110 * number, 900, 140 + 110 * number, 900, 800), fill=colour, width=46, joint="curve")
    elif what == "machine":
        pen.rectangle((320, 180, 820, 600), fill="#4c5a63")
        for left in range(340, 810, 20):
            pen.line((left, 200, left, 580), fill="#7d8b94", width=6)
        for left in (360, 720):
            pen.ellipse((left, 590, left + 70, 660), fill="#2b2b2b")
    else:
        shapes = (230, 170, "#6f7f86") if what == "blocks" else (260, 190, "#8c3b5e")
        for row, count in enumerate((4, 3, 2)):
            for place in range(count):
                left, top = 100 + place * shapes[0] + row * shapes[0] // 2, 600 - row * shapes[1] - shapes[1]
                right, bottom = left + shapes[0] - 12, top + shapes[1] - 10
                pen.rectangle((left, top, right, bottom), fill=shapes[2], outline="#2b2b2b")
                for line in range(1, 4):
                    pen.line((left, top + line * 42, right, top + line * 42), fill="#d9d2c3", width=3)
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=82)
    return made.getvalue()
