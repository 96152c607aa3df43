"""Addresses as the gateways of mail write them anew: they lead to a check of their own, and from there to the address.

What somebody copies out of such a mail is the checker's address, with the true one in it. Where a token decides where
it leads (Mimecast, Cisco), what else stands in it is not taken: a forger could have written that.
"""

import re
from collections.abc import Callable
from functools import partial
from urllib.parse import unquote

MOST_TIMES = 3
"""That one address is taken for rewritten: a mail passes the sender's gateway and the reader's."""

_GATEWAYS: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (  # Proofpoint URL Defense, version 3: first, since it leaves another gateway's address within as it stands
        re.compile(r"https?://urldefense\.(?:com|us)/v3/__(\S{1,400}?)__;\S*", re.IGNORECASE),
        str,
    ),
    (  # Microsoft Defender, Safe Links
        re.compile(r"https?://\w{1,20}\.safelinks\.protection\.outlook\.com/\?url=([^&\s]+)\S*", re.IGNORECASE),
        unquote,
    ),
    (  # Proofpoint, version 2
        re.compile(r"https?://urldefense\.proofpoint\.com/v2/url\?u=([^&\s]+)\S*", re.IGNORECASE),
        lambda address: unquote(address.replace("-", "%").replace("_", "/")),
    ),
    (  # Proofpoint, version 1
        re.compile(r"https?://urldefense\.proofpoint\.com/v1/url\?u=([^&\s]+)\S*", re.IGNORECASE),
        unquote,
    ),
    (  # Barracuda Link Protection
        re.compile(r"https?://linkprotect\.cudasvc\.com/url\?a=([^&\s]+)\S*", re.IGNORECASE),
        unquote,
    ),
    (  # Gmail and Google Docs
        re.compile(r"https?://www\.google\.com/url\?(?:sa=\w&)?(?:q|url)=([^&\s]+)\S*", re.IGNORECASE),
        unquote,
    ),
)


def as_sent(text: str) -> str:
    """Text with each address as it was before a gateway wrote it anew."""
    for _ in range(MOST_TIMES):
        before = text
        for rewritten, read in _GATEWAYS:
            text = rewritten.sub(partial(_first, read), text)
        if text == before:
            break
    return text


def _first(read: Callable[[str], str], found: re.Match[str]) -> str:
    return read(found[1])
