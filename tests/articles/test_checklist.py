"""What is looked at before a story goes out."""

import pytest

from articles import checklist
from articles.checklist import Weight, check
from articles.models import Link
from tests.articles.test_desk import ADD, errors, words
from tests.factories import make_photo, make_staff, make_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(make_staff())
    return client


def found(**parts) -> list[tuple[Weight, str]]:
    return [(finding.weight, finding.field) for finding in check(make_story(**{"standfirst": "It is."} | parts))]


def picture(photo, alt: str) -> str:
    return f'<p>x</p><figure><img src="{photo.src}" alt="{alt}" data-file="{photo.pk}"></figure>'


def test_a_story_with_everything_passes():
    photo = make_photo()

    assert found(lead_photo=photo.pk, body=picture(photo, "A square")) == []


@pytest.mark.parametrize(
    ("parts", "finding"),
    [
        ({"headline": ""}, (Weight.MUST, "headline")),
        ({"body": ""}, (Weight.MUST, "body")),
        ({"category": None}, (Weight.MUST, "category")),
        ({"headline": "x" * (checklist.LONGEST_HEADLINE + 1)}, (Weight.ERROR, "headline")),
        ({"bylines": ()}, (Weight.ERROR, "bylines")),
        ({"label": "sponsored"}, (Weight.ERROR, "sponsor")),
        ({"standfirst": ""}, (Weight.WARNING, "standfirst")),
    ],
)
def test_what_is_missing_or_too_long_is_found(parts, finding):
    assert found(**parts) == [finding]


@pytest.mark.parametrize(
    "parts",
    [
        {"headline": "x" * checklist.LONGEST_HEADLINE},
        {"bylines": (), "agency": "Wire"},
        {"label": "sponsored", "sponsor": "The Ferry"},
    ],
)
def test_the_edges_pass(parts):
    assert found(**parts) == []


@pytest.mark.parametrize("without", ["alt", "credit"])
def test_the_lead_photo_needs_its_words(without):
    assert found(lead_photo=make_photo(**{without: ""}).pk) == [(Weight.ERROR, "lead_photo")]


def test_pictures_in_the_body_need_theirs():
    good, uncredited = make_photo(), make_photo(credit="")

    said = [finding.text for finding in check(make_story(body=picture(good, " ") + picture(uncredited, "Seen")))]

    assert said[1:] == ["1 picture in the body has no alternative text.", "1 picture in the body has no credit."]


def test_links_only_warn():
    for number, answer in enumerate(Link.Answer):
        Link.objects.create(url=f"https://a{number}.example/", answer=answer, detail="404" if number == 3 else "")
    body = "".join(f'<a href="https://a{number}.example/">x</a>' for number in range(9))

    findings = check(make_story(standfirst="It is.", body=f"<p>{body}</p>"))

    assert {finding.weight for finding in findings} == {Weight.WARNING}
    assert [finding.text for finding in findings] == [
        "The link https://a2.example/ is not looked up: it is no public address.",
        "The link https://a3.example/ does not answer (404).",
        "1 link is being looked up.",
    ]


def test_warnings_stand_on_the_page_and_stop_nobody(desk):
    draft = desk.post(ADD, words(_draft="1"), follow=True)
    address = draft.request["PATH_INFO"]
    published = desk.post(address, words(_publish="1", based_on="1"))

    assert "It has no standfirst." in draft.content.decode()
    assert published.status_code == 302


def test_errors_stop_a_publication_beside_their_field_and_stand_in_the_list(desk):
    given = words(_publish="1", headline="x" * 111, bylines=["", ""])

    page = desk.post(ADD, given)

    assert set(errors(page)) == {"headline", "bylines"}
    assert (
        page.content.decode().count("The headline has 111 characters; more than 110 are cut off in many places.") == 2
    )
    assert page.context["adminform"].form["headline"].value() == "x" * 111


@pytest.mark.parametrize("button", ["_draft", "_submit"])
def test_errors_stop_no_draft_and_no_review(desk, button):
    assert desk.post(ADD, words(**{button: "1"}, headline="x" * 111, bylines=["", ""])).status_code == 302


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_for_any_number_of_pictures_and_links(django_assert_num_queries, count):
    photos = [make_photo() for _number in range(count)]
    body = "".join(picture(photo, "Seen") for photo in photos)
    links = "".join(f'<a href="https://a{number}.example/">x</a>' for number in range(count))
    story = make_story(body=f"{body}<p>{links}</p>", lead_photo=photos[0].pk)

    with django_assert_num_queries(3):
        check(story)
