"""What stands on an article's page beside its words."""

import gzip
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from newsroom.demo import texts
from newsroom.models import Paper
from tests.factories import (
    make_article,
    make_articles,
    make_attachment,
    make_comment,
    make_photo,
    make_tag,
)

pytestmark = pytest.mark.django_db

PAGE = "/world/pier/"
LINKS = '<p><a href="https://a.example/">there</a> <a href="/world/">here</a></p>'


def read(client, **parts) -> str:
    make_article(**{"slug": "pier", "headline": "The pier"} | parts)
    return client.get(PAGE).content.decode()


def long_body(parts: int, words: int = 300) -> str:
    return "".join(f"<h2>Part {number}</h2><p>{'word ' * words}</p>" for number in range(1, parts + 1))


@pytest.mark.parametrize(("parts", "listed"), [(3, ["part-part-1", "part-part-2", "part-part-3"]), (2, [])])
def test_a_long_piece_lists_its_parts_and_they_are_there(client, parts, listed):
    html = read(client, body=long_body(parts))

    assert re.findall(r'<li><a href="#(part-[^"]+)">', html) == listed
    assert all(html.count(f'id="{anchor}"') == 1 for anchor in listed)


def test_no_heading_takes_an_id_of_the_page(client):
    make_comment(make_article(slug="pier", body="".join(f"<h2>{word}</h2>" for word in ("main", "comments", "also"))))

    ids = re.findall(r'\sid="([^"]+)"', client.get(PAGE).content.decode())

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("label", ["Opinion", "Analysis", "Sponsored"])
def test_a_label_stands_on_the_page_and_on_every_card(client, label):
    html = read(client, label=label.lower(), sponsor="The Ferry")
    make_article(slug="other")
    cards = [client.get(path).content.decode() for path in ("/", "/world/", "/authors/james-carter/", "/world/other/")]

    word = f'<span class="label label-{label.lower()}">{label}</span>'
    assert [text.count(word) for text in (html, *cards)] == [1, 1, 1, 1, 1]
    assert ("Paid for by The Ferry" in html) == (label == "Sponsored")


def test_links_of_a_sponsored_piece_say_so_until_the_label_goes(client):
    article = make_article(slug="pier", label="sponsored", sponsor="The Ferry", body=LINKS)
    paid = client.get(PAGE).content.decode()
    story = article.latest_revision().read()
    cache.clear()

    article.publish(article.save_draft(type(story)(**vars(story) | {"label": "", "sponsor": ""}), by=None))
    free = client.get(PAGE).content.decode()

    links = [re.findall(r'<a [^>]*href="https://a.example/"[^>]*>', html) for html in (paid, free)]
    assert links == [
        ['<a data-note="1" href="https://a.example/" rel="sponsored noopener">'],
        ['<a data-note="1" href="https://a.example/" rel="noopener">'],
    ]


def test_a_sensitive_picture_waits_behind_its_note_and_stands_in_no_list(client):
    photo = make_photo(alt="A gull")
    html = read(client, lead_photo=photo.pk, sensitive_note="A gull, very close")
    make_article(slug="other")
    lists = [client.get(path).content.decode() for path in ("/", "/world/", "/authors/james-carter/", "/world/other/")]

    folded = re.search(r'<details class="sensitive[^>]*>.*?</details>', html, re.DOTALL).group()
    assert folded.index("A gull, very close") < folded.index("<img")
    assert 'loading="lazy"' in folded
    assert [text.count('alt="A gull"') for text in (html, *lists)] == [1, 0, 0, 0, 0]


@pytest.mark.parametrize(("language", "size"), [("en", "1.2\xa0MB"), ("de", "1,2\xa0MB")])
def test_attachments_stand_in_order_with_type_and_size(client, language, size, settings):
    settings.LANGUAGE_CODE = language
    rows = [make_attachment(title=title) for title in ("Second", "First")]
    for row in rows:
        type(row).objects.filter(pk=row.pk).update(size=1_258_291)

    with translation.override(language):
        html = read(client, attachments=(rows[1].pk, rows[0].pk))

    found = re.findall(r'<li><a href="(/media/[^"]+)" type="application/pdf">(\w+)</a> <span>([^<]+)', html)
    assert found == [(rows[1].file.url, "First", f"PDF, {size}"), (rows[0].file.url, "Second", f"PDF, {size}")]


def test_sharing_is_by_plain_links_to_the_canonical_address(client):
    html = read(client, headline="Pier & “gulls”")

    links = re.findall(r'<li><a href="([^"]+)" rel="noopener nofollow">', html)
    assert len(links) == 6
    assert all("http%3A%2F%2Ftestserver%2Fworld%2Fpier%2F" in link for link in links)


@pytest.mark.parametrize(
    ("email", "link", "report"),
    [
        ("", "", []),
        ("", "/contact/", ["/contact/"]),
        ("desk@a.example", "/contact/", ["mailto:desk@a.example?subject=Error%20in%20%E2%80%9CThe%20pier%E2%80%9D"]),
    ],
)
def test_an_error_is_reported_by_a_form_or_where_the_paper_answers(client, email, link, report):
    paper = Paper(corrections_email=email)
    paper.save()
    if link:
        paper.links.create(label="Write to us", address=link)

    html = read(client)

    form = re.findall(r'<li class="report"><a href="([^"]+)"', html)
    html = client.get(form[0]).content.decode()
    found = re.findall(r'<p><a href="([^"]+)">If you want an answer', html)
    assert form == ["/world/pier/report-an-error/"]
    assert [address.partition("&amp;body=")[0] for address in found] == report
    assert all("testserver%2Fworld%2Fpier%2F" in address for address in found if address.startswith("mailto:"))


def test_the_way_on_changes_with_the_neighbours(client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        make_article(slug="pier")
    before = client.get(PAGE).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        later = make_article(slug="later", headline="Later")
    after = client.get(PAGE).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        later.withdraw()
    at_last = client.get(PAGE).content.decode()

    assert ['rel="next"' in html for html in (before, after, at_last)] == [False, True, False]


def test_print_names_the_addresses_of_links_and_of_the_page(client):
    html = read(client, body=LINKS)

    notes = re.search(r'<div class="notes">.*?</div>', html, re.DOTALL).group()
    assert re.findall(r">\s*([^<>\s][^<>]*?)\s*<", notes) == [
        "https://a.example/",
        "http://testserver/world/",
        "Newsroom, http://testserver/world/pier/",
    ]


def test_the_whole_page_costs_eight_queries_at_most(client):
    article = make_article(
        slug="pier",
        tags=(make_tag("pier").pk,),
        lead_photo=make_photo().pk,
        attachments=(make_attachment().pk,),
        related=tuple(row.pk for row in make_articles(3)),
    )
    Paper().save()
    Paper.objects.get().links.create(label="Contact", address="/contact/")
    for _number in range(50):
        make_comment(article)
    cache.clear()
    client.get("/comments/privacy/")  # the edition is there

    with CaptureQueriesContext(connection) as captured:
        html = client.get(PAGE).content.decode()

    assert (len(captured) <= 8, html.count('id="comment-')) == (True, 50)


def test_the_first_view_of_an_article_fits_into_14_kilobytes(client, settings):
    """900 words and 30 comments: the compressed page before its comments, with the style sheet."""
    body = next(text.body for text in texts.read_articles() if text.slug == "council-votes-on-the-clock")
    photo = make_photo().pk
    words = {"headline": "Council votes to keep the clock wrong, by one vote", "standfirst": "They stood up. " * 9}
    beside = {"lead_photo": photo, "tags": (make_tag("pier").pk,), "attachments": (make_attachment().pk,)}
    article = make_article(slug="pier", body=body, label="analysis", **words, **beside)
    for name in ("harbour", "swans", "herring", "clock", "ferry", "gulls"):
        make_article(headline=f"A headline of usual length about the {name}", kicker=name, lead_photo=photo, slug=name)
    for _number in range(30):
        make_comment(article)

    html = client.get(PAGE).content

    scripts = {name.decode() for name in re.findall(rb'<script src="/static/([^"]+)"', html)}
    before_the_comments = html.partition(b'<section class="discussion"')[0]
    first_view = compressed(before_the_comments) + compressed(static(settings, "newsroom/site.css"))
    code = sum(compressed(static(settings, name)) for name in scripts)
    assert len(before_the_comments) < len(html)
    assert (first_view <= 14 * 1024, code <= 2 * 1024) == (True, True)


def compressed(content: bytes) -> int:
    return len(gzip.compress(content, 6))


def static(settings, name: str) -> bytes:
    return (settings.BASE_DIR / "static" / name).read_bytes()
