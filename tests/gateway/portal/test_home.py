"""The front page."""

import html
import re

import pytest
from flask.testing import FlaskClient

from services.contracts.catalogue import offered, products
from services.contracts.groups import at_desk, in_groups, situations
from services.contracts.most_asked import most_asked
from tests.gateway.fakes import towns


@pytest.mark.parametrize("lang", ["nl", "fr", "de", "en"])
def test_the_front_page_lists_all_by_group_and_what_only_the_desk_gives(client: FlaskClient, lang: str) -> None:
    page = html.unescape(client.get(f"/?lang={lang}").text)
    shelves = page[page.index('<h2 id="everything"') :]

    told = re.findall(r'<h3 id="group-[^>]*>(.*?)</h3>|<span class="title">(.*?)</span>', shelves)
    expected = []
    for group, found in in_groups(offered(towns()["24001"], products()).values(), lang):
        expected += [group.titles[lang], *(product.title(lang) for product in found)]
    assert [group or title for group, title in told] == expected
    assert all(each.titles[lang] in page for each in at_desk().values())
    assert all(f'<a href="#{id}">' in page for id in re.findall(r'<h3 id="([^"]*)"', page))
    assert 'href="https://example.be"' in page


def test_what_is_asked_for_most_comes_first(client: FlaskClient) -> None:
    page = client.get("/?lang=en").text

    first = re.findall(r'href="/products/([a-z0-9-]+)', page)[:3]

    there = offered(towns()["24001"], products())
    assert first == [id for id in most_asked() if id in there][:3]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("wie woont er bij mij", "household-composition"),
        ("gezinsamestelling", "household-composition"),
        ("que je suis en vie", "life"),
        ("ich brauche eine meldebescheinigung", "residence"),
    ],
)
def test_everyday_words_with_typing_errors_find_it(client: FlaskClient, words: str, meant: str) -> None:
    page = client.get("/", query_string={"q": words}).text
    found = page[page.index('id="results"') : page.index('id="most-asked"')]

    assert f'href="/products/{meant}"' in found


@pytest.mark.parametrize("words", ["zzzzqqq", "<script>", "\\" * 10_000, "%00", " "])
def test_what_nobody_knows_is_said_and_harms_nothing(client: FlaskClient, words: str) -> None:
    page = client.get("/", query_string={"q": words, "lang": "en"})

    assert page.status_code in (200, 414)
    assert "<script>" not in page.text


def test_each_situation_leads_to_what_helps_in_it(client: FlaskClient) -> None:
    page = html.unescape(client.get("/?lang=en").text)

    for situation in situations().values():
        assert situation.titles["en"] in page
