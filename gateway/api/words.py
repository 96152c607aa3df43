"""What the OpenAPI document says in prose, for developers: in English."""

ABOUT = """\
The digital counter of a town: ask for a certificate, follow it, fetch it, check it.

**Errors** are problem details (RFC 9457). A program goes by `slug`; `title` and `detail` are for people, in the
reader's language. With 422 and 400, `errors` names every field that is wrong, up to 50 (`more_errors` counts the
others). 429 and 503 say in `Retry-After` when to send the same again. What is no well-formed HTTP is refused before it
reaches an operation, with 400, 408, 414, 417, 431, 501 or 505, and the town's front proxy may answer 413, 429 or 503 by
itself: the same problem details, without `instance` where no request was read.

**Filing** needs an `Idempotency-Key`. The same key with the same body gets the same answer, whatever happened in
between, and files once; with another body it is refused. A citizen may file %(limits)s; a form that is refused, and a
repetition, do not count.

**States.** An application is `submitted`, `looked-up`, `cleared`, `issued`, `delivered`; `deferred` while the register
cannot answer or contradicts itself (`code` says which: `register-unavailable`, `register-contradicted`), and then goes
on by itself. It ends as `delivered`, `refused` (`code` says why), `withdrawn` or `expired`. Nothing needs to be sent to
make it move. New codes may come within v1: show `sentence`.

**Versions.** Within v1 answers may get further members: ignore what you do not know. What you send is read strictly:
an unknown member, and an unknown or repeated parameter, are refused. `HEAD` is answered as `GET` without a body.
There are no ETags: answers are of the moment and not to be kept (`Cache-Control: no-store`).

The events that other departments receive are described at `/api/v1/asyncapi.yaml`.
"""

HOW_KNOWN = """\
An access token of the town's identity provider (%(issuer)s): a JWT with `typ` `at+jwt` (RFC 9068), made out for
`%(client)s` (`aud`), sent as `Authorization: Bearer …`. It is had by the provider's authorization code flow. An ID
token is refused.
"""

HOW_KNOWN_HERE = """\
This is a demonstration: `loket token --citizen NATIONAL_NUMBER` prints one, and opaque tokens of the demonstration's
provider are taken as well: these do not say for whom they are made out, so each town here takes them.
"""
