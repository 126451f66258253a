"""Who speaks: staff with their badge, and the names that no guest may sign with."""

import re
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.db import IntegrityError
from django.test import Client

from articles.models import Byline
from authors.models import Author
from comments.models import Badge, ReaderComment, ReservedName
from comments.speakers import objection
from newsroom.models import Paper
from tests.comments.reader import form_on, stored, write
from tests.factories import make_article, make_author, make_comment, make_staff

pytestmark = pytest.mark.django_db

PAGE = "/world/peace-talks/"
GUESTS = "This name belongs to the newsroom."


@pytest.fixture
def article():
    return make_article(slug="peace-talks")  # by James Carter


@pytest.fixture
def carter(article):
    """Somebody who writes in the admin, no administrator."""
    author = make_author()
    author.user = make_staff("carter", superuser=False)
    author.save()
    return author


@pytest.fixture
def desk(carter):
    client = Client()
    client.force_login(carter.user)
    return client


@pytest.fixture(autouse=True)
def _reserved():
    """The migration's names, which tests with transactions of their own may have deleted."""
    import_module("comments.migrations.0010_speakers").fill(apps, None)


def page(client, path=PAGE):
    return client.get(path).content.decode()


def signature(html, pk):
    """The head of that comment, as a line of text, and its links but the one to its own address."""
    head = re.search(rf'id="comment-{pk}">.*?<header[^>]*>(.*?)</header>', html, re.DOTALL).group(1)
    return " ".join(re.sub(r"<time.*?</time>|<[^>]+>", " ", head, flags=re.DOTALL).split()), re.findall(
        r'href="((?!\S+/comments/)[^"#]+)"', head
    )


# --- Badges ---------------------------------------------------------------------------------------


def test_an_author_s_comment_on_an_own_article_says_so_and_links_to_the_author_s_page(standin, desk, client, article):
    write(desk, article, name="james carter", url="https://elsewhere.example/")

    comment = ReaderComment.objects.get()
    assert (comment.user_name, comment.speaker.slug, comment.badge) == ("James Carter", "james-carter", "author")
    line = ("James Carter Author of this article", ["/authors/james-carter/"])
    assert signature(page(client), comment.pk) == line


def test_on_another_s_article_the_badge_is_the_newsroom_s(standin, desk, client):
    other = make_article(bylines=(make_author("ada-lens").pk,))

    write(desk, other, name="James Carter")

    comment = ReaderComment.objects.get()
    line = ("James Carter Newsroom", ["/authors/james-carter/"])
    assert signature(page(client, other.get_absolute_url()), comment.pk) == line


def test_the_reply_page_shows_the_badge(standin, desk, client, article):
    write(desk, article, name="James Carter")

    html = page(client, f"{PAGE}comments/{ReaderComment.objects.get().pk}/reply/")

    assert ("Author of this article" in html, 'href="/authors/james-carter/"' in html) == (True, True)


def test_the_page_is_the_same_for_the_author_and_for_everybody(standin, desk, client, article):
    make_comment(article)
    cache.clear()
    theirs = page(desk)
    cache.clear()

    security = r'(name="(?:timestamp|security_hash)" value=")[^"]*'
    assert re.sub(security, r"\1", theirs) == re.sub(security, r"\1", page(client))


@pytest.mark.parametrize("verdict", ["spam", "discard"])
def test_staff_s_words_are_judged_like_anybody_s(standin, desk, client, article, verdict):
    standin.switch(verdict)

    write(desk, article, name="James Carter")

    (call,) = standin.calls
    assert (call.fields["user_role"], stored()[0][1] in {"spam", "blatant"}) == ("author", True)
    assert "Author of this article" not in page(client)


def test_an_administrator_is_no_administrator_to_akismet_which_would_check_nothing(standin, article):
    client = Client()
    client.force_login(make_staff())

    write(client, article)

    (call,) = standin.calls
    assert (call.fields["user_role"], ReaderComment.objects.get().badge) == ("author", "")


def test_akismet_is_told_no_role_of_guests(standin, client, article):
    write(client, article)

    assert "user_role" not in standin.calls[0].fields


def test_whoever_is_logged_in_as_an_author_and_signs_otherwise_is_asked_which_it_is_to_be(standin, desk, article):
    answer = write(desk, article, name="Concerned Father", comment="Kept.")

    form = form_on(answer)
    assert (answer.status_code, form.fields["comment"], stored()) == (422, "Kept.", [])
    assert form.errors["name"].startswith("You are logged in as James Carter:")


@pytest.mark.parametrize("is_staff", [True, False])
def test_only_staff_speak_for_the_paper(standin, desk, carter, article, is_staff):
    type(carter.user).objects.update(is_staff=is_staff)

    answer = write(desk, article, name="James Carter")

    assert (answer.status_code, ReaderComment.objects.filter(badge="author").exists()) == (
        (303, True) if is_staff else (422, False)
    )


def test_what_a_form_sends_makes_no_badge(standin, client, article):
    write(client, article, badge="author", speaker=str(make_author().pk), user="1")

    comment = ReaderComment.objects.get()
    assert (comment.badge, comment.speaker) == ("", None)


def test_another_site_cannot_let_an_author_speak(standin, carter, article):
    client = Client(enforce_csrf_checks=True)
    client.force_login(carter.user)

    answer = write(client, article, name="James Carter", headers={"Sec-Fetch-Site": "cross-site"})

    assert (answer.status_code, stored()) == (403, [])


def test_badges_outlive_a_new_name_a_new_address_an_unlinked_account_and_the_author(standin, desk, client, carter):
    article = make_article(slug="own")
    write(desk, article, name="James Carter")
    comment = ReaderComment.objects.get()

    carter.name, carter.slug, carter.user = "J. Carter-Lens", "carter-lens", None
    carter.save()
    cache.clear()
    renamed = signature(page(client, "/world/own/"), comment.pk)
    Byline.objects.all().delete()
    carter.delete()
    cache.clear()

    assert renamed == ("James Carter Author of this article", ["/authors/carter-lens/"])
    assert signature(page(client, "/world/own/"), comment.pk) == ("James Carter Author of this article", [])


def test_the_database_itself_keeps_no_speaker_without_a_badge(article, carter):
    with pytest.raises(IntegrityError):
        make_comment(article, speaker=carter)


@pytest.mark.parametrize("count", [1, 30])
def test_badges_cost_no_query_each(client, article, count, django_assert_max_num_queries):
    for number in range(count):
        author = make_author(f"author-{number}")
        make_comment(article, speaker=author, badge=Badge.NEWSROOM)
    cache.clear()
    client.get("/comments/privacy/")

    with django_assert_max_num_queries(8):
        assert page(client).count(">Newsroom</span>") == count


# --- Names that are not for guests ------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *("James Carter", "JAMES CARTER", "james  carter", "JamesCarter", "James-Carter", "J.a.m.e.s Carter"),
        *("Jámes Cartér", "Jаmes Саrter", "Јamеs Cаrtеr", "J\u200bames Car\u00adter", "Ｊａｍｅｓ Ｃａｒｔｅｒ"),
        *("𝓙𝓪𝓶𝓮𝓼 𝓒𝓪𝓻𝓽𝓮𝓻", "🅹🅰🅼🅴🆂 🅲🅰🆁🆃🅴🆁", "ᴊᴀᴍᴇꜱ ᴄᴀʀᴛᴇʀ", "Jarnes Carter", "Jαmes Cαrter"),
        *(
            "James Carter ✓",
            "James Carter (Editor)",
            "Moderator James Carter",
            "The James Carter",
            "\u202eJames Carter",
        ),
        *("Editor", "The Editor", "EDITOR!", "E d i t o r", "Еditоr", "Editor-in-Chief", "Die Redaktion", "Moderatоr"),
        *("The Tidewick Lantern", "Tidewick Lantern", "Tidewick Lantern Editors", "Tidewick Lantеrn"),
    ],
)
def test_a_guest_cannot_sign_as_the_newsroom_and_loses_no_word(standin, client, article, name):
    Paper(name="The Tidewick Lantern").save()

    answer = write(client, article, name=name, comment="Kept.")

    form = form_on(answer)
    assert (answer.status_code, form.fields["comment"], stored(), standin.calls) == (422, "Kept.", [], [])
    assert form.errors["name"].startswith(GUESTS)


@pytest.mark.parametrize(
    "name", ["James", "Carter", "James Carterson", "Edith", "Lantern", "The", "✓", "Ада", "editorial", "Mary Editor"]
)
def test_other_names_are_anybody_s(article, name):
    Paper(name="The Tidewick Lantern").save()

    assert objection(name, None) == ""


@pytest.mark.parametrize(
    ("author", "guest"), [("Νίκος Βαλς", "ΝΙΚΟΣ ΒΑΛΣ"), ("Ольга Рот", "ольга рот"), ("がか", "がか")]
)
def test_authors_of_any_alphabet_are_protected(author, guest):
    make_author("somebody", name=author)

    assert objection(guest, None).startswith(GUESTS)


def test_editors_add_to_the_list_and_take_from_it(client, article):
    client.force_login(make_staff())

    client.post("/admin/comments/reservedname/add/", {"name": "La Rédaction"})
    ReservedName.objects.filter(name="Admin").delete()

    assert [bool(objection(name, None)) for name in ("la redaction", "Rédaction", "Admin")] == [True, True, False]


def test_a_new_name_is_protected_and_the_old_one_free_again_and_old_comments_stay(standin, client, article, carter):
    make_comment(article, user_name="Joan Lens")

    carter.name = "Joan Lens"
    carter.save(update_fields=["name"])

    assert [bool(objection(name, None)) for name in ("Joan Lens", "James Carter")] == [True, False]
    assert "Joan Lens" in page(client)


def test_an_author_whose_name_is_signs_alone_takes_no_name_away(article):
    make_author("sign", name="✒")

    assert objection("✓", None) == ""


def test_authors_from_before_are_protected_by_the_migration(article):
    Author.objects.update(skeleton="")

    import_module("authors.migrations.0004_skeletons").fill(apps, None)

    assert objection("James Carter", None).startswith(GUESTS)


@pytest.mark.parametrize("count", [1, 30])
def test_a_name_costs_the_same_queries_for_any_number_of_authors(django_assert_num_queries, count):
    for number in range(count):
        make_author(f"author-{number}")

    with django_assert_num_queries(4):
        assert objection("Ada Reader", None) == ""


def test_only_who_may_manage_accounts_says_whose_an_author_is(client, carter):
    editor = make_staff("chief", superuser=False)
    editor.user_permissions.set(Permission.objects.filter(codename__in=["view_author", "change_author"]))
    client.force_login(editor)
    address = f"/admin/authors/author/{carter.pk}/change/"

    shown = page(client, address)
    answer = client.post(
        address,
        {"name": "J. Carter", "slug": carter.slug, "user": editor.pk, "links-TOTAL_FORMS": 0, "links-INITIAL_FORMS": 0}
        | {"follow-TOTAL_FORMS": 0, "follow-INITIAL_FORMS": 0},
    )

    carter.refresh_from_db()
    assert ('name="user"' in shown, answer.status_code) == (False, 302)
    assert (carter.name, carter.user.username) == ("J. Carter", "carter")
