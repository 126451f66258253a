"""Search: what a reader asks for, and the published stories that answer it.

Each database has its own module for the words (search_postgresql.py, search_sqlite.py); published() decides here, for
both, what may be found. What they read is set up by `migrate`, which calls build().
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any, Protocol

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from articles import search_postgresql, search_sqlite
from articles.models import Article, ArticleQuerySet
from authors.models import Author
from categories.models import Category
from newsroom.lib.words import Marks, fold, read_words

RANKED = 400  # of all that match, the newest; a common word stands in every other story
_MARKS = ("\x02", "\x03")  # of the hits in an extract; no text has them
_WORD = re.compile(r"\w{4,}")  # worth correcting
_HOLD_WORDS = {"articles_article", "articles_byline", "articles_article_listed_in", "authors_author"}


class Index(Protocol):
    """What each database's module offers."""

    def matches(self, words: str) -> RawSQL: ...
    def begun(self, words: list[str], slug: str) -> RawSQL: ...
    def ranked(
        self, words: str, candidates: models.QuerySet[Any], begin: int, end: int, marks: Marks
    ) -> dict[int, str]: ...
    def extracts(self, words: str, keys: list[int], marks: Marks) -> dict[int, str]: ...
    def near(self, asked: list[str]) -> list[str]: ...
    def forget(self, words: list[str]) -> None: ...
    def build(self) -> None: ...
    def stand_aside(self) -> None: ...


def _index() -> Index:
    return search_postgresql if connection.vendor == "postgresql" else search_sqlite


def forget(passage: str) -> None:
    """Offer none of its words any more to those who mistype."""
    _index().forget(re.findall(r"\w+", passage.lower()))


@dataclass(frozen=True)
class Question:
    words: str = ""
    section: str = ""  # slugs
    author: str = ""
    since: date | None = None  # days of the paper's time zone, both included
    until: date | None = None

    @property
    def is_empty(self) -> bool:
        return self == Question()

    @property
    def through(self) -> str:
        """The relation that it selects by and that repeats the date: see Listing."""
        return "bylines" if self.author else "listings" if self.section else ""


@dataclass(frozen=True)
class Hit:
    article: Article
    extract: SafeString  # with <mark> around what was asked for


def matching(question: Question) -> ArticleQuerySet:
    """The published stories that answer it, in no order."""
    found = Article.objects.published()
    if question.words:
        found = found.filter(pk__in=_index().matches(question.words)) if read_words(question.words) else found.none()
    if question.section:
        found = found.filter(listings__category=Category.objects.filter(slug=question.section).values("pk")[:1])
    if question.author:
        found = found.filter(bylines__author=Author.objects.filter(slug=question.author).values("pk")[:1])
    if question.since:
        found = found.filter(published_at__gte=_moment(question.since, time.min))
    if question.until:
        found = found.filter(published_at__lte=_moment(question.until, time.max))
    return found


def with_words(typed: str) -> RawSQL:
    """For the desk: the keys of all articles, published or not, with words that begin with those typed; and of the one
    whose slug was typed."""
    return _index().begun(re.findall(r"\w+", typed), typed)


def best(question: Question, begin: int, end: int) -> list[Hit]:
    """Those that answer it best, of the newest RANKED, from the one place to the other."""
    if not read_words(question.words):
        return []
    through = question.through
    newest = (f"-{through}__published_at", f"-{through}__article") if through else ("-published_at", "-pk")
    candidates = matching(question).order_by(*newest)[:RANKED]
    extracts = _index().ranked(question.words, candidates, begin, end, _MARKS)
    articles = Article.objects.published().for_listing().in_bulk(extracts)
    return [Hit(articles[key], _marked(extract)) for key, extract in extracts.items() if key in articles]


def with_extracts(question: Question, articles: Sequence[Article]) -> list[Hit]:
    keys = [article.pk for article in articles]
    extracts = _index().extracts(question.words, keys, _MARKS) if question.words and keys else {}
    return [Hit(article, _marked(extracts.get(article.pk, article.standfirst))) for article in articles]


def correction(question: Question) -> Question | None:
    """The question in the spelling of headlines and names, if a published story has all of its words so."""
    asked = read_words(question.words)
    typed = [fold(word) for word in _WORD.findall(question.words)]
    if len(asked) != 1 or asked[0].unwanted or not typed:
        return None  # with an "or" or a minus a story might be found that has none of the words offered
    known = {fold(word): word.lower() for line in _index().near(typed) for word in _WORD.findall(line)}
    corrected = replace(question, words=_WORD.sub(lambda word: _closest(word.group(), known), question.words))
    return corrected if corrected != question and matching(corrected).exists() else None


def _closest(word: str, known: dict[str, str]) -> str:
    found = [] if fold(word) in known else get_close_matches(fold(word), known, n=1, cutoff=0.7)
    return known[found[0]] if found else word


def _moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


def _marked(extract: str) -> SafeString:
    first, *hits = extract.split(_MARKS[0])
    return format_html(
        "{}{}", first, format_html_join("", "<mark>{}</mark>{}", (hit.partition(_MARKS[1])[::2] for hit in hits))
    )


# --- Kept up by migrate -----------------------------------------------------------------------


def build(using: str, **kwargs: Any) -> None:
    """Set up what search reads, where it is missing or was set up otherwise. Called after every migrate."""
    if using == DEFAULT_DB_ALIAS and set(connection.introspection.table_names()) >= _HOLD_WORDS:
        _index().build()


def stand_aside(using: str, plan: list[Any], **kwargs: Any) -> None:
    """Take away what would be in the way of these migrations. Called before every migrate."""
    if using == DEFAULT_DB_ALIAS and plan:
        _index().stand_aside()
