"""What addresses hold: a host, and numbers. What cannot be an id is not there, and never reaches a database."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**53 - 1  # what JavaScript holds exactly, and more than any id of ours


class IdConverter(IntegerConverter):
    """A number too large for an id becomes 0, which nothing has: refused here, it would be a wrong method."""

    def __init__(self, url_map: Map, fixed_digits: int = 0, **_options: object) -> None:
        super().__init__(url_map, fixed_digits=fixed_digits)

    def to_python(self, value: str) -> int:
        return number_in(value) or 0


def register(app: Flask) -> None:
    app.url_map.converters["int"] = IdConverter


def number_in(text: str | None) -> int | None:
    """A whole number from 0 to LARGEST in a form or an address, or None."""
    if not text or not text.isascii() or not text.isdecimal() or len(text) > 16:
        return None
    return number if (number := int(text)) <= LARGEST else None


def name_of_host(host: str) -> str:
    """`localhost:5000` without its port; an address of IPv6 keeps its brackets, [::1]."""
    return host if host.endswith("]") else host.rsplit(":", 1)[0]
