"""What stands on the front page, and where."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

from django.db.models import Q

from articles.models import Article, ArticleQuerySet, Pin
from categories.models import Category

PLACES = len(Pin.Place)  # the lead and the seconds beside it
IN_BAND = 5  # stories of a section


@dataclass
class Band:
    section: Category
    articles: list[Article] = field(default_factory=list)


@dataclass
class Front:
    top: list[Article]
    bands: list[Band]

    @property
    def lead(self) -> Article | None:
        return self.top[0] if self.top else None

    @property
    def seconds(self) -> list[Article]:
        return self.top[1:]

    @property
    def articles(self) -> list[Article]:
        """All that stand on it, once each."""
        return self.top + [article for band in self.bands for article in band.articles]


def make_front() -> Front:
    """The stories that editors pinned stand at their places and the newest fill the others; then each section has
    a band. No story twice, and none that is pinned is dropped. Four queries, the bylines among them."""
    categories = list(Category.objects.all())
    places = dict(Pin.objects.standing().values_list("story", "place"))
    newest = {article.replaces_id or article.pk: article for article in _candidates(categories, places)}
    pinned = [(place, newest.pop(pk)) for pk, place in places.items() if pk in newest]
    rest = iter(newest.values())
    top = _at_the_top(pinned, rest)
    left = list(rest)
    bands = [Band(section, _of(section, left)[:IN_BAND]) for section in categories if section.parent_id is None]
    return Front(top, [band for band in bands if band.articles])


def _of(section: Category, articles: Iterable[Article]) -> list[Article]:
    return [article for article in articles if article.category and article.category.section == section]


def _candidates(categories: Iterable[Category], pinned: Collection[int]) -> ArticleQuerySet:
    """The pinned stories, as readers see them now, and of every section as many of the newest as could be shown:
    the whole top may come from one section, whose band is to be full all the same."""
    published, keys = Article.objects.published(), Article.objects.order_by().values("pk")
    enough = PLACES + len(pinned) + IN_BAND
    chosen = keys.filter(pk__in=published.filter(Q(pk__in=pinned) | Q(replaces__in=pinned)).values("pk"))
    # Each section's newest by an index: one window over all sections would read the whole archive.
    newest = [published.filter(category__in=family).values("pk")[:enough] for family in _families(categories)]
    # SQLite wants no LIMIT right below a UNION.
    found = chosen.union(*(keys.filter(pk__in=some) for some in newest))
    return Article.objects.filter(pk__in=found).for_listing().order_by("-published_at", "-pk")


def _families(categories: Iterable[Category]) -> Iterable[list[int]]:
    """Each section with its sub-sections."""
    families: dict[int, list[int]] = {}
    for category in categories:
        families.setdefault(category.parent_id or category.pk, []).append(category.pk)
    return families.values()


def _at_the_top(pinned: Iterable[tuple[int, Article]], newest: Iterator[Article]) -> list[Article]:
    """Of two that are pinned to one place, the second takes the next that is free: below the last, if need be."""
    places: dict[int, Article] = {}
    for place, article in pinned:
        places[next(n for n in count(place) if n not in places)] = article
    filled = (places.get(n) or next(newest, None) for n in range(1, max([PLACES, *places]) + 1))
    return [article for article in filled if article]
