import tomllib

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from articles.front import make_front
from articles.models import Article, Photo, Pin
from authors.models import Author
from categories.models import Category
from comments.models import ReaderComment, State
from newsroom.demo import texts
from newsroom.demo.__main__ import make_environment
from newsroom.demo.loader import NotOurs, load_demo, refuse_what_is_not_ours
from newsroom.models import Campaign, Page, Paper, Slot
from tests.factories import make_article, make_author, make_campaign, make_category, make_comment, make_staff


def counts() -> list[int]:
    return [model.objects.count() for model in (Article, Author, Category, Photo, ReaderComment, User, Campaign, Page)]


@pytest.mark.django_db
def test_loading_the_demo_twice_loads_it_once():
    first = load_demo()
    loaded = counts()
    second = load_demo()

    assert (first, second, counts()) == (True, False, loaded)
    assert loaded[:4] == [33, 6, 6, 33]
    assert Article.objects.published().count() == 31
    assert all(photo.alt and photo.src for photo in Photo.objects.all())
    assert set(Campaign.objects.on_show()) == set(Slot.values)
    assert [(pin.story.slug, pin.place) for pin in Pin.objects.standing()] == [
        ("wrong-turn-container-ship", Pin.Place.LEAD),
        ("museum-of-lost-umbrellas", Pin.Place.THIRD),
    ]
    assert [make_front().top.index(pin.story) + 1 for pin in Pin.objects.standing()] == [1, 4]
    states = set(ReaderComment.objects.values_list("state", flat=True))
    assert states == {State.APPROVED, State.HELD, State.SPAM}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "make",
    [
        lambda: make_author("somebody-else"),
        lambda: make_category("business"),
        lambda: make_article(slug="a-real-story"),
        lambda: make_staff("chief"),
        make_campaign,
        lambda: Paper(name="The Real Paper").save(),
        lambda: Page.objects.create(url="/jobs/", title="Jobs"),
    ],
)
def test_a_database_with_anything_else_in_it_is_refused(make):
    make()
    before = counts()

    with pytest.raises(CommandError, match="Nothing was loaded"):
        call_command("load_demo")

    assert counts() == before


@pytest.mark.django_db
def test_the_footers_links_lead_somewhere(client):
    load_demo()

    addresses = [link.address for link in Paper.current().links.all()]

    assert addresses == ["/about/", "/contact/", "/privacy/", "/comments/privacy/"]
    assert [client.get(address).status_code for address in addresses] == [200] * 4


@pytest.mark.django_db
def test_a_real_readers_comment_is_refused_too():
    article = make_article(
        slug="rowing-final", category=make_category("sport").pk, bylines=(make_author("joan-hask").pk,)
    )
    refuse_what_is_not_ours()
    make_comment(article, user_email="real@example.org")

    with pytest.raises(NotOurs):
        refuse_what_is_not_ours()


def test_the_demo_never_uses_a_database_outside_its_folder(tmp_path):
    given = {"NEWSROOM_VAR": str(tmp_path), "DATABASE_URL": "postgres://production/db"}

    environment = make_environment(given, "127.0.0.1", 8000)

    assert environment["DATABASE_URL"] == f"sqlite:///{tmp_path / 'newsroom.sqlite3'}"


def test_the_demos_secret_is_made_once_and_kept(tmp_path):
    first, second = (make_environment({"NEWSROOM_VAR": str(tmp_path)}, "127.0.0.1", 8000) for _start in range(2))

    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert (tmp_path / "secret-key.txt").stat().st_mode & 0o077 == 0


def test_a_real_key_is_used_and_no_stand_in_started(tmp_path):
    given = {"NEWSROOM_VAR": str(tmp_path), "AKISMET_API_KEY": "real"}

    environment = make_environment(given, "127.0.0.1", 8000)

    assert (environment["AKISMET_API_KEY"], "AKISMET_URL" in environment) == ("real", False)


def test_every_text_is_as_long_as_a_real_one():
    lengths = [len(text.body.split()) for text in texts.read_articles()]

    assert (len(lengths), min(lengths) >= 300, max(lengths) <= 1000) == (33, True, True)


def test_every_cross_reference_in_the_demo_leads_somewhere():
    slugs = {text.slug for text in texts.read_articles()}

    assert {pick for text in texts.read_articles() for pick in text.picks} <= slugs
    assert {comment["article"] for comment in texts.read_comments()} <= slugs
    assert tomllib.loads((texts.CONTENT / "paper.toml").read_text())["name"] == "The Tidewick Lantern"
