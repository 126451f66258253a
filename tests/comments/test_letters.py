"""Letters about comments: who gets one, when, how often, and how they end."""

import re
import threading
from datetime import datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.utils import timezone

from authors.models import Author
from comments import alerts, letters
from comments.models import Follow, Letter, Mailbox, ReaderComment, State
from comments.models.comment import writer_key
from comments.retention import scrub
from tests.comments.reader import write
from tests.factories import make_article, make_author, make_comment, make_staff
from tests.mailserver import MailServer

pytestmark = pytest.mark.django_db

PAGE = "/world/peace-talks/"
ADA, BO = "ada@readers.example", "bo@readers.example"
Scope = Follow.Scope


@pytest.fixture
def article():
    return make_article(slug="peace-talks", headline="Peace talks", at=timezone.now() - timedelta(days=1))


@pytest.fixture
def post_office(settings, free_port):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", free_port, 5
    with MailServer(free_port) as server:
        yield server


def follow(comment, scope=Scope.REPLIES, *, confirmed=True):
    letters.ask_for(comment, scope)
    made = Follow.objects.get(comment=comment)
    if confirmed:
        made.confirmed_at = timezone.now()
        made.save()
    return made


def reply_to(top, state=State.APPROVED, **columns):
    columns = {"user_name": "Bo Reader", "user_email": BO} | columns
    return make_comment(top.article, state, parent=top, **columns)


def deliver():
    """One round of the worker's."""
    letters.write_due()
    letters.send_due()


def text_of(mail):
    return mail.get_body(("plain",)).get_content().replace("\r\n", "\n")


def html_of(mail):
    return mail.get_body(("html",)).get_content()


def link_in(mail):
    return re.search(r"http://testserver(/comments/letters/\S+)", text_of(mail)).group(1)


def told(post_office):
    return [(mail["X-To"], mail["Subject"]) for mail in post_office.mails]


# --- Asking for them, and confirming ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("ticked", "scopes"),
    [
        ({}, []),
        ({"follow_replies": "on"}, ["replies"]),
        ({"follow_all": "on"}, ["all"]),
        ({"follow_replies": "on", "follow_all": "on"}, ["all"]),
    ],
)
def test_the_boxes_below_a_comment_ask_for_letters(client, standin, article, ticked, scopes):
    write(client, article, **ticked)

    rows = Follow.objects.values_list("scope", "mailbox__email", "confirmed_at")
    assert list(rows) == [(scope, ADA, None) for scope in scopes]


def test_the_boxes_stay_ticked_in_a_form_that_is_shown_again(client, article):
    answer = write(client, article, email="nobody", follow_all="on")

    boxes = re.findall(r'<input type="checkbox" name[^>]*>', answer.content.decode())
    assert [(re.search('name="([^"]*)"', box).group(1), "checked" in box) for box in boxes] == [
        ("follow_replies", False),
        ("follow_all", True),
    ]


def test_nothing_is_sent_for_a_comment_that_is_not_public_but_once_it_is(article, post_office):
    comment = make_comment(article, State.HELD)
    follow(comment, confirmed=False)

    deliver()
    before = told(post_office)
    comment.move(State.APPROVED, expected=State.HELD, by=make_staff())
    deliver()
    deliver()

    assert (before, told(post_office)) == ([], [(ADA, "Do you want letters about comments from Newsroom?")])
    assert "- Peace talks (replies to the comment)" in text_of(post_office.mails[0])


def test_unconfirmed_nobody_gets_a_letter(article, post_office):
    comment = make_comment(article)
    follow(comment, Scope.ALL, confirmed=False)
    deliver()

    reply_to(comment)
    deliver()

    assert [subject for _to, subject in told(post_office)] == ["Do you want letters about comments from Newsroom?"]


def test_the_link_opens_a_page_whose_button_confirms_and_a_get_writes_nothing(client, article, post_office):
    comment = make_comment(article)
    follow(comment, confirmed=False)
    deliver()
    link = link_in(post_office.mails[0])

    pages = [client.get(link), client.head(link), client.get(link)]
    after_gets = Follow.objects.get().confirmed_at
    posted = client.post(link, {"daily": ""})
    done = client.get(posted["Location"])
    again = client.get(link)

    assert [page.status_code for page in pages] == [200] * 3
    assert (after_gets, posted.status_code, Follow.objects.get().confirmed_at is not None) == (None, 303, True)
    titles = [re.search("<h1>(.*?)</h1>", page.content.decode()).group(1) for page in (pages[0], done, again)]
    assert titles == ["Do you want these letters?", "Your letters about comments", "This link has done its work."]
    reply_to(comment)
    deliver()
    assert told(post_office)[1:] == [(ADA, "Bo Reader on “Peace talks”")]


def test_one_question_covers_what_was_asked_for_together(client, article, post_office):
    for _number in range(3):
        follow(make_comment(article), confirmed=False)
    deliver()

    client.post(link_in(post_office.mails[0]))

    assert (len(post_office.mails), Follow.objects.confirmed().count()) == (1, 3)


def test_the_link_is_good_for_seven_days_and_confirms_only_what_it_asked_about(client, article, post_office):
    first = follow(make_comment(article), confirmed=False)
    deliver()
    later = follow(make_comment(article), confirmed=False)
    link = link_in(post_office.mails[0])

    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        client.post(link)
        late = list(Follow.objects.confirmed())
    client.post(link)

    assert (late, list(Follow.objects.confirmed())) == ([], [first])
    assert later.pk != first.pk


@pytest.mark.parametrize("token", ["x", "1", "1:2:3", "\x00", "1-2:1wXYZ:abc", "💥" * 50, "9" * 3000])
@pytest.mark.parametrize("path", ["/comments/letters/{}/", "/comments/letters/confirm/{}/"])
def test_an_invented_token_is_not_found(client, token, path):
    assert [client.get(path.format(token)).status_code, client.post(path.format(token)).status_code] == [404, 404]


def test_one_kind_of_token_is_none_of_the_other(client, article, post_office):
    follow(make_comment(article), confirmed=False)
    deliver()
    question = link_in(post_office.mails[0]).split("/")[-2]

    answers = [
        client.post(f"/comments/letters/{question}/").status_code,
        client.post(f"/comments/letters/confirm/{letters.stop_token(1)}/").status_code,
        client.post(f"/comments/receipt/{question}/letters/").status_code,
    ]

    assert answers == [404] * 3


# --- Nobody's mailbox is flooded --------------------------------------------------------------------


def test_an_address_is_asked_once_a_day_whoever_types_it(article, post_office):
    for _hour in range(5):
        follow(make_comment(article), confirmed=False)
        deliver()
    at_once = len(post_office.mails)

    with time_machine.travel(timezone.now() + timedelta(hours=23)):
        deliver()
        same_day = len(post_office.mails)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        deliver()

    assert (at_once, same_day, len(post_office.mails)) == (1, 1, 2)
    assert text_of(post_office.mails[1]).count("- Peace talks") == 4


def test_neither_turning_it_off_nor_other_capitals_get_around_that(article, post_office):
    for email in (ADA, ADA.upper(), f" {ADA}"):
        follow(make_comment(article, user_email=email), confirmed=False).end()
        follow(make_comment(article, user_email=email), confirmed=False)
        deliver()
        scrub()

    assert len(post_office.mails) == 1


def test_only_so_many_questions_go_out_in_an_hour_and_the_others_wait(article, post_office, settings):
    settings.QUESTIONS_AN_HOUR = 3
    comment = make_comment(article, user_email="first@readers.example")
    follow(comment)
    for number in range(5):
        follow(make_comment(article, user_email=f"victim-{number}@readers.example"), confirmed=False)
    reply_to(comment)

    deliver()
    first = [to for to, _subject in told(post_office)]
    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=1)):
        deliver()

    assert sorted(first) == ["first@readers.example", *(f"victim-{number}@readers.example" for number in range(3))]
    assert len(post_office.mails) == 6


@pytest.mark.parametrize("state", [state for state in State if state != State.APPROVED])
def test_a_comment_that_nobody_sees_sends_no_question(article, post_office, state):
    follow(make_comment(article, state), confirmed=False)

    deliver()

    assert (post_office.mails, Letter.objects.count()) == ([], 0)


# --- Who is told of what ----------------------------------------------------------------------------


def test_a_reply_is_told_to_whom_it_answers_and_a_comment_to_who_wants_all(article, post_office):
    top = make_comment(article, user_email="top@readers.example")
    beside = make_comment(article, user_email="beside@readers.example")
    every = make_comment(article, user_email="every@readers.example")
    follow(top), follow(beside), follow(every, Scope.ALL)
    follow(make_comment(make_article(), user_email="elsewhere@readers.example"), Scope.ALL)
    deliver()
    post_office.mails.clear()

    below = reply_to(top)
    deliver()
    reply_to(below, user_name="Cy", user_email="cy@readers.example")
    deliver()

    assert sorted(told(post_office)) == [
        ("every@readers.example", "Bo Reader on “Peace talks”"),
        ("every@readers.example", "Cy on “Peace talks”"),
        ("top@readers.example", "Bo Reader on “Peace talks”"),
    ]


def test_nobody_is_told_of_their_own_words(article, post_office):
    comment = make_comment(article)
    follow(comment, Scope.ALL)
    deliver()

    make_comment(article, user_email=ADA.upper())
    reply_to(comment, user_email=ADA)
    deliver()

    assert post_office.mails == []


def test_who_follows_in_many_ways_gets_one_letter(article, post_office):
    one, two = make_comment(article), make_comment(article)
    follow(one), follow(two, Scope.ALL)
    deliver()

    reply_to(one)
    deliver()

    assert len(post_office.mails) == 1


@pytest.mark.parametrize("state", [state for state in State if state != State.APPROVED])
def test_what_is_not_public_is_told_to_nobody(article, post_office, state):
    comment = make_comment(article)
    follow(comment)

    reply_to(comment, state)
    deliver()

    assert (post_office.mails, Letter.objects.count()) == ([], 0)


def test_what_is_approved_later_is_told_then_and_once(article, post_office):
    comment, editor = make_comment(article), make_staff()
    follow(comment)
    reply = reply_to(comment, State.HELD)
    deliver()
    seen = [len(post_office.mails)]

    for before, after in (("held", "approved"), ("approved", "removed"), ("removed", "approved")):
        reply.move(State(after), expected=State(before), by=editor)
        deliver()
        seen.append(len(post_office.mails))

    assert seen == [0, 1, 1, 1]


def test_what_is_removed_before_its_letter_left_waits_until_it_is_public_again(article, post_office):
    comment, editor = make_comment(article), make_staff()
    follow(comment)
    reply = reply_to(comment)
    letters.write_due()
    reply.move(State.HELD, expected=State.APPROVED, by=editor)
    letters.send_due()
    before = len(post_office.mails)

    reply.move(State.APPROVED, expected=State.HELD, by=editor)
    deliver()

    assert (before, len(post_office.mails)) == (0, 1)


def test_what_was_public_before_somebody_followed_is_not_told(article, post_office):
    comment = make_comment(article)
    reply_to(comment)
    deliver()

    follow(comment, Scope.ALL)
    deliver()

    assert post_office.mails == []


def test_a_withdrawn_article_s_comments_are_told_to_nobody(article, post_office):
    comment = make_comment(article)
    follow(comment)
    reply_to(comment)
    letters.write_due()
    article.withdraw()

    letters.send_due()

    assert (post_office.mails, Letter.objects.waiting().count()) == ([], 0)


# --- What a letter is -------------------------------------------------------------------------------


@pytest.fixture
def letter(article, post_office):
    comment = make_comment(article)
    follow(comment)
    reply_to(comment, user_name="Bo <b>&", comment="<script>Words</script>\n\nSee https://a.example/?a=1&b=2")
    deliver()
    return post_office.mails[0]


def test_a_letter_says_who_wrote_what_where_in_text_and_in_html(letter):
    reply = ReaderComment.objects.get(user_email=BO)
    place = f"http://testserver/world/peace-talks/comments/{reply.pk}/"

    text, html = text_of(letter), html_of(letter)

    assert letter.get_content_type() == "multipart/alternative"
    for part in ("Bo <b>& replied to your comment on:\nPeace talks", "<script>Words</script>", place):
        assert part in text
    for part in ("Bo &lt;b&gt;&amp; replied to your comment on:", "&lt;script&gt;Words", f'href="{place}"'):
        assert part in html


def test_a_letter_carries_no_picture_no_style_and_no_address_but_the_site_s_and_the_writer_s(letter):
    html = html_of(letter)

    assert re.findall(r"<img|<style|<link|\sstyle=|\ssrc=|<script", html) == []
    assert {re.match(r"https?://[^/]+", url).group() for url in re.findall(r'href="([^"]*)"', html)} == {
        "http://testserver",
        "https://a.example",
    }
    assert BO not in html + text_of(letter) + str(letter["From"])


def test_a_letter_s_headers(letter):
    article, mailbox = ReaderComment.objects.first().article, Mailbox.objects.get()
    kept = ("Auto-Submitted", "Reply-To", "List-Unsubscribe-Post", "References", "In-Reply-To", "X-To")

    thread = f"<article-{article.pk}@testserver>"
    assert {name: letter[name] for name in kept} == {
        "Auto-Submitted": "auto-generated",
        "Reply-To": None,
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "References": thread,
        "In-Reply-To": thread,
        "X-To": ADA,
    }
    assert re.fullmatch(r"<[0-9a-f]{32}@testserver>", letter["Message-ID"])
    assert letter["List-Unsubscribe"].strip() == f"<http://testserver{link_in(letter)}>"
    assert letters.read_stop_token(link_in(letter).split("/")[-2]) == (mailbox.pk, article.pk)
    assert parseaddr(letter["From"])[1] == "newsroom@testserver"


def test_a_headline_of_two_lines_cannot_write_a_header(article, post_office):
    article.headline = "Peace\r\nBcc: everybody@readers.example"
    article.save()
    comment = make_comment(article)
    follow(comment)
    reply_to(comment, user_name="Bo\nCc: x@readers.example")

    deliver()

    mail = post_office.mails[0]
    assert (mail["Bcc"], mail["Cc"], mail["X-To"]) == (None, None, ADA)


def test_a_letter_is_in_the_paper_s_language_and_script(article, post_office):
    comment = make_comment(article)
    follow(comment)
    reply_to(comment, user_name="Ελένη 🦀", comment="Καλημέρα " * 300)

    deliver()

    assert post_office.mails[0]["Subject"] == "Ελένη 🦀 on “Peace talks”"
    assert "Καλημέρα Καλημέρα" in text_of(post_office.mails[0])


# --- Ending them ------------------------------------------------------------------------------------


def stopping(letter, **headers):
    """As RFC 8058 has it: from a mail provider's server, without cookies, maybe with an origin."""
    client = Client(enforce_csrf_checks=True)
    address = re.fullmatch(r"<http://testserver(.*)>", letter["List-Unsubscribe"].strip()).group(1)
    return client.post(address, {"List-Unsubscribe": "One-Click"}, headers=headers)


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}])
def test_one_click_ends_the_letters_and_deletes_the_address(letter, headers):
    answers = [stopping(letter, **headers), stopping(letter, **headers)]

    assert [(answer.status_code, dict(answer.cookies)) for answer in answers] == [(200, {})] * 2
    assert (Follow.objects.count(), list(Mailbox.objects.values_list("email", flat=True))) == (0, [""])
    scrub()
    assert Mailbox.objects.count() == 0
    assert stopping(letter).status_code == 200


def test_one_click_as_a_multipart_form(letter):
    address = link_in(letter)

    answer = Client(enforce_csrf_checks=True).post(address, data={"List-Unsubscribe": "One-Click"})

    assert (answer.status_code, Follow.objects.count()) == (200, 0)


def test_a_get_of_the_link_ends_nothing(client, letter):
    answers = [client.get(link_in(letter)), client.head(link_in(letter))]

    assert ([answer.status_code for answer in answers], Follow.objects.count()) == ([200, 200], 1)
    names = ("Cache-Control", "X-Robots-Tag", "Referrer-Policy")
    assert [answers[0].headers[name] for name in names] == ["private, no-store", "noindex", "same-origin"]
    assert ADA not in answers[0].content.decode()


def test_letters_about_one_article_end_and_those_about_another_stay(client, article, letter):
    other = make_comment(make_article(headline="Other"))
    follow(other)

    answer = client.post(link_in(letter))
    page = client.get(answer["Location"]).content.decode()

    assert (answer.status_code, [row.comment_id for row in Follow.objects.all()]) == (303, [other.pk])
    assert ("Other" in page, Mailbox.objects.get().email) == (True, ADA)


def test_all_letters_end(client, letter):
    follow(make_comment(make_article()))

    client.post(link_in(letter), {"wish": "stop-all"})

    assert (Follow.objects.count(), Mailbox.objects.get().email) == (0, "")


def test_what_was_written_already_is_not_sent_after_the_end(article, letter, post_office):
    reply_to(ReaderComment.objects.get(user_email=ADA), user_email="cy@readers.example")
    letters.write_due()

    stopping(letter)
    letters.send_due()

    assert len(post_office.mails) == 1


@pytest.mark.parametrize("wish", ["on", "off", "", "x" * 10_000, "\x00"])
def test_the_receipt_turns_letters_on_and_off(client, standin, article, wish):
    standin.switch("spam")
    write(client, article)
    comment = ReaderComment.objects.get()
    comment.move(State.HELD, expected=State.SPAM, by=make_staff())
    token = letters_token_of(comment)

    answer = client.post(f"/comments/receipt/{token}/letters/", {"wish": wish})

    assert (answer.status_code, answer["Location"]) == (303, f"/comments/receipt/{token}/")
    assert Follow.objects.count() == (1 if wish == "on" else 0)


def letters_token_of(comment):
    from comments.receipts import token_of

    return token_of(comment)


def test_the_receipt_says_how_it_stands(client, article):
    comment = make_comment(article)
    address = f"/comments/receipt/{letters_token_of(comment)}/"
    seen = []

    def look():
        html = client.get(address).content.decode()
        form = re.search('<form class="receipt-mail".*?</form>', html, re.DOTALL).group()
        seen.append(re.sub(r"<[^>]+>|\s+", " ", form).split("  ")[1:])

    look()
    client.post(f"{address}letters/", {"wish": "on"})
    look()
    letters.write_due()
    look()
    Follow.objects.update(confirmed_at=timezone.now())
    look()
    client.post(f"{address}letters/", {"wish": "off"})
    look()

    said = [" ".join(" ".join(words).split()) for words in seen]
    assert said == [
        "Write to me when somebody replies",
        "Once your comment is published, we ask you by e-mail to confirm that you want letters. No letters, please",
        "We have asked you by e-mail to confirm that you want letters. They begin once you have. No letters, please",
        "We write to you when there is something new. No letters, please",
        "Write to me when somebody replies",
    ]


@pytest.mark.parametrize("state", [State.SPAM, State.BLATANT, State.REMOVED])
def test_the_receipt_of_what_was_refused_offers_no_letters(client, article, state):
    comment = make_comment(article, state)
    address = f"/comments/receipt/{letters_token_of(comment)}/"

    page, answer = client.get(address), client.post(f"{address}letters/", {"wish": "on"})

    assert (b"receipt-mail" in page.content, answer.status_code, Follow.objects.count()) == (False, 303, 0)


# --- Once a day -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-06-10 06:59", "2026-06-10 07:00"),
        ("2026-06-10 07:00", "2026-06-11 07:00"),
        ("2026-03-28 12:00", "2026-03-29 07:00"),  # the clocks go forward that night
        ("2026-10-24 12:00", "2026-10-25 07:00"),  # and back
    ],
)
def test_the_hour_is_of_the_paper_s_day(settings, now, due):
    zone = ZoneInfo(settings.TIME_ZONE)
    at, expected = (datetime.fromisoformat(moment).replace(tzinfo=zone) for moment in (now, due))

    found = letters.next_digest(at)

    assert (found.astimezone(zone), found.astimezone(zone).strftime("%Y-%m-%d %H:%M")) == (expected, due)


def test_who_wants_letters_once_a_day_gets_all_in_one_at_that_hour(article, post_office):
    comment, other = make_comment(article), make_comment(make_article(headline="Other"))
    follow(comment, Scope.ALL), follow(other)
    letters.write_due()
    Mailbox.objects.update(is_daily=True)
    for number in range(3):
        reply_to(comment, user_name=f"Reader {number}")
    reply_to(other, user_name="Reader 3")
    deliver()
    before = len(post_office.mails)

    with time_machine.travel(letters.next_digest(timezone.now()) + timedelta(seconds=1)):
        deliver()
        deliver()

    (mail,) = post_office.mails
    assert (before, mail["Subject"], mail["References"]) == (0, "4 new comments on Newsroom", None)
    assert re.findall(r"Reader \d", text_of(mail)) == [f"Reader {number}" for number in range(4)]
    assert letters.read_stop_token(link_in(mail).split("/")[-2]) == (Mailbox.objects.get().pk, None)
    assert Letter.objects.waiting().count() == 0
    stopping(mail)
    assert Follow.objects.count() == 0


def test_how_often_can_be_chosen_with_the_confirmation_and_changed_later(client, article, post_office):
    follow(make_comment(article), confirmed=False)
    deliver()
    seen = []

    done = client.post(link_in(post_office.mails[0]), {"daily": "1"})
    seen.append(Mailbox.objects.get().is_daily)
    for daily in ("", "1"):
        client.post(done["Location"], {"wish": "when", "daily": daily})
        seen.append(Mailbox.objects.get().is_daily)

    assert (seen, Follow.objects.count()) == ([True, False, True], 1)


# --- Authors ----------------------------------------------------------------------------------------


def inline(**fields):
    return {
        "links-TOTAL_FORMS": 0,
        "links-INITIAL_FORMS": 0,
        "follow-TOTAL_FORMS": 1,
        "follow-INITIAL_FORMS": 0,
        **{f"follow-0-{name}": value for name, value in fields.items()},
    }


@pytest.fixture
def author():
    account = make_staff("carter")
    account.email = "carter@newsroom.example"
    account.save()
    author = make_author()
    author.user = account
    author.save()
    return author


def save_author(client, author, when):
    known = {"name": author.name, "slug": author.slug, "job_title": "", "bio": "", "user": author.user_id or ""}
    letters = inline(when=when, author=author.pk, id="")
    return client.post(f"/admin/authors/author/{author.pk}/change/", known | letters | {"_continue": "1"})


@pytest.mark.parametrize(("when", "daily"), [("each", False), ("daily", True)])
def test_an_author_can_follow_what_is_said_of_his_articles(client, article, author, post_office, when, daily):
    client.force_login(make_staff())

    answer = save_author(client, author, when)

    assert answer.status_code == 302, re.findall("errorlist.*?</ul>", answer.content.decode(), re.DOTALL)
    assert (Follow.objects.get().author, Mailbox.objects.get().is_daily) == (author, daily)
    make_comment(article)
    make_comment(make_article(bylines=(make_author("somebody-else").pk,)))
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        letters.write_due()
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        letters.send_due()
    assert told(post_office) == [("carter@newsroom.example", "Ada Reader on “Peace talks”")]
    assert "Ada Reader commented on your article:" in text_of(post_office.mails[0])
    stopping(post_office.mails[0])
    assert Follow.objects.count() == 0


def test_authors_do_not_follow_unless_asked(client, article, author, post_office):
    client.force_login(make_staff())
    save_author(client, author, "")

    make_comment(article)
    deliver()

    assert (Follow.objects.count(), post_office.mails) == (0, [])


def test_an_author_without_an_address_cannot_be_written_to(client, article):
    client.force_login(make_staff())

    answer = save_author(client, Author.objects.get(), "each")

    assert (answer.status_code, Follow.objects.count()) == (200, 0)
    assert "The author has no user account with an e-mail address." in answer.content.decode()


def test_a_new_author_is_made_as_before(client):
    client.force_login(make_staff())
    filled = {"name": "New", "slug": "new", "job_title": "", "bio": "", "user": ""}

    page = client.get("/admin/authors/author/add/")
    refused = client.post("/admin/authors/author/add/", filled | inline(when="each", id="", author=""))
    made = client.post("/admin/authors/author/add/", filled | inline() | {"follow-TOTAL_FORMS": 0})

    assert (page.status_code, b"follow-0-when" in page.content) == (200, False)
    assert (refused.status_code, made.status_code, Author.objects.count()) == (200, 302, 1)


# --- The mail server --------------------------------------------------------------------------------


def make_waiting(article, count=1):
    comment = make_comment(article)
    follow(comment)
    for number in range(count):
        reply_to(comment, user_name=f"Reader {number}")
    letters.write_due()
    return comment


def test_a_mail_server_that_is_down_loses_nothing_and_is_left_alone_for_a_while(article, post_office):
    make_waiting(article, 3)
    post_office.stop()
    tried = [letters.send_due() for _round in range(3)]
    post_office.start()

    with time_machine.travel(timezone.now() + timedelta(seconds=50)):
        call_command("worker", once=True)

    assert tried == [1, 0, 0]
    assert sorted(subject for _to, subject in told(post_office)) == [f"Reader {n} on “Peace talks”" for n in range(3)]


def test_a_server_that_cannot_be_reached_for_an_hour_is_told_to_staff(article, post_office):
    make_waiting(article)
    post_office.stop()
    letters.send_due()

    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        late = [alert.text for alert in alerts.current()]

    assert (alerts.current(), late) == ([], ["Letters about comments could not be sent for more than an hour."])


@pytest.mark.parametrize("answer", ["450 4.2.1 Greylisted", "452 4.2.2 Mailbox full"])
def test_an_address_that_does_not_take_mail_now_is_tried_again_and_holds_up_nobody(article, post_office, answer):
    make_waiting(article)
    other = make_comment(article, user_email="cy@readers.example")
    follow(other)
    reply_to(other, user_name="Dee")
    post_office.refusals[ADA] = answer
    deliver()
    first = told(post_office)
    post_office.refusals.clear()

    with time_machine.travel(timezone.now() + timedelta(seconds=50)):
        deliver()

    assert first == [("cy@readers.example", "Dee on “Peace talks”")]
    assert told(post_office)[1:] == [(ADA, "Reader 0 on “Peace talks”")]


def test_an_address_that_is_refused_for_good_is_not_written_to_again_and_that_is_noted(client, article, post_office):
    make_waiting(article, 2)
    follow(make_comment(make_article()), Scope.ALL)
    post_office.refusals[ADA] = f"550 5.1.1 <{ADA}>: no such user"

    deliver()
    letters.ask_for(make_comment(article), Scope.ALL)

    mailbox = Mailbox.objects.get()
    assert (post_office.mails, Follow.objects.count(), Letter.objects.count()) == ([], 0, 0)
    assert (mailbox.email, mailbox.refusal) == ("", "550 5.1.1 <…>: no such user")
    client.force_login(make_staff())
    assert "no such user" in client.get("/admin/comments/mailbox/").content.decode()
    with time_machine.travel(timezone.now() + timedelta(days=89)):
        scrub()
        kept = Mailbox.objects.count()
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        scrub()
    assert (kept, Mailbox.objects.count()) == (1, 0)


def test_a_letter_that_is_refused_is_given_up_and_the_address_is_not(article, post_office):
    comment = make_waiting(article)
    post_office.answer = "554 5.7.1 We do not like it"
    deliver()
    post_office.answer = "250 OK"
    given_up = list(Letter.objects.values_list("due_at", "sent_at"))

    reply_to(comment, user_name="Later")
    deliver()

    assert given_up == [(None, None)]
    assert told(post_office) == [(ADA, "Later on “Peace talks”")]


@pytest.mark.parametrize("email", ['"a b"@readers.example', "x" * 64 + "@" + "y" * 60 + ".example", "a@b.example "])
def test_no_address_that_a_form_takes_stops_the_worker(article, post_office, email):
    comment = make_comment(article, user_email=email)
    follow(comment)
    reply_to(comment, user_email="cy@readers.example")

    deliver()

    assert Letter.objects.waiting().count() == 0


# --- Several workers, and kills ---------------------------------------------------------------------


def test_a_letter_that_goes_out_twice_is_known_for_the_same(article, post_office):
    """Killed between the server's answer and our note of it."""
    make_waiting(article, 3)
    Mailbox.objects.update(is_daily=True)
    chosen = Letter.objects.claim_next(letters.LEASE)
    letters.mail.get_connection().send_messages([letters.compose(chosen)])
    reply_to(ReaderComment.objects.first(), user_name="Meanwhile")
    letters.write_due()

    with time_machine.travel(timezone.now() + timedelta(days=2)):
        deliver()

    ids = [mail["Message-ID"] for mail in post_office.mails]
    assert (len(chosen), ids[0] == ids[1], len(set(ids))) == (3, True, 2)
    assert "Meanwhile" not in text_of(post_office.mails[1])
    assert "Meanwhile" in text_of(post_office.mails[2])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("daily", [False, True])
def test_several_workers_send_each_letter_once(post_office, daily):
    article = make_article(slug="peace-talks", headline="Peace talks", at=timezone.now() - timedelta(days=1))
    tops = [make_comment(article, user_email=f"reader-{number}@readers.example") for number in range(6)]
    for top in tops:
        follow(top, Scope.ALL)
    ReaderComment.objects.update(is_announced=True)
    Mailbox.objects.update(is_daily=daily)
    for top in tops:
        reply_to(top)
    failures = []
    moment = letters.next_digest(timezone.now()) + timedelta(seconds=1) if daily else timezone.now()
    letters.write_due()

    def work(start):
        start.wait()
        try:
            letters.write_due()
            while letters.send_due():
                pass
        except Exception as error:  # whatever it is, the test shall say so
            failures.append(error)
        finally:
            connections.close_all()

    with time_machine.travel(moment):
        start = threading.Barrier(4)
        workers = [threading.Thread(target=work, args=(start,)) for _worker in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    assert (failures, Letter.objects.waiting().count()) == ([], 0)
    places = [
        (mail["X-To"], place) for mail in post_office.mails for place in re.findall(r"/comments/\d+/", text_of(mail))
    ]
    assert (len(places), len(set(places))) == (36, 36)
    assert len(post_office.mails) == (6 if daily else 36)


@pytest.mark.django_db(transaction=True)
def test_several_workers_announce_and_ask_once(post_office):
    article = make_article(slug="peace-talks", headline="Peace talks", at=timezone.now() - timedelta(days=1))
    top = make_comment(article)
    follow(top)
    for number in range(8):
        letters.ask_for(reply_to(top, user_email=f"bo-{number % 2}@readers.example"), Scope.REPLIES)
    start, failures = threading.Barrier(4), []

    def work():
        start.wait()
        try:
            while letters.write_due():
                pass
        except Exception as error:  # whatever it is, the test shall say so
            failures.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert (failures, Letter.objects.questions().count(), Letter.objects.exclude(comment=None).count()) == ([], 2, 8)
    assert Follow.objects.to_ask().count() == 0


def test_the_database_itself_keeps_no_second_letter_about_a_comment(article):
    comment = make_comment(article)
    made = follow(comment)
    reply = reply_to(comment)
    Letter.objects.create(mailbox=made.mailbox, follow=made, comment=reply)

    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.create(mailbox=made.mailbox, follow=made, comment=reply)


@pytest.mark.parametrize("count", [1, 30])
def test_an_idle_round_costs_the_same_whatever_lies_around(article, count, django_assert_num_queries):
    for number in range(count):
        follow(make_comment(article, user_email=f"{number}@readers.example"), Scope.ALL)
    ReaderComment.objects.update(is_announced=True)

    with django_assert_num_queries(4 + 6):
        letters.write_due()  # (two savepoints each in a test)
        letters.send_due()


# --- What is kept -----------------------------------------------------------------------------------


def test_what_is_not_confirmed_within_seven_days_is_forgotten_with_its_address(article, post_office):
    follow(make_comment(article), confirmed=False)
    deliver()
    seen = []

    for days in (6.9, 7.1):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            scrub()
            seen.append((Follow.objects.count(), list(Mailbox.objects.values_list("email", flat=True))))
            scrub()

    assert seen[0] == (1, [ADA])
    assert seen[1] == (0, [])


def test_what_is_confirmed_is_kept(article, post_office):
    comment = make_waiting(article)
    deliver()

    with time_machine.travel(timezone.now() + timedelta(days=400)):
        scrub()
        reply_to(comment, user_name="Much later")
        deliver()

    assert [subject for _to, subject in told(post_office)] == [
        "Reader 0 on “Peace talks”",
        "Much later on “Peace talks”",
    ]


def test_letters_that_were_sent_are_forgotten_after_a_week(article, post_office):
    make_waiting(article)
    deliver()

    with time_machine.travel(timezone.now() + timedelta(days=8)):
        scrub()

    assert (Letter.objects.count(), Follow.objects.count()) == (0, 1)


def test_a_comment_that_goes_takes_its_wish_for_letters_along(article):
    comment = make_comment(article)
    follow(comment)

    comment.delete()
    scrub()

    assert (Follow.objects.count(), Mailbox.objects.count()) == (0, 0)


def test_the_mailbox_is_known_by_a_hash(article):
    follow(make_comment(article, user_email="Ada@Readers.Example"))

    assert Mailbox.objects.get().key == writer_key("ada@readers.example")
