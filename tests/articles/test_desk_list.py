"""The desk's list of articles."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from articles import workflow
from articles.admin import article_list
from articles.models import Article, Colleague, FollowUp, Photo, Status
from articles.roles import Role
from tests.factories import (
    make_article,
    make_articles,
    make_author,
    make_category,
    make_draft,
    make_photo,
    make_staff,
    make_story,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/articles/article/"
HOUR = timedelta(hours=1)


@pytest.fixture
def desk(client):
    client.force_login(make_staff())
    return client


def listed(desk, **asked) -> list[str]:
    return [article.headline for article in desk.get(LIST, asked).context["cl"].result_list]


def planned(at, **parts) -> Article:
    draft = make_draft(**parts)
    draft.publish(draft.latest_revision(), at=at)
    return draft


@pytest.fixture
def one_of_each():
    now = timezone.now()
    planned(now + HOUR, headline="scheduled")
    make_draft(headline="draft")
    make_article(headline="live")
    make_article(headline="leaving").plan(embargo_until=None, live_until=now + HOUR)
    make_article(headline="withdrawn").withdraw()
    changed = make_article(headline="change")
    changed.publish(changed.latest_revision(), at=now + HOUR)


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("draft", {"draft"}),
        ("scheduled", {"scheduled"}),
        ("change", {"change"}),
        ("live", {"live", "leaving", "change"}),
        ("leaving", {"leaving"}),
        ("withdrawn", {"withdrawn"}),
        ("", {"draft", "scheduled", "change", "live", "leaving", "withdrawn"}),
        ("nonsense", {"draft", "scheduled", "change", "live", "leaving", "withdrawn"}),
    ],
)
def test_a_state_finds_its_own(desk, one_of_each, state, found):
    assert set(listed(desk, state=state)) == found


def test_states_are_words_with_a_colour_beside_them(desk, one_of_each):
    page = desk.get(LIST).content.decode()

    shown = [f'desk-state-{name}">{word}' in page for name, word in (("live", "Published"), ("draft", "Draft"))]
    assert (shown, "Scheduled for" in page, "A change waits until" in page) == ([True, True], True, True)


def test_a_section_finds_what_is_below_it_and_an_author_what_is_theirs(desk):
    world = make_category("world")
    below, author = make_category("europe", parent=world), make_author("ada-pellow")
    make_article(headline="below", category=below.pk, bylines=(author.pk,))
    make_article(headline="beside", category=make_category("town").pk)

    assert (listed(desk, section=world.pk), listed(desk, author=author.pk)) == (["below"], ["below"])


def test_dates_are_of_publication_or_of_a_drafts_beginning(desk):
    day = timezone.localtime() - timedelta(days=10)
    make_article(headline="then", at=day)
    make_draft(headline="now")

    found = [listed(desk, since=f"{day:%Y-%m-%d}", until=f"{day:%Y-%m-%d}"), listed(desk, since=f"{day:%Y-%m-%d}")]

    assert found == [["then"], ["now", "then"]]


def test_missing_alternative_texts_are_found(desk):
    without = make_photo()
    Photo.objects.update(alt="")
    make_article(headline="without", lead_photo=without.pk)
    shown = make_photo()
    figure = f'<figure><img src="/media/x.jpg" alt="%s" data-file="{shown.pk}"></figure>'
    make_article(headline="with", lead_photo=make_photo().pk, body=figure % "A quay")
    make_article(headline="without in the body", body=f"{figure % 'A quay'}<p>Words</p>{figure % ' '}")

    assert listed(desk, alt="missing") == ["without in the body", "without"]


@pytest.mark.parametrize("words", ["quay", "QUAYSI", "ada quay", "storm-at-the-quay", "pell"])
def test_words_and_names_and_their_beginnings_are_found_in_drafts_too(desk, words):
    author = make_author("ada-pellow")
    make_draft(headline="Storm", slug="storm-at-the-quay", body="<p>At the quayside.</p>", bylines=(author.pk,))
    make_draft(headline="Calm", body="<p>At sea.</p>")

    assert listed(desk, q=words) == ["Storm"]


def test_an_address_finds_its_story_beside_those_with_its_words(desk):
    make_draft(headline="By words", body="<p>At the quayside.</p>")
    make_draft(headline="By address", slug="quay", body="<p>Storm.</p>")
    changed = make_article(headline="By both", slug="quay-2", body="<p>Quay.</p>")
    changed.publish(changed.latest_revision(), at=timezone.now() + HOUR)

    found = [sorted(listed(desk, q=words)) for words in ("quay", "quay-2", "storm quay")]

    assert found == [["By address", "By both", "By words"], ["By both"], []]


def test_stories_are_offered_newest_first_and_drafts_by_their_beginning(desk):
    now = timezone.now()
    make_article(headline="Quay: before", at=now - 2 * HOUR)
    Article.objects.filter(pk=make_draft(headline="Quay: begun").pk).update(created_at=now - HOUR)
    make_article(headline="Quay: after", at=now)
    picker = {"app_label": "articles", "model_name": "pick", "field_name": "story", "term": "quay"}

    offered = desk.get("/admin/autocomplete/", picker).json()["results"]

    assert [story["text"] for story in offered] == ["Quay: after", "Quay: begun", "Quay: before"]


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "'\" & | ! :* ()"},
        {"q": "a\x00b"},
        {"q": "x" * 10_000},
        {"section": "9" * 100},
        {"author": "x"},
        {"since": "yesterday", "until": "9999-12-31"},
        {"since": "0001-01-01"},
        {"before": "x_y"},
        {"before": "2026-01-01T00:00:00+00:00_" + "9" * 5000},
        {"before": "0001-01-01T00:00:00+14:00_1"},
    ],
)
def test_no_question_breaks_the_list(desk, asked):
    make_article()

    assert desk.get(LIST, asked).status_code in {200, 302}


def test_a_long_list_is_not_counted_to_its_end_and_leads_on(desk):
    now = timezone.now()
    Article.objects.bulk_create(
        Article(headline=f"{n}", slug=f"s-{n}", created_at=now - n * HOUR) for n in range(article_list.COUNTED + 20)
    )
    first = desk.get(LIST)

    last = desk.get(LIST, {"p": first.context["cl"].paginator.num_pages})
    further = desk.get(LIST + last.context["cl"].older)

    assert "More than 1000 articles." in first.content.decode()
    assert (first.context["cl"].older, further.context["cl"].result_count) == ("", 20)
    assert next(iter(further.context["cl"].result_list)).headline == "1000"


def test_a_search_counts_less_and_leads_on_to_all_that_it_found(desk):
    now = timezone.now()
    Article.objects.bulk_create(
        Article(headline=f"Quay {n}" if n % 2 else f"Storm {n}", slug=f"s-{n}", created_at=now - n * HOUR)
        for n in range(2 * article_list.COUNTED_WITH_WORDS + 40)
    )

    pages, address = [], "?q=quay"
    while address:
        first = desk.get(LIST + address).context["cl"]
        pages += [desk.get(f"{LIST}{address}&p={n + 1}").context["cl"] for n in range(first.paginator.num_pages)]
        address = pages[-1].older

    assert [row.headline for page in pages for row in page.result_list] == [
        f"Quay {n}" for n in range(1, 2 * article_list.COUNTED_WITH_WORDS + 40, 2)
    ]
    assert (pages[0].result_count, pages[-1].result_count) == (article_list.COUNTED_WITH_WORDS, 20)


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_for_any_number(desk, django_assert_max_num_queries, count):
    for _number in range(count):
        make_article(lead_photo=make_photo().pk, category=make_category("below", parent=make_category("world")).pk)
    desk.get(LIST)  # the edition is there

    with django_assert_max_num_queries(16):
        desk.get(LIST)


# --- Acts on several ------------------------------------------------------------------------------


def act(desk, name, articles, **more):
    chosen = {"action": name, "_selected_action": [article.pk for article in articles]}
    return desk.post(LIST, chosen | more, follow=True)


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_several_are_published_and_what_cannot_be_is_named(desk):
    good, bad = make_draft(headline="Good"), make_draft(headline="Bad", body="")

    response = act(desk, "publish_chosen", [good, bad])

    assert list(Article.objects.published()) == [good]
    assert sorted(said(response)) == ["Done with 1 article.", "“Bad”: something is missing, as its own page says."]


def test_several_are_not_published_where_a_form_would_have_asked(desk):
    changed, waiting = make_article(headline="Changed", slug="changed"), make_article(headline="Waiting", slug="waits")
    named = make_article(headline="Named", slug="named")
    later = make_draft(headline="Later")
    later.publish(later.latest_revision(), at=timezone.now() + timedelta(days=1))
    for article, about in ((changed, {}), (named, {"change": "typo"})):
        story = make_story(headline=article.headline, slug=article.slug, body="<p>Other words.</p>")
        article.save_draft(story, by=None, **about)
    change = waiting.save_draft(make_story(headline="Waiting", slug="waits"), by=None)
    waiting.publish(change, at=timezone.now() + timedelta(days=1))

    response = act(desk, "publish_chosen", [changed, waiting, named, later])

    waits = "it goes out at its time. To publish it now, open it."
    assert sorted(said(response)) == [
        "Done with 1 article.",
        "“Changed”: its text has changed since it was published. Open it, and say what the change is.",
        f"“Later”: {waits}",
        f"“Waiting”: {waits}",
    ]
    assert Article.objects.get(pk=later.pk).is_scheduled
    assert Article.objects.filter(replaces=waiting).exists()
    assert [Article.objects.get(pk=row.pk).body for row in (changed, named)] != ["<p>Other words.</p>"] * 2


def test_an_editor_publishes_no_others_sections_stories_from_the_list(client):
    user = make_staff("editor", superuser=False)
    user.groups.add(Group.objects.get(name=Role.EDITOR))
    mine, theirs = make_category("world"), make_category("town")
    mine.editors.add(user)
    article = make_article(slug="pier", category=mine.pk)
    article.save_draft(make_story(slug="pier", category=theirs.pk), by=None)
    client.force_login(user)

    response = act(client, "publish_chosen", [article])

    assert said(response) == [f"“{article}”: you do not publish in its category."]
    assert Article.objects.get(pk=article.pk).category == mine


def test_several_are_withdrawn_after_a_question(desk):
    articles = make_articles(2)

    asked = act(desk, "withdraw_chosen", articles)
    before = Article.objects.published().count()
    act(desk, "withdraw_chosen", articles, confirmed="1")

    assert (asked.status_code, before) == (200, 2)
    assert {article.status for article in Article.objects.all()} == {Status.WITHDRAWN}


def test_who_may_only_look_finds_no_acts(client):
    user = make_staff("reader", superuser=False)
    user.groups.add(Group.objects.get(name=Role.CONTRIBUTOR))
    client.force_login(user)
    article = make_draft()
    Article.objects.filter(pk=article.pk).update(created_by=user)

    page = client.get(LIST)
    act(client, "publish_chosen", [article])

    assert (page.status_code, "publish_chosen" in page.content.decode()) == (200, False)
    assert not Article.objects.published().exists()


# --- What is late -----------------------------------------------------------------------------------


def test_what_is_late_or_failed_is_shown_and_can_be_tried_again(desk):
    article = make_article(headline="Pier")
    moment = timezone.now() - HOUR
    FollowUp.objects.create(article=article, what="hub", moment=moment, attempts=100, failure="The hub is cross.")

    shown = desk.get(LIST).content.decode()
    desk.post(LIST + "try-again/")

    row = FollowUp.objects.get()
    assert [part in shown for part in ("Late or failed", "Pier", "The hub is cross.", "given up")] == [True] * 4
    assert (row.attempts, row.due_at <= timezone.now()) == (0, True)


def test_where_nothing_is_late_nothing_is_said(desk):
    make_article().plan(embargo_until=None, live_until=timezone.now() + HOUR)

    assert "Late or failed" not in desk.get(LIST).content.decode()
    assert desk.get(LIST + "try-again/").status_code == 405


def test_how_many_are_chosen_stands_where_djangos_script_looks_for_it(desk):
    make_article()

    html = desk.get(LIST).content.decode()

    assert '<span class="action-counter" data-actions-icnt="1">0 of 1 selected</span>' in html


def test_what_is_asked_of_me_to_review_can_be_chosen(client):
    edith, other = (make_staff(name) for name in ("edith", "other"))
    for reviewer in (edith, other, None):
        story = make_draft(headline=f"for {reviewer}")
        workflow.submit(story, other, reviewer=reviewer and Colleague.objects.get(pk=reviewer.pk))
    client.force_login(edith)

    assert (listed(client, state="mine"), len(listed(client, state="review"))) == (["for edith"], 3)
