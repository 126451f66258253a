"""Addresses never die: whatever ever was public answers 200, one 301 to a 200, or 410."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote_to_bytes

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from articles.models import Article, ArticleSlug, Status, Tag
from authors.models import Author
from categories.models import Category
from tests.factories import (
    do_follow_ups,
    make_article,
    make_author,
    make_category,
    make_comment,
    make_draft,
    make_staff,
    make_story,
    make_tag,
)

pytestmark = pytest.mark.django_db

SOON = timedelta(seconds=30)


@pytest.fixture
def clock():
    with time_machine.travel(datetime.now(UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(client):
    client.force_login(make_staff())
    return client


def write(article: Article, *, at: datetime | None = None, **parts) -> None:
    """Publish the article with these parts changed."""
    story = article.latest_revision().read().as_json() | parts
    article.publish(article.save_draft(make_story(**story), by=None), at=at)


def answer(path: str) -> tuple[int, str]:
    path, _mark, query = path.partition("?")
    as_sent = unquote_to_bytes(path).decode("latin-1")  # the client's own reading takes //world/ for a host
    response = Client().get("/", PATH_INFO=as_sent, QUERY_STRING=query)
    return response.status_code, response.headers.get("Location", "")


# --- Articles ------------------------------------------------------------------------------------------


def test_every_former_slug_leads_to_the_article_in_one_step():
    article = make_article(slug="pier")
    for slug in ("jetty", "quay"):
        write(article, slug=slug)

    assert [answer(f"/world/{slug}/") for slug in ("pier", "jetty", "quay")] == [
        (301, "/world/quay/"),
        (301, "/world/quay/"),
        (200, ""),
    ]


def test_a_slug_that_is_taken_back_makes_no_loop():
    article = make_article(slug="pier")
    for slug in ("jetty", "pier"):
        write(article, slug=slug)

    assert [answer(f"/world/{slug}/") for slug in ("pier", "jetty")] == [(200, ""), (301, "/world/pier/")]


def test_slug_and_category_change_together_and_the_query_stays():
    article = make_article(slug="pier")
    write(article, slug="jetty", category=make_category("town").pk)

    assert [answer("/world/pier/?utm_source=letter&a=%C3%A4"), answer("/town/pier/"), answer("/world/jetty/")] == [
        (301, "/town/jetty/?utm_source=letter&a=%C3%A4"),
        (301, "/town/jetty/"),
        (301, "/town/jetty/"),
    ]


def test_a_redirect_is_not_kept_by_browsers_since_the_slug_may_be_taken_back():
    article = make_article(slug="pier")
    write(article, slug="jetty")

    response = Client().get("/world/pier/")

    assert response.headers["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_a_draft_leaves_no_address():
    article = make_draft(slug="pier")
    article.save_draft(make_story(slug="jetty"), by=None)

    assert [answer(f"/world/{slug}/") for slug in ("pier", "jetty")] == [(404, ""), (404, "")]
    assert not ArticleSlug.objects.exists()


def test_a_scheduled_change_of_slug_redirects_on_its_second_by_the_clock_alone(clock):
    article = make_article(slug="pier")
    write(article, slug="jetty", at=timezone.now() + SOON)
    before = [answer("/world/pier/"), answer("/world/jetty/")]

    clock.shift(SOON)
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        after = [answer("/world/pier/"), answer("/world/jetty/")]
        verbs = {query["sql"].split()[0] for query in queries.captured_queries}
    article.settle()

    assert before == [(200, ""), (404, "")]
    assert after == [answer("/world/pier/"), answer("/world/jetty/")] == [(301, "/world/jetty/"), (200, "")]
    assert verbs <= {"SELECT", "WITH"}
    assert sorted(article.slugs.values_list("slug", flat=True)) == ["jetty", "pier"]


def test_a_promised_slug_belongs_to_its_story_until_the_change_is_dropped(clock):
    article = make_article(slug="pier")
    write(article, slug="jetty", at=timezone.now() + SOON)
    promised = set(article.slugs.values_list("slug", flat=True))

    write(article, slug="pier")
    clock.shift(SOON)
    make_article(slug="jetty")

    assert promised == {"pier", "jetty"}
    assert [answer("/world/pier/"), answer("/world/jetty/")] == [(200, ""), (200, "")]


def test_a_first_publication_that_is_put_off_is_not_gone_meanwhile(clock):
    article = make_draft(slug="pier")
    for wait in (SOON, SOON * 3):
        write(article, at=timezone.now() + wait)

    clock.shift(SOON * 2)
    meanwhile = answer("/world/pier/")
    article.withdraw()

    assert (meanwhile, answer("/world/pier/"), article.status) == ((404, ""), (404, ""), Status.DRAFT)


def test_a_withdrawn_article_is_gone_at_its_former_addresses_too_until_it_returns(clock):
    article = make_article(slug="pier")
    write(article, slug="jetty")
    article.withdraw()
    article.save_draft(make_story(slug="quay"), by=None)
    withdrawn = [answer(f"/world/{slug}/")[0] for slug in ("pier", "jetty", "quay")]

    write(article, slug="quay", at=timezone.now() + SOON)
    waiting = [answer(f"/world/{slug}/")[0] for slug in ("pier", "jetty", "quay")]
    clock.shift(SOON)

    assert withdrawn == waiting == [410, 410, 404]
    assert [answer(f"/world/{slug}/") for slug in ("pier", "quay")] == [(301, "/world/quay/"), (200, "")]


def test_withdrawing_what_was_to_return_leaves_it_withdrawn():
    article = make_article(slug="pier")
    article.withdraw()
    write(article, at=timezone.now() + SOON)

    article.withdraw()

    assert (article.status, answer("/world/pier/")) == (Status.WITHDRAWN, (410, ""))


def test_an_article_that_is_deleted_after_all_is_gone():
    article = make_article(slug="pier")
    write(article, slug="jetty")

    article.delete()

    assert [answer("/world/pier/")[0], answer("/world/jetty/")[0]] == [410, 410]


def test_a_comment_sent_to_a_former_address_reaches_its_article():
    article = make_article(slug="pier")
    make_comment(article)
    write(article, slug="jetty")

    assert answer("/world/pier/comments/") == (302, "/world/jetty/#comments")


# --- Sections, authors, tags ------------------------------------------------------------------------------


def test_a_renamed_category_takes_its_articles_and_its_pages_along():
    category = make_category("world")
    make_article(slug="pier", category=category.pk)
    category.slug = "abroad"
    category.save()

    assert [answer("/world/?before=x"), answer("/world/pier/"), answer("/abroad/pier/")] == [
        (301, "/abroad/?before=x"),
        (301, "/abroad/pier/"),
        (200, ""),
    ]


def test_a_renamed_author_is_found():
    author = make_author("ada-pellow")
    author.slug = "ada-lovelace"
    author.save()

    assert answer("/authors/ada-pellow/") == (301, "/authors/ada-lovelace/")


def test_a_renamed_tag_is_found():
    tag = make_tag("brexit")
    tag.slug = "eu"
    tag.save()

    assert answer("/tags/brexit/") == (301, "/tags/eu/")


@pytest.mark.parametrize(
    ("make", "path"),
    [(make_category, "/{}/"), (make_author, "/authors/{}/"), (make_tag, "/tags/{}/")],
)
def test_what_is_deleted_is_gone_and_its_address_may_be_taken(make, path):
    thing = make("first")
    thing.slug = "second"
    thing.save()
    type(thing).objects.filter(pk=thing.pk).delete()

    gone = [answer(path.format(slug))[0] for slug in ("first", "second")]
    new = type(thing)(name="First", slug="first")
    new.full_clean()
    new.save()

    assert gone == [410, 410]
    assert new.slugs.get().slug == "first"
    assert answer(path.format("second"))[0] == 410


@pytest.mark.parametrize("make", [make_category, make_author, make_tag])
def test_what_was_anothers_is_refused_with_a_free_one_and_may_be_taken_back(make):
    thing = make("first")
    thing.slug = "second"
    thing.save()

    with pytest.raises(ValidationError) as refused:
        type(thing)(name="Other", slug="first").full_clean()
    thing.slug = "first"
    thing.full_clean()
    thing.save()

    assert refused.value.message_dict == {"slug": ["“first” is or was another’s address. “first-2” is free."]}
    assert sorted(thing.slugs.values_list("slug", flat=True)) == ["first", "second"]


# --- The desk ---------------------------------------------------------------------------------------------


def test_the_articles_form_refuses_what_another_story_was_or_will_be_called(desk):
    article = make_article(slug="pier")
    write(article, slug="jetty")
    write(article, slug="quay", at=timezone.now() + SOON)

    said = [
        desk.post("/admin/articles/article/add/", {"_draft": "1", "headline": "Other", "slug": slug})
        .context["adminform"]
        .form.errors["slug"]
        for slug in ("Pier", "quay")
    ]

    assert said == [
        ["Another article is or was at “pier”. “pier-2” is free."],
        ["Another article is or was at “quay”. “quay-2” is free."],
    ]


def test_an_article_that_was_public_cannot_be_deleted_in_the_admin_and_a_draft_can(desk):
    public, draft = make_article(headline="Pier"), make_draft()
    action = {"action": "delete_selected", "post": "yes"}

    asked = desk.get(f"/admin/articles/article/{public.pk}/delete/").content.decode()
    for article in (public, draft):
        desk.post("/admin/articles/article/", action | {"_selected_action": [article.pk]})
        desk.post(f"/admin/articles/article/{article.pk}/delete/", {"post": "yes"})

    assert "“Pier” has a public address, which must go on answering. Withdraw it instead." in asked
    assert Article.objects.get() == public


# --- However it was typed -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "/World/Pier/",
        "/world/pier",
        "/WORLD/PIER",
        "//world//pier//",
        "/world/pier?",
        "/w%256Frld/pier/",
        "/wrong/pier/",
        "//World/Former",
        "/w%6Frld/Former",
    ],
)
def test_however_it_was_typed_it_arrives_in_one_step(typed):
    article = make_article(slug="former")
    write(article, slug="pier")

    assert answer(typed) == (301, "/world/pier/")


@pytest.mark.parametrize("typed", ["/world/pier/?utm_source=x&fbclid=y", "/w%6Frld/pier/"])
def test_what_is_the_same_address_needs_no_step(typed):
    make_article(slug="pier")

    assert answer(typed) == (200, "")


@pytest.mark.parametrize(
    ("typed", "final"),
    [
        ("//", "/"),
        ("/Comments/Privacy", "/comments/privacy/"),
        ("/World", "/world/"),
        ("/Authors/James-Carter?a=b&a=c", "/authors/james-carter/?a=b&a=c"),
        ("/admin", "/admin/"),
        ("/Nothing", ""),
        ("/Nothing/Here", ""),
        ("/authors/nobody", ""),
    ],
)
def test_other_pages_too_and_what_is_nowhere_is_not_found_at_once(typed, final):
    make_article()

    assert answer(typed) == ((301, final) if final else (404, ""))


def test_the_admin_works_without_its_slash(desk):
    make_article(slug="articles")

    found = [desk.get(f"/admin{path}") for path in ("/articles/article", "/articles", "/nothing")]

    assert [response.status_code for response in found] == [301, 301, 404]
    assert [response.headers.get("Location") for response in found[:2]] == [
        "/admin/articles/article/",
        "/admin/articles/",
    ]


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "///evil.example/",
        "/%5Cevil.example/",
        "/%5C%5Cevil.example",
        "//evil.example/world/pier/",
        "/%2F%2Fevil.example/",
        "//evil.example/%2e%2e/world",
        "/%252F%252Fevil.example",
        "/%09//evil.example",
    ],
)
def test_no_redirect_leaves_the_site(path):
    make_article(slug="pier")

    status, location = answer(path)

    assert status in {301, 404}
    assert location == "" or (location[0] == "/" and location[1:2] not in {"/", "\\"})


@pytest.mark.parametrize(
    "path",
    [
        "/%00/",
        "/world/%00",
        "/%2500/",
        "/a%0Ab/",
        "/%FF%FE/",
        "/%ED%A0%80/",
        "/" + "a" * 10_000,
        "/world/" + "%C3%9F" * 3000,
        "/tags//",
        "/" + "a/" * 3000,
        "/.../",
        "/?" + "q" * 10_000,
    ],
)
def test_no_address_breaks_the_site(path):
    assert answer(path)[0] in {200, 301, 404}


def test_a_post_is_not_sent_elsewhere():
    article = make_article(slug="pier")
    write(article, slug="jetty")

    assert [Client().post("/world/pier/").status_code, Client().post("/World/pier").status_code] == [405, 404]


@pytest.mark.parametrize("path", ["/nothing/", "/nothing/here/", "/nothing/here/at-all/", "/world/former/"])
def test_looking_for_an_address_costs_few_queries(django_assert_max_num_queries, path):
    article = make_article(slug="former")
    write(article, slug="pier")

    Client().get("/nowhere/")  # the edition is there
    with django_assert_max_num_queries(8):
        Client().get(path)


# --- Other letters ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headline", "slug"),
    [
        ("Größe ist nicht alles", "größe-ist-nicht-alles"),
        ("قمة المناخ تبدأ اليوم", "قمة-المناخ-تبدأ-اليوم"),
        ("Élan", "élan"),
    ],
)
def test_a_paper_may_write_its_addresses_in_its_own_letters(desk, settings, headline, slug):
    settings.UNICODE_SLUGS = True
    section = make_category("politik-größe")
    words = {"_publish": "1", "headline": headline, "slug": "", "body": "<p>Text.</p>", "agency": "dpa"}

    desk.post("/admin/articles/article/add/", words | {"category": section.pk, "bylines": [""], "related": [""]})

    assert Article.objects.published().get().slug == slug
    assert answer(f"/politik-größe/{slug}/") == (200, "")
    assert answer(f"/POLITIK-GRÖSSE/{slug}/")[0] == 301  # by its own slug: SS is not ß
    assert answer(f"/politik-gro\u0308ße/{slug.upper().replace('SS', 'ß')}") == (
        301,
        f"/{quote('politik-größe')}/{quote(slug)}/",
    )


def test_an_address_in_latin_1_arrives(settings):
    make_article(slug="größe")

    assert answer("/world/gr%F6%DFe/") == (301, f"/world/{quote('größe')}/")


@pytest.mark.parametrize(("is_on", "slugs"), [(True, ["größe"]), (False, [])])
def test_the_forms_take_other_letters_only_where_the_setting_says_so(desk, settings, is_on, slugs):
    settings.UNICODE_SLUGS = is_on

    desk.post("/admin/articles/tag/add/", {"name": "Größe", "slug": "Gro\u0308ße"})

    assert list(Tag.objects.values_list("slug", flat=True)) == slugs


# --- Any history ----------------------------------------------------------------------------------------------

SLUGS = st.sampled_from(["pier", "jetty", "quay", "mole"])
ONE_OF_TWO = st.integers(0, 1)


class History(RuleBasedStateMachine):
    """The desk at work. Whatever was public at any time is asked for after each step."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.clock = time_machine.travel(datetime.now(UTC), tick=False)
        self.traveller = self.clock.start()
        self.known: set[str] = set()
        self.reader = Client()
        for slug in ("world", "town"):
            make_category(slug)
        make_author("ada")
        make_tag("sea")
        self.articles = [make_article(slug=slug).pk for slug in ("pier", "jetty")]

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @rule(number=ONE_OF_TWO, slug=SLUGS, wait=st.sampled_from([0, 0, 1, 2]))
    def rename(self, number: int, slug: str, wait: int) -> None:
        article = self._article(number)
        if not ArticleSlug.objects.filter(slug=slug).exclude(owner=article).exists():  # the form would refuse it
            write(article, slug=slug, at=timezone.now() + timedelta(minutes=wait) if wait else None)

    @rule(number=ONE_OF_TWO, category=ONE_OF_TWO)
    def move(self, number: int, category: int) -> None:
        write(self._article(number), category=Category.objects.order_by("pk")[category].pk)

    @rule(number=ONE_OF_TWO)
    def withdraw(self, number: int) -> None:
        self._article(number).withdraw()

    def _article(self, number: int) -> Article:
        return Article.objects.get(pk=self.articles[number])

    @rule()
    def settle(self) -> None:
        do_follow_ups()

    @rule(minutes=st.integers(1, 3))
    def let_the_clock_pass(self, minutes: int) -> None:
        self.traveller.shift(timedelta(minutes=minutes))

    @rule(model=st.sampled_from([Category, Author, Tag]), slug=st.sampled_from(["world", "town", "ada", "sea", "new"]))
    def rename_around(self, model: type, slug: str) -> None:
        thing = model.objects.order_by("pk").first()
        if thing:
            thing.slug = slug
            self._save_if_allowed(thing)

    @rule(slug=st.sampled_from(["world", "town", "new"]))
    def add_a_category(self, slug: str) -> None:
        self._save_if_allowed(Category(name=slug, slug=slug))

    @precondition(lambda self: Category.objects.count() > 2)
    @rule()
    def delete_an_empty_category(self) -> None:
        Category.objects.filter(own_articles=None).exclude(pk__in=Category.objects.order_by("pk")[:2]).delete()

    @rule()
    def delete_the_tag(self) -> None:
        Tag.objects.all().delete()

    def _save_if_allowed(self, thing) -> None:
        try:
            thing.full_clean()
        except ValidationError:
            return
        thing.save()

    @invariant()
    def whatever_was_public_answers(self) -> None:
        cache.clear()  # no commit comes that would renew the edition
        public = [*Article.objects.published(), *Category.objects.all(), *Author.objects.all()]
        self.known |= {thing.get_absolute_url() for thing in public} | tag_addresses()
        answers = {path: self.reader.get(path) for path in self.known}
        wrong = {path: response for path, response in answers.items() if not is_well(response, answers)}
        assert wrong == {}


def is_well(response, answers) -> bool:
    """Also where it leads to is one of the known addresses."""
    if response.status_code == 301:
        return answers[response.headers["Location"]].status_code == 200
    return response.status_code in {200, 410}


def tag_addresses() -> set[str]:
    try:
        return {reverse("articles:tag", args=[tag.slug]) for tag in Tag.objects.all()}
    except NoReverseMatch:  # this house has no pages of tags
        return set()


def test_whatever_the_desk_does_no_address_dies():
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=8, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
