"""Pictures in bodies and on pages: all their copies, at no query more than one, and never at the cost of a page."""

import re

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from articles import renditions
from articles.figures import illustrated, with_keys
from articles.models import Article, Photo
from newsroom.lib.markup import sanitise
from tests.factories import make_article, make_articles, make_photo, picture_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def make_ready_photo(**columns):
    photo = make_photo(**columns)
    renditions.make_due()
    photo.refresh_from_db()
    return photo


def figure(photo, alt="A pier"):
    return f'<figure><img alt="{alt}" data-file="{photo.pk}" src="{photo.src}"><figcaption>Dawn</figcaption></figure>'


def stem(photo):
    return f"/media/{photo.file.name}".rpartition(".")[0]


def test_a_picture_comes_in_all_formats_with_its_size():
    photo = make_ready_photo(file=picture_file(size=(700, 500)))
    at, sizes = stem(photo), "(min-width: 64rem) 62rem, 100vw"

    assert illustrated(f"<p>One</p>{figure(photo)}<p>Two</p>") == (
        "<p>One</p><figure><picture>"
        f'<source type="image/avif" srcset="{at}-320.avif 320w, {at}-640.avif 640w" sizes="{sizes}">'
        f'<source type="image/webp" srcset="{at}-320.webp 320w, {at}-640.webp 640w" sizes="{sizes}">'
        f'<img src="{at}-640.jpg" srcset="{at}-320.jpg 320w, {at}-640.jpg 640w" sizes="{sizes}"'
        ' width="700" height="500" alt="A pier" loading="lazy">'
        "</picture><figcaption>Dawn</figcaption></figure><p>Two</p>"
    )


def test_until_the_worker_was_there_the_first_copy_is_shown():
    photo = make_photo()

    assert illustrated(figure(photo)) == (
        f'<figure><picture><img src="{photo.src}" srcset="{photo.src} 40w" sizes="(min-width: 64rem) 62rem, 100vw"'
        ' width="40" height="30" alt="A pier" loading="lazy"></picture><figcaption>Dawn</figcaption></figure>'
    )


@pytest.mark.parametrize(("count", "queries"), [(0, 0), (1, 1), (30, 1)])
def test_pictures_of_a_body_cost_one_query_and_none_if_there_are_none(django_assert_num_queries, count, queries):
    body = "<p>Words.</p>" + "".join(figure(make_photo()) for _figure in range(count))

    with django_assert_num_queries(queries):
        html = illustrated(body)

    assert html.count("<picture>") == count


def test_a_deleted_photo_leaves_its_address():
    photo = make_photo()
    body, address = figure(photo), photo.src
    photo.delete()

    assert illustrated(body) == (
        f'<figure><img alt="A pier" loading="lazy" src="{address}"><figcaption>Dawn</figcaption></figure>'
    )


def test_quotes_and_angles_stay_text():
    photo = make_photo()
    body = sanitise(
        f'<img src="{photo.src}" data-file="{photo.pk}" alt="&quot;><script>alert(1)</script> &amp; &lt;b>">'
    )

    html = illustrated(body)

    assert 'alt="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;"' in html
    assert "<script" not in html


@pytest.mark.parametrize("key", ["x", "-1", "9" * 40, "１", "1 or 1", ""])
def test_a_key_that_is_none_is_dropped(key):
    assert sanitise(f'<img src="/media/a.jpg" data-file="{key}">') == '<img src="/media/a.jpg">'


def test_a_pasted_picture_of_ours_gets_its_key_and_one_of_others_is_dropped():
    photo = make_ready_photo()
    pasted = [f"http://testserver{photo.src}", photo.src.replace(".jpg", ".avif"), f"/media/{photo.file.name}"]

    found = [with_keys(sanitise(f'<p>x</p><img src="{address}">')) for address in pasted]

    assert [f'data-file="{photo.pk}"' in html for html in found] == [True] * 3
    assert with_keys(sanitise('<p>x</p><img src="https://evil.example/a.jpg">')) == "<p>x</p>"
    assert with_keys(sanitise('<img src="/media/nothing-320.jpg">')) == '<img src="/media/nothing-320.jpg">'


# --- Pages ---------------------------------------------------------------------------------------------


def page_of(client, **parts):
    article = make_article(**parts)
    return client.get(article.get_absolute_url())


def test_the_lead_picture_comes_first_and_is_cut_around_its_focal_point(client):
    photo = make_ready_photo(focus_x=0, focus_y=80)

    html = page_of(client, lead_photo=photo.pk).content.decode()

    (lead,) = re.findall(r"<img[^>]*>", html)
    assert ('fetchpriority="high"' in lead, "loading" in lead, 'class="x0 y75"' in lead) == (True, False, True)
    assert re.findall(r'<source type="image/(\w+)"', html) == ["avif", "webp"]


def test_cards_are_lazy(client):
    make_articles(12, lead_photo=make_ready_photo().pk)

    found = re.findall(r"<img[^>]*>", client.get("/world/").content.decode())

    assert len(found) > 5
    assert all('width="40" height="30"' in tag for tag in found)
    assert sum('loading="lazy"' in tag for tag in found) >= len(found) - 1


def test_copies_cost_no_query(client, django_assert_num_queries):
    photo = make_photo()
    article = make_article(lead_photo=photo.pk)
    shown = Article.objects.for_reading().get(pk=article.pk)

    with django_assert_num_queries(0):
        assert shown.lead_photo.src == photo.src
        assert shown.lead_photo.crop("1x1") is None


def harm_file(photo):
    for name in default_storage.listdir(photo.file.name.rpartition("/")[0])[1]:
        default_storage.delete(f"{photo.file.name.rpartition('/')[0]}/{name}")


def harm_record(photo):
    Photo.objects.filter(pk=photo.pk).update(copies=["not", {"a": "record"}])


def harm_name(photo):
    Photo.objects.filter(pk=photo.pk).update(file="")


def harm_sizes(photo):
    Photo.objects.filter(pk=photo.pk).update(width=0, height=0, copies={})


@pytest.mark.parametrize("harm", [harm_file, harm_record, harm_name, harm_sizes])
def test_a_broken_picture_never_breaks_a_page(client, admin_client, harm):
    photo = make_ready_photo()
    article = make_article(lead_photo=photo.pk, body=f"<p>Words.</p>{figure(photo)}", headline="It stands")
    harm(photo)
    public = ["/", "/world/", article.get_absolute_url()]
    desk = [
        "/admin/articles/photo/",
        f"/admin/articles/photo/{photo.pk}/change/",
        "/admin/articles/photo/pick/",
        f"/admin/articles/article/{article.pk}/preview/",
    ]

    answers = [client.get(path) for path in public] + [admin_client.get(path) for path in desk]

    assert [answer.status_code for answer in answers] == [200] * 7
    assert all(b"It stands" in answer.content for answer in answers[:3])
    Photo.objects.update(due_at=timezone.now())
    renditions.make_due()  # nor the worker
    assert client.get(public[2]).status_code == 200
