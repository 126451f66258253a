from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles.models import Article, Byline, Listing, Status, next_change
from tests.factories import make_article, make_attachment, make_author, make_category, make_draft, make_story, make_tag

pytestmark = pytest.mark.django_db

SOON = timedelta(seconds=30)


def public_headlines() -> list[str]:
    return list(Article.objects.published().values_list("headline", flat=True))


def test_a_draft_is_seen_by_nobody_and_keeps_what_was_written():
    article = make_draft(headline="Pier painted", body="<p>Yellow.</p>")

    assert public_headlines() == []
    assert article.latest_revision().read().headline == "Pier painted"
    assert (article.headline, article.body) == ("Pier painted", "<p>Yellow.</p>")


def test_publishing_makes_the_revision_public_with_all_its_rows():
    author, tag = make_author(), make_tag("harbour")
    article = make_article(headline="Pier painted", bylines=(author.pk,), tags=(tag.pk,))

    assert public_headlines() == ["Pier painted"]
    assert [(byline.author, byline.job_title) for byline in article.bylines.all()] == [(author, "Senior News Editor")]
    assert list(article.tags.all()) == [tag]
    assert list(article.category.articles.published()) == [article]
    assert list(author.articles.published()) == [article]


def test_a_draft_of_a_live_story_is_never_public():
    article = make_article(headline="First", body="<p>One.</p>")

    article.save_draft(make_story(headline="Second", slug=article.slug, body="<p>Two.</p>"), by=None)

    seen = Article.objects.published().get()
    assert (seen.headline, seen.body) == ("First", "<p>One.</p>")
    assert article.latest_revision().read().headline == "Second"


def test_a_first_publication_waits_for_its_time(clock):
    article = make_draft(headline="Embargoed")
    article.publish(article.latest_revision(), at=timezone.now() + SOON)
    before = public_headlines()

    clock.shift(SOON)

    assert before == []
    assert public_headlines() == ["Embargoed"]


def test_a_change_to_a_live_story_waits_beside_it_and_the_clock_alone_switches(clock):
    article = make_article(headline="First")
    at = timezone.now() + SOON
    article.publish(article.save_draft(make_story(headline="Second", slug=article.slug), by=None), at=at)
    before = public_headlines()

    clock.shift(SOON)

    seen = Article.objects.published().get()
    assert (before, seen.headline, seen.published_at) == (["First"], "Second", article.published_at)
    assert seen.story_row == article
    assert list(seen.category.articles.published()) == [seen]


def test_settling_folds_the_change_into_the_story_and_readers_see_no_difference(clock):
    article = make_article(headline="First")
    at = timezone.now() + SOON
    article.publish(article.save_draft(make_story(headline="Second", slug=article.slug), by=None), at=at)
    clock.shift(SOON)

    settled = Article.objects.settle_due()

    seen = Article.objects.published().get()
    assert (settled, seen.pk, seen.headline, seen.updated_at) == (1, article.pk, "Second", at)
    assert Article.objects.count() == 1


def test_of_several_changes_that_wait_the_last_one_stays(clock):
    article = make_article(headline="First")
    for minutes, headline in ((1, "Second"), (2, "Third")):
        revision = article.save_draft(make_story(headline=headline, slug=article.slug), by=None)
        article.publish(revision, at=timezone.now() + timedelta(minutes=minutes))

    clock.shift(timedelta(minutes=3))

    assert public_headlines() == ["Third"]


def test_withdrawing_takes_it_from_the_public_and_publishing_brings_it_back():
    article = make_article(headline="Story")
    article.withdraw()
    withdrawn = (article.status, public_headlines())

    article.publish(article.latest_revision())

    assert withdrawn == (Status.WITHDRAWN, [])
    assert public_headlines() == ["Story"]


def test_withdrawing_what_is_only_scheduled_makes_it_a_draft():
    article = make_draft()
    article.publish(article.latest_revision(), at=timezone.now() + SOON)

    article.withdraw()

    assert article.status == Status.DRAFT


def test_withdrawing_takes_the_waiting_change_too(clock):
    article = make_article()
    article.publish(article.save_draft(make_story(slug=article.slug), by=None), at=timezone.now() + SOON)

    article.withdraw()
    clock.shift(SOON * 2)

    assert public_headlines() == []


def test_updated_changes_only_for_a_real_change():
    article = make_article(headline="Story", body="<p>One.</p>", kicker="")
    story = article.latest_revision().read()

    article.publish(article.save_draft(make_story(**{**story.as_json(), "kicker": "New"}), by=None))
    after_kicker = article.updated_at
    article.publish(article.save_draft(make_story(**{**story.as_json(), "body": "<p>Two.</p>"}), by=None))

    assert after_kicker is None
    assert article.updated_at is not None


@pytest.mark.parametrize(
    ("change", "is_real"),
    [
        ({"body": "<p>One two.</p>"}, True),
        ({"body": '<p><a href="/x/">One</a>.</p>'}, True),
        ({"body": "<p>One.</p>", "standfirst": "New"}, True),
        ({"body": "<p><strong>One</strong>.</p>"}, False),
        ({"label": "analysis", "tags": ()}, False),
    ],
)
@pytest.mark.parametrize("waits", [False, True])
def test_readers_are_told_of_an_update_only_if_there_is_something_new_to_read(clock, change, is_real, waits):
    article = make_article(body="<p>One.</p>")
    story = replace(article.latest_revision().read(), **change)
    at = timezone.now() + SOON if waits else timezone.now()

    article.publish(article.save_draft(story, by=None), at=at)
    clock.shift(SOON)
    seen = Article.objects.published().get()
    Article.objects.settle_due()

    assert seen.updated_at == Article.objects.get().updated_at == (at if is_real else None)


def test_an_earlier_update_stays_told_when_a_later_change_is_none(clock):
    article = make_article(body="<p>One.</p>")
    story = article.latest_revision().read()
    article.publish(article.save_draft(replace(story, body="<p>Two.</p>"), by=None))
    first = article.updated_at

    article.publish(article.save_draft(replace(story, body="<p>Two.</p>", kicker="New"), by=None), at=first + SOON)
    clock.shift(SOON * 2)

    assert Article.objects.published().get().updated_at == first


def test_attachments_and_labels_go_with_the_story_and_come_back_with_an_old_revision():
    first, second = make_attachment(title="First"), make_attachment(title="Second")
    article = make_article(
        attachments=(second.pk, first.pk, 9999), label="sponsored", sponsor="The ferry", sensitive_note="A gull"
    )
    old = article.latest_revision()

    article.publish(article.save_draft(make_story(slug=article.slug), by=None))
    without = shown(article)
    article.publish(article.save_draft(old.read(), by=None))

    assert without == ([], "", "", "")
    assert shown(article) == (["Second", "First"], "sponsored", "The ferry", "A gull")


def shown(article: Article) -> tuple[list[str], str, str, str]:
    titles = [str(enclosure) for enclosure in article.enclosures.select_related("attachment")]
    return titles, article.label, article.sponsor, article.sensitive_note


def test_a_byline_keeps_the_job_title_of_its_day():
    author = make_author(job_title="Trainee")
    article = make_article(bylines=(author.pk,))
    author.job_title = "Editor"
    author.save()

    article.publish(article.save_draft(article.latest_revision().read(), by=None))

    assert Byline.objects.get().job_title == "Trainee"


def test_bylines_keep_their_order():
    slugs = ["c-third", "a-first", "b-second"]
    article = make_article(bylines=tuple(make_author(slug).pk for slug in slugs))

    assert [byline.author.slug for byline in article.bylines.all()] == slugs


@pytest.mark.parametrize("missing", ["headline", "body"])
def test_the_database_refuses_a_live_row_without(missing):
    article = make_draft(**{missing: ""})

    with pytest.raises(IntegrityError), transaction.atomic():
        article.publish(article.latest_revision())

    assert public_headlines() == []


def test_the_database_refuses_a_live_row_without_category():
    article = make_draft(category=None)

    with pytest.raises(IntegrityError), transaction.atomic():
        article.publish(article.latest_revision())


def test_two_articles_cannot_share_a_slug():
    make_draft(slug="pier")

    with pytest.raises(IntegrityError), transaction.atomic():
        make_draft(slug="pier")


def test_a_body_is_sanitised_however_its_row_is_written():
    article = make_article()

    Article.objects.filter(pk=article.pk).update(body="<p onclick='x'>Hi</p><script>x</script>")

    assert Article.objects.get().body == "<p>Hi</p>"


def test_the_next_change_is_the_earliest_waiting_publication():
    first, second = timezone.now() + SOON, timezone.now() + SOON * 2
    for at in (second, first):
        article = make_draft()
        article.publish(article.latest_revision(), at=at)

    assert next_change() == first


def test_a_sub_categorys_article_stands_on_its_sections_front_too():
    culture = make_category("culture")
    books = make_category("books", parent=culture)
    article = make_article(category=books.pk)

    assert list(culture.articles.published()) == list(books.articles.published()) == [article]


def test_moving_a_sub_category_moves_its_articles():
    culture, sport = make_category("culture"), make_category("sport")
    books = make_category("books", parent=culture)
    article = make_article(category=books.pk)
    books.parent = sport

    books.save()

    assert (list(culture.articles.all()), list(sport.articles.all())) == ([], [article])


def listed_dates(article):
    rows = [*Listing.objects.filter(article=article), *Byline.objects.filter(article=article)]
    return {row.published_at for row in rows}


def test_the_places_in_the_lists_carry_the_storys_date(clock):
    article = make_draft()
    dates = [listed_dates(article)]

    for moment in (None, SOON):
        revision = article.save_draft(make_story(slug=article.slug), by=None)
        article.publish(revision, at=moment and timezone.now() + moment)
        dates.append(listed_dates(article))
    waiting = listed_dates(article.replacement)
    clock.shift(SOON)
    article.settle()

    shown = {article.published_at}
    assert [*dates, waiting, listed_dates(article)] == [{None}, shown, shown, shown, shown]


def test_a_section_that_moves_below_another_takes_its_stories_and_their_dates_there():
    article = make_article(category=make_category("europe").pk)
    moved = make_category("europe")
    moved.parent = make_category("world")
    moved.save()

    assert {row.category.slug: row.published_at for row in Listing.objects.all()} == {
        "europe": article.published_at,
        "world": article.published_at,
    }
