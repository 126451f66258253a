from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from articles.onward import Onward, onward_from
from tests.factories import make_article, make_articles, make_category, make_draft, make_story, make_tag

pytestmark = pytest.mark.django_db

START = timezone.now() - timedelta(days=2)


def onward(article: Article) -> Onward:
    return onward_from(article, [tag.pk for tag in article.tags.all()])


def related(article: Article) -> list[Article]:
    return onward(article).related


def at(hours: float, slug: str, **parts) -> Article:
    return make_article(at=START + timedelta(hours=hours), slug=slug, **parts)


def slugs(article: Article) -> tuple[str | None, str | None]:
    before, after, _related = onward(Article.objects.published().get(slug=article.slug))
    return before and before.slug, after and after.slug


def test_they_are_the_nearest_published_in_the_section():
    first, middle, last = (at(hour, f"story-at-{hour}") for hour in (1, 2, 3))
    at(1.5, "elsewhere", category=make_category("town").pk)
    at(2.5, "withdrawn").withdraw()
    make_draft(slug="draft")

    assert [slugs(article) for article in (first, middle, last)] == [
        (None, "story-at-2"),
        ("story-at-1", "story-at-3"),
        ("story-at-2", None),
    ]


def test_of_the_same_moment_the_order_is_that_of_their_keys():
    rows = [at(1, f"story-{letter}") for letter in "abc"]

    assert [slugs(article) for article in rows] == [(None, "story-b"), ("story-a", "story-c"), ("story-b", None)]


def test_a_section_has_the_stories_of_its_parts():
    culture = make_category("culture")
    books = make_category("books", parent=culture)
    one, two = at(1, "one", category=culture.pk), at(2, "two", category=books.pk)

    assert (slugs(one), slugs(two)) == ((None, "two"), ("one", None))


def test_a_scheduled_story_is_a_neighbour_from_its_second_on(clock):
    article = at(1, "one")
    draft = make_draft(slug="two")
    draft.publish(draft.latest_revision(), at=timezone.now() + timedelta(seconds=30))
    before = slugs(article)

    clock.shift(30)

    assert (before, slugs(article)) == ((None, None), (None, "two"))


def test_a_change_that_waits_makes_nobody_its_own_neighbour(clock):
    article, other = at(1, "one"), at(2, "two")
    story = make_story(slug="one", headline="Changed")
    article.publish(article.save_draft(story, by=None), at=timezone.now() + timedelta(seconds=30))
    before = slugs(article), slugs(other)

    clock.shift(30)

    assert (before, (slugs(article), slugs(other))) == (((None, "two"), ("one", None)),) * 2


def test_picks_come_first_then_shared_tags_then_the_category_then_the_latest():
    tag, town = make_tag("swans"), make_category("town")
    now = timezone.now()
    latest = make_article(category=town.pk, at=now - timedelta(minutes=1))
    same_category = make_article(at=now - timedelta(days=2))
    same_tag = make_article(category=town.pk, tags=(tag.pk,), at=now - timedelta(days=3))
    both = make_article(tags=(tag.pk,), at=now - timedelta(days=4))
    second, first = (make_article(category=town.pk, at=now - timedelta(days=d)) for d in (50, 60))
    article = make_article(tags=(tag.pk,), related=(first.pk, second.pk))

    assert related(article) == [first, second, both, same_tag, same_category, latest]


def test_never_itself_a_draft_or_more_than_six():
    make_draft()
    make_articles(9)
    article = make_article()

    found = related(article)

    assert (len(found), article in found, all(other.is_live for other in found)) == (6, False, True)


def test_a_pick_that_was_withdrawn_is_left_out():
    pick = make_article()
    article = make_article(related=(pick.pk,))
    pick.withdraw()

    assert related(article) == []


def test_the_picks_are_those_of_the_words_that_are_shown(clock):
    first, second = make_article(), make_article()
    make_articles(6, category=make_category("town").pk)
    article = make_article(slug="pier", related=(first.pk,))
    change = article.save_draft(make_story(slug="pier", related=(second.pk,)), by=None)
    article.publish(change, at=timezone.now() + timedelta(seconds=5))
    before = related(Article.objects.published().get(slug="pier"))[0]

    clock.shift(5)

    assert (before, related(Article.objects.published().get(slug="pier"))[0]) == (first, second)


def test_a_pick_stays_one_while_its_scheduled_change_is_shown(clock):
    pick = make_article(headline="First")
    article = make_article(related=(pick.pk,))
    make_articles(6)
    change = pick.save_draft(make_story(headline="Second", slug=pick.slug), by=None)
    pick.publish(change, at=timezone.now() + timedelta(seconds=5))

    clock.shift(5)

    assert related(article)[0].headline == "Second"


@pytest.mark.parametrize("count", [1, 30])
def test_all_of_it_costs_two_queries(django_assert_max_num_queries, count):
    tag = make_tag("swans")
    for number in range(count):
        at(number / 60, f"story-{number}-", tags=(tag.pk,))
    article = Article.objects.published().for_reading().last()

    with django_assert_max_num_queries(2):
        before, after, others = onward_from(article, [tag.pk])
        _addresses = [row.get_absolute_url() for row in (before, after, *others) if row]
