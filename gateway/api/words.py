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

**States.** An application is `submitted`, `looked-up`, `cleared`, `issued`, `delivered`; `deferred` while the
register cannot answer or contradicts itself, or another authority's document is not in order (`code` says which:
`register-unavailable`, `register-contradicted`, `document-unsound`), and then goes on by itself. It ends as
`delivered`, `refused` (`code` says why), `withdrawn` or `expired`. Nothing needs to be sent to make it move. Where
another public service has to confirm something, it is `awaiting-confirmation`, perhaps for weeks: `expected_by` in
the last line of the timeline says by when, and `deadline` when the application is over. `awaiting-payment` and
`awaiting-decision` are for products that cost something or that an officer decides on; none does today. States,
verdicts and capacities are closed: within v1 no other comes. Codes and slugs are open: their schema is one of those
that are known, or any text. Show `sentence` where you do not know one.

**Abroad.** `GET /abroad` says what a document needs in a country. A product that gives a multilingual form asks for the
country; where a form is of no use, `no-form-there` names the `way` instead in `errors`.

**Versions.** Within v1 answers may get further members: ignore what you do not know. What you send is read strictly:
an unknown member, and an unknown or repeated parameter, are refused. `HEAD` is answered as `GET` without a body.
Answers are of the moment and not to be kept (`Cache-Control: no-store`). Only the file of a certificate has an ETag,
and is given in parts (Range).

What other departments of the town hear is described at `/api/v1/departments/asyncapi.yaml`, the services' own events at
`/api/v1/asyncapi.yaml`; all three documents are pages, too: `/api/v1/docs`.
The facts of a certificate are inside its PDF as data, too: `certificate.json`, whose schema is at
`/schemas/certificate-1.json`.
"""

HOW_KNOWN = """\
A citizen's access token of the town's identity provider (%(issuer)s), sent as `Authorization: Bearer …`: a JWT with
`typ` `at+jwt` (RFC 9068) whose `aud` is `%(client)s`, or holds it, and whose claim `%(claim)s` is the national number.
An ID token is refused, and so is one that a program got for itself (client credentials).

`%(client)s` is the client of the town's own pages. It is confidential: it has a secret, which stays with the town, and
nobody else signs in as it. A portal asks the town (`info.contact`) to have a client of the portal's own registered at
the provider, for the authorization code flow with PKCE (RFC 7636), whose access tokens are made out for `%(client)s`:
by `resource` (RFC 8707), an audience or a scope, as the provider has it. `client_id` in the token is then the portal's.
"""

DEPARTMENTS = """\
Another department's own: the town gives it a secret, or takes the thumbprint of its certificate, and it gets itself
tokens for ten minutes. No citizen's token is taken there, and none of these anywhere else.
"""

HOW_KNOWN_HERE = """\

This is a demonstration: `loket token --citizen NATIONAL_NUMBER` prints a token for trying, which lasts an hour. Opaque
tokens of the demonstration's provider are taken as well: these do not say for whom they are made out, so each town here
takes them.
"""
