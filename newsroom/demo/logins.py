"""The demo's staff: a user of each role with a random password, kept in demo-logins.txt in the state folder."""

import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group, User

from articles.roles import Role
from categories.models import Category

# One of each role, and the sections that the editor edits.
STAFF: dict[str, Role | None] = {
    "administrator": None,
    "managing_editor": Role.MANAGING_EDITOR,
    "editor": Role.EDITOR,
    "author": Role.AUTHOR,
    "contributor": Role.CONTRIBUTOR,
    "moderator": Role.MODERATOR,
}
_DESK = ("town", "harbour")


def file() -> Path:
    return Path(settings.NEWSROOM_VAR) / "demo-logins.txt"


def make() -> None:
    """Make the users that are missing. Their passwords go into the file before they are needed."""
    lines = file().read_text().splitlines() if file().exists() else []
    for name, role in STAFF.items():
        if User.objects.filter(username=name).exists():
            continue
        password = secrets.token_urlsafe(12)
        user = User.objects.create_user(name, password=password, is_staff=True, is_superuser=role is None)
        if role:
            user.groups.add(Group.objects.get(name=role))
        lines = [line for line in lines if line.split()[:1] != [name]] + [f"{name:<16} {password}"]
    file().parent.mkdir(parents=True, exist_ok=True)
    file().touch(mode=0o600)
    file().write_text("\n".join(lines) + "\n")


def seat() -> None:
    """Give the editor the sections, once they are there."""
    editor = User.objects.get(username="editor")
    editor.edited_categories.add(*Category.objects.filter(slug__in=_DESK))
