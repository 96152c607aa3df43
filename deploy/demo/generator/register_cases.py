"""Residents of every register, standing and position: what consequences.py says of each."""

from deploy.demo.generator.hard_case import HardCase, case

REGISTER_CASES: tuple[HardCase, ...] = (
    case(
        "foreigners-register",
        "1992-02-03",
        951,
        "in the foreigners' register alone, so it is what a certificate names",
    ),
    case(
        "waiting-register",
        "1997-03-19",
        952,
        "asks for protection: in the waiting register, by the identity that was declared",
    ),
    case(
        "waiting-register-eu",
        "1999-05-12",
        953,
        "a citizen of the Union whose residence the police have not looked at yet",
    ),
    case(
        "mixed-registers",
        "1988-11-02",
        954,
        "lives with `waiting-register-spouse`: the household is of two registers, and both are named",
    ),
    case(
        "waiting-register-spouse",
        "1990-01-30",
        955,
        "asks for protection, married to `mixed-registers`",
    ),
    case(
        "eu-official",
        "1974-09-09",
        956,
        "official of the European Union, in the register of these officials (code 3 of MAGDA)",
    ),
    case(
        "diplomat",
        "1971-12-01",
        957,
        "holder of a special identity card (Royal Decree of 30 October 1991)",
    ),
    case(
        "spouse-of-official",
        "1976-04-28",
        958,
        "in the population register, married to `eu-official`: the household is not certified",
    ),
    case(
        "bis-register",
        "1993-07-17",
        959,
        "known by a BIS number and in no register",
        bis=40,
    ),
    case(
        "declared-absent",
        "1958-08-08",
        961,
        "declared absent by a court, which has the effects of death",
    ),
    case(
        "struck-off-abroad",
        "1983-02-14",
        962,
        "struck off ex officio, to abroad",
    ),
    case(
        "residence-lost",
        "1995-10-21",
        963,
        "lost the right of residence and was removed",
    ),
    case("separated", "1967-06-06", 964, "separated from bed and board: still married, lives alone"),
    case(
        "four-generations",
        "1944-01-17",
        965,
        "reference person with a child, a grandchild, a great-grandchild, an aunt and a cousin",
    ),
    case(
        "community",
        "1949-05-23",
        966,
        "lives in a convent: a member of the community",
    ),
    case(
        "spouse-after-divorce",
        "1979-03-03",
        967,
        "divorced, and the household still lists the spouse",
    ),
    case(
        "cohabitation-ended",
        "1989-09-29",
        968,
        "the legal cohabitation was ended, and the household still lists it",
    ),
    case("eu-voter", "1984-07-12", 972, "a citizen of the Union, entered as a voter for town and Europe"),
    case("excluded-voter", "1974-10-30", 973, "excluded from voting by a judgment"),
    case("last-wishes", "1952-02-27", 974, "declared how to be laid to rest"),
    case("born-before-a-merger", "1961-04-04", 970, "born in Borsbeek, which is a part of Antwerp since 2025"),
)
