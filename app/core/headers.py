"""The headers on every answer, and compression of pages."""

import secrets

from flask import Flask, Response, current_app, g, request
from isal import igzip

POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}
SQUEEZE_FROM = 1_000  # bytes


def register(app: Flask) -> None:
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.after_request(secure)
    app.after_request(squeeze)  # runs first: the last registered


def csp_nonce() -> str:
    """The number used once by which this answer's own scripts are known."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def secure(response: Response) -> Response:
    headers = response.headers
    ours = {**ALWAYS, "Content-Security-Policy": POLICY.format(nonce=csp_nonce())}
    if request.endpoint != "static" or response.status_code >= 400:  # an error page shows who is signed in
        ours["Cache-Control"] = "no-store, private"
        response.vary.add("Cookie")
    there = {name.lower() for name, _value in headers}  # asking for each by name walks through all of them each time
    headers.extend((name, value) for name, value in ours.items() if name.lower() not in there)
    if current_app.config["SESSION_COOKIE_SECURE"]:  # BASE_URL is https, whatever a proxy speaks to us
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return response


def squeeze(response: Response) -> Response:
    """Pages travel compressed; static files are so already.

    ISA-L needs a quarter of zlib's time for a long page, which is a tenth of all that the page costs, and gives some
    percents more bytes.
    """
    if (
        response.direct_passthrough or response.is_streamed or "Content-Encoding" in response.headers
        or response.status_code in (204, 304) or not request.accept_encodings["gzip"]
        or not (response.mimetype or "").startswith(("text/", "application/json"))
    ):  # fmt: skip
        return response
    body = response.get_data()
    if len(body) >= SQUEEZE_FROM:
        response.set_data(igzip.compress(body, 3, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
    return response
