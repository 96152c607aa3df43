"""nginx as production runs it, before a server that says what reached it, and before the real gateway."""

import contextlib
import json
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deploy.local.embedded.part import PartError, wait_until
from deploy.local.embedded.ports import listens
from deploy.local.outside import TOWNS
from deploy.proxy import nginx, refusals
from deploy.proxy.nginx import FrontProxy, hosts_of
from services.chassis.request_ids import is_request_id
from services.contracts.naming import LANGUAGES
from services.contracts.town_files import read_towns
from tests.gateway.running import running
from tests.ports import free_ports

HOST = "loket.example"
FORGED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Port": "1",
    "X-Forwarded-Ssl": "off",
    "X-Real-IP": "203.0.113.9",
    "Forwarded": "for=203.0.113.9;host=evil.example",
    "X-Original-URL": "/evil",
    "X-Client-Certificate": "evil",
    "Script-Name": "/evil",
    "Script_Name": "/evil",
    "X_Forwarded_For": "203.0.113.9",
}


class Echo(BaseHTTPRequestHandler):
    """Says what reached it; under /stream one event, and the next once it is told."""

    protocol_version = "HTTP/1.1"
    go_on = threading.Event()

    def log_message(self, *_: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        if self.path.endswith("/stream"):
            self._stream()
            return
        length = int(self.headers.get("Content-Length") or 0)
        seen = {"path": self.path, "headers": dict(self.headers), "length": len(self.rfile.read(length))}
        body = json.dumps(seen).encode()
        self.send_response(200)
        self.send_header("Strict-Transport-Security", "max-age=1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"data: first\n\n")
        self.wfile.flush()
        self.go_on.wait(20)
        self.wfile.write(b"data: second\n\n")
        self.close_connection = True


class EchoServer(ThreadingHTTPServer):
    """For more who come at once than the standard library's server lets wait."""

    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """nginx hangs up on some, as it should; anything else is told."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@pytest.fixture(scope="module")
def echo() -> Iterator[int]:
    server = EchoServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def pems(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of the host, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, private


@pytest.fixture(scope="module")
def proxy(echo: int, pems: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontProxy]:
    https, http, departments = free_ports(3)
    front = FrontProxy(
        folder=tmp_path_factory.mktemp("proxy"),
        hosts=(HOST,),
        gateway=f"127.0.0.1:{echo}",
        certificate=pems[0],
        key=pems[1],
        https=f"127.0.0.1:{https}",
        http=f"127.0.0.1:{http}",
        departments=f"127.0.0.1:{departments}",
        connections=40,
        requests_per_s=1000,
    )
    front.write()
    process = subprocess.Popen(front._argv())
    assert wait_until(lambda: listens(https), 20)
    yield front
    process.terminate()
    process.wait(20)


def port_of(address: str) -> int:
    return int(address.rpartition(":")[2])


@pytest.fixture
def client(proxy: FrontProxy) -> Iterator[httpx.Client]:
    address = f"https://127.0.0.1:{port_of(proxy.https)}"
    with httpx.Client(base_url=address, headers={"Host": HOST}, verify=False, trust_env=False, timeout=30) as client:
        yield client


def tls(proxy: FrontProxy, *, name: str = HOST, version: ssl.TLSVersion | None = None) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=str(proxy.certificate))
    if version:
        context.minimum_version = context.maximum_version = version
    line = socket.create_connection(("127.0.0.1", port_of(proxy.https)), timeout=30)
    return context.wrap_socket(line, server_hostname=name)


def get(client: httpx.Client, path: str = "/", **options: Any) -> httpx.Response:
    """With the name of the town in the handshake, too."""
    return client.get(path, extensions={"sni_hostname": HOST}, **options)


def test_what_a_client_says_about_itself_is_said_by_nobody(client: httpx.Client, proxy: FrontProxy) -> None:
    at = f"{HOST}:{port_of(proxy.https)}"
    seen = get(client, "/x", headers=FORGED).json()["headers"]

    known = {name: value for name, value in seen.items() if name.lower().startswith(("x-", "forwarded", "script"))}
    assert is_request_id(known.pop("X-Request-Id"))
    assert known == {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https", "X-Forwarded-Host": at}
    assert seen["Host"] == at


@pytest.mark.parametrize("own", ["0b6c1a52-6a7c-4b0e-9d0b-3f6c2d8e7a11", "0B6C1A526A7C4B0E9D0B3F6C2D8E7A11"])
def test_a_clients_own_request_id_passes(client: httpx.Client, own: str) -> None:
    assert get(client, headers={"X-Request-Id": own}).json()["headers"]["X-Request-Id"] == own


@pytest.mark.parametrize("own", ["85.07.30-033.28", "0b6c1a52-6a7c-4b0e-9d0b-3f6c2d8e7a11 x", "x" * 36])
def test_what_is_none_is_replaced(client: httpx.Client, own: str) -> None:
    told = get(client, headers={"X-Request-Id": own}).json()["headers"]["X-Request-Id"]

    assert is_request_id(told)
    assert told != own


def test_a_town_is_reached_by_tls_and_told_to_stay_there(client: httpx.Client, proxy: FrontProxy) -> None:
    plain = httpx.get(f"http://127.0.0.1:{port_of(proxy.http)}/v/CODE?lang=fr", headers={"Host": HOST}, trust_env=False)

    assert (plain.status_code, plain.headers["Location"]) == (
        308,
        f"https://{HOST}:{port_of(proxy.https)}/v/CODE?lang=fr",
    )
    assert get(client).headers.get_list("Strict-Transport-Security") == ["max-age=31536000"]
    assert "nginx/" not in get(client).headers["Server"]


def test_a_name_that_is_no_towns_gets_nothing(proxy: FrontProxy) -> None:
    with pytest.raises(ssl.SSLError):
        tls(proxy, name="another.example")
    with pytest.raises(httpx.HTTPError):
        httpx.get(f"http://127.0.0.1:{port_of(proxy.http)}/", headers={"Host": "another.example"}, trust_env=False)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_tls_of_today_is_spoken(proxy: FrontProxy, version: ssl.TLSVersion) -> None:
    with tls(proxy, version=version) as line:
        assert line.version() == version.name.replace("_", ".")


def test_old_tls_is_not(proxy: FrontProxy) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)), pytest.warns(DeprecationWarning, match="TLSv1_1"):
        tls(proxy, version=ssl.TLSVersion.TLSv1_1)


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/api/v1/applications", 64 * 1024, 200),
        ("/api/v1/applications", 64 * 1024 + 1, 413),
        ("/api/v1/verifications", 5 * 1024 * 1024, 200),
        ("/v", 5 * 1024 * 1024, 200),
        ("/api/v1/verifications", 7 * 1024 * 1024, 413),
    ],
)
def test_a_body_has_bounds(client: httpx.Client, path: str, size: int, status: int) -> None:
    answer = client.post(path, content=b"x" * size, extensions={"sni_hostname": HOST})

    assert answer.status_code == status
    if status == 200:
        assert answer.json()["length"] == size
    else:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["slug"] == "too-large"
        assert is_request_id(answer.headers["X-Request-Id"])


@pytest.mark.parametrize("path", ["/v", "/v/CODE"])
def test_a_file_that_is_too_large_leads_to_the_form(client: httpx.Client, path: str) -> None:
    body = b"x" * 7 * 1024 * 1024

    answer = client.post(f"{path}?lang=fr", content=body, headers=FORGED, extensions={"sni_hostname": HOST})

    seen = answer.json()
    assert (answer.status_code, seen["path"], seen["length"]) == (200, "/v?too-large&lang=fr", 0)
    assert seen["headers"]["X-Forwarded-For"] == "127.0.0.1"
    assert "evil" not in str(seen["headers"])


def as_department(proxy: FrontProxy, path: str, *, shows: tuple[Path, Path] | None) -> httpx.Response:
    """Asked where departments come, with a certificate that nobody but its owner has signed, or none."""
    tls = ssl.create_default_context()
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    if shows:
        tls.load_cert_chain(*shows)
    address = f"https://127.0.0.1:{port_of(proxy.departments)}{path}"
    headers = {"Host": HOST, "X-Client-Certificate": "evil"}
    with httpx.Client(verify=tls, trust_env=False) as client:
        return client.get(address, headers=headers, extensions={"sni_hostname": HOST})


def test_a_departments_certificate_is_told_where_departments_come(proxy: FrontProxy, pems: tuple[Path, Path]) -> None:
    shown = as_department(proxy, "/departments/me", shows=pems).json()["headers"]
    none = as_department(proxy, "/departments/me", shows=None).json()["headers"]

    assert unquote(shown["X-Client-Certificate"]) == pems[0].read_text(encoding="ascii")
    assert "X-Client-Certificate" not in none


def test_nothing_else_is_there(proxy: FrontProxy, pems: tuple[Path, Path]) -> None:
    assert [as_department(proxy, path, shows=pems).status_code for path in ("/", "/api/v1/me", "/metrics")] == [404] * 3


def test_citizens_are_never_asked_for_a_certificate(proxy: FrontProxy, pems: tuple[Path, Path]) -> None:
    elsewhere = replace(proxy, departments=proxy.https)

    told = as_department(elsewhere, "/departments/me", shows=pems).json()["headers"]

    assert "X-Client-Certificate" not in told


@pytest.mark.parametrize("path", ["/metrics", "/healthz", "/readyz"])
def test_what_is_the_operators_is_not_shown(client: httpx.Client, path: str) -> None:
    assert get(client, path).status_code == 404


def test_an_event_passes_at_once(client: httpx.Client) -> None:
    Echo.go_on.clear()
    stream = client.stream("GET", "/api/v1/applications/a1/stream", extensions={"sni_hostname": HOST})
    with stream as answer:
        lines = answer.iter_lines()
        assert next(lines) == "data: first"
        Echo.go_on.set()
        assert [line for line in lines if line] == ["data: second"]


def last_word(line: ssl.SSLSocket) -> bytes:
    """What comes last; nothing where the connection is reset, as nginx does with those that time out."""
    try:
        return line.recv(1000)
    except ConnectionError:
        return b""


def test_who_is_slow_holds_up_nobody_and_not_for_ever(proxy: FrontProxy, client: httpx.Client) -> None:
    """Half a head and half a body each, from as many as one address may have, and two addresses more."""
    with ExitStack() as opened:
        slow = [opened.enter_context(tls(proxy)) for _ in range(30)]
        for number, line in enumerate(slow):
            line.sendall(f"POST / HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 9".encode())
            if number % 2:
                line.sendall(b"\r\n\r\nx")

        assert get(client, "/").status_code == 200
        ended = [last_word(line) for line in slow]  # nginx ends them by itself, within its time-outs

    assert all(b" 408 " in each or each == b"" for each in ended)


def test_one_address_may_not_hold_everything(proxy: FrontProxy) -> None:
    with ExitStack() as opened:
        lines = [opened.enter_context(tls(proxy)) for _ in range(60)]
        for line in lines:
            line.sendall(f"POST / HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 9\r\n\r\n".encode())
        refused = 0
        for line in lines:
            line.settimeout(0.5)
            with contextlib.suppress(TimeoutError):
                refused += b" 429 " in last_word(line)

    assert refused == 20


def test_a_body_that_drips_ends_with_the_deadline_of_the_gateway(pems: tuple[Path, Path], tmp_path: Path) -> None:
    """nginx itself would wait anew after every byte."""
    https, http = free_ports(2)
    with running(LOKET_GATEWAY_BODY_S="2", LOKET_PROXIES="1") as (port, _gateway):
        front = FrontProxy(
            folder=tmp_path / "proxy",
            hosts=("localhost",),
            gateway=f"127.0.0.1:{port}",
            certificate=pems[0],
            key=pems[1],
            https=f"127.0.0.1:{https}",
            http=f"127.0.0.1:{http}",
        )
        front.write()
        process = subprocess.Popen(front._argv())
        assert wait_until(lambda: listens(https), 20)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        raw = socket.create_connection(("127.0.0.1", https), timeout=30)
        with context.wrap_socket(raw, server_hostname="localhost") as line:
            line.sendall(b"POST /api/v1/verifications HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/pdf\r\n")
            line.sendall(b"Content-Length: 90000\r\n\r\n")
            line.settimeout(0.2)
            answer = b""
            for _ in range(100):
                line.sendall(b"x")
                with contextlib.suppress(TimeoutError):
                    answer = line.recv(1000)
                    break
        process.terminate()
        process.wait(20)

    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_port_alone_is_opened_for_both_kinds_of_address(
    pems: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nginx, "_knows_ipv6", lambda: True)
    front = FrontProxy(folder=tmp_path, hosts=(HOST,), gateway="127.0.0.1:1", certificate=pems[0], key=pems[1])

    assert (front.https_addresses, front.port_told) == (("443", "[::]:443"), "")
    assert "listen [::]:80 default_server;" in front.configuration()
    assert replace(front, https="[::1]:8443").https_addresses == ("[::1]:8443",)
    assert replace(front, https="[::1]:8443").port_told == ":8443"
    monkeypatch.setattr(nginx, "_knows_ipv6", lambda: False)
    assert front.https_addresses == ("443",)


def test_a_gateway_that_is_away_is_told_as_such(pems: tuple[Path, Path], tmp_path: Path) -> None:
    https, http, nobody = free_ports(3)
    front = FrontProxy(
        folder=tmp_path / "proxy",
        hosts=(HOST,),
        gateway=f"127.0.0.1:{nobody}",
        certificate=pems[0],
        key=pems[1],
        https=f"127.0.0.1:{https}",
        http=f"127.0.0.1:{http}",
    )
    front.write()
    process = subprocess.Popen(front._argv(), stderr=subprocess.DEVNULL)
    assert wait_until(lambda: listens(https), 20)
    with httpx.Client(verify=False, trust_env=False) as client:
        answer, of_form = (
            client.get(f"https://127.0.0.1:{https}{path}", headers={"Host": HOST}, extensions={"sni_hostname": HOST})
            for path in ("/", "/v/CODE")
        )
        page = client.get(
            f"https://127.0.0.1:{https}/",
            headers={"Host": HOST, "Accept": "text/html"},
            extensions={"sni_hostname": HOST},
        )
    process.terminate()
    process.wait(20)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["slug"] == "service-unavailable"
    assert of_form.json() == answer.json()
    assert is_request_id(answer.headers["X-Request-Id"])
    assert page.text.count(f"<code>{page.headers['X-Request-Id']}</code>") == len(LANGUAGES)


def test_mistakes_are_one_line(pems: tuple[Path, Path], tmp_path: Path) -> None:
    def front(**other: Any) -> FrontProxy:
        values = {
            "folder": tmp_path / "p", "hosts": (HOST,), "gateway": "127.0.0.1:1", "certificate": pems[0], "key": pems[1]
        }  # fmt: skip
        return FrontProxy(**(values | other))

    with pytest.raises(PartError, match="cannot be read"):
        front(certificate=tmp_path / "none.pem").write()
    with pytest.raises(PartError, match="nginx refuses") as refusal:
        front(key=pems[0]).write()
    assert "\n" not in str(refusal.value)


def test_every_host_of_every_town_is_served() -> None:
    towns = read_towns(TOWNS).values()

    assert set(hosts_of(towns)) == {host.partition(":")[0] for town in towns for host in town.hosts}


def said(proxy: FrontProxy, sent: str, *, secure: bool = True) -> tuple[str, dict[str, str], str]:
    """Status, headers and body that come back for these lines."""
    data = sent.replace("\n", "\r\n").encode()
    line = tls(proxy) if secure else socket.create_connection(("127.0.0.1", port_of(proxy.http)), timeout=30)
    with line:
        line.sendall(data)
        received = b""
        with contextlib.suppress(ConnectionError):
            while chunk := line.recv(65536):
                received += chunk
    head, _, body = received.decode().partition("\r\n\r\n")
    first, *fields = head.split("\r\n")
    return (
        first.split(" ")[1],
        {name.lower(): value for name, _, value in (each.partition(": ") for each in fields)},
        body,
    )


REFUSED = {
    "no host": ("GET /v HTTP/1.1\n", "400", "bad-request"),
    "two hosts": (f"GET /v HTTP/1.1\nHost: {HOST}\nHost: {HOST}\n", "400", "bad-request"),
    "another host": ("GET /v HTTP/1.1\nHost: another.example\n", "421", "unknown-town"),
    "what is the operator's": (f"GET /metrics HTTP/1.1\nHost: {HOST}\n", "404", "not-found"),
    "a method": (f"TRACE /v HTTP/1.1\nHost: {HOST}\n", "405", "method-not-allowed"),
    "a long address": (f"GET /{'x' * 9000} HTTP/1.1\nHost: {HOST}\n", "414", "too-long"),
    "a long header": (f"GET /v HTTP/1.1\nHost: {HOST}\nX: {'x' * 9000}\n", "431", "too-long"),
    "a large body": (f"POST /x HTTP/1.1\nHost: {HOST}\nContent-Length: 99999999\n", "413", "too-large"),
    "a coding": (f"POST /x HTTP/1.1\nHost: {HOST}\nTransfer-Encoding: x\n", "501", "not-implemented"),
    "a version": (f"GET /v HTTP/3.1\nHost: {HOST}\n", "505", "version-not-supported"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_nginx_refuses_is_told_as_the_gateway_tells_it(proxy: FrontProxy, why: str) -> None:
    sent, status, slug = REFUSED[why]

    told, headers, body = said(proxy, f"{sent}Connection: close\n\n")
    problem = json.loads(body)

    assert (told, headers["content-type"]) == (status, "application/problem+json")
    assert (problem["slug"], problem["status"]) == (slug, int(status))
    assert {"title", "detail", "type"} <= problem.keys()
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" in headers


@pytest.mark.parametrize(
    ("head", "reader"),
    [
        ("Accept-Language: ja, de-BE;q=0.9, fr;q=0.8", "de"),
        ("Accept-Language: nl\nCookie: a=b; __Host-loket-language=fr; c=d", "fr"),
        ("Cookie: x-loket-language=fr; loket-language=xx", "nl, fr, de, en"),
        ("Accept-Language: ja", "nl, fr, de, en"),
    ],
)
def test_who_asks_for_a_page_gets_one_in_their_language(proxy: FrontProxy, head: str, reader: str) -> None:
    request = f"GET /metrics HTTP/1.1\nHost: {HOST}\nConnection: close\nAccept: text/html,*/*;q=0.8\n{head}\n\n"

    status, headers, page = said(proxy, request)

    assert (status, headers["content-type"]) == ("404", "text/html; charset=utf-8")
    assert headers["content-language"] == reader
    assert f'<html lang="{reader[:2]}">' in page
    assert page.count("<section") == reader.count(",") + 1
    assert HOST not in page


def test_a_language_in_the_address_wins_and_api_addresses_are_for_programs(proxy: FrontProxy) -> None:
    rest = f"HTTP/1.1\nHost: {HOST}\nConnection: close\nAccept: text/html\nContent-Length: 99999999\n"

    for path, navigates, kind in (
        ("/x", "", "text/html"),
        ("/api/x", "", "application/p"),
        ("/api/x", "y", "text/html"),
    ):
        mode = "Sec-Fetch-Mode: navigate\n" if navigates else ""
        status, headers, body = said(proxy, f"POST {path}?lang=fr {rest}{mode}\n")

        assert (status, headers["content-language"]) == ("413", "fr")
        assert headers["content-type"].startswith(kind)
        assert "Trop volumineu" in body


def test_without_tls_a_town_is_told_of_it_and_nobody_of_another(proxy: FrontProxy) -> None:
    assert said(proxy, f"GET /v HTTP/1.1\nHost: {HOST}\nConnection: close\n\n", secure=False)[0] == "308"
    status, headers, body = said(proxy, "GET /v HTTP/1.1\nConnection: close\n\n", secure=False)
    assert (status, json.loads(body)["slug"]) == ("400", "bad-request")
    assert "strict-transport-security" not in headers


def test_no_page_of_a_refusal_is_too_long_for_its_configuration() -> None:
    assert max(len(body.encode()) for body in refusals.bodies().values()) < refusals.LONGEST
    assert refusals.quoted("it's \\") == r"'it\'s \\'"
    with pytest.raises(ValueError, match=r"nginx\.conf"):
        refusals.quoted("$host")
