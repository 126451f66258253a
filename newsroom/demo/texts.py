"""The demo newspaper's words, read from content/ as dataclasses. No Django."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).parent / "content"


@dataclass(frozen=True)
class Text:
    """One article: front matter and body."""

    slug: str
    headline: str
    standfirst: str
    category: str
    authors: list[str]
    tags: list[str]
    picture: str
    days_ago: float
    body: str
    kicker: str = ""
    label: str = ""
    sponsor: str = ""
    sensitive_note: str = ""
    documents: tuple[str, ...] = ()  # names in pictures.DOCUMENTS
    updated_days_ago: float | None = None
    agency: str = ""
    caption: str = ""
    credit: str = ""
    picks: tuple[str, ...] = ()
    status: str = "published"


@dataclass(frozen=True)
class StaticPage:
    url: str
    title: str
    description: str
    content: str


def read_paper() -> dict[str, Any]:
    return tomllib.loads((CONTENT / "paper.toml").read_text())


def read_comments() -> list[dict[str, Any]]:
    comments: list[dict[str, Any]] = tomllib.loads((CONTENT / "comments.toml").read_text())["comments"]
    return comments


def read_rules() -> list[dict[str, Any]]:
    """Discussions that are not open to all."""
    rules: list[dict[str, Any]] = tomllib.loads((CONTENT / "comments.toml").read_text())["rules"]
    return rules


def read_articles() -> list[Text]:
    """Oldest first."""
    texts = [_read(path) for path in sorted((CONTENT / "articles").glob("*.html"))]
    return sorted(texts, key=lambda text: -text.days_ago)


def read_pages() -> list[StaticPage]:
    pages = [(path.stem, *_parts(path)) for path in sorted((CONTENT / "pages").glob("*.html"))]
    return [StaticPage(url=f"/{name}/", content=body, **matter) for name, matter, body in pages]


def _read(path: Path) -> Text:
    matter, body = _parts(path)
    known = {field.name for field in fields(Text)}
    return Text(slug=path.stem, body=body, **{k: v for k, v in matter.items() if k in known})


def _parts(path: Path) -> tuple[dict[str, Any], str]:
    _before, matter, body = path.read_text().split("+++\n", 2)
    return tomllib.loads(matter), body.strip()
