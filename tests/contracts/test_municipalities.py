"""The table of municipalities: today's, the former ones, and what the law says of their languages."""

from collections import Counter
from datetime import date

import pytest

from services.contracts.municipalities import REGIMES, municipalities, municipality, official_languages, parts

TODAY, BEFORE = date(2025, 1, 1), date(2024, 12, 31)


def named(refnis: str, on: date) -> tuple[str, str]:
    found = municipality(refnis, on)
    assert found is not None
    return found.refnis, found.names["nl"]


def test_565_municipalities_of_today_581_of_the_day_before_and_589_before_2019():
    def there(on: date) -> int:
        return sum(each.exists_on(on) for each in municipalities().values())

    assert (there(TODAY), there(BEFORE), there(date(2018, 12, 31))) == (565, 581, 589)


@pytest.mark.parametrize(
    ("former", "now", "name"),
    [
        ("11007", "11002", "Antwerpen"),
        ("11056", "46030", "Beveren-Kruibeke-Zwijndrecht"),
        ("46003", "46030", "Beveren-Kruibeke-Zwijndrecht"),
        ("46013", "46030", "Beveren-Kruibeke-Zwijndrecht"),
        ("73006", "73110", "Bilzen-Hoeselt"),
        ("73032", "73110", "Bilzen-Hoeselt"),
        ("73083", "73111", "Tongeren-Borgloon"),
        ("73009", "73111", "Tongeren-Borgloon"),
        ("23023", "23106", "Pajottegem"),
        ("23024", "23106", "Pajottegem"),
        ("23032", "23106", "Pajottegem"),
        ("71057", "71071", "Tessenderlo-Ham"),
        ("71069", "71071", "Tessenderlo-Ham"),
        ("71022", "71072", "Hasselt"),
        ("73040", "71072", "Hasselt"),
        ("44034", "44087", "Lochristi"),
        ("44073", "44087", "Lochristi"),
        ("46014", "46029", "Lokeren"),
        ("44045", "46029", "Lokeren"),
        ("44048", "44086", "Nazareth-De Pinte"),
        ("44012", "44086", "Nazareth-De Pinte"),
        ("44043", "44088", "Merelbeke-Melle"),
        ("44040", "44088", "Merelbeke-Melle"),
        ("37018", "37021", "Wingene"),
        ("37012", "37021", "Wingene"),
        ("37015", "37022", "Tielt"),
        ("37007", "37022", "Tielt"),
        ("82003", "82039", "Bastenaken"),
        ("82005", "82039", "Bastenaken"),
    ],
)
def test_a_former_municipality_has_its_name_until_the_day_it_merged(former: str, now: str, name: str):
    assert named(former, BEFORE) == (former, municipalities()[former].names["nl"])
    assert named(former, TODAY) == (now, name)
    assert municipalities()[former] in parts(now, BEFORE)


def test_every_merger_of_2025_is_in_the_table():
    assert sum(each.until == TODAY for each in municipalities().values()) == 29
    assert sum(each.since == TODAY for each in municipalities().values()) == 13
    assert municipalities()["11002"].exists_on(BEFORE)


def test_a_code_that_began_later_is_shown_as_what_it_is_and_an_unknown_one_is_nothing():
    assert named("46030", date(1985, 1, 1)) == ("46030", "Beveren-Kruibeke-Zwijndrecht")
    assert municipality("99999", TODAY) is None
    assert (parts("99999", TODAY), official_languages("99999")) == ((), ())


def test_nineteen_of_brussels_and_27_with_facilities():
    regimes = Counter(each.regime for each in municipalities().values() if each.exists_on(TODAY))

    assert regimes["brussels"] == 19
    facilities = {regime: count for regime, count in regimes.items() if "facilities" in regime}
    assert facilities == {
        "nl-facilities-fr": 12,
        "fr-facilities-nl": 4,
        "fr-facilities-de": 2,
        "de-facilities-fr": 9,
    }
    assert set(regimes) <= set(REGIMES)


@pytest.mark.parametrize(
    ("refnis", "languages"),
    [
        ("21005", ("nl", "fr")),
        ("23101", ("nl", "fr")),
        ("73109", ("nl", "fr")),
        ("57097", ("fr", "nl")),
        ("63080", ("fr", "de")),
        ("63023", ("de", "fr")),
        ("24001", ("nl",)),
        ("62063", ("fr",)),
    ],
)
def test_the_law_says_in_which_languages(refnis: str, languages: tuple[str, ...]):
    assert official_languages(refnis) == languages


@pytest.mark.parametrize(
    ("refnis", "names"),
    [
        ("62063", ("Luik", "Liège", "Lüttich")),
        ("24062", ("Leuven", "Louvain", "Löwen")),
        ("41002", ("Aalst", "Alost", "Aalst")),
        ("63067", ("Sankt Vith", "Saint-Vith", "Sankt Vith")),
        ("21004", ("Brussel", "Bruxelles", "Brüssel")),
        ("52011", ("Charleroi", "Charleroi", "Charleroi")),
    ],
)
def test_names_in_three_languages(refnis: str, names: tuple[str, ...]):
    assert tuple(municipalities()[refnis].names[language] for language in ("nl", "fr", "de")) == names


@pytest.mark.parametrize(
    ("refnis", "postcode"),
    [
        ("12014", "2220"),
        ("12025", "2800"),
        ("13010", "2280"),
        ("23003", "1650"),
        ("23025", "1850"),
        ("23027", "1500"),
        ("23096", "1980"),
        ("24020", "3290"),
        ("24062", "3000"),
        ("25112", "1300"),
        ("31005", "8000"),
        ("33011", "8900"),
        ("34022", "8500"),
        ("38016", "8620"),
        ("41002", "9300"),
        ("42008", "9220"),
        ("44021", "9000"),
        ("44081", "9870"),
        ("45068", "9770"),
        ("46003", "9120"),
        ("46021", "9100"),
        ("46030", "9120"),
        ("53053", "7000"),
        ("57081", "7500"),
        ("58001", "7100"),
        ("62027", "4607"),
        ("62063", "4000"),
        ("63067", "4780"),
        ("71071", "3980"),
        ("71072", "3500"),
        ("73110", "3740"),
        ("85039", "6730"),
        ("91072", "5560"),
        ("92094", "5000"),
    ],
)
def test_the_main_postal_code_is_no_parts(refnis: str, postcode: str):
    assert municipalities()[refnis].postcode == postcode


def test_no_two_municipalities_of_today_have_one_main_postal_code():
    codes = Counter(each.postcode for each in municipalities().values() if each.exists_on(TODAY))

    assert [code for code, count in codes.items() if count > 1] == []
