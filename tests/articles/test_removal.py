"""Legal removal: the words are gone from every copy, and a signed mark of it stays."""

import json
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core import serializers
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import workflow
from articles.models import Article, Autosave, ErrorReport, Link, Note, Revision, Seal, SealedAct, Step
from articles.roles import Role
from articles.search import Question, matching
from articles.verification import problems
from newsroom.lib.caching import renew_edition
from tests.factories import make_article, make_attachment, make_photo, make_staff, make_story, make_tag, pdf_file

pytestmark = pytest.mark.django_db

NAME = "Barnaby Quillfeather"
ORDER = {"passage": NAME, "instead": "[removed]", "reason": "Order 7 of 2026"}


def address(article):
    return reverse("admin:articles_article_removal", args=[article.pk])


@pytest.fixture
def desk(client):
    client.force_login(make_staff())
    return client


@pytest.fixture
def article():
    """The name stands wherever a name can stand."""
    article = make_article(
        headline=f"{NAME} accused",
        slug="accused",
        standfirst=f"What {NAME.upper()} did",
        body="<p>So <b>Barnaby</b> Quillfeather went.</p>",
        agency=NAME,
        search_title=NAME,
    )
    story = make_story(slug="accused", body=f"<p>{NAME} again.</p>", headline=f"{NAME} again")
    article.publish(article.save_draft(story, by=None, change="correction", note=f"It was {NAME}, not another."))
    article.publish(article.save_draft(story, by=None), at=timezone.now() + timedelta(days=1))
    article.save_draft(story, by=None)
    ada = make_staff("ada")
    Autosave.objects.create(article=article, by=ada, story=story.as_json())
    workflow.add_note(article, ada, f"Ask {NAME}.", passage=f"{NAME} again.")
    ErrorReport.objects.create(article=article, passage=NAME, words=f"{NAME} is my name", trace="")
    return article


def everything():
    """All rows of ours, as text."""
    models = [Article, Revision, Autosave, ErrorReport, Note, Step, Seal, LogEntry]
    text = serializers.serialize("json", [row for model in models for row in model._default_manager.all()])
    return json.dumps([json.loads(text), *spellings()], ensure_ascii=False).casefold()


def spellings():
    """The words that search offers to those who mistype, where the database keeps them."""
    with connection.cursor() as cursor:
        if "articles_spellings" not in connection.introspection.table_names(cursor):
            return []
        cursor.execute("SELECT word FROM articles_spellings")
        return [word for (word,) in cursor.fetchall()]


def test_the_words_are_in_no_row_and_on_no_page_afterwards(desk, client, article):
    desk.post(reverse("admin:articles_article_restore", args=[article.pk, "1"]))  # the desk's log names the story
    desk.post(address(article), ORDER | {"_remove": "1"})
    desk.logout()

    pages = ["/", "/world/accused/", "/world/accused/changes/", "/corrections/", "/corrections/feed/", "/feed/json/"]
    pages += ["/world/accused/changes/2/", f"/search/?q={NAME}"]
    shown = [page for page in pages if "quillfeather" in client.get(page).content.decode().casefold()]
    assert "quillfeather" not in everything()
    assert shown == [f"/search/?q={NAME}"]  # which repeats the question
    assert not matching(Question(words=NAME)).exists()


def test_a_signed_mark_stays_that_does_not_say_the_words(desk, article):
    desk.post(address(article), ORDER | {"_remove": "1"})

    seals = Seal.objects.filter(act=SealedAct.REMOVED)
    assert [(seal.revision_number, seal.by, seal.reason) for seal in seals] == [
        (number, "editor", "Order 7 of 2026") for number in (1, 2, 3, 4)
    ]
    assert list(problems()) == []


def test_whoever_has_the_old_words_in_an_open_form_is_warned(desk, article):
    desk.post(address(article), ORDER | {"_remove": "1"})

    newest = article.latest_revision()
    assert (newest.number, newest.read().headline) == (5, "[removed] again")


def test_a_removal_that_nobody_signed_is_found(article):
    revision = article.revisions.get(number=1)
    Revision.objects.filter(pk=revision.pk).update(story=revision.story | {"headline": "[removed]"})

    assert list(problems()) == [f"Revision 1 of article {article.pk} was altered, moved or renumbered."]


def test_the_page_first_shows_where_they_stand_and_takes_nothing(desk, article):
    before = everything()

    response = desk.post(address(article), ORDER | {"_look": "1"})

    names = [place.name for place in response.context["places"]]
    assert names[:2] == ["the story as readers see it", "a change that waits"]
    assert names[2:6] == ["Version 1", "Version 2", "Version 3", "Version 4"]
    assert everything() == before


def test_what_an_editor_must_decide_is_said(desk):
    lead, formerly, within, _others = (make_photo(caption=f"{NAME}, {word}") for word in ("a", "b", "c", "d"))
    body = f'<p>Words</p><figure><img src="{within.src}" data-file="{within.pk}" alt="A man"></figure>'
    original = "https://wire.example/barnaby_quillfeather/"
    topic, others_topic = make_tag(NAME), make_tag("Another")
    report, file = make_attachment(title=f"What {NAME} did"), make_attachment(file=pdf_file("barnaby-quillfeather.pdf"))
    article = make_article(
        slug="barnaby-quillfeather-accused",
        lead_photo=formerly.pk,
        tags=(topic.pk, others_topic.pk),
        attachments=(report.pk, file.pk),
    )
    story = make_story(slug=article.slug, lead_photo=lead.pk, body=body, canonical_url=original)
    article.publish(article.save_draft(story, by=None, change="update"))
    article.save_draft(make_story(slug=article.slug), by=None)

    found = desk.post(address(article), ORDER | {"_look": "1"}).context["by_hand"]

    words = [f"the words of the photo “{photo}”" for photo in (lead, formerly, within)]
    words += [f"the topic “{topic}”", f"the attachment “{report}”", f"the attachment “{file}”"]
    assert found == ["the address “barnaby-quillfeather-accused”", f"the address “{original}”", *words]


def test_addresses_that_a_body_leads_to_are_forgotten_if_they_say_it(desk, article):
    body = '<p><a href="https://a.example/barnaby-quillfeather">A</a> <a href="https://b.example/other">B</a></p>'
    workflow.save(article, make_story(slug="accused", body=body), None)
    queued = list(Link.objects.values_list("url", flat=True))
    desk.post(address(article), ORDER | {"_remove": "1"})

    assert queued == ["https://a.example/barnaby-quillfeather", "https://b.example/other"]
    assert list(Link.objects.values_list("url", flat=True)) == ["https://b.example/other"]
    newest = article.latest_revision().read().body
    assert ('href=""' in newest, "barnaby-quillfeather" in newest, "b.example/other" in newest) == (True, False, True)


@pytest.mark.django_db(transaction=True)
def test_no_kept_page_holds_the_words_not_even_a_dead_one(desk, article, kept_pages_with):
    Client().get("/world/accused/")
    renew_edition()  # that page is dead now
    Client().get("/world/accused/")
    before = kept_pages_with(NAME)
    desk.post(address(article), ORDER | {"_remove": "1"})

    assert (before, kept_pages_with(NAME)) == (2, 0)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"passage": "a"}, "passage"),
        ({"passage": " "}, "passage"),
        ({"passage": "x\0y"}, "passage"),
        ({"reason": f"About {NAME}"}, "reason"),
        ({"reason": ""}, "reason"),
        ({"instead": NAME.lower()}, "instead"),
    ],
)
def test_an_order_that_would_do_harm_is_refused(desk, article, given, field):
    response = desk.post(address(article), ORDER | given | {"_remove": "1"})

    assert list(response.context["form"].errors) == [field]
    assert not Seal.objects.filter(act=SealedAct.REMOVED).exists()


def test_it_takes_a_right_of_its_own(client, article):
    user = make_staff("bo", superuser=False)
    article.category.editors.add(user)
    user.groups.set([Group.objects.get(name=Role.EDITOR)])
    client.force_login(user)
    refused = client.post(address(article), ORDER | {"_remove": "1"})
    user.groups.set([Group.objects.get(name=Role.MANAGING_EDITOR)])
    done = client.post(address(article), ORDER | {"_remove": "1"})

    assert (refused.status_code, done.status_code) == (403, 302)


def test_longer_words_instead_still_fit(desk):
    article = make_article(headline="Bo " * 66 + "Bo")

    desk.post(address(article), ORDER | {"passage": "Bo", "instead": "[" + "x" * 40 + "]", "_remove": "1"})

    article.refresh_from_db()
    assert len(article.headline) == 200
    assert len(article.latest_revision().read().headline) == 200
