"""Search on PostgreSQL: one row of words beside each article, with a generated, weighted vector and a GIN index.

A table of its own, since a generated column reaches no other table: triggers write into it whenever an article, a
byline, a list or a name changes, whoever writes. None of them names a column in its head, so that migrations stay
free to alter every one.
Latin accents are folded by a function of ours; where the extension unaccent is to be had, letters like ø and ß as
well. Where pg_trgm is, mistyped words are looked for by their letters, elsewhere among the newest stories.
"""

import hashlib
from html import unescape
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import ProgrammingError, connection, models, transaction
from django.db.models.expressions import RawSQL
from django.utils.translation import get_language_info

from newsroom.lib.markup import BLOCK_END
from newsroom.lib.words import Marks

_QUERY = "websearch_to_tsquery('newsroom', newsroom_fold(%s))"
_EXTRACT = f"ts_headline('newsroom', left(newsroom_text(article.standfirst, article.body), 20000), {_QUERY}, %s)"

# --- Asking -----------------------------------------------------------------------------------


def matches(words: str) -> RawSQL:
    """The keys of the articles that have all these words.

    Where they stand side by side, the index finds them first: how rare a phrase of common words is, no statistics tell,
    and the planner would go through all the stories from the newest on.
    """
    sql = f"SELECT article_id FROM articles_words WHERE document @@ {_QUERY}"
    return RawSQL(f"WITH found AS MATERIALIZED ({sql}) SELECT article_id FROM found" if '"' in words else sql, [words])


def begun(words: list[str], slug: str) -> RawSQL:
    """The keys of the articles that have words with all these beginnings, and of the story at that address.

    All said of one table: an OR over two would keep the planner from every index, and from knowing how many there are.
    """
    sql = """SELECT article_id FROM articles_words WHERE document @@ to_tsquery('newsroom', newsroom_fold(%s))
        OR article_id = (SELECT id FROM articles_article WHERE slug = %s AND replaces_id IS NULL)"""
    return RawSQL(sql, [" & ".join(f"{word}:*" for word in words), slug])


def ranked(words: str, candidates: models.QuerySet[Any], begin: int, end: int, marks: Marks) -> dict[int, str]:
    """The candidates, best first, from the one place to the other: their keys and extracts."""
    sql, values = candidates.values_list("pk", "published_at").query.sql_with_params()
    rows = _rows(
        f"""WITH candidate (id, published_at) AS MATERIALIZED ({sql}),
        hit AS MATERIALIZED (
            SELECT id, published_at, ts_rank(document, {_QUERY}, 1) AS rank
            FROM candidate JOIN articles_words ON article_id = id
            ORDER BY rank DESC, published_at DESC, id DESC LIMIT %s OFFSET %s
        )
        SELECT id, {_EXTRACT} FROM hit JOIN articles_article AS article USING (id)
        ORDER BY rank DESC, hit.published_at DESC, id DESC""",
        [*values, words, end - begin, begin, words, _options(marks)],
    )
    return {key: unescape(extract) for key, extract in rows}


def extracts(words: str, keys: list[int], marks: Marks) -> dict[int, str]:
    """Of each article the words around those asked for, which stand between the two marks."""
    rows = _rows(
        f"SELECT id, {_EXTRACT} FROM articles_article AS article WHERE id = ANY(%s)", [words, _options(marks), keys]
    )
    return {key: unescape(extract) for key, extract in rows}


def near(asked: list[str]) -> list[str]:
    """From headlines and names, published or not: words that are written nearly like those asked for."""
    return [words for (words,) in _rows("SELECT newsroom_near(%s::text[])", [asked])]


def forget(words: list[str]) -> None:
    """No longer offer these to those who mistype. Another story that has one brings it back when it is saved."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('articles_spellings') IS NOT NULL")
        if cursor.fetchone() == (True,):
            cursor.execute("DELETE FROM articles_spellings WHERE word = ANY(%s)", [words])


def _options(marks: Marks) -> str:
    begin, end = marks
    return f'StartSel="{begin}", StopSel="{end}", MaxFragments=2, MinWords=8, MaxWords=24, FragmentDelimiter=" … "'


def _rows(sql: str, values: Any = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[Any] = cursor.fetchall()
    return rows


# --- Building ---------------------------------------------------------------------------------

_TEAR_DOWN = """
DROP TABLE IF EXISTS articles_words, articles_spellings;
DROP FUNCTION IF EXISTS newsroom_fold, newsroom_text, newsroom_vector, newsroom_names, newsroom_story_written,
    newsroom_story_deleted, newsroom_name_again, newsroom_names_written, newsroom_renamed, newsroom_spelt,
    newsroom_near CASCADE;
DROP TEXT SEARCH CONFIGURATION IF EXISTS newsroom;
"""
_NEAR_BY_LETTERS = r"""
-- Every word that ever stood in a headline or a name. Whether a published story has it is asked when one is offered.
CREATE TABLE articles_spellings (word text PRIMARY KEY);
CREATE FUNCTION newsroom_spelt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO articles_spellings SELECT DISTINCT word
        FROM regexp_split_to_table(lower(NEW.heading || ' ' || NEW.names), '\W+') AS word
        WHERE length(word) BETWEEN 4 AND 40 ORDER BY word ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER articles_words_spelt AFTER INSERT OR UPDATE ON articles_words
    FOR EACH ROW EXECUTE FUNCTION newsroom_spelt();
INSERT INTO articles_spellings SELECT DISTINCT word
    FROM articles_words, regexp_split_to_table(lower(heading || ' ' || names), '\W+') AS word
    WHERE length(word) BETWEEN 4 AND 40;
CREATE INDEX articles_spellings_letters ON articles_spellings USING gin (newsroom_fold(word) gin_trgm_ops);
CREATE FUNCTION newsroom_near(asked text[]) RETURNS SETOF text STABLE LANGUAGE sql AS $$
    SELECT near.word FROM unnest(asked) AS one CROSS JOIN LATERAL (
        SELECT word FROM articles_spellings WHERE newsroom_fold(word) % one
        ORDER BY similarity(newsroom_fold(word), one) DESC, word LIMIT 5
    ) AS near
$$;
"""
_NEAR_BY_TIME = """
CREATE FUNCTION newsroom_near(asked text[]) RETURNS SETOF text STABLE LANGUAGE sql AS $$
    SELECT heading || ' ' || names FROM articles_words ORDER BY article_id DESC LIMIT 500
$$;
"""
_ACCENTS = """
ALTER TEXT SEARCH CONFIGURATION newsroom ALTER MAPPING FOR hword, hword_part, word WITH unaccent, {stems};
"""


def build() -> None:
    """Set it up, or set it up anew if that was done for another language, with other extensions or by older code."""
    sql = _sql()
    mark = hashlib.sha256(sql.encode()).hexdigest()
    if _rows("SELECT obj_description(to_regclass('articles_words'))") != [(mark,)]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{_TEAR_DOWN}{sql}COMMENT ON TABLE articles_words IS '{mark}'")


def stand_aside() -> None:
    """Nothing of this is in the way of a migration."""


def _sql() -> str:
    language = _language()
    stems = "simple" if language == "simple" else f"{language}_stem"
    parts = {
        "«language»": language,
        "«accents»": _ACCENTS.format(stems=stems) if _can_have("unaccent") else "",
        "«block_end»": BLOCK_END,
        "«near»": _NEAR_BY_LETTERS if _can_have("pg_trgm") else _NEAR_BY_TIME,
    }
    sql = Path(__file__).with_suffix(".sql").read_text()
    for name, part in parts.items():
        sql = sql.replace(name, part)
    return sql


def _language() -> str:
    """Whose stems and stop words: PostgreSQL knows languages by their English names."""
    try:
        name: str = get_language_info(settings.LANGUAGE_CODE)["name"].split()[-1].lower()
    except KeyError:
        return "simple"
    return name if _rows("SELECT 1 FROM pg_ts_config WHERE cfgname = %s", [name]) else "simple"


def _can_have(extension: str) -> bool:
    """Whether the server has it, and it is here or may be created by us."""
    if not _rows("SELECT 1 FROM pg_available_extensions WHERE name = %s", [extension]):
        return False
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    except ProgrammingError:  # we may not
        return False
    return True
