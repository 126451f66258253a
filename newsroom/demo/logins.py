"""The demo's staff: three users with random passwords, kept in demo-logins.txt in the state folder."""

import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group, Permission, User

# Whom they are, and the apps whose rows they may add, change and delete.
ROLES: dict[str, list[str]] = {
    "administrator": [],
    "editor": ["articles", "authors", "categories", "newsroom"],
    "moderator": ["comments"],
}


def file() -> Path:
    return Path(settings.NEWSROOM_VAR) / "demo-logins.txt"


def make() -> None:
    """Make the users that are missing. Their passwords go into the file before they are needed."""
    lines = file().read_text().splitlines() if file().exists() else []
    for role, apps in ROLES.items():
        if User.objects.filter(username=role).exists():
            continue
        password = secrets.token_urlsafe(12)
        user = User.objects.create_user(role, password=password, is_staff=True, is_superuser=role == "administrator")
        if apps:
            group, _is_new = Group.objects.get_or_create(name=f"{role.capitalize()}s")
            allowed = Permission.objects.filter(content_type__app_label__in=apps)
            group.permissions.set(allowed.exclude(codename="legal_removal"))  # a managing editor's
            user.groups.add(group)
        lines = [line for line in lines if not line.startswith(role)] + [f"{role:<14} {password}"]
    file().parent.mkdir(parents=True, exist_ok=True)
    file().touch(mode=0o600)
    file().write_text("\n".join(lines) + "\n")
