"""E-mail addresses: checked once, where somebody writes one down, by one library."""

LONGEST = 254
"""Octets of an address (RFC 5321, section 4.5.3.1.3, with erratum 1690 of RFC 3696)."""

LONGEST_LOCAL_PART = 64
"""Octets before the @ (RFC 5321, section 4.5.3.1.1)."""


def mailbox(text: str) -> str:
    """An address that a mail can be tried at: `Élan@Straße.example` is `Élan@xn--strae-oqa.example`.

    The part before the @ keeps its letters (RFC 6531), in NFC. The domain is kept in A-labels by IDNA 2008: who sends
    needs no second conversion that might lead elsewhere. Syntax only; nothing is looked up. No quoted strings, no IP
    addresses, no display names, no name that the public DNS never holds (`.local`), nothing invisible. Raises
    ValueError, without repeating the address.
    """
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - most processes check no address

    address = text.strip(" ")
    if len(address) > LONGEST:
        raise ValueError("not an e-mail address")
    try:
        found = validate_email(address, check_deliverability=False, strict=True)
    except (EmailNotValidError, UnicodeError):
        raise ValueError("not an e-mail address") from None
    if len(found.local_part.encode()) > LONGEST_LOCAL_PART:
        raise ValueError("not an e-mail address")
    return f"{found.local_part}@{found.ascii_domain}"
