"""The notice's part on the server: which pages carry it, at what price, under which names."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import path, reverse

from newsroom import urls as site
from newsroom.lib.caching import page_cache
from newsroom.models import Notice, NoticeHour
from tests.parts import require

PAGE = "<!doctype html><html lang=en><title>News</title><body><p>News</p></body></html>"


def answer(content=PAGE, **how):
    return lambda request: HttpResponse(content, **how)


@page_cache
def kept(request):
    return HttpResponse(PAGE)


urlpatterns = [
    path("page", answer()),
    path("kept", kept),
    path("with-etag", answer(headers={"ETag": '"without-the-note"', "Content-Length": len(PAGE)})),
    path("latin", answer(content_type="text/html; charset=latin-1")),
    path("two-ends", answer("<body><!-- </body> --><p>News</p></body>")),
    path("missing", answer(status=404)),
    path("gone", answer(status=410)),
    path("invalid-form", answer(status=422)),
    path("stream", lambda request: StreamingHttpResponse([PAGE.encode()])),
    path("json", lambda request: JsonResponse({"html": PAGE})),
    path("feed", answer(content_type="application/rss+xml")),
    path("text", answer(content_type="text/plain")),
    path("fragment", answer("<p>News</p>")),
    path("empty", answer("")),
    path("encoded", answer(gzip.compress(PAGE.encode()), headers={"Content-Encoding": "gzip"})),
    *site.urlpatterns,
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def body_of(response):
    body = response.getvalue() if response.streaming else response.content
    return gzip.decompress(body) if response.get("Content-Encoding") == "gzip" else body


def has_note(response):
    return b'id="reader-note"' in body_of(response)


class Names(HTMLParser):
    """Every id, class, attribute's name and address in a piece of HTML."""

    def __init__(self, html):
        super().__init__()
        self.found = set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            self.found |= {name}
            if name in {"id", "class", "src", "href"} or name.startswith("data-"):
                self.found |= set((value or "").split())


@pytest.mark.parametrize("address", ["/page", "/kept", "/with-etag", "/latin", "/two-ends"])
def test_public_documents_end_with_the_note(client, address):
    body = body_of(client.get(address))

    assert body.count(b'id="reader-note"') == 1
    assert re.search(rb"</p>\s*<div aria-live=.*</script>\s*</body>(</html>)?$", body, re.DOTALL)


@pytest.mark.parametrize(
    "address",
    [
        "/missing",
        "/gone",
        "/invalid-form",
        "/stream",
        "/json",
        "/feed",
        "/text",
        "/fragment",
        "/empty",
        "/encoded",
    ],
)
def test_nothing_else_is_touched(client, address):
    with_note = has_note(client.get(address))

    assert not with_note


@pytest.mark.parametrize("address", ["/admin/login/", "/admin/"])
def test_the_admin_carries_no_note(admin_client, client, address):
    answers = [visitor.get(address, follow=True) for visitor in (client, admin_client)]

    assert [(answer.status_code, has_note(answer)) for answer in answers] == [(200, False), (200, False)]


def test_the_note_is_hidden_labelled_and_not_modal(client):
    html = client.get("/page").content.decode()

    tag = re.search(r'<div class="reader-note".*?>', html, re.DOTALL).group()
    assert re.search(r'role="dialog" aria-labelledby="reader-note-title"', tag)
    assert re.search(r"\shidden>$", tag)
    assert "aria-modal" not in html
    assert '<h2 class="reader-note-title" id="reader-note-title">Adblock Detected</h2>' in html
    assert ">Please support us by disabling your AdBlocker extension from your browsers for our website.</p>" in html


def test_the_note_sets_no_cookie_and_is_the_same_for_everybody(client, admin_client):
    answers = [visitor.get("/page") for visitor in (client, admin_client)]

    assert answers[0].content == answers[1].content
    assert [(answer.cookies.output(), answer.get("Vary")) for answer in answers] == [("", "Accept-Encoding")] * 2


def test_head_says_what_get_says(client):
    got, asked = client.get("/kept"), client.head("/kept")

    assert has_note(got)
    assert asked.content == b""
    assert asked["Content-Length"] == got["Content-Length"] == str(len(got.content))


def test_a_compressed_page_is_whole(client):
    plain = client.get("/page")

    compressed = client.get("/page", headers={"Accept-Encoding": "gzip"})

    assert compressed["Content-Encoding"] == "gzip"
    assert compressed["Content-Length"] == str(len(compressed.content))
    assert gzip.decompress(compressed.content) == plain.content


@pytest.mark.parametrize("address", ["/page", "/with-etag"])
@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_the_etag_is_that_of_the_page_with_its_note(client, address, coding):
    first = client.get(address, headers={"Accept-Encoding": coding})

    again = client.get(address, headers={"Accept-Encoding": coding, "If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert first["ETag"] != '"without-the-note"'


def test_changed_words_show_on_the_next_read(client, django_capture_on_commit_callbacks):
    before = client.get("/kept")

    with django_capture_on_commit_callbacks(execute=True):
        Notice(title="A word", text="Please let our pictures through.").save()
    after = client.get("/kept", headers={"If-None-Match": before["ETag"]})

    assert (before.status_code, after.status_code) == (200, 200)
    assert b"Adblock Detected" in before.content
    assert b">A word</h2>" in after.content
    assert b">Please let our pictures through.</p>" in after.content


def test_words_are_text_and_never_markup(client):
    Notice(title="<b>5 > 4</b> & \"so\" 'on'", text="</p></body><script>").save()

    html = client.get("/page").content.decode()

    assert ">&lt;b&gt;5 &gt; 4&lt;/b&gt; &amp; &quot;so&quot; &#x27;on&#x27;</h2>" in html
    assert ">&lt;/p&gt;&lt;/body&gt;&lt;script&gt;</p>" in html


def test_words_survive_a_page_in_another_charset(client):
    Notice(title="Ένα – Café").save()

    html = client.get("/latin").content.decode("latin-1")

    assert ">&#904;&#957;&#945; &#8211; Café</h2>" in html


def test_a_page_asks_no_query_for_its_note(client, django_assert_num_queries):
    client.get("/page")

    with django_assert_num_queries(0):
        with_note = has_note(client.get("/page"))

    assert with_note


def test_without_a_cache_the_note_is_still_there(client, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1",
            "OPTIONS": {"socket_connect_timeout": 1},
        }
    }

    with_note = has_note(client.get("/page"))

    assert with_note


def refuse(*args):
    raise OperationalError("The database is away")


def test_without_a_database_the_page_goes_out_without_the_note(client):
    with connection.execute_wrapper(refuse):
        response = client.get("/page")

    assert (response.status_code, response.content.decode()) == (200, PAGE)


def test_without_a_database_a_kept_note_still_serves(client):
    client.get("/page")

    with connection.execute_wrapper(refuse):
        with_note = has_note(client.get("/page"))

    assert with_note


# Words that filter lists act on: whatever of ours carries one in its name is hidden or blocked itself.
FILTERED = ("adblock", "adb", "ad-", "blocker", "cookie", "newsletter", "popup")
STATIC = settings.BASE_DIR / "static"
BAITS = {"/static/newsroom/ads/show.js", "/static/newsroom/adserver.js"}


def note_and_instructions(client):
    """All that the notice puts before a browser, with every setting in use."""
    support = {"support_label": "Subscribe", "support_address": "/subscribe/"}
    Notice(is_counting=True, **support).save()
    note = client.get("/page").content.decode()
    main = re.search("<main.*?</main>", client.get(reverse("allowing")).content.decode(), re.DOTALL)
    return note + main.group()


def test_no_name_of_the_note_is_one_that_filters_act_on(client):
    shown = Names(note_and_instructions(client)).found
    addresses = {reverse("allowing"), reverse("notice-count")}
    files = {file.name for file in (STATIC / "newsroom").glob("reader-note*")}
    sent = set(NoticeHour.Kind.values)
    remembered = set(re.findall(r'KEY(?: \+)? (?:= )?"(.*?)"', (STATIC / "newsroom/reader-note.js").read_text()))

    names = shown | addresses | files | sent | remembered
    ours = names - BAITS
    assert names - ours == BAITS
    assert {name for name in ours if any(word in name.lower() for word in FILTERED)} == set()
    assert [name for name in ours if name.endswith("reader-note.js")] != []
    assert remembered == {"reader-note", "-lot", "-seen"}
    assert addresses <= shown


@pytest.mark.parametrize("blocked", ["reader-note", "how-to-allow-this-site"])
def test_the_lists_of_the_real_blocker_know_no_name_of_the_note(blocked):
    folder = next(Path("/usr/share/mozilla/extensions").glob("*/uBlock0@raymondhill.net/assets"), None)
    require(folder, "uBlock Origin's own lists are not on this machine (webext-ublock-origin-firefox)")

    lists = [list_ for list_ in folder.rglob("*.txt") if list_.stat().st_size > 1000]
    acting = [line for list_ in lists for line in list_.read_text().splitlines() if blocked in line]

    assert len(lists) >= 5
    assert acting == []


def test_baits_and_plain_script_do_what_the_script_looks_for():
    texts = {
        (STATIC / "newsroom" / name).read_text() for name in ("ads/show.js", "adserver.js", "reader-note-plain.js")
    }
    script = (STATIC / "newsroom/reader-note.js").read_text()
    sought, answer = re.findall(r'\.includes\("(.*?)"\)', script)

    assert len(texts) == 1
    assert f'{sought} = "{answer}"' in texts.pop()


def test_the_script_weighs_at_most_1500_bytes():
    script = (STATIC / "newsroom/reader-note.js").read_bytes()

    weight = len(gzip.compress(script, 9))

    assert weight <= 1500
