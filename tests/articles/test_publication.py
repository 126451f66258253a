import random
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles.models import Article, Byline, FollowUp, Listing, Status, next_changes
from tests.factories import (
    do_follow_ups,
    make_article,
    make_attachment,
    make_author,
    make_category,
    make_draft,
    make_story,
    make_tag,
)

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

    do_follow_ups()

    seen = Article.objects.published().get()
    assert (seen.pk, seen.headline, seen.updated_at) == (article.pk, "Second", at)
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
    do_follow_ups()

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


def test_the_next_changes_are_the_waiting_publications_in_order():
    first, second = timezone.now() + SOON, timezone.now() + SOON * 2
    for at in (second, first):
        article = make_draft()
        article.publish(article.latest_revision(), at=at)

    assert (next_changes(9), next_changes(1)) == ([first, second], [first])


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


# --- Withdrawal by the clock ------------------------------------------------------------------


def test_a_story_is_withdrawn_by_the_clock_alone(clock):
    article = make_article(headline="Offer")
    article.plan(embargo_until=None, live_until=timezone.now() + SOON)
    before = public_headlines()

    clock.shift(SOON)

    article.refresh_from_db()
    assert (before, public_headlines()) == (["Offer"], [])
    assert (article.is_live, article.is_withdrawn, article.takes_comments) == (False, True, False)


def test_what_the_clock_withdrew_is_written_down_and_keeps_its_moment(clock):
    article = make_article()
    at = timezone.now() + SOON
    article.plan(embargo_until=None, live_until=at)
    clock.shift(SOON)

    do_follow_ups()

    article.refresh_from_db()
    assert (article.status, article.live_until, FollowUp.objects.count()) == (Status.WITHDRAWN, at, 0)


def test_a_change_that_waits_is_withdrawn_with_its_story(clock):
    article = make_article(headline="First")
    article.plan(embargo_until=None, live_until=timezone.now() + SOON * 2)
    article.publish(article.save_draft(make_story(headline="Second"), by=None), at=timezone.now() + SOON)
    seen = []

    for _moment in range(3):
        seen.append(public_headlines())
        clock.shift(SOON)

    assert seen == [["First"], ["Second"], []]


def test_a_new_time_of_withdrawal_holds_for_the_change_that_waits_too(clock):
    article = make_article()
    article.publish(article.save_draft(make_story(headline="Second"), by=None), at=timezone.now() + SOON)

    article.plan(embargo_until=None, live_until=timezone.now() + SOON * 2)
    clock.shift(SOON * 2)

    assert public_headlines() == []


@pytest.mark.parametrize("is_settled", [False, True])
def test_what_the_clock_withdrew_can_be_published_again_and_stays(clock, is_settled):
    article = make_article(headline="Offer")
    first = article.published_at
    article.plan(embargo_until=None, live_until=timezone.now() + SOON)
    clock.shift(SOON)
    if is_settled:
        do_follow_ups()

    article.publish(article.latest_revision())
    clock.shift(SOON)
    do_follow_ups()

    assert public_headlines() == ["Offer"]
    assert (article.published_at, article.live_until) == (first, None)


@pytest.mark.parametrize("is_settled", [False, True])
def test_a_plan_made_too_late_brings_nothing_back(clock, is_settled):
    article = make_article()
    article.plan(embargo_until=None, live_until=timezone.now() + SOON)
    clock.shift(SOON)
    if is_settled:
        do_follow_ups()

    article.plan(embargo_until=None, live_until=None)
    article.plan(embargo_until=None, live_until=timezone.now() + SOON)

    assert public_headlines() == []


def test_a_withdrawal_that_was_called_off_does_not_happen(clock):
    article = make_article(headline="Offer")
    article.plan(embargo_until=None, live_until=timezone.now() + SOON)

    article.plan(embargo_until=None, live_until=None)
    clock.shift(SOON)
    do_follow_ups()

    assert public_headlines() == ["Offer"]


@pytest.mark.parametrize("late", [timedelta(0), SOON])
def test_the_database_refuses_a_withdrawal_before_the_publication(late):
    at = timezone.now() + SOON
    article = make_draft()
    article.plan(embargo_until=None, live_until=at)

    with pytest.raises(IntegrityError), transaction.atomic():
        article.publish(article.latest_revision(), at=at + late)

    assert Article.objects.get().status == Status.DRAFT


@pytest.mark.parametrize("is_live", [False, True])
def test_what_would_go_out_after_the_withdrawal_is_called_off_and_can_be_published_now(clock, is_live):
    article = make_article(headline="First") if is_live else make_draft()
    article.publish(article.save_draft(make_story(headline="Second"), by=None), at=timezone.now() + SOON * 2)

    article.plan(embargo_until=None, live_until=timezone.now() + SOON)
    called_off = article.planned()
    article.publish(article.latest_revision())
    now = public_headlines()
    clock.shift(SOON * 2)
    do_follow_ups()

    assert (called_off, now, public_headlines()) == (None, ["Second"], [])


def test_of_many_at_one_moment_the_next_changes_know_what_comes_after_them(clock):
    soon, later = timezone.now() + SOON, timezone.now() + SOON * 2
    for at in (soon, soon, soon, later):
        draft = make_draft()
        draft.publish(draft.latest_revision(), at=at)
    for until in (soon, later + SOON):
        make_article().plan(embargo_until=None, live_until=until)

    assert (next_changes(2), next_changes(3)) == ([soon, later], [soon, later, later + SOON])


def test_the_next_changes_hold_withdrawals():
    soon, later = timezone.now() + SOON, timezone.now() + SOON * 2
    draft = make_draft()
    draft.publish(draft.latest_revision(), at=later)
    make_article().plan(embargo_until=None, live_until=soon)

    assert next_changes(9) == [soon, later]


# --- Embargo ----------------------------------------------------------------------------------


@pytest.mark.parametrize("asked_for", [None, timedelta(-3), SOON, SOON * 2])
def test_under_embargo_nothing_is_published_before_its_end(clock, asked_for):
    end = timezone.now() + SOON * 2
    article = make_draft(headline="Figures")
    article.plan(embargo_until=end, live_until=None)

    article.publish(article.latest_revision(), at=asked_for and timezone.now() + asked_for)
    clock.shift(SOON * 2 - timedelta(seconds=1))
    before = public_headlines()
    clock.shift(1)

    assert (before, public_headlines(), article.published_at) == ([], ["Figures"], end)


def test_an_embargo_on_a_live_story_holds_its_change_back(clock):
    article = make_article(headline="First")
    article.plan(embargo_until=timezone.now() + SOON, live_until=None)

    article.publish(article.save_draft(make_story(headline="Second"), by=None))
    before = public_headlines()
    clock.shift(SOON)

    assert (before, public_headlines()) == (["First"], ["Second"])


@pytest.mark.parametrize("is_live", [False, True])
def test_what_is_scheduled_moves_to_the_end_of_an_embargo(clock, is_live):
    article = make_article(headline="First") if is_live else make_draft()
    article.publish(article.save_draft(make_story(headline="Second"), by=None), at=timezone.now() + SOON)

    article.plan(embargo_until=timezone.now() + SOON * 2, live_until=None)
    clock.shift(SOON)
    meanwhile = public_headlines()
    clock.shift(SOON)

    assert (meanwhile, public_headlines()) == (["First"] if is_live else [], ["Second"])


def test_after_its_embargo_a_story_is_published_at_once(clock):
    article = make_draft(headline="Figures")
    article.plan(embargo_until=timezone.now() + SOON, live_until=None)
    clock.shift(SOON * 2)

    article.publish(article.latest_revision())

    assert public_headlines() == ["Figures"]


# --- What follows -----------------------------------------------------------------------------


def planned() -> list[tuple[str, float]]:
    """The follow-ups that are to come: which, and in how many half minutes."""
    now = timezone.now()
    return sorted((row.what, (row.moment - now) / SOON) for row in FollowUp.objects.all())


def test_each_moment_has_one_follow_up_and_a_new_plan_replaces_the_old(clock):
    article = make_article()
    plans = []

    for change, withdrawal in ((1, 3), (2, 4)):
        article.publish(article.save_draft(make_story(), by=None), at=timezone.now() + SOON * change)
        article.plan(embargo_until=None, live_until=timezone.now() + SOON * withdrawal)
        plans.append(planned())
    article.withdraw()

    assert plans == [
        [("out", out), ("over", over), ("settle", out), ("settle", over)] for out, over in ((1, 3), (2, 4))
    ]
    assert planned() == []


# --- Two rows of one story ----------------------------------------------------------------------


def what_the_definition_says() -> set[int]:
    """Live rows whose time has come and is not over, and of a story and the change beside it the newer."""
    now = timezone.now()
    due = [
        row
        for row in Article.objects.filter(status=Status.LIVE, live_from__lte=now)
        if row.live_until is None or row.live_until > now
    ]
    replaced = {row.replaces_id for row in Article.objects.filter(replaces__isnull=False, live_from__lte=now)}
    return {row.pk for row in due if row.pk not in replaced}


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_planned_a_story_gives_way_just_when_its_change_goes_out(clock, seed):
    chance = random.Random(seed)
    articles = [make_article(headline="First", slug=f"story-{number}") for number in range(3)]
    for number in range(25):
        article = Article.objects.get(pk=chance.choice(articles).pk)
        moments = [None, *(timezone.now() + SOON * step for step in (1, 2, 3))]
        change = article.save_draft(make_story(headline=f"No. {number}", slug=article.slug), by=None)
        acts = [
            lambda article=article, change=change, moments=moments: article.publish(change, at=chance.choice(moments)),
            lambda article=article, moments=moments: article.plan(
                embargo_until=chance.choice(moments), live_until=chance.choice(moments)
            ),
            article.withdraw,
            article.settle,
            do_follow_ups,
        ]
        with suppress(IntegrityError), transaction.atomic():
            chance.choice(acts)()
        clock.shift(chance.choice([timedelta(0), SOON / 2, SOON]))

        stories = Article.objects.stories()
        changes = dict(Article.objects.filter(replaces__isnull=False).values_list("replaces", "live_from"))
        assert {row.pk: row.gives_way_at for row in stories} == {row.pk: changes.get(row.pk) for row in stories}
        assert {row.pk for row in Article.objects.published()} == what_the_definition_says()
