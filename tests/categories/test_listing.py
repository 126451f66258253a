"""A category that moves takes its articles along, however many."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from categories.models import Category
from tests.factories import make_article, make_articles, make_category, make_story

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [1, 30])
def test_moving_a_category_costs_the_same_for_any_number_of_articles(django_assert_max_num_queries, count):
    culture, sport = make_category("culture"), make_category("sport")
    books = make_category("books", parent=culture)
    articles = make_articles(count, category=books.pk)
    books.parent = sport

    with django_assert_max_num_queries(10):  # with those of the transaction, and of the slug
        books.save()

    assert set(sport.articles.all()) == set(articles)
    assert not culture.articles.exists()


@pytest.mark.parametrize("count", [1, 30])
def test_renaming_a_category_touches_no_article(django_assert_max_num_queries, count):
    world = make_category("world")
    make_articles(count, category=world.pk)
    world.slug = "abroad"

    with django_assert_max_num_queries(6):
        world.save()


def test_only_what_follows_from_the_move_changes():
    culture, sport, town = make_category("culture"), make_category("sport"), make_category("town")
    books, plays = make_category("books", parent=culture), make_category("plays", parent=culture)
    made = {
        "alone": make_article(category=books.pk),
        "with a sister": make_article(category=books.pk, further_categories=(plays.pk,)),
        "of the section itself": make_article(category=culture.pk, further_categories=(books.pk,)),
        "elsewhere too": make_article(category=town.pk, further_categories=(books.pk,)),
        "not concerned": make_article(category=plays.pk),
    }
    books.parent = sport

    books.save()

    assert {name: set(article.listed_in.values_list("slug", flat=True)) for name, article in made.items()} == {
        "alone": {"books", "sport"},
        "with a sister": {"books", "sport", "plays", "culture"},
        "of the section itself": {"books", "sport", "culture"},
        "elsewhere too": {"books", "sport", "town"},
        "not concerned": {"plays", "culture"},
    }


def test_the_change_that_waits_moves_as_well():
    books = make_category("books", parent=make_category("culture"))
    article = make_article(category=books.pk)
    revision = article.save_draft(make_story(slug=article.slug, category=books.pk), by=None)
    article.publish(revision, at=timezone.now() + timedelta(days=1))
    books = Category.objects.get(slug="books")
    books.parent = None

    books.save()

    assert [set(row.listed_in.all()) for row in Article.objects.all()] == [{books}, {books}]
