"""Residents that tests and demonstrations ask for: the same national numbers in every town, for every seed.

A hard case's number is made of its date of birth and a serial from 901 on, which no ordinary resident gets.
HARD_CASES.md beside the service shows them; a test keeps it equal to this table.
"""

from collections.abc import Mapping

from deploy.demo.generator.hard_case import HardCase
from deploy.demo.generator.hard_case import case as _case
from deploy.demo.generator.outcomes import outcomes
from deploy.demo.generator.register_cases import REGISTER_CASES
from services.contracts.national_number import display

HARD_CASES: dict[str, HardCase] = {
    case.key: case
    for case in (
        _case(
            "demo-citizen",
            "1985-07-30",
            901,
            "the standard citizen: married, two minor children, one move inside the town",
        ),
        _case("demo-spouse", "1987-03-12", 902, "the standard citizen's spouse"),
        _case(
            "demo-child", "2017-05-04", 901, "a minor: the standard citizen and the spouse both speak for this child"
        ),
        _case("demo-toddler", "2021-09-21", 902, "their second child"),
        _case("single", "1990-02-14", 904, "lives alone, never married"),
        _case("parent-of-a-minor", "1991-06-01", 906, "single parent of `minor`, with parental authority"),
        _case(
            "minor", "2014-11-08", 903, "a minor who may ask for self; may be asked about by `parent-of-a-minor` only"
        ),
        _case(
            "parent-without-authority",
            "1989-01-19",
            905,
            "other parent of `minor`, in the same town, without authority: not-entitled",
        ),
        _case(
            "parent-from-elsewhere",
            "1988-10-03",
            907,
            "moved out, but has authority over `child-of-two-towns`",
        ),
        _case("parent-in-town", "1989-12-24", 908, "lives with `child-of-two-towns`"),
        _case(
            "child-of-two-towns", "2015-02-17", 905, "a minor: one parent lives here, the other moved out, both may ask"
        ),
        _case(
            "just-of-age", "2007-12-31", 910, "child of `demo-citizen`, of age and living alone: nobody else may ask"
        ),
        _case("legal-cohabitant", "1993-04-22", 909, "legally cohabiting, no children"),
        _case("twelve-members", "1975-05-05", 911, "reference person of a household of twelve, three generations"),
        _case("divorced", "1969-08-11", 912, "divorced, lives alone"),
        _case("widowed", "1948-03-29", 914, "widow of `deceased`"),
        _case(
            "blended-family",
            "1982-09-14",
            913,
            "reference person with a spouse, a child, a stepchild and a child of both",
        ),
        _case("care-home", "1938-01-06", 916, "lives in a care home: a collective household"),
        _case("prison", "1979-11-27", 915, "registered at a prison: a collective household"),
        _case("student", "2004-06-18", 918, "lives alone in a student house with letter boxes"),
        _case(
            "long-name", "1977-07-07", 917, "first and last names of 200 characters together, one word of them 60 long"
        ),
        _case("one-name", "1995-01-25", 919, "one name only, a single word; it is the last name"),
        _case("no-first-name", "1984-12-02", 920, "no first name, a last name of several words"),
        _case("arabic-name", "1986-06-06", 921, "names in Arabic script (right to left)"),
        _case("hebrew-name", "1981-02-28", 922, "names in Hebrew script (right to left)"),
        _case(
            "combining-characters", "1996-10-10", 924, "names written with combining characters, several on one letter"
        ),
        _case(
            "bis-number",
            "1994-03-03",
            923,
            "a resident who is still under a BIS number (month + 40): nobody merged it into the national number",
            bis=40,
        ),
        _case(
            "bis-number-sex-unknown",
            "1998-08-08",
            926,
            "the same with a BIS number given while the sex was not known (month + 20)",
            bis=20,
        ),
        _case("unknown-birth-day", "1972-04-00", 925, "the day of birth is unknown"),
        _case("unknown-birth-month", "1966-00-00", 927, "month and day of birth are unknown"),
        _case(
            "minor-unknown-birth-day",
            "2012-05-00",
            927,
            "a minor with an unknown day of birth; `unknown-birth-day` speaks for this child",
        ),
        _case("stateless", "1990-09-09", 928, "no nationality (XS), born in the Soviet Union (SU)"),
        _case("several-nationalities", "1983-05-16", 929, "three nationalities, since when of one is unknown"),
        _case(
            "merged",
            "1980-10-20",
            931,
            "an old number, merged into `merged-into`: answers come from the current dossier",
            bis=40,
        ),
        _case("merged-twice", "1980-10-20", 933, "merged into `merged`, which was merged itself", bis=20),
        _case("merged-into", "1980-10-20", 935, "the current number of `merged`"),
        _case("deceased", "1945-02-02", 937, "died"),
        _case("moved-out", "1992-12-12", 930, "moved to another municipality"),
        _case("emigrated", "1987-05-27", 932, "moved abroad"),
        _case("struck-off", "1978-04-15", 939, "struck off, whereabouts unknown"),
        _case(
            "protected-address",
            "1991-08-30",
            934,
            "the address may not be told; `life` holds none and is given",
        ),
        _case(
            "child-at-protected-address",
            "2016-03-13",
            936,
            "a minor who lives there and is not protected itself: its address is that of the parent who is",
        ),
        _case(
            "parent-of-protected",
            "1990-07-21",
            941,
            "parent with authority over `child-at-protected-address`, living apart: is told what a stranger is told",
        ),
        _case("late", "1986-01-15", 943, "the register answers only 5 s after it was first asked", answers_after_s=5.0),
        _case(
            "very-late",
            "1986-01-15",
            945,
            "the register answers only 60 s after it was first asked",
            answers_after_s=60.0,
        ),
        _case(
            "twice",
            "1986-01-15",
            938,
            "the register answers late, after 3 s, and twice, because the first answer is lost on the way",
            answers_after_s=3.0,
            answers_twice=True,
        ),
        _case(
            "no-household",
            "1976-11-11",
            947,
            "a resident whose dossier names no household",
        ),
        _case(
            "no-address",
            "1981-03-23",
            940,
            "a resident whose last stay has ended",
        ),
        _case(
            "two-reference-persons",
            "1973-06-30",
            949,
            "reference person of a household that has another one",
        ),
        _case("lives-with-merged", "1974-09-17", 951, "the household lists the child under an old, merged number"),
        _case("merged-child", "2013-10-08", 953, "the child of `lives-with-merged`, by the current number"),
        _case(
            "merged-child-before",
            "2013-10-08",
            955,
            "the old number of `merged-child`, as the household lists it",
            bis=40,
        ),
        _case(
            "widow-of-a-member",
            "1951-05-19",
            952,
            "a widow whose household still lists the husband who died",
        ),
        _case(
            "household-elsewhere",
            "1988-02-29",
            957,
            "the household is still at the address before the last",
        ),
        *REGISTER_CASES,
    )
}
"""By key, in the order of the document."""

DEMO_CITIZEN = HARD_CASES["demo-citizen"].number
"""Whom `make demo` signs in."""


def document() -> str:
    """HARD_CASES.md: the table as people read it."""
    lines = [
        "# Residents that every synthetic town has",
        "",
        "Made from `generator/hard_cases.py` and `generator/outcomes.csv`; the numbers are the same in every town",
        "and for every seed. All live in Voorbeeldstraat, Rue de l’Exemple or Beispielstraße, which are one street",
        "in a town of two languages. What is refused holds for a citizen who asks about self, by fact; what is not",
        "named is given. What is contradicted (`!`) waits until the town has mended its register. What follows",
        "from a register or a standing: `consequences.py`. Who may not vote, and who was not written off to",
        "abroad, is refused `voter` and `departure`: that is not said here.",
        "",
        "| key | national number | digits | who | refused or contradicted |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| `{case.key}` | {display(case.number)} | `{case.number}` | {case.about} | {_told(outcomes()[case.key])} |"
        for case in HARD_CASES.values()
    ]
    return "\n".join(lines) + "\n"


def _told(by_fact: Mapping[str, str]) -> str:
    """Facts with the same outcome together."""
    usual = {"voter": "not-a-voter", "departure": "still-registered"}
    by_outcome: dict[str, list[str]] = {}
    for fact, outcome in by_fact.items():
        if outcome and usual.get(fact) != outcome:
            by_outcome.setdefault(outcome, []).append(fact)
    most = len(by_fact) - len(usual)
    return ", ".join(
        f"{'all' if len(facts) >= most else ' and '.join(facts)}: `{outcome}`" for outcome, facts in by_outcome.items()
    )
