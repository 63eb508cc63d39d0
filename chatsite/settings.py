"""Django's settings for a Kanal installation, read from the environment through chatsite/env.py.

Secrets, places and limits stand here; what a site's owner changes day by day is in the admin.
Every setting that the environment can change is described in the table of README.md (a test holds both together).
"""

from hashlib import sha256
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from chatsite import env

BASE_DIR = Path(__file__).resolve().parent.parent
# Everything an installation keeps: database, keys, files. Two folders are two installations.
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "data")

DEBUG = env.flag("DEBUG")
SECRET_KEY_IS_NEW = env.is_unkept("SECRET_KEY", DATA_DIR / "secret.key")
# The first key signs, all are believed: put a new one in front, and drop the old one when TOKEN_DAYS are over.
SECRET_KEY, *SECRET_KEY_FALLBACKS = env.keys(env.kept_secret("SECRET_KEY", DATA_DIR / "secret.key"), "SECRET_KEY")
# Provider keys and other secrets in the database are encrypted with this one, which never stands in the database. Empty, it counts as lost (ops/keys.py).
FIELD_KEY = env.kept_secret("FIELD_KEY", DATA_DIR / "field.key")
# Set by systemd, not by hand: sockets it opened for this process, and where it wants to hear that we are ready.
LISTEN_FDS = env.inherited_sockets()
NOTIFY_SOCKET = env.text("NOTIFY_SOCKET")
# Where `serve` listens. 0.0.0.0 means every network this machine is in.
HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000)
# The address visitors and the owner reach this installation at. Needed in links of alerts.
PUBLIC_URL = env.origin("PUBLIC_URL")
# Host names this installation answers to; by default those of this machine, of HOST and of PUBLIC_URL.
OWN_NAMES = env.own_names(HOST)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or [*OWN_NAMES, *env.host_of(PUBLIC_URL)]
# Other origins whose forms are believed, for proxies that change the Host header.
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", PUBLIC_URL)
# How many proxies of our own stand in front: only that many entries of X-Forwarded-For are believed.
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None

# -- When PUBLIC_URL is https ----------------------------------------------------------------------------------------
HTTPS = PUBLIC_URL.startswith("https://")
# Only where a proxy of ours says how a request came: without its word every request would be redirected for ever.
SECURE_SSL_REDIRECT = HTTPS and TRUSTED_PROXIES > 0
# Only for this very host: what else stands under the domain, and browsers' built-in lists, are for its owner to decide.
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
# Cookies do not tell ports apart, so each installation gives its own names. __Host- keeps other hosts of the domain from setting them.
INSTALLATION = sha256((PUBLIC_URL or str(DATA_DIR)).encode()).hexdigest()[:8]
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME, KNOWN_BROWSER_COOKIE_NAME = (
    f"{'__Host-' if HTTPS else ''}kanal-{INSTALLATION}-{kind}" for kind in ("session", "csrf", "language", "known")
)
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

INSTALLED_APPS = [
    "daphne",
    # Before Django's admin, so that our templates of the same name are found first.
    "widget.apps.WidgetConfig",
    "widget.apps.KanalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "widget.ops.csp.SecurityHeadersMiddleware",
    "widget.ops.nul_guard.NulGuardMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

# What our own pages may load (the name and shape of Django 6, for the move). Views with other needs set their own header.
SECURE_CSP = {
    "default-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "object-src": ["'none'"],
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

ROOT_URLCONF = "chatsite.urls"
ASGI_APPLICATION = "chatsite.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# PostgreSQL where an address is given, else a SQLite file. A server that vanished without a word is noticed within ten seconds.
POSTGRESQL_OPTIONS = {
    "application_name": "kanal",
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
DATABASES = {
    # CONN_MAX_AGE 0 in both, because kept connections leak under ASGI; the threads of widget/lib/database.py keep their own.
    "default": env.database("DATABASE_URL", POSTGRESQL_OPTIONS)
    or {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "kanal.sqlite3",
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA busy_timeout=20000;PRAGMA temp_store=MEMORY;",
        },
        "TEST": {"NAME": DATA_DIR / "test.sqlite3"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Threads that read; on SQLite one more writes, on PostgreSQL as many again.
DATABASE_THREADS = env.number("DATABASE_THREADS", 2, minimum=1)
# Requests of the admin and of pages that are worked on at once, each on a thread with a connection of its own.
REQUEST_THREADS = env.number("REQUEST_THREADS", 8, minimum=1)
# Where several serving processes ring each other (redis://host:6379/0). Without one there is one process, or the others are found by polling.
REDIS_URL = env.redis("REDIS_URL")

# Rights come from roles at sites and nothing else.
AUTHENTICATION_BACKENDS = ["widget.sites.members.RolesBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = env.text("LANGUAGE_CODE", "id")
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
TIME_ZONE = env.text("TIME_ZONE", "Asia/Jakarta")
USE_TZ = True
FORMAT_MODULE_PATH = "chatsite.formats"

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
# Not the whole folder: node_modules may lie in it. What visitors load is served by widget/embed; of the widget's sources the inbox takes a few.
STATICFILES_DIRS = [(name, BASE_DIR / "static" / name) for name in ("admin-skin", "embed", "inbox/src", "push", "widget/src")]

# The file with the passphrase of `backup` and `restore`; without it they ask. Only those commands read it, so losing it stops nothing else.
BACKUP_PASSPHRASE_FILE = env.text("BACKUP_PASSPHRASE_FILE")
# The folder a timer makes backups in every night: the owner is told when they fail or stay away. Nothing is written there by serving.
BACKUP_DIR = env.text("BACKUP_DIR")

# Whether the serving process runs background jobs too; switch it off where `manage.py db_worker` runs them.
RUN_JOBS = env.flag("RUN_JOBS", True)
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Lines to read, or JSON for a log collector; an event is one line either way.
LOG_FORMAT = env.choice("LOG_FORMAT", "line", "json")
# How much our own code says. Other packages only warn: in their finer levels they would print what visitors wrote.
LOG_LEVEL = env.choice("LOG_LEVEL", "info", "debug", "warning", "error").upper()
_QUIET = LOG_LEVEL if LOG_LEVEL == "ERROR" else "WARNING"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "widget.lib.logs.Lines"}, "json": {"()": "widget.lib.logs.JsonLines"}},
    "filters": {"discreet": {"()": "widget.lib.logs.Discreet"}, "seldom": {"()": "widget.lib.logs.Seldom"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["discreet", "seldom"]}},
    "root": {"handlers": ["console"], "level": _QUIET},
    # Django's own handlers would mail errors to nobody and say them only with DEBUG. A foreign Host header is a scanner's, not an error of ours.
    "loggers": {"django": {"handlers": [], "level": _QUIET}, "django.security.DisallowedHost": {"level": "CRITICAL"}, "widget": {"level": LOG_LEVEL}},
}

# Only read by the set-up: makes the first provider. Later ones are made in the admin.
OPENAI_API_KEY = env.secret("OPENAI_API_KEY")
OPENAI_BASE_URL = env.text("OPENAI_BASE_URL")
OPENAI_MODEL = env.text("OPENAI_MODEL", "gpt-5.4-mini")

EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else "django.core.mail.backends.console.EmailBackend"
EMAIL_PORT = env.number("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.secret("EMAIL_HOST_PASSWORD")
# Port 465 speaks TLS from the first byte; every other port begins in the clear and switches (STARTTLS).
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL", EMAIL_PORT == 465)
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", not EMAIL_USE_SSL)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "kanal@localhost")
# Where Telegram's Bot API is: the public one, or an own Bot API server.
TELEGRAM_API = env.text("TELEGRAM_API", "https://api.telegram.org").rstrip("/")

# -- Watching -------------------------------------------------------------------------------------------------------
# A Sentry project of your own that hears of errors; needs `pip install 'kanal[sentry]'`.
SENTRY_DSN = env.secret("SENTRY_DSN")
# Who brings it as a bearer token may read /metrics and the details of /readyz from elsewhere; without one, only this machine may.
METRICS_TOKEN = env.secret("METRICS_TOKEN")
# With less room left on the disk of DATA_DIR, /readyz answers 503.
DISK_FLOOR_MB = env.number("DISK_FLOOR_MB", 50)

# -- Limits of the server ------------------------------------------------------------------------------------------
# The body of a request, counted on the bytes that arrive.
REQUEST_BYTES = env.number("REQUEST_BYTES", 10_485_760, minimum=1024)
# A head must be whole after so long; a body may lag so far behind 500 bytes a second; a connection may lie idle so long between two requests.
REQUEST_HEAD_SECONDS = env.decimal("REQUEST_HEAD_SECONDS", 30, minimum=0.1)
REQUEST_BODY_SECONDS = env.decimal("REQUEST_BODY_SECONDS", 30, minimum=0.1)
# A proxy keeps its connections for minutes and must not find them closed.
KEEP_ALIVE_SECONDS = env.decimal("KEEP_ALIVE_SECONDS", 300 if TRUSTED_PROXIES else 60, minimum=0.1)
# Of any kind, without a proxy in front; more than SOCKETS_PER_ADDRESS, since visitors need some to begin with.
CONNECTIONS_PER_ADDRESS = env.number("CONNECTIONS_PER_ADDRESS", 600, minimum=1)
# What a client may leave unread before its connection is given up.
UNSENT_BYTES = env.number("UNSENT_BYTES", 262_144, minimum=65_536)
# A silent socket is asked for a sign of life after so long (proxies cut at 60 s) and given up so long after that.
PING_SECONDS = env.decimal("PING_SECONDS", 25, minimum=0.1)
PONG_SECONDS = env.decimal("PONG_SECONDS", 20, minimum=2)
# The age at which a socket is asked to come back with a fresh one.
SOCKET_HOURS = env.decimal("SOCKET_HOURS", 24, minimum=0.0001)
# How long a stop lets running answers finish before they are saved as they are.
DRAIN_SECONDS = env.decimal("DRAIN_SECONDS", 10, minimum=0)
# How long before that readiness is already off and everything still served: behind a proxy, a little more than its health check takes.
DRAIN_NOTICE_SECONDS = env.decimal("DRAIN_NOTICE_SECONDS", 0, minimum=0)

# -- Limits of the line -------------------------------------------------------------------------------------------
SOCKETS_PER_VISITOR = env.number("SOCKETS_PER_VISITOR", 10, minimum=1)
SOCKETS_PER_ADDRESS = env.number("SOCKETS_PER_ADDRESS", 500, minimum=1)
SOCKETS_PER_ADDRESS_WITHOUT_TOKEN = env.number("SOCKETS_PER_ADDRESS_WITHOUT_TOKEN", 20, minimum=1)
HELLO_SECONDS = env.number("HELLO_SECONDS", 10, minimum=1)
FRAME_BYTES = env.number("FRAME_BYTES", 32_768, minimum=1024)
FRAMES_PER_MINUTE = env.number("FRAMES_PER_MINUTE", 240, minimum=1)
MESSAGE_CHARACTERS = env.number("MESSAGE_CHARACTERS", 4_000, minimum=1)
MESSAGES_PER_MINUTE = env.number("MESSAGES_PER_MINUTE", 20, minimum=1)
# Of one address in a minute; thousands of phones may share one.
NEW_VISITORS_PER_ADDRESS = env.number("NEW_VISITORS_PER_ADDRESS", 120, minimum=1)
MESSAGES_PER_ADDRESS = env.number("MESSAGES_PER_ADDRESS", 600, minimum=1)
TOKEN_DAYS = env.number("TOKEN_DAYS", 30, minimum=1)

# -- Limits of an answer ------------------------------------------------------------------------------------------
ANSWERS_PER_VISITOR_DAY = env.number("ANSWERS_PER_VISITOR_DAY", 30)
ANSWERS_PER_SITE_DAY = env.number("ANSWERS_PER_SITE_DAY", 500)
ANSWER_CHARACTERS = env.number("ANSWER_CHARACTERS", 8_000, minimum=100)
HISTORY_MESSAGES = env.number("HISTORY_MESSAGES", 10)
TURN_ATTEMPTS = env.number("TURN_ATTEMPTS", 3, minimum=1)
LEASE_SECONDS = env.decimal("LEASE_SECONDS", 10, minimum=1)
PARTIAL_SAVE_SECONDS = env.decimal("PARTIAL_SAVE_SECONDS", 0.5, minimum=0.05)
PROVIDER_CONNECT_SECONDS = env.decimal("PROVIDER_CONNECT_SECONDS", 5, minimum=0.1)
PROVIDER_FIRST_BYTE_SECONDS = env.decimal("PROVIDER_FIRST_BYTE_SECONDS", 15, minimum=0.1)
PROVIDER_IDLE_SECONDS = env.decimal("PROVIDER_IDLE_SECONDS", 15, minimum=0.1)
# A visitor waits at most this long for a first word, over all providers together.
PROVIDER_HANDOFF_SECONDS = env.decimal("PROVIDER_HANDOFF_SECONDS", 20, minimum=0.1)
PROVIDER_TOTAL_SECONDS = env.decimal("PROVIDER_TOTAL_SECONDS", 90, minimum=1)

# -- The way out ---------------------------------------------------------------------------------------------------
# Private targets (host:port, comma-separated) that may be fetched all the same: an own webhook or shop on this network.
OUTBOUND_ALLOW_PRIVATE = env.words("OUTBOUND_ALLOW_PRIVATE")
