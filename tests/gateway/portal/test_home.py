"""The front page."""

import html
import re

import pytest
from flask.testing import FlaskClient

from services.contracts.catalogue import offered, products
from services.contracts.groups import at_desk, in_groups
from tests.gateway.fakes import towns


@pytest.mark.parametrize("lang", ["nl", "fr", "de", "en"])
def test_the_front_page_lists_all_by_group_and_what_only_the_desk_gives(client: FlaskClient, lang: str) -> None:
    page = client.get(f"/?lang={lang}").text

    told = [html.unescape(each) for each in re.findall(r"<h[34][^>]*>(.*?)</h[34]>", page)]
    expected = []
    for group, found in in_groups(offered(towns()["24001"], products()).values(), lang):
        expected += [group.titles[lang], *(product.title(lang) for product in found)]
    assert told[: len(expected)] == expected
    assert all(each.titles[lang] in html.unescape(page) for each in at_desk().values())
    assert all(f'<a href="#{id}">' in page for id in re.findall(r'<h3 id="([^"]*)"', page))
    assert page.count("<details>") == len(page.split("<h4>")) - 2
    assert 'href="https://example.be"' in page


@pytest.mark.parametrize("lang", ["nl", "fr", "de", "en"])
def test_the_front_page_says_where_one_files_and_leads_to_what_was_filed(
    client: FlaskClient, citizen: dict[str, str], lang: str
) -> None:
    """As long as there are no pages to file on."""
    before = client.get(f"/?lang={lang}").text
    after = client.get(f"/?lang={lang}", headers=citizen).text

    assert "API" in before
    assert 'href="/api/v1/openapi.json"' in after
    assert 'href="/api/v1/applications"' in after
