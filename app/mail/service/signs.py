"""Signs that stand in a text until it is cut: where a page says that something is quoted, signed, bold or linked."""

import re
from collections.abc import Callable

# Of Unicode's private area: what comes in with one of them loses it first.
QUOTE = "\ue000"  # from here on all is quoted
SIGNATURE, SIGNATURE_END = "\ue001", "\ue002"
PICTURE, PICTURE_END = "\ue003", "\ue004"  # around the Content-ID of a picture
BOLD, BOLD_END, SLANTED, SLANTED_END = "\ue005", "\ue006", "\ue007", "\ue008"
LINK, LINK_WORDS, LINK_END = "\ue009", "\ue00a", "\ue00b"
SIGNS = re.compile("[\ue000-\ue00b]")
PICTURED = re.compile(f"{PICTURE}([^{PICTURE_END}]*){PICTURE_END}")

_LINKED = re.compile(f"{LINK}(\\d+){LINK_WORDS}([^{LINK}{LINK_END}\n]*){LINK_END}")
_LEFT_OVER = re.compile(f"[{BOLD}-{SLANTED_END}{LINK_END}]|{LINK}\\d+{LINK_WORDS}")


def with_marks(text: str, links: list[str]) -> str:
    """Bold, slanted and linked words as Markdown has them; across the end of a line they are plain."""
    text = _LINKED.sub(lambda found: _link(links[int(found[1])], found[2]), text)
    for begin, end, mark in ((BOLD, BOLD_END, "**"), (SLANTED, SLANTED_END, "*")):
        text = re.sub(f"{begin}(\\s*)([^{begin}{end}\n]*){end}", _marked(mark), text)
    return _LEFT_OVER.sub("", text)


def _link(address: str, words: str) -> str:
    said = words.strip()
    if not said or said in (address, address.removeprefix("mailto:")) or f"http://{said}" == address.rstrip("/"):
        return words.replace(said, address.removeprefix("mailto:")) if said else words
    if re.search(r"[\[\]]|" + SIGNS.pattern, words) or re.search(r"[\s<>()]", address):
        return f"{words} <{address}>"
    return words.replace(said, f"[{said}]({address})")


def _marked(mark: str) -> Callable[[re.Match[str]], str]:
    def put(found: re.Match[str]) -> str:
        words = found[2].strip()
        spaces = found[2][len(found[2].rstrip()) :]
        return found[1] + (f"{mark}{words}{mark}{spaces}" if words and not words.startswith("- ") else found[2])

    return put
