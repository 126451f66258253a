from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from articles.related import related_to
from tests.factories import make_article, make_articles, make_category, make_draft, make_story, make_tag

pytestmark = pytest.mark.django_db


def related(article: Article) -> list[Article]:
    return related_to(article, [tag.pk for tag in article.tags.all()])


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


def test_a_pick_stays_one_while_its_scheduled_change_is_shown(clock):
    pick = make_article(headline="First")
    article = make_article(related=(pick.pk,))
    make_articles(6)
    change = pick.save_draft(make_story(headline="Second", slug=pick.slug), by=None)
    pick.publish(change, at=timezone.now() + timedelta(seconds=5))

    clock.shift(5)

    assert related(article)[0].headline == "Second"


def test_it_costs_one_query(django_assert_num_queries):
    article = make_article()
    make_articles(9)

    with django_assert_num_queries(1):
        related_to(article, [])
