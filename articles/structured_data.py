"""What search engines are told of an article. The measure is what Google documents of "Article" and "Breadcrumb"."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from articles.models import Article, Byline, Label, Photo, Revision, Tag
from authors.structured_data import person
from newsroom.lib.addresses import absolute
from newsroom.lib.json_ld import Node, node, publisher, trail
from newsroom.lib.renditions import Copy

# The first of each is the one that everybody knows.
_KINDS = {
    Label.OPINION: ("NewsArticle", "OpinionNewsArticle"),
    Label.ANALYSIS: ("NewsArticle", "AnalysisNewsArticle"),
    Label.SPONSORED: ("Article", "AdvertiserContentArticle"),
}
SHAPES = ("1x1", "4x3", "16x9")


def of_article(
    article: Article, bylines: Sequence[Byline], tags: Iterable[Tag], corrections: Iterable[Revision] = ()
) -> list[Node]:
    told = [node("CorrectionComment", text=row.note, datePublished=_moment(row.published_from)) for row in corrections]
    return [_news_article(article, bylines, tags, told), _breadcrumb(article)]


def _news_article(article: Article, bylines: Sequence[Byline], tags: Iterable[Tag], corrections: list[Node]) -> Node:
    address = absolute(article.get_absolute_url())
    return node(
        *_KINDS[Label(article.label)] if article.label else ("NewsArticle",),
        headline=article.headline,
        description=article.search_description or article.standfirst,
        url=address,
        # Of a piece taken over, the original is the main page; ours says what it is based on.
        mainEntityOfPage=article.canonical_url or address,
        isBasedOn=article.canonical_url,
        image=picture_addresses(article.lead_photo),
        datePublished=_moment(article.published_at),
        dateModified=_moment(article.updated_at),
        correction=corrections,
        author=_authors(article, bylines),
        creditText=article.agency if bylines else "",
        publisher=publisher(),
        articleSection=article.category.name if article.category else "",
        keywords=[tag.name for tag in tags],
        inLanguage=get_language(),
    )


def picture_addresses(photo: Photo | None) -> list[str]:
    """The picture in the three shapes that results use; the whole of it until they are made."""
    if photo is None:
        return []
    shapes = [copy for copy in map(photo.crop, SHAPES) if copy]
    whole = [photo.largest] if photo.largest else []
    return [absolute(copy.address) for copy in shapes or whole]


def preview_picture(photo: Photo | None) -> Copy | None:
    """What stands beside a link to the article elsewhere: 1200 by 630 pixels, once they are made."""
    return photo.crop("social") or photo.largest if photo else None


def _authors(article: Article, bylines: Sequence[Byline]) -> list[Node]:
    if bylines:
        return [person(byline.author, byline.job_title) for byline in bylines]
    return [node("Organization", name=article.agency)] if article.agency else []


def _breadcrumb(article: Article) -> Node:
    """As articles/_breadcrumb.html shows it."""
    places = [(_("Home"), absolute(reverse("articles:front")))]
    if article.category:
        above = (article.category.parent, article.category)
        places += [(place.name, absolute(place.get_absolute_url())) for place in above if place]
    return trail([*places, (article.headline, "")])


def _moment(moment: datetime | None) -> str:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""
