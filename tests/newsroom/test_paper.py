"""The paper's own files for machines: robots.txt, security.txt, the manifest, the icons."""

import io
import json
from datetime import UTC, datetime

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from newsroom.models import Paper
from tests.factories import make_staff, picture_file

pytestmark = pytest.mark.django_db


def save_paper(**columns) -> Paper:
    paper = Paper.objects.first() or Paper()
    for name, value in columns.items():
        setattr(paper, name, value)
    paper.save()
    return Paper.current()


# --- robots.txt -------------------------------------------------------------------------------------


def test_robots_are_told_what_to_leave_and_where_the_sitemaps_are(client):
    save_paper(robots_txt="Disallow: /drafts/\r\n\r\nUser-agent: GPTBot\r\nDisallow: /")

    response = client.get("/robots.txt")

    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().split("\n") == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /comments/receipt/",
        "Disallow: /comments/letters/",
        "Disallow: /drafts/",
        "",
        "User-agent: GPTBot",
        "Disallow: /",
        "",
        "Sitemap: http://testserver/sitemap.xml",
        "Sitemap: http://testserver/sitemaps/news.xml",
        "",
    ]


# --- security.txt -----------------------------------------------------------------------------------


def test_whom_to_tell_of_a_hole(client, time_machine):
    time_machine.move_to(datetime(2026, 3, 1, 8, 30, tzinfo=UTC), tick=False)
    save_paper(security_contact="mailto:security@example.org", security_policy="https://example.org/policy")

    response = client.get("/.well-known/security.txt")

    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().splitlines() == [
        "Contact: mailto:security@example.org",
        "Expires: 2026-08-28T00:00:00Z",
        "Preferred-Languages: en",
        "Canonical: http://testserver/.well-known/security.txt",
        "Policy: https://example.org/policy",
    ]


def test_it_never_runs_out(client, time_machine):
    save_paper(security_contact="mailto:security@example.org")
    for moment in (datetime(2027, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(2030, 2, 28, tzinfo=UTC)):
        time_machine.move_to(moment, tick=False)

        words = client.get(f"/.well-known/security.txt?{moment.year}").content.decode()

        expires = datetime.strptime(words.split("Expires: ")[1].split("\n")[0], "%Y-%m-%dT%H:%M:%S%z")
        assert 170 < (expires - moment).days < 365


def test_with_nobody_to_tell_there_is_no_such_file(client):
    assert client.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("security_contact", "security@example.org"),
        ("security_contact", "mailto:a@example.org\nPolicy: https://evil.example"),
        ("security_contact", "mailto:a@example.org\n"),
        ("security_contact", "javascript:alert(1)"),
        ("security_contact", "https://" + "x" * 10_000),
        ("security_contact", "mailto:\x00"),
        ("security_policy", "http://example.org/"),
        ("security_policy", "policy"),
        ("security_policy", "https://example.org/\nContact: x"),
        ("robots_txt", "a\x00b"),
    ],
)
def test_the_desk_takes_no_bad_lines(client, field, given):
    client.force_login(make_staff())
    form = {
        "name": "The Lantern",
        "accent": "sea",
        "what_changed": "no typos",
        "links-TOTAL_FORMS": "0",
        "links-INITIAL_FORMS": "0",
    }

    response = client.post("/admin/newsroom/paper/add/", form | {field: given})

    if given.endswith("example.org\n"):  # the field itself takes spaces away at both ends
        assert Paper.current().security_contact == given.strip()
    else:
        assert (response.status_code, list(response.context["adminform"].form.errors)) == (200, [field])
        assert Paper.objects.count() == 0


# --- Icons and the manifest ---------------------------------------------------------------------------


def sizes(paper: Paper) -> dict[str, tuple[str, tuple[int, int]]]:
    found = {}
    for side, address in paper.icons.items():
        with default_storage.open(address.removeprefix("/media/")) as file:
            picture = Image.open(io.BytesIO(file.read()))
            found[side] = (picture.format, picture.size)
    return found


@pytest.mark.parametrize("name", ["The Lantern", "Échos", "日報", "", "   ", "💡", "!"])
def test_a_paper_without_a_logo_has_icons_of_its_name(name):
    paper = save_paper(name=name)

    assert sizes(paper) == {side: ("PNG", (int(side),) * 2) for side in ("180", "192", "512")}


@pytest.mark.parametrize("size", [(2000, 40), (40, 2000), (1, 1)])
def test_a_paper_with_a_logo_has_icons_of_it(size):
    before = save_paper(name="The Lantern").icon

    paper = save_paper(logo=picture_file(size=size))

    assert sizes(paper) == {side: ("PNG", (int(side),) * 2) for side in ("180", "192", "512")}
    assert paper.icon != before


def test_icons_keep_their_address_as_long_as_their_picture():
    first = save_paper(name="The Lantern").icons

    second = save_paper(name="Tidewick Times", tagline="Another").icons
    third = save_paper(name="Daily Quay").icons

    assert first == second != third


# --- The picture beside links -----------------------------------------------------------------------


def link_picture(paper: Paper) -> Image.Image:
    with default_storage.open(paper.link_preview.removeprefix("/media/")) as file:
        picture = Image.open(io.BytesIO(file.read()))
        picture.load()
    return picture


@pytest.mark.parametrize(
    ("name", "tagline"),
    [
        ("The Lantern", "Since 1887"),
        ("W" * 80, "x" * 160),
        ("A " * 40, ""),
        ("日報", "日報"),
        ("", ""),
        ("   ", " "),
        ("💡 Light\n", "\n"),
        ("الفانوس", "ضوء"),
    ],
)
def test_a_picture_beside_links_is_drawn_of_any_name(name, tagline):
    picture = link_picture(save_paper(name=name, tagline=tagline))

    grey = picture.convert("L")
    margins = [grey.crop(box).getcolors() for box in ((0, 0, 79, 630), (1121, 0, 1200, 630))]
    assert (picture.format, picture.size) == ("PNG", (1200, 630))
    assert len(grey.crop((80, 100, 1120, 530)).getcolors()) > 1  # something stands in its middle ...
    assert [len(colours) for colours in margins] == [1, 1]  # ... and does not stick out


def test_it_is_drawn_of_the_logo_if_there_is_one():
    of_name = save_paper(name="The Lantern").link_preview

    paper = save_paper(logo=picture_file(size=(300, 100)))

    red, green, blue = link_picture(paper).convert("RGB").getpixel((600, 315))
    assert paper.link_preview != of_name
    assert (red < 40, 100 < green < 160, 100 < blue < 160) == (True, True, True)  # teal


def test_it_keeps_its_address_as_long_as_it_looks_the_same():
    first = save_paper(name="The Lantern").link_preview
    second = save_paper(footer="Printed on the quay").link_preview
    changed = save_paper(tagline="Since 1887").link_preview

    assert first == second != changed


def test_editors_may_choose_another_which_is_cut():
    paper = save_paper(link_picture=picture_file("ours.png", size=(900, 900)))

    picture = link_picture(paper)

    assert (picture.format, picture.size, paper.link_preview[-4:]) == ("JPEG", (1200, 630), ".jpg")


def test_a_logo_that_is_lost_keeps_nobody_from_saving():
    paper = save_paper(name="The Lantern", logo=picture_file())
    default_storage.delete(paper.logo.name)

    assert link_picture(save_paper(tagline="Since 1887")).size == (1200, 630)


def test_no_page_looks_at_the_picture(client, settings, tmp_path):
    save_paper(name="The Lantern")
    settings.MEDIA_ROOT = tmp_path  # where nothing is

    assert 'property="og:image:width" content="1200"' in client.get("/").content.decode()
    assert list(tmp_path.iterdir()) == []


def test_the_manifest_names_the_paper_and_its_icons(client):
    paper = save_paper(name="The Lantern", tagline="A light")

    response = client.get("/manifest.webmanifest")

    assert response.headers["Content-Type"] == "application/manifest+json"
    assert json.loads(response.content) == {
        "name": "The Lantern",
        "description": "A light",
        "lang": "en",
        "dir": "ltr",
        "start_url": "/",
        "display": "browser",
        "icons": [
            {"src": paper.icons[side], "sizes": f"{side}x{side}", "type": "image/png"} for side in ("180", "192", "512")
        ],
    }


def test_a_paper_that_nobody_saved_has_our_icon(client):
    answers = [client.get(path) for path in ("/manifest.webmanifest", "/favicon.ico", "/")]

    assert json.loads(answers[0].content)["icons"] == [
        {"src": "/static/newsroom/icon.svg", "sizes": "any", "type": "image/svg+xml"}
    ]
    assert (answers[1].status_code, answers[1].headers["Location"]) == (302, "/static/newsroom/icon.svg")
    assert b'<link rel="icon" href="/static/newsroom/icon.svg" type="image/svg+xml">' in answers[2].content


def test_every_page_names_the_icons(client):
    icons = save_paper(name="The Lantern").icons

    html = client.get("/").content.decode()

    assert f'<link rel="icon" href="{icons["192"]}" sizes="192x192" type="image/png">' in html
    assert f'<link rel="apple-touch-icon" href="{icons["180"]}">' in html
    assert '<link rel="manifest" href="/manifest.webmanifest">' in html
    assert client.get("/favicon.ico").headers["Location"] == icons["192"]
