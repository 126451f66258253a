"""What stands on the front page, and where."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import F, Window
from django.db.models.functions import Coalesce, RowNumber

from articles.models import Article
from categories.models import Category

SECONDS = 4  # stories beside the lead
IN_BAND = 5  # stories of a section


@dataclass
class Band:
    section: Category
    articles: list[Article] = field(default_factory=list)


@dataclass
class Front:
    lead: Article | None
    seconds: list[Article]
    bands: list[Band]

    @property
    def articles(self) -> list[Article]:
        """All that stand on it, once each."""
        top = [self.lead, *self.seconds] if self.lead else []
        return top + [article for band in self.bands for article in band.articles]


def make_front(sections: Iterable[Category]) -> Front:
    """The newest story leads, the next stand beside it, and each section has a band. No story twice.

    Two queries: enough of every section's newest that the lead and its neighbours can come from one section.
    """
    section = Coalesce("category__parent", "category")
    nth = Window(RowNumber(), partition_by=section, order_by=[F("published_at").desc(), F("pk").desc()])
    newest = Article.objects.published().annotate(nth=nth).filter(nth__lte=1 + SECONDS + IN_BAND)
    articles = list(newest.for_listing().order_by("-published_at", "-pk"))
    top, rest = articles[: 1 + SECONDS], articles[1 + SECONDS :]
    bands = [Band(s, [a for a in rest if a.category and a.category.section.pk == s.pk][:IN_BAND]) for s in sections]
    return Front(top[0] if top else None, top[1:], [band for band in bands if band.articles])
