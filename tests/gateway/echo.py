"""The gateway with one more page, that shows what its server and ProxyFix believe about a request."""

from flask import Response, json, request

from gateway.wsgi import app

BELIEVED = ("REMOTE_ADDR", "SCRIPT_NAME", "PATH_INFO", "SERVER_PROTOCOL", "wsgi.url_scheme", "HTTP_HOST")


@app.route("/echo", methods=["GET", "POST"])
def echo() -> Response:
    """What an application would act upon, and the body's length."""
    believed = {name: request.environ.get(name) for name in BELIEVED}
    believed["body"] = len(request.get_data())
    believed["headers"] = sorted(name for name in request.environ if name.startswith("HTTP_"))
    return Response(json.dumps(believed), content_type="application/json")


__all__ = ["app"]
