"""The codes of countries and nationalities that facts may hold (contracts.facts says what they mean)."""

_ISO_3166_1 = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA
CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA
GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS
MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS
RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW
TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""
"""Alpha-2, and XK."""

_ISO_3166_3 = """
AIDJ ANHH BQAQ BUMM BYAA CSHH CSXX CTKI DDDE DYBJ FQHH FXFR GEHH HVBF JTUM MIUM NHVU NQAQ NTHH PCHH PUUM PZPA RHZW SKIN
SUHH TPTL VDVN WKUM YDYE YUCS ZRCD
"""

_REUSED = "AIDJ BQAQ BYAA CSXX CTKI FQHH GEHH JTUM MIUM NQAQ PUUM SKIN WKUM"
"""Former countries whose two letters another has or had, or nobody used."""

_WITHOUT_NATIONALS = "AQ BV GS HM IO TF UM BQAQ CTKI FQHH FXFR JTUM MIUM NQAQ NTHH PCHH PUUM PZPA WKUM"
"""Territories where nobody lives, or whose nationality nobody ever had."""

WITHDRAWN = {code[:2]: code for code in _ISO_3166_3.split() if code not in _REUSED.split()}
"""Two letters that only a former country had, and its four of ISO 3166-3.

`CS` was two countries': Czechoslovakia until 1993 and, from 2003, Serbia and Montenegro, which is `CSXX` here.
"""

_MEMBER_STATES = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
UNION = frozenset(_MEMBER_STATES.split())
"""The European Union's (Treaty on European Union, article 52), as it is since 1 February 2020."""

UNKNOWN = "XX"

COUNTRIES = frozenset((*_ISO_3166_1.split(), *_ISO_3166_3.split(), "XBCD", "XRRW", *WITHDRAWN, UNKNOWN))
"""Where somebody can be recorded as born."""

EXCLUSIVE = frozenset({"XS", "XU", UNKNOWN})
"""Stateless, undetermined, unknown: who has one of these has no nationality beside it."""


def canonical(code: str) -> str:
    """One code for what has two."""
    return WITHDRAWN.get(code, code)


NATIONALITIES = EXCLUSIVE | {"XR"} | {code for code in COUNTRIES if canonical(code) not in _WITHOUT_NATIONALS.split()}
"""What somebody can be recorded to be."""
