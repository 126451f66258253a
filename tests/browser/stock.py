"""Django's own admin with nothing of ours, to compare with: python -m tests.browser.stock PORT FOLDER."""

import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

PASSWORD = "a password for tests"


def configure(folder: Path) -> None:
    settings.configure(
        DEBUG=True,
        SECRET_KEY="only-for-tests",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        STATIC_URL="/static/",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "stock.sqlite3"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            f"django.contrib.{name}"
            for name in ("admin", "auth", "contenttypes", "sessions", "messages", "staticfiles")
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
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
        ],
    )
    django.setup()


def serve(port: str, folder: Path) -> None:
    configure(folder)
    from django.contrib import admin
    from django.contrib.auth.models import Group, Permission, User
    from django.contrib.contenttypes.models import ContentType
    from django.urls import path

    # Django's own autocomplete fields, for one row and for several: its own forms happen to have none.
    admin.site.register(ContentType, search_fields=["model"])
    admin.site.register(Permission, search_fields=["name"], autocomplete_fields=["content_type"])
    admin.site.unregister(Group)
    admin.site.register(Group, autocomplete_fields=["permissions"])

    globals()["urlpatterns"] = [path("admin/", admin.site.urls)]
    call_command("migrate", verbosity=0)
    User.objects.create_superuser("desk", password=PASSWORD)
    for number in range(3):
        Group.objects.create(name=f"Group {number}").permissions.set(Permission.objects.all()[:3])
    call_command("runserver", f"127.0.0.1:{port}", use_reloader=False, verbosity=0)


if __name__ == "__main__":
    sys.modules["tests.browser.stock"] = sys.modules["__main__"]
    serve(sys.argv[1], Path(sys.argv[2]))
