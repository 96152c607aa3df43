"""What a receiver takes for Loket's: the specification's vectors, its library, and everything that is almost right."""

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import standardwebhooks
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.contracts.feed.events import Malformed
from services.contracts.feed.webhooks import (
    ID,
    SIGNATURE,
    TIMESTAMP,
    NotGenuine,
    Receiver,
    signed_content,
    symmetric_signature,
)
from services.notify.feed.webhooks.signing import Scheme, new_key, receivers_key, signed_headers
from tests.contracts.feed.department import EVENT

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
BODY = EVENT.to_json()
HMAC, PAIR = bytes(range(32)), bytes(range(32, 64))


def receiver(*keys: str, after_s: float = 0) -> Receiver:
    return Receiver(*keys, clock=lambda: NOW.timestamp() + after_s)


def signed(*keys: tuple[Scheme, bytes], body: bytes = BODY) -> dict[str, str]:
    return signed_headers(EVENT.id, body, keys=keys, at=NOW)


def test_the_vector_of_the_specifications_libraries() -> None:
    """https://github.com/standard-webhooks/standard-webhooks/blob/main/libraries/go/webhook_test.go"""
    content = signed_content("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    key = bytes.fromhex("31f290f6bf0629 8aab4f08d43c3f082cf648a362da2da4b0".replace(" ", ""))

    assert b64encode(key).decode() == "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    assert b64encode(symmetric_signature(key, content)).decode() == "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_vector_of_ed25519() -> None:
    """RFC 8032, section 7.1, test 2: the key by which `v1a` signs."""
    key = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")

    assert receivers_key(Scheme.ED25519, key) == "whpk_" + b64encode(public).decode()
    headers = signed((Scheme.ED25519, key))
    made = Ed25519PrivateKey.from_private_bytes(key).sign(signed_content(EVENT.id, headers[TIMESTAMP], BODY))
    assert headers[SIGNATURE] == f"v1a,{b64encode(made).decode()}"


@pytest.mark.parametrize(("scheme", "key"), [(Scheme.HMAC, HMAC), (Scheme.ED25519, PAIR)], ids=str)
def test_what_was_signed_is_read(scheme: Scheme, key: bytes) -> None:
    headers = {name.title(): value for name, value in signed((scheme, key)).items()}

    assert receiver(receivers_key(scheme, key)).read(headers, BODY).to_json() == BODY


def test_the_library_takes_what_is_sent_and_sends_what_is_taken() -> None:
    now = datetime.now(UTC)
    library = standardwebhooks.Webhook(receivers_key(Scheme.HMAC, HMAC))
    ours = signed_headers(EVENT.id, BODY, keys=[(Scheme.ED25519, PAIR), (Scheme.HMAC, HMAC)], at=now)
    theirs = {
        ID: EVENT.id,
        TIMESTAMP: str(int(NOW.timestamp())),
        SIGNATURE: library.sign(EVENT.id, NOW.replace(tzinfo=None), BODY.decode()),
    }

    assert library.verify(BODY, ours)["id"] == EVENT.id
    assert theirs[SIGNATURE] == signed((Scheme.HMAC, HMAC))[SIGNATURE]
    assert receiver(receivers_key(Scheme.HMAC, HMAC)).read(theirs, BODY).key == EVENT.key
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        library.verify(BODY + b" ", ours)


def test_while_a_key_follows_another_both_are_taken() -> None:
    old, new = (Scheme.HMAC, HMAC), (Scheme.ED25519, PAIR)
    headers = signed(new, old)

    for known in (old, new):
        assert receiver(receivers_key(*known)).read(headers, BODY).key == EVENT.key
    assert receiver(receivers_key(*old), receivers_key(*new)).read(signed(new), BODY).key == EVENT.key


@pytest.mark.parametrize("scheme", Scheme)
@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda headers: headers.pop(ID), f"{ID} is missing"),
        (lambda headers: headers.pop(TIMESTAMP), f"{TIMESTAMP} is missing"),
        (lambda headers: headers.pop(SIGNATURE), f"{SIGNATURE} is missing"),
        (lambda headers: headers.update({ID: "1" * 32}), "no signature"),
        (lambda headers: headers.update({TIMESTAMP: str(int(headers[TIMESTAMP]) + 1)}), "no signature"),
        (lambda headers: headers.update({TIMESTAMP: "now"}), "no count of seconds"),
        (lambda headers: headers.update({TIMESTAMP: "٣" * 10}), "not readable"),
        (lambda headers: headers.update({TIMESTAMP: "9" * 40}), "no count of seconds"),
        (lambda headers: headers.update({SIGNATURE: "v1"}), "no signature"),
        (lambda headers: headers.update({SIGNATURE: "v1,"}), "no signature"),
        (lambda headers: headers.update({SIGNATURE: "v1a,!!"}), "no signature"),
        (lambda headers: headers.update({SIGNATURE: headers[SIGNATURE].replace("v1", "v2", 1)}), "no signature"),
        (lambda headers: headers.update({SIGNATURE: "v1,AAAA " * 1000}), "not readable"),
    ],
    ids=range(13),
)
def test_what_is_almost_right_is_not_genuine(
    scheme: Scheme, spoil: Callable[[dict[str, str]], object], told: str
) -> None:
    headers = signed((scheme, HMAC))
    spoil(headers)

    with pytest.raises(NotGenuine, match=told):
        receiver(receivers_key(scheme, HMAC)).read(headers, BODY)


@pytest.mark.parametrize("scheme", Scheme)
def test_another_key_and_another_body_are_not_genuine(scheme: Scheme) -> None:
    headers = signed((scheme, HMAC))

    with pytest.raises(NotGenuine):
        receiver(receivers_key(scheme, PAIR)).read(headers, BODY)
    with pytest.raises(NotGenuine):
        receiver(receivers_key(scheme, HMAC)).read(headers, BODY.replace(b"24001", b"24002"))


def test_a_signature_of_one_scheme_is_none_of_the_other() -> None:
    """Who knows a public key could otherwise sign with it as with a secret."""
    public = receivers_key(Scheme.ED25519, PAIR)
    as_secret = (Scheme.HMAC, Ed25519PrivateKey.from_private_bytes(PAIR).public_key().public_bytes_raw())

    with pytest.raises(NotGenuine):
        receiver(public).read(signed(as_secret), BODY)


@pytest.mark.parametrize(("after_s", "is_taken"), [(300, True), (301, False), (-300, True), (-301, False)])
def test_what_is_too_old_or_too_new_is_not_taken(after_s: float, is_taken: bool) -> None:
    known = receiver(receivers_key(Scheme.HMAC, HMAC), after_s=after_s)

    if is_taken:
        known.read(signed((Scheme.HMAC, HMAC)), BODY)
    else:
        with pytest.raises(NotGenuine, match="301 s"):
            known.read(signed((Scheme.HMAC, HMAC)), BODY)


def test_what_is_ours_and_no_event_is_told_as_such() -> None:
    known = receiver(receivers_key(Scheme.HMAC, HMAC))
    other = EVENT.to_json().replace(EVENT.id.encode(), b"2" * 32)

    with pytest.raises(Malformed):
        known.read(signed((Scheme.HMAC, HMAC), body=b"{}"), b"{}")
    with pytest.raises(NotGenuine, match="not the event's id"):
        known.read(signed((Scheme.HMAC, HMAC), body=other), other)


@pytest.mark.parametrize("key", ["", "secret", "whsec_", "whsec_AAAA", "whsec_!!", "whpk_AAAA", "whsk_" + "A" * 44])
def test_what_is_no_key_is_refused_and_never_repeated(key: str) -> None:
    with pytest.raises(ValueError, match="copy it whole") as refusal:
        Receiver(key)

    assert len(key) < 8 or key not in str(refusal.value)


def test_a_new_key_is_random_and_long_enough() -> None:
    keys = {new_key() for _ in range(10)}

    assert len(keys) == 10
    for key in keys:
        Receiver(*(receivers_key(scheme, key) for scheme in Scheme))
