"""What a writer learns of a comment from its receipt, and may do from there: edit, delete, appeal, letters."""

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.utils import timezone

from articles.models import Article
from comments import breaker, feedback, receipts, service
from comments.letters import write_due
from comments.models import (
    Appeal,
    BlockedTerm,
    Feedback,
    Follow,
    Letter,
    Mark,
    ReaderComment,
    Refusal,
    State,
    StateChange,
)
from comments.models.states import READERS, WRITER
from comments.receipts import token_of
from comments.retention import scrub
from comments.screening import screen
from comments.verification import problems
from tests.comments.reader import filled, stored, write
from tests.factories import make_article, make_comment, make_staff

pytestmark = pytest.mark.django_db

PAGE = "/world/peace-talks/"
POST = "/world/peace-talks/comments/"
NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)
ENDS = timedelta(minutes=5)


@pytest.fixture
def article():
    return make_article(headline="Peace talks", slug="peace-talks", at=timezone.now() - timedelta(days=1))


@pytest.fixture(autouse=True)
def heads(settings, tmp_path):
    settings.MODERATION_HEADS = tmp_path / "heads.txt"


@pytest.fixture
def moderator():
    return make_staff()


def posted(client, article, **fields):
    """A comment that came in by the form, and the address of its receipt."""
    address = client.post(POST, filled(article, **fields))["Location"]
    return ReaderComment.objects.get(pk=receipts.read(address.split("/")[3]).comment.pk), address


def receipt_of(comment, **kind):
    return f"/comments/receipt/{token_of(comment, **kind)}/"


def page_of(client, address=PAGE):
    return client.get(address).content.decode()


def heading(client, address):
    return re.search("<h1>(.*?)</h1>", page_of(client, address)).group(1)


def offers(client, address):
    """What the receipt lets its reader do."""
    html = page_of(client, address)
    return [what for what in ("edit", "delete", "appeal", "letters") if f"{address}{what}/" in html]


def edit(client, address, words):
    return client.post(f"{address}edit/", {"comment": words})


def reloaded(comment):
    return ReaderComment.objects.get(pk=comment.pk)


def moves():
    return list(StateChange.objects.values_list("actor", "before", "after", "reason"))


# --- The receipt --------------------------------------------------------------------------------------


def test_every_page_of_a_receipt_is_for_its_holder_only(client, standin, article):
    _comment, address = posted(client, article)
    spam = make_comment(article, State.SPAM)
    answers = [
        client.get(address),
        client.get(f"{address}edit/"),
        client.get(f"{address}delete/"),
        client.get(f"{receipt_of(spam)}appeal/"),
        client.get(f"{receipt_of(spam)}edit/"),
        edit(client, address, ""),
        edit(client, address, "Other words."),
        client.post(f"{receipt_of(spam)}appeal/", {"words": "It is none."}),
        client.post(f"{address}letters/", {"wish": "on"}),
        client.post(f"{address}delete/"),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 403, 422, 303, 303, 303, 303]
    names = ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")
    said = ("private, no-store", "no-referrer", "noindex")
    assert {tuple(answer[name] for name in names) for answer in answers} == {said}
    assert {(len(answer.cookies), "Cookie" in answer.get("Vary", "")) for answer in answers} == {(0, False)}
    pages = [answer.content.decode() for answer in answers if answer.status_code != 303]
    assert {'<meta name="robots" content="noindex">' in page for page in pages} == {True}


def test_an_address_is_good_as_long_as_its_comment_and_after_a_change_of_keys(client, settings, article):
    comment = make_comment(article)
    address = receipt_of(comment)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key for the years to come"

    with time_machine.travel(timezone.now() + timedelta(days=3650)):
        later = client.get(address).status_code
    comment.delete()

    assert (later, client.get(address).status_code) == (200, 404)


@pytest.mark.parametrize("what", ["", "edit/", "delete/", "appeal/", "letters/"])
def test_nobody_guesses_an_address(client, article, what):
    comment = make_comment(article)
    token = token_of(comment)
    pk, rest = token.split(":", 1)
    guesses = [
        pk,
        f"{int(pk) + 1}:{rest}",
        token[:-1],
        f"{token}x",
        f"{pk}::",
        "9" * 50,
        "%00",
        "%ED%A0%80",
        f"-{token}",
    ]

    answers = [client.post(f"/comments/receipt/{guess}/{what}") for guess in guesses]

    assert {answer.status_code for answer in answers} == {404}
    assert stored() == [(comment.comment, "approved", "", "")]


def test_looking_writes_nothing(client, standin, article, django_assert_num_queries):
    _comment, address = posted(client, article)
    spam = receipt_of(make_comment(article, State.SPAM))
    before = list(ReaderComment.objects.order_by("pk").values()), moves()

    for path in (address, f"{address}edit/", f"{address}delete/", spam, f"{spam}appeal/"):
        assert (client.get(path).status_code, client.head(path).status_code) == (200, 200)

    assert (list(ReaderComment.objects.order_by("pk").values()), moves()) == before
    assert (Appeal.objects.count(), len(standin.calls)) == (0, 1)
    assert client.get(f"{address}letters/").status_code == 405


STANDINGS = [
    (State.UNCHECKED, None, "Your comment is being checked.", ["edit", "delete", "letters"]),
    (State.PROVISIONAL, None, "Your comment is being checked.", ["edit", "delete", "letters"]),
    (State.HELD, None, "An editor will read it first.", ["edit", "delete", "letters"]),
    (State.APPROVED, None, "Your comment is published.", ["edit", "delete", "letters"]),
    (State.SPAM, None, "Our spam filter holds it back.", ["appeal"]),
    (State.BLATANT, None, "Our spam filter holds it back.", ["appeal"]),
    (State.HELD, READERS, "An editor will read it first.", ["delete", "letters"]),
    (State.HELD, "moderator", "An editor will read it first.", ["delete", "letters"]),
    (State.APPROVED, "moderator", "Your comment is published.", ["delete", "letters"]),
    (State.SPAM, "moderator", "The editors did not publish your comment.", ["appeal"]),
    (State.REMOVED, "moderator", "Your comment was removed by the editors.", ["appeal"]),
]


@pytest.mark.parametrize(("state", "by", "title", "offered"), STANDINGS)
def test_the_receipt_says_how_the_comment_stands_and_offers_what_is_possible(
    client, article, moderator, state, by, title, offered
):
    before = State.APPROVED if state != State.APPROVED else State.HELD
    comment = make_comment(article, before if by else State.UNCHECKED)
    if by or state != State.UNCHECKED:
        who = {"moderator": moderator, READERS: READERS, None: None}[by]
        due_at = timezone.now() if state == State.PROVISIONAL else None
        comment.move(state, expected=before if by else State.UNCHECKED, by=who, due_at=due_at)

    assert (heading(client, receipt_of(comment)), offers(client, receipt_of(comment))) == (title, offered)


@pytest.mark.parametrize("reason", Refusal)
@pytest.mark.parametrize("state", [State.SPAM, State.REMOVED])
def test_a_refusal_names_the_moderator_s_reason_and_nothing_of_the_filter(client, article, moderator, state, reason):
    comment = make_comment(article, verdict="ham", concern="Blocked: bicycle")

    feedback.decide(comment, state, moderator, reason)

    html = page_of(client, receipt_of(comment))
    assert (str(reason.label) in html, "bicycle" in html, "Blocked" in html, "Akismet" in html) == (
        True,
        False,
        False,
        False,
    )
    assert moves()[-1] == (f"moderator {moderator.pk}", "approved", state, str(reason.label))
    feedback.decide(reloaded(comment), State.APPROVED, moderator, reason)
    assert reloaded(comment).refusal == ""


def test_the_database_knows_no_reason_for_what_is_not_refused_and_nothing_public_without_words(article):
    comment = make_comment(article)

    for columns in ({"refusal": "insult"}, {"salt": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReaderComment.objects.filter(pk=comment.pk).update(**columns)


# --- In its place ---------------------------------------------------------------------------------------


def test_the_waiting_comment_stands_in_its_place_and_nobody_else_sees_it(client, standin, article):
    parent = make_comment(article, comment="The parent.")
    make_comment(article, comment="A sibling.", parent=parent)
    make_comment(article, State.HELD, comment="Somebody else’s held words.", parent=parent)
    standin.switch("status", "500")

    _comment, address = posted(client, article, comment="My waiting words.", reply_to=str(parent.pk))

    html = page_of(client, address)
    thread = html[html.index('<ol class="thread">') :]
    places = [
        thread.index(words) for words in ("The parent.", "A sibling.", "Only you can see this", "My waiting words.")
    ]
    assert (places == sorted(places), html.count("Only you can see this"), "else’s held" in html) == (True, 1, False)
    others = [page_of(client, path) for path in (PAGE, f"{POST}{parent.pk}/reply/", f"{POST}feed/", "/", "/world/")]
    assert ["My waiting words." in page for page in others] == [False] * 5


def test_the_receipt_of_a_waiting_reply_to_what_was_removed_shows_the_tombstone(client, article):
    parent = make_comment(article, State.REMOVED, comment="Removed words.")
    comment = make_comment(article, State.HELD, parent=parent)

    html = page_of(client, receipt_of(comment))

    assert ("This comment was removed by the editors." in html, "Removed words." in html, comment.comment in html) == (
        True,
        False,
        True,
    )


def test_of_a_long_discussion_the_receipt_shows_the_part_with_the_comment(client, article, settings):
    settings.COMMENTS_PER_PAGE = 5
    others = [make_comment(article, comment=f"Another voice {number}.") for number in range(12)]
    comment = make_comment(article, State.HELD, parent=make_comment(article, parent=others[6], comment="In between."))

    html = page_of(client, receipt_of(comment))

    assert [f"Another voice {number}." in html for number in (0, 6, 11)] == [False, True, False]
    assert ("In between." in html, comment.comment in html) == (True, True)


@pytest.mark.parametrize("count", [1, 30])
def test_a_receipt_costs_the_same_in_a_short_discussion_and_a_longer_one(
    client, article, django_assert_num_queries, count
):
    for _number in range(count):
        make_comment(article)
    address = receipt_of(make_comment(article, State.HELD))
    client.get(PAGE)

    with django_assert_num_queries(QUERIES):
        client.get(address)


QUERIES = 7


def test_the_receipt_of_a_comment_below_a_withdrawn_article_tells_nothing_of_the_others(client, article):
    make_comment(article, comment="Another voice.")
    comment = make_comment(article, comment="My words.")
    article.withdraw()

    html = page_of(client, receipt_of(comment))

    assert ("My words." in html, "Another voice." in html) == (True, False)


# --- The same words again -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "minutes"), [({"User-Agent": "Other"}, 0), ({"X-Forwarded-For": "198.51.100.7"}, 0), ({}, 11)]
)
def test_whoever_sends_the_same_words_from_elsewhere_or_later_may_only_look(
    client, standin, settings, article, headers, minutes
):
    """Name and words stand on the page and an address is easily guessed: they must not make anybody its writer."""
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    _comment, _address = posted(client, article)

    with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
        address = client.post(POST, filled(article), headers=headers)["Location"]
        offered, told = offers(client, address), heading(client, address)
        answers = [
            edit(client, address, "Other words.").status_code,
            client.post(f"{address}delete/").status_code,
            client.post(f"{address}appeal/", {"words": "x"}).status_code,
            client.post(f"{address}letters/", {"wish": "on"}).status_code,
        ]

    assert (offered, told, answers) == ([], "Your comment is published.", [403, 403, 303, 303])
    assert (stored(), Follow.objects.count()) == ([("A fine article.", "approved", "ham", "")], 0)


def test_a_second_click_is_the_writer_s_own(client, standin, article):
    posted(client, article)

    _comment, address = posted(client, article)

    assert offers(client, address) == ["edit", "delete", "letters"]


# --- Editing ----------------------------------------------------------------------------------------------


def test_an_edit_is_asked_about_and_then_stands_on_the_page(client, standin, settings, article):
    comment, address = posted(client, article, comment="The frist words.")
    before = reloaded(comment)
    form = page_of(client, f"{address}edit/")

    answer = edit(client, address, "The first words.")

    after, (_first, again) = reloaded(comment), standin.calls
    assert ("The frist words.</textarea>" in form, answer.status_code, answer["Location"]) == (True, 303, address)
    assert stored() == [("The first words.", "approved", "ham", "")]
    assert (again.fields["recheck_reason"], again.fields["comment_content"]) == ("edit", "The first words.")
    assert after.envelope == before.envelope | {"comment_content": "The first words."}
    assert (after.salt != before.salt, after.fingerprint != before.fingerprint, after.edited_at is None) == (
        True,
        True,
        False,
    )
    assert moves()[2:] == [("writer", "approved", "unchecked", "edited"), ("screening", "unchecked", "approved", "ham")]
    assert list(problems()) == []
    assert [words in page_of(client) for words in ("The frist words.", "The first words.")] == [False, True]


def test_the_feed_dates_an_edited_comment_by_its_edit(client, standin, article):
    with time_machine.travel(NOON, tick=False) as clock:
        make_article(slug="peace", at=NOON - timedelta(days=1))
        address = client.post("/world/peace/comments/", filled(Article.objects.get(slug="peace")))["Location"]
        clock.shift(60)
        edit(client, address, "Other words.")
        feed = page_of(client, "/world/peace/comments/feed/")

    assert re.findall("<(published|updated)>([^<]*)<", feed.partition("<entry>")[2]) == [
        ("published", "2030-05-01T12:00:00+00:00"),
        ("updated", "2030-05-01T12:01:00+00:00"),
    ]


@pytest.mark.parametrize("parent", [False, True])
def test_the_service_is_told_what_it_was_told_before_but_for_the_words(client, standin, article, parent):
    above = {"reply_to": str(make_comment(article).pk)} if parent else {}
    _comment, address = posted(client, article, **above)
    Article.objects.filter(pk=article.pk).update(updated_at=NOON)

    client.post(f"{address}edit/", {"comment": "Other words."}, headers={"Referer": "http://testserver/other/"})

    first, again = (call.fields for call in standin.calls)
    changed = {name for name in first | again if first.get(name) != again.get(name)}
    assert changed == {"comment_content", "comment_post_modified_gmt", "recheck_reason"}
    assert again["comment_post_modified_gmt"] == "2030-05-01T12:00:00+00:00"


@pytest.mark.parametrize(
    ("mode", "state", "title"),
    [
        ("spam", "spam", "Our spam filter holds it back."),
        ("discard", "blatant", "Our spam filter holds it back."),
        ("recheck-after", "provisional", "Your comment is being checked."),
        ("status", "unchecked", "Your comment is being checked."),
        ("nonsense", "unchecked", "Your comment is being checked."),
    ],
)
def test_an_edit_that_is_not_found_good_is_hidden_with_the_old_words(client, standin, article, mode, state, title):
    _comment, address = posted(client, article)
    standin.switch(mode)

    edit(client, address, "Cheap watches.")

    assert (stored()[0][:2], heading(client, address)) == (("Cheap watches.", state), title)
    assert [words in page_of(client) for words in ("A fine article.", "Cheap watches.")] == [False, False]


def test_while_the_service_fails_an_edit_waits_for_the_worker(client, standin, article):
    _comment, address = posted(client, article)
    for _time in range(breaker.FAILURES):
        breaker.failed(None)

    edit(client, address, "Other words.")
    waiting = stored(), len(standin.calls), "article." in page_of(client).partition('id="comments"')[2]
    call_command("worker", once=True)

    assert waiting == ([("Other words.", "unchecked", "", "")], 1, False)
    assert (stored(), standin.calls[1].fields["recheck_reason"]) == ([("Other words.", "approved", "ham", "")], "edit")


def test_without_a_key_edited_words_are_held(client, settings, article):
    settings.AKISMET_API_KEY = ""
    comment = make_comment(article)

    edit(client, receipt_of(comment), "Other words.")

    assert stored() == [("Other words.", "held", "", "There is no Akismet key.")]


@pytest.mark.parametrize(
    ("old", "new", "state", "concern"),
    [
        ("A fine article.", "Buy a bicycle.", "held", "Blocked: bicycle"),
        ("Buy a bicycle.", "A fine article.", "approved", ""),
        ("Buy a bicycle.", "Buy two bicycles.", "held", "Blocked: bicycle"),
    ],
)
def test_blocked_words_are_looked_for_again(client, standin, article, old, new, state, concern):
    BlockedTerm.objects.create(term="bicycle")
    _comment, address = posted(client, article, comment=old)

    edit(client, address, new)

    assert stored() == [(new, state, "ham", concern)]


def test_a_filled_honeypot_is_held_against_the_edited_words_too(client, standin, article):
    standin.switch("ham")
    _comment, address = posted(client, article, honeypot="a machine")

    edit(client, address, "Other words.")

    assert stored() == [("Other words.", "held", "ham", "It filled in the field that people do not see.")]
    assert standin.calls[1].fields["honeypot"] == "a machine"


def test_followers_hear_of_an_edited_comment_once(client, standin, article):
    parent = make_comment(article, user_email="bo@readers.example", is_announced=True)
    client.post(f"{receipt_of(parent)}letters/", {"wish": "on"})
    Follow.objects.update(confirmed_at=timezone.now())
    comment, address = posted(client, article, reply_to=str(parent.pk))
    write_due()

    edit(client, address, "Other words.")
    write_due()

    assert list(Letter.objects.exclude(comment=None).values_list("comment", flat=True)) == [comment.pk]


def test_recommendations_were_for_the_old_words(client, standin, article):
    comment, address = posted(client, article)
    client.post(f"/comments/marks/{comment.pk}/recommend/")

    edit(client, address, "Other words.")

    assert (reloaded(comment).recommendations, Mark.objects.count()) == (0, 0)


@pytest.mark.parametrize(("seconds", "status"), [(299.999, 303), (300, 403), (301, 403)])
@pytest.mark.parametrize("what", ["edit", "delete"])
def test_after_five_minutes_by_our_clock_a_comment_stays_as_it_is(client, standin, article, what, seconds, status):
    with time_machine.travel(NOON, tick=False) as clock:
        article = make_article(slug="peace", at=NOON - timedelta(days=1))
        address = client.post("/world/peace/comments/", filled(article))["Location"]
        clock.shift(timedelta(seconds=seconds))
        answer = client.post(f"{address}{what}/", {"comment": "My <late> words."})

    html = answer.content.decode()
    changed = stored()[0][0] != "A fine article."
    assert (answer.status_code, changed) == (status, status == 303)
    if status == 403:
        assert ("That time is over." in html, "My &lt;late&gt; words." in html) == (True, what == "edit")


def test_how_long_is_a_setting(client, standin, settings, article):
    settings.EDIT_WITHIN = 0

    _comment, address = posted(client, article)

    assert (offers(client, address), edit(client, address, "Other words.").status_code) == (["letters"], 403)


def test_editing_to_the_same_words_asks_nobody(client, standin, article):
    _comment, address = posted(client, article, comment="One\r\ntwo")

    answers = [edit(client, address, words)["Location"] for words in ("One\r\ntwo", "One\ntwo", "  One\r\ntwo ")]

    assert (answers, len(standin.calls), len(moves())) == ([address] * 3, 1, 2)


def test_other_white_space_is_an_edit(client, standin, article):
    _comment, address = posted(client, article, comment="One two")

    edit(client, address, "One\r\n\r\ntwo")

    assert stored() == [("One\r\n\r\ntwo", "approved", "ham", "")]


def test_editing_twice_works_twice(client, standin, article):
    _comment, address = posted(client, article)

    for words in ("Once.", "Twice."):
        assert edit(client, address, words).status_code == 303

    assert (stored(), len(standin.calls)) == ([("Twice.", "approved", "ham", "")], 3)


@pytest.mark.parametrize("parent", [False, True])
def test_the_words_of_another_comment_of_one_s_own_are_refused_with_the_reason(client, standin, article, parent):
    above = {"reply_to": str(make_comment(article).pk)} if parent else {}
    posted(client, article, comment="First words.", **above)
    comment, address = posted(client, article, comment="Second words.", **above)

    answer = edit(client, address, "First  words.")

    said = "You have posted these very words here already, in another comment."
    assert (answer.status_code, form_errors(answer), said in answer.content.decode()) == (422, 1, True)
    assert [row[0] for row in stored()][-2:] == ["First words.", "Second words."]
    assert (reloaded(comment).state, len(standin.calls)) == ("approved", 2)


def form_errors(answer):
    return answer.content.decode().count('class="field-error"')


@pytest.mark.parametrize("words", ["", "   ", "a" * 3001, "a\x00b"])
def test_bad_words_are_said_beside_the_field(client, standin, article, words):
    _comment, address = posted(client, article)

    answer = edit(client, address, words)

    assert (answer.status_code, form_errors(answer), len(standin.calls)) == (422, 1, 1)


@pytest.mark.parametrize("what", ["edit", "delete", "appeal", "letters"])
def test_too_much_and_other_writings_are_refused_with_a_clear_word(client, standin, article, what):
    standin.switch("spam" if what == "appeal" else "ham")
    _comment, address = posted(client, article)
    much = client.post(f"{address}{what}/", {"comment": "a" * 5_000_000, "words": ""})
    latin = client.generic(
        "POST", f"{address}{what}/", b"comment=x", "application/x-www-form-urlencoded; charset=latin-1"
    )

    assert (much.status_code in {413, 303}, latin.status_code) == (True, 400)


@pytest.mark.parametrize("state", [State.SPAM, State.BLATANT, State.REMOVED])
def test_what_was_refused_cannot_be_edited_or_deleted(client, article, moderator, state):
    comment = make_comment(article, state)

    answers = [
        client.post(f"{receipt_of(comment)}{what}/", {"comment": "x"}).status_code for what in ("edit", "delete")
    ]

    assert (answers, reloaded(comment).comment) == ([403, 403], comment.comment)


def test_no_edit_goes_behind_a_moderator_s_or_the_reports_back(client, article, moderator):
    held, reported, read = make_comment(article), make_comment(article), make_comment(article, State.HELD)
    held.move(State.HELD, expected=State.APPROVED, by=moderator)
    reported.move(State.HELD, expected=State.APPROVED, by=READERS)
    read.move(State.APPROVED, expected=State.HELD, by=moderator)

    answers = [edit(client, receipt_of(comment), "Other words.").status_code for comment in (held, reported, read)]

    assert (answers, "Other words." in str(stored())) == ([403] * 3, False)


# --- Races ------------------------------------------------------------------------------------------------


def race(late, quick):
    """What is late starts; before the stand-in lets it go on, what is quick is done."""
    failures = []

    def run():
        try:
            late()
        except Exception as error:  # whatever it is, the test shall say so
            failures.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    quick()
    thread.join()
    assert failures == []


def until_asked(standin, number=1):
    """Until the stand-in has got so many questions, which it has not answered yet."""
    pause = threading.Event()
    for _time in range(1000):
        if len(standin.calls) >= number:
            return
        pause.wait(0.01)
    raise AssertionError("nobody was asked")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("answer", ["ham", "spam", "recheck-after"])
def test_a_late_verdict_on_the_old_words_says_nothing_of_the_new(standin, client, article, answer):
    """The first words are asked about, and while the answer is under way they are edited; the new ones are not judged
    yet when it comes (the breaker is open): they must wait for a verdict of their own."""
    comment = make_comment(
        article, State.UNCHECKED, comment="Innocent.", envelope={"user_ip": "203.0.113.9"}, attempts=1
    )
    address, before = receipt_of(comment), timezone.now()

    class Late:
        """A client whose answer comes after something else has happened."""

        def check(self, envelope):
            assert envelope["user_ip"] == "203.0.113.9"
            for _time in range(breaker.FAILURES):
                breaker.failed(None)
            assert edit(client, address, "Cheap watches.").status_code == 303
            standin.switch(answer)
            return service.connect().check(envelope)

    screen(ReaderComment.objects.get(pk=comment.pk), Late())

    assert stored() == [("Cheap watches.", "unchecked", "", "")]
    assert ("watches" in page_of(client), reloaded(comment).due_at >= before) == (False, True)
    standin.switch("spam")
    call_command("worker", once=True)
    assert stored()[0][:2] == ("Cheap watches.", "spam")
    assert list(problems()) == []


@pytest.mark.django_db(transaction=True)
def test_a_late_verdict_of_another_process_does_not_publish_edited_words(standin, article):
    """The same with two threads and a stand-in that answers late: on both databases."""
    comment = make_comment(article, State.UNCHECKED, envelope={"user_ip": "203.0.113.9"}, attempts=1)
    standin.switch("slow", "1.5", times=1)

    def correct():
        until_asked(standin)
        assert edit(Client(), receipt_of(comment), "A cheap casino.").status_code == 303

    race(lambda: screen(ReaderComment.objects.get(pk=comment.pk), service.connect()), correct)

    assert [call.answer for call in standin.calls] == ["false", "true"]
    assert stored() == [("A cheap casino.", "spam", "spam", "")]
    assert "casino" not in page_of(Client())
    assert list(problems()) == []


@pytest.mark.django_db(transaction=True)
def test_a_late_failure_of_the_old_words_leaves_the_new_ones_alone(client, standin, article):
    comment = make_comment(article, State.UNCHECKED, envelope={"user_ip": "203.0.113.9"}, attempts=1)

    class Late:
        def check(self, envelope):
            assert edit(client, receipt_of(comment), "Other words.").status_code == 303
            raise service.ServiceError(service.Kind.UNSENDABLE, "never")

    screen(ReaderComment.objects.get(pk=comment.pk), Late())

    assert stored() == [("Other words.", "approved", "ham", "")]


@pytest.mark.django_db(transaction=True)
def test_a_late_verdict_does_not_bring_back_what_its_writer_deleted(client, standin, article):
    comment = make_comment(article, State.UNCHECKED, envelope={"user_ip": "203.0.113.9"}, attempts=1)

    class Late:
        def check(self, envelope):
            assert client.post(f"{receipt_of(comment)}delete/").status_code == 303
            return service.connect().check(envelope)

    screen(ReaderComment.objects.get(pk=comment.pk), Late())

    assert stored() == [("", "removed", "", "")]
    assert list(problems()) == []


@pytest.mark.parametrize("to", [State.APPROVED, State.SPAM, State.REMOVED])
def test_a_moderator_decides_on_the_words_that_he_has_read(client, standin, article, moderator, to):
    comment = make_comment(article, State.HELD)
    read = ReaderComment.objects.get(pk=comment.pk)
    standin.switch("spam")
    edit(client, receipt_of(comment), "Other words.")
    ReaderComment.objects.get().move(State.HELD, expected=State.SPAM, by=moderator)

    done, _feedback, _news = feedback.decide(read, to, moderator)

    assert (done, stored()[0][:2]) == (False, ("Other words.", "held"))


EDITORS = 6


@pytest.mark.django_db(transaction=True)
def test_editing_and_deleting_at_once_leave_one_whole_comment(standin, article):
    _comment, address = posted(Client(), article)
    start, answers, failures = threading.Barrier(EDITORS), [], []

    def change(number):
        client = Client()
        start.wait()
        try:
            answer = client.post(f"{address}delete/") if number == 0 else edit(client, address, f"Words {number}.")
            answers.append(answer.status_code)
        except Exception as error:  # whatever it is, the test shall say so
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=change, args=(number,)) for number in range(EDITORS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (failures, len(answers), set(answers) <= {303, 403, 409}) == ([], EDITORS, True)
    assert list(problems()) == []
    (row,) = stored()
    assert row[1] in {"approved", "removed"}
    assert (row[0] == "") == (row[1] == "removed")
    assert next(call.fields["comment_content"] for call in standin.calls) == "A fine article."


# --- Deleting -----------------------------------------------------------------------------------------------


def test_a_deleted_comment_is_gone_from_the_page_and_its_words_from_the_database(client, standin, article):
    comment, address = posted(client, article, url="https://ada.example/", follow_replies="on")

    answers = [client.post(f"{address}delete/") for _click in range(2)]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(303, address)] * 2
    row = ReaderComment.objects.filter(pk=comment.pk).values().get()
    kept = {str(value) for value in row.values()} & {
        "A fine article.",
        "Ada Reader",
        "ada@readers.example",
        "127.0.0.1",
    }
    assert (kept, row["state"], row["envelope"], row["writer_key"], row["fingerprint"]) == (
        set(),
        "removed",
        {},
        "",
        None,
    )
    assert (Follow.objects.count(), heading(client, address), offers(client, address)) == (
        0,
        "You have deleted your comment.",
        [],
    )
    assert moves()[-1] == ("writer", "approved", "removed", "deleted")
    page = page_of(client)
    assert ("A fine article." in page, "removed" in page.partition('id="comments"')[2]) == (False, False)
    assert list(problems()) == []


def test_with_replies_a_deleted_comment_leaves_its_place(client, standin, article):
    comment, address = posted(client, article)
    make_comment(article, parent=comment, comment="The reply.")

    client.post(f"{address}delete/")

    page = page_of(client)
    assert [
        words in page for words in ("A fine article.", "This comment was removed by its writer.", "The reply.")
    ] == [
        False,
        True,
        True,
    ]


def test_the_same_words_may_be_posted_again_after_they_were_deleted(client, standin, article):
    _comment, address = posted(client, article)
    client.post(f"{address}delete/")

    posted(client, article)

    assert stored() == [("", "removed", "ham", ""), ("A fine article.", "approved", "ham", "")]


def test_deleting_takes_back_what_akismet_was_to_be_told(client, article, moderator):
    comment = make_comment(article, State.HELD, verdict="spam", envelope={"user_ip": "203.0.113.9"})
    feedback.decide(comment, State.APPROVED, moderator)

    client.post(f"{receipt_of(comment)}delete/")

    assert (Feedback.objects.count(), reloaded(comment).state) == (0, "removed")


# --- Appealing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "state"), [("spam", "spam"), ("discard", "blatant")])
def test_an_appeal_against_the_filter_takes_the_comment_to_the_moderators(client, standin, article, mode, state):
    standin.switch(mode)
    comment, address = posted(client, article)

    answers = [client.post(f"{address}appeal/", {"words": words}) for words in ("I mean it.", "Once more.")]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(303, address)] * 2
    assert (stored()[0][1], list(Appeal.objects.values_list("comment", "words", "answered_at"))) == (
        "held",
        [(comment.pk, "I mean it.", None)],
    )
    assert moves()[-1] == ("writer", state, "held", "appeal")
    html = page_of(client, address)
    assert (offers(client, address), "an editor will read what you wrote" in html, "I mean it." in html) == (
        ["delete", "letters"],
        True,
        True,
    )
    assert "A fine article." not in page_of(client)


@pytest.mark.parametrize("state", [State.SPAM, State.REMOVED])
def test_an_appeal_against_a_moderator_waits_where_it_is(client, article, moderator, state):
    comment = make_comment(article, verdict="ham")
    comment.move(state, expected=State.APPROVED, by=moderator)

    client.post(f"{receipt_of(comment)}appeal/", {"words": "I mean it."})

    assert (reloaded(comment).state, Appeal.objects.waiting().count()) == (state, 1)
    assert offers(client, receipt_of(comment)) == []


@pytest.mark.parametrize("words", ["", "  ", "a" * 1001, "a\x00"])
def test_an_appeal_needs_its_words(client, article, words):
    comment = make_comment(article, State.SPAM)

    answer = client.post(f"{receipt_of(comment)}appeal/", {"words": words})

    assert (answer.status_code, form_errors(answer), Appeal.objects.count()) == (422, 1, 0)


@pytest.mark.parametrize("state", [State.UNCHECKED, State.PROVISIONAL, State.HELD, State.APPROVED])
def test_there_is_no_appeal_where_nothing_was_refused(client, article, state):
    comment = make_comment(article, state)

    answer = client.post(f"{receipt_of(comment)}appeal/", {"words": "x"})

    assert (answer.status_code, Appeal.objects.count(), reloaded(comment).state) == (303, 0, state)


def test_what_its_writer_deleted_takes_no_appeal(client, article):
    comment = make_comment(article)
    client.post(f"{receipt_of(comment)}delete/")

    client.post(f"{receipt_of(comment)}appeal/", {"words": "x"})

    assert Appeal.objects.count() == 0


@pytest.mark.parametrize(
    ("to", "told"),
    [(State.APPROVED, "agreed with you"), (State.SPAM, "the decision stands"), (State.REMOVED, "the decision stands")],
)
def test_a_moderator_s_decision_answers_the_appeal(client, article, moderator, to, told):
    comment = make_comment(article, State.UNCHECKED, verdict="spam", envelope={"user_ip": "203.0.113.9"})
    comment.move(State.SPAM, expected=State.UNCHECKED)
    client.post(f"{receipt_of(comment)}appeal/", {"words": "I mean it."})

    feedback.decide(reloaded(comment), to, moderator)

    assert (Appeal.objects.waiting().count(), told in page_of(client, receipt_of(comment))) == (0, True)
    assert offers(client, receipt_of(comment)) == (["delete", "letters"] if to == State.APPROVED else [])


def test_taking_the_decision_back_opens_the_appeal_again(client, article, moderator):
    comment = make_comment(article, State.UNCHECKED, verdict="spam", envelope={"user_ip": "203.0.113.9"})
    comment.move(State.SPAM, expected=State.UNCHECKED)
    client.post(f"{receipt_of(comment)}appeal/", {"words": "I mean it."})
    _done, waiting, _news = feedback.decide(reloaded(comment), State.APPROVED, moderator)

    feedback.undo(waiting, moderator)

    assert (reloaded(comment).state, Appeal.objects.waiting().count()) == ("held", 1)


@pytest.mark.parametrize("refused_by", ["filter", "moderator"])
def test_a_moderator_may_let_the_refusal_stand(client, article, moderator, refused_by):
    comment = make_comment(article, State.UNCHECKED, verdict="spam")
    comment.move(State.SPAM, expected=State.UNCHECKED, by=moderator if refused_by == "moderator" else None)
    client.post(f"{receipt_of(comment)}appeal/", {"words": "I mean it."})

    answered = [feedback.turn_down(reloaded(comment), moderator) for _click in range(2)]

    assert (answered, reloaded(comment).state, Feedback.objects.count()) == ([True, False], "spam", 0)


AT_ONCE = 6


@pytest.mark.django_db(transaction=True)
def test_of_appeals_at_once_one_counts(article):
    comment = make_comment(article, State.UNCHECKED)
    comment.move(State.SPAM, expected=State.UNCHECKED)
    start, failures = threading.Barrier(AT_ONCE), []

    def protest(number):
        start.wait()
        try:
            Client().post(f"{receipt_of(comment)}appeal/", {"words": f"Reason {number}."})
        except Exception as error:  # whatever it is, the test shall say so
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=protest, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (failures, Appeal.objects.count(), moves()[-1]) == ([], 1, ("writer", "spam", "held", "appeal"))
    assert len(moves()) == 3


def test_an_appeal_keeps_spam_until_it_is_answered_and_its_words_go_some_days_later(client, settings, moderator):
    with time_machine.travel(NOON, tick=False) as clock:
        article = make_article(slug="peace", at=NOON - timedelta(days=1))
        comment = make_comment(article)
        comment.move(State.SPAM, expected=State.APPROVED, by=moderator)
        client.post(f"{receipt_of(comment)}appeal/", {"words": "I mean it."})
        clock.shift(timedelta(seconds=settings.SPAM_KEPT + 1))
        scrub()
        kept = ReaderComment.objects.count()
        feedback.decide(reloaded(comment), State.APPROVED, moderator)
        clock.shift(timedelta(seconds=settings.ENVELOPE_KEPT + 1))
        scrub()

    assert (kept, Appeal.objects.get().words) == (1, "")


def test_only_a_writer_has_the_writer_s_moves(article, moderator):
    comment = make_comment(article, State.SPAM)

    assert comment.move(State.HELD, expected=State.SPAM, by=WRITER, reason="appeal")
    assert moves()[-1] == ("writer", "spam", "held", "appeal")


# --- What moderators see ----------------------------------------------------------------------------------------


LIST = "/admin/comments/readercomment/"


def act(client, action, comment, **fields):
    sent = {"action": action, "_selected_action": [comment.pk]} | fields
    return [str(message) for message in client.post(LIST, sent, follow=True).context["messages"]]


def test_moderators_find_appeals_with_their_words_and_answer_them(client, article, moderator):
    client.force_login(moderator)
    comment, other = make_comment(article, State.SPAM, verdict="spam"), make_comment(article)
    Appeal.objects.create(comment=comment, words="I <mean> it.")

    found = [client.get(LIST, query).content.decode() for query in ({"appeal": "waiting"}, {"appeal": "answered"})]
    told = act(client, "turn_down", comment)
    answered = client.get(LIST, {"appeal": "answered"}).content.decode()
    detail = client.get(f"{LIST}{comment.pk}/change/").content.decode()

    said = [("I &lt;mean&gt; it." in page, other.comment in page) for page in (*found, answered)]
    assert said == [(True, False), (False, False), (True, False)]
    assert (told, "I &lt;mean&gt; it." in detail) == (["1 appeal is answered."], True)


def test_moderators_give_a_reason_from_the_list(client, article, moderator):
    client.force_login(moderator)
    comment = make_comment(article)

    told = act(client, "remove", comment, refusal="insult")

    assert (told, reloaded(comment).refusal) == (["1 comment: Removed."], "insult")
    act(client, "approve", comment, refusal="insult")
    assert (reloaded(comment).state, reloaded(comment).refusal) == ("approved", "")


def test_words_that_were_edited_since_the_list_was_made_are_left_alone(client, standin, article, moderator):
    client.force_login(moderator)
    comment = make_comment(article, State.HELD)
    html = client.get(LIST).content.decode()
    read_at = re.search(r'name="read_at" value="([\d.]+)"', html).group(1)
    standin.switch("status", "500")
    edit(Client(), receipt_of(comment), "Words unread.")

    told = act(client, "approve", comment, read_at=read_at)

    said = "1 comment was edited by its writer meanwhile and was left alone. Read it again."
    assert (told[0], reloaded(comment).state) == (said, "unchecked")


@pytest.mark.parametrize("read_at", ["", "soon", "1e999", "nan", "-1e30"])
def test_a_broken_time_in_the_list_s_form_is_no_error(client, article, moderator, read_at):
    client.force_login(moderator)
    comment = make_comment(article, State.HELD)

    assert (
        client.post(LIST, {"action": "approve", "_selected_action": [comment.pk], "read_at": read_at}).status_code < 400
    )


def test_what_its_writer_deleted_cannot_be_published(client, article, moderator):
    client.force_login(moderator)
    comment = make_comment(article)
    receipts.withdraw(comment)

    act(client, "approve", comment)

    assert reloaded(comment).state == "removed"


# --- Without anything but a browser ---------------------------------------------------------------------------------


def test_forms_without_an_origin_work_since_the_token_is_the_permission(standin, article):
    comment = make_comment(article)
    careful = Client(enforce_csrf_checks=True)

    answer = careful.post(
        f"{receipt_of(comment)}edit/",
        {"comment": "Other words."},
        headers={"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    )

    assert (answer.status_code, stored()[0][0]) == (303, "Other words.")


def test_write_leads_to_the_receipt_whatever_became_of_it(client, standin, article):
    assert write(client, article)["Location"].startswith("/comments/receipt/")
