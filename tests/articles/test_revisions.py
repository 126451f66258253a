"""The desk's versions: list, comparison, restoring; what is kept while it is written; what a change is called."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Autosave, Revision
from articles.verification import problems
from tests.articles.test_desk import ADD, change, desk, errors, words  # noqa: F401  # desk is a fixture
from tests.factories import make_article, make_author, make_draft, make_photo, make_staff, make_story

pytestmark = pytest.mark.django_db


def page(name, article, *args):
    return reverse(f"admin:articles_article_{name}", args=[article.pk, *args])


def save(article, **parts):
    return article.save_draft(make_story(**{"slug": article.slug} | parts), by=None)


# --- The list, and two of them compared -----------------------------------------------------------


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_for_any_number(desk, django_assert_max_num_queries, count):  # noqa: F811
    article = make_draft()
    for _number in range(count):
        save(article, lead_photo=make_photo().pk)
        Autosave.objects.create(article=article, by=make_staff(f"u{_number}"), story=make_story().as_json())

    with django_assert_max_num_queries(21):  # most are the frame's
        html = desk.get(page("revisions", article)).content.decode()

    assert len(re.findall(r'name="new" value="\d+"', html)) == count + 1


def test_the_list_says_who_when_what_and_since_when_it_is_public(desk):  # noqa: F811
    article = make_article()
    editor = make_staff("ada")
    article.publish(article.save_draft(make_story(slug=article.slug), by=editor, change="typo"))

    html = desk.get(page("revisions", article)).content.decode()

    assert "ada" in html
    assert "Typo: nothing that was said has changed" in html
    assert html.count("<time") == 4


def test_the_list_goes_on_page_by_page(desk):  # noqa: F811
    article = make_draft()
    for _number in range(60):
        save(article)

    first = desk.get(page("revisions", article)).content.decode()
    second = desk.get(f"{page('revisions', article)}?before=12").content.decode()

    assert 'href="?before=12"' in first
    assert [re.findall(r'name="old" value="(\d+)"', html)[0] for html in (first, second)] == ["61", "11"]


def test_two_versions_are_compared_in_all_their_fields(desk):  # noqa: F811
    photo, other = make_photo(alt="A gull"), make_photo(alt="A seal")
    article = make_draft(headline="The pier is red", body="<p>One <b>two</b>.</p>", lead_photo=photo.pk)
    save(
        article,
        headline="The pier is blue",
        body="<p>One <b>three</b>.</p>",
        lead_photo=other.pk,
        bylines=(make_author("ada-pellow").pk,),
        comments_open=False,
    )

    shown = desk.get(page("compare", article) + "?old=2&new=1").context["differences"]  # put in order

    seen = {row.name: re.sub(r'<span class="unseen">[^<]*</span>', "", row.shown) for row in shown}
    assert seen["Headline"] == "The pier is<del> red</del><ins> blue</ins>"
    assert seen["Body"] == "<p>One <b><del>two</del> <ins>three</ins></b>.</p>" or "<del>" in seen["Body"]
    assert seen["Lead photo"] == "<del>A gull</del>, <ins>A seal</ins>"
    assert seen["Bylines"] == "<del>James Carter</del>, <ins>Ada Pellow</ins>"
    assert seen["Comments open"] == "<del>yes</del> <ins>no</ins>"


@pytest.mark.parametrize("refs", ["old=1&new=99", "old=x&new=1", "", "old=1&new=a5", "old=1&new=9999999999999999999"])
def test_a_version_that_is_not_there_is_not_found(desk, refs):  # noqa: F811
    assert desk.get(f"{page('compare', make_draft())}?{refs}").status_code == 404


# --- Restoring -------------------------------------------------------------------------------------


def test_restoring_makes_a_new_version_and_rewrites_nothing(desk):  # noqa: F811
    article = make_article(headline="First")
    article.publish(save(article, headline="Second"))

    desk.post(page("restore", article, "1"))

    newest = article.latest_revision()
    assert (newest.number, newest.kind, newest.restored_from, newest.read().headline) == (3, "restored", 1, "First")
    article.refresh_from_db()
    assert article.headline == "Second"
    assert list(problems()) == []


def test_restoring_needs_a_post_and_the_right_to_change(client):
    article = make_draft()
    client.force_login(make_staff("nobody", superuser=False))

    assert client.post(page("restore", article, "1")).status_code == 404  # nor does it learn that there is one
    assert Revision.objects.count() == 1


def test_what_is_restored_points_to_nothing_that_is_gone(desk):  # noqa: F811
    photo = make_photo()
    article = make_draft(lead_photo=photo.pk, slug="pier")
    save(article, slug="pier-two")
    photo.delete()
    make_draft(slug="pier")

    response = desk.post(page("restore", article, "1"))

    article.refresh_from_db()
    assert (response.status_code, article.slug, article.lead_photo) == (302, "pier-two", None)


# --- Kept while it is written ----------------------------------------------------------------------


def kept(desk, article=None, **given):  # noqa: F811
    address = page("autosave", article) if article else "/admin/articles/article/autosave/"
    return desk.post(address, words(**given)).json()


def test_what_is_typed_is_kept_and_makes_no_version(desk):  # noqa: F811
    article = make_draft(slug="pier")

    answer = kept(desk, article, headline="Half a thou", slug="pier", based_on="1", _publish="1")

    assert (Autosave.objects.get(pk=answer["kept"]).read().headline, article.revisions.count()) == ("Half a thou", 1)
    assert article.status == "draft"


def test_what_would_not_do_is_kept_all_the_same(desk):  # noqa: F811
    make_draft(slug="taken")

    answer = kept(desk, slug="taken", headline="x" * 900 + "\0", canonical_url="no address", category="99999")

    story = Autosave.objects.get(pk=answer["kept"]).read()
    assert (story.slug, len(story.headline), story.category) == ("taken", 200, None)


def test_what_is_there_already_is_not_kept_again(desk):  # noqa: F811
    article = make_draft()
    story = article.latest_revision().read()
    same = {"headline": story.headline, "slug": story.slug, "body": story.body, "based_on": "1"}

    assert kept(desk, article, **same)["kept"] is None
    first = kept(desk, article, **same | {"headline": "New"})["kept"]
    assert kept(desk, article, **same | {"headline": "New"})["kept"] == first is not None
    assert Autosave.objects.count() == 1
    assert kept(desk, headline="", body="", standfirst="")["kept"] is None


def test_what_is_typed_within_a_minute_is_one_row(desk, time_machine):  # noqa: F811
    time_machine.move_to(timezone.now(), tick=False)
    article = make_draft()
    for headline in ("A", "Ab"):
        kept(desk, article, headline=headline)
    time_machine.shift(61)
    kept(desk, article, headline="Abc")

    assert [row.read().headline for row in Autosave.objects.all()] == ["Abc", "Ab"]


def test_keeping_never_stands_in_the_way_of_saving(desk):  # noqa: F811
    article = make_draft(slug="pier")
    kept(desk, article, headline="Kept", slug="pier", based_on="1")

    response = desk.post(change(article), words(_draft="1", headline="Saved", slug="pier", based_on="1"))

    assert (response.status_code, article.latest_revision().read().headline) == (302, "Saved")


def test_who_comes_back_is_offered_what_was_not_saved(desk):  # noqa: F811
    article = make_draft(slug="pier", headline="First")
    pk = kept(desk, article, headline="Lost", slug="pier", based_on="1")["kept"]

    offered = desk.get(change(article)).content.decode()
    form = desk.get(f"{change(article)}?autosave={pk}").context["adminform"].form
    desk.post(f"{change(article)}?autosave={pk}", words(_draft="1", headline="Lost", slug="pier", based_on="1"))

    assert f'href="?autosave={pk}"' in offered
    assert (form.initial["headline"], form.initial["based_on"]) == ("Lost", 1)
    assert f"?autosave={pk}" not in desk.get(change(article)).content.decode()


def test_an_old_autosave_does_not_bury_what_another_saved_since(desk):  # noqa: F811
    article = make_draft(slug="pier")
    pk = kept(desk, article, headline="Mine", slug="pier", based_on="1")["kept"]
    save(article, headline="Theirs")

    form = desk.get(f"{change(article)}?autosave={pk}").context["adminform"].form
    refused = desk.post(
        change(article), words(_draft="1", headline="Mine", slug="pier", based_on=form.initial["based_on"])
    )

    assert list(errors(refused)) == ["__all__"]


def test_what_was_kept_of_a_new_story_becomes_the_storys(desk):  # noqa: F811
    kept(desk, headline="New", slug="new")
    offered = desk.get(ADD).content.decode()
    desk.post(ADD, words(_draft="1", headline="New", slug="new"))

    assert "?autosave=" in offered
    assert Autosave.objects.get().article.slug == "new"
    assert "?autosave=" not in desk.get(ADD).content.decode()


def test_the_second_of_two_sees_that_the_first_is_in_the_story(client):
    article = make_draft()
    client.force_login(make_staff("ada"))
    client.post(page("autosave", article), words(headline="Hers"))
    client.force_login(make_staff("bo"))

    html = client.get(change(article)).content.decode()
    answer = client.post(page("autosave", article), {"presence": "1"}).json()

    assert "ada is in this story, too." in html
    assert answer["others"] == ["ada"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_is_kept_for_strangers(client, method):
    article = make_draft()

    response = getattr(client, method)(page("autosave", article), words())

    assert response.status_code in {302, 405}
    assert not Autosave.objects.exists()


def test_autosaves_are_thinned_and_versions_never(time_machine):
    time_machine.move_to(timezone.now().replace(minute=59, second=0), tick=False)
    article, user, now = make_article(), make_staff(), timezone.now()
    ages = [
        *(timedelta(minutes=n * 10) for n in range(6)),  # of the last hour: all stay
        *(timedelta(hours=2, minutes=n * 10) for n in range(6)),  # of one hour: one
        *(timedelta(days=3, minutes=n * 10) for n in range(6)),  # of one day: one
        timedelta(days=31),
    ]
    for age in ages:
        Autosave.objects.create(article=article, by=user, story={}, saved_at=now - age)
    Revision.objects.update(created_at=now - timedelta(days=400))

    gone = Autosave.objects.thin()

    assert (gone, Autosave.objects.count(), Autosave.objects.thin()) == (11, 8, 0)
    assert Revision.objects.count() == 1


# --- What a change is called ----------------------------------------------------------------------


def test_who_changes_the_text_of_a_published_story_says_what_that_is(desk):  # noqa: F811
    article = make_article(slug="pier")
    given = {"_publish": "1", "slug": "pier", "based_on": "1", "body": "<p>Other words.</p>"}

    unnamed = desk.post(change(article), words(**given))
    untold = desk.post(change(article), words(**given, change="correction"))
    desk.post(change(article), words(**given, change="correction", note="The pier is blue, not red."))

    assert [list(errors(response)) for response in (unnamed, untold)] == [["change"], ["note"]]
    revision = article.latest_revision()
    assert (revision.change, revision.note) == ("correction", "The pier is blue, not red.")
    assert revision.published_from


def test_what_nobody_has_read_needs_no_name(desk):  # noqa: F811
    draft, scheduled = make_draft(slug="draft"), make_article(slug="later", at=timezone.now() + timedelta(days=1))
    live = make_article(slug="live", body="<p>Words.</p>")

    desk.post(change(draft), words(_publish="1", slug="draft", based_on="1"))
    desk.post(change(scheduled), words(_publish="1", slug="later", based_on="1"))
    desk.post(change(live), words(_publish="1", slug="live", based_on="1", body="<p>Words.</p>", headline="New"))
    desk.post(change(live), words(_draft="1", slug="live", based_on="2", body="<p>Others.</p>"))

    assert [article.revisions.count() for article in (draft, scheduled, live)] == [2, 2, 3]


def test_the_note_of_a_typo_is_not_told(desk):  # noqa: F811
    article = make_article(slug="pier")
    desk.post(
        change(article),
        words(_publish="1", slug="pier", based_on="1", body="<p>Typo.</p>", change="typo", note="never mind"),
    )

    assert (article.latest_revision().change, article.latest_revision().note) == ("typo", "")
