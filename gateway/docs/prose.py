"""What the documents say in Markdown (CommonMark), for pages: no HTML of theirs, and no pictures."""

from markdown_it import MarkdownIt
from markupsafe import Markup

_READER = MarkdownIt("commonmark", {"html": False}).disable("image")


def paragraphs(text: str) -> Markup:
    """One or several."""
    return Markup(_READER.render(text))  # noqa: S704 - it escapes all that it does not write itself


def line(text: str) -> Markup:
    """Within a paragraph."""
    return Markup(_READER.renderInline(text))  # noqa: S704
