"""Search: on SQLite and PostgreSQL alike, in step with the rows, and an answer to anything."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from articles.models import Article, Byline
from articles.search import Question, correction, matching
from authors.models import Author
from categories.models import Category
from tests.factories import make_article, make_articles, make_author, make_category, make_draft, make_story

pytestmark = pytest.mark.django_db


def page_of(client, **asked):
    response = client.get("/search/", asked)
    assert response.status_code == 200
    return response.content.decode()


def shown(html):
    """The headlines of what was found, in order."""
    return [unescape(line) for line in re.findall(r"card-row.*?<h3[^>]*><a[^>]*>(.*?)</a>", html, re.DOTALL)]


def found(client, words, **asked):
    return shown(page_of(client, q=words, **asked))


def extract(client, words):
    return re.findall(r'card-row.*?card-standfirst">\s*(.*?)\s*</p>', page_of(client, q=words), re.DOTALL)


@pytest.fixture
def harbour():
    return make_article(
        headline="The crane stands still",
        kicker="Docks",
        standfirst="Nobody unloads.",
        body='<h2>Monday</h2><p>The <a href="https://example.org/zebra">harbour</a> closed.</p><p>Ships wait.</p>',
        bylines=(make_author("zoe-smith").pk,),
        category=make_category("town").pk,
        agency="With material by Reuters",
    )


@pytest.mark.parametrize(
    "words",
    [
        *("crane", "docks", "unloads", "monday", "harbour", "CRANE Ships"),  # its own words, wherever they stand
        *("zoe", "town", "reuters", "smith harbour town"),  # and its names
        *('"harbour closed"', '"crane stands still"', "crane -train", 'crane -"harbour opened"', "train or harbour"),
    ],
)
def test_a_story_is_found_by_its_words_and_names(client, harbour, words):
    assert found(client, words) == ["The crane stands still"]


@pytest.mark.parametrize(
    "words",
    [
        *("href", "noopener", "example.org", "zebra", "h2", "p"),  # inside tags
        *("mondaythe", "closedships"),  # side by side only where tags are taken away
        *("crane train", '"closed harbour"', "crane -harbour", 'crane -"harbour closed"', "-train", "train or bus"),
    ],
)
def test_it_is_not_found_by_what_it_does_not_say(client, harbour, words):
    assert found(client, words) == []


def test_endings_do_not_matter_in_english(client):
    make_article(headline="Two bridges", body="<p>They were closing.</p>")

    assert [found(client, words) for words in ("bridge", "closed")] == [["Two bridges"], ["Two bridges"]]


@pytest.mark.parametrize("asked", ["cafe", "café", "CAFÉ", "cafe\u0301", "zoë", "zoe", "muller", "müller", "elysee"])
@pytest.mark.parametrize("is_plain", [True, False])
def test_accents_are_ignored_both_ways(client, asked, is_plain):
    author = make_author("z", name="Zoe Muller" if is_plain else "Zoë Müller")
    place = "cafe by the Elysee" if is_plain else "café by the Élysée"
    make_article(headline="Coffee", body=f"<p>A {place}.</p>", bylines=(author.pk,))

    assert found(client, asked) == ["Coffee"]


@pytest.mark.parametrize("words", ["новый", "ميناء", "港", "λιμάνι"])
def test_other_scripts_are_found(client, words):
    make_article(headline="Elsewhere", body=f"<p>Called {words} there.</p>")

    assert found(client, words) == ["Elsewhere"]


# --- What the public must not see -------------------------------------------------------------


@pytest.mark.parametrize("words", ["Xylophone", "Zanzibar", "Quentin", "Yonder", "Xylophome", "Quentim"])
@pytest.mark.parametrize("kind", ["draft", "scheduled", "withdrawn"])
def test_what_is_not_published_is_not_found_nor_suggested(client, kind, words):
    parts = {
        "headline": "Xylophone",
        "body": "<p>Zanzibar</p>",
        "bylines": (make_author("quentin").pk,),
        "category": make_category("yonder").pk,
    }
    if kind == "draft":
        make_draft(**parts)
    elif kind == "scheduled":
        make_article(at=timezone.now() + timedelta(hours=1), **parts)
    else:
        make_article(**parts).withdraw()

    html = page_of(client, q=words)

    assert (shown(html), "Did you mean" in html) == ([], False)


def test_a_change_is_found_from_its_second_on_and_the_old_words_no_more(client, clock):
    article = make_article(headline="Old tale", slug="tale")
    change = article.save_draft(make_story(headline="New fable", slug="tale"), by=None)
    article.publish(change, at=timezone.now() + timedelta(minutes=5))

    before = [found(client, words) for words in ("tale", "fable")]
    clock.shift(timedelta(minutes=5))
    after = [found(client, words) for words in ("tale", "fable")]
    article.settle()

    assert before == [["Old tale"], []]
    assert after == [[], ["New fable"]]
    assert [found(client, words) for words in ("tale", "fable")] == after


# --- In step ----------------------------------------------------------------------------------


def keys(words):
    return list(matching(Question(words)).values_list("pk", flat=True))


@pytest.mark.parametrize("column", ["headline", "kicker", "standfirst", "body", "agency"])
def test_an_update_of_the_row_alone_is_found(harbour, column):
    Article.objects.filter(pk=harbour.pk).update(**{column: "<p>Walrus</p>" if column == "body" else "Walrus"})

    assert keys("walrus") == [harbour.pk]
    assert (
        keys(
            {"headline": "crane", "kicker": "docks", "standfirst": "unloads", "body": "ships", "agency": "reuters"}[
                column
            ]
        )
        == []
    )


def test_rows_created_and_deleted_in_bulk_are_followed(harbour):
    now = timezone.now()
    Article.objects.bulk_create(
        Article(
            headline=f"Walrus {n}",
            slug=f"walrus-{n}",
            body="<p>Tusk</p>",
            category=harbour.category,
            status="live",
            live_from=now,
            published_at=now,
        )
        for n in range(3)
    )
    created = keys("walrus tusk town")
    Article.objects.filter(slug="walrus-1").delete()

    assert (len(created), len(keys("walrus tusk town"))) == (3, 2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM articles_words")
        assert cursor.fetchone() == (Article.objects.count(),)


@pytest.mark.parametrize("model", [Author, Category])
def test_a_new_name_is_found_and_the_old_one_no_more(harbour, model):
    old = "smith" if model is Author else "town"

    model.objects.filter(articles=harbour).update(name="Walrus")

    assert (keys("walrus harbour"), keys(f"{old} harbour")) == ([harbour.pk], [])


def test_a_name_saved_as_the_desk_does_is_found(harbour):
    author = Author.objects.get(slug="zoe-smith")
    author.name = "Zoe Walrus"
    author.save()

    assert (keys("walrus harbour"), keys("smith harbour")) == ([harbour.pk], [])


def test_a_byline_that_is_added_moved_or_taken_away_is_followed(harbour):
    other = make_article(headline="Another")
    walrus = make_author("walrus")
    byline = Byline.objects.create(article=harbour, author=walrus, position=1)
    added = keys("walrus")
    Byline.objects.filter(pk=byline.pk).update(article=other)
    moved = keys("walrus")
    Byline.objects.filter(pk=byline.pk).update(author=make_author("penguin"))
    changed = (keys("walrus"), keys("penguin"))
    Byline.objects.filter(pk=byline.pk).delete()

    assert (added, moved, changed, keys("penguin")) == ([harbour.pk], [other.pk], ([], [other.pk]), [])


def test_a_list_it_is_put_on_or_taken_from_is_followed(harbour):
    walrus = make_category("walrus")
    harbour.listed_in.add(walrus)
    added = keys("walrus")
    harbour.listed_in.remove(walrus)
    removed = keys("walrus")
    Article.objects.filter(pk=harbour.pk).update(category=walrus)

    assert (added, removed, keys("walrus")) == ([harbour.pk], [], [harbour.pk])


def test_a_save_of_the_same_story_keeps_it_found(client, harbour):
    harbour.publish(harbour.latest_revision())

    assert found(client, "smith harbour town") == ["The crane stands still"]


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_alters_the_tables_leaves_search_in_step(client, harbour):
    try:
        call_command("migrate", "articles", "0001", verbosity=0)
    finally:
        call_command("migrate", verbosity=0)
    Author.objects.update(name="Walrus")

    assert found(client, "walrus harbour") == ["The crane stands still"]


@pytest.mark.django_db(transaction=True)
def test_another_language_is_set_up_by_the_next_migrate(client, settings):
    make_article(headline="Die Häuser", body="<p>Sie schlossen.</p>")
    settings.LANGUAGE_CODE = "de"
    call_command("migrate", verbosity=0)
    stemmed = found(client, "Haus") == ["Die Häuser"]
    settings.LANGUAGE_CODE = "en"
    call_command("migrate", verbosity=0)

    assert stemmed == (connection.vendor == "postgresql")  # FTS5 has stems for English alone
    assert found(client, "hauser") == ["Die Häuser"]


def test_words_beyond_what_a_vector_holds_do_no_harm(client):
    endless = " ".join(f"wörd{number:x}-ünd{number:x}" for number in range(100_000))

    make_article(headline="Endless", body=f"<p>Begin {endless}</p>")

    assert found(client, "begin") == ["Endless"]


# --- Filters and order ------------------------------------------------------------------------


@pytest.fixture
def three():
    """Of three days; the middle one elsewhere and by somebody else."""
    europe = make_category("europe", parent=make_category("world"))
    make_article(headline="One boat", at=datetime(2026, 3, 1, 12, tzinfo=UTC), category=europe.pk)
    make_article(
        headline="Two boats",
        body="<p>Boat, boat.</p>",
        at=datetime(2026, 3, 2, 12, tzinfo=UTC),
        category=make_category("town").pk,
        bylines=(make_author("zoe-smith").pk,),
    )
    make_article(headline="Three ships", body="<p>No boat.</p>", at=datetime(2026, 3, 3, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["Three ships", "Two boats", "One boat"]),
        ({"section": "world"}, ["Three ships", "One boat"]),
        ({"section": "europe"}, ["One boat"]),
        ({"author": "zoe-smith"}, ["Two boats"]),
        ({"author": "nobody"}, []),
        ({"since": "2026-03-02"}, ["Three ships", "Two boats"]),
        ({"until": "2026-03-02"}, ["Two boats", "One boat"]),
        ({"since": "2026-03-02", "until": "2026-03-02"}, ["Two boats"]),
        ({"section": "world", "until": "2026-03-02"}, ["One boat"]),
    ],
)
def test_filters_narrow_it_with_and_without_words(client, three, asked, expected):
    everything = {"since": "2026-01-01"} | asked

    assert found(client, "boat", order="newest", **asked) == expected
    assert found(client, "", **everything) == expected


def test_days_are_those_of_the_papers_time_zone(client, settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    timezone.get_default_timezone.cache_clear()
    try:
        make_article(headline="Boat", at=datetime(2026, 3, 1, 12, tzinfo=UTC))  # the second of March, there

        by_day = [found(client, "boat", since=day, until=day) for day in ("2026-03-01", "2026-03-02")]
    finally:
        timezone.get_default_timezone.cache_clear()

    assert by_day == [[], ["Boat"]]


def test_best_first_puts_headlines_before_names_before_bodies(client):
    make_article(headline="Ferry", at=timezone.now() - timedelta(days=3))
    make_article(headline="By its writer", bylines=(make_author("ferry").pk,), at=timezone.now() - timedelta(days=2))
    make_article(headline="Passing", body="<p>A ferry went by.</p>", at=timezone.now() - timedelta(days=1))

    assert found(client, "ferry") == ["Ferry", "By its writer", "Passing"]
    assert found(client, "ferry", order="newest") == ["Passing", "By its writer", "Ferry"]


@pytest.mark.parametrize("order", ["best", "newest"])
def test_it_is_paged_without_loss(client, order):
    make_articles(25, kicker="Ferry")

    seen, query = [], f"?q=ferry&order={order}"
    while query:
        html = client.get(f"/search/{query}").content.decode()
        seen += shown(html)
        further = re.search(r'href="([^"]+)" rel="next"', html)
        query = unescape(further.group(1)) if further else ""

    assert len(seen) == len(set(seen)) == 25


@pytest.mark.parametrize(
    "asked", [{"page": "0"}, {"page": "x"}, {"page": "9" * 5000}, {"page": "²"}, {"before": "x", "order": "newest"}]
)
def test_a_page_that_cannot_be_is_not_found(client, asked):
    assert client.get("/search/", {"q": "word"} | asked).status_code == 404


# --- Extracts ---------------------------------------------------------------------------------


def test_the_extract_is_the_place_with_the_words_marked(client):
    filler = "Nothing of note happened on that day. " * 50
    make_article(body=f"<p>{filler}</p><p>Then the old ferries sank.</p><p>{filler}</p>")

    (words,) = extract(client, "ferry sank")

    assert "the old <mark>ferries</mark> <mark>sank</mark>" in words.replace("</mark> ", "</mark> ")
    assert len(words) < 500


def test_an_extract_brings_nothing_to_life(client):
    make_article(body="<p>Type &lt;script&gt;alert(1)&lt;/script&gt; for R&amp;D of the &lt;b&gt;ferry&lt;/b&gt;.</p>")

    html = page_of(client, q="ferry")

    assert ("<script>alert" in html, "<b>" in html, "&amp;lt;" in html) == (False, False, False)
    assert "for R&amp;D of the &lt;b&gt;<mark>ferry</mark>" in html
    assert len(found(client, "script alert")) == 1


def test_a_story_found_by_its_names_alone_shows_its_beginning(client, harbour):
    (words,) = extract(client, "reuters")

    assert (words.startswith("Nobody unloads"), "<mark>" in words) == (True, False)


# --- Anything may be asked --------------------------------------------------------------------

ANYTHING = [
    *(
        "",
        " ",
        "'",
        '"',
        '""',
        '"""',
        "-",
        "--",
        '-"',
        "()",
        "*",
        "a*",
        "NEAR(a b)",
        "AND",
        "OR",
        "NOT",
        "or or",
        "col:a",
        "^a",
    ),
    *(
        "&|!<->:*",
        "a & b | !c",
        "\\",
        "%",
        "%s",
        "{}",
        "a\tb\nc",
        "\x00",
        "a\x00b",
        "🦭",
        "🦭🦭 seal",
        "שלום \u202ehello",
        "ﷺ",
    ),
    *(
        "the",
        '"the"',
        "x" * 10_000,
        "x " * 5000,
        '"' * 5000,
        "-a " * 3000,
        "a or " * 100,
        "\ud800".encode("utf-8", "surrogatepass"),
    ),
]


@pytest.mark.parametrize("order", ["best", "newest"])
def test_anything_typed_gets_an_answer(client, order):
    make_article()

    answers = {words: client.get(f"/search/?order={order}&q={quote(words)}") for words in ANYTHING}

    assert {words: answer.status_code for words, answer in answers.items()} == dict.fromkeys(ANYTHING, 200)
    assert all(b"</html>" in answer.content for answer in answers.values())


@given(words=st.text(max_size=60) | st.text('"-or *():^&|!<>\\ab', max_size=40))
def test_no_text_is_too_odd(words):
    list(matching(Question("".join(sign for sign in words if sign.isprintable()))))


def test_what_is_too_long_is_cut_and_said(client):
    html = page_of(client, q="walrus " * 1000)

    assert "Only the first 200 characters are looked for." in html


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"since": "yesterday"}, "Write the day as year-month-day"),
        ({"until": "0001-01-01"}, "Write the day as year-month-day"),
        ({"until": "9999-12-31"}, "Write the day as year-month-day"),
        ({"since": "2026-02-30"}, "Write the day as year-month-day"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "before the first one"),
        ({"section": "nowhere"}, "Select a valid choice"),
        ({"order": "upwards"}, "Select a valid choice"),
        ({"author": "x" * 121}, "at most 120 characters"),
        ({"author": "\x00"}, "Null characters are not allowed"),
    ],
)
def test_a_malformed_filter_is_told_and_everything_typed_is_kept(client, asked, message):
    response = client.get("/search/", {"q": "ferry"} | asked)

    html = response.content.decode()
    assert response.status_code == 400
    assert message in html
    assert 'value="ferry"' in html
    for typed in asked.values():
        assert f'value="{typed}"' in html or typed in ("nowhere", "upwards", "\x00", "x" * 121)


# --- Nothing found ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("harbuor", "harbour"),
        ("festval Oslo", "festival oslo"),
        ('"music fesitval"', '"music festival"'),
        ("fesitval -rain", None),
        ("kristofferson", None),
        ("cafe musik", "cafe music"),
    ],
)
def test_a_mistyped_word_is_offered_as_stories_write_it(client, typed, meant):
    make_article(headline="Music festival at Oslo harbour", body="<p>In a café.</p>")
    make_article(headline="Café")

    html = page_of(client, q=typed)

    offered = re.search(r"Did you mean <a href=\"([^\"]*)\">(.*?)</a>", html)
    assert (unescape(offered.group(2)).lower() if offered else None) == meant
    if offered:
        assert shown(client.get(f"/search/{unescape(offered.group(1))}").content.decode()) != []


@pytest.mark.parametrize("typed", ["xylophome or fery", "fery -xylophome", "fery xylophome"])
def test_a_word_that_is_not_published_is_not_offered_beside_one_that_is(client, typed):
    make_draft(headline="Xylophone")
    make_article(headline="Ferry")

    assert "xylophone" not in page_of(client, q=typed).lower()


def test_a_misspelt_name_is_offered():
    make_article(bylines=(make_author("jørgen-müller", name="Jörgen Müller").pk,))

    assert correction(Question("jorgen muler")) == Question("jorgen müller")


def test_nothing_found_says_what_to_do_next(client):
    make_article(headline="The newest of all")

    html = page_of(client, q="walrus", since="2026-01-01")

    for part in (
        "Nothing was found for “walrus”",
        "Try fewer or other words",
        "The newest of all",
        "Search all sections",
    ):
        assert part in html


# --- The page ---------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["best", "newest"])
@pytest.mark.parametrize("count", [1, 30])
def test_a_search_costs_the_same_for_any_number(client, django_assert_max_num_queries, count, order):
    make_articles(count, kicker="Ferry")
    client.get("/search/")  # the edition is there

    with django_assert_max_num_queries(5):
        html = page_of(client, q="ferry", order=order, section="world", author="james-carter", since="2026-01-01")

    assert len(shown(html)) == min(count, 10)


def test_nothing_found_costs_no_more(client, django_assert_max_num_queries):
    make_article(headline="Festival")
    page_of(client, q="walrus")

    with django_assert_max_num_queries(5):
        html = page_of(client, q="festval")

    assert "Did you mean" in html


def test_the_page_is_the_same_for_everybody_and_no_search_engines(client, harbour):
    response = client.get("/search/?q=harbour")

    html = response.content.decode()
    assert (response.cookies, response.headers.get("Vary", "")) in [({}, ""), ({}, "Accept-Encoding")]
    assert response.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "csrfmiddlewaretoken" not in html
    assert '<meta name="robots" content="noindex, follow">' in html
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son\w+=", html) == []


def test_it_is_never_older_than_the_rows(client, harbour):
    assert found(client, "harbour") != []

    Article.objects.filter(pk=harbour.pk).update(status="withdrawn")

    assert found(client, "harbour") == []


def test_every_page_leads_to_it(client, harbour):
    assert all('href="/search/"' in client.get(path).content.decode() for path in ("/", "/town/", "/nothing-here/"))


def test_a_post_is_refused(client):
    assert client.post("/search/").status_code == 405


def test_results_can_be_narrowed_to_a_writer_and_widened_again(client, three):
    html = page_of(client, q="boat")

    (narrowed,) = re.findall(r'<a href="([^"]*author=zoe-smith[^"]*)"', html)
    html = client.get(f"/search/{unescape(narrowed)}").content.decode()

    assert shown(html) == ["Two boats"]
    assert 'name="author" value="zoe-smith" checked' in html
    assert "Zoe Smith" in html
