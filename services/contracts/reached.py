"""How a town is reached: host names, web addresses, telephone, mail. Each check gives the mend, or None."""

import ipaddress
import re
import unicodedata
from urllib.parse import SplitResult, urlsplit

from services.contracts.hosts import ascii_host, foreign_letter
from services.contracts.mailboxes import mailbox
from services.contracts.mends import Mend
from services.contracts.text import is_printable

LONGEST_ADDRESS = 200
"""Characters of a web address: it stands in a QR code or a line of paper."""

_PHONE = re.compile(r"\+[1-9][0-9]{0,3}(?: [0-9]{1,8}){1,7}")
_POSTCODE = re.compile(r"[1-9][0-9]{3}")
_OWN_HOSTS = ("127.0.0.1", "localhost", "::1")


def host_mend(host: str) -> str | None:
    """A name without scheme, port and path, as a browser sends it (RFC 9110, section 7.2)."""
    if not _is_name(host):
        return f"{host!a} is no host name; write it without scheme and port, as loket.town.example"
    return _letter_mend(host)


def _is_name(host: str) -> bool:
    try:
        plain = ascii_host(host)
        if plain.rpartition(".")[2].isdecimal():
            ipaddress.IPv4Address(plain)
    except ValueError:
        return False
    return True


def _letter_mend(host: str) -> str | None:
    """A name that looks like another leads citizens astray, whoever typed it."""
    try:
        letter = foreign_letter(host)
    except ValueError:
        return f"{host!a} is no host name; write it anew"
    if letter is None:
        return None
    name = unicodedata.name(letter, "a letter without a name")
    return (
        f"{host} holds U+{ord(letter):04X} ({name}), which looks like another or is none of ours; write Latin letters"
    )


def address_mend(address: str, hosts: tuple[str, ...]) -> str | None:
    """Where citizens reach the town: what codes and mails lead to, so that it has to lead to this town."""
    parts = _split(address)
    such = "such as https://loket.town.example"
    if parts is None or parts.hostname is None:
        return f"write the web address at which citizens reach the town, {such}"
    if parts.path or parts.query or parts.fragment or parts.username is not None or address[-1] in "?#:":
        return f"write only scheme, host and port, without a slash at the end, {such}"
    if address != address.lower() or not address.isascii():
        return f"write its host as DNS knows it: {ascii_host(parts.hostname).rstrip('.')}"
    if parts.scheme != "https" and not is_own(parts.hostname):
        return f"begin it with https://, {such}: http is for this machine alone (localhost, 127.0.0.1)"
    if parts.hostname.endswith("."):
        return f"leave out the dot behind {parts.hostname.rstrip('.')}"
    return _unknown_host(parts.hostname, hosts)


def _unknown_host(name: str, hosts: tuple[str, ...]) -> str | None:
    if name in _OWN_HOSTS or name in {ascii_host(host) for host in hosts if host_mend(host) is None}:
        return None
    return f"add {name} to hosts, or write one of these here: other names lead to no town"


def website_mend(address: str) -> Mend | None:
    """The town's own site, which certificates and mails name."""
    parts = _split(address)
    if parts is None or parts.hostname is None:
        return Mend("website", "write a web address, such as https://www.town.example")
    if parts.hostname.endswith("."):
        return Mend("website", f"leave out the dot behind {parts.hostname.rstrip('.')}")
    mend = _login_mend(parts) or (None if ":" in parts.hostname else _letter_mend(parts.hostname))
    return Mend("website", mend) if mend else None


def authority_mend(address: str) -> str | None:
    """Where time stamps are asked for (RFC 3161, section 3.4): over http, too, since they are signed."""
    parts = _split(address)
    return _login_mend(parts) if parts else "write its web address, such as http://timestamps.example"


def _login_mend(parts: SplitResult) -> str | None:
    """A town's file is no place for a secret, and what stands before an @ passes for a host."""
    if parts.username is None and parts.password is None:
        return None
    return f"leave out what stands before @{parts.hostname}: nobody signs in by an address"


def phone_mend(phone: str) -> Mend | None:
    """As ITU-T E.123 writes an international number, which every telephone understands: +, digits, single spaces."""
    digits = sum(each.isdecimal() for each in phone)
    such = "such as phone: +32 16 00 00 00"
    if phone.startswith("+32 0") or "(0)" in phone:
        return Mend("phone-zero", f"leave out the 0 after +32, {such}")
    if not phone.isascii() or not _PHONE.fullmatch(phone) or not 8 <= digits <= 15:
        return Mend("phone", f"write +32 and the number without its first 0, in groups with one space between, {such}")
    if phone.startswith("+32 ") and digits not in (10, 11):
        has = f"a Belgian number has 8 digits after +32, or 9 if it is a mobile's; this has {digits - 2}"
        return Mend("phone-digits", has, digits=digits - 2)
    return None


def email_mend(email: str) -> Mend | None:
    """A mailbox, which mails come from, too."""
    try:
        mailbox(email)
    except ValueError:
        return Mend("email", "not an e-mail address; write one such as loket@town.example")
    return Mend("email", "write it without spaces around it") if email != email.strip() else None


def postcode_mend(postcode: str) -> Mend | None:
    """Belgian: 1000 to 9999."""
    if _POSTCODE.fullmatch(postcode):
        return None
    return Mend("postcode", 'write four digits in quotes, such as postcode: "3200"')


def is_own(host: str) -> bool:
    """Is it a name of the machine that one sits at (RFC 6761, section 6.3)?"""
    return host in _OWN_HOSTS or host.endswith(".localhost")


def machines_name(address: str) -> str | None:
    """How to call this machine, if an address leads to it by no town's name: one town alone answers to that."""
    parts = _split(address)
    return "this machine (127.0.0.1, localhost)" if parts and parts.hostname in _OWN_HOSTS else None


def _split(address: str) -> SplitResult | None:
    """None for what is no http or https address that can stand on paper."""
    if len(address) > LONGEST_ADDRESS or not is_printable(address) or any(each in address for each in ' "<>\\^`{|}'):
        return None
    try:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            return None
    except ValueError:
        return None
    is_v6 = ":" in parts.hostname
    return parts if is_v6 or _is_name(parts.hostname) else None
