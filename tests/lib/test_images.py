import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from newsroom.lib import images
from newsroom.lib.images import check_picture
from tests.factories import make_author, make_photo, picture_file


def written(kind: str, **options) -> bytes:
    file = io.BytesIO()
    Image.effect_noise((40, 30), 60).convert("RGB").save(file, kind, **options)
    return file.getvalue()


def too_many_pixels() -> bytes:
    file = io.BytesIO()
    Image.new("1", (8000, 7000)).save(file, "PNG")
    return file.getvalue()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/png")


def bomb() -> bytes:
    """A PNG of a few bytes that says it has 30,000 × 30,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "kind"), [("a.png", "PNG"), ("a.jpg", "JPEG"), ("a.JPEG", "JPEG"), ("a.webp", "WEBP")]
)
def test_pictures_are_taken(name, kind):
    check_picture(upload(name, written(kind)))


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.png", b"no picture at all", "This file is not a picture we can read."),
        ("a.png", b"", "This file is not a picture we can read."),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This file is not a picture we can read."),
        ("a.gif", written("GIF"), "This file is not a picture we can read."),
        ("a.jpg", written("PNG"), "The name ends in “.jpg”, but the file is a PNG picture."),
        ("a", written("PNG"), "The name ends in “”, but the file is a PNG picture."),
        ("a.jpg", written("JPEG")[:-200], "This picture is damaged or cut short."),
        ("a.png", written("PNG")[:-60], "This picture is damaged or cut short."),
        (
            "a.png",
            too_many_pixels(),
            "This picture has 8000 × 7000 pixels; the limit is 50 million.",
        ),
        ("a.png", bomb(), "This picture has far too many pixels."),
    ],
)
def test_what_is_no_picture_is_too_large_or_lies_is_refused_with_the_reason(name, content, reason):
    with pytest.raises(ValidationError) as refused:
        check_picture(upload(name, content))

    assert refused.value.messages[0].startswith(reason)


def test_too_many_bytes_are_refused(settings):
    settings.PICTURE_MAX_BYTES = 10

    with pytest.raises(ValidationError, match="MB"):
        check_picture(upload("a.png", written("PNG")))


@pytest.mark.django_db
def test_pages_get_smaller_copies_without_metadata_and_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x8825] = {1: "N", 2: (52.0, 30.0, 0.0)}
    file = io.BytesIO()
    Image.new("RGB", (1200, 800), "teal").save(file, "JPEG", exif=exif)
    photo = make_photo(file=SimpleUploadedFile("Pier.JPG", file.getvalue()))

    with photo.file.storage.open(images.copy_name(photo.file.name, 640)) as stored, Image.open(stored) as copy:
        found = (copy.format, copy.size, dict(copy.getexif()))

    assert (photo.width, photo.height, photo.widths) == (800, 1200, [320, 640])
    assert found == ("WEBP", (640, 960), {})


@pytest.mark.django_db
def test_a_portrait_becomes_a_square():
    author = make_author()
    author.portrait = picture_file(size=(900, 600))

    author.save()

    with author.portrait.open() as file, Image.open(file) as portrait:
        assert (portrait.format, portrait.size) == ("WEBP", (480, 480))


@pytest.mark.django_db
def test_the_desk_refuses_a_bad_upload_beside_its_field(admin_client):
    response = admin_client.post(
        "/admin/articles/photo/add/", {"file": upload("a.jpg", written("PNG")), "alt": "A pier"}
    )

    assert response.status_code == 200
    assert "a PNG picture" in str(response.context["adminform"].form.errors["file"])


@pytest.mark.django_db
def test_a_picture_in_storage_is_not_opened_again():
    photo = make_photo()
    photo.file.storage.delete(photo.file.name)

    photo.full_clean()

    assert photo.file.closed
