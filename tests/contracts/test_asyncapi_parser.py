"""Both AsyncAPI documents are taken by AsyncAPI's own parser, without a warning."""

from pathlib import Path

import pytest

from services.contracts import asyncapi, feed_asyncapi
from tests.contracts import asyncapi_parser

pytestmark = pytest.mark.slow  # Node and the parser are fetched once


@pytest.fixture(scope="module")
def parser() -> None:
    """At hand."""
    try:
        asyncapi_parser.ready()
    except asyncapi_parser.Missing as missing:
        pytest.fail(str(missing), pytrace=False)


@pytest.mark.usefixtures("parser")
def test_both_documents_are_valid() -> None:
    files = [asyncapi.FILE, feed_asyncapi.FILE]

    assert asyncapi_parser.told_against(files) == {file: [] for file in files}


@pytest.mark.usefixtures("parser")
def test_one_that_is_not_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "asyncapi.yaml"
    broken.write_text(feed_asyncapi.FILE.read_text(encoding="utf-8").replace("action: send", "action: shout"))

    ((_, told),) = asyncapi_parser.told_against([broken]).items()

    assert any("operations.tell-alive.action" in each for each in told)
