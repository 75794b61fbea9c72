"""A page that a mail program made, as Markdown, with signs where such programs mark a quote or a signature."""

import re
from html import unescape

from app.mail.service.sheet import Sheet
from app.mail.service.signs import (
    BOLD,
    BOLD_END,
    LINK,
    LINK_END,
    LINK_WORDS,
    PICTURE,
    PICTURE_END,
    PICTURED,
    QUOTE,
    SIGNATURE,
    SIGNATURE_END,
    SIGNS,
    SLANTED,
    SLANTED_END,
    with_marks,
)

MOST_TABLES = 4  # one in another: what lies deeper is written as at this depth

# No `<` within a tag, so that no search begins twice at one place: the parsers at hand (html.parser, html5ever)
# are quadratic over pages that were made for it.
_TAG = re.compile(r"<!--|<[!?][^<>]*>|<(/?)([a-zA-Z][^\s<>/]*)([^<>]*)>")
_ATTRIBUTE = re.compile(r"""(?<![\w:-])([a-zA-Z][\w:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BIG_NUMBER = re.compile(r"&#\d{8,}")

_BLOCKS = {"address", "article", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer", "form", "header",
           "main", "section", "tbody", "thead", "table", "tr", "ul", "ol", "blockquote", "body", "html"}  # fmt: skip
_APART = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre"}
_UNSEEN = {"style", "script", "title", "template", "noscript"}
_VOID = {"br", "hr", "img", "meta", "link", "input", "col", "area", "base", "wbr"}
_MARKS = {"b": (BOLD, BOLD_END), "strong": (BOLD, BOLD_END), "i": (SLANTED, SLANTED_END), "em": (SLANTED, SLANTED_END)}

_QUOTE_IDS = re.compile(r"(?:x_)*(?:divRplyFwdMsg|appendonsend|stopSpelling|mail-editor-reference-message-container)$")
_QUOTE_CLASSES = {"yahoo_quoted", "protonmail_quote", "ms-outlook-mobile-reference-message", "zmail_extra"}
# Outlook's line above the headers of what it quotes, in whatever language they are.
_QUOTE_STYLE = re.compile(r"border:none;\s*border-top:solid #?\w+ 1\.0pt;\s*padding:3\.0pt 0")
_ATTRIBUTION_CLASSES = {"gmail_attr", "moz-cite-prefix"}
_SIGNATURE_IDS = re.compile(r"(?:Signature|ms-outlook-mobile-signature)$")
_SIGNATURE_CLASSES = {"gmail_signature", "moz-signature", "ms-outlook-mobile-signature", "protonmail_signature_block"}
_LEVEL = re.compile(r"level(\d)")
_START = re.compile(r"[1-9]\d{0,5}")
_NO_MARGIN = re.compile(r"margin(?:-top|-bottom)?:\s*0(?:cm|in|px|pt)?[\s;]*(?:0|$|;)")


def as_markdown_lines(page: str) -> str:
    """Paragraphs, lists, links, bold and slanted words; quoted text behind `> `; a row of a table as one line."""
    writer = _Writer()
    page, at, has_end = SIGNS.sub("", page), 0, True
    while found := _TAG.search(page, at):
        writer.words(page[at : found.start()])
        at = found.end()
        if found[0] == "<!--":
            end = page.find("-->", at) if has_end else -1
            has_end, at = end >= 0, end + 3 if end >= 0 else at
        elif found[2]:
            writer.tag(found[2].lower(), found[3], is_end=bool(found[1]))
    writer.words(page[at:])
    return writer.text()


class _Writer:
    def __init__(self) -> None:
        self.open: list[tuple[str, str]] = []  # tags, each with what its end must do
        self.count: dict[str, int] = {}
        self.sheets = [Sheet()]
        self.rows: list[list[str]] = []
        self.links: list[str] = []
        self.unseen = ""
        self.after_paragraph = 2
        self.is_plain = False  # what is quoted is only kept, not shown as it looked

    @property
    def sheet(self) -> Sheet:
        return self.sheets[-1]

    def words(self, text: str) -> None:
        if text and not self.unseen:
            self.sheet.write(_unescaped(text), is_verbatim=bool(self.count.get("pre")))

    def tag(self, tag: str, rest: str, *, is_end: bool) -> None:
        if self.unseen or (tag in _UNSEEN and not rest.endswith("/")):
            self.unseen = "" if is_end and tag == self.unseen else self.unseen or ("" if is_end else tag)
        elif is_end:
            self._end(tag)
        else:
            found = _ATTRIBUTE.findall(rest)
            self._begin(tag, {name.lower(): _unescaped(a or b or c).strip() for name, a, b, c in found})

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _APART or tag in _BLOCKS or tag in ("li", "hr", "br"):
            self._break(tag, attributes)
        if tag == "img":
            self._picture(attributes)
        if tag == "p":
            self.after_paragraph = 2 if _is_apart(tag, attributes) else 1
        if tag in _VOID or tag == "p":
            self._sign_of(attributes)
            return
        self.open.append((tag, self._effect(tag, attributes)))
        self.count[tag] = self.count.get(tag, 0) + 1

    def _break(self, tag: str, attributes: dict[str, str]) -> None:
        style = attributes.get("style", "")
        if tag == "br":
            self.sheet.end_line()
        elif tag == "p" and "mso-list" in style:
            level = _LEVEL.search(style)
            self.sheet.next_paragraph_item(int(level[1]) if level else 1)
        elif tag == "li":
            self.sheet.next_item()
        else:
            self.sheet.gap(2 if _is_apart(tag, attributes) else 1)
            self.sheet.leave_paragraph_items()

    def _effect(self, tag: str, attributes: dict[str, str]) -> str:
        sheet = self.sheet
        if self._sign_of(attributes):
            return "signature"
        classes = set(attributes.get("class", "").split())
        is_cited = tag == "blockquote" and (
            attributes.get("type") == "cite" or "gmail_quote" in classes or "cite" in attributes)
        if is_cited or classes & _ATTRIBUTION_CLASSES:
            sheet.gap(1)
            sheet.quotes += 1
            return "quote"
        if tag in ("ul", "ol"):
            start = attributes.get("start", "")
            sheet.begin_list(0 if tag == "ul" else int(start) if _START.fullmatch(start) else 1)
            return "list"
        if tag == "a" and attributes.get("href", "").startswith(("http://", "https://", "mailto:")):
            self.links.append(attributes["href"])
            sheet.put(f"{LINK}{len(self.links) - 1}{LINK_WORDS}")
            return "link"
        if tag in _MARKS and not sheet.quotes and not self.is_plain and self.count.get(tag, 0) == 0:
            sheet.put(_MARKS[tag][0])
            return "mark"
        if tag == "span" and "mso-list:Ignore" in attributes.get("style", "").replace("mso-list: ", "mso-list:"):
            sheet.begin_number()
            return "number"
        if tag in ("td", "th") and len(self.sheets) <= MOST_TABLES:
            self.sheets.append(Sheet())
            return "cell"
        if tag == "tr" and len(self.sheets) <= MOST_TABLES:
            self.rows.append([])
            return "row"
        return "apart" if tag in _APART else "block" if tag in _BLOCKS else ""

    def _sign_of(self, attributes: dict[str, str]) -> bool:
        """Mark a quote that begins here. True where it is a signature, which ends with its tag."""
        name, classes = attributes.get("id", ""), set(attributes.get("class", "").split())
        is_named = attributes.get("name") == "quote" or _QUOTE_IDS.match(name) or classes & _QUOTE_CLASSES
        if is_named or _QUOTE_STYLE.search(attributes.get("style", "")):
            self.sheet.put_alone(QUOTE)
            self.is_plain = True
        if not (_SIGNATURE_IDS.match(name) or classes & _SIGNATURE_CLASSES):
            return False
        self.sheet.put_alone(SIGNATURE)
        return True

    def _end(self, tag: str) -> None:
        if tag == "p":
            self.sheet.gap(self.after_paragraph)
        if not self.count.get(tag):
            return
        while self.open:
            name, effect = self.open.pop()
            self.count[name] -= 1
            self._undo(name, effect)
            if name == tag:
                return

    def _undo(self, tag: str, effect: str) -> None:
        sheet = self.sheet
        match effect:
            case "quote":
                sheet.gap(1)
                sheet.quotes = max(0, sheet.quotes - 1)
            case "list":
                sheet.end_list()
            case "link":
                sheet.put(LINK_END)
            case "mark":
                sheet.put(_MARKS[tag][1])
            case "number":
                sheet.end_number()
            case "signature":
                sheet.put_alone(SIGNATURE_END)
            case "cell":
                self.sheets.pop()
                self._end_cell(sheet.text())
            case "row":
                self._end_row(self.rows.pop())
            case "apart":
                sheet.gap(2)
            case "block":
                sheet.gap(1)

    def _end_cell(self, text: str) -> None:
        if self.rows:
            self.rows[-1].append(text)
        else:
            self.sheet.write_lines(text)

    def _end_row(self, cells: list[str]) -> None:
        full = [cell.strip() for cell in cells]
        several = sum(bool(PICTURED.sub("", cell).strip()) for cell in full) > 1
        self.sheet.gap(1)
        self.sheet.write_lines(" | ".join(_SPACE.sub(" ", cell) for cell in full) if several else "".join(full))
        self.sheet.gap(1)

    def _picture(self, attributes: dict[str, str]) -> None:
        source = attributes.get("src", "")
        if source.lower().startswith("cid:"):
            self.sheet.put(f"{PICTURE}{source[4:]}{PICTURE_END}")

    def text(self) -> str:
        while self.open:
            self._undo(*self.open.pop())
        return with_marks(self.sheet.text(), self.links)


def _unescaped(text: str) -> str:
    return SIGNS.sub("", unescape(_BIG_NUMBER.sub("&#0", text)))


def _is_apart(tag: str, attributes: dict[str, str]) -> bool:
    """Outlook's paragraphs are lines: what is between them are empty ones."""
    is_line = attributes.get("class", "").startswith(("Mso", "x_Mso")) or _NO_MARGIN.search(attributes.get("style", ""))
    return tag in _APART and not is_line
