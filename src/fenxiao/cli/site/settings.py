"""Django's settings, derived from the installation's (`fenxiao.kernel.settings`)."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from fenxiao.kernel.logs import configure_logs
from fenxiao.kernel.postgres import connection_parts, database_url
from fenxiao.kernel.settings import settings as installation

_here = installation()
_database = connection_parts(database_url(_here))
PACKAGE = Path(__file__).resolve().parents[2]

SECRET_KEY = _here.secret_key
DEBUG = _here.debug
_public = urlsplit(_here.base_url)
ALLOWED_HOSTS = ["*"] if DEBUG else ["127.0.0.1", "localhost", "[::1]", str(_public.hostname)]
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "django_cotton",
    "django_htmx",
    "django_prometheus",
    "procrastinate.contrib.django",
    "fenxiao.kernel",
    "fenxiao.parties",
    "fenxiao.catalog",
    "fenxiao.deals",
    "fenxiao.tracking",
    "fenxiao.orders",
    "fenxiao.ledger",
    "fenxiao.facts",
    "fenxiao.quality",
    "fenxiao.discovery",
    "fenxiao.insights",
    "fenxiao.console",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "fenxiao.kernel.middleware.request_scope",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "fenxiao.console.middleware.chosen_language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "fenxiao.console.middleware.readable_address",
    "fenxiao.console.middleware.current_member",
    "fenxiao.console.middleware.refusals_as_pages",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "fenxiao.cli.site.urls"
WSGI_APPLICATION = "fenxiao.cli.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "console" / "templates"],  # before allauth's own pages
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "fenxiao.console.context.console",
            ],
        },
    },
]

NAMED = {"dbname", "user", "password", "host", "port"}  # what Django has names of its own for
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database["dbname"],
        "USER": _database.get("user", ""),
        "PASSWORD": _database.get("password", ""),
        "HOST": _database.get("host", ""),
        "PORT": _database.get("port", ""),
        "OPTIONS": {name: value for name, value in _database.items() if name not in NAMED},  # sslmode and the like
        "TEST": {"NAME": os.environ.get("FENXIAO_TEST_DATABASE")},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "parties.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "fenxiao.console.accounts.ClosedSignup"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _here.base_url.startswith("https://")

LANGUAGE_CODE = _here.language
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "console" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = _here.time_zone

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # serves the package's own files, so that nothing needs collecting first
WHITENOISE_MAX_AGE = 3_600

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_ON_APP_READY = None

LOGGING_CONFIG = None
configure_logs()
