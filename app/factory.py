"""The application factory: settings, extensions, floors. Imported by nobody below."""

import logging
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from flask import Flask, Request
from werkzeug.exceptions import SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import MapAdapter
from werkzeug.wsgi import get_host

from app.core import assets, clock, errors, headers, i18n, routing
from app.core.db import prepare_engine
from app.core.extensions import csrf, db, limiter, login_manager, socketio
from app.core.settings import Setting  # noqa: F401 (a table that no package of a floor brings)
from app.core.wording import WordedEnvironment
from app.floors import FLOORS, PARTS
from config import Settings

ROOT = Path(__file__).parent.parent
MEGABYTE = 1024 * 1024
SIXTY_DAYS = 60 * 24 * 3600  # seconds


class Brink(Flask):
    jinja_environment = WordedEnvironment

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Nothing here is a coroutine; Flask would look whether it is, of each function, a dozen times a request."""
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Addresses are known under a name of ours only.

        Asked here: Werkzeug cuts each name that it is told to trust at its first colon, so that [::1] never fits.
        """
        if request is not None and routing.name_of_host(get_host(request.environ)) not in self.config["OWN_HOSTS"]:
            raise SecurityError
        return super().create_url_adapter(request)


def create_app(settings: Settings | None = None, *, at_once: bool = False, migrates: bool = True) -> Flask:
    """The app. `at_once` runs jobs where they are asked for, which tests want.

    `migrates`: has `flask db` at hand. The server does without: it would keep Alembic in memory and never use it.
    """
    settings = settings or Settings.read()
    app = Brink(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    configure(app, settings)
    clock.use_timezone(settings.timezone)
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for chatty in ("huey", "alembic", "engineio", "socketio", "werkzeug"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, logging.getLevelName(settings.log_level)))
    for extension in (db, login_manager, csrf, limiter):
        extension.init_app(app)
    if migrates:
        from flask_migrate import Migrate

        Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    for tool in (routing, errors, headers, assets):
        tool.register(app)
    modules = [module for floor in FLOORS for feature in floor for module in parts_of(feature)]
    for module in modules:
        mount(app, module)
    i18n.register(app, import_module("app.accounts.session").select_locale)
    import_module("app.jobs.service").Engine(app, redis_url=settings.redis_url, file=settings.jobs_file,
                                             at_once=at_once)  # fmt: skip
    with app.app_context():
        prepare_engine(db.engine)
    # Last: Socket.IO takes the handlers that sockets.py registered, and stands in front of the pages.
    socketio.init_app(app, async_mode="threading", manage_session=False, cors_allowed_origins=[],
                      transports=["websocket"], message_queue=settings.redis_url or None,
                      max_http_buffer_size=100_000)  # fmt: skip
    sockets = import_module("app.realtime.sockets")
    sockets.guard_handshakes(app)
    sockets.hear_only_open_lines()
    sockets.hang_up_on_the_silent()
    if settings.trusted_proxies:
        proxies = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)  # type: ignore[method-assign]
    return app


def configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key, SITE_NAME=settings.site_name, BASE_URL=settings.base_url, DEMO=settings.demo,
        DEFAULT_LOCALE=settings.default_locale, REDIS_URL=settings.redis_url, MAIL_URL=settings.mail_url,
        STORAGE_URL=settings.storage_url, STORAGE_KEYS=settings.storage_keys, INCOMING=str(settings.incoming),
        UPLOAD_MAX=settings.upload_max_mb * 1_000_000,
        MAIL_STRANGERS_MOST=settings.mail_strangers_max_mb * 1_000_000,
        MAIL_FROM=settings.mail_from, CONTACT_EMAIL=settings.contact_email, OUTBOX=str(settings.outbox),
        MAIL_IN_URL=settings.mail_in_url, MAIL_IN_ADDRESS=settings.mail_in_address, OWN_HOSTS=settings.hosts,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"connect_args": {"timeout": 15}} if settings.is_sqlite
        else {"pool_pre_ping": True, "pool_size": 20, "max_overflow": 40, "pool_use_lifo": True},
        SESSION_COOKIE_NAME="brink", SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=settings.is_secure,
        SESSION_REFRESH_EACH_REQUEST=False, PERMANENT_SESSION_LIFETIME=SIXTY_DAYS,
        MAX_CONTENT_LENGTH=MEGABYTE, MAX_FORM_MEMORY_SIZE=MEGABYTE, MAX_FORM_PARTS=200,
        WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False,
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://", RATELIMIT_ENABLED=settings.limits_enabled,
        RATELIMIT_HEADERS_ENABLED=False, RATELIMIT_STORAGE_OPTIONS={"wrap_exceptions": True},
    )  # fmt: skip
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.auto_reload = False
    app.extensions["demo_people"] = dict


def parts_of(feature: str) -> list[ModuleType]:
    """Every part the package has, imported in the order of the parts."""
    names = (f"app.{feature}.{part}" for part in PARTS)
    return [import_module(name) for name in names if find_spec(name) is not None]


def mount(app: Flask, module: ModuleType) -> None:
    """Attach what a part brings: pages, commands, or a hook of its own."""
    if hasattr(module, "register") and module.__name__.endswith((".session", ".frame")):
        module.register(app)
    if hasattr(module, "blueprint"):
        app.register_blueprint(module.blueprint)
    if hasattr(module, "commands"):
        for command in module.commands if isinstance(module.commands, tuple) else (module.commands,):
            app.cli.add_command(command)
