"""About, contact, privacy: pages by editors that are no articles."""

import pytest
from django.contrib.flatpages.models import FlatPage
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from categories.models import Category
from newsroom.models import Page
from tests.factories import make_article, make_category, make_photo, make_staff

pytestmark = pytest.mark.django_db

ADD = "/admin/newsroom/page/add/"


@pytest.fixture
def desk(client):
    client.force_login(make_staff())
    return client


def make_page(url: str = "/about/", **columns) -> Page:
    return Page.objects.create(**{"url": url, "title": "About us", "content": "<p>We print.</p>"} | columns)


def words(**given):
    return {"title": "About us", "url": "about", "content": "<p>We print.</p>", "description": ""} | given


def said(response) -> dict[str, list[str]]:
    return dict(response.context["adminform"].form.errors)


def answer(path: str) -> tuple[int, str]:
    response = Client().get(path)
    return response.status_code, response.headers.get("Location", "")


@pytest.mark.parametrize("url", ["/about/", "/imprint/", "/about/team/", "/about/the/paper/"])
def test_a_page_stands_at_its_address_between_masthead_and_footer(url):
    make_page(url, description="Who prints this.")
    make_category("town")

    html = Client().get(url).content.decode()

    for part in (
        "<h1>About us</h1>",
        "<p>We print.</p>",
        '<header class="masthead">',
        '<footer class="colophon">',
        '<meta name="description" content="Who prints this.">',
        f'<link rel="canonical" href="http://testserver{url}">',
    ):
        assert part in html


@pytest.mark.parametrize("url", ["/imprint/", "/about/team/", "/about/the/paper/"])
def test_a_page_is_kept_by_the_page_cache_until_it_is_saved(django_capture_on_commit_callbacks, url):
    with django_capture_on_commit_callbacks(execute=True):
        page = make_page(url)
    Client().get(url)
    with CaptureQueriesContext(connection) as second:
        Client().get(url)
        queries = len(second)

    with django_capture_on_commit_callbacks(execute=True):
        page.content = "<p>We print twice.</p>"
        page.save()

    assert queries == 0
    assert b"We print twice." in Client().get(url).content


def test_a_page_sets_no_cookie_and_is_the_same_for_everybody():
    make_page()

    response = Client().get("/about/")

    assert (response.cookies, response.headers.get("Vary", "")) in [({}, ""), ({}, "Accept-Encoding")]
    assert response.headers["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_the_address_of_a_page_that_moved_leads_to_it_and_of_one_that_was_deleted_is_gone(
    django_capture_on_commit_callbacks,
):
    page = make_page("/about/")
    for url in ("/imprint/", "/about/us/"):
        page.url = url
        page.save()
    moved = [answer(url) for url in ("/about/", "/Imprint", "/about/us/", "/about/us?a=b")]

    with django_capture_on_commit_callbacks(execute=True):
        page.delete()

    assert moved == [(301, "/about/us/"), (301, "/about/us/"), (200, ""), (301, "/about/us/?a=b")]
    assert [answer(url)[0] for url in ("/about/", "/imprint/", "/about/us/")] == [410, 410, 410]


def test_a_body_is_sanitised_whoever_saves_it():
    page = make_page(content='<p onclick="x()">We print.</p><script>x</script>')

    assert FlatPage.objects.get(pk=page.pk).content == "<p>We print.</p>"


def test_a_page_does_not_stand_in_the_way_of_articles():
    make_page("/about/team/")
    make_article(slug="team")

    assert [answer("/world/team/"), answer("/about/team/")] == [(200, ""), (200, "")]


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("about", "/about/"),
        ("/About us/The Team/", "/about-us/the-team/"),
        ("//imprint//", "/imprint/"),
        ("", "/about-us/"),
    ],
)
def test_the_desk_writes_the_address_rightly(desk, typed, url):
    desk.post(ADD, words(url=typed))

    assert Page.objects.get().url == url
    assert answer(url) == (200, "")


@pytest.mark.parametrize(
    ("typed", "free"),
    [
        ("search", "search-2"),
        ("authors/ada", "authors-2/ada"),
        ("about/how-to-allow-this-site", "about/how-to-allow-this-site-2"),
        ("world", "world-2"),
        ("abroad/team", "abroad-2/team"),
        ("contact", "contact-2"),
        ("imprint", "imprint-2"),
        ("comments/privacy", "comments-2/privacy"),
    ],
)
def test_an_address_that_is_not_to_be_had_is_refused_with_a_free_one(desk, typed, free):
    category = make_category("abroad")
    category.slug = "world"
    category.save()
    page = make_page("/imprint/")
    page.url = "/contact/"
    page.save()

    response = desk.post(ADD, words(url=typed))

    assert said(response) == {"url": [f"Something else is or was at “/{typed}/”. “/{free}/” is free."]}
    assert response.context["adminform"].form["content"].value() == "<p>We print.</p>"


def test_a_page_may_take_its_own_former_address_back(desk):
    page = make_page("/about/")
    page.url = "/imprint/"
    page.save()

    desk.post(f"/admin/newsroom/page/{page.pk}/change/", words(url="/about/"))

    assert [answer("/about/"), answer("/imprint/")] == [(200, ""), (301, "/about/")]


def test_no_category_may_take_a_pages_address():
    make_page("/imprint/")
    make_page("/jobs/editor/")

    for slug in ("imprint", "jobs"):
        with pytest.raises(ValidationError) as refused:
            Category(name=slug, slug=slug).full_clean()

        assert refused.value.message_dict == {"slug": [f"The site itself uses “{slug}”. “{slug}-2” is free."]}


@pytest.mark.parametrize("typed", ["...", "\x00", "a" * 200, "/" * 50, "a/" * 40 + "b" * 20, "\ud800", "😀"])
def test_no_address_that_is_typed_breaks_the_desk(desk, typed):
    typed = typed.encode("utf-8", "surrogatepass").decode("utf-8", "replace")

    response = desk.post(ADD, words(url=typed, title="..."))

    assert (response.status_code, list(said(response))) == (200, ["url"])


def test_the_desk_offers_the_same_editor_as_for_articles_and_no_second_form(desk):
    page = make_page()

    response = desk.get(f"/admin/newsroom/page/{page.pk}/change/")

    assert "ProseEditor" in type(response.context["adminform"].form.fields["content"].widget).__name__
    assert "sha256-" in response.headers["Content-Security-Policy"]
    assert 'href="http://testserver/about/"' in response.content.decode()
    assert desk.get("/admin/flatpages/flatpage/").status_code == 404


def test_a_picture_in_a_page_comes_in_all_its_copies():
    photo = make_photo()
    make_page(content=f'<figure><img src="{photo.src}" data-file="{photo.pk}" alt="The house"></figure>')

    html = Client().get("/about/").content.decode()

    assert f'srcset="{photo.src} 40w"' in html
    assert 'width="40" height="30" alt="The house" loading="lazy"' in html
