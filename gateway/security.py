"""Headers on every answer."""

from flask import Flask, Response, g, request

from gateway.observing import OPEN_TO_ALL_HOSTS

API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)

FRAMING_POLICY = f"{PAGE_POLICY}; frame-src 'self'"
"""Of a page that shows others of ours."""

FRAMED = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none';"
    " base-uri 'none'; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
}
"""Headers of one that they show: it runs nothing, and no other site may show it."""

IN_WORDS = ("text/html", "application/json", "application/problem+json", "text/event-stream")
"""What is written in the reader's language."""


def set_up(app: Flask, *, https: bool) -> None:
    """Nothing may be framed, sniffed, cached or told to other sites unless an answer says otherwise itself."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        is_page = response.mimetype == "text/html"
        headers.setdefault("Content-Security-Policy", PAGE_POLICY if is_page else API_POLICY)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("X-Frame-Options", "DENY")
        # to nobody but ourselves; with no-referrer, browsers would hide from us that a form is our own (Origin: null)
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        headers.setdefault("Cache-Control", "no-store")
        if https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if 300 <= response.status_code < 400 or response.status_code == 204:
            response.set_data(b"")  # nobody sees what werkzeug would say there, in English
            headers.remove("Content-Type")
        elif "language" in g and response.mimetype in IN_WORDS and request.path not in OPEN_TO_ALL_HOSTS:
            headers.setdefault("Content-Language", g.language)
        if not request.path.startswith("/assets/"):
            response.vary.update(["Accept-Language", "Cookie", "Authorization"])
        return response
