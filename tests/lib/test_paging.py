from datetime import UTC, datetime, timedelta

import pytest
from django.http import Http404

from articles.models import Article
from newsroom.lib.paging import paginate
from tests.factories import make_articles, make_author, make_category

pytestmark = pytest.mark.django_db

SIZE = 4
ONE_MOMENT = datetime(2020, 2, 2, 12, tzinfo=UTC)


@pytest.fixture(params=["", "listings", "bylines"])
def turn(rf, request):
    """The page at a key: turn(before=key), turn(after=key); with none, the first. By each of the ways to the rows."""
    by_their = {"": {}, "listings": {"listed_in": make_category()}, "bylines": {"authors": make_author()}}
    rows = Article.objects.published().filter(**by_their[request.param])
    return lambda **key: paginate(rf.get("/", key), rows, through=request.param, size=SIZE)


def all_pages(turn):
    page = turn()
    yield page
    while page.older:
        page = turn(before=page.older)
        yield page


@pytest.mark.parametrize("count", [0, 1, SIZE, SIZE + 1, 3 * SIZE, 3 * SIZE + 1])
@pytest.mark.parametrize("parts", [{}, {"at": ONE_MOMENT}])
def test_every_row_is_on_exactly_one_page(turn, count, parts):
    make_articles(count, **parts)

    pages = list(all_pages(turn))

    rows = [row for page in pages for row in page.rows]
    assert rows == list(Article.objects.published().order_by("-published_at", "-pk"))
    assert [len(page.rows) for page in pages[:-1]] == [SIZE] * (len(pages) - 1)


@pytest.mark.parametrize("parts", [{}, {"at": ONE_MOMENT}])
def test_the_way_back_passes_the_same_pages(turn, parts):
    make_articles(3 * SIZE + 1, **parts)
    *pages, back = all_pages(turn)
    passed = []

    while back.newer:
        back = turn(after=back.newer)
        passed.append(back.rows)

    assert passed == [page.rows for page in pages[::-1]]
    assert back == pages[0]


def test_what_came_meanwhile_is_met_on_the_way_back(turn):
    make_articles(2 * SIZE)
    second = turn(before=turn().older)
    make_articles(SIZE + 1)

    back = turn(after=second.newer)
    further = turn(after=back.newer)

    newest = list(Article.objects.published().order_by("-published_at", "-pk"))
    assert (back.rows, further.rows) == (newest[SIZE + 1 : 2 * SIZE + 1], newest[1 : SIZE + 1])
    assert turn(after=further.newer) == turn()


def test_a_key_below_the_last_row_is_an_empty_page_with_a_way_back(turn):
    articles = make_articles(2)

    page = turn(before=f"{ONE_MOMENT.isoformat()}_1")

    assert (page.rows, page.older, page.is_first) == ([], "", False)
    assert turn(after=page.newer).rows == articles[::-1]


def test_a_key_above_the_first_row_is_the_first_page(turn):
    articles = make_articles(2)

    page = turn(after=f"{(ONE_MOMENT + timedelta(days=9999)).isoformat()}_1")

    assert (page.rows, page.is_first) == (articles[::-1], True)


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize(
    "key",
    [
        *["x", "_", "\x00", "\ud800", "x" * 10_000, "2026-01-01_1", "2026-01-01T00:00:00+00:00_", "_1"],
        *["2026-01-01T00:00:00+00:00_99999999999999999999", "2026-01-01T00:00:00+00:00_-1"],
        *["0001-01-01T00:00:00+14:00_1", "2026-01-01T00:00:00+00:00_" + "9" * 10_000],
    ],
)
def test_a_malformed_key_is_not_found(rf, side, key):
    request = rf.get("/")
    request.GET = {side: key}

    with pytest.raises(Http404):
        paginate(request, Article.objects.published())
