"""Corrections where readers meet them; what changed between published versions; what readers report."""

import json
import re
from datetime import timedelta

import feedparser
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import ErrorReport
from newsroom.models import Paper
from tests.factories import make_article, make_staff, make_story
from tests.nu import nu_errors

pytestmark = pytest.mark.django_db

NOTE = "The pier is blue, not red."


def correct(article, *, at=None, **about):
    known = {"change": "correction", "note": NOTE}
    parts = {"slug": article.slug, "body": f"<p>Corrected words {article.revisions.count()}.</p>"}
    revision = article.save_draft(make_story(**parts | about.pop("parts", {})), by=None, **known | about)
    article.publish(revision, at=at)
    return revision


# --- Corrections ----------------------------------------------------------------------------------


def test_a_correction_stands_below_the_story_and_in_its_data(client):
    article = make_article(slug="pier")
    revision = correct(article)

    html = client.get("/world/pier/").content.decode()

    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])["@graph"][0]
    told = [{"@type": "CorrectionComment", "text": NOTE, "datePublished": data["dateModified"]}]
    assert data["correction"] == told
    assert f'id="correction-{revision.number}"' in html
    assert html.index("Corrected words") < html.index(NOTE, html.index("Corrected words"))


def test_all_corrections_stand_on_one_page_newest_first(client):
    one, other = make_article(slug="one"), make_article(slug="other")
    correct(one, note="First")
    correct(other, note="Second", change="clarification")
    correct(one, note="", change="typo")
    correct(one, note="", change="update")

    html = client.get("/corrections/").content.decode()

    assert re.findall(r"<p>(First|Second)</p>", html) == ["Second", "First"]
    assert 'href="/world/one/#correction-2"' in html


def test_without_corrections_the_page_says_so(client):
    html = client.get("/corrections/").content.decode()

    assert "So far there was nothing to correct." in html
    assert 'name="robots" content="noindex, follow"' in html


@pytest.mark.parametrize("path", ["/corrections/", "/corrections/feed/", "/world/pier/"])
def test_what_is_not_public_is_told_nowhere(client, path):
    article, gone = make_article(slug="pier"), make_article(slug="gone")
    article.save_draft(make_story(slug="pier"), by=None, change="correction", note="Secret draft")
    correct(gone, note="Secret withdrawn")
    gone.withdraw()
    correct(article, note="Secret later", at=timezone.now() + timedelta(days=1))
    html = client.get(path).content.decode()
    correct(article, note="Secret dropped", at=timezone.now() + timedelta(seconds=1))
    correct(article, note="Said")

    assert "Secret" not in html
    assert "Secret" not in client.get(path, headers={"Cookie": "sessionid=x"}).content.decode()


def test_a_correction_that_waited_is_told_on_its_second(client, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    article = make_article(slug="pier")
    correct(article, at=timezone.now() + timedelta(seconds=30))
    before = NOTE in client.get("/corrections/").content.decode()
    time_machine.shift(30)

    assert (before, NOTE in client.get("/corrections/").content.decode()) == (False, True)
    assert NOTE in client.get("/world/pier/").content.decode()


@pytest.mark.parametrize("kind", ["", "atom/", "json/"])
def test_corrections_have_a_feed(client, kind):
    article = make_article(slug="pier")
    correct(article, note="1 < 2 & so on")

    body = client.get(f"/corrections/feed/{kind}").content

    if kind == "json/":
        entry = json.loads(body)["items"][0]
        found = (entry["title"], entry["url"], entry["content_html"])
    else:
        feed = feedparser.parse(body)
        assert not feed.bozo
        entry = feed.entries[0]
        found = (entry.title, entry.link, entry.content[0].value)
    assert found[0] == f"Correction: {article.headline}"
    assert found[1].endswith("/world/pier/#correction-2")
    assert found[2] == "<p>1 &lt; 2 &amp; so on</p>"


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_of_corrections_costs_the_same_for_any_number(client, django_assert_max_num_queries, count):
    for _number in range(count):
        correct(make_article())
    client.get("/comments/privacy/")  # the edition is there

    with django_assert_max_num_queries(4):
        html = client.get("/corrections/").content.decode()

    assert html.count('<article class="correction">') == min(count, 20)


def test_corrections_go_on_page_by_page(client):
    for number in range(25):
        correct(make_article(), note=f"Note {number}.")

    first = client.get("/corrections/").content.decode()
    second = client.get("/corrections/" + re.search(r'href="(?:/corrections/)?(\?before=[^"]+)"', first)[1])

    notes = [re.findall(r"Note \d+", html) for html in (first, second.content.decode())]
    assert notes[0] + notes[1] == [f"Note {number}" for number in range(24, -1, -1)]


# --- What changed -----------------------------------------------------------------------------------


def show(what):
    paper = Paper.current()
    paper.what_changed = what
    paper.save()


def test_readers_see_the_words_that_changed_between_published_versions(client):
    article = make_article(slug="pier", body="<p>The pier is red.</p>")
    article.save_draft(make_story(slug="pier", body="<p>Draft secret.</p>"), by=None)
    revision = correct(article, parts={"body": "<p>The pier is blue.</p>", "headline": article.headline})

    story, steps = (client.get(path).content.decode() for path in ("/world/pier/", "/world/pier/changes/"))
    shown = client.get(f"/world/pier/changes/{revision.number}/").content.decode()

    assert 'href="/world/pier/changes/"' in story
    assert f'href="/world/pier/changes/{revision.number}/"' in steps
    assert re.sub(r'<span class="unseen">[^<]*</span>', "", shown).count("<del> red</del><ins> blue</ins>") == 1
    assert [page for page in (story, steps, shown) if "secret" in page] == []
    assert 'content="noindex"' in shown


@pytest.mark.parametrize("what", ["nothing", "no typos", "all"])
def test_the_paper_decides_what_is_shown(client, what):
    show(what)
    article = make_article(slug="pier")
    typo, update = correct(article, change="typo", note=""), correct(article, change="update", note="")

    found = [client.get(f"/world/pier/changes/{number}/").status_code for number in (typo.number, update.number)]

    index = client.get("/world/pier/changes/").status_code
    assert (index, found) == {
        "nothing": (404, [404, 404]),
        "no typos": (200, [404, 200]),
        "all": (200, [200, 200]),
    }[what]
    assert ("/changes/" in client.get("/world/pier/").content.decode()) == (what != "nothing")


def test_only_what_readers_could_read_is_compared(client):
    article = make_article(slug="pier")
    dropped = correct(article, at=timezone.now() + timedelta(days=1), parts={"body": "<p>Dropped.</p>"})
    correct(article)
    draft = article.save_draft(make_story(slug="pier"), by=None)

    numbers = (1, dropped.number, draft.number, 99)
    assert [client.get(f"/world/pier/changes/{number}/").status_code for number in numbers] == [404] * 4
    article.withdraw()
    assert client.get("/world/pier/changes/").status_code in {404, 410}


def test_pages_of_what_changed_and_corrections_are_valid_and_set_no_cookie(client):
    article = make_article(slug="pier", body="<p>One.</p><ul><li>Two</li></ul><p>Three <b>four</b>.</p>")
    revision = correct(article)
    paths = ["/corrections/", "/world/pier/", "/world/pier/changes/", f"/world/pier/changes/{revision.number}/"]
    paths += ["/world/pier/report-an-error/", "/world/pier/report-an-error/thanks/"]

    answers = [client.get(path) for path in paths]

    assert [(answer.status_code, bool(answer.cookies)) for answer in answers] == [(200, False)] * 6
    assert [answer.headers.get("Vary", "") for answer in answers if "Cookie" in answer.headers.get("Vary", "")] == []
    assert nu_errors(*(answer.content.decode() for answer in answers)) == []


# --- What readers report ------------------------------------------------------------------------------


def report(client, article, **given):
    address = reverse("articles:report", args=["world", article.slug])
    return client.post(address, {"passage": "is red", "words": "It is blue.", "website": ""} | given)


def test_a_report_lands_on_the_desk(client):
    article = make_article()

    answer = report(client, article)

    row = ErrorReport.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/world/{article.slug}/report-an-error/thanks/")
    assert (row.article, row.passage, row.words, row.state) == (article, "is red", "It is blue.", "new")
    assert not answer.cookies


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"words": ""}, 422),
        ({"words": "x" * 3000}, 422),
        ({"passage": "x" * 3000}, 422),
        ({"words": "a\0b"}, 422),
        ({"words": "\ud800".encode("utf-8", "surrogatepass").decode("latin-1") + "x"}, 303),
    ],
)
def test_a_report_that_cannot_be_stored_is_kept_in_the_form(client, given, status):
    answer = report(client, make_article(), **given)

    assert answer.status_code == status
    assert ErrorReport.objects.count() == (status == 303)


def test_the_page_keeps_the_text_where_something_is_wrong(client):
    html = report(client, make_article(), words="", passage="Kept passage").content.decode()

    assert "Kept passage" in html
    assert 'role="alert"' in html


def test_other_sites_cannot_send_reports():
    article = make_article()
    address = reverse("articles:report", args=["world", article.slug])

    answer = Client(enforce_csrf_checks=True).post(address, {"words": "x"}, headers={"Sec-Fetch-Site": "cross-site"})

    assert (answer.status_code, ErrorReport.objects.exists()) == (403, False)


def test_sent_twice_it_is_stored_once_and_too_many_are_refused_with_their_text(client):
    article = make_article()
    report(client, article)
    report(client, article)
    for number in range(4):
        report(client, article, words=f"Wrong {number}")
    refused = report(client, article, words="One more")

    assert (ErrorReport.objects.count(), refused.status_code) == (5, 429)
    assert "One more" in refused.content.decode()


def test_what_a_machine_fills_in_is_put_aside(client):
    answer = report(client, make_article(), website="https://spam.example")

    assert (answer.status_code, ErrorReport.objects.get().state) == (303, "rejected")


@pytest.mark.parametrize("make", [lambda: make_article(at=timezone.now() + timedelta(days=1))])
def test_what_is_not_public_takes_no_reports(client, make):
    assert report(client, make()).status_code == 404


def test_the_desk_decides_and_answers_in_the_storys_form(client):
    article = make_article()
    report(client, article)
    row = ErrorReport.objects.get()
    client.force_login(make_staff())
    admin = "/admin/articles/errorreport/"

    listed = client.get(admin).content.decode()
    shown = client.get(f"{admin}{row.pk}/change/").content.decode()
    form = client.get(f"/admin/articles/article/{article.pk}/change/?report={row.pk}").content.decode()
    client.post(admin, {"action": "mark_done", "_selected_action": [row.pk]})

    row.refresh_from_db()
    assert "It is blue." in listed
    assert f"/admin/articles/article/{article.pk}/change/?report={row.pk}" in shown
    assert "A reader reports an error:" in form
    assert row.state == "done"
