"""The editors' admin."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db.models.signals import pre_save
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Attachment, Status
from categories.models import Category
from tests.factories import (
    make_article,
    make_attachment,
    make_author,
    make_category,
    make_draft,
    make_photo,
    make_staff,
    make_tag,
    pdf_file,
)

pytestmark = pytest.mark.django_db

ADD = "/admin/articles/article/add/"


@pytest.fixture
def desk(client):
    client.force_login(make_staff())
    return client


def change(article: Article) -> str:
    return reverse("admin:articles_article_change", args=[article.pk])


def words(**given):
    """What the browser sends when an editor has filled in the form."""
    form = {
        "kicker": "",
        "headline": "The pier is yellow",
        "slug": "the-pier-is-yellow",
        "standfirst": "",
        "body": "<p>It is.</p>",
        "lead_photo": "",
        "category": make_category().pk,
        "agency": "",
        "label": "",
        "sponsor": "",
        "sensitive_note": "",
        "attachments": ["", ""],
        "bylines": [make_author().pk, ""],
        "related": ["", ""],
        "comments_open": "on",
        "publish_at_0": "",
        "publish_at_1": "",
    }
    return form | given


def errors(response) -> dict[str, list[str]]:
    return dict(response.context["adminform"].form.errors)


def test_saving_makes_a_revision_and_nothing_public(desk):
    response = desk.post(ADD, words(_draft="1"))

    article = Article.objects.get()
    assert (response.status_code, article.status, article.revisions.count()) == (302, Status.DRAFT, 1)


def test_publishing_makes_it_public_with_everything_chosen(desk):
    photo, tag, second = make_photo(), make_tag("pier"), make_author("ada-pellow")
    attachment = make_attachment()
    further, pick = make_category("town"), make_article()

    desk.post(
        ADD,
        words(
            _publish="1",
            lead_photo=photo.pk,
            tags=[tag.pk],
            bylines=[second.pk, make_author().pk, ""],
            further_categories=[further.pk],
            related=[pick.pk, ""],
            label="analysis",
            sensitive_note="Paint",
            attachments=[attachment.pk, ""],
        ),
    )

    article = Article.objects.published().get(slug="the-pier-is-yellow")
    assert [byline.author.slug for byline in article.bylines.all()] == ["ada-pellow", "james-carter"]
    assert (article.lead_photo, list(article.tags.all()), list(article.picks.all())) == (photo, [tag], [pick])
    assert list(further.articles.published()) == [article]
    assert (article.label, article.sensitive_note) == ("analysis", "Paint")
    assert [enclosure.attachment for enclosure in article.enclosures.all()] == [attachment]


def test_a_publication_time_in_the_future_schedules_it(desk):
    at = timezone.localtime(timezone.now() + timedelta(days=2)).replace(microsecond=0)

    desk.post(ADD, words(_publish="1", publish_at_0=f"{at:%Y-%m-%d}", publish_at_1=f"{at:%H:%M:%S}"))

    article = Article.objects.get()
    assert (article.is_scheduled, article.live_from) == (True, at)


def typed(**moments):
    """What the browser sends for these moments."""
    local = {name: timezone.localtime(moment) for name, moment in moments.items()}
    days = {f"{name}_0": f"{moment:%Y-%m-%d}" for name, moment in local.items()}
    return days | {f"{name}_1": f"{moment:%H:%M:%S}" for name, moment in local.items()}


@pytest.fixture
def now():
    return timezone.now().replace(microsecond=0)


def test_publishing_under_embargo_schedules_for_its_end_and_says_so(desk, now):
    end = now + timedelta(days=2)

    answer = desk.post(ADD, words(_publish="1", **typed(embargo=end)), follow=True)

    article = Article.objects.get()
    said = [str(message) for message in answer.context["messages"]]
    assert (article.is_scheduled, article.live_from, article.embargo_until) == (True, end, end)
    assert ("It goes out by itself on" in said[0], "It is under embargo until" in said[0]) == (True, True)


def test_a_story_leaves_at_the_time_it_was_given(desk, now):
    at = now + timedelta(days=2)
    desk.post(ADD, words(_publish="1", **typed(withdraw_at=at)))
    article = Article.objects.get()
    planned = article.live_until

    shown = desk.get(change(article)).context["adminform"].form.initial["withdraw_at"]
    desk.post(change(article), words(_draft="1", based_on="1"))

    article.refresh_from_db()
    assert (planned, shown, article.live_until) == (at, at, None)


def test_a_plan_that_cannot_be_is_refused_beside_its_field(desk, now):
    hour, soon = timedelta(hours=1), now + timedelta(hours=2)
    refused = [
        desk.post(ADD, words(_publish="1", **typed(**plan)))
        for plan in (
            {"withdraw_at": now - hour},
            {"embargo": now - hour},
            {"publish_at": soon, "withdraw_at": soon},
            {"publish_at": soon, "withdraw_at": soon + hour, "embargo": soon + hour},
        )
    ]

    assert [list(errors(response)) for response in refused] == [
        ["withdraw_at"],
        ["embargo"],
        ["withdraw_at"],
        ["withdraw_at"],
    ]
    assert not Article.objects.exists()


def test_an_hour_that_comes_twice_is_asked_about_in_the_form(desk):
    year = timezone.now().year + 2
    last = max(day for day in range(25, 32) if datetime(year, 10, day, tzinfo=UTC).weekday() == 6)
    doubled = {"publish_at_0": f"{year}-10-{last}", "publish_at_1": "01:30:00"}

    asked = desk.post(ADD, words(_publish="1", **doubled))
    desk.post(ADD, words(_publish="1", **doubled, publish_at_2="1"))

    assert list(errors(asked)) == ["publish_at"]
    assert 'name="publish_at_2"' in asked.content.decode()
    assert Article.objects.get().live_from == datetime(year, 10, last, 1, 30, tzinfo=UTC)


def test_a_draft_of_a_live_story_is_shown_to_its_editor_alone(desk):
    article = make_article(headline="First", slug="pier")

    desk.post(change(article), words(_draft="1", headline="Second", slug="pier", based_on="1"))

    form = desk.get(change(article)).context["adminform"].form
    assert form.initial["headline"] == "Second"
    assert Article.objects.published().get().headline == "First"


@pytest.mark.parametrize(
    ("empty", "field"),
    [({"category": ""}, "category"), ({"body": "<p></p>"}, "body"), ({"bylines": ["", ""]}, "bylines")],
)
def test_what_is_missing_for_publication_is_said_beside_its_field(desk, empty, field):
    response = desk.post(ADD, words(_publish="1", **empty))

    assert list(errors(response)) == [field]
    assert not Article.objects.exists()


def test_readers_are_told_who_pays(desk):
    refused = desk.post(ADD, words(_publish="1", label="sponsored"))
    desk.post(ADD, words(_publish="1", label="sponsored", sponsor="The Tidewick Ferry"))

    assert errors(refused) == {"sponsor": ["Say who pays for it before it is published."]}
    assert Article.objects.published().get().sponsor == "The Tidewick Ferry"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("label", "advert"),
        ("label", "x" * 10_000),
        ("sponsor", "x" * 10_000),
        ("sponsor", "a\x00b"),
        ("sensitive_note", "x" * 10_000),
        ("sensitive_note", "a\x00b"),
        ("attachments", ["99999999999999999999"]),
        ("attachments", ["1\x00", "x"]),
        ("attachments", ["9" * 10_000]),
        ("lead_photo", "9" * 20),
        ("lead_photo", "1\x00"),
        ("tags", ["9" * 20]),
        ("further_categories", ["9" * 20]),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_kept(desk, field, value):
    response = desk.post(ADD, words(_draft="1", **{field: value}))

    assert (response.status_code, list(errors(response))) == (200, [field])
    assert response.context["adminform"].form["headline"].value() == "The pier is yellow"


def test_an_upload_that_is_no_pdf_is_refused(desk):
    add = "/admin/articles/attachment/add/"
    refused = desk.post(add, {"title": "Report", "file": ContentFile(b"<script>", name="report.pdf")})
    desk.post(add, {"title": "Report", "file": pdf_file()})

    assert list(errors(refused)) == ["file"]
    assert [(row.title, row.size > 0) for row in Attachment.objects.all()] == [("Report", True)]


def test_what_is_missing_for_publication_may_be_missing_in_a_draft(desk):
    desk.post(ADD, words(_draft="1", category="", body="", bylines=[""]))

    assert Article.objects.get().status == Status.DRAFT


def test_an_agency_is_a_byline(desk):
    desk.post(ADD, words(_publish="1", bylines=[""], agency="Northern Isles Wire"))

    assert Article.objects.published().count() == 1


def test_an_empty_slug_is_filled_from_the_headline(desk):
    desk.post(ADD, words(_draft="1", slug=""))

    assert Article.objects.get().slug == "the-pier-is-yellow"


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("pier", "Another article is or was at “pier”. “pier-2” is free."),
        ("feed", "The site itself uses “feed”. “feed-2” is free."),
    ],
)
def test_a_taken_or_reserved_slug_is_refused_with_a_free_one(desk, slug, said):
    make_draft(slug="pier")

    response = desk.post(ADD, words(_draft="1", slug=slug))

    assert errors(response) == {"slug": [said]}


def test_the_second_of_two_editors_is_warned_and_loses_nothing(desk):
    article = make_draft(slug="pier")
    desk.post(change(article), words(_draft="1", slug="pier", headline="Hers", based_on="1"))

    warned = desk.post(change(article), words(_draft="1", slug="pier", headline="His", based_on="1"))
    form = warned.context["adminform"].form
    desk.post(change(article), words(_draft="1", slug="pier", headline="His", based_on=form["based_on"].value()))

    assert list(form.errors) == ["__all__"]
    assert form["headline"].value() == "His"
    assert [revision.read().headline for revision in article.revisions.all()][:2] == ["His", "Hers"]


def test_withdrawing_asks_first_and_then_does_it(desk):
    article = make_article()
    address = reverse("admin:articles_article_withdraw", args=[article.pk])

    asked = desk.get(address)
    desk.post(address)

    assert asked.status_code == 200
    assert Article.objects.get().status == Status.WITHDRAWN


def test_the_preview_shows_the_draft_of_a_live_story(desk):
    article = make_article(headline="First", slug="pier")
    given = {"label": "opinion", "attachments": [make_attachment().pk]}
    desk.post(change(article), words(_draft="1", headline="Second", slug="pier", based_on="1", **given))

    page = desk.get(reverse("admin:articles_article_preview", args=[article.pk])).content.decode()

    assert [part in page for part in ("Second", "First", ">Opinion<", "The report")] == [True, False, True, True]


def test_the_editors_page_allows_its_import_map_by_its_hash_and_no_other_script(desk):
    policy = desk.get(ADD).headers["Content-Security-Policy"]

    script = next(part.strip() for part in policy.split(";") if part.strip().startswith("script-src"))
    assert script.startswith("script-src 'self' 'sha256-")
    assert "unsafe" not in policy


def test_a_moderator_may_not_edit(client):
    client.force_login(make_staff("moderator", superuser=False))
    article = make_article()

    statuses = [
        client.get(change(article)).status_code,
        client.post(change(article), words(_publish="1")).status_code,
        client.post(reverse("admin:articles_article_withdraw", args=[article.pk])).status_code,
        client.get(reverse("admin:articles_article_preview", args=[article.pk])).status_code,
    ]

    assert statuses == [403, 403, 404, 404]


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_of_articles_costs_the_same_for_any_number(desk, django_assert_max_num_queries, count):
    for _number in range(count):
        make_article()

    desk.get("/admin/articles/article/")  # the edition is there

    with django_assert_max_num_queries(13):
        response = desk.get("/admin/articles/article/")

    assert response.status_code == 200


def test_an_address_taken_at_the_last_moment_loses_nothing(desk):
    """Another row appears between the form's look and the save: here, by a listener to that save, once."""
    taken = []

    def be_faster(sender, instance, **_kwargs):
        if not taken:
            taken.append(Article.objects.bulk_create([Article(headline="Theirs", slug="pier")]))

    pre_save.connect(be_faster, sender=Article)
    try:
        response = desk.post(ADD, words(_publish="1", slug="pier"))
    finally:
        pre_save.disconnect(be_faster, sender=Article)

    # Their row went with the transaction that failed; in life it stays, and the form then says that it is taken.
    assert (response.status_code, len(taken)) == (302, 1)
    assert Article.objects.published().get().headline == "The pier is yellow"


ORIGINAL = "https://elsewhere.example.org/story?a=1&b=2"


def test_an_original_elsewhere_goes_out_with_the_revision(desk):
    desk.post(ADD, words(_publish="1", canonical_url=ORIGINAL))

    article = Article.objects.get()
    assert (article.canonical_url, article.latest_revision().read().canonical_url) == (ORIGINAL, ORIGINAL)
    assert ORIGINAL in desk.get(change(article)).content.decode().replace("&amp;", "&")


@pytest.mark.parametrize(
    "given",
    [
        *("http://elsewhere.example.org/", "javascript:alert(1)", "/world/pier/", "story"),
        *("https://", "https://a b/", "https://[/", "https://x\x00y.example/", "https://x.example/" + "y" * 10_000),
    ],
)
def test_an_original_is_a_whole_address_with_https(desk, given):
    response = desk.post(ADD, words(_draft="1", canonical_url=given))

    assert (response.status_code, list(errors(response))) == (200, ["canonical_url"])
    assert Article.objects.count() == 0


def test_a_browser_without_scripts_may_choose_any_category(desk):
    Category.objects.bulk_create(Category(name=f"Section {number}", slug=f"section-{number}") for number in range(150))

    html = desk.get(ADD).content.decode()

    for field in ("category", "further_categories"):
        [choice] = re.findall(rf'<select[^>]* name="{field}".*?</select>', html, re.DOTALL)
        assert sum(f">Section {number}<" in choice for number in range(150)) == 150
