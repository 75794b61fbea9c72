"""The lines of a page as they are written, one after another."""

import re

MOST_QUOTES, MOST_LISTS = 5, 6  # one in another: what lies deeper is written as at this depth

_SPACE = re.compile(r"[ \t\r\n\f]+")
_NUMBER = re.compile(r"\w{1,5}[.)]")


class Sheet:
    """Lines as they are written: how deep in quotes and lists the next begins, and what must come before it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.has_words = False  # on this line
        self.space = False
        self.empty_line: int | None = None  # one is wanted before the next words, at this depth of quotes
        self.quotes = 0
        self.lists: list[tuple[int, bool]] = []  # the next number of each, 0 where it has dots; whether it has an item
        self.paragraph_level = 0  # of a paragraph that Outlook shows as an item, from 1
        self.item = ""  # what the next line begins with
        self.number: list[str] | None = None

    def write(self, text: str, *, is_verbatim: bool) -> None:
        if self.number is not None:
            self.number.append(text)
        elif is_verbatim:
            self.write_lines(text)
        else:
            words = _SPACE.sub(" ", text)
            self.space = self.space or words.startswith(" ")
            if words.strip(" "):
                self._begin_line()
                self.line.append((" " if self.space and self.has_words else "") + words.strip(" "))
                self.has_words, self.space = True, words.endswith(" ")

    def write_lines(self, text: str) -> None:
        for number, line in enumerate(text.split("\n")):
            if number:
                self.end_line()
            if line.strip():
                self._begin_line()
                self.line.append(line.rstrip())
                self.has_words = True

    def put(self, sign: str) -> None:
        """A sign that takes no room: what is wanted before the next words stays so."""
        if self.space and self.has_words:
            self.line.append(" ")
            self.space = False
        self.line.append(sign)

    def put_alone(self, sign: str) -> None:
        """On a line of its own; within a quote it says nothing."""
        self.gap(1)
        if not self.quotes:
            self.lines.append(sign)

    def gap(self, ends: int) -> None:
        """The next words stand on a line of their own; for 2 ends, after an empty one."""
        if self.has_words:
            self._end()
        if ends > 1 and self.lines and not self.item:
            self.empty_line = self.quotes

    def end_line(self) -> None:
        if self.has_words:
            self._end()
        else:
            self.lines.append(">" * min(self.quotes, MOST_QUOTES))

    def _end(self) -> None:
        self.lines.append("".join(self.line))
        self.line, self.has_words, self.space = [], False, False

    def _begin_line(self) -> None:
        if self.has_words:
            return
        depth = min(self.quotes, MOST_QUOTES)
        if self.empty_line is not None:
            self.lines.append(">" * min(self.empty_line, depth))
            self.empty_line = None
        level = min(len(self.lists) or self.paragraph_level, MOST_LISTS)
        indent = "    " * max(level - bool(self.item), 0)
        self.line.insert(0, "> " * depth + indent + self.item)
        self.item = ""

    def begin_list(self, first: int) -> None:
        self.gap(1 if self.lists else 2)
        self.lists.append((first, False))

    def end_list(self) -> None:
        self.lists[-1:] = []
        self.item = ""
        self.gap(1 if self.lists else 2)

    def next_item(self) -> None:
        self.gap(1)
        number, is_begun = self.lists[-1] if self.lists else (0, False)
        if is_begun:
            self.empty_line = None
        self.item = f"{number}. " if number else "- "
        self.lists[-1:] = [(number and number + 1, True)] if self.lists else []

    def next_paragraph_item(self, level: int) -> None:
        self.gap(1 if self.paragraph_level else 2)
        self.paragraph_level, self.item = level, "- "

    def leave_paragraph_items(self) -> None:
        if self.paragraph_level:
            self.paragraph_level, self.item = 0, ""
            self.gap(2)

    def begin_number(self) -> None:
        self.number = []

    def end_number(self) -> None:
        """Outlook writes the number or the dot of an item as words before it."""
        number = "".join(self.number or ()).strip(" \u00a0\t\r\n")
        self.number = None
        if self.item and _NUMBER.fullmatch(number):
            self.item = f"{number} " if number[:-1].isdigit() else f"- {number} "

    def text(self) -> str:
        lines = [*self.lines, "".join(self.line)]
        return "\n".join(line.replace("\u00a0", " ").rstrip() for line in lines)
