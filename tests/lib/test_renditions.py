import io

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from newsroom.lib import images, renditions
from newsroom.lib.renditions import Copies, plan

MIDDLE = (50, 50)


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def suffixes(size, focus=MIDDLE):
    return {rendition.suffix: rendition.size for rendition in plan(size, focus)}


def test_a_large_picture_gets_all_widths_in_three_formats_and_four_crops():
    whole = {320: 200, 640: 400, 750: 469, 960: 600, 1280: 800, 1920: 1200}
    crops = {"social": (1200, 630), "1x1": (1200, 1200), "4x3": (1200, 900), "16x9": (1200, 675)}

    assert suffixes((4000, 2500)) == {
        **{
            f"{width}.{ending}": (width, height)
            for ending in ("jpg", "webp", "avif")
            for width, height in whole.items()
        },
        **{f"{shape}-50-50.jpg": size for shape, size in crops.items()},
    }


@pytest.mark.parametrize(
    ("size", "widths"),
    [
        ((1920, 1200), {320, 640, 750, 960, 1280, 1920}),
        ((1919, 1200), {320, 640, 750, 960, 1280}),
        ((320, 9), {320}),
        ((40, 30), {40}),
    ],
)
def test_nothing_is_made_larger_than_it_came(size, widths):
    made = suffixes(size)

    assert {int(suffix[:-5]) for suffix in made if suffix.endswith(".avif")} == widths
    assert all(width <= size[0] and height <= max(size[1], 1) for width, height in made.values())


@pytest.mark.parametrize(
    ("focus", "colour"),
    [((0, 50), "red"), ((10, 50), "red"), ((50, 50), "lime"), ((90, 0), "blue"), ((100, 100), "blue")],
)
def test_crops_keep_the_focal_point(focus, colour):
    """Three squares in a row; the square crop shows the one with the focal point."""
    drawn = Image.new("RGB", (900, 300), "lime")
    drawn.paste("red", (0, 0, 300, 300))
    drawn.paste("blue", (600, 0, 900, 300))
    square = next(rendition for rendition in plan(drawn.size, focus) if rendition.suffix.startswith("1x1"))

    renditions.make("a.jpg", drawn, square)

    with default_storage.open(f"a-1x1-{focus[0]}-{focus[1]}.jpg") as file, Image.open(file) as crop:
        assert (crop.format, crop.size) == ("JPEG", (300, 300))
        colours = [crop.getpixel((x, 150)) for x in (20, 150, 280)]
    wanted = Image.new("RGB", (1, 1), colour).getpixel((0, 0))
    assert all(abs(a - b) < 12 for found in colours for a, b in zip(found, wanted, strict=True))


def test_copies_carry_no_metadata_and_stand_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0xA431] = "serial number 4711"
    exif[0x8825] = {1: "N", 2: (52.0, 30.0, 0.0)}
    file = io.BytesIO()
    options = {"exif": exif, "comment": b"4711", "xmp": b"<x>4711</x>", "icc_profile": b"4711"}
    Image.effect_noise((1200, 800), 50).convert("RGB").save(file, "JPEG", **options)
    upright = images.opened(file)
    images.keep("a.jpg", upright)
    todo = plan(upright.size, MIDDLE)

    renditions.make_missing("a.jpg", todo)

    names = default_storage.listdir("")[1]
    assert len(names) == len(todo) + 1 == 14
    for name in names:
        with default_storage.open(name) as stored:
            assert b"4711" not in stored.read()
            with Image.open(stored) as copy:
                assert (copy.width < copy.height or "50-50" in name, dict(copy.getexif())) == (True, {})
                assert {"icc_profile", "xmp", "exif", "comment", "photoshop"}.isdisjoint(copy.info)


def test_what_is_transparent_stays_so_where_it_can_and_is_white_in_jpeg():
    images.keep("a.png", Image.new("RGBA", (40, 30), (255, 0, 0, 0)))

    renditions.make_missing("a.png", plan((40, 30), MIDDLE))

    corners = {}
    for ending in ("jpg", "webp", "avif"):
        with default_storage.open(f"a-40.{ending}") as file, Image.open(file) as copy:
            corners[ending] = copy.getpixel((0, 0))
    assert corners["jpg"] == (255, 255, 255)
    assert (corners["webp"][3], corners["avif"][3]) == (0, 0)


def test_what_exists_is_not_made_again():
    images.keep("a.jpg", Image.new("RGB", (40, 30)))
    todo = plan((40, 30), MIDDLE)
    renditions.make_missing("a.jpg", todo[:2])
    default_storage.delete("a.jpg")

    renditions.make_missing("a.jpg", todo[:2])

    assert renditions.existing("a.jpg", todo) == {todo[0].suffix: [40, 30], todo[1].suffix: list(todo[1].size)}
    with pytest.raises(FileNotFoundError):
        renditions.make_missing("a.jpg", todo)


# --- Reading the record ---------------------------------------------------------------------------


def test_a_page_is_offered_the_better_formats_first_and_narrow_before_wide():
    record = {
        f"{width}.{ending}": [width, width // 2] for ending in ("jpg", "webp", "avif") for width in (1280, 320, 960)
    }

    copies = Copies("p/a.png", record)

    assert copies.src == "/media/p/a-960.jpg"
    assert copies.srcset("jpg") == "/media/p/a-320.jpg 320w, /media/p/a-960.jpg 960w, /media/p/a-1280.jpg 1280w"
    assert [ending for ending, _srcset in copies.sources()] == ["avif", "webp"]


def test_a_format_is_offered_when_its_widest_copy_is_there():
    record = {"320.jpg": [320, 200], "640.jpg": [640, 400], "320.avif": [320, 200], "640.webp": [640, 400]}

    assert [ending for ending, _srcset in Copies("a.jpg", record).sources()] == ["webp"]


@pytest.mark.parametrize("name", ["", "a.jpg", "p/ä b.jpg", "x" * 300])
@pytest.mark.parametrize(
    "record",
    [None, {}, [], "{", 7, [1, 2], {"320.jpg": None}, {"320.jpg": [1]}, {"320.jpg": ["a", "b"]}, {"": []}, {"x": {}}],
)
def test_a_damaged_record_costs_its_pictures_and_nothing_else(name, record):
    copies = Copies(name, record)

    assert (copies.src, copies.sources(), copies.srcset("jpg"), copies.crops) == ("", [], "", {})


def test_a_record_of_before_with_webp_alone_is_shown():
    assert Copies("a.jpg", {"320.webp": [320, 200], "1600.webp": [1600, 1000]}).src == "/media/a-320.webp"
