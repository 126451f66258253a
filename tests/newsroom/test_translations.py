"""German is the proof that every string can be translated: all there, none doubtful, each with its placeholders."""

import gettext
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from comments.models import ReaderComment
from tests.factories import make_article, make_comment
from tests.parts import require

GERMAN = Path("locale/de/LC_MESSAGES/django.po")
SOURCES = ("articles", "authors", "categories", "comments", "newsroom", "templates", "locale")


@pytest.fixture
def collected(tmp_path: Path) -> Path:
    """The catalogue as makemessages would leave it."""
    require(shutil.which("msgfmt") and shutil.which("xgettext"), "GNU gettext is not installed")
    for name in SOURCES:
        shutil.copytree(settings.BASE_DIR / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "django", "makemessages", "--locale", "de", "--no-location", "--verbosity", "0"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return tmp_path / GERMAN


def test_german_is_complete(collected: Path):
    missing = subprocess.run(
        ["msgattrib", "--untranslated", "--no-obsolete", "--no-wrap", collected], capture_output=True, text=True
    ).stdout
    doubtful = subprocess.run(
        ["msgattrib", "--only-fuzzy", "--no-obsolete", "--no-wrap", collected], capture_output=True, text=True
    ).stdout

    assert (missing, doubtful) == ("", "")


def test_the_compiled_catalogue_is_that_of_its_source(tmp_path: Path):
    require(shutil.which("msgfmt"), "GNU gettext is not installed")
    compiled = tmp_path / "django.mo"
    source = settings.BASE_DIR / GERMAN
    checked = subprocess.run(["msgfmt", "--check", "-o", compiled, source], capture_output=True, text=True)

    assert (checked.returncode, checked.stderr) == (0, "")
    assert words(compiled) == words(source.with_suffix(".mo"))


def words(compiled: Path) -> dict:
    with compiled.open("rb") as file:
        return gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_a_page_speaks_german_and_writes_its_dates_so(client):
    article = make_article(at=datetime(2026, 3, 5, 9, 30, tzinfo=UTC))
    make_article()

    with translation.override("de"):
        html = client.get(article.get_absolute_url()).content.decode()

    assert '<html lang="de" dir="ltr">' in html
    assert "Das könnte Sie auch interessieren" in html
    assert "5. März 2026" in html


@pytest.mark.django_db
def test_a_page_in_arabic_runs_from_right_to_left(client):
    with translation.override("ar"):
        html = client.get(make_article().get_absolute_url()).content.decode()

    assert '<html lang="ar" dir="rtl">' in html


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "number"), [("en", "12,345"), ("de", "12.345")])
def test_numbers_are_written_as_the_language_writes_them(client, language, number):
    comment = make_comment(make_article())
    ReaderComment.objects.update(recommendations=12345)

    with translation.override(language):
        pages = [client.get(address) for address in (comment.article.get_absolute_url(), marks_address(comment))]

    assert [f"{number}<" in pages[0].content.decode(), f"{number} " in pages[1].content.decode()] == [True, True]


def marks_address(comment: ReaderComment) -> str:
    return reverse("comments:recommend", args=[comment.pk])
