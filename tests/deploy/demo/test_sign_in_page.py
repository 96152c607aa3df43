"""The page of the demonstration's identity provider: in the reader's language, by a key or by a national number."""

from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient

from deploy.demo.generator.hard_cases import HARD_CASES
from deploy.demo.sign_in_page import AUTHORIZE, SENTENCES, looks_of, provider
from services.contracts.national_number import compose
from services.contracts.town_files import read_towns

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the library that it stands on

CLAIM = "egovNRN"
BACK = "http://127.0.0.1/callback"
SOMEBODY = compose(1961, 2, 3, 15)


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    served = provider({CLAIM})
    served.debug = False
    return served.test_client()


def question(language: str = "en") -> str:
    asked = {"response_type": "code", "client_id": "loket", "redirect_uri": BACK, "scope": "openid", "nonce": "once"}
    return f"{AUTHORIZE}?{urlencode(asked | {'ui_locales': language})}"


def test_it_looks_as_the_town_that_leads_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    towns = Path(__file__).parents[3] / "deploy" / "towns"
    served = provider({CLAIM}, looks_of(read_towns(towns).values(), towns))
    page = served.test_client()

    ours = page.get(question("nl").replace("client_id=loket", "client_id=loket-aarschot")).text
    strange = page.get(question("nl")).text

    assert "Stad Aarschot" in ours
    assert "background: #1d4e89" in ours
    assert "data:image/svg+xml;base64," in ours
    assert "Aarschot" not in strange


def claims(page: FlaskClient, typed: str) -> dict[str, object]:
    """What the provider says of whom somebody typed."""
    sent = page.post(question(), data={"sub": typed})
    assert sent.status_code == 302, sent.text
    code = parse_qs(urlsplit(sent.location).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    token = page.post("/oauth2/token", data=form, auth=("loket", "secret")).json["access_token"]  # type: ignore[index]
    found: dict[str, object] = page.get("/userinfo", headers={"Authorization": f"Bearer {token}"}).json  # type: ignore[assignment]
    return found


@pytest.mark.parametrize("typed", ["demo-citizen", "85.07.30-901.33", " 85073090133 "])
def test_one_is_known_by_key_and_by_number(page: FlaskClient, typed: str) -> None:
    assert claims(page, typed) == {"sub": "demo-citizen", CLAIM: "85073090133"}


def test_everybody_with_a_national_number_can_sign_in(page: FlaskClient) -> None:
    said = claims(page, SOMEBODY)

    assert said[CLAIM] == SOMEBODY
    assert SOMEBODY not in str(said["sub"])
    assert claims(page, SOMEBODY) == said


@pytest.mark.parametrize("typed", ["85.07.30-901.34", "burger@example.be", "<b>", ""])
def test_who_is_nobody_is_told_so_at_once(page: FlaskClient, typed: str) -> None:
    answer = page.post(question("nl"), data={"sub": typed})

    assert answer.status_code == 422
    assert SENTENCES["nl"]["wrong"] in answer.text
    assert "<b>" not in answer.text


def test_one_may_give_up(page: FlaskClient) -> None:
    answer = page.post(question(), data={"sub": "", "action": "deny"})

    assert parse_qs(urlsplit(answer.location).query)["error"] == ["access_denied"]


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_it_speaks_the_readers_language_and_shows_everybody(page: FlaskClient, language: str) -> None:
    text = page.get(question(language)).text

    assert f'<html lang="{language}">' in text
    assert SENTENCES[language]["title"] in text
    assert all(f'value="{key}"' in text for key in (*HARD_CASES, "officer"))


def test_every_language_says_all() -> None:
    assert {frozenset(each) for each in SENTENCES.values()} == {frozenset(SENTENCES["en"])}
