"""Where to read on from a story: its neighbours in the section, and what is like it.

Every page of a story asks this, and putting so many conditions together through the ORM took longer than all its other
questions: so it is asked in SQL that both databases speak. What is public, it takes from `published()`.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from django.db import connection

from articles.models import Article

LIMIT = 6  # like it

# Each of the inner questions is answered by the first rows of an index, and offers as many as could be shown, and the
# story itself. A pick names the story's own row, and public may be the change that has taken its place.
_ONWARD = """
WITH public (id, replaces_id, category_id, published_at) AS NOT MATERIALIZED ({public}),
candidate (id) AS (
    SELECT public.id FROM public JOIN articles_pick AS pick ON pick.story_id = public.id
        WHERE pick.article_id = %(id)s
    UNION SELECT public.id FROM public JOIN articles_pick AS pick ON pick.story_id = public.replaces_id
        WHERE pick.article_id = %(id)s
    {of_its_tags}
    UNION SELECT id FROM (SELECT id FROM public WHERE category_id = %(category)s
        ORDER BY published_at DESC, id DESC LIMIT {enough}) AS of_its_category
    UNION SELECT id FROM (SELECT id FROM public ORDER BY published_at DESC, id DESC LIMIT {enough}) AS newest
),
rated (id, published_at, place, likeness) AS (
    SELECT other.id, other.published_at, pick.position,
        2 * (SELECT count(*) FROM articles_article_tags AS shared
            WHERE shared.article_id = other.id AND shared.tag_id IN ({tags}))
        + CASE WHEN other.category_id = %(category)s THEN 1 ELSE 0 END
    FROM candidate JOIN articles_article AS other ON other.id = candidate.id LEFT JOIN articles_pick AS pick
        ON pick.article_id = %(id)s AND pick.story_id = COALESCE(other.replaces_id, other.id)
    WHERE COALESCE(other.replaces_id, other.id) <> %(story)s
)
SELECT 'before', 0, id FROM (
    SELECT public.id FROM articles_article_listed_in AS listing JOIN public ON public.id = listing.article_id
    WHERE listing.category_id = %(section)s AND (listing.published_at, listing.article_id) < (%(at)s, %(id)s)
    ORDER BY listing.published_at DESC, listing.article_id DESC LIMIT 1) AS before
UNION ALL SELECT 'after', 0, id FROM (
    SELECT public.id FROM articles_article_listed_in AS listing JOIN public ON public.id = listing.article_id
    WHERE listing.category_id = %(section)s AND (listing.published_at, listing.article_id) > (%(at)s, %(id)s)
    ORDER BY listing.published_at, listing.article_id LIMIT 1) AS after
UNION ALL SELECT 'related', rank, id FROM (
    SELECT id, row_number() OVER (ORDER BY place IS NULL, place, likeness DESC, published_at DESC, id DESC) AS rank
    FROM rated
) AS related WHERE rank <= {limit}
ORDER BY 1, 2
"""
# Where there are any: without, SQLite would look for them through the whole archive.
_OF_ITS_TAGS = """
    UNION SELECT id FROM (SELECT id FROM public WHERE EXISTS (
            SELECT 1 FROM articles_article_tags AS tagged WHERE tagged.article_id = public.id AND tag_id IN ({tags})
        ) ORDER BY published_at DESC, id DESC LIMIT {enough}) AS of_its_tags
"""


class Onward(NamedTuple):
    before: Article | None  # by publication, in what the section's front lists
    after: Article | None
    related: list[Article]  # the editors' picks, then what shares tags or the category, then the latest


def onward_from(article: Article, tag_ids: Collection[int]) -> Onward:
    """Two queries: which stories, and their cards."""
    found = _keys(article, tag_ids)
    cards = Article.objects.published().select_related("category__parent", "lead_photo").defer("body")
    rows = {row.pk: row for row in cards.filter(pk__in={pk for _way, pk in found})}
    before, after, related = (
        [rows[pk] for found_way, pk in found if found_way == way and pk in rows]
        for way in ("before", "after", "related")
    )
    return Onward(next(iter(before), None), next(iter(after), None), related)


def _keys(article: Article, tag_ids: Collection[int]) -> list[tuple[str, int]]:
    shown = Article.objects.published().order_by().values_list("pk", "replaces", "category", "published_at")
    public, values = shown.query.sql_with_params()
    category = article.category
    asked: dict[str, Any] = {
        "id": article.pk,
        "story": article.replaces_id or article.pk,
        "at": connection.ops.adapt_datetimefield_value(article.published_at),
        "category": category and category.pk,
        "section": category and category.section.pk,
    }
    tags = {f"tag_{number}": pk for number, pk in enumerate(tag_ids)}
    public_values = {f"public_{number}": value for number, value in enumerate(values)}
    parts = {"tags": ", ".join(map(_named, tags)) or "NULL", "enough": LIMIT + 1, "limit": LIMIT}
    sql = _ONWARD.format(
        public=public % tuple(map(_named, public_values)),
        of_its_tags=_OF_ITS_TAGS.format(**parts) if tags else "",
        **parts,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, asked | tags | public_values)
        return [(way, pk) for way, _rank, pk in cursor.fetchall()]


def _named(name: str) -> str:
    return f"%({name})s"
