"""Reading XML that somebody else wrote: no entities, no network, nothing large, nothing half."""

from lxml import etree

from services.registry.sources.magda.faults import WrongAnswer

MOST_BYTES = 2_000_000
"""A household of 150 with the history of each is a tenth of it."""

Element = etree._Element  # noqa: SLF001 - lxml names its elements' type so


def parsed(content: bytes) -> Element:
    """The root. Raises WrongAnswer."""
    if len(content) > MOST_BYTES:
        raise WrongAnswer("answer-too-large")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise WrongAnswer("answer-not-xml") from None
    if root.getroottree().docinfo.doctype or any(not isinstance(each.tag, str) for each in root.iter()):
        raise WrongAnswer("answer-with-entities")
    return root


def local(element: Element) -> str:
    """Its name without its namespace."""
    return etree.QName(element).localname


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
