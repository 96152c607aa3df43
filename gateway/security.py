"""Headers on every answer."""

from flask import Flask, Response, g, request

API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


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
        if "language" in g and not request.path.startswith("/assets/"):
            headers.setdefault("Content-Language", g.language)
            response.vary.update(["Accept-Language", "Cookie", "Authorization"])
        return response
