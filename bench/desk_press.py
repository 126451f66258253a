"""A million articles for the desk, written by the database itself: fill(count), after django.setup() and on a migrated
PostgreSQL. No signals are sent and no revisions kept; search is set up at the end, over all of them at once."""

import random

from django.db import connection, transaction
from django.utils.text import slugify

from authors.models import Author
from bench.press import _names, _sentences, search_put_off
from categories.models import Category

SECTIONS, BELOW = 10, 5  # sections, and sub-sections of each
AUTHORS, CAREERS = 2000, 200  # of whom so many write at any one time
PHOTOS = 20_000

# Every 300th is a draft, every 100th is withdrawn, the last 50 are scheduled.
_ARTICLES = """
INSERT INTO articles_article (id, kicker, label, sponsor, headline, slug, standfirst, body, lead_photo_id,
    sensitive_note, category_id, agency, comments_open, search_title, search_description, canonical_url,
    withdrawal_note, status, stage, live_from, published_at, created_at)
SELECT n, '', '', '', left(a.words, 60) || ' ' || n, 'story-' || n, b.words,
    '<p>' || c.words || ' ' || d.words || '</p><p>' || a.words || '</p>',
    CASE WHEN n %% 3 > 0 THEN (SELECT min(id) FROM articles_photo) + n %% {photos} END, '',
    (SELECT min(id) FROM categories_category) + (n * 31) %% {categories},
    '', true, '', '', '', '', CASE WHEN n %% 300 = 0 THEN 'draft' WHEN n %% 100 = 7 THEN 'withdrawn' ELSE 'live' END,
    CASE WHEN n %% 300 = 0 THEN 'draft' ELSE '' END,
    CASE WHEN n %% 300 = 0 THEN NULL ELSE at END, CASE WHEN n %% 300 = 0 THEN NULL ELSE at END, at
FROM generate_series(1::bigint, {count}) AS n
CROSS JOIN LATERAL (SELECT now() + interval '10 hours' - ({count} - n) * interval '20 years' / {count} AS at) AS moment
JOIN sentence AS a ON a.id = (n * 7919) %% {sentences}
JOIN sentence AS b ON b.id = (n * 104729) %% {sentences}
JOIN sentence AS c ON c.id = (n * 1299709) %% {sentences}
JOIN sentence AS d ON d.id = (n * 15485863) %% {sentences};
SELECT setval(pg_get_serial_sequence('articles_article', 'id'), {count});
"""
_AROUND = """
INSERT INTO articles_byline (article_id, author_id, job_title, position, published_at)
    SELECT id, (SELECT min(id) FROM authors_author)
        + id * {careers_begin} / {count} + (id * 17) %% {careers},
        'Reporter', 0, published_at FROM articles_article;
INSERT INTO articles_article_listed_in (article_id, category_id, published_at)
    SELECT id, category_id, published_at FROM articles_article;
INSERT INTO articles_article_listed_in (article_id, category_id, published_at)
    SELECT article.id, parent_id, published_at FROM articles_article AS article
    JOIN categories_category AS category ON category.id = category_id WHERE parent_id IS NOT NULL;
INSERT INTO articles_figure (article_id, photo_id, position, has_alt)
    SELECT id, (SELECT min(id) FROM articles_photo) + id %% {photos}, 0, id %% 300 > 0
    FROM articles_article WHERE id %% 3 = 0;
INSERT INTO articles_articleslug (slug, owner_id, public_from)
    SELECT slug, id, published_at FROM articles_article WHERE published_at IS NOT NULL;
INSERT INTO articles_followup (article_id, what, moment, due_at, attempts, failure, told)
    SELECT id, 'hub', published_at, published_at, 0, '', '[]' FROM articles_article WHERE published_at > now();
"""


def fill(count: int, *, seed: int = 1) -> None:
    chance = random.Random(seed)
    names = _names(chance, 4000)
    sentences = _sentences(names, chance)
    _surroundings(names)
    sizes = {
        "count": count,
        "photos": PHOTOS,
        "categories": Category.objects.count(),
        "sentences": len(sentences),
        "careers": CAREERS,
        "careers_begin": AUTHORS - CAREERS,
    }
    with search_put_off(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE sentence (id int PRIMARY KEY, words text)")
        with cursor.copy("COPY sentence FROM STDIN") as copy:
            for row in enumerate(sentences):
                copy.write_row(row)
        for sql in (_ARTICLES + _AROUND).split(";\n")[:-1]:
            cursor.execute(sql.format(**sizes), [])


def _surroundings(names: list[str]) -> None:
    for number in range(SECTIONS):
        section = Category.objects.create(name=names[number], slug=slugify(names[number]))
        for below in range(BELOW):
            name = f"{names[number]} {names[100 + BELOW * number + below]}"
            Category.objects.create(name=name, slug=slugify(name), parent=section)
    Author.objects.bulk_create(
        Author(name=f"{names[n % 4000]} {names[(7 * n + 3) % 4000]}", slug=f"author-{n}", bio="Writes.")
        for n in range(AUTHORS)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO articles_photo (file, width, height, alt, caption, credit, focus_x, focus_y, created_at,
                copies, attempts, failure)
            SELECT 'photos/' || n || '.jpg', 1200, 800, CASE WHEN n %% 200 = 0 THEN '' ELSE 'A harbour' END, '', '',
                50, 50, now(), '{"480.jpg": [480, 320], "960.jpg": [960, 640]}', 0, ''
            FROM generate_series(1, %s) AS n""",
            [PHOTOS],
        )
