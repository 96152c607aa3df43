"""Where a webhook may lead: the public internet alone, however it is written and whatever its name says."""

from ipaddress import ip_address

import pytest

from services.notify.feed.webhooks.addresses import (
    NotAllowed,
    addresses_of,
    destination,
    is_public,
)

PUBLIC = ["8.8.8.8", "193.191.245.1", "1.1.1.1", "223.255.255.254", "2001:4860:4860::8888", "2a02:a000::1", "2600::"]

PRIVATE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::7f00:1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:c0a8:101::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "2600::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]

URL = "https://hooks.police.example/loket"


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_is_allowed(address: str) -> None:
    assert is_public(ip_address(address))
    assert addresses_of(
        destination(URL, allows_loopback=False), resolve=lambda *_: [address], allows_loopback=False
    ) == [ip_address(address)]


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_public_is_refused_after_resolution(address: str) -> None:
    found = destination(URL, allows_loopback=False)

    with pytest.raises(NotAllowed, match="address-not-public"):
        addresses_of(found, resolve=lambda *_: [address], allows_loopback=False)
    with pytest.raises(NotAllowed, match="address-not-public"):  # one among public ones is enough
        addresses_of(found, resolve=lambda *_: ["8.8.8.8", address], allows_loopback=False)


@pytest.mark.parametrize("address", [each for each in PRIVATE if each not in ("127.0.0.1", "127.255.255.254", "::1")])
def test_where_loopback_is_allowed_nothing_else_is(address: str) -> None:
    with pytest.raises(NotAllowed):
        addresses_of(destination(URL, allows_loopback=True), resolve=lambda *_: [address], allows_loopback=True)


def test_where_loopback_is_allowed_only_it_goes_without_tls() -> None:
    found = destination("http://police.example/", allows_loopback=True)

    with pytest.raises(NotAllowed, match="not-https"):
        addresses_of(found, resolve=lambda *_: ["8.8.8.8"], allows_loopback=True)
    with pytest.raises(NotAllowed, match="not-https"):
        addresses_of(found, resolve=lambda *_: ["127.0.0.1", "8.8.8.8"], allows_loopback=True)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_loopback_is_allowed_where_the_operator_says_so(address: str) -> None:
    found = destination("http://localhost:8080/", allows_loopback=True)

    assert addresses_of(found, resolve=lambda *_: [address], allows_loopback=True) == [ip_address(address)]


@pytest.mark.parametrize(
    ("url", "host", "authority", "port", "target"),
    [
        ("https://Police.Example", "police.example", "police.example", 443, "/"),
        ("https://police.example:443/a", "police.example", "police.example", 443, "/a"),
        ("https://police.example:8443/a/b?c=d", "police.example", "police.example:8443", 8443, "/a/b?c=d"),
        ("https://straße.example/", "xn--strae-oqa.example", "xn--strae-oqa.example", 443, "/"),
        ("https://[2A02:a000::1]/x", "2a02:a000::1", "[2a02:a000::1]", 443, "/x"),
        ("https://193.191.245.1/x", "193.191.245.1", "193.191.245.1", 443, "/x"),
    ],
)
def test_an_address_is_read(url: str, host: str, authority: str, port: int, target: str) -> None:
    found = destination(url, allows_loopback=False)

    assert (found.host, found.authority, found.port, found.target) == (host, authority, port, target)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://police.example/", "not-https"),
        ("ftp://police.example/", "not-https"),
        ("file:///etc/passwd", "url-malformed"),
        ("police.example", "url-malformed"),
        ("https://", "url-malformed"),
        ("https:///x", "url-malformed"),
        ("https://user:secret@police.example/", "url-malformed"),
        ("https://@police.example/", "url-malformed"),
        ("https://police.example\\@127.0.0.1/", "url-malformed"),
        ("https://police.example/#fragment", "url-malformed"),
        ("https://police.example:0/", "url-malformed"),
        ("https://police.example:65536/", "url-malformed"),
        ("https://police.example:443:443/", "url-malformed"),
        ("https://police.example/a b", "url-malformed"),
        ("https://police.example/\r\nHost: x", "url-malformed"),
        ("https://police.example/é", "url-malformed"),
        ("https://police_.example/", "url-malformed"),
        ("https://[::1%25lo]/", "url-malformed"),
        ("https://[::1/", "url-malformed"),
        ("https://police.example/" + "a" * 2000, "url-malformed"),
    ],
)
def test_what_is_no_address_for_a_webhook_is_refused(url: str, told: str) -> None:
    with pytest.raises(NotAllowed, match=told):
        destination(url, allows_loopback=False)


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "017700000001", "localhost"])
def test_an_address_in_disguise_is_a_name_and_refused_where_it_leads(host: str) -> None:
    """What the system reads as an address of its own kind is resolved by it, too, and then looked at."""
    found = destination(f"https://{host}/", allows_loopback=False)

    with pytest.raises(NotAllowed, match="address-not-public"):
        addresses_of(found, resolve=lambda *_: ["127.0.0.1"], allows_loopback=False)


def test_a_name_that_leads_nowhere_is_told() -> None:
    with pytest.raises(OSError, match="leads nowhere"):
        addresses_of(destination(URL, allows_loopback=False), resolve=lambda *_: [], allows_loopback=False)
