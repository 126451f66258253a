"""A paper's archive, printed quickly: print_articles(count), after django.setup() and on a migrated database.

Always the same words and dates for the same count and seed: what is measured can be measured again.
"""

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice

from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import slugify

from articles import search_postgresql
from articles.models import Article, Byline, Listing, Status, Tag
from authors.models import Author
from categories.models import Category
from newsroom.demo.texts import read_articles
from newsroom.lib.markup import plain_text

SECTIONS = {"World": ["Europe", "Asia"], "Politics": ["Council"], "Business": ["Markets"], "Sport": [], "Culture": []}
AUTHORS = 60  # of whom CAREERS write at any one time: the first have long retired, the last have just begun
CAREERS = 20
TAGS = 80
YEARS = 20  # over which the articles are spread, evenly, the newest an hour ago
BATCH = 2000  # rows an INSERT
SENTENCES = 20_000  # distinct ones, from which every body is put together


def print_articles(count: int, *, seed: int = 1) -> None:
    """That many published articles of about 300 words, with bylines, tags and their places in the lists.

    No signals are sent and no revisions kept. About a minute for 100,000 on PostgreSQL.
    """
    chance = random.Random(seed)
    written = _write(count, chance)
    categories, authors, tags = _sections(), _authors(chance), _tags()
    done = 0
    while batch := list(islice(written, BATCH)):
        begin = (AUTHORS - CAREERS) * done // count
        done += len(batch)
        for article in batch:
            article.category = chance.choice(categories)
        with transaction.atomic():
            Article.objects.bulk_create(batch)
            _surround(batch, authors[begin : begin + CAREERS], tags, chance)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as autovacuum would by and by


@contextmanager
def search_put_off() -> Iterator[None]:
    """Set PostgreSQL's search up at the end, all at once: in step with each row it takes many times as long."""
    with connection.cursor() as cursor:
        cursor.execute(search_postgresql._TEAR_DOWN)
    yield
    search_postgresql.build()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as autovacuum would by and by


def _write(count: int, chance: random.Random) -> Iterator[Article]:
    names = _names(chance, 4000)
    sentences = _sentences(names, chance)
    begin = timezone.now() - timedelta(hours=1) - timedelta(days=365 * YEARS)
    step = timedelta(days=365 * YEARS) / count
    for number in range(1, count + 1):
        headline = f"{chance.choice(names)} {chance.choice(sentences)[:60].rpartition(' ')[0].lower()}"
        at = begin + number * step
        yield Article(
            headline=headline,
            slug=f"{slugify(headline)[:60]}-{number}",
            standfirst=chance.choice(sentences),
            body="".join(f"<p>{' '.join(chance.choices(sentences, k=5))}</p>" for _paragraph in range(5)),
            status=Status.LIVE,
            live_from=at,
            published_at=at,
            created_at=at,
        )


def _surround(articles: list[Article], authors: list[Author], tags: list[Tag], chance: random.Random) -> None:
    """Bylines, tags and the categories' lists: two through tables and one of ours."""
    Byline.objects.bulk_create(
        Byline(
            article=article,
            author=author,
            job_title=author.job_title,
            position=position,
            published_at=article.published_at,
        )
        for article in articles
        for position, author in enumerate(chance.sample(authors, chance.choice((1, 1, 1, 2))))
    )
    Article.tags.through.objects.bulk_create(
        Article.tags.through(article=article, tag=tag) for article in articles for tag in chance.sample(tags, 3)
    )
    Listing.objects.bulk_create(
        Listing(article=article, category=category, published_at=article.published_at)
        for article in articles
        for category in {article.category, article.category.section}
    )


def _sections() -> list[Category]:
    """The sections and their sub-sections; those that are there already stay as they are."""
    found = []
    for name, below in SECTIONS.items():
        section = _category(name, None)
        found += [section, *(_category(child, section) for child in below)]
    return found


def _category(name: str, parent: Category | None) -> Category:
    return Category.objects.get_or_create(slug=slugify(name), defaults={"name": name, "parent": parent})[0]


def _authors(chance: random.Random) -> list[Author]:
    names = [f"{first} {last}" for first, last in zip(*[iter(_names(chance, 2 * AUTHORS))] * 2, strict=True)]
    wanted = [Author(name=name, slug=slugify(name), job_title="Reporter", bio="Writes.") for name in names]
    Author.objects.bulk_create(wanted, ignore_conflicts=True)
    return list(Author.objects.filter(slug__in=[author.slug for author in wanted]).order_by("pk"))


def _tags() -> list[Tag]:
    Tag.objects.bulk_create([Tag(name=f"topic {n}", slug=f"topic-{n}") for n in range(TAGS)], ignore_conflicts=True)
    return list(Tag.objects.filter(slug__startswith="topic-"))


def _sentences(names: list[str], chance: random.Random) -> list[str]:
    """As people write: common words are common (the demo newspaper's, as often as there), and names are rare."""
    words = [word for text in read_articles() for word in re.findall(r"[a-z’]+", plain_text(text.body).lower())]
    return [_sentence(words, names, chance) for _sentence_number in range(SENTENCES)]


def _sentence(words: list[str], names: list[str], chance: random.Random) -> str:
    chosen = [chance.choice(names) if chance.random() < 0.06 else chance.choice(words) for _word in range(16)]
    sentence = " ".join(chosen[: chance.randint(9, 16)])
    return f"{sentence[0].upper()}{sentence[1:]}."


def _names(chance: random.Random, count: int) -> list[str]:
    """Of people and places that nobody knows: the long tail of a paper's words."""
    vowels, consonants = "aeiou", "bdfghklmnprstvw"
    made: dict[str, None] = {}
    while len(made) < count:
        made["".join(chance.choice(part) for part in (consonants, vowels) * chance.randint(2, 4)).capitalize()] = None
    return list(made)
