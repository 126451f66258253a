from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from articles.neighbours import neighbours_of
from tests.factories import make_article, make_category, make_draft, make_story

pytestmark = pytest.mark.django_db

START = timezone.now() - timedelta(days=2)


def at(hours: float, slug: str, **parts) -> Article:
    return make_article(at=START + timedelta(hours=hours), slug=slug, **parts)


def slugs(article: Article) -> tuple[str | None, str | None]:
    return tuple(row and row.slug for row in neighbours_of(Article.objects.published().get(slug=article.slug)))


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


@pytest.mark.parametrize("count", [1, 30])
def test_they_cost_one_query(django_assert_num_queries, count):
    for number in range(count):
        at(number / 60, f"story-{number}-")
    article = Article.objects.published().for_reading().first()

    with django_assert_num_queries(1):
        found = neighbours_of(article)
        _addresses = [row.get_absolute_url() for row in found if row]
