"""Whoever was handed a certificate checks it: types, pastes, chooses or drops what they have, and prints the answer."""

import base64
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from services.contracts.codes import grouped
from tests.system.conftest import Deployment
from tests.system.pages.conftest import SCREENS, Visitor

DROP = """(files) => {
  const data = new DataTransfer();
  for (const [name, content] of files)
    data.items.add(new File([Uint8Array.from(atob(content), (each) => each.charCodeAt(0))], name));
  return data;
}"""
TITLES = {"nl": "Echt", "fr": "Authentique", "en": "Authentic"}
OF_A_FILE = {"nl": "Controle van een bestand", "fr": "Vérification d’un fichier", "en": "File check"}
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(200)


@dataclass(frozen=True)
class Issued:
    """A certificate as somebody hands it on."""

    code: str
    pdf: bytes


@pytest.fixture(scope="module")
def issued(deployment: Deployment) -> Issued:
    citizen = deployment.citizen("legal-cohabitant")
    application = citizen.until(citizen.filed("life"), "delivered")
    (certificate,) = deployment.certificates_of(application["application_id"])
    return Issued(code=grouped(certificate["code"]), pdf=citizen.certificate(application))


def drop(checker: Visitor, *files: tuple[str, bytes]) -> None:
    """Onto the page, beside its fields."""
    encoded = [(name, base64.b64encode(content).decode()) for name, content in files]
    data = checker.page.evaluate_handle(DROP, encoded)
    for event in ("dragover", "drop"):
        checker.page.dispatch_event("h1", event, {"dataTransfer": data})


def paste(checker: Visitor, text: str) -> None:
    """From the clipboard, with the keyboard."""
    checker.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    checker.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    checker.page.keyboard.press("Control+V")


def chosen(name: str, content: bytes, kind: str = "application/pdf") -> dict[str, object]:
    return {"name": name, "mimeType": kind, "buffer": content}


@pytest.mark.parametrize(
    ("language", "scripts", "width"),
    [
        ("nl", True, "desk"),
        pytest.param("fr", False, "small", marks=pytest.mark.pages),
        pytest.param("en", True, "desk", marks=pytest.mark.pages),
    ],
)
def test_by_code_and_by_file(
    visitor: Callable[..., Visitor], issued: Issued, language: str, scripts: bool, width: str
) -> None:
    checker = visitor(language=language, scripts=scripts, width=width)
    page = checker.page
    checker.go("/v")
    checker.check("check")
    page.keyboard.press("Tab")
    page.focus("#code")
    page.keyboard.insert_text(f"https://aarschot.localhost/v/{issued.code}")
    page.keyboard.press("Enter")

    page.locator(".verdict.good").wait_for()
    assert page.locator(".verdict h1").inner_text() == TITLES[language]
    checker.check("authentic")
    page.set_input_files("#file", [chosen("attest.pdf", issued.pdf)])
    page.locator("form:has(#file) button").click()
    page.locator(".verdict.good", has_text=OF_A_FILE[language]).wait_for()
    checker.check("untouched")

    checker.go("/v/K7QM-4XWP-2HZ9-TR5A")
    checker.check("mistyped")


@pytest.mark.pages
def test_a_code_is_pasted_into_the_field_or_anywhere(visitor: Callable[..., Visitor], issued: Issued) -> None:
    checker = visitor(language="en")
    page = checker.page
    for text in (
        issued.code,
        f"See https://aarschot.localhost/v/{issued.code}\n",
        issued.code.replace("-", " ").lower(),
    ):
        for focus in ("#code", "h1"):
            checker.go("/v")
            page.locator(focus).click()
            paste(checker, text)
            page.keyboard.press("Enter")

            page.locator(".verdict.good").wait_for()
            assert page.url.partition("?")[0].endswith(issued.code)


@pytest.mark.pages
def test_an_address_of_another_site_is_not_taken_however_it_comes(
    visitor: Callable[..., Visitor], issued: Issued
) -> None:
    checker = visitor(language="en")
    checker.go("/v")
    paste(checker, f"https://aarschot.example.net/v/{issued.code}")
    checker.page.keyboard.press("Enter")

    assert checker.page.locator(".verdict.bad h1").inner_text() == "Not an address of this city"
    checker.check("another-site")


@pytest.mark.pages
def test_a_file_is_dropped_anywhere(visitor: Callable[..., Visitor], issued: Issued) -> None:
    checker = visitor(language="en", dark=True)
    page = checker.page
    checker.go("/v")
    assert page.locator("#file-hint").inner_text().endswith("anywhere on this page.")

    drop(checker, ("certificate.pdf", issued.pdf))
    page.locator(".verdict.good").wait_for()
    drop(checker, ("certificate.pdf", issued.pdf.replace(b"%%EOF", b"%%EOF ")))
    page.locator(".verdict.bad").wait_for()
    checker.check("altered")


@pytest.mark.pages
@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([("scan.png", PICTURE)], "picture"),
        ([("letter.pdf", b"Dear all")], "not a PDF"),
        ([("nothing.pdf", b"")], "empty"),
        ([("large.pdf", b"%PDF-1.7" + bytes(6 * 1024 * 1024))], "5 MB"),
        ([("one.pdf", b"%PDF-1.7"), ("two.pdf", b"%PDF-1.7")], "one file"),
    ],
)
@pytest.mark.parametrize("code", [False, True])
def test_a_wrong_file_is_told_as_such_and_the_form_is_there_again(
    visitor: Callable[..., Visitor], issued: Issued, files: list[tuple[str, bytes]], told: str, code: bool
) -> None:
    checker = visitor(language="en")
    page = checker.page
    checker.go(f"/v/{issued.code}" if code else "/v")
    drop(checker, *files)

    page.locator("#file-error").wait_for()
    assert told in page.locator("#file-error").inner_text()
    assert page.evaluate("document.activeElement.id") == "file"
    checker.check(f"wrong-file-{told.replace(' ', '-')}")
    drop(checker, ("certificate.pdf", issued.pdf))
    page.locator(".verdict.good").wait_for()


@pytest.mark.pages
@pytest.mark.parametrize("kind", ["image/png", "application/pdf"])
def test_a_wrong_file_is_told_without_scripts_too(visitor: Callable[..., Visitor], kind: str) -> None:
    content = PICTURE if kind == "image/png" else b"%PDF-1.7" + bytes(6 * 1024 * 1024)
    checker = visitor(language="de", scripts=False, width="phone")
    checker.go("/v")
    assert checker.page.locator("[data-scripted]").first.is_hidden()

    checker.page.set_input_files("#file", [chosen("scan", content, kind)])
    checker.page.locator("form:has(#file) button").click()

    assert checker.page.locator("#file-error").is_visible()
    checker.check(f"wrong-{kind.partition('/')[2]}")


@pytest.mark.pages
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_printed_answer_says_where_when_and_of_which_code(
    visitor: Callable[..., Visitor], deployment: Deployment, issued: Issued, language: str
) -> None:
    checker = visitor(language=language, dark=True)
    checker.go(f"/v/{issued.code}")
    moment = checker.page.locator(".printed time").text_content()

    SCREENS.mkdir(parents=True, exist_ok=True)
    file = SCREENS / f"printed-{language}.pdf"
    checker.page.pdf(path=file, format="A4")
    text = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True).stdout

    town = deployment.towns["24001"]
    for told in (
        town.designation(language),
        town.address,
        issued.code,
        moment,
        checker.page.locator("h1").inner_text(),
    ):
        assert told
        assert told in text
    assert "PDF-bestand" not in text
    assert "The PDF file" not in text
    pages = subprocess.run(["pdfinfo", file], check=True, capture_output=True, text=True).stdout
    assert "Pages:           1\n" in pages
