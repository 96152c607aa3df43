"""Reading XML that somebody else wrote: no entities, no network, nothing large, nothing half."""

from collections.abc import Iterator
from typing import Protocol

from lxml import etree

from services.registry.sources.magda.faults import WrongAnswer

MOST_BYTES = 2_000_000
"""A household of 150 with the history of each is a tenth of it."""


class Element(Protocol):
    """What of lxml's elements is used."""

    tag: str
    text: str | None

    def get(self, name: str) -> str | None: ...
    def find(self, path: str) -> "Element | None": ...
    def findall(self, path: str) -> "list[Element]": ...
    def iter(self) -> "Iterator[Element]": ...
    def __iter__(self) -> "Iterator[Element]": ...
    def __len__(self) -> int: ...
    def __getitem__(self, place: int) -> "Element": ...


def parsed(content: bytes, *, most: int = MOST_BYTES) -> Element:
    """The root. Raises WrongAnswer."""
    if len(content) > most:
        raise WrongAnswer("answer-too-large")
    if b"<!DOCTYPE" in content:
        raise WrongAnswer("answer-with-entities")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root: Element = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise WrongAnswer("answer-not-xml") from None
    if etree.ElementTree(root).docinfo.doctype or any(not isinstance(each.tag, str) for each in root.iter()):
        raise WrongAnswer("answer-with-entities")
    return root


def local(element: Element) -> str:
    """Its name without its namespace."""
    return element.tag.rpartition("}")[2]


def text(element: Element | None, path: str = ".") -> str:
    """What stands there, without spaces around it; empty where nothing does."""
    found = None if element is None else element.find(path)
    return (found.text or "").strip() if found is not None else ""


def begin(element: Element | None) -> str:
    """Since when it holds; empty where it does not say."""
    return "" if element is None else (element.get("DatumBegin") or "").strip()


def end(element: Element) -> str:
    """Until when; empty where it goes on."""
    return (element.get("DatumEinde") or "").strip()


def current(element: Element | None, path: str, *, on: str) -> list[Element]:
    """Those that hold on a day (`2026-06-01`): what ends on it has ended."""
    found = [] if element is None else element.findall(path)
    return [each for each in found if not end(each) or end(each) > on]
