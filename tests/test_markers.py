"""What is hidden stands in no public answer: every address of the site, walked by its own table of contents.

A route that this file does not know fails the test: say below how its addresses are made.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import RequestFactory
from django.test.client import ClientHandler
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from articles.models import Article
from comments import letters
from comments.models import Follow, Letter, Mailbox, Mark, ReaderComment, State
from newsroom.models import Page, Slot
from tests.factories import (
    make_article,
    make_author,
    make_campaign,
    make_category,
    make_comment,
    make_draft,
    make_photo,
    make_tag,
)

pytestmark = pytest.mark.django_db

ARTICLES = 60
AT_LEAST = 2000  # answers
# Every hidden word begins so; what is public of the same comments begins otherwise.
HIDDEN, PUBLIC = "zqhidden", "zqpublic"
FIXED = (
    *("", "healthz", "readyz", "robots.txt", "ads.txt", ".well-known/security.txt", "favicon.ico"),
    *("manifest.webmanifest", "sitemap.xml", "sitemaps/pages.xml", "sitemaps/news.xml"),
    *("about/how-to-allow-this-site/", "about/reader-note/", "comments/privacy/"),
    *("authors/", "archive/", "tags/", "corrections/"),
)
HIDDEN_STATES = [state for state in State if state != State.APPROVED]


@pytest.fixture
def paper() -> list[Article]:
    """A paper with comments of every state below every tenth article, each alone, in a thread, and with replies."""
    Page.objects.create(url="/about/", title="About", content="<p>We.</p>")
    make_campaign(slot=Slot.FRONT)
    photo = make_photo().pk
    articles = []
    for number in range(ARTICLES):
        words = f"harbour{number} swans"
        own = (make_tag(f"tag-{number}").pk, make_tag("peace").pk)
        articles.append(
            make_article(
                at=timezone.now() - timedelta(days=number, hours=1),
                headline=f"Headline {words}",
                body=f"<p>{words}</p>",
                category=make_category(f"part-{number % 6}").pk,
                bylines=(make_author(f"author-{number}").pk,),
                tags=own,
                lead_photo=photo,
            )
        )
    for number, article in enumerate(articles):
        first = make_comment(article, comment=f"{PUBLIC} kumquat", **_secrets("public", name=PUBLIC))
        make_comment(article, parent=first, **_secrets("public", name=PUBLIC))
        if number % 10 == 0:
            _hide(article, first)
    make_draft(slug="draft", category=make_category("part-0").pk)
    return articles


def _hide(article: Article, parent: ReaderComment) -> None:
    for state in HIDDEN_STATES:
        for above in (None, parent):
            said = f"{HIDDEN}{state}text kumquat https://{HIDDEN}.example/"
            hidden = make_comment(article, state, parent=above, comment=said, **_secrets(state))
            make_comment(article, State.HELD, parent=hidden, comment=said, **_secrets(state))
            if above is None:
                make_comment(article, parent=hidden, comment=PUBLIC, **_secrets("public", name=PUBLIC))


def _secrets(state: str, *, name: str = "") -> dict[str, Any]:
    """Of a comment: its address is hidden whatever its state, name and website only if it is not public."""
    secret = f"{HIDDEN}{state}"
    columns = {"user_email": f"{secret}@{HIDDEN}.example", "ip_address": "203.0.113.77", "concern": f"{secret}concern"}
    columns |= {"envelope": {"user_agent": f"{secret}agent"}, "failure": f"{secret}failure"}
    return columns | {"user_name": name or f"{secret}name", "user_url": f"https://{name or secret}.example/"}


def _letter_tokens(articles: list[Article]) -> tuple[list[str], list[str]]:
    """Those in mails: of questions, and of letters."""
    questions, ends = [], []
    for comment in ReaderComment.objects.filter(article__in=articles[:10]).order_by("pk"):
        mailbox = Mailbox.objects.create(key=f"key{comment.pk}", email=f"{HIDDEN}{comment.pk}@{HIDDEN}.example")
        question = Letter.objects.create(mailbox=mailbox)
        confirmed_at = timezone.now() if comment.pk % 2 else None
        Follow.objects.create(mailbox=mailbox, comment=comment, asked=question, confirmed_at=confirmed_at)
        questions.append(letters.question_token(question))
        ends += [letters.stop_token(mailbox.pk), letters.stop_token(mailbox.pk, comment.article_id)]
    return questions, ends


def _ways(articles: list[Article]) -> dict[str, Any]:
    """What each route's parts are filled with: one value or row of values after the other."""
    everybody = ReaderComment.objects.order_by("pk")
    places = [{"category": row.category.slug, "slug": row.slug} for row in articles]
    comments = [
        {"pk": row.pk, "category": row.article.category.slug, "slug": row.article.slug}
        for row in everybody.select_related("article__category")
    ]
    receipts = signing.TimestampSigner(salt="comments.receipt")  # those of whoever wrote what is public
    receipt = [{"token": receipts.sign(str(row.pk))} for row in everybody.public()] + [{"token": "1:x:y"}]
    questions, ends = _letter_tokens(articles)
    authors = [{"slug": f"author-{number}"} for number in range(ARTICLES)]
    tags = [{"slug": f"tag-{number}"} for number in range(ARTICLES)] + [{"slug": "peace"}]
    categories = [{"slug": f"part-{number}"} for number in range(7)]
    days = [
        {"year": f"{at:%Y}", "month": f"{at:%m}", "day": f"{at:%d}"} for at in (row.published_at for row in articles)
    ]
    fixed = [{}]
    feeds = {
        "": fixed,
        "corrections/": fixed,
        "authors/<unicode_slug:slug>/": authors,
        "tags/<unicode_slug:slug>/": tags,
    }
    feeds |= {"<unicode_slug:slug>/": categories}
    article = "<unicode_slug:category>/<unicode_slug:slug>/"
    return {
        **dict.fromkeys(FIXED, fixed),
        **{f"{place}feed/{kind}": rows for place, rows in feeds.items() for kind in ("", "atom/", "json/")},
        "media/<path:name>": [{"name": row.lead_photo.file.name} for row in articles[:1]],
        "sitemaps/<slug:kind>-<int:number>.xml": [
            {"kind": kind, "number": number}
            for kind in ("articles", "authors", "categories", "tags", "comments")
            for number in (1, 2)
        ],
        "about/advertisements/<int:pk>/": [{"pk": number} for number in range(3)],
        "authors/<unicode_slug:slug>/": authors,
        "tags/<unicode_slug:slug>/": tags,
        "<unicode_slug:slug>/": categories,
        "^archive/(?P<year>[0-9]{4})/$": days[:1],
        "^archive/(?P<year>[0-9]{4})/(?P<month>0[1-9]|1[0-2])/$": days[::20],
        "^archive/(?P<year>[0-9]{4})/(?P<month>0[1-9]|1[0-2])/(?P<day>0[1-9]|[12][0-9]|3[01])/$": days,
        # The readers' words are asked for: an answer repeats what was asked, so the markers themselves are not.
        "search/": [
            {"": f"?q={q}&order={order}"}
            for q in ("kumquat", "swans", "Headline", "example", "kumquat -swans", "%22harbour1 swans%22", "harbuor2")
            for order in ("", "newest", "relevance")
        ],
        article: [*places, {"category": "part-0", "slug": "draft"}],
        **{f"{article}{page}/": places for page in ("changes", "report-an-error", "report-an-error/thanks")},
        f"{article}changes/<int:number>/": [place | {"number": number} for place in places for number in (1, 2)],
        f"{article}comments/": places,
        f"{article}comments/feed/": places,
        f"{article}comments/oldest/": places,
        f"{article}comments/newest/": places,
        f"{article}comments/<int:pk>/": comments,
        f"{article}comments/<int:pk>/reply/": comments,
        "comments/marks/<int:pk>/recommend/": comments,
        "comments/marks/<int:pk>/report/": comments,
        "comments/receipt/<str:token>/": receipt,
        **{f"comments/receipt/<str:token>/{page}/": receipt[::4] for page in ("letters", "edit", "delete", "appeal")},
        "comments/letters/confirm/<str:token>/": [{"token": token} for token in questions],
        "comments/letters/<str:token>/": [{"token": token} for token in ends],
        "<path:address>": [
            *({"address": f"{row.category.slug.upper()}/{row.slug}"} for row in articles),
            *(
                {"address": address}
                for address in ("about/", "nothing/at/all", "PART-1", "%00", "comments/", "x" * 500)
            ),
        ],
    }


def routes(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Every public route as the table of contents writes it; the admin lets in nobody without a password."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = f"{before}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from routes(entry, route) if route != "admin/" else ()
        else:
            yield route


def address_of(route: str, parts: dict[str, Any]) -> str:
    path = re.sub(r"\(\?P<(\w+)>[^()]*\)|<(?:\w+:)?(\w+)>", lambda part: str(parts[part[1] or part[2]]), route)
    return "/" + path.strip("^$") + parts.get("", "")


def answer_of(address: str) -> tuple[int, str]:
    """Status, and everything that is sent: headers and body. Not by the test client, which copies every context."""
    response = ClientHandler()(RequestFactory(SERVER_NAME="testserver").get(address).environ)
    body = response.getvalue() if response.streaming else response.content
    return response.status_code, f"{response.headers}\n{body.decode(errors='replace')}"


def test_no_word_of_a_hidden_comment_stands_in_any_public_answer(paper):
    for comment in ReaderComment.objects.public()[:50]:
        comment.marks.create(kind=Mark.Kind.REPORT, person=f"{comment.pk}", reason="other", words=f"{HIDDEN}report")
    ways = _ways(paper)
    assert sorted(set(routes()) - set(ways)) == []

    addresses = [address_of(route, parts) for route in routes() for parts in ways[route]]
    addresses += [f"{address}?before=x" for address in ("/", "/part-1/", "/tags/peace/", "/authors/author-1/")]
    addresses += ["/admin/", "/admin/comments/readercomment/", f"/admin/articles/article/{paper[0].pk}/change/"]
    answers = {address: answer_of(address) for address in dict.fromkeys(addresses)}

    found = {address: _hidden_in(text) for address, (_status, text) in answers.items()}
    assert {address: words for address, words in found.items() if words} == {}
    statuses = {status for status, _text in answers.values()}
    assert (len(answers) >= AT_LEAST, statuses >= {200, 301, 302, 404}, 500 in statuses) == (True, True, False)
    # The same walk finds what is public of the very same threads.
    shown = sum(PUBLIC in text for _status, text in answers.values())
    assert shown >= 3 * ARTICLES  # page, feed, and those of single comments


def _hidden_in(text: str) -> set[str]:
    return set(re.findall(rf"{HIDDEN}\w*|203\.0\.113\.77", text, re.IGNORECASE))
