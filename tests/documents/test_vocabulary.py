"""What somebody is and was born in, in words: every country, former ones, by the person's grammar."""

import csv
import re

import pytest
from babel import Locale

from services.contracts.countries import COUNTRIES as KNOWN
from services.contracts.countries import NATIONALITIES, WITHDRAWN, canonical
from services.contracts.register_codes import CIVIL_STATES, ELECTIONS, LAST_WISHES, REGISTERS, RELATIONS
from services.documents.paper.press import CertificatePress
from services.documents.paper.vocabulary import TABLES, vocabulary
from services.documents.paper.wording import wording
from services.registry.consequences import BY_REGISTER
from services.registry.domain import RegisterKind
from tests.documents.examples import an_identity, an_order, facts_for, members
from tests.documents.test_pages import text_of

LANGUAGES = ("nl", "fr", "de", "en")

RESERVED = {"AC", "CP", "CQ", "DG", "EA", "IC", "TA"}
"""In CLDR, but no countries of ISO 3166-1."""
UNINHABITED = {"AQ", "BV", "GS", "HM", "IO", "TF", "UM"}
COUNTRIES = {code for code in Locale("en").territories if len(code) == 2 and code.isalpha()} - RESERVED
COUNTRIES -= {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}

ISO_3166_3 = """
AIDJ ANHH BQAQ BUMM BYAA CSHH CSXX CTKI DDDE DYBJ FQHH FXFR GEHH HVBF JTUM MIUM NHVU NQAQ NTHH PCHH PUUM PZPA RHZW SKIN
SUHH TPTL VDVN WKUM YDYE YUCS ZRCD
"""
FORMER = set(ISO_3166_3.split())


def test_every_country_with_inhabitants_has_its_word() -> None:
    assert len(COUNTRIES) == 250  # the 249 of ISO 3166-1, and Kosovo

    assert not COUNTRIES - UNINHABITED - set(vocabulary("nationalities").codes)


def test_the_register_may_say_what_the_tables_have_a_word_for_and_nothing_else() -> None:
    assert {canonical(code) for code in NATIONALITIES} == set(vocabulary("nationalities").codes)
    assert {code for code in KNOWN if len(code) == 2} == COUNTRIES | set(WITHDRAWN) | {"XX"}
    assert {code for code in KNOWN if len(code) == 4} == {
        code for code in vocabulary("countries").codes if len(code) == 4
    }


def test_every_former_country_keeps_its_name() -> None:
    assert len(FORMER) == 31

    assert not FORMER - set(vocabulary("countries").codes)
    assert not set(WITHDRAWN.values()) - FORMER
    assert not set(WITHDRAWN) & COUNTRIES


@pytest.mark.parametrize("table", sorted(each.stem for each in TABLES.glob("*.csv")))
def test_a_table_has_a_word_in_every_place(table: str) -> None:
    with (TABLES / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert set(LANGUAGES) <= set(rows[0])
    assert len({row["code"] for row in rows}) == len(rows)
    for row in rows:
        assert None not in row, row
        for word in row.values():
            assert word, row
            assert word == word.strip()
            assert "'" not in word


@pytest.mark.parametrize(
    ("code", "sex", "words"),
    [
        ("BE", "M", ("Belg", "Belge", "Belgisch", "Belgian")),
        ("BE", "F", ("Belg", "Belge", "Belgisch", "Belgian")),
        ("FR", "M", ("Fransman", "Français", "Französisch", "French")),
        ("FR", "F", ("Française", "Française", "Französisch", "French")),
        ("FR", None, ("Frans", "Française", "Französisch", "French")),
        ("MA", "F", ("Marokkaanse", "Marocaine", "Marokkanisch", "Moroccan")),
        ("MA", "X", ("Marokkaans", "Marocaine", "Marokkanisch", "Moroccan")),
        ("GR", "F", ("Griekse", "Grecque", "Griechisch", "Greek")),
        ("TR", "F", ("Turkse", "Turque", "Türkisch", "Turkish")),
        ("GB", "M", ("Brit", "Britannique", "Britisch", "British")),
        ("US", "F", ("Amerikaanse", "Américaine", "Amerikanisch", "American")),
        ("CN", "F", ("Chinese", "Chinoise", "Chinesisch", "Chinese")),
        ("IN", "F", ("Indiase", "Indienne", "Indisch", "Indian")),
        ("NE", "F", ("Nigerese", "Nigérienne", "Nigrisch", "Nigerien")),
        ("NG", "F", ("Nigeriaanse", "Nigériane", "Nigerianisch", "Nigerian")),
        ("IS", "M", ("IJslander", "Islandais", "Isländisch", "Icelandic")),
        ("XK", "M", ("Kosovaar", "Kosovar", "Kosovarisch", "Kosovar")),
        ("SU", "F", ("Sovjetburger", "Soviétique", "Sowjetisch", "Soviet")),
        ("YUCS", "M", ("Joegoslaaf", "Yougoslave", "Jugoslawisch", "Yugoslav")),
        ("CS", "F", ("Tsjecho-Slowaakse", "Tchécoslovaque", "Tschechoslowakisch", "Czechoslovak")),
        ("ZR", "F", ("Zaïrese", "Zaïroise", "Zairisch", "Zairean")),
        ("XS", "F", ("Staatloos", "Apatride", "Staatenlos", "Stateless")),
        ("XU", "M", ("Onbepaald", "Indéterminée", "Unbestimmt", "Undetermined")),
        ("XR", "F", ("Erkend vluchteling", "Réfugiée reconnue", "Anerkannter Flüchtling", "Recognised refugee")),
        ("XX", "M", ("Onbekend", "Inconnue", "Unbekannt", "Unknown")),
        ("AQ", "M", ("Antarctica", "Antarctique", "Antarktis", "Antarctica")),
        ("QQ", "M", ("Landcode QQ", "Code pays QQ", "Ländercode QQ", "Country code QQ")),
        ("ZZ", "M", ("Landcode ZZ", "Code pays ZZ", "Ländercode ZZ", "Country code ZZ")),
    ],
)
def test_a_nationality_is_a_word_of_the_language_and_the_person(code: str, sex: str | None, words: tuple[str]) -> None:
    assert tuple(wording(language).nationalities((code,), sex) for language in LANGUAGES) == words


def test_two_nationalities_of_one_name_are_told_apart() -> None:
    for language in LANGUAGES:
        say = wording(language)
        for one, other in (("CD", "CG"), ("DM", "DO"), ("NE", "NG"), ("GN", "GW"), ("KP", "KR"), ("SD", "SS")):
            assert say.nationality(one, "F") != say.nationality(other, "F")


def test_several_nationalities_are_one_entry_and_none_is_said() -> None:
    assert wording("fr").nationalities(("BE", "MA"), "F") == "Belge, marocaine"
    assert wording("fr").nationalities((), "F") == "Inconnue"


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("SU", ("Sovjet-Unie", "Union soviétique", "Sowjetunion", "Soviet Union")),
        ("SUHH", ("Sovjet-Unie", "Union soviétique", "Sowjetunion", "Soviet Union")),
        ("YU", ("Joegoslavië", "Yougoslavie", "Jugoslawien", "Yugoslavia")),
        ("CS", ("Tsjecho-Slowakije", "Tchécoslovaquie", "Tschechoslowakei", "Czechoslovakia")),
        (
            "CSXX",
            ("Servië en Montenegro", "Serbie-et-Monténégro", "Serbien und Montenegro", "Serbia and Montenegro"),
        ),
        ("ZR", ("Zaïre", "Zaïre", "Zaire", "Zaire")),
        (
            "DD",
            (
                "Duitse Democratische Republiek",
                "République démocratique allemande",
                "Deutsche Demokratische Republik",
                "German Democratic Republic",
            ),
        ),
        ("FX", ("Frankrijk", "France", "Frankreich", "France")),
        ("XBCD", ("Belgisch-Congo", "Congo belge", "Belgisch-Kongo", "Belgian Congo")),
        ("GE", ("Georgië", "Géorgie", "Georgien", "Georgia")),
        ("XX", ("onbekend", "inconnu", "unbekannt", "unknown")),
        ("QQ", ("landcode QQ", "code pays QQ", "Ländercode QQ", "country code QQ")),
    ],
)
def test_a_former_country_has_its_name(code: str, names: tuple[str]) -> None:
    assert tuple(wording(language).country(code) for language in LANGUAGES) == names


def test_every_code_of_the_registers_has_its_words() -> None:
    assert set(vocabulary("relations").codes) == set(RELATIONS)
    assert set(vocabulary("civil_states").codes) == set(CIVIL_STATES)
    assert set(vocabulary("last_wishes").codes) == set(LAST_WISHES)
    assert set(vocabulary("elections").codes) == set(ELECTIONS)
    certified = {code for code in REGISTERS if BY_REGISTER[RegisterKind(code)] is None}
    assert set(vocabulary("registers").codes) == certified


@pytest.mark.parametrize(
    ("relation", "sex", "words"),
    [
        ("spouse", "M", ("echtgenoot", "époux", "Ehemann", "husband")),
        ("spouse", "F", ("echtgenote", "épouse", "Ehefrau", "wife")),
        ("spouse", None, ("echtgenoot of echtgenote", "époux ou épouse", "Ehepartner(in)", "spouse")),
        ("child", "M", ("zoon", "fils", "Sohn", "son")),
        ("child", "F", ("dochter", "fille", "Tochter", "daughter")),
        ("child", "X", ("kind", "enfant", "Kind", "child")),
        ("partner", "F", ("partner", "partenaire", "Partnerin", "partner")),
        (
            "legal-cohabitant",
            "F",
            (
                "wettelijk samenwonende",
                "cohabitante légale",
                "gesetzlich Zusammenwohnende",
                "legal cohabitant",
            ),
        ),
        ("parent", "F", ("moeder", "mère", "Mutter", "mother")),
        ("grandchild", "M", ("kleinzoon", "petit-fils", "Enkel", "grandson")),
        ("sibling", "F", ("zus", "sœur", "Schwester", "sister")),
        ("stepchild", "M", ("stiefzoon", "fils du conjoint ou partenaire", "Stiefsohn", "stepson")),
        ("child-in-law", "M", ("schoonzoon", "gendre", "Schwiegersohn", "son-in-law")),
        ("great-grandchild", "F", ("achterkleindochter", "arrière-petite-fille", "Urenkelin", "great-granddaughter")),
        ("uncle-or-aunt", "M", ("oom", "oncle", "Onkel", "uncle")),
        ("uncle-or-aunt", None, ("oom of tante", "oncle ou tante", "Onkel oder Tante", "uncle or aunt")),
    ],
)
def test_a_relation_follows_the_sex_where_it_is_known(relation: str, sex: str | None, words: tuple[str]) -> None:
    assert tuple(wording(language).word("relations", relation, sex) for language in LANGUAGES) == words


@pytest.mark.parametrize(
    ("state", "sex", "words"),
    [
        (
            "separated",
            "F",
            (
                "gescheiden van tafel en bed",
                "séparée de corps et de biens",
                "von Tisch und Bett getrennt",
                "separated from bed and board",
            ),
        ),
        ("widowed", "M", ("verweduwd", "veuf", "verwitwet", "widowed")),
        ("divorced", None, ("gescheiden", "divorcé(e)", "geschieden", "divorced")),
    ],
)
def test_a_civil_state_is_a_word_of_the_language(state: str, sex: str | None, words: tuple[str]) -> None:
    assert tuple(vocabulary("civil_states").word(state, language, sex) for language in LANGUAGES) == words


def test_what_is_no_relation_is_not_printed() -> None:
    with pytest.raises(ValueError, match="neighbour"):
        wording("nl").word("relations", "neighbour", "M")


def test_a_certificate_speaks_of_each_person_by_their_grammar(press: CertificatePress) -> None:
    household = (
        *members(1, sex="M", nationalities=("CD", "BE")),
        *members(1, relation="spouse", sex="F", nationalities=("FR",)),
        *members(1, relation="child", sex="X", nationalities=("YU",)),
    )
    facts = facts_for(
        "household-composition",
        identity=an_identity(birth_place={"und": "Minsk"}, birth_country="SU", nationalities=("MA",), sex="F"),
        of=household,
    )

    dutch, french = (text_of(press.render_and_seal(an_order(facts, language)).pdf) for language in ("nl", "fr"))

    assert "Minsk, Sovjet-Unie Nationaliteit Marokkaanse " in dutch
    assert "echtgenote Française" in dutch
    assert "kind Joegoslavisch" in dutch
    assert "Minsk, Union soviétique Nationalité Marocaine " in french
    assert "épouse Française" in french
    assert "enfant Yougoslave" in french


def test_a_place_of_birth_in_an_unknown_country_is_told_alone(press: CertificatePress) -> None:
    identity = an_identity(birth_place={"und": "Erewhon"}, birth_country="XX")

    text = text_of(press.render_and_seal(an_order(facts_for("life", identity=identity))).pdf)

    assert "Geboorteplaats Erewhon Nationaliteit" in text


@pytest.mark.parametrize(
    ("place", "country", "told"),
    [
        ("Hong Kong", "HK", ("Hongkong", "Hong Kong", "Hongkong", "Hong Kong")),
        ("HONGKONG", "HK", ("Hongkong", "Hong Kong", "Hongkong", "Hong Kong")),
        ("Macao", "MO", ("Macau", "Macao", "Macau", "Macao")),
        ("Singapore", "SG", ("Singapore", "Singapour", "Singapur", "Singapore")),
        ("Kowloon", "HK", ("Kowloon, Hongkong", "Kowloon, Hong Kong", "Kowloon, Hongkong", "Kowloon, Hong Kong")),
        (
            "Luxembourg",
            "LU",
            tuple(f"Luxembourg, {name}" for name in ("Luxemburg", "Luxembourg", "Luxemburg", "Luxembourg")),
        ),
    ],
)
def test_a_place_that_is_its_country_is_told_once(place: str, country: str, told: tuple[str]) -> None:
    assert tuple(wording(language).place({"und": place}, country) for language in LANGUAGES) == told


def test_a_short_mark_never_begins_a_line() -> None:
    words = [
        vocabulary(table.stem).word(code, language, sex) or ""
        for table in TABLES.glob("*.csv")
        for code in vocabulary(table.stem).codes
        for language in LANGUAGES
        for sex in (None, "M", "F")
    ]

    assert "belle-fille\u00a0(bru)" in words
    assert not [word for word in words if re.search(r" \([^()]{1,6}\)", word)]
