"""What is wrong and how it is mended: a sentence for whoever writes files, and what pages need to say it otherwise."""

from typing import Self


class Mend(str):
    """The sentence itself, in English. `slug` is stable and names the mistake, `values` are those that the sentence
    holds."""

    slug: str
    values: dict[str, str | int]

    def __new__(cls, slug: str, sentence: str, /, **values: str | int) -> Self:
        mend = super().__new__(cls, sentence)
        mend.slug, mend.values = slug, values
        return mend
