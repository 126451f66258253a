"""What editors set for the notice: it shows at once, on kept pages too, and is the same for everybody."""

import re

import pytest
from django.db import IntegrityError, transaction

from newsroom.models import Notice
from tests.factories import make_article, make_category, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(make_staff())
    return client


@pytest.fixture
def save(django_capture_on_commit_callbacks):
    def save(categories=(), **settings):
        with django_capture_on_commit_callbacks(execute=True):
            notice = Notice(**settings)
            notice.save()
            notice.categories.set(categories)

    return save


def has_note(client, path):
    return b'id="reader-note"' in client.get(path).content


FORM = {
    "is_on": "on",
    "title": "A word",
    "text": "Please let our pictures through.",
    "silence_days": "7",
    "share": "50",
    "pages": "",
    "support_label": "",
    "support_address": "",
}


def test_until_somebody_saves_it_the_reference_pages_words_speak(client):
    html = client.get("/").content.decode()

    assert ">Adblock Detected</h2>" in html
    assert ">Please support us by disabling your AdBlocker extension from your browsers for our website.</p>" in html
    assert 'data-days="30" data-share="100"\n' in html


def test_every_setting_shows_on_the_next_read(client, save):
    client.get("/")

    save(title="A word", silence_days=7, share=50, support_label="Donate", support_address="/donate/")
    html = client.get("/").content.decode()

    assert ">A word</h2>" in html
    assert 'data-days="7" data-share="50"\n' in html
    assert re.search(r'<a href="/about/how-to-allow-this-site/">How to allow this site</a>\s*<a href="/donate/">', html)


def test_switched_off_it_is_on_no_page_and_switched_on_it_is_back(client, save):
    shown = [has_note(client, "/")]
    for is_on in (False, True):
        save(is_on=is_on)
        shown.append(has_note(client, "/"))

    assert shown == [True, False, True]


def test_chosen_categories_go_without_it_with_all_that_lives_in_them(client, save):
    world, sport = make_category("world"), make_category("sport")
    rowing = make_category("rowing", parent=sport)
    for category in (world, sport, rowing):
        make_article(slug=f"in-{category.slug}", category=category.pk)
    paths = ["/", "/world/", "/world/in-world/", "/sport/", "/sport/in-sport/", "/rowing/", "/rowing/in-rowing/"]

    before = [has_note(client, path) for path in paths]
    save(categories=[sport])
    after = [has_note(client, path) for path in paths]

    assert before == [True] * 7
    assert after == [True, True, True, False, False, False, False]


def test_a_category_taken_out_again_has_it_on_the_next_read(client, save):
    world = make_category("world")

    save(categories=[world])
    without = has_note(client, "/world/")
    save(categories=[])

    assert (without, has_note(client, "/world/")) == (False, True)


@pytest.mark.parametrize(
    ("pages", "with_note"),
    [
        ("/", [False, True, True, True]),
        ("/world/", [True, False, True, True]),
        ("/world/*", [True, False, False, True]),
        ("/comments/privacy/\n/world/story/", [True, True, False, False]),
        ("/world", [True, True, True, True]),
        ("/*", [False, False, False, False]),
    ],
)
def test_chosen_pages_go_without_it(client, save, pages, with_note):
    make_article(slug="story")

    save(pages=pages)

    assert [has_note(client, path) for path in ("/", "/world/", "/world/story/", "/comments/privacy/")] == with_note


def test_a_page_with_exceptions_asks_no_query_for_its_note(client, save, django_assert_num_queries):
    save(categories=[make_category("sport")], pages="/about/*")
    client.get("/comments/privacy/")

    with django_assert_num_queries(0):
        assert has_note(client, "/comments/privacy/")


# --- The form ---------------------------------------------------------------------------------


def test_an_editor_saves_it_in_the_admin(desk, client):
    sport = make_category("sport")

    answer = desk.post("/admin/newsroom/notice/add/", FORM | {"categories": [sport.pk], "pages": " /about/* \n\n/x/"})

    notice = Notice.objects.get()
    assert (answer.status_code, list(notice.categories.all()), notice.pages) == (302, [sport], "/about/*\n/x/")
    assert (notice.title, notice.silence_days, notice.share, notice.is_counting) == ("A word", 7, 50, False)
    assert desk.get("/admin/newsroom/notice/").headers["Location"] == "/admin/newsroom/notice/1/change/"
    assert desk.get("/admin/newsroom/notice/1/change/").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"silence_days": "0"},
        {"silence_days": "366"},
        {"share": "0"},
        {"share": "101"},
        {"title": ""},
        {"pages": "about/"},
        {"support_label": "Donate"},
        {"support_address": "/donate/"},
        {"support_label": "Donate", "support_address": "javascript:alert(1)"},
        {"support_label": "Donate", "support_address": "//example.org/"},
    ],
)
def test_what_cannot_be_is_refused_by_the_form(desk, wrong):
    answer = desk.post("/admin/newsroom/notice/add/", FORM | wrong)

    assert (answer.status_code, Notice.objects.count()) == (200, 0)


@pytest.mark.parametrize("wrong", [{"share": 101}, {"silence_days": 0}, {"support_address": "javascript:alert(1)"}])
def test_what_cannot_be_is_refused_by_the_database(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice(**wrong).save()


# --- The preview ------------------------------------------------------------------------------


def note_tag(html):
    return re.search(r'<div class="reader-note".*?>', html, re.DOTALL).group()


def test_the_preview_shows_what_is_saved_on_the_front_page_and_under_the_strict_policy(desk):
    make_article(headline="Herring return")
    Notice(title="A word", is_counting=True).save()

    answer = desk.get("/admin/newsroom/notice/preview/")

    html = answer.content.decode()
    assert ">A word</h2>" in html
    assert "Herring return" in html
    assert " hidden" not in note_tag(html)
    assert (html.count('id="reader-note"'), "reader-note.js" in html) == (1, False)
    policy = answer.headers["Content-Security-Policy"]
    assert ("unsafe" in policy, "default-src 'none'" in policy) == (False, True)
    assert re.findall(r"<script(?![^>]*(?:\bsrc=|ld\+json))[^>]*>|<style|\sstyle=|\son\w+=", html) == []


def test_the_form_previews_without_saving(desk):
    Notice(title="As it was").save()

    html = desk.post("/admin/newsroom/notice/preview/", FORM | {"title": "As it would be"}).content.decode()

    assert ">As it would be</h2>" in html
    assert " hidden" not in note_tag(html)
    assert Notice.objects.get().title == "As it was"


def test_a_wrong_form_is_told_so_in_place_of_a_preview(desk):
    answer = desk.post("/admin/newsroom/notice/preview/", FORM | {"share": "101"})

    assert answer.status_code == 422
    assert "less than or equal to 100" in answer.content.decode()


@pytest.mark.parametrize("page", ["preview", "figures"])
def test_the_desks_pages_are_for_those_who_may_see_the_notice(client, page):
    path = f"/admin/newsroom/notice/{page}/"
    stranger = client.get(path).status_code
    client.force_login(make_staff(superuser=False))

    assert (stranger, client.get(path).status_code) == (302, 403)


# --- The instructions ---------------------------------------------------------------------------


def test_the_instructions_name_the_common_blockers_and_the_support_link(client, save):
    save(support_label="Become a subscriber", support_address="https://example.org/subscribe")

    html = client.get("/about/how-to-allow-this-site/").content.decode()

    parts = re.findall(r"<h2>(.*?)</h2>", html)
    assert {"uBlock Origin", "uBlock Origin Lite", "AdGuard", "Adblock Plus", "Ghostery", "Brave"} <= set(parts)
    assert "Firefox’s own tracking protection" in html
    assert '<a href="https://example.org/subscribe">Become a subscriber</a>' in html


def test_the_instructions_are_kept_the_same_for_everybody_and_free_of_the_notice(client, admin_client):
    answers = [visitor.get("/about/how-to-allow-this-site/") for visitor in (client, admin_client)]

    assert answers[0].content == answers[1].content
    assert [(answer.status_code, answer.cookies.output(), answer.get("Vary")) for answer in answers] == [
        (200, "", "Accept-Encoding")
    ] * 2
    assert b"reader-note" not in answers[0].content


def test_a_changed_support_link_shows_on_the_next_read_of_the_instructions(client, save):
    client.get("/about/how-to-allow-this-site/")

    save(support_label="Donate", support_address="/donate/")

    assert b'<a href="/donate/">Donate</a>' in client.get("/about/how-to-allow-this-site/").content
