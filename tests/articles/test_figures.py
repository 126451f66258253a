"""Pictures in bodies and on pages: all their copies, at no query more than one, and never at the cost of a page."""

import re
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import removal, renditions
from articles.figures import illustrated, with_keys
from articles.models import Article, Figure, Photo
from newsroom.lib.markup import sanitise
from newsroom.lib.redaction import Redaction
from tests.factories import (
    do_follow_ups,
    make_article,
    make_articles,
    make_draft,
    make_photo,
    make_staff,
    make_story,
    picture_file,
)

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


# --- The rows that repeat what a body shows ---------------------------------------------------------


def kept(rows=None):
    """The photos of each row's figures, by the row's place in the order of keys."""
    rows = Article.objects.order_by("pk") if rows is None else rows
    return [list(row.figures.values_list("photo", flat=True)) for row in rows]


def shown(rows=None):
    """What the bodies say, of photos that are there."""
    there = set(Photo.objects.values_list("pk", flat=True))
    rows = Article.objects.order_by("pk") if rows is None else rows
    named = [dict.fromkeys(map(int, re.findall(r'<img[^>]* data-file="(\d+)"', row.body))) for row in rows]
    return [[key for key in keys if key in there] for keys in named]


@pytest.fixture
def photos():
    return [make_photo(file=picture_file(size=(side, 30))) for side in (40, 50, 60)]


@pytest.fixture
def article(photos):
    """The second photo, then the first."""
    return make_article(slug="pier", body=f"<p>Quillfeather.</p>{figure(photos[1])}{figure(photos[0], 'Quillfeather')}")


def write(article, *photos):
    story = make_story(slug=article.slug, body="<p>New.</p>" + "".join(map(figure, photos)))
    return article.save_draft(story, by=None)


def test_a_body_has_a_figure_of_each_photo_in_order_and_once(photos):
    gone = make_photo(file=picture_file(size=(70, 30)))
    body = "".join(map(figure, [photos[2], gone, photos[0], photos[2]]))
    gone.delete()
    words = f'<p>&lt;img data-file="{photos[1].pk}"&gt;</p>'

    make_article(body=body + words)

    assert kept() == shown() == [[photos[2].pk, photos[0].pk]]


def test_a_draft_of_a_live_story_leaves_its_figures(article, photos):
    write(article, photos[2])

    assert kept() == shown() == [[photos[1].pk, photos[0].pk]]


def test_a_change_brings_its_figures(article, photos):
    article.publish(write(article, photos[2], photos[0]))

    assert kept() == shown() == [[photos[2].pk, photos[0].pk]]


def test_a_change_that_waits_has_its_own_until_it_is_folded_in(article, photos, time_machine):
    now, soon = timezone.now(), timezone.now() + timedelta(minutes=1)
    time_machine.move_to(now, tick=False)
    article.publish(write(article, photos[2]), at=soon)
    public = [kept(Article.objects.published())]
    waiting = kept(), shown()
    time_machine.move_to(soon, tick=False)
    public.append(kept(Article.objects.published()))
    do_follow_ups()

    old, new = [photos[1].pk, photos[0].pk], [photos[2].pk]
    assert waiting == ([old, new], [old, new])
    assert public == [[old], [new]]
    assert kept() == shown() == [new]


def test_what_is_scheduled_or_withdrawn_has_those_of_its_own_body(article, photos):
    draft = make_draft(body=figure(photos[0]))
    draft.publish(write(draft, photos[1]), at=timezone.now() + timedelta(days=1))
    article.withdraw()
    write(article, photos[2])

    assert kept() == shown() == [[photos[2].pk], [photos[1].pk]]
    assert kept(Article.objects.published()) == []


def test_a_revision_that_comes_back_brings_its_figures_back(article, photos):
    article.publish(write(article, photos[2]))
    article.publish(article.save_draft(article.revisions.get(number=1).read(), by=None))

    assert kept() == shown() == [[photos[1].pk, photos[0].pk]]


@pytest.mark.parametrize("passage", ["Quillfeather", "{key}"])
def test_a_legal_removal_takes_words_and_no_picture(article, photos, passage):
    article.publish(write(article, photos[2]), at=timezone.now() + timedelta(days=1))
    redaction = Redaction(passage.format(key=photos[0].pk), "[removed]")
    removal.remove(article, redaction, by=make_staff(), reason="Order 7")

    assert kept() == shown() == [[photos[1].pk, photos[0].pk], [photos[2].pk]]


def test_a_photo_that_is_deleted_takes_its_figures_along(article, photos):
    first = photos[1].pk
    photos[0].delete()

    assert kept() == shown() == [[first]]


def test_bodies_from_before_get_their_figures_by_the_migration(article, photos):
    make_article()
    article.publish(write(article, *photos), at=timezone.now() + timedelta(days=1))
    make_draft(body=figure(photos[0]) * 2 + '<img src="/media/a.jpg" data-file="999999">')
    before = kept()
    Figure.objects.all().delete()

    import_module("articles.migrations.0012_figures").fill(apps, None)

    assert kept() == shown() == before


@pytest.mark.parametrize("count", [1, 30])
def test_publishing_costs_the_same_for_any_number_of_figures(count):
    draft = make_draft(body="".join(figure(make_photo()) for _figure in range(count)))
    revision = draft.latest_revision()

    with CaptureQueriesContext(connection) as queries:
        draft.publish(revision)

    about = [query["sql"].split()[0] for query in queries.captured_queries if '"articles_figure"' in query["sql"]]
    assert (about, draft.figures.count()) == (["SELECT", "DELETE", "INSERT"], count)


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
