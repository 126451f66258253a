"""Settings: one file, environment on top. README lists the variables."""

from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env

env = Env()

BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = env.bool("DEBUG", False)

# The state folder: everything that a default installation writes.
NEWSROOM_VAR = Path(env.str("NEWSROOM_VAR", "") or BASE_DIR / "var").resolve()

# --- What production must be told -------------------------------------------------------------

_MUST_BE_SET = {
    "SECRET_KEY": "a long random text that nobody else knows",
    "ALLOWED_HOSTS": "the host names the site answers to, separated by commas",
    "SITE_URL": "the site's own address, such as https://www.example.org",
}
_missing = [f"{name} ({what})" for name, what in _MUST_BE_SET.items() if not env.str(name, "")]
if _missing and not DEBUG:
    raise ImproperlyConfigured("Newsroom needs these environment variables: " + "; ".join(_missing))

SECRET_KEY = env.str("SECRET_KEY", "only-for-development")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1"])
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
if urlsplit(SITE_URL).scheme not in {"http", "https"} or not urlsplit(SITE_URL).netloc:
    raise ImproperlyConfigured("SITE_URL must be a whole address, such as https://www.example.org")

# Addresses or networks of the front servers whose X-Forwarded-For is believed.
TRUSTED_PROXIES: list[str] = env.list("TRUSTED_PROXIES", [])

# --- The house --------------------------------------------------------------------------------

INSTALLED_APPS = [
    "newsroom",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sites",  # django-contrib-comments keeps a site with each comment, flatpages with each page
    "django.contrib.flatpages",
    "django.contrib.humanize",  # thousands as the language writes them
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_prose_editor",
    "django_comments_xtd",
    "django_comments",
    "categories",
    "authors",
    "articles",
    "comments",  # after django_comments_xtd: it disconnects one of its receivers
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "newsroom.middleware.OpenerPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "newsroom.middleware.AdblockNoticeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    # Sec-Fetch-Site and Origin instead of tokens, so that shared pages need no cookie. The admin's own
    # views keep Django's token (their csrf_protect decorator).
    "modern_csrf.middleware.ModernCsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "newsroom.middleware.ForwardingMiddleware",
]

APPEND_SLASH = False  # ForwardingMiddleware finds the final address at once
ROOT_URLCONF = "newsroom.urls"
WSGI_APPLICATION = "newsroom.wsgi.application"
SITE_ID = 1

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "newsroom.context.paper",
            ],
        },
    },
]

# --- Databases and caches ---------------------------------------------------------------------

DATABASES = {
    "default": dj_database_url.parse(
        env.str("DATABASE_URL", f"sqlite:///{NEWSROOM_VAR / 'newsroom.sqlite3'}"), conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Without these more than half of the requests fail when several processes write.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    # The pool and CONN_MAX_AGE = 0 belong together; without health checks a restarted server costs requests.
    _pool = {"min_size": 1, "max_size": env.int("DATABASE_POOL", 8)}
    DATABASES["default"]["OPTIONS"] = {**DATABASES["default"].get("OPTIONS", {}), "pool": _pool}
    DATABASES["default"]["CONN_MAX_AGE"] = 0

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.dj_cache_url("CACHE_URL", f"file://{NEWSROOM_VAR / 'cache'}")}
if CACHES["default"]["BACKEND"].endswith("FileBasedCache"):
    CACHES["default"]["BACKEND"] = "newsroom.lib.file_cache.FileCache"
    CACHES["default"]["OPTIONS"] = {"MAX_ENTRIES": 5000}

# --- Files ------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", "") or NEWSROOM_VAR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", "") or NEWSROOM_VAR / "media")
# Uploaded files are the front server's work; a site without one lets the application serve them.
SERVE_MEDIA = env.bool("SERVE_MEDIA", DEBUG)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
# Maps are for debuggers only, and most of what there would be to compress.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("jpg", "jpeg", "png", "webp", "woff2", "gz", "br", "map")
FILE_UPLOAD_PERMISSIONS = 0o644
PICTURE_MAX_BYTES = 20 * 1024 * 1024
PICTURE_MAX_PIXELS = 50_000_000
DOCUMENT_MAX_BYTES = 20 * 1024 * 1024

# --- Security: follows from the scheme of SITE_URL ----------------------------------------------

_https = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _https
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = None  # OpenerPolicyMiddleware: SecurityMiddleware sets it on a 304, too
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
FORMS_URLFIELD_ASSUME_HTTPS = True  # for the package's forms too; goes with Django 6

# --- Language and time ------------------------------------------------------------------------

LANGUAGE_CODE = env.str("LANGUAGE_CODE", "en")
TIME_ZONE = env.str("TIME_ZONE", "Europe/London")
USE_I18N = USE_TZ = True
UNICODE_SLUGS = env.bool("UNICODE_SLUGS", False)  # addresses in any script; off: a to z
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- Mail and logs ----------------------------------------------------------------------------

_email = env.dj_email_url("EMAIL_URL", "console:")
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST = _email["EMAIL_HOST"]
EMAIL_PORT = _email["EMAIL_PORT"]
EMAIL_HOST_USER = _email["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _email["EMAIL_USE_TLS"]
EMAIL_USE_SSL = _email["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"newsroom@{urlsplit(SITE_URL).hostname}")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {name: {"level": "INFO"} for name in ("newsroom", "articles", "comments", "authors", "categories")},
}

# --- The page cache ---------------------------------------------------------------------------

PAGE_CACHE_SECONDS = 60  # no page of the cache lives longer, whatever happens to the edition
NEXT_CHANGES = "newsroom.clock.next_changes"  # when the clock changes what readers see

# --- Revisions --------------------------------------------------------------------------------

# The keys that sign what is published, and the file that notes the last signature: outside the database.
REVISION_KEYS = Path(env.str("REVISION_KEYS", "") or NEWSROOM_VAR / "revision-keys")
REVISION_HEADS = Path(env.str("REVISION_HEADS", "") or NEWSROOM_VAR / "revision-heads.txt")

ERROR_REPORTS_AN_HOUR = env.int("ERROR_REPORTS_AN_HOUR", 5)  # from one address

# --- Feeds ------------------------------------------------------------------------------------

WEBSUB_HUB = env.str("WEBSUB_HUB", "")  # told of each publication; empty: nobody is

# --- Comments ---------------------------------------------------------------------------------

AKISMET_API_KEY = env.str("AKISMET_API_KEY", "")
AKISMET_URL = env.str("AKISMET_URL", "https://rest.akismet.com").rstrip("/")
AKISMET_TIMEOUT = env.float("AKISMET_TIMEOUT", 2.0)  # seconds, for the whole check inside a request
# Of the moderation log's chain. Another secret than the site's may be kept where fewer people see it.
MODERATION_KEY = env.str("MODERATION_KEY", "")
MODERATION_HEADS = Path(env.str("MODERATION_HEADS", "") or NEWSROOM_VAR / "moderation-heads.txt")
BLATANT_KEPT = env.int("BLATANT_KEPT", 72 * 3600)  # seconds
SPAM_KEPT = env.int("SPAM_KEPT", 15 * 24 * 3600)
ENVELOPE_KEPT = env.int("ENVELOPE_KEPT", 15 * 24 * 3600)  # after the decision
TRUST_AFTER = env.int("TRUST_AFTER", 3)  # comments of one writer that moderators published
EDIT_WITHIN = env.int("EDIT_WITHIN", 300)  # seconds in which a writer may change or delete a comment
REPORTS_HOLD = env.int("REPORTS_HOLD", 3)  # readers' reports that take an unreviewed comment to the moderators
LETTERS_HOUR = env.int("LETTERS_HOUR", 7)  # of the paper's day: when letters go to those who want them once a day
QUESTIONS_AN_HOUR = env.int("QUESTIONS_AN_HOUR", 100)  # mails that ask whether letters are wanted, to anybody
COMMENT_DEPTH = env.int("COMMENT_DEPTH", 3)  # levels of replies; a reply to the deepest stands beside it
COMMENTS_PER_PAGE = env.int("COMMENTS_PER_PAGE", 50)  # whole threads until there are so many; twice that at most
# Within so many seconds, so many comments of one network (IPv6: a /64) and on one article; 0: no limit.
COMMENTS_WINDOW = env.int("COMMENTS_WINDOW", 10 * 60)
COMMENTS_PER_NETWORK = env.int("COMMENTS_PER_NETWORK", 10)
COMMENTS_PER_DISCUSSION = env.int("COMMENTS_PER_DISCUSSION", 60)
RECHECK_PAUSES = (30, 15 * 60)  # seconds: the first pause after a failed check, and the longest

OWN_NAMES = "newsroom.context.own_names"  # with which no reader may sign: those of the paper

COMMENTS_APP = "django_comments_xtd"
COMMENTS_XTD_MODEL = "comments.models.ReaderComment"
COMMENTS_XTD_CONFIRM_EMAIL = False  # with it, a comment would be stored nowhere until a mail is answered
COMMENTS_XTD_MAX_THREAD_LEVEL = COMMENT_DEPTH
COMMENT_MAX_LENGTH = 3000  # characters; another number would be a migration of the package
COMMENTS_TIMEOUT = 2 * 3600  # seconds that a form stays good: longer than any cache keeps the page

SILENCED_SYSTEM_CHECKS = [
    "security.W003",  # modern_csrf stands in for Django's CSRF middleware
]
