"""One dwelling as two officials wrote it down, and dwellings that are certainly two: pairs of addresses."""

from dataclasses import replace
from typing import Any

from services.contracts.address import Address
from tests.registry.fakes import HOME

Pair = tuple[Address, Address]


def _numbers(number: str, box: str | None, other: str, other_box: str | None) -> Pair:
    return replace(HOME, house_number=number, box=box), replace(HOME, house_number=other, box=other_box)


def _streets(one: str | dict[str, str], other: str | dict[str, str], **place: Any) -> Pair:
    pair = ({"nl": each} if isinstance(each, str) else each for each in (one, other))
    first, second = (replace(HOME, street=street, **place) for street in pair)
    return first, second


ETTERBEEK: dict[str, Any] = {"postcode": "1040", "municipality": {"nl": "Etterbeek", "fr": "Etterbeek"}}
LAW = {"nl": "Wetstraat", "fr": "Rue de la Loi"}
TONGEREN = replace(HOME, postcode="3700", municipality={"nl": "Tongeren"})

PERHAPS_ONE: dict[str, Pair] = {
    "a zero in front of the box": _numbers("12", "101", "12", "0101"),
    "a zero in front of the number": _numbers("12", "101", "012", "101"),
    "a zero behind the slash": _numbers("12/12", None, "12/012", None),
    "a slash in the box": _numbers("12", "01/1", "12", "101"),
    "a box in the number": _numbers("12", "3", "12/3", None),
    "a box and its word in the number": _numbers("12", "3", "12 bus 3", None),
    "the word for a box in Dutch": _numbers("12", "101", "12", "bus 101"),
    "the word for a box in French": _numbers("12", "101", "12", "Boîte 101"),
    "the word for a box shortened": _numbers("12", "101", "12", "bte.101"),
    "the word for a box in German": _numbers("12", "101", "12", "Bfk. 101"),
    "one letter for the word": _numbers("12", "3", "12", "b.3"),
    "the word for a number": _numbers("n° 12", "3", "12", "3"),
    "the sign for a number": _numbers("nº 12", "3", "12", "3"),
    "a floor and a point": _numbers("12", "1.01", "12", "101"),
    "no box": _numbers("12", "101", "12", None),
    "a box of zeros": _numbers("12", "0000", "12", None),
    "a letter for a box": _numbers("12A", None, "12", "A"),
    "a letter left out": _numbers("12A", "3", "12", "3"),
    "a Roman figure": _numbers("12", "III", "12", "3"),
    "a word for the ground floor": _numbers("12", "glv", "12", "0"),
    "the last house of two": _numbers("12-14", None, "14", None),
    "a house between two": _numbers("12-16", None, "14", None),
    "a house between two, on the other side": _numbers("12-16", None, "13", None),
    "a house in the second of two": _numbers("12-16", None, "14-18", None),
    "one range in another": _numbers("12-20", None, "14-16", None),
    "a box of a house between two": _numbers("12-16", "3", "14", "3"),
    "a box in the number, of a house between two": _numbers("12-16/3", None, "14", "3"),
    "a house with a letter between two": _numbers("12-16", None, "14A", None),
    "a house with a letter between two with others": _numbers("12A-16C", None, "14D", None),
    "a letter between two of one house": _numbers("12A-12C", None, "12B", None),
    "a letter between two": _numbers("12A-C", None, "12", "B"),
    "a letter between none and one": _numbers("12-12C", None, "12B", None),
    "two ranges of letters": _numbers("12A-C", None, "12B-D", None),
    "a house between two with a longer dash": _numbers("12 – 16", None, "14", None),
    "a house between two with a Dutch word": _numbers("12 tot 16", None, "14", None),
    "a house between two run together with a word": _numbers("12tot16", None, "14", None),
    "a house between two with a Dutch word shortened": _numbers("12 t/m 16", None, "14", None),
    "a house between two with a French word": _numbers("12 à 16", None, "14", None),
    "a house between two with a German word": _numbers("12 bis 16", None, "14", None),
    "a house between two that are numbered": _numbers("nr. 12-nr. 16", None, "14", None),
    "a house between two with a slash": _numbers("12/16", None, "14", None),
    "a house between two of three": _numbers("12, 14, 18", None, "16", None),
    "a house between two with zeros in front": _numbers("0012-0016", None, "14", None),
    "a house in a long range": _numbers("100-180", None, "140", None),
    "a box between two": _numbers("12", "101-103", "12", "102"),
    "a box between two in the number": _numbers("12", "101-103", "12/102", None),
    "a letter between two of a box": _numbers("12", "A-C", "12", "B"),
    "a house between two shortened, in a shortened street": (
        replace(HOME, house_number="12-16", box=None),
        replace(HOME, house_number="14", box=None, street={"nl": "Voorbeeldstr."}),
    ),
    "no house number": _numbers("z/n", None, "12", None),
    "a small figure": _numbers("12²", None, "12", "2"),
    "wide figures": _numbers("１２", None, "12", None),
    "figures of another script": _numbers("١٢", None, "12", None),
    "a sign before the box": _numbers("12", "-1", "12", "1"),
    "a shortened street": _streets("Voorbeeldstraat", "Voorbeeldstr."),
    "a shortened saint": _streets("St.-Jansstraat", "Sint-Jansstraat"),
    "initials": _streets("O.L.V.-straat", "Onze-Lieve-Vrouwestraat"),
    "a shortened avenue": _streets({"fr": "Av. Louise"}, {"fr": "Avenue Louise"}),
    "a shortened boulevard": _streets({"fr": "Bd du Midi"}, {"fr": "Boulevard du Midi"}),
    "a street turned round": _streets({"fr": "Neuve (rue)"}, {"fr": "Rue Neuve"}),
    "a title left out": _streets("Koning Albertlaan", "Albertlaan"),
    "an old spelling": _streets("Ijzerlaan", "Yzerlaan"),
    "letters exchanged": _streets("Molenstraat", "Moelnstraat"),
    "a letter wrong": _streets("Elzenlaan", "Elsenlaan"),
    "a date in words": _streets({"fr": "Rue du 11 Novembre"}, {"fr": "Rue du Onze Novembre"}),
    "a name in Dutch and one in French": _streets({"nl": "Wetstraat"}, {"fr": "Rue de la Loi"}, **ETTERBEEK),
    "a name in a language that nobody noted": _streets({"und": "Loi"}, {"nl": "Wetstraat"}, **ETTERBEEK),
    "one of two names the same": _streets(LAW, {**LAW, "fr": "Rue des Lois"}, **ETTERBEEK),
    "no street": _streets({}, "Voorbeeldstraat"),
    "a municipality that merged": (TONGEREN, replace(TONGEREN, municipality={"nl": "Tongeren-Borgloon"})),
    "the postal code of a part that merged": (TONGEREN, replace(TONGEREN, postcode="3840")),
    "the postal code of a part": (HOME, replace(HOME, postcode="3201")),
    "a postal code that is none": (HOME, replace(HOME, postcode="3209")),
    "a postal code with the country": (HOME, replace(HOME, postcode="B-3200")),
}
CERTAINLY_TWO: dict[str, Pair] = {
    "another house": _numbers("12", None, "13", None),
    "a house with one figure more": _numbers("12", None, "112", None),
    "another box": _numbers("12", "101", "12", "102"),
    "a box with one zero more": _numbers("12", "1", "12", "10"),
    "a box with its figures exchanged": _numbers("12", "101", "12", "110"),
    "another letter": _numbers("12A", None, "12B", None),
    "another letter of a box": _numbers("12", "A", "12", "C"),
    "another house with the same box": _numbers("12", "1", "14", "1"),
    "figures of number and box run together": _numbers("1", "21", "12", "1"),
    "a house beside two": _numbers("12-16", None, "18", None),
    "a range beside another": _numbers("12-16", None, "18-22", None),
    "another box of a house between two": _numbers("12-16", "3", "14", "4"),
    "a letter beside two": _numbers("12A-C", None, "12D", None),
    "a letter beside two of one house": _numbers("12A-12C", None, "12D", None),
    "a letter beside two of a box": _numbers("12", "A-C", "12", "D"),
    "a box beside two": _numbers("12", "101-103", "12", "104"),
    "a box on the same floor": _numbers("12", "1/3", "12", "1/2"),
    "a box on the same floor, in the number": _numbers("12/1/3", None, "12/1/2", None),
    "a house between number and box": _numbers("12", "16", "14", None),
    "a house between number and box, with the word": _numbers("12 bus 16", None, "14", None),
    "a house between number and box, with a slash": _numbers("12/101", None, "14", None),
    "a house between number and box, with a zero": _numbers("12-0101", None, "14", None),
    "a house between number and box, with a dash": _numbers("12-1001", None, "14", None),
    "another street": _streets("Voorbeeldstraat", "Andere straat"),
    "another kind of street": _streets("Voorbeeldstraat", "Voorbeeldlaan"),
    "a street that only ends alike": _streets("Laan", "Voorbeeldlaan"),
    "another saint": _streets("Sint-Jansstraat", "Sint-Jozefstraat"),
    "another figure in the street": _streets("Wijk 1", "Wijk 11"),
    "another street in either language": _streets(LAW, {"nl": "Kerkstraat", "fr": "Rue de l’Église"}, **ETTERBEEK),
    "another street than either name": _streets({"und": "Kerkstraat"}, LAW, **ETTERBEEK),
    "another street where there is one language": _streets({"und": "Andere straat"}, "Voorbeeldstraat"),
    "another municipality": (HOME, replace(HOME, postcode="9000")),
}
