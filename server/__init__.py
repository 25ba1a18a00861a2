"""Tallyloop 账实闭环. `create_app()` is the one place where the parts are joined."""

from importlib import import_module
from pathlib import Path

from flask import Flask
from flask.sessions import NullSession, SessionInterface
from flask_jwt_extended import JWTManager
from flask_smorest import Api

from server.config import Settings
from server.db import init_database, retrying
from server.intake.store import store_for

HERE = Path(__file__).resolve().parent

# One file per noun in routes/; each has a flask-smorest Blueprint named `routes`.
NOUNS = (
    "auth people devices warehouses locations items codes lots containers labels reasons policies identify imports"
    " exports photos sync tasks counts variances stock moves work documents shipments holds production cases notices"
    " readers reader_fleet reader_counts epcis epcis_lists passes walks tags responsibilities sops trace"
).split()


class NoCookies(SessionInterface):
    """Who speaks stands in each request's token, so no request has a session to open, sign and close."""

    def open_session(self, app, request):
        """The same nothing for everybody; who writes into it is told off by Flask."""
        return _NOTHING


_NOTHING = NullSession()


class Tallyloop(Flask):
    """A Flask app whose requests are run again when their transaction lost a race."""

    session_interface = NoCookies()

    def ensure_sync(self, func):
        """Every endpoint of ours is a plain function; Flask would look at each of them anew with each request."""
        return func

    def dispatch_request(self):
        return retrying(super().dispatch_request)


def create_app(settings=None):
    """The WSGI application. `settings` default to the environment's."""
    app = Tallyloop(__name__, static_folder=None)
    settings = settings or Settings.from_environment()
    app.config.update(
        SETTINGS=settings,
        MIGRATIONS_DIR=HERE / "migrations",
        JWT_SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=32 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=32 * 1024 * 1024,
        PROPAGATE_EXCEPTIONS=False,
        API_TITLE="Tallyloop",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": "What every endpoint refuses, and why: /docs/problems"},
            "components": {
                "securitySchemes": {
                    "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                    "device": {"type": "http", "scheme": "basic", "description": "a device's name and key"},
                }
            },
            "security": [{"token": []}, {"device": []}],
        },
    )
    app.json.sort_keys = False
    app.extensions["photos"] = store_for(settings)
    init_database(app)
    JWTManager(app)
    _join_parts()
    _register_routes(app)
    return app


def _join_parts():
    """All tables of all parts, and what one floor does when a lower one has acted."""
    from server.counting import blind
    from server.handling import again, carry, follow
    from server.handling.blind import unchecked_places
    from server.ledger import post
    from server.reconcile import aftermath, sent_to_look
    from server.schema import metadata

    metadata()  # `put()` asks the models for the types of columns, also of those that no import has met yet
    if (again.CONCERNED, again.judge_again) not in post.judges:
        post.judges.append((again.CONCERNED, again.judge_again))
    if again.judge_containers not in carry.listeners:
        carry.listeners.append(again.judge_containers)
    if aftermath.after_posting not in post.listeners:
        post.listeners.append(aftermath.after_posting)
    if sent_to_look.after_handling not in follow.listeners:
        follow.listeners.append(sent_to_look.after_handling)
    if unchecked_places not in blind.also:
        blind.also.append(unchecked_places)


def _register_routes(app):
    from server.routes import contract, problems

    api = Api(app)
    contract.explain_fields(api)
    for noun in NOUNS:
        module = import_module(f"server.routes.{noun}")
        api.register_blueprint(module.routes, url_prefix=getattr(module, "PREFIX", "/api/v1"))
    contract.complete(api)
    problems.register(app)
    import_module("server.routes.health").register(app)
    import_module("server.routes.pages").register(app)
