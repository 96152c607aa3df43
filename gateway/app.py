"""The gateway put together."""

from collections.abc import Mapping
from functools import cache

from flask import Flask, Response, g, request
from flask_smorest import Api
from werkzeug.middleware.proxy_fix import ProxyFix

from gateway import (
    cross_site,
    departments,
    forms,
    language,
    limits,
    observing,
    officers,
    paths,
    portal,
    problems,
    refusals,
    security,
    sizes,
)
from gateway.api import (
    about,
    abroad,
    applications,
    certificates,
    looks,
    me,
    products,
    stream,
    verifications,
)
from gateway.api.description import Document, complete
from gateway.api.schemas.problems import ProblemShape
from gateway.asking import Services
from gateway.auth import other_numbers, sign_in
from gateway.auth.cookies import Cookies
from gateway.auth.issuers import Issuers
from gateway.auth.sessions import LockedSessions, StandingSessions
from gateway.counter.keeping import KeptFor
from gateway.counter.recipients import KnownRecipients
from gateway.counting import Counting
from gateway.database import gateway_database
from gateway.docs import pages
from gateway.drafts import Drafts
from gateway.following_towns import FollowedTowns
from gateway.live import Movements
from gateway.resources import parameters
from gateway.resources.blueprints import IdConverter, TypedConverter
from gateway.settings import GatewaySettings
from gateway.shared_counts import SharedCounts
from gateway.tenancy import Towns, find_town, refuse_bad_host, require_town
from services.chassis.asking import Asker
from services.contracts.living_towns import LivingTowns
from services.contracts.town_files import read_served_towns
from services.contracts.towns import Town
from services.contracts.version import VERSION

RESOURCES = (me, looks, products, abroad, applications, stream, certificates, verifications, *departments.RESOURCES)


class LoketApi(Api):  # type: ignore[misc]
    """flask-smorest for the OpenAPI document; errors leave through gateway.problems."""

    ERROR_SCHEMA = ProblemShape

    def _register_error_handlers(self) -> None:
        """Ours are registered already."""


def create_app(
    settings: GatewaySettings,
    *,
    towns: Mapping[str, Town] | None = None,
    services: Services | None = None,
    issuers: Issuers | None = None,
    sign_in_secrets: Mapping[str, str] | None = None,
    counts: Counting | None = None,
) -> Flask:
    """The WSGI application. Nothing is connected before it is needed; tests bring their own parts."""
    served = read_served_towns(settings.towns) if towns is None else LivingTowns(towns, folder=settings.towns)
    by_host = Towns(served, default=settings.default_town)
    app = Flask("gateway", static_folder=None, template_folder="portal/templates")
    app.request_class = forms.BoundedRequest
    _name_parts_of_addresses(app)
    app.url_map.merge_slashes = False
    app.json.sort_keys = False  # type: ignore[attr-defined]
    cookies = Cookies(settings.session_keys, by_host, secure=settings.secure_cookies)
    app.session_interface = LockedSessions(cookies)
    current = settings.session_keys[settings.session_keys.current]
    asked = services or Asker(settings.amqp_uri, settings.question_keys, timeout_s=settings.question_timeout_s)
    movements = Movements(settings.amqp_uri, settings.event_keys, max_watchers=settings.max_streams)
    app.config.update(
        MAX_CONTENT_LENGTH=sizes.JSON_BYTES,
        MAX_FORM_MEMORY_SIZE=sizes.FORM_BYTES,
        MAX_FORM_PARTS=forms.MOST_FIELDS,
        SECRET_KEY=current.raw_value,
        LOKET_SERVICES=asked,
        LOKET_COOKIES=cookies,
        LOKET_SESSIONS=StandingSessions(gateway_database(settings), idle_s=settings.session_idle_minutes * 60),
        LOKET_DRAFTS=Drafts(gateway_database(settings), settings.draft_keys),
        LOKET_ISSUERS=issuers or Issuers(),
        LOKET_OPAQUE_TOKENS=settings.is_demo,
        LOKET_SIGN_IN_SECRETS=dict(sign_in_secrets or {}),
        LOKET_MOVEMENTS=movements,
        LOKET_REFUSALS=refusals.of_head,
        LOKET_TOWNS=served,
        LOKET_APPLICATIONS_LIMIT=settings.applications_limit,
        LOKET_VERIFICATIONS_LIMIT=settings.verifications_limit,
        LOKET_SIGN_IN_LIMIT=settings.sign_in_limit,
        LOKET_PREVIEWS_LIMIT=settings.previews_limit,
        LOKET_SESSION_SECONDS=settings.session_minutes * 60,
        LOKET_KEPT=KeptFor.by(settings),
        LOKET_RECIPIENTS=KnownRecipients(),
        LOKET_STREAM_SECONDS=settings.stream_seconds,
        LOKET_HEARTBEAT_SECONDS=settings.heartbeat_seconds,
    )
    problems.register(app)
    language.set_up(app, secure=settings.secure_cookies)
    broker = observing.broker_check(settings.amqp_uri)
    details = {"broker": broker, "store": observing.store_check(gateway_database(settings))}
    app.config["LOKET_HEALTH"] = {"ready": broker, "details": details}
    observing.set_up(app, ready=broker)

    followed = FollowedTowns(served, asked)

    @app.before_request
    def know_the_reader() -> Response | None:
        if request.path not in observing.OPEN_TO_ALL_HOSTS:
            followed.look()
        find_town(by_host)
        g.language = language.choose_language(g.get("town"))
        sizes.refuse_oversized()
        refuse_bad_host()
        if request.path not in observing.OPEN_TO_ALL_HOSTS:
            require_town()
        return paths.tell_methods() or paths.lead_to_the_address()

    security.set_up(app, https=settings.secure_cookies)
    cross_site.set_up(app, cookies, https=settings.secure_cookies)
    limits.set_up(
        app,
        counts=counts or SharedCounts(gateway_database(settings)),
        key=current.raw_value,
        changes=settings.changes_limit,
    )
    parameters.set_up(app)
    other_numbers.set_up(app, asked)
    sign_in.set_up(app)
    departments.set_up(app, settings)
    portal.set_up(app)
    officers.set_up(app, gateway_database(settings), settings.draft_keys)
    _add_api(app)
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    app.wsgi_app = sizes.Bounded(app.wsgi_app)  # type: ignore[method-assign]
    return app


def _add_api(app: Flask) -> None:
    for module in RESOURCES:
        app.register_blueprint(module.blueprint)
    app.register_blueprint(about.blueprint)
    app.register_blueprint(about.schemas)
    app.register_blueprint(pages.blueprint)
    app.config["LOKET_DOCUMENT"] = _document()


@cache
def _document() -> Document:
    """The OpenAPI document of this code, made once: nothing that an application is told changes it."""
    app = Flask("gateway")
    _name_parts_of_addresses(app)
    app.config.update(
        API_TITLE="Loket",
        API_VERSION=VERSION,
        OPENAPI_VERSION="3.1.1",
        API_SPEC_OPTIONS={"jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema"},
    )
    api = LoketApi(app)
    for module in RESOURCES:
        api.register_blueprint(module.blueprint)
    with app.app_context():
        return complete(api.spec.to_dict(), app)


def _name_parts_of_addresses(app: Flask) -> None:
    app.url_map.converters["id"] = IdConverter
    app.url_map.converters["typed"] = TypedConverter
