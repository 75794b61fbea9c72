"""Static files: read once, named by their content, compressed once, kept by browsers for a year."""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask, make_response, request, url_for
from flask.typing import ResponseReturnValue

from app.core.errors import NotFound

ROOT = Path(__file__).parents[2] / "static"
STYLES = "css/layers.css"
COMPRESSED = (".css", ".js", ".svg", ".txt", ".json")
_IMPORT = re.compile(r'@import "([^"]+)"(?: layer\((\w+)\))?;\n?')
_FILE = re.compile(r'url\("\.\./([^"]+)"\)')
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")


@dataclass(frozen=True)
class Asset:
    body: bytes
    squeezed: bytes | None
    kind: str
    version: str


def register(app: Flask) -> None:
    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=serve)
    app.jinja_env.globals["static_url"] = static_url
    serve.is_public = True  # type: ignore[attr-defined]


@cache
def _names() -> frozenset[str]:
    """The files there are; what is not in this list is not served, whatever the path says."""
    return frozenset(str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file())


@cache
def load(name: str) -> Asset | None:
    if name not in _names():
        return None
    body = _one_stylesheet() if name == STYLES else (ROOT / name).read_bytes()
    squeezed = gzip.compress(body, 9, mtime=0) if name.endswith(COMPRESSED) else None
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(body, squeezed, kind, hashlib.sha256(body).hexdigest()[:12])


@cache
def static_url(name: str) -> str:
    asset = load(name)
    return url_for("static", filename=name, v=asset.version if asset else None)


def serve(filename: str) -> ResponseReturnValue:
    asset = load(filename)
    if asset is None:
        raise NotFound
    squeeze = asset.squeezed is not None and request.accept_encodings["gzip"]
    response = make_response(asset.squeezed if squeeze else asset.body)
    response.headers["Content-Type"] = asset.kind + ("; charset=utf-8" if asset.squeezed is not None else "")
    if asset.squeezed is not None:
        response.headers["Vary"] = "Accept-Encoding"
    if squeeze:
        response.headers["Content-Encoding"] = "gzip"
    if request.args.get("v") == asset.version:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:  # a module that another imports by its bare path
        response.headers["Cache-Control"] = "public, no-cache"
    response.set_etag(f"{asset.version}{'-gz' if squeeze else ''}")
    return response.make_conditional(request)


def _one_stylesheet() -> bytes:
    """layers.css with its imports in place: one request instead of thirty, in the same order."""
    folder = (ROOT / STYLES).parent

    def inlined(found: re.Match[str]) -> str:
        text = (folder / found[1]).read_text().replace("../../", "../")
        return f"@layer {found[2]}{{\n{text}}}\n" if found[2] else text

    styles = _IMPORT.sub(inlined, (ROOT / STYLES).read_text())
    # The same address as the preload in the page, so that a font is fetched once.
    return _FILE.sub(lambda found: f'url("{static_url(found[1])}")', styles).encode()
