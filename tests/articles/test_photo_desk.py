"""Photos at the desk: uploaded, described, put in focus, chosen for a body."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from articles import renditions
from articles.models import Photo
from newsroom.models import Campaign, Paper
from tests.factories import make_article, make_author, make_photo, make_staff, picture_file
from tests.lib.test_captions import XMP, with_iptc
from tests.lib.test_captions import picture as picture_with

pytestmark = pytest.mark.django_db

IPTC = (2, 120, b"A dawn"), (2, 80, b"Ada")
ADD = "/admin/articles/photo/add/"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def upload(content, name="a.jpg"):
    return SimpleUploadedFile(name, content.read())


def words_of(photo):
    return (photo.alt, photo.caption, photo.credit)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.jpg", picture_file().read(), "a PNG picture"),
        ("a.svg", b"<svg/>", "an SVG drawing"),
        ("a.png", b"<svg/>", "an SVG drawing"),
        ("a.png", picture_file().read()[:-30], "damaged or cut short"),
        ("a.png", b"", "empty"),
        ("x" * 250 + ".svg", b"<svg/>", "an SVG drawing"),
    ],
)
@pytest.mark.parametrize(
    ("path", "field"),
    [
        (ADD, "file"),
        ("/admin/authors/author/add/", "portrait"),
        ("/admin/newsroom/paper/add/", "logo"),
        ("/admin/newsroom/campaign/add/", "picture"),
    ],
)
def test_a_bad_upload_is_refused_beside_its_field_and_what_was_typed_stays(
    admin_client, path, field, name, content, reason
):
    sent = {field: SimpleUploadedFile(name, content), "alt": "A pier", "name": "Ada", "links-TOTAL_FORMS": 0}

    response = admin_client.post(path, sent | {"links-INITIAL_FORMS": 0})

    form = response.context["adminform"].form
    assert (response.status_code, reason in str(form.errors[field])) == (200, True)
    assert form.data["alt"] == "A pier"
    assert (Photo.objects.count(), Paper.objects.count(), Campaign.objects.count()) == (0, 0, 0)


def test_a_long_name_and_a_telephones_format_are_taken(admin_client):
    sent = {"file": upload(picture_with("HEIF"), "x" * 240 + ".heic"), "alt": "A pier"}

    admin_client.post(ADD, sent)

    assert re.fullmatch(r"photos/[0-9a-f]{2}/[0-9a-f]{10}\.jpg", Photo.objects.get().file.name)


@pytest.mark.parametrize(
    ("typed", "file", "words"),
    [
        ({}, with_iptc(*IPTC), ("", "A dawn", "Ada")),
        (
            {},
            picture_with(xmp=XMP.encode()),
            ("A long pier", "The pier at dawn", "Ada Lens, Bo Flash / Lantern Photos"),
        ),
        (
            {"caption": "Mine", "alt": "A pier"},
            with_iptc(*IPTC),
            ("A pier", "Mine", "Ada"),
        ),
        ({}, with_iptc((2, 120, b"x" * 900), (2, 80, b"y" * 900)), ("", "x" * 500, "y" * 120)),
        ({}, picture_with(), ("", "", "")),
    ],
)
def test_the_files_words_fill_what_was_left_empty_and_the_editor_sees_them(admin_client, typed, file, words):
    file.seek(0)

    response = admin_client.post(ADD, {"file": upload(file)} | typed, follow=True)

    photo = Photo.objects.get()
    assert words_of(photo) == words
    assert response.redirect_chain == [(f"/admin/articles/photo/{photo.pk}/change/", 302)]
    form = response.context["adminform"].form
    assert (form["alt"].value(), form["caption"].value(), form["credit"].value()) == words
    assert form.fields["alt"].required
    were_read = words[1:] != ("", "")
    assert ("The file brought words with it: look them over." in response.content.decode()) == were_read


def test_the_alternative_text_is_a_must_once_the_picture_is_to_be_seen(admin_client):
    photo = make_photo()

    response = admin_client.post(f"/admin/articles/photo/{photo.pk}/change/", {"alt": "", "focus_x": 50, "focus_y": 50})

    assert "This field is required" in str(response.context["adminform"].form.errors["alt"])


def test_words_of_a_replaced_file_do_not_cover_the_editors(admin_client):
    photo = make_photo(alt="A pier", caption="Mine")
    sent = {"file": upload(with_iptc((2, 120, b"Theirs"), (2, 80, b"Ada"))), "alt": "A pier", "caption": "Mine"}

    admin_client.post(f"/admin/articles/photo/{photo.pk}/change/", sent | {"focus_x": 50, "focus_y": 50})

    assert words_of(Photo.objects.get()) == ("A pier", "Mine", "Ada")


def test_in_a_popup_the_editor_goes_on_to_the_words_and_the_article_gets_the_photo(admin_client):
    first = admin_client.post(ADD, {"file": upload(picture_with()), "_popup": 1})
    photo = Photo.objects.get()
    sent = {"alt": "A pier", "focus_x": 50, "focus_y": 50, "_popup": 1}
    second = admin_client.post(first["Location"], sent)

    assert first["Location"].startswith(f"/admin/articles/photo/{photo.pk}/change/?_popup=1")
    assert (second.status_code, second.template_name[-1]) == (200, "admin/popup_response.html")
    assert f'"value": "{photo.pk}"' in second.context_data["popup_response_data"]
    assert '"action"' not in second.context_data["popup_response_data"]  # none: an addition, which is chosen


def test_a_popup_closes_at_once_if_nothing_is_missing(admin_client):
    response = admin_client.post(ADD, {"file": upload(picture_with()), "alt": "A pier", "_popup": 1})

    assert response.template_name[-1] == "admin/popup_response.html"


@pytest.mark.parametrize(
    ("x", "y", "wrong"),
    [
        (0, 100, []),
        (101, 50, ["focus_x"]),
        (50, -1, ["focus_y"]),
        ("", "9" * 30, ["focus_x", "focus_y"]),
        ("\0", 5, ["focus_x"]),
    ],
)
def test_the_focal_point_is_two_numbers_in_percent(admin_client, x, y, wrong):
    photo = make_photo()

    response = admin_client.post(
        f"/admin/articles/photo/{photo.pk}/change/", {"alt": "A pier", "focus_x": x, "focus_y": y}
    )

    found = list(response.context["adminform"].form.errors) if response.status_code == 200 else []
    assert (found, response.status_code) == (wrong, 200 if wrong else 302)
    if not wrong:
        assert (Photo.objects.get().focus_x, Photo.objects.get().focus_y) == (x, y)


def test_the_list_shows_pictures_and_how_far_their_copies_are(admin_client):
    make_photo()
    before = admin_client.get("/admin/articles/photo/").content.decode()
    renditions.make_due()
    after = admin_client.get("/admin/articles/photo/").content.decode()
    Photo.objects.update(failure="The disk is full.", copies={})
    failed = admin_client.get("/admin/articles/photo/").content.decode()

    assert f'<img src="{make_photo().src}"' in before
    assert "1 of 7 made, the others follow." in before
    assert "7 of 7 made." in after
    assert "0 of 7 made. <strong>The disk is full.</strong>" in failed


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("path", ["/admin/articles/photo/", "/admin/articles/photo/pick/"])
def test_lists_of_photos_cost_the_same_for_any_number(admin_client, django_assert_max_num_queries, path, count):
    for _photo in range(count):
        make_photo()

    admin_client.get(path)  # a first page learns what all of the desk's pages show of the paper

    with django_assert_max_num_queries(11):
        html = admin_client.get(path).content.decode()

    assert html.count('src="/media/') == count


# --- The picker ----------------------------------------------------------------------------------------


def test_the_picker_offers_what_a_word_finds(admin_client):
    make_photo(alt="A pier", caption="Dawn", credit="Ada")
    make_photo(alt="A swan")

    html = admin_client.get("/admin/articles/photo/pick/", {"q": "pier", "CKEditorFuncNum": "-1"}).content.decode()

    photo = Photo.objects.get(alt="A pier")
    assert re.findall(r'data-key="(\d+)" data-address="([^"]+)" data-alt="([^"]+)" data-caption="([^"]+)"', html) == [
        (str(photo.pk), photo.src, "A pier", "Dawn — Ada")
    ]
    assert 'data-callback="-1"' in html


@pytest.mark.parametrize("words", ["", "\0", "%", "'", "x" * 10_000, "\ud800", "９"])
def test_no_words_break_the_picker(admin_client, words):
    make_photo()

    response = admin_client.get("/admin/articles/photo/pick/", {"q": words.encode("utf-8", "surrogatepass")})

    assert response.status_code == 200


@pytest.mark.parametrize(("may", "status"), [([], 403), (["view_photo"], 200)])
def test_the_picker_is_for_those_who_may_see_photos(client, may, status):
    user = make_staff(superuser=False)
    user.user_permissions.set(Permission.objects.filter(codename__in=may))
    client.force_login(user)

    assert client.get("/admin/articles/photo/pick/").status_code == status


def test_the_editor_is_told_where_the_picker_is(admin_client):
    html = admin_client.get("/admin/articles/article/add/").content.decode()

    assert "&quot;pickerUrl&quot;:&quot;/admin/articles/photo/pick/&quot;" in html


def test_a_figure_that_was_chosen_is_published_with_all_its_copies(admin_client, client):
    photo = make_photo()
    renditions.make_due()
    author = make_author()
    article = make_article(bylines=(author.pk,))
    chosen = f'<figure class="figure"><img src="{photo.src}" alt="Mine" data-file="{photo.pk}"></figure>'
    change = reverse("admin:articles_article_change", args=[article.pk])
    sent = {"headline": "H", "slug": article.slug, "body": f"<p>x</p>{chosen}", "category": article.category_id}

    admin_client.post(change, sent | {"bylines": [author.pk], "change": "update", "_publish": "1"})

    html = client.get(article.get_absolute_url()).content.decode()
    assert re.findall(r'<source type="image/(\w+)"', html) == ["avif", "webp"]
    assert 'width="40" height="30" alt="Mine" loading="lazy"' in html


def test_a_picture_in_storage_is_not_opened_again():
    photo = make_photo()
    photo.file.storage.delete(photo.file.name)

    photo.full_clean()

    assert photo.file.closed
