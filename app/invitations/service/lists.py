"""A file of people taken apart: every line, whatever is the matter with the one before it."""

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.text import folded, tidy_line
from app.invitations.models import Finding, ImportLine, Verdict
from app.invitations.models.imports import COLUMNS, FILE_MOST, LINES_MOST

HEADER = "naam; e-mail; bedrijf; functie; werkgroepen; rol"
NAMES = {
    "naam": "name", "e-mail": "email", "email": "email", "e-mailadres": "email", "bedrijf": "company",
    "functie": "function", "werkgroepen": "groups", "werkgroep": "groups", "rol": "role",
    "name": "name", "company": "company", "function": "function", "groups": "groups", "role": "role",
}  # fmt: skip
FORMULA_SIGNS = "=+-@＝＋－＠"  # the wide ones too: spreadsheets take them for the same
SEPARATORS = ";,\t"
TALLEST = 30  # lines in the file for one line of the list: a cell may hold newlines, a quote left open may not eat all
CELL_MOST = 2_000  # characters kept of a cell: twenty working groups fit


class Layout(NamedTuple):
    """Where the lines begin, what separates their cells, and which cell is what."""

    first: int
    separator: str
    columns: list[str | None]


def read_list(content: bytes) -> list[ImportLine]:
    """Each line with what the file alone says against it. Raises Invalid where it is no such list at all."""
    if len(content) > FILE_MOST:
        raise Invalid(_("This file is larger than 2 MB. Divide the list."), field="file")
    rows = list(io.StringIO(_decoded(content), newline=""))
    layout = _layout_of(rows)
    lines = []
    for number, cells in _records(rows, layout):
        if any(cells):
            lines.append(_line(number, cells, layout))
        if len(lines) > LINES_MOST:
            too_many = ngettext("At most %(num)s line fits in a list. Divide it.",
                                "At most %(num)s lines fit in a list. Divide it.", LINES_MOST)  # fmt: skip
            raise Invalid(too_many, field="file")
    if not lines:
        raise Invalid(_("There is no one in this list: below its first line nothing follows."), field="file")
    return _with_doubles(lines)


def _decoded(content: bytes) -> str:
    """UTF-8, with its mark or without; else what a Dutch spreadsheet writes."""
    if b"\x00" not in content:
        for encoding in ("utf-8-sig", "cp1252"):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise Invalid(_("This file cannot be read. Save the list as CSV (UTF-8)."), field="file")


def _layout_of(rows: list[str]) -> Layout:
    first = next((place for place, row in enumerate(rows) if row.strip() and not row.lower().startswith("sep=")), None)
    header = rows[first] if first is not None else ""
    separator = max(SEPARATORS, key=header.count)
    try:
        names = next(csv.reader([header], delimiter=separator, strict=True), [])
    except csv.Error:
        names = []
    columns = [NAMES.get(folded(tidy_line(name))) for name in names]
    known = [column for column in columns if column]
    if first is None or not {"name", "email"} <= set(known) or len(known) > len(set(known)):
        raise Invalid(_("The first line must name the columns: %(header)s.", header=HEADER), field="file")
    return Layout(first + 1, separator, columns)


def _records(rows: list[str], layout: Layout) -> Iterator[tuple[int, list[str] | str]]:
    """(number of its first line, cells); the line itself where it cannot be taken apart."""
    place, empty = layout.first, f"{layout.separator} \r\n"
    while place < len(rows):
        if not rows[place].strip(empty):
            place += 1
            continue
        reader = csv.reader(rows[place : place + TALLEST], delimiter=layout.separator, strict=True)
        try:
            cells = [tidy_line(cell) for cell in next(reader)]
        except csv.Error:
            yield place + 1, tidy_line(rows[place])
            place += 1
        else:
            yield place + 1, cells
            place += reader.line_num


def _line(number: int, cells: list[str] | str, layout: Layout) -> ImportLine:
    values = dict.fromkeys(COLUMNS, "")
    if isinstance(cells, str):  # so that whoever puts it right finds it where the name stands
        values["name"] = cells[:CELL_MOST]
        return ImportLine(number, values, Verdict.ERROR, (Finding("line", "broken"),))
    findings = []
    if more := [cell for cell in cells[len(layout.columns) :] if cell]:
        findings.append(Finding("line", "too_many_cells", ", ".join(more)[:60]))
    for column, cell in zip(layout.columns, cells, strict=False):
        if column is None or cell == "-":
            continue
        values[column] = cell[:CELL_MOST]
        if len(cell) > CELL_MOST:
            findings.append(Finding(column, "cut", str(CELL_MOST)))
        if cell.startswith(tuple(FORMULA_SIGNS)):
            findings.append(Finding(column, "formula", cell[:40]))
    return ImportLine(number, values, Verdict.ERROR if findings else Verdict.OK, tuple(findings))


def _with_doubles(lines: list[ImportLine]) -> list[ImportLine]:
    """The first line with an address counts; the others say where that is."""
    first: dict[str, int] = {}
    for place, line in enumerate(lines):
        email = line.values["email"].lower()
        earlier = first.setdefault(email, line.number) if email else line.number
        if earlier != line.number:
            lines[place] = line._replace(findings=(*line.findings, Finding("email", "double", str(earlier))))
    return lines
