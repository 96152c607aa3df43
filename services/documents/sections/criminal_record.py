"""What the central criminal record shows of somebody, on paper."""

from typing import ClassVar

from services.contracts.criminal_records import MOST_CONVICTIONS, Conviction, Record
from services.contracts.facts.criminal_record import CriminalRecord
from services.contracts.facts.criminal_record_minors import MinorsCriminalRecord
from services.contracts.facts.criminal_record_regulated import RegulatedCriminalRecord
from services.contracts.product import USUAL
from services.contracts.shared_files import questions
from services.contracts.text import printable
from services.documents.paper.wording import Wording
from services.documents.sections import Block, Row, Section, section


class RecordSection(Section[Record]):
    """The model, what it is for, and a table of the judgments, the last one first; `convictions` where there are any.

    A judgment is in the words of its court, in no other language.
    """

    widths = (26, 42, None, None)
    cases = ("convictions",)
    most = MOST_CONVICTIONS
    question: ClassVar[str]

    def asked(self, say: Wording) -> str:
        """What the question is called beside its answer."""
        raise NotImplementedError

    def words(self, part: Record, say: Wording) -> Block:
        """See Section."""
        options = {option.value: option.titles for option in questions()[self.question].options}
        titles = options.get(part.asked_for)
        return Block(
            title=say("Central Criminal Record"),
            rows=(
                Row(label=say("Model"), value=part.model),
                Row(label=self.asked(say), value=say(titles) if titles else printable(part.asked_for)),
                Row(
                    label=say("Convictions"),
                    value="" if part.convictions else say("None that this model shows"),
                ),
            ),
            headings=(say("Judgment of"), say("Court"), say("Offence"), say("Sentence")) if part.convictions else (),
            lines=tuple(_line(each, say) for each in part.convictions),
        )

    def case(self, part: Record) -> str:
        """See Section."""
        return "convictions" if part.convictions else USUAL


def _line(conviction: Conviction, say: Wording) -> tuple[str, ...]:
    return (
        say.partial_day(conviction.decided_on, short=True),
        printable(conviction.court),
        printable("; ".join(conviction.offences)),
        printable("; ".join(conviction.sentences)),
    )


@section(CriminalRecord)
class GeneralRecordSection(RecordSection):
    """Model 595."""

    question = "record-purpose"

    def asked(self, say: Wording) -> str:
        """See RecordSection."""
        return say("Purpose")


@section(RegulatedCriminalRecord)
class RegulatedRecordSection(RecordSection):
    """Model 596.1."""

    question = "regulated-activity"

    def asked(self, say: Wording) -> str:
        """See RecordSection."""
        return say("Regulated activity")


@section(MinorsCriminalRecord)
class MinorsRecordSection(RecordSection):
    """Model 596.2."""

    question = "work-with-minors"

    def asked(self, say: Wording) -> str:
        """See RecordSection."""
        return say("Activity")
