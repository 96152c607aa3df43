"""The code in what somebody typed or pasted."""

import itertools
from urllib.parse import quote

import pytest

from services.contracts.codes import CROCKFORD, LONGEST_TYPED, Typed, grouped, read_typed, typed_code

CODE = "E5WKA1RF6XMB2SGM"
PRINTED = grouped(CODE)
TOWN = "https://loket.voorbeeld.example"
PAGE = f"{TOWN}/v/"


def is_the_towns(host: str) -> bool:
    return host.lower().rstrip(".") in ("loket.voorbeeld.example", "localhost:8080", "xn--kln-sna.example")


def read(text: str) -> Typed:
    return read_typed(text, leads_here=is_the_towns)


def test_a_code_is_printed_in_groups_of_four() -> None:
    assert PRINTED == "E5WK-A1RF-6XMB-2SGM"


SURROUNDED = [
    f"{PRINTED}/",
    f"{PRINTED},",
    f"{PRINTED}.",
    f"{PRINTED};",
    f"({PRINTED})",
    f"[{PRINTED}]",
    f'"{PRINTED}"',
    f"“{PRINTED}”",
    f"«\u00a0{PRINTED}\u00a0»",
    f"\ufeff{PRINTED}\u200e\r\n",
    f"Code: {PRINTED}",
    f"de code is {PRINTED}.",
    f"en typ deze code:\n{PRINTED}",
    f"**{PRINTED}**",
    f"{PRINTED} ({PRINTED})",
]
DIVIDED = [
    CODE,
    PRINTED.lower(),
    " ".join(CODE),
    f"  {CODE[:4]} – {CODE[4:]}\n",
    f"{CODE[:5]}-{CODE[5:]}",
    "\u200b".join(CODE),
    "\u00ad".join(CODE),
    PRINTED.replace("-", "\u00ad-"),
    *(
        PRINTED.replace("-", between)
        for between in ("\n", "\r\n", " / ", "_", ".", "·", "‐", "\u2011", "–", "—", "−", "⁃")
    ),
]
WRITTEN_OTHERWISE = [
    "".join(chr(ord(each) + 0xFEE0) for each in PRINTED),
    PRINTED.replace("A", "А").replace("M", "М").replace("K", "К"),
    PRINTED.replace("A", "Α").replace("E", "Ε").replace("X", "Χ"),
    PRINTED.replace("A", "а").replace("E", "е").replace("X", "х"),
    PRINTED.replace("1", "l"),
    PRINTED.replace("1", "I"),
    PRINTED.replace("-", "&#8209;"),
    PRINTED.translate({0x30 + digit: chr(0x660 + digit) for digit in range(10)}),
    PRINTED.replace("-", "%2D"),
]
ADDRESSES = [
    f"{PAGE}{CODE}",
    f"{PAGE}{PRINTED}/",
    f"{PAGE}{PRINTED}?lang=nl",
    f"({PAGE}{PRINTED}?lang=nl#x).",
    f"<{PAGE}{CODE}>",
    f"[code]({PAGE}{CODE})",
    f"HTTPS://LOKET.VOORBEELD.EXAMPLE/v/{CODE}",
    f"https://loket.voorbeeld.example./v/{CODE}",
    f"loket.voorbeeld.example/v/{PRINTED}",
    f"localhost:8080/v/{PRINTED}",
    f"{PAGE[:20]}\n{PAGE[20:]}{CODE}",
    f"{PAGE}{PRINTED[:12]}=\r\n{PRINTED[12:]}",
    f"{PAGE}{PRINTED}".replace("-", "%2D"),
    f"{PAGE}%20{PRINTED}",
    f"{TOWN}/api/v1/verifications/{PRINTED}",
    f"loket.voorbeeld.example/v\nen typ deze code:\n{PRINTED}",
    f"{PAGE}{CODE}?lang=nl {PRINTED}",
    f"{PRINTED}.Dank/u",
    f"De code is {PRINTED.replace('-', ' ')}.Dank/u wel",
    f"{CODE}.Dank/u",
    f"{PRINTED}, 24.11.2026/14.05",
    f"d.d.24/11/2026: {PRINTED}",
]


def defended(address: str) -> str:
    """As version 2 of Proofpoint's gateway writes it."""
    return quote(address, safe="/:.").replace("/", "_").replace("-", "-2D").replace(":", "-3A")


def rewritten(address: str) -> dict[str, str]:
    """One address as each gateway writes it."""
    quoted = quote(address, safe="")
    outlook = f"https://eur01.safelinks.protection.outlook.com/?url={quoted}&data=05%7C02%7C&sdata=x%3D"
    return {
        "outlook": outlook,
        "proofpoint 3": f"https://urldefense.com/v3/__{address}__;!!abc$",
        "proofpoint 3, with one slash": f"https://urldefense.com/v3/__{address.replace('//', '/')}__;!!A!b-C_d$ ",
        "proofpoint 3 in America": f"<https://urldefense.us/v3/__{address}__;!!abc$>",
        "proofpoint 2": f"https://urldefense.proofpoint.com/v2/url?u={defended(address)}&d=DwMFaQ&c=a_b-c",
        "proofpoint 1": f"https://urldefense.proofpoint.com/v1/url?u={quote(address, safe='/')}&k=x%3D%3D%0A&r=y",
        "barracuda": f"https://linkprotect.cudasvc.com/url?a={quoted}&c=E,1,abc&typo=1",
        "google": f"https://www.google.com/url?q={address}&sa=D&source=docs",
        "outlook, then proofpoint": f"https://urldefense.com/v3/__{outlook}__;!!abc$",
    }


@pytest.mark.parametrize("gateway", rewritten(""))
@pytest.mark.parametrize("code", [CODE, PRINTED])
def test_a_code_is_found_in_an_address_that_a_gateway_of_mail_rewrote(gateway: str, code: str) -> None:
    address = rewritten(f"{PAGE}{code}")[gateway]

    assert read(address) == Typed(code=CODE)
    assert read(f"{address[:40]}\n{address[40:]}") == Typed(code=CODE)


@pytest.mark.parametrize("gateway", rewritten(""))
def test_another_sites_address_is_one_when_a_gateway_rewrote_it(gateway: str) -> None:
    assert read(rewritten(f"https://evil.example/v/{CODE}")[gateway]) == Typed(mistake="another-site")


@pytest.mark.parametrize("text", [*SURROUNDED, *DIVIDED, *WRITTEN_OTHERWISE, *ADDRESSES])
def test_a_code_is_found_however_it_was_passed_on(text: str) -> None:
    assert read(text) == Typed(code=CODE)


@pytest.mark.parametrize("text", [*SURROUNDED, *DIVIDED, *WRITTEN_OTHERWISE])
def test_documents_forgives_the_same(text: str) -> None:
    assert typed_code(text) == CODE


@pytest.mark.parametrize(
    "text",
    [
        f"https://evil.example/v/{CODE}",
        f"evil.example/v/{PRINTED}",
        f"//evil.example/v/{CODE}",
        f"https:evil.example/v/{CODE}",
        f"https://loket.voorbeeld.example.evil.example/v/{CODE}",
        f"https://loket.voorbeeld.example@evil.example/v/{CODE}",
        f"https://evil.example\\@loket.voorbeeld.example/v/{CODE}",
        f"https://evil.example/?{PAGE}{CODE}",
        f"{PAGE}{CODE} https://evil.example/v/{CODE}",
        f"ftp://evil.example/{CODE}",
        f"https://{CODE}.example/v/{CODE}",
        f"{CODE}.evil.example/v/{CODE}",
        f"evil.example/{CODE}.Dank/u",
        f"192.0.2.1/v/{CODE}",
        f"https://urldefense.com.evil.example/v3/__{PAGE}{CODE}__;!!abc$",
        f"https://evil.example/?https://urldefense.com/v3/__{PAGE}{CODE}__;!!abc$",
        f"https://www.google.com.evil.example/url?q={PAGE}{CODE}",
        f"https://secure-web.cisco.com/1a-B_c/{quote(PAGE + CODE, safe='')}",
    ],
)
def test_the_code_in_another_sites_address_is_not_taken(text: str) -> None:
    assert read(text) == Typed(mistake="another-site")


@pytest.mark.parametrize(
    "text",
    [
        "24001-2026-482 913 057",
        "24001-2026-482\u00a0913\u00a0057",
        "24001-2026-482913057",
        "240012026482913057",
        "24001–2026–482.913.057",
        "Nr. 24001 2026 482 913 057",
        "life-24001-2026-482913057.pdf",
        "2\u200b4001-2026-482 913 057,",
    ],
)
def test_a_certificates_number_is_known_as_such(text: str) -> None:
    assert read(text) == Typed(mistake="number")


@pytest.mark.parametrize(
    "text",
    [
        "", "/", "\x00", "U" * 16, "0" * 17, "7" * 10_000, "ﬀ" * 8, "١" * 16, "²" * 16, "{$gt: ''}", "85.07.30-033.28",
        PAGE, f"{PAGE}?code={CODE}", PRINTED[:-1], f"{PRINTED} {'F' * 16}", " " * LONGEST_TYPED + CODE,
    ],
)  # fmt: skip
def test_what_is_no_code_is_none(text: str) -> None:
    assert read(text).code is None
    assert read(text).mistake


WORDS = ("Code", "2026", "nov", "hier", "attest 2026", "nr. 1234 5678")


@pytest.mark.parametrize("word", WORDS)
def test_a_word_beside_a_code_makes_no_other(word: str) -> None:
    """One in 32 of them passes the check character by chance together with three groups of a code."""
    for seed in range(400):
        drawn = "".join(CROCKFORD[(seed * place * place + 7 * place + seed) % 32] for place in range(2, 17))
        code = drawn + typed_check(drawn)
        for text in (
            f"{word}: {grouped(code)}",
            f"{grouped(code)} {word}",
            f"{grouped(code)}\n{grouped(code)}",
        ):
            assert read(text) == Typed(code=code), text


def test_several_codes_are_told_from_a_wrong_one() -> None:
    other = "0" * 15 + typed_check("0" * 15)

    assert read(f"{PRINTED} and {other}") == Typed(mistake="several")
    assert read(f"{PAGE}{CODE}\n{PAGE}{other}") == Typed(mistake="several")
    assert read(f"{PRINTED} {CODE.lower()}") == Typed(code=CODE)
    assert read(f"{PRINTED[:-1]}?") == Typed(mistake="mistyped")


def test_letters_that_look_like_digits_are_forgiven() -> None:
    assert typed_code("o" * 15 + typed_check("0" * 15)) == "0" * 15 + typed_check("0" * 15)


def typed_check(drawn: str) -> str:
    return next(last for last in CROCKFORD if typed_code(drawn + last))


def test_any_one_wrong_character_is_noticed() -> None:
    for place, wrong in itertools.product(range(16), CROCKFORD):
        if CODE[place] != wrong:
            assert typed_code(CODE[:place] + wrong + CODE[place + 1 :]) is None
