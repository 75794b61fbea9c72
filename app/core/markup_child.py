"""Markdown to clean HTML, in processes the web server may kill. Run by path; knows nothing of the app.

The mother loads the libraries once and never sees a text. At each order she forks a child, which takes 2 ms
instead of 200, and the child turns texts into HTML until its connection closes or the mother kills it.
"""

import gc
import html
import json
import os
import re
import resource
import signal
import socket
import struct
import sys
from collections.abc import Sequence
from xml.etree.ElementTree import Element

import markdown
import nh3
from markdown.extensions import Extension
from markdown.extensions.nl2br import Nl2BrExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AMP_SUBSTITUTE, AtomicString
from pymdownx.magiclink import MagiclinkExtension
from pymdownx.superfences import SuperFencesCodeExtension
from pymdownx.tasklist import TasklistExtension
from pymdownx.tilde import DeleteSubExtension

MAX_ANSWER = 400_000  # bytes
MAX_DEPTH = 60  # elements within each other: nobody reads deeper, and nh3 is quadratic in it
MAX_MEMORY = 256 << 20  # bytes of address space; a child at rest has 35 MB
HARD_LIMIT = 1.5  # seconds; the web server gives up sooner, this is for when it is gone itself

NUMBER = struct.Struct(">Q")  # names a child; comes with a connection when the child is to be made
LENGTH = struct.Struct(">I")  # bytes that follow
READY = b"!"

EXTERNAL_REL = "nofollow ugc noopener noreferrer"
TEXT_TAGS = {"a", "br", "code", "del", "em", "img", "input", "label", "strong"}
BLOCK_TAGS = {"blockquote", "div", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "ul"}
TABLE_TAGS = {"table", "tbody", "td", "th", "thead", "tr"}
ALIGNED = {"align": {"left", "center", "right"}}
HOLDERS = ("a", "blockquote")  # in which a name is no more than words
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")

# The characters that markup.py takes out of the text, for when they are typed as `&#8238;`.
CONTROLS = {*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0)}
HIDDEN = CONTROLS | {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
CHARACTER_REFERENCE = re.compile(r"&#(?:x0*([0-9a-f]{1,6})|0*([0-9]{1,7}))(?![0-9a-f]);?", re.IGNORECASE)

# `//host` and `/\host` lead to another site, and browsers drop tabs and line ends before they look.
ADDRESS = re.compile(
    r"(?:https?://|mailto:|/(?![/\\])|#)[^\x00-\x20\x7f-\xa0\u202a-\u202e\u2066-\u2069]*", re.IGNORECASE
)


# A picture is one that was uploaded as a document: whoever looks at it is asked for the right to it (decisions 33).
PICTURE = re.compile(r"/documents/[0-9]{1,16}/file")
SHOWN = "?inline"


# Before a name that someone types; in an address of mail or of a page it means something else.
AT = re.compile(r"(?<![\w@/.\\])@(?=[^\W\d_])")
END = re.compile(r"(?!\w)")
ZERO = "\0"  # between a text, which holds none, and the names that are looked for in it
MENTION, GUEST, NOBODY = "mention", "mention guest", "nobody"  # classes that no text can give itself


def is_allowed_address(address: str) -> bool:
    return ADDRESS.fullmatch(address) is not None


def keep_attribute(tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if PICTURE.fullmatch(value.removesuffix(SHOWN)) else None
    return value if name != "href" or is_allowed_address(value) else None


CLEANER = nh3.Cleaner(
    tags=TEXT_TAGS | BLOCK_TAGS | TABLE_TAGS,
    clean_content_tags=set(),
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}, "input": {"type", "disabled", "checked"},
                "img": {"src", "alt", "loading"}},
    attribute_filter=keep_attribute,
    link_rel=None,
    url_schemes={"http", "https", "mailto"},
    allowed_classes={"a": {"mention", "guest", "nobody"}, "div": {"table-box"}, "ul": {"task-list"},
                     "li": {"task-list-item"}},
    tag_attribute_values={"a": {"rel": {EXTERNAL_REL}}, "th": ALIGNED, "td": ALIGNED},
    set_tag_attribute_values={"input": {"type": "checkbox", "disabled": ""}, "table": {"class": "table"}},
)


def to_html(converter: markdown.Markdown, order: str) -> str:
    """Clean HTML. Raises on hostile text: RecursionError, MemoryError and whatever else comes."""
    text, _zero, names = order.partition(ZERO)
    converter.inlinePatterns["names"].look_for(json.loads(names) if names else [])
    made = converter.reset().convert(text)
    return str(CLEANER.clean(CHARACTER_REFERENCE.sub(_without_hidden, made)))


def make_converter() -> markdown.Markdown:
    fences = [{"name": "*", "class": "", "format": _plain_fence}]
    return markdown.Markdown(
        extensions=[
            TableExtension(use_align_attribute=True),
            SaneListExtension(),
            Nl2BrExtension(),
            SuperFencesCodeExtension(custom_fences=fences),
            DeleteSubExtension(subscript=False),
            MagiclinkExtension(),
            TasklistExtension(),
            HouseExtension(),
        ]
    )


class HouseExtension(Extension):
    """Our dialect: tags are text, pictures from elsewhere are links, headings begin at h4."""

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 (Python-Markdown's name)
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        md.inlinePatterns.register(Names(AT.pattern, md), "names", 70)  # after all links, before what is bold
        md.treeprocessors.register(HouseRules(md), "house_rules", -10)  # after `unescape`, which is at 0


class Names(InlineProcessor):
    """Marks behind an `@` the names that the web server found in the text, each as typed; it knows whose they are."""

    names: Sequence[tuple[str, str, int]] = ()

    def look_for(self, names: list[tuple[str, str, int]]) -> None:
        """(as typed, class, person): the longest first, so that a name is not taken for its beginning."""
        self.names = sorted(names, key=lambda name: -len(name[0]))

    # By the name that Python-Markdown calls.
    def handleMatch(  # noqa: N802
        self, m: re.Match[str], data: str
    ) -> tuple[Element | None, int | None, int | None]:
        for typed, kind, person_id in self.names:
            end = m.end() + len(typed)
            if data.startswith(typed, m.end()) and END.match(data, end):
                mark = Element("a", {"class": kind})
                mark.text = AtomicString(f"@{typed}")
                if kind != NOBODY:
                    mark.set("href", f"/people/{person_id}")
                return mark, m.start(), end
        return None, None, None


class HouseRules(Treeprocessor):
    def run(self, root: Element) -> None:
        self._number_headings(root)
        self._change_within(root, depth=1, within=frozenset())

    def _number_headings(self, root: Element) -> None:
        """Posts live under an h3: the highest heading of the text becomes an h4, and none skips a level."""
        headings = [element for element in root.iter() if element.tag in HEADINGS]
        levels = sorted({heading.tag for heading in headings})
        last = 3
        for heading in headings:
            last = min(4 + levels.index(heading.tag), last + 1, 6)
            heading.tag = f"h{last}"

    def _change_within(self, parent: Element, depth: int, within: frozenset[str]) -> None:
        if depth > MAX_DEPTH:
            raise ValueError("nested too deep")
        for index, element in enumerate(parent):
            self._change(element, within)
            self._change_within(element, depth + 1, within | {element.tag} if element.tag in HOLDERS else within)
            if element.tag == "table":
                parent[index] = _boxed(element)

    def _change(self, element: Element, within: frozenset[str]) -> None:
        if element.tag == "img":
            _keep_picture(element)
        if element.tag == "a" and element.get("class") in (MENTION, GUEST, NOBODY):
            if within:  # words of another, or the words of a link: nobody is called
                element.tag = "span"
        elif element.tag == "a":
            _close_brackets(element)
            _keep_link(element, "a" in within)
        if element.tag == "th" and not len(element) and not (element.text or "").strip():
            element.tag = "td"  # the corner of a table is no heading of anything
        if element.get("class") == "task-list-item":
            _label_check_box(element)


def _keep_picture(picture: Element) -> None:
    """One of our documents is shown; anything else is a link with its words."""
    address, words = picture.get("src", ""), picture.get("alt", "")
    picture.attrib.clear()
    if PICTURE.fullmatch(address):
        picture.attrib.update(src=address + SHOWN, alt=words, loading="lazy")
    else:
        picture.tag, picture.text = "a", words
        picture.set("href", address)


def _close_brackets(link: Element) -> None:
    """`https://a.nl/Brink_(plein)`: Python before 3.11.5 gets a pymdownx that ends a bare link before its last `)`."""
    address, words, after = link.get("href", ""), link.text or "", link.tail or ""
    closing = len(after) - len(after.lstrip(")"))
    own = ")" * min(closing, words.count("(") - words.count(")"))
    if own and address.endswith(words):
        link.set("href", address + own)
        link.text, link.tail = words + own, after[len(own) :]


def _keep_link(link: Element, in_link: bool) -> None:
    """Keep the link where it leads somewhere allowed; else only its words, since nh3 drops a span."""
    address = html.unescape(link.get("href", "").replace(AMP_SUBSTITUTE, "&"))
    if not link.text and not len(link):
        link.text = address
    if in_link or not _is_kept_by_cleaner(address):
        link.tag = "span"
    elif address[:4].lower() == "http":
        link.set("rel", EXTERNAL_REL)


def _is_kept_by_cleaner(address: str) -> bool:
    """Ours to ask, since it leaves the tag where it drops the address, and that would look like a link."""
    return "href" in CLEANER.clean(f'<a href="{html.escape(address)}"></a>')


def _label_check_box(item: Element) -> None:
    """Put the box and its words in one label, so that a screen reader says what is done."""
    holder = item[0] if not (item.text or "").strip() and len(item) and item[0].tag == "p" else item
    label = Element("label")
    label.text, holder.text = holder.text, None
    for child in list(holder):
        if child.tag in BLOCK_TAGS or child.tag == "table":
            break
        holder.remove(child)
        label.append(child)
    holder.insert(0, label)


def _boxed(table: Element) -> Element:
    """The table in a box that may scroll. The box takes over the text that followed the table."""
    box = Element("div", {"class": "table-box"})
    box.tail, table.tail = table.tail, None
    box.append(table)
    return box


def _plain_fence(source: str, *_: object, **__: object) -> str:
    return f"<pre><code>{html.escape(source)}</code></pre>"


def _without_hidden(reference: re.Match[str]) -> str:
    sixteen, ten = reference.groups()
    return "" if (int(sixteen, 16) if sixteen else int(ten)) in HIDDEN else reference[0]


def serve(connection: socket.socket) -> None:
    """Answer one text after another. Any error ends this child: a failed conversion leaves state behind."""
    converter = make_converter()
    connection.sendall(READY)
    while text := receive(connection):
        signal.setitimer(signal.ITIMER_REAL, HARD_LIMIT)  # nobody catches SIGALRM, so it ends the process
        answer = to_html(converter, text.decode()).encode()
        signal.setitimer(signal.ITIMER_REAL, 0)
        if len(answer) > MAX_ANSWER:
            return
        connection.sendall(LENGTH.pack(len(answer)) + answer)


def receive(connection: socket.socket) -> bytes:
    """The next text, or nothing when the other side has closed."""
    with connection.makefile("rb") as stream:
        head = stream.read(LENGTH.size)
        return stream.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else b""


def mother(control: socket.socket) -> None:
    """Make a child for each number that comes with a connection; end the one whose number comes alone."""
    children: dict[int, int] = {}
    while True:
        order, connections, _, _ = socket.recv_fds(control, NUMBER.size, 1)
        if len(order) < NUMBER.size:
            break
        (number,) = NUMBER.unpack(order)
        if connections:
            children[number] = fork_child(control, connections[0])
        elif number in children:
            end_child(children.pop(number))
    for process in children.values():
        end_child(process)


def fork_child(control: socket.socket, connection: int) -> int:
    process = os.fork()
    if process:
        os.close(connection)
        return process
    try:
        control.close()  # else it would look as if the mother still listened after her end
        serve(socket.socket(fileno=connection))
    except BaseException:  # noqa: S110 (the other side sees the connection close and logs it)
        pass
    os._exit(0)


def end_child(process: int) -> None:
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)  # only here, so a number never stands for someone else's process


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold someone's text
    to_html(make_converter(), "# *a* https://b.nl\n\n- [ ] c\n\na|b\n-|-\n")  # compiles what is compiled late
    gc.freeze()  # what the children share stays shared
    mother(socket.socket(fileno=sys.stdin.fileno()))


if __name__ == "__main__":
    main()
