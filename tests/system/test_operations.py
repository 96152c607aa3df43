"""What operators do while citizens use it: scale, stop, follow one application through all services."""

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from deploy.running import scale
from tests.system.conftest import Deployment, wait_for


def test_scaling_up_and_down_under_load_loses_and_doubles_nothing(deployment: Deployment) -> None:
    citizen = deployment.citizen("blended-family")
    filed: list[str] = []
    done = threading.Event()

    def keep_filing() -> None:
        while not done.wait(0.3):
            filed.append(citizen.filed("life"))

    filing = threading.Thread(target=keep_filing)
    filing.start()
    for service, count in (("documents", 2), ("intake", 2), ("documents", 1), ("intake", 1)):
        scale(deployment.stack, service, count)
    done.set()
    filing.join()

    for application_id in filed:
        citizen.until(application_id, "delivered", seconds=120)
        assert len(deployment.mails_about(application_id)) == 1
    codes = {deployment.certificates_of(application_id)[0]["code"] for application_id in filed}
    assert len(codes) == len(filed) > 10


class Collector:
    """An OpenTelemetry collector that keeps what it is sent."""

    def __init__(self) -> None:
        self.spans: list[tuple[str, str, str]] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                collector.receive(body)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/v1/traces"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def receive(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            (service,) = [
                each.value.string_value for each in resource.resource.attributes if each.key == "service.name"
            ]
            for scope in resource.scope_spans:
                self.spans += [(span.trace_id.hex(), service, span.name) for span in scope.spans]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def traced(tmp_path: Path) -> Iterator[tuple[Deployment, Collector]]:
    collector = Collector()
    deployment = Deployment(tmp_path / "var", LOKET_OTLP_ENDPOINT=collector.address)
    deployment.start()
    yield deployment, collector
    deployment.stop()
    collector.close()


def test_one_trace_follows_an_application_through_all_services(traced: tuple[Deployment, Collector]) -> None:
    deployment, collector = traced
    citizen = deployment.citizen("demo-citizen")

    application_id = citizen.filed("life")
    citizen.until(application_id, "delivered")

    def followed() -> set[str] | None:
        traces: dict[str, set[str]] = {}
        for trace, service, _ in list(collector.spans):
            traces.setdefault(trace, set()).add(service)
        return next((seen for seen in traces.values() if len(seen) == 5), None)

    assert wait_for(followed) == {"gateway", "intake", "registry", "documents", "notify"}
    assert citizen.number not in str(collector.spans)
