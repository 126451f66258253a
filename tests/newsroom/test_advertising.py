"""Advertisements: when they stand where, what readers and editors get, how clicks are counted."""

import re
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from newsroom.clock import next_changes
from newsroom.models import Campaign, ClickDay, Paper, Slot
from newsroom.models.advertising import TURN, whose_turn
from tests.factories import (
    make_article,
    make_campaign,
    make_category,
    make_comment,
    make_draft,
    make_staff,
    picture_file,
)

pytestmark = pytest.mark.django_db

NINE = datetime(2026, 11, 23, 9, 0, 10, tzinfo=UTC)
PAGES = {"front": "/", "article": "/world/pier/", "list": "/world/"}


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(NINE, tick=False)
    return time_machine


@pytest.fixture
def commits(django_capture_on_commit_callbacks):
    """Tests run inside a transaction: with this, what follows a commit follows."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def article(clock):
    """With a front page of two bands and more. By the clock of the test: NINE is long past."""
    for section in ("town", "sport"):
        for _number in range(8):
            make_article(category=make_category(section).pk)
    return make_article(slug="pier")


def shown(client, path="/"):
    """The alternative texts of the advertisements on the page."""
    return re.findall(r'alt="(Advertisement [^"]*|Ours[^"]*)"', client.get(path).content.decode())


# --- Pages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("slot", Slot.values)
def test_an_advertisement_is_labelled_sponsored_and_has_its_size_reserved(client, article, slot):
    campaign = make_campaign(slot=slot, alt="Advertisement of boats", address="https://boats.example/?a=1&b=2")
    width, height = campaign.size

    html = client.get(PAGES[slot]).content.decode()

    place = html[html.index(f'<div class="place place-{slot}">') :]
    place = place[: place.index("</div>")]
    assert '<p class="advertisement-label">Advertisement</p>' in place
    assert '<a href="https://boats.example/?a=1&amp;b=2" rel="sponsored noopener">' in place
    assert f'width="{width}" height="{height}" alt="Advertisement of boats"' in place
    assert f'method="post" action="/about/advertisements/{campaign.pk}/"' in place
    assert set(re.findall(r'(?:src="|srcset="|, )(/media/advertisements/[\w./-]+)', place)) == {
        address for _width, address in campaign.copies
    }
    assert re.findall(r"<script|\sstyle=|csrf", place) == []


def test_the_style_sheet_reserves_the_same_sizes():
    sheet = (settings.BASE_DIR / "static/newsroom/site.css").read_text()

    found = dict(re.findall(r"\.place-(\w+) \{ aspect-ratio: (\d+ / \d+);", sheet))

    assert found == {slot: f"{slot.size.width} / {slot.size.height}" for slot in Slot}
    assert all(str(slot.size) in slot.label for slot in Slot)


def test_templates_name_only_slots_that_there_are():
    texts = [file.read_text() for file in (settings.BASE_DIR / "templates").rglob("*.html")]

    named = {name for text in texts for name in re.findall(r'{% ad_slot "(\w+)" %}', text)}

    assert named == set(Slot.values)


@pytest.mark.parametrize("slot", Slot.values)
def test_without_a_campaign_there_is_nothing_at_all(client, article, slot):
    make_campaign(slot=next(other for other in Slot if other != slot))

    html = client.get(PAGES[slot]).content.decode()

    assert re.findall(r'class="(?:place|advertisement)', html) == []


def test_nothing_breaks_on_an_empty_paper(client):
    make_campaign()

    assert client.get("/").status_code == 200


def test_pages_with_advertisements_are_the_same_for_everybody(client, article):
    make_campaign()
    make_campaign()
    other = Client(headers={"User-Agent": "Another", "Cookie": "seen=1"}, REMOTE_ADDR="192.0.2.7")

    answers = [reader.get("/") for reader in (client, other)]
    cache.clear()
    answers += [reader.get("/") for reader in (other, client)]

    assert len({answer.content for answer in answers}) == 1
    assert {(answer.get("Vary"), answer.cookies.output()) for answer in answers} == {("Accept-Encoding", "")}


# --- The clock --------------------------------------------------------------------------------


def test_start_and_end_show_on_their_second_through_the_page_cache(client, commits, article, clock):
    now = timezone.now()
    with commits():
        make_campaign(alt="Ours", is_house=True)
        make_campaign(starts_at=now + timedelta(seconds=20), ends_at=now + timedelta(seconds=40), alt="Advertisement 1")

    seen = []
    for seconds in (0, 19.9, 0.1, 19.9, 0.1):
        clock.shift(seconds)
        seen += shown(client)

    assert seen == ["Ours", "Ours", "Advertisement 1", "Advertisement 1", "Ours"]


def test_a_kept_page_changes_at_the_turn_of_the_hour(client, commits, article, clock):
    with commits():
        campaigns = [make_campaign() for _number in range(2)]
    turns = [whose_turn(campaigns, int(NINE.timestamp()) // TURN + hour).alt for hour in range(12)]

    seen = []
    clock.move_to(NINE.replace(minute=59, second=59), tick=False)
    for _hour in range(12):
        seen += shown(client)
        clock.shift(TURN)

    assert seen == turns
    assert len(set(turns)) == 2
    clock.move_to(NINE.replace(minute=59, second=59), tick=False)
    cache.clear()
    hour = next(hour for hour in range(11) if turns[hour] != turns[hour + 1])
    clock.shift(TURN * hour + 0.9)
    before = shown(client)
    clock.shift(0.1)
    assert before + shown(client) == turns[hour : hour + 2]


def test_the_edition_ends_with_the_earliest_change_around_the_stories(clock):
    now = timezone.now()
    draft = make_draft()
    draft.publish(draft.latest_revision(), at=now + timedelta(days=2))
    moments = [(next_changes().of_stories, next_changes().until)]
    make_campaign(ends_at=now + timedelta(days=1))
    moments.append(next_changes().until)
    make_campaign(slot=Slot.LIST, starts_at=now + timedelta(hours=5))
    moments.append(next_changes().until)
    make_campaign()
    moments.append(next_changes().until)

    assert moments == [
        ([now + timedelta(days=2)], None),
        now + timedelta(days=1),
        now + timedelta(hours=5),
        now + timedelta(minutes=59, seconds=50),
    ]


def test_what_is_over_changes_nothing(clock):
    make_campaign(ends_at=timezone.now())

    assert (next_changes(), Campaign.objects.on_show()) == (([], None), {})


@pytest.mark.parametrize("weights", [[1], [1, 1], [1, 3], [5, 2, 3], [100, 1], [1] * 7])
def test_turns_come_as_weighted_and_well_mixed(weights):
    campaigns = [Campaign(advertiser=str(number), weight=weight) for number, weight in enumerate(weights)]
    start = int(NINE.timestamp()) // TURN

    turns = [campaigns.index(whose_turn(campaigns, start + hour)) for hour in range(1000)]

    shares = Counter(turns)
    for number, weight in enumerate(weights):
        assert abs(shares[number] - 1000 * weight / sum(weights)) <= 5
        if len(weights) > 2:
            hours = {(start + hour) % 24 for hour, whose in enumerate(turns) if whose == number}
            assert len(hours) == 24


def test_the_house_steps_in_only_where_nobody_else_runs(client, article):
    make_campaign(alt="Ours", is_house=True)
    make_campaign(alt="Ours, in lists", is_house=True, slot=Slot.LIST)
    alone = shown(client), shown(client, "/world/")
    paid = make_campaign(alt="Advertisement of others")
    cache.clear()

    both = shown(client), shown(client, "/world/")

    assert alone == (["Ours"], ["Ours, in lists"])
    assert both == (["Advertisement of others"], ["Ours, in lists"])
    assert Campaign.objects.on_show()["front"] == paid


# --- The price --------------------------------------------------------------------------------


@pytest.mark.parametrize(("slot", "most"), [("front", 6), ("article", 8), ("list", 7)])
def test_a_page_costs_the_same_with_1_and_with_30_campaigns(client, article, slot, most):
    for _number in range(50):
        make_comment(article)
    costs = []
    for count in (1, 29):
        for number in range(count):
            make_campaign(slot=Slot.values[number % 3] if count > 1 else slot)
        cache.clear()
        client.get("/comments/privacy/")  # the edition is there
        with CaptureQueriesContext(connection) as captured:
            client.get(PAGES[slot])
        costs.append(len(captured))

    assert costs[0] == costs[1] <= most


def test_a_changed_campaign_shows_on_the_next_read(client, commits, article):
    campaign = make_campaign(alt="Advertisement one")
    client.get("/")

    with commits():
        campaign.alt = "Advertisement two"
        campaign.save()
    changed = shown(client)
    with commits():
        campaign.delete()

    assert (changed, shown(client)) == (["Advertisement two"], [])


# --- Clicks -----------------------------------------------------------------------------------


def test_a_click_is_counted_and_leads_on(client):
    campaign = make_campaign(address="https://boats.example/füße?a=1&b=2")

    answer = client.post(reverse("follow", args=[campaign.pk]))
    client.post(reverse("follow", args=[campaign.pk]))

    assert (answer.status_code, answer["Refresh"]) == (200, "0; url=https://boats.example/f%C3%BC%C3%9Fe?a=1&b=2")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer.cookies == {}
    assert 'href="https://boats.example/füße?a=1&amp;b=2" rel="sponsored noopener"' in answer.content.decode()
    assert list(ClickDay.objects.values_list("campaign", "day", "clicks")) == [(campaign.pk, timezone.localdate(), 2)]


def test_each_day_has_its_own_total(client, clock):
    campaign = make_campaign()

    for hours in (0, 1, 24):
        clock.shift(hours * 3600)
        client.post(reverse("follow", args=[campaign.pk]))

    assert list(campaign.click_days.values_list("clicks", flat=True)) == [1, 2]


def test_a_click_writes_no_new_edition(client, commits, article):
    campaign = make_campaign()
    client.get("/")

    with commits():
        client.post(reverse("follow", args=[campaign.pk]))
    with CaptureQueriesContext(connection) as captured:
        client.get("/")

    assert len(captured) == 0


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options"])
def test_only_a_post_counts(client, method):
    campaign = make_campaign()

    answer = getattr(client, method)(reverse("follow", args=[campaign.pk]))

    assert (answer.status_code, ClickDay.objects.count()) == (405, 0)


@pytest.mark.parametrize(
    "path",
    [
        "0/",
        "999999/",
        f"{2**63}/",
        "9" * 40 + "/",
        "9" * 5000 + "/",
        "-1/",
        "1%00/",
        "%00/",
        "١/",
        "https://evil.example/",
        "//evil.example/",
        "..%2f..%2f/",
        "1'--/",
    ],
)
def test_an_address_of_no_campaign_is_not_found(client, path):
    assert client.post("/about/advertisements/" + path).status_code == 404


@pytest.mark.parametrize("name", ["url", "next", "to", "address", "redirect"])
def test_no_request_chooses_where_it_leads(client, name):
    campaign = make_campaign(address="/about-us/")
    path = reverse("follow", args=[campaign.pk])

    answer = client.post(
        f"{path}?{name}=https://evil.example/",
        {name: "https://evil.example/"},
        headers={"Referer": "https://evil.example/"},
    )

    assert (answer.status_code, answer["Refresh"]) == (200, "0; url=/about-us/")
    assert b"evil" not in answer.content


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (b"\xff" * 100, "multipart/form-data; boundary=x"),
        (b"{", "application/json; charset=nonsense"),
        (b"x" * 5_000_000, "text/ping"),
    ],
)
def test_what_is_sent_along_is_not_read(client, sent, kind):
    campaign = make_campaign()

    answer = client.generic("POST", reverse("follow", args=[campaign.pk]), sent, kind)

    assert answer.status_code == 200


def test_other_sites_cannot_click():
    client, path = Client(enforce_csrf_checks=True), reverse("follow", args=[make_campaign().pk])

    answer = client.post(path, headers={"Sec-Fetch-Site": "cross-site"})

    assert (answer.status_code, ClickDay.objects.count()) == (403, 0)


@pytest.mark.django_db(transaction=True)
def test_clicks_of_eight_threads_at_once_are_all_counted():
    campaign = make_campaign()
    start, answers = threading.Barrier(8), []

    def click():
        client = Client()
        start.wait()
        for _number in range(10):
            try:
                answers.append(client.post(reverse("follow", args=[campaign.pk])).status_code)
            finally:
                connections.close_all()  # as a server does after each request

    readers = [threading.Thread(target=click) for _reader in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()

    assert answers == [200] * 80
    assert [day.clicks for day in campaign.click_days.all()] == [80]


# --- The desk ---------------------------------------------------------------------------------


def form(**changed):
    sent = {
        "advertiser": "Boats",
        "slot": "front",
        "picture": picture_file(size=(960, 320)),
        "alt": "Two boats",
        "address": "https://boats.example/",
        "starts_at_0": "2026-11-22",
        "starts_at_1": "06:00",
        "ends_at_0": "2026-11-29",
        "ends_at_1": "06:00",
        "weight": "2",
    }
    return {name: value for name, value in (sent | changed).items() if value is not None}


@pytest.fixture
def desk(client):
    client.force_login(make_staff())
    return client


def errors_of(answer):
    return {name: list(errors) for name, errors in answer.context["adminform"].form.errors.items()}


def test_an_editor_adds_a_campaign_and_sees_it_with_its_clicks(desk):
    added = desk.post(reverse("admin:newsroom_campaign_add"), form())
    campaign = Campaign.objects.get()
    ClickDay.objects.create(campaign=campaign, day="2026-11-22", clicks=41)
    ClickDay.objects.create(campaign=campaign, day="2026-11-23", clicks=1)

    listed = desk.get(reverse("admin:newsroom_campaign_changelist")).content.decode()
    opened = desk.get(reverse("admin:newsroom_campaign_change", args=[campaign.pk])).content.decode()

    assert added.status_code == 302
    assert (campaign.widths, campaign.weight) == ([480, 960], 2)
    assert f'<img src="{campaign.copies[-1][1]}" alt="Two boats"' in listed
    assert '<td class="field-clicks">42</td>' in listed
    assert re.findall(r"<td>(\d+)</td>", opened) == ["1", "41"]


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"ends_at_0": "2026-11-21"}, "ends_at", "It ends before it starts: choose a later end."),
        ({"ends_at_0": "2026-11-22"}, "ends_at", "It ends before it starts: choose a later end."),
        ({"alt": " "}, "alt", "This field is required."),
        ({"picture": None}, "picture", "This field is required."),
        (
            {"picture": picture_file(size=(900, 300))},
            "picture",
            "This picture has 900 × 300 pixels; its place needs at least 960 × 320.",
        ),
        (
            {"picture": picture_file(size=(1920, 700))},
            "picture",
            "This picture has 1920 × 700 pixels. Cut it to its place's proportions: 960 × 320.",
        ),
        (
            {"picture": picture_file("a.tiff", (960, 320), "TIFF")},
            "picture",
            "This is a TIFF picture. Upload a JPEG, PNG, WebP, AVIF, HEIC or GIF picture.",
        ),
        (
            {"picture": picture_file("a.jpg", (960, 320))},
            "picture",
            "The name ends in “.jpg”, but the file is a PNG picture. Rename it or export it again.",
        ),
        ({"weight": "0"}, "weight", "Ensure this value is greater than or equal to 1."),
        ({"weight": "101"}, "weight", "Ensure this value is less than or equal to 100."),
        *(
            ({"address": address}, "address", "Write a whole address: https://example.org/ or /subscribe/.")
            for address in (
                "javascript:alert(1)",
                "//evil.example/",
                "/\\evil.example/",
                "boats.example",
                "https://",
                "https://boats.example/ here",
                "https://boats.example/\nSet-Cookie: a=1",
            )
        ),
    ],
)
def test_the_desk_says_what_is_wrong(desk, changed, field, message):
    answer = desk.post(reverse("admin:newsroom_campaign_add"), form(**changed))

    assert (answer.status_code, Campaign.objects.count()) == (200, 0)
    assert errors_of(answer) == {field: [message]}


def test_a_campaign_moves_only_to_a_place_that_its_picture_fits(desk):
    campaign = make_campaign()

    answer = desk.post(
        reverse("admin:newsroom_campaign_change", args=[campaign.pk]), form(slot="article", picture=None)
    )

    assert list(errors_of(answer)) == ["picture"]


@pytest.mark.parametrize(
    "columns",
    [
        {"ends_at": NINE, "starts_at": NINE},
        {"weight": 0},
        {"alt": ""},
        {"address": "javascript:alert(1)"},
        {"address": "//evil.example/"},
        {"address": "https://boats.example/\n"},
    ],
)
def test_the_database_holds_nothing_that_must_not_be(columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_campaign(**columns)


@pytest.mark.parametrize("address", ["/", "/subscribe/", "/a?b=1#c", "http://boats.example", "https://boats.example/x"])
def test_addresses_that_lead_somewhere_are_taken(address):
    campaign = make_campaign(address=address)

    campaign.full_clean()


def test_a_picture_of_twice_the_size_gets_a_sharp_copy_and_none_keeps_the_original(client):
    campaign = make_campaign(size=(1980, 660))

    assert campaign.widths == [480, 960, 1920]
    answer = client.get(campaign.copies[-1][1])
    assert (answer.getvalue()[:4], answer["Content-Type"]) == (b"RIFF", "image/webp")


# --- ads.txt ----------------------------------------------------------------------------------


def test_ads_txt_is_what_the_editors_wrote(client, commits):
    missing = client.get("/ads.txt").status_code
    with commits():
        Paper(ads_txt="adexchange.example, 1234, DIRECT\r\nOWNERDOMAIN=news.test").save()

    answer = client.get("/ads.txt")

    assert missing == 404
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert answer.content == b"adexchange.example, 1234, DIRECT\nOWNERDOMAIN=news.test\n"
    assert client.post("/ads.txt").status_code == 405


def test_ads_txt_is_edited_at_the_desk(desk):
    sent = {
        "name": "The Lantern",
        "accent": "sea",
        "what_changed": "no typos",
        "ads_txt": "a.example, 1, DIRECT",
        "links-TOTAL_FORMS": 0,
        "links-INITIAL_FORMS": 0,
    }

    desk.post(reverse("admin:newsroom_paper_add"), sent)

    assert Paper.objects.get().ads_txt == "a.example, 1, DIRECT"
