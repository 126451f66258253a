"""What the desk does with everything that has an address: categories, authors, tags, static pages, articles."""

import threading
import time

import pytest
from django.contrib import admin
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse

from articles.models import Tag
from newsroom.models import Page
from tests.factories import make_article, make_author, make_category, make_comment, make_staff, make_tag

NO_ROWS = {f"{rows}-{count}_FORMS": "0" for rows in ("links", "follow") for count in ("TOTAL", "INITIAL")}
FORMS = {
    "categories_category": {"name": "Our harbour", "slug": "harbour", "colour": "sea", "position": "0"},
    "authors_author": {"name": "Our harbour", "slug": "harbour", "bio": "Sails.", **NO_ROWS},
    "articles_tag": {"name": "Our harbour", "slug": "harbour"},
    "newsroom_page": {"title": "Our harbour", "url": "harbour", "content": "<p>Sails.</p>"},
    "articles_article": {
        "headline": "Our harbour",
        "slug": "harbour",
        "body": "<p>Sails.</p>",
        "agency": "PA",
        "_publish": "1",
    },
}


def take(form: str) -> None:
    """What the faster of two editors saves."""
    match form:
        case "categories_category":
            make_category("harbour")
        case "authors_author":
            make_author("harbour")
        case "articles_tag":
            Tag.objects.create(name="Theirs", slug="harbour")
        case "newsroom_page":
            Page.objects.create(title="Theirs", url="/harbour/")
        case "articles_article":
            make_article(slug="harbour")


def wait_until_somebody_waits() -> None:
    """On PostgreSQL for the one that we hold up. On SQLite there is nothing to see: whoever writes is alone."""
    if connection.vendor != "postgresql":
        return
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    pytest.fail("The second editor's save waits for nothing")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", FORMS)
def test_of_two_who_take_one_address_the_second_is_told_and_loses_no_word(form):
    desk, answers = Client(), []
    desk.force_login(make_staff())
    words = FORMS[form] | ({"category": make_category().pk} if form == "articles_article" else {})

    def save() -> None:
        try:
            answers.append(desk.post(reverse(f"admin:{form}_add"), words))
        finally:
            connections.close_all()

    second = threading.Thread(target=save)
    with transaction.atomic():
        take(form)
        second.start()  # it looks before the first is through, and saves afterwards
        wait_until_somebody_waits()
    second.join()

    (answer,) = answers
    html = answer.content.decode()
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == ["url" if form == "newsroom_page" else "slug"]
    assert ("Our harbour" in html, "harbour-2" in html) == (True, True)


@pytest.fixture
def things() -> list[object]:
    article = make_article()
    return [
        article,
        article.category,
        article.authors.get(),
        make_tag("peace"),
        Page.objects.create(title="About", url="/about/"),
        make_comment(article),
    ]


@pytest.mark.django_db
def test_the_desk_leads_to_the_site_that_readers_know(client, settings, things):
    settings.SITE_URL = "https://www.lantern.example"
    client.force_login(make_staff())

    for thing in things:
        desk = admin.site._registry[type(thing)]
        link = f'href="https://www.lantern.example{thing.get_absolute_url()}" class="viewsitelink"'
        form = reverse(f"admin:{desk.opts.app_label}_{desk.opts.model_name}_change", args=[thing.pk])
        assert link in client.get(form).content.decode(), thing


def test_whatever_has_an_address_is_shown_there():
    """No admin falls back to Django's view, which asks the row of django.contrib.sites."""
    addressed = [desk for model, desk in admin.site._registry.items() if hasattr(model, "get_absolute_url")]

    assert [desk for desk in addressed if not callable(desk.view_on_site)] == []
    assert len(addressed) == 6
