"""The worker's part in pictures: once each, whatever happens."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone
from PIL import Image

from articles import renditions
from articles.models import Photo
from newsroom.lib import caching, images
from tests.factories import make_article, make_photo, picture_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def files(media: Path) -> dict[str, int]:
    """When each was written, by name."""
    return {path.name: path.stat().st_mtime_ns for path in media.rglob("*") if path.is_file()}


def make_noisy_photo(size=(1400, 900), **columns):
    noise = Image.effect_noise(size, 60).convert("RGB")
    return make_photo(file=ContentFile(images.encoded(noise, "JPEG"), name="noise.jpg"), **columns)


def test_the_upload_makes_one_copy_and_the_worker_the_others(media):
    photo = make_photo(file=picture_file(size=(700, 500)))
    at_once = dict(photo.copies)

    looked_at = [renditions.make_due() for _round in range(3)]

    photo.refresh_from_db()
    assert (at_once, looked_at) == ({"640.jpg": [640, 457]}, [1, 0, 0])
    assert (photo.due_at, photo.failure, len(photo.copies)) == (None, "", 10)
    assert len(files(media)) == 11
    assert photo.crop("social").address.endswith("-social-50-50.jpg")
    assert photo.crop("1x1")[1:] == (500, 500)


def test_the_same_picture_twice_is_made_once(media):
    for _upload in range(2):
        make_photo()
        renditions.make_due()
        written = files(media)

    assert files(media) == written
    assert [len(photo.copies) for photo in Photo.objects.all()] == [7, 7]


def test_a_moved_focal_point_gives_new_crops_under_new_names_and_makes_nothing_else_again(media):
    photo = make_photo()
    renditions.make_due()
    before = files(media)
    photo = Photo.objects.get()
    photo.focus_x, photo.focus_y = 20, 90

    photo.save()
    meanwhile = Photo.objects.get().crop("1x1").address
    renditions.make_due()

    after = files(media)
    assert meanwhile.endswith("-1x1-50-50.jpg")
    assert Photo.objects.get().crop("1x1").address.endswith("-1x1-20-90.jpg")
    assert {name: after[name] for name in before} == before
    assert len(after) == len(before) + 4


def test_another_file_gets_other_addresses_at_once(media):
    photo = make_photo()
    renditions.make_due()
    photo = Photo.objects.get()
    before = photo.src
    photo.file = picture_file(size=(900, 600))

    photo.save()

    found = Photo.objects.get()
    assert (found.width, found.height, list(found.copies)) == (900, 600, ["750.jpg"])
    assert found.src != before
    assert default_storage.exists(before.removeprefix("/media/"))  # kept pages still show it


def test_words_saved_while_the_worker_is_at_it_do_not_undo_its_record():
    photo = make_photo()
    read_before = Photo.objects.get()
    renditions.make_due()

    read_before.caption = "Mended"
    read_before.save()

    photo.refresh_from_db()
    assert (photo.caption, len(photo.copies)) == ("Mended", 7)


def test_what_was_changed_while_the_worker_was_at_it_is_looked_at_again():
    photo = make_photo()
    claimed = Photo.objects.claim_next(renditions.LEASE)
    photo.focus_x = 0
    photo.save()

    renditions.make(claimed)

    assert Photo.objects.get().due_at <= timezone.now()
    renditions.make_due()
    assert Photo.objects.get().crop("1x1").address.endswith("-1x1-0-50.jpg")


def test_pages_that_are_kept_show_the_new_copies_once_all_that_are_due_are_made(client):
    make_article(slug="pier", lead_photo=make_photo(file=picture_file(size=(340, 300))).pk)
    make_photo()
    seen = []

    for _look in range(3):
        seen.append("image/avif" in client.get("/world/pier/").content.decode())
        renditions.make_due()

    assert seen == [False, False, True]


def test_a_photo_that_gets_nothing_new_renews_no_page():
    make_photo()
    renditions.make_due()
    before = caching.kept_under_edition("lot", random.random)

    Photo.objects.make_again()
    looked_at = renditions.make_due()

    assert (looked_at, caching.kept_under_edition("lot", random.random)) == (1, before)


# --- Failures ------------------------------------------------------------------------------------------


def test_a_missing_file_is_said_and_tried_again_after_a_pause(time_machine):
    photo = make_photo()
    default_storage.delete(photo.file.name)
    time_machine.move_to(timezone.now(), tick=False)
    looked_at = []

    for seconds in (0, 29, 1, 59, 1):
        time_machine.shift(seconds)
        looked_at.append(renditions.make_due())

    photo.refresh_from_db()
    assert looked_at == [1, 0, 1, 0, 1]
    assert photo.failure == "The file is missing from the media folder. Upload the picture again."
    assert photo.copies == {"40.jpg": [40, 30]}  # what there was is still shown


def test_a_damaged_file_is_said():
    photo = make_photo()
    images.store(photo.file.name, b"damaged")

    renditions.make_due()

    photo.refresh_from_db()
    assert photo.failure == "The file in the media folder is damaged. Upload the picture again."


def test_a_full_disk_keeps_what_was_made_and_the_rest_follows_when_there_is_room(media, monkeypatch, time_machine):
    photo = make_photo()
    time_machine.move_to(timezone.now(), tick=False)
    made, sync = [], os.fsync

    def room_for_two(number):
        made.append(number)
        if len(made) > 2:
            raise OSError(28, "No space left on device")
        sync(number)

    monkeypatch.setattr("os.fsync", room_for_two)
    renditions.make_due()
    monkeypatch.undo()
    full = Photo.objects.get()
    time_machine.shift(timedelta(seconds=31))
    renditions.make_due()

    photo.refresh_from_db()
    assert (full.failure, len(full.copies)) == ("The disk is full.", 3)
    assert (photo.failure, photo.due_at, len(photo.copies)) == ("", None, 7)
    assert [name for name in files(media) if name.endswith(".part")] == []


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 30), (2, 60), (3, 120), (9, 7680), (11, 21600), (2**31 - 1, 21600)]
)
def test_pauses_grow_to_six_hours(attempts, seconds):
    assert renditions.pause(attempts).total_seconds() == seconds


def test_a_broken_photo_keeps_no_other_from_its_copies():
    make_photo(file=picture_file(size=(60, 50)))
    broken = make_photo()
    default_storage.delete(broken.file.name)

    call_command("worker", once=True)
    call_command("worker", once=True)

    assert sorted(bool(photo.failure) for photo in Photo.objects.all()) == [False, True]


def test_all_can_be_made_again(media, capsys):
    photo = make_photo()
    renditions.make_due()
    photo.refresh_from_db()
    lost = list(media.rglob("*.avif"))
    for path in lost:
        path.unlink()

    call_command("renditions", again=True)
    renditions.make_due()

    assert capsys.readouterr().out == "The worker will look at 1 photos.\n1 photos wait; 0 of them failed before.\n"
    assert [path.exists() for path in lost] == [True]


# --- Several workers, and killed ones --------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_no_photo_is_claimed_by_two_workers():
    photos = [make_photo() for _photo in range(30)]
    start, claimed, failures = threading.Barrier(4), [], []

    def work():
        start.wait()
        try:
            while photo := Photo.objects.claim_next(renditions.LEASE):
                claimed.append(photo.pk)
        except Exception as error:  # whatever it is, the test shall say so
            failures.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert (failures, sorted(claimed)) == ([], [photo.pk for photo in photos])
    assert set(Photo.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_half_way_loses_nothing_and_nothing_is_made_twice(media):
    photo = make_noisy_photo()
    killed_at = [kill_a_worker_at(count, media) for count in (4, 7, 10)]
    after_the_kills = files(media)
    row = Photo.objects.get()
    whole = {name for name in after_the_kills if not name.endswith(".part")}

    for name in whole:  # each file that is there is whole
        with Image.open(next(media.rglob(name))) as copy:
            copy.load()
    assert (row.copies, row.failure) == ({"960.jpg": [960, 617]}, "")  # as before: pages go on with what they had
    assert (renditions.make_due(), 2 < len(whole) < 18) == (0, True)  # its lease lasts

    Photo.objects.update(due_at=timezone.now())  # and ends
    renditions.make_due()

    photo.refresh_from_db()
    at_last = files(media)
    assert killed_at == [True] * 3
    assert (photo.due_at, photo.failure, len(photo.copies)) == (None, "", len(photo.plan()))
    assert len(at_last) == len(photo.plan()) + 1  # no half file is left
    assert {name: at_last[name] for name in whole} == {name: after_the_kills[name] for name in whole}


def kill_a_worker_at(count: int, media: Path) -> bool:
    """A real worker; SIGKILL as soon as that many files stand there. True: it was still at it."""
    Photo.objects.update(due_at=timezone.now())
    environment = os.environ | {"MEDIA_ROOT": str(media), "DATABASE_URL": address_of_the_database()}
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker"]
    worker = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while len(files(media)) < count and time.monotonic() < deadline:
        time.sleep(0.001)
    worker.send_signal(signal.SIGKILL)
    return worker.wait() == -signal.SIGKILL


def address_of_the_database() -> str:
    """The tests' own."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    before, mark, options = os.environ["DATABASE_URL"].partition("?")
    return f"{before.rpartition('/')[0]}/{name}{mark}{options}"
