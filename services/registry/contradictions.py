"""How a register can contradict itself, by name. What it contradicts is never put on paper (DESIGN.md).

Nothing is mended here and no relation is computed anew: the town reads the name in `loket held list`, and whom it
concerns in `loket held show`, mends the register, and the application goes on.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum


class Contradiction(StrEnum):
    """Names of kinds; none says anything of a person."""

    MERGES_WITHOUT_END = "merges-without-end"
    """Dossiers that were merged into each other in a ring: none of them is the current one."""
    MERGED_INTO_NOBODY = "merged-into-nobody"
    """A resident's dossier was merged into one that is not there."""
    DOSSIER_UNREADABLE = "dossier-unreadable"
    """A dossier or household that lacks a part, or has one of another kind than it should be."""
    TEXT_UNPRINTABLE = "text-unprintable"
    """A name or an address with a sign that has no meaning, which no paper can show, or with a mark that makes it read
    in another order: what was meant is the town's to say."""
    TEXT_TOO_LONG = "text-too-long"
    """A name or an address longer than contracts.extracts.LONGEST_TEXT."""
    NAME_MISSING = "name-missing"
    """Somebody without any name that could be seen."""
    TOO_MANY_FIRST_NAMES = "too-many-first-names"
    """More than contracts.extracts.MOST_FIRST_NAMES."""

    ADDRESS_WITHOUT_NAME_IN_NL = "address-without-name-in-nl"
    ADDRESS_WITHOUT_NAME_IN_FR = "address-without-name-in-fr"
    ADDRESS_WITHOUT_NAME_IN_DE = "address-without-name-in-de"
    """An address that has no name in one of the town's own languages."""

    ADDRESS_INCOMPLETE = "address-incomplete"
    """An address without a house number or a postal code."""
    ADDRESS_OUTSIDE_TOWN = "address-outside-town"
    """A resident's address that is in another municipality: by its postal code, or by its name where two share one."""

    CODE_UNKNOWN = "code-unknown"
    """A country, nationality, place of birth or sex that no table has. Recorded as unknown, it has a code."""
    NATIONALITY_TWICE = "nationality-twice"
    """One nationality, listed twice: perhaps as that of a state before and after it changed its name."""
    NATIONALITY_OUTLIVED = "nationality-outlived"
    """That of a state that fell apart, beside that of one which came out of it: nobody is a national of both today, and
    which of its heirs the old one became is the town's to say."""
    VOTER_NOT_ENTITLED = "voter-not-entitled"
    """Entered as a voter in an election in which nobody of these nationalities may be."""
    STATE_ENDED = "state-ended"
    """Born in a state after its end; or a national of one who was born, or became its national, after its end."""
    STATE_NOT_YET_BEGUN = "state-not-yet-begun"
    """Born in a state before it began, or before it took the name that the code stands for."""
    CODE_AMBIGUOUS = "code-ambiguous"
    """`CS`, which was Czechoslovakia's and Serbia and Montenegro's, where nothing says which, or the dossier says both:
    to be recorded as `CSHH` or `CSXX`."""
    NATIONALITIES_EXCLUSIVE = "nationalities-exclusive"
    """Stateless, undetermined or unknown beside a nationality."""

    DATE_IMPOSSIBLE = "date-impossible"
    """A day that no calendar has, one that is not known where it has to be, or the birth of somebody 126 years old."""
    DATE_IN_THE_FUTURE = "date-in-the-future"
    """Born, registered, moved in, joined, married or naturalised after today."""
    DATES_OUT_OF_ORDER = "dates-out-of-order"
    """Something that ended before it began, or began before the one before it ended, or before its person was born;
    an address in the town from before the registration there."""

    ANSWER_DOUBTED = "answer-doubted"
    """The source itself says that part of its answer is wrong or left out."""
    STANDING_UNKNOWN = "standing-unknown"
    """The source does not say in which town's register somebody is, nor that it is none's; or in a code of no table."""
    REGISTER_UNKNOWN = "register-unknown"
    """The source does not say in which register of the town a foreigner is; or in a code of no table."""
    SEVERAL_CIVIL_STATES = "several-civil-states"
    """The source gives somebody two civil states at once."""

    RESIDENT_WITH_BIS_NUMBER = "resident-with-bis-number"
    """Somebody entered in a register under a BIS number, which is for who is in none: the dossier has to be merged into
    that of the national number which came with the entry."""
    RESIDENT_WITHOUT_ADDRESS = "resident-without-address"
    """A resident whose last stay has ended, or who never had one."""
    RESIDENT_AT_TWO_ADDRESSES = "resident-at-two-addresses"
    """A stay that did not end when the next began."""
    RESIDENT_WITHOUT_HOUSEHOLD = "resident-without-household"
    """A resident whose dossier names no household, or one that is not there."""

    SUBJECT_NOT_IN_HOUSEHOLD = "subject-not-in-household"
    """The household that the subject's dossier names does not list the subject."""
    HOUSEHOLD_AT_ANOTHER_ADDRESS = "household-at-another-address"
    """The subject's household is not where the subject lives."""
    HOUSEHOLD_LACKS_RESIDENT = "household-lacks-resident"
    """A resident's dossier names this household, which does not list that resident."""
    HOUSEHOLD_WITHOUT_ONE_REFERENCE_PERSON = "household-without-one-reference-person"
    """It has none, or several."""
    HOUSEHOLD_TOO_LARGE = "household-too-large"
    """A private household with more members than any paper lists."""

    MEMBER_WITHOUT_DOSSIER = "member-without-dossier"
    """A household lists somebody whom the register does not know."""
    MEMBER_TWICE = "member-twice"
    """A household lists one person twice, perhaps once under an old number."""
    MEMBERSHIP_NOT_CLOSED = "membership-not-closed"
    """A household still lists somebody who died or left the town."""
    MEMBER_OF_ANOTHER_HOUSEHOLD = "member-of-another-household"
    """A household lists somebody whose dossier names another household, or none."""
    MEMBER_AT_ANOTHER_ADDRESS = "member-at-another-address"
    """A household lists somebody who lives elsewhere."""
    SPOUSE_AFTER_THE_END = "spouse-after-the-end"
    """A household lists a spouse where the register has the marriage of one of the two as ended."""
    LEGAL_COHABITANT_AFTER_THE_END = "legal-cohabitant-after-the-end"
    """A household lists a legal cohabitant where the register has the cohabitation of one of the two as ended."""
    MEMBER_LIVED_ELSEWHERE = "member-lived-elsewhere"
    """Somebody was a member together with the reference person while the two lived at different addresses."""
    SEVERAL_SPOUSES = "several-spouses"
    """A household lists two spouses or legal cohabitants of one person, or one of each."""
    SPOUSE_OF_ANOTHER = "spouse-of-another"
    """A household lists a spouse or legal cohabitant where one of the two is married to, or cohabits with, another."""
    LEGAL_COHABITATION_UNDECLARED = "legal-cohabitation-undeclared"
    """A household lists a legal cohabitant where neither of the two declared a cohabitation, or not the one who asks
    for a certificate of it."""
    SPOUSE_TOO_YOUNG = "spouse-too-young"
    """A spouse or legal cohabitant, or who has one, is certainly a child."""
    RELATION_AGAINST_AGE = "relation-against-age"
    """A child who is certainly not ten years younger, or a parent who is not ten years older; of each generation more
    ten years more."""
    RELATION_AGAINST_DESCENT = "relation-against-descent"
    """A relation that nobody has to an own child or parent, which the dossiers say the two are."""
    MARRIED_TO_THE_DECEASED = "married-to-the-deceased"
    """A marriage that goes on, with somebody who died."""
    WIDOWED_OF_THE_LIVING = "widowed-of-the-living"
    """The late spouse of somebody widowed is a resident."""
    MARRIAGE_ON_ONE_SIDE = "marriage-on-one-side"
    """A marriage that goes on, with a resident who is not married, or married to another; or one that ended, with a
    resident by whose dossier it goes on."""
    COHABITANT_WITHOUT_DOSSIER = "cohabitant-without-dossier"
    """A legal cohabitation that goes on, with somebody whom the register does not know."""
    COHABITATION_ON_ONE_SIDE = "cohabitation-on-one-side"
    """A legal cohabitation that goes on, with somebody who died, or whose dossier does not say so; or one that ended,
    with a resident by whose dossier it goes on."""
    COHABITATION_INTO_MARRIAGE = "cohabitation-into-marriage"
    """A legal cohabitation that goes on, of somebody who is married, to whomever: a marriage ends it."""
    BOUND_TO_ONESELF = "bound-to-oneself"
    """A marriage or a legal cohabitation of somebody with themselves, perhaps under an old number."""
    RELATION_AGAINST_MARRIAGE = "relation-against-marriage"
    """A relation that nobody has to a spouse, which the dossiers say the two are to each other."""
    DEED_OF_ANOTHER = "deed-of-another"
    """The database of deeds answers with the deed of somebody else, or another one than the citizen named."""
    DEED_OF_ANOTHER_KIND = "deed-of-another-kind"
    """It answers with a deed of another kind, or in another form, than was asked."""
    DEED_AGAINST_ITSELF = "deed-against-itself"
    """A deed that was drawn up in another year than the one under which it is kept."""
    DEED_AGAINST_DOSSIER = "deed-against-dossier"
    """A deed of birth on another day than the register has; or of the death of a resident."""
    DEEDS_CORRECTED_WITHOUT_END = "deeds-corrected-without-end"
    """Deeds that correct each other in a ring."""
    DEED_CORRECTED_BY_NONE = "deed-corrected-by-none"
    """A deed that was corrected by one which is not there."""
    # of documents that are not in order citizens and operators are told otherwise: contracts.registry.UNSOUND_DOCUMENTS
    DEED_SEAL_BROKEN = "deed-seal-broken"
    """The document of a deed is not as it was sealed."""
    DEED_SEAL_UNTRUSTED = "deed-seal-untrusted"
    """The document of a deed bears no seal, or one that comes from none of the authorities in the town's file, or whose
    certificate has ended."""
    ATTEST_SEAL_BROKEN = "attest-seal-broken"
    """A federal attest that is not as it was sealed."""
    ATTEST_SEAL_UNTRUSTED = "attest-seal-untrusted"
    """A federal attest without a seal, or with one that is not of the organisation and the authorities in the town's
    file, or whose certificate has ended."""
    ATTEST_OUTDATED = "attest-outdated"
    """A federal attest that was not sealed today, or yesterday."""
    RECORD_OF_ANOTHER = "record-of-another"
    """The criminal record answers about somebody else, in another model than was asked, or with a judgment from before
    its person was born."""
    RELATION_UNKNOWN = "relation-unknown"
    """A relation to the reference person that is none of contracts.facts.RELATIONS."""


class Inconsistent(Exception):
    """The register contradicts itself, so that any certificate would be false. `what` names no person.

    `about` are the numbers of the dossiers at fault and `household` is the entry, where it is one: they are for who
    mends the register (repair.py), and are neither kept nor told to anybody else.
    """

    def __init__(self, what: Contradiction | str, *, about: Iterable[str] = (), household: str | None = None) -> None:
        super().__init__(str(what))
        self.what = str(what)
        self.about = tuple(about)
        self.household = household


@contextmanager
def concerning(*numbers: str, household: str | None = None) -> Iterator[None]:
    """What contradicts itself in here concerns these, unless it is said more exactly."""
    try:
        yield
    except Inconsistent as found:
        found.about = found.about or numbers
        found.household = found.household or household
        raise
