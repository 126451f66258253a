"""Search on SQLite: an FTS5 table of words beside the articles, kept in step by triggers, whoever writes.

The triggers call plain_text(), a function of each of Django's connections: another program that changes a story's
words without it is told so, rather than leaving the index behind. SQLite's way to alter a table (a new one in its
place) loses the triggers on it and fails at those of other tables, so all of this steps aside for migrations.
"""

import re
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models.expressions import RawSQL

from newsroom.lib.words import Marks, read_words

_EXTRACT = "snippet(articles_words, 2, %s, %s, ' … ', 32)"

# --- Asking -----------------------------------------------------------------------------------


def matches(words: str) -> RawSQL:
    """The keys of the articles that have all these words."""
    return RawSQL("SELECT rowid FROM articles_words WHERE articles_words MATCH %s", [_match(words)])


def begun(words: list[str], slug: str) -> RawSQL:
    """The keys of the articles that have words with all these beginnings, and of the story at that address."""
    # The stemmer takes the y of "quay" for an i, and would never come to "quayside".
    asked = " ".join(f"{_quoted(re.sub('(?<=..)y$', '', word))}*" for word in words) or '""'
    sql = """SELECT rowid FROM articles_words WHERE articles_words MATCH %s
        UNION ALL SELECT id FROM articles_article WHERE slug = %s AND replaces_id IS NULL"""
    return RawSQL(sql, [asked, slug])


def ranked(words: str, candidates: models.QuerySet[Any], begin: int, end: int, marks: Marks) -> dict[int, str]:
    """The candidates, best first, from the one place to the other: their keys and extracts."""
    sql, values = candidates.values_list("pk").query.sql_with_params()
    rows = _rows(  # + keeps SQLite from asking the index again for each candidate
        f"""SELECT rowid, {_EXTRACT} FROM articles_words WHERE articles_words MATCH %s AND +rowid IN ({sql})
        ORDER BY bm25(articles_words, 10, 4, 1), rowid DESC LIMIT %s OFFSET %s""",
        [*marks, _match(words), *values, end - begin, begin],
    )
    return dict(rows)


def extracts(words: str, keys: list[int], marks: Marks) -> dict[int, str]:
    """Of each article the words around those asked for, which stand between the two marks."""
    places = ", ".join("%s" for _key in keys)
    rows = _rows(
        f"SELECT rowid, {_EXTRACT} FROM articles_words WHERE articles_words MATCH %s AND rowid IN ({places})",
        [*marks, _match(words), *keys],
    )
    return dict(rows)


def near(asked: list[str]) -> list[str]:
    """Headlines and names, published or not, of the newest articles: nothing here compares letters."""
    rows = _rows("SELECT heading || ' ' || names FROM articles_words ORDER BY rowid DESC LIMIT 500")
    return [words for (words,) in rows]


def forget(words: list[str]) -> None:
    """What is offered is read from the stories themselves."""


def _match(words: str) -> str:
    """In FTS5's language: everything quoted, so that nothing typed is taken for a sign of it."""
    return (
        " OR ".join(
            f"({' AND '.join(map(_quoted, group.wanted))})"
            + (f" NOT ({' OR '.join(map(_quoted, group.unwanted))})" if group.unwanted else "")
            for group in read_words(words)
        )
        or '""'
    )


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _rows(sql: str, values: Any = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[Any] = cursor.fetchall()
    return rows


# --- Building ---------------------------------------------------------------------------------

_TABLE = 'CREATE VIRTUAL TABLE articles_words USING fts5(heading, names, story, tokenize = "{tokenizer}")'
_FILL = """INSERT INTO articles_words (rowid, heading, names, story) SELECT
    id, kicker || ' ' || headline,
    coalesce((SELECT group_concat(name, ' ') FROM articles_byline
        JOIN authors_author ON authors_author.id = author_id WHERE article_id = article.id), '') || ' ' ||
    coalesce((SELECT group_concat(name, ' ') FROM categories_category WHERE id = article.category_id OR id IN (
        SELECT category_id FROM articles_article_listed_in WHERE article_id = article.id)), '') || ' ' || agency,
    standfirst || ' ' || plain_text(body)
FROM articles_article AS article"""

# Upon which statement whose words are read again.
_LISTED = "articles_article_listed_in"
_WATCHED = {
    "INSERT ON articles_article": "NEW.id",
    "UPDATE OF kicker, headline, standfirst, body, agency, category_id ON articles_article": "NEW.id",
    "DELETE ON articles_article": "OLD.id",
    "INSERT ON articles_byline": "NEW.article_id",
    "UPDATE ON articles_byline": "OLD.article_id, NEW.article_id",
    "DELETE ON articles_byline": "OLD.article_id",
    f"INSERT ON {_LISTED}": "NEW.article_id",
    f"UPDATE ON {_LISTED}": "OLD.article_id, NEW.article_id",
    f"DELETE ON {_LISTED}": "OLD.article_id",
    "UPDATE OF name ON authors_author": "SELECT article_id FROM articles_byline WHERE author_id = NEW.id",
    "UPDATE OF name ON categories_category": f"""SELECT id FROM articles_article WHERE category_id = NEW.id
        UNION SELECT article_id FROM {_LISTED} WHERE category_id = NEW.id""",
}
# Two statements, not INSERT OR REPLACE: inside an INSERT OR IGNORE, as Django's add() is one, that would ignore too.
_AGAIN = "DELETE FROM articles_words WHERE rowid IN ({keys}); {fill} WHERE id IN ({keys});"


def build() -> None:
    """Set it up, or set it up anew if anything of it is missing or other than it should be."""
    wanted = _wanted()
    if _present() != wanted:
        with transaction.atomic():
            stand_aside()
            for sql in wanted.values():
                _rows(sql)
            _rows(_FILL)


def stand_aside() -> None:
    """All of it is gone, until it is built again."""
    for name in _present():
        _rows(f"DROP TABLE {name}" if name == "articles_words" else f"DROP TRIGGER {name}")


def _present() -> dict[str, str]:
    return dict(
        _rows(
            """SELECT name, sql FROM sqlite_master
            WHERE name = 'articles_words' OR (type = 'trigger' AND name LIKE 'articles_words_%')"""
        )
    )


def _wanted() -> dict[str, str]:
    stems = "porter " if settings.LANGUAGE_CODE.startswith("en") else ""  # FTS5 has them for English alone
    wanted = {"articles_words": _TABLE.format(tokenizer=f"{stems}unicode61 remove_diacritics 2")}
    for number, (statement, keys) in enumerate(_WATCHED.items()):
        name = f"articles_words_{number}"
        wanted[name] = f"CREATE TRIGGER {name} AFTER {statement} BEGIN {_AGAIN.format(keys=keys, fill=_FILL)} END"
    return wanted
