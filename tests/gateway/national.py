"""An OpenID Connect provider over real HTTP that behaves as CSAM, ACM/IDM and itsme say they do, or misbehaves.

Sources: the federal FAS and ACM/IDM integration pages (authenticatie.vlaanderen.be/docs) and itsme's
(belgianmobileid.github.io/doc/authentication), as read in November 2026.
"""

import base64
import hashlib
import json
import secrets
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlencode, urlsplit

from joserfc import jwe, jws
from joserfc.jwk import KeySet, OctKey, RSAKey

from tests.gateway.fakes import CITIZEN

BENATIONALNUMBER = "http://itsme.services/v2/claim/BENationalNumber"
LEVEL = "urn:be:fedict:iam:fas:Level"
KEY = RSAKey.generate_key(2048, {"kid": "signing", "use": "sig", "alg": "RS256"}, private=True)

Handler = BaseHTTPRequestHandler


class National:
    """`kind` is csam, acm or itsme. What a test sets below is what it says or does from then on."""

    def __init__(self, kind: str = "csam") -> None:
        self.kind = kind
        self.key = KEY
        self.secret = "a secret/with: signs"
        self.locked_with = self.secret
        self.number: str | None = CITIZEN
        self.acr = f"{LEVEL}450"
        self.subject = "subject-1"
        self.userinfo_subject = "subject-1"
        self.userinfo_as = {"csam": "signed"}.get(kind, "json")
        self.id_token: dict[str, Any] = {}
        """Claims of the ID token in the place of its own; None leaves one out."""
        self.id_token_header: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.instead: dict[str, Callable[[Handler], None]] = {}
        """What is done at a path instead of answering."""
        self.asked: list[str] = []
        self.questions: list[dict[str, str]] = []
        self._codes: dict[str, dict[str, str]] = {}
        self._tokens: dict[str, dict[str, str]] = {}
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}/op"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> "National":
        self._thread.start()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def sign_in(self, address: str) -> str:
        """What a person does there. The address that the browser is sent back to."""
        asked = dict(parse_qsl(urlsplit(address).query))
        self.questions.append(asked)
        refused = self._refused(asked)
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        back = {"error": refused} if refused else {"code": code}
        return f"{asked['redirect_uri']}?{urlencode(back | {'state': asked['state']})}"

    def signed(self, claims: dict[str, Any], header: dict[str, Any] | None = None, key: Any = None) -> str:
        """By this provider."""
        head = {"alg": "RS256", "kid": "signing", "typ": "JWT"} | (header or {})
        given = {name: value for name, value in claims.items() if value is not None}
        return jws.serialize_compact(head, json.dumps(given), key or self.key, algorithms=[head["alg"]])

    def locked(self, token: str) -> str:
        """itsme encrypts what it signs; with a client secret, under that (OpenID Connect Core 1.0, section 10.2)."""
        if self.kind != "itsme":
            return token
        key = OctKey.import_key(hashlib.sha256(self.locked_with.encode()).digest())
        return jwe.encrypt_compact({"alg": "dir", "enc": "A256GCM", "cty": "JWT"}, token.encode(), key)

    def _refused(self, asked: dict[str, str]) -> str | None:
        scopes = asked["scope"].split(" ")
        known = {
            "csam": {"openid", "profile", "egovnrn"},
            "acm": {"openid", "profile", "rrn"},
            "itsme": {"openid", "profile", "email", "eid", "service:TEST_LOKET"},
        }[self.kind]
        if "openid" not in scopes or set(scopes) - known:
            return "invalid_scope"
        if self.kind == "itsme" and "service:TEST_LOKET" not in scopes:
            return "invalid_scope"
        return None if asked["code_challenge_method"] == "S256" else "invalid_request"

    def _about(self, asked: dict[str, str], place: str) -> dict[str, Any]:
        """The claims about the person that go to the ID token or to userinfo."""
        scopes = asked["scope"].split(" ")
        if self.kind == "csam":
            return {"egovNRN": self.number} if place == "userinfo" and "egovnrn" in scopes else {}
        if self.kind == "acm":
            return {"rrn": self.number} if place == "id_token" and "rrn" in scopes else {}
        named = json.loads(asked.get("claims", "{}")).get(place, {})
        by_scope = place == "userinfo" and "eid" in scopes
        return {BENATIONALNUMBER: self.number} if by_scope or BENATIONALNUMBER in named else {}

    def _handler(self) -> type[Handler]:
        national = self

        class Answering(Handler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                national._serve(self)

            do_POST = do_GET

            def log_message(self, *_args: Any) -> None:
                """Nobody reads it."""

        return Answering

    def _serve(self, handler: Handler) -> None:
        path = urlsplit(handler.path).path
        self.asked.append(path)
        if path in self.instead:
            self.instead[path](handler)
            return
        answers: dict[str, Callable[[Handler], None]] = {
            "/op/.well-known/openid-configuration": self._discovery,
            "/op/keys": self._keys,
            "/op/token": self._token,
            "/op/userinfo": self._userinfo,
        }
        answers.get(path, lambda each: answer(each, 404, {}))(handler)

    def _discovery(self, handler: Handler) -> None:
        methods = ["client_secret_post", "private_key_jwt"] if self.kind == "itsme" else ["client_secret_basic"]
        found = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth?brand=town",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": methods,
        } | self.metadata
        answer(handler, 200, {name: value for name, value in found.items() if value is not None})

    def _keys(self, handler: Handler) -> None:
        keys = KeySet([self.key]).as_dict(private=False)
        answer(handler, 200, {"keys": [{"kty": "AKP", "kid": "of-tomorrow"}, *keys["keys"]]})

    def _token(self, handler: Handler) -> None:
        length = int(handler.headers.get("Content-Length", 0))
        form = {name: values[0] for name, values in parse_qs(handler.rfile.read(length).decode()).items()}
        asked = self._codes.pop(form.get("code", ""), None)
        client = self._client(handler, form)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if asked is None or client != asked["client_id"] or form.get("redirect_uri") != asked["redirect_uri"]:
            return answer(handler, 400, {"error": "invalid_grant"})
        if challenge.rstrip(b"=").decode() != asked["code_challenge"]:
            return answer(handler, 400, {"error": "invalid_grant"})
        access_token = secrets.token_urlsafe(24)
        self._tokens[access_token] = asked
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": asked["client_id"],
            "azp": asked["client_id"],
            "sub": self.subject,
            "iat": now,
            "exp": now + 300,
            "nonce": asked.get("nonce"),
            "acr": self.acr if "acr_values" in asked else None,
            "at_hash": half_hash(access_token),
            **self._about(asked, "id_token"),
        } | self.id_token
        tokens = {
            "access_token": access_token,
            "token_type": "Bearer",
            "id_token": self.locked(self.signed(claims, self.id_token_header)),
        }
        return answer(handler, 200, tokens)

    def _client(self, handler: Handler, form: dict[str, str]) -> str | None:
        """itsme takes the secret in the form only, the others in the header (RFC 6749, section 2.3.1)."""
        if self.kind == "itsme":
            return form.get("client_id") if form.get("client_secret") == self.secret else None
        scheme, _, given = handler.headers.get("Authorization", "").partition(" ")
        if scheme != "Basic" or "client_secret" in form:
            return None
        name, _, password = base64.b64decode(given).decode().partition(":")
        return unquote_plus(name) if unquote_plus(password) == self.secret else None

    def _userinfo(self, handler: Handler) -> None:
        asked = self._tokens.get(handler.headers.get("Authorization", "").removeprefix("Bearer "))
        if asked is None:
            return answer(handler, 401, {})
        about = {"sub": self.userinfo_subject, **self._about(asked, "userinfo")}
        if self.userinfo_as == "json":
            return answer(handler, 200, about | self.userinfo)
        claims = about | {"iss": self.issuer, "aud": asked["client_id"]} | self.userinfo
        return answer(handler, 200, self.signed(claims), kind="application/jwt")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, *_args: Any) -> None:
        """Who was cut off is not our concern."""


def hang_up(handler: Handler) -> None:
    """Instead of an answer."""
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def half_hash(access_token: str) -> str:
    """`at_hash` under RS256 (OpenID Connect Core 1.0, section 3.1.3.6)."""
    return base64.urlsafe_b64encode(hashlib.sha256(access_token.encode()).digest()[:16]).rstrip(b"=").decode()


def answer(handler: Handler, status: int, content: Any, *, kind: str = "application/json", **headers: str) -> None:
    """Bytes and text as they are, all else as JSON."""
    body = content if isinstance(content, str | bytes) else json.dumps(content)
    body = body.encode() if isinstance(body, str) else body
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.send_header("Connection", "close")
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)
    handler.close_connection = True
