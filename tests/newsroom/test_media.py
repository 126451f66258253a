import pytest

from tests.factories import make_attachment, make_photo

pytestmark = pytest.mark.django_db


def test_uploaded_pictures_are_served_with_their_own_type_and_no_guessing(client):
    photo = make_photo()

    answer = client.get(photo.src)

    headers = {name: answer.headers[name] for name in ("Content-Type", "X-Content-Type-Options", "Cache-Control")}
    assert answer.getvalue()[:3] == b"\xff\xd8\xff"
    assert headers == {
        "Content-Type": "image/jpeg",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "public, max-age=31536000, immutable",
    }


def test_an_uploaded_pdf_is_a_download_that_says_what_it_is(client):
    attachment = make_attachment()

    answer = client.get(attachment.file.url)

    headers = {name: answer.headers[name] for name in ("Content-Type", "Content-Disposition", "X-Content-Type-Options")}
    assert answer.getvalue()[:5] == b"%PDF-"
    assert headers == {
        "Content-Type": "application/pdf",
        "Content-Disposition": f'attachment; filename="{attachment.file.name.rpartition("/")[2]}"',
        "X-Content-Type-Options": "nosniff",
    }


def test_anything_else_is_a_download(client, settings):
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    (settings.MEDIA_ROOT / "page.html").write_text("<script>alert(1)</script>")

    answer = client.get("/media/page.html")

    assert (answer.headers["Content-Type"], answer.headers["Content-Disposition"]) == (
        "application/octet-stream",
        'attachment; filename="page.html"',
    )
    answer.close()


@pytest.mark.parametrize(
    "name", ["nothing.webp", "../newsroom.sqlite3", "%2e%2e/secret-key.txt", "photos", "", "a%00b.png"]
)
def test_what_is_not_there_or_not_ours_to_give_is_not_found(client, settings, name):
    (settings.MEDIA_ROOT / "photos").mkdir(parents=True, exist_ok=True)

    assert client.get(f"/media/{name}").status_code == 404
