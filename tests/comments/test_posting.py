"""From the form on the article's page to the row, the answer, and what the stand-in was told."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone, translation

from comments.forms import BlankForm, ReaderCommentForm
from comments.models import QUEUED, ReaderComment, State
from comments.models.comment import STEP
from tests.comments.reader import ADA, filled, form_on, stored, write
from tests.factories import make_article, make_comment, make_draft, make_staff, make_tag

pytestmark = pytest.mark.django_db

PAGE = "/world/peace-talks/"
POST = "/world/peace-talks/comments/"
STALE = "This form had gone stale. Your text is still here, nothing was lost: send it once more."
NO_REPLIES = (
    "The comment you are replying to takes no replies any more. Send your text again to post it as a comment of its"
    " own."
)
NOT_SENT = "Not sent yet. What is missing or wrong stands beside its field; your text is kept."
NUL = "Null characters are not allowed."


@pytest.fixture
def article():
    return make_article(headline="Peace talks", slug="peace-talks", at=timezone.now() - timedelta(days=1))


def page_of(client, path=PAGE):
    return client.get(path).content.decode()


def chain(article, length):
    """A comment, a reply to it, a reply to that, ..."""
    comments = [make_comment(article)]
    while len(comments) < length:
        comments.append(make_comment(article, parent=comments[-1]))
    return comments


# --- What becomes of it -------------------------------------------------------------------------


def test_the_form_on_the_article_s_page_carries_everything_that_is_needed(client, article):
    form = form_on(client.get(PAGE))

    made = form.fields.pop("timestamp"), form.fields.pop("security_hash")
    assert (form.action, form.errors) == (POST, {})
    assert form.fields == {
        "name": "",
        "email": "",
        "url": "",
        "comment": "",
        "honeypot": "",
        "content_type": "articles.article",
        "object_pk": str(article.pk),
        "reply_to": "",
    }
    assert made[1] == ReaderCommentForm(article).initial_security_hash(int(made[0]))


def test_the_empty_form_speaks_the_language_of_its_page(article):
    drawn = []
    for language in ("en", "de", "en"):
        with translation.override(language):
            drawn.append((BlankForm(article).drawn_fields, ReaderCommentForm(article).drawn_fields))

    assert [blank == whole for blank, whole in drawn] == [True] * 3
    assert drawn[0] == drawn[2] != drawn[1]


@pytest.mark.parametrize(("name", "kind"), [("name", "name"), ("email", "email"), ("url", "url")])
def test_browsers_are_told_what_the_fields_hold(client, article, name, kind):
    assert ReaderCommentForm(article)[name].as_widget() in page_of(client)
    assert ReaderCommentForm(article).fields[name].widget.attrs["autocomplete"] == kind


@pytest.mark.django_db(transaction=True)
def test_ham_stands_on_the_page_on_the_next_read(client, standin, article):
    before = page_of(client)

    response = write(client, article)

    comment = ReaderComment.objects.get()
    receipt = page_of(client, response["Location"])
    assert (response.status_code, response["Location"][:18]) == (303, "/comments/receipt/")
    assert ("<h1>Your comment is published.</h1>" in receipt, f'href="{PAGE}comments/{comment.pk}/"' in receipt) == (
        True,
        True,
    )
    assert stored() == [("A fine article.", "approved", "ham", "")]
    after = page_of(client)
    assert ("A fine article." in before, after.count("A fine article.")) == (False, 1)
    assert ("1 comment" in before, f'id="comment-{comment.pk}"' in after, "1 comment" in after) == (False, True, True)


@pytest.mark.django_db(transaction=True)
def test_a_reply_stands_on_the_page_on_the_next_read(client, standin, article):
    parent = make_comment(article)
    page_of(client)

    write(client, article, to=parent, comment="I agree.")

    reply = ReaderComment.objects.get(comment="I agree.")
    assert (reply.parent_id, reply.level, reply.state) == (parent.pk, 1, "approved")
    assert "I agree." in page_of(client)


@pytest.mark.django_db(transaction=True)
def test_the_reader_is_led_to_the_address_that_the_clock_has_given_the_story(client, standin, article):
    story = article.latest_revision().read()
    renamed = type(story)(**vars(story) | {"slug": "peace-at-last"})
    article.publish(article.save_draft(renamed, by=None), at=timezone.now() + timedelta(hours=1))

    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        page_of(client, "/world/peace-at-last/")
        response = client.post("/world/peace-at-last/comments/", filled(article))
        receipt = page_of(client, response["Location"])
        shown = "A fine article." in page_of(client, "/world/peace-at-last/")
        ReaderComment.objects.get().move(State.REMOVED, expected=State.APPROVED, by=make_staff())
        still_shown = "A fine article." in page_of(client, "/world/peace-at-last/")

    comment = ReaderComment.objects.get()
    assert (response.status_code, f'href="/world/peace-at-last/comments/{comment.pk}/"' in receipt) == (303, True)
    assert (comment.article_id, shown, still_shown) == (article.pk, True, False)


@pytest.mark.parametrize(
    ("mode", "state", "verdict", "told"),
    [
        ("spam", "spam", "spam", "Our spam filter holds it back."),
        ("discard", "blatant", "blatant", "Our spam filter holds it back."),
        ("recheck-after", "provisional", "provisional", "Your comment is being checked."),
    ],
)
def test_what_is_not_ham_is_hidden_with_its_verdict_and_the_reader_gets_a_receipt(
    client, standin, article, mode, state, verdict, told
):
    standin.switch(mode)

    response = write(client, article)

    assert (response.status_code, response["Location"][:18]) == (303, "/comments/receipt/")
    assert stored() == [("A fine article.", state, verdict, "")]
    assert ReaderComment.objects.values_list("is_public", "verdict_guid").get() == (False, "0" * 31 + "1")
    receipt = page_of(client, response["Location"])
    assert (f"<h1>{told}</h1>" in receipt, "A fine article." in receipt) == (True, True)
    assert "A fine article." not in page_of(client)


def test_a_provisional_comment_is_asked_about_again_when_the_service_said_so(client, standin, article):
    standin.switch("recheck-after", "90")
    now = datetime(2030, 5, 1, 12, tzinfo=UTC)
    looked = []

    with time_machine.travel(now, tick=False) as clock:
        write(client, article)
        due_at = ReaderComment.objects.get().due_at
        standin.switch("ham")
        for seconds in (89, 1):
            clock.shift(seconds)
            call_command("worker", once=True)
            looked.append((len(standin.calls), stored()[0][1]))

    assert due_at == now + timedelta(seconds=90)
    assert looked == [(1, "provisional"), (2, "approved")]
    assert [call.fields.get("recheck_reason") for call in standin.calls] == [None, "recheck"]


def test_without_a_key_a_comment_is_held_and_nobody_is_called(client, standin, settings, article):
    settings.AKISMET_API_KEY = ""

    response = write(client, article)

    assert stored() == [("A fine article.", "held", "", "There is no Akismet key.")]
    assert "<h1>An editor will read it first.</h1>" in page_of(client, response["Location"])
    assert standin.calls == []
    page = page_of(client)
    assert ("A fine article." in page, "Editors read every comment first." in page, "Akismet" in page) == (
        False,
        True,
        False,
    )


def test_a_filled_honeypot_is_sent_with_its_name_and_holds_even_ham(client, standin, article):
    standin.switch("ham")

    response = write(client, article, honeypot="I am a machine")

    assert stored() == [("A fine article.", "held", "ham", "It filled in the field that people do not see.")]
    (call,) = standin.calls
    assert (call.fields["honeypot_field_name"], call.fields["honeypot"]) == ("honeypot", "I am a machine")
    assert "<h1>An editor will read it first.</h1>" in page_of(client, response["Location"])


def test_staff_are_checked_like_anybody(client, standin, article):
    user = make_staff()
    client.force_login(user)
    standin.switch("spam")

    response = write(client, article)

    assert stored() == [("A fine article.", "spam", "spam", "")]
    assert (ReaderComment.objects.get().user, len(standin.calls)) == (user, 1)
    assert response["Location"].startswith("/comments/receipt/")
    assert "A fine article." not in page_of(client)


def test_a_cookie_of_nobody_s_makes_no_difference(client, standin, article):
    client.cookies["sessionid"] = "of-nobody-at-all"

    response = write(client, article)

    assert response.status_code == 303
    assert (stored(), ReaderComment.objects.get().user) == ([("A fine article.", "approved", "ham", "")], None)


# --- What the stand-in is told ------------------------------------------------------------------


def test_the_stand_in_receives_what_is_kept_and_no_less(client, standin, settings):
    article = make_article(
        slug="peace-talks", tags=(make_tag("peace").pk, make_tag("war").pk), at=datetime(2026, 3, 1, tzinfo=UTC)
    )
    parent = make_comment(article)

    with time_machine.travel(datetime(2026, 3, 2, 10, 30, tzinfo=UTC), tick=False):
        write(
            client,
            article,
            to=parent,
            url="https://ada.example/",
            comment="Grüße, ☃ & <b>du</b>",
            headers={"User-Agent": "Gecko", "Referer": f"http://testserver{PAGE}"},
        )

    kept = ReaderComment.objects.get(parent_id=parent.pk, level=1).envelope
    assert kept == {
        "user_ip": "127.0.0.1",
        "user_agent": "Gecko",
        "referrer": "http://testserver/world/peace-talks/",
        "permalink": "http://testserver/world/peace-talks/",
        "comment_type": "reply",
        "comment_author": "Ada Reader",
        "comment_author_email": "ada@readers.example",
        "comment_author_url": "https://ada.example/",
        "comment_content": "Grüße, ☃ & <b>du</b>",
        "comment_date_gmt": "2026-03-02T10:30:00+00:00",
        "comment_post_modified_gmt": "2026-03-01T00:00:00+00:00",
        "blog_lang": "en",
        "blog_charset": "UTF-8",
        "comment_context": ["World", "peace", "war"],
        "honeypot_field_name": "honeypot",
        "honeypot": "",
    }
    (call,) = standin.calls
    context = kept.pop("comment_context")
    assert call.fields == kept | {
        "comment_context[]": context,
        "api_key": "test-key",
        "blog": "http://testserver",
    }


def test_a_browser_that_says_nothing_of_itself_is_fine(client, standin, article):
    response = client.post(POST, filled(article))

    assert response.status_code == 303
    (call,) = standin.calls
    assert (call.fields["user_agent"], call.fields["referrer"]) == ("", "")


@pytest.mark.parametrize(
    ("trusted", "connection", "forwarded", "reader"),
    [
        ([], "203.0.113.9", "198.51.100.1", "203.0.113.9"),
        (["10.0.0.0/8"], "10.0.0.1", "198.51.100.1", "198.51.100.1"),
        (["10.0.0.0/8"], "10.0.0.1", "1.2.3.4, 198.51.100.1", "198.51.100.1"),
        (["10.0.0.0/8"], "10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (["10.0.0.0/8"], "10.0.0.1", "", "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", "nonsense", "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", "fe80::1%eth0", "fe80::1"),
        (["10.0.0.0/8"], "10.0.0.1", "[2001:db8::7]", "2001:db8::7"),
        ([], "::ffff:203.0.113.9", "", "203.0.113.9"),
        ([], "fe80::1%eth0", "", "fe80::1"),
        ([], "", "198.51.100.1", "198.51.100.1"),
        ([], "", "", None),
    ],
)
def test_the_reader_s_address_is_what_trusted_proxies_vouch_for(
    client, standin, settings, article, trusted, connection, forwarded, reader
):
    settings.TRUSTED_PROXIES = trusted
    extra = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}

    client.post(POST, filled(article), REMOTE_ADDR=connection, **extra)

    (call,) = standin.calls
    assert (call.fields["user_ip"], ReaderComment.objects.get().ip_address) == (reader or "0.0.0.0", reader)


# --- What is wrong with the form ----------------------------------------------------------------


def test_errors_stand_beside_their_fields_and_the_text_is_kept(client, standin, article):
    response = write(client, article, name="", email="ada", url="javascript:alert(1)", comment="Kept <b>&amp;\n\nso")

    form = form_on(response)
    assert (response.status_code, response["Cache-Control"]) == (422, "private, no-store")
    assert form.errors == {
        "": NOT_SENT,
        "name": "This field is required.",
        "email": "Enter a valid email address.",
        "url": "Enter a valid URL.",
    }
    typed = {name: form.fields[name] for name in ADA}
    assert typed == {"name": "", "email": "ada", "url": "javascript:alert(1)", "comment": "Kept <b>&amp;\n\nso"}
    assert (stored(), standin.calls) == ([], [])


def test_errors_are_tied_to_their_fields_for_those_who_hear_the_form(client, standin, article):
    html = write(client, article, email="ada").content.decode()

    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_email_help id_email_error"' in html


def test_a_form_that_stood_open_too_long_comes_back_with_the_text_and_works(client, standin, article):
    form = form_on(client.get(PAGE))
    sent = form.fields | ADA

    with time_machine.travel(timezone.now() + timedelta(hours=2, seconds=5)):
        stale = client.post(POST, sent)
        kept = form_on(stale)
        fresh = client.post(kept.action, kept.fields)

    assert (stale.status_code, kept.errors) == (422, {"": STALE})
    assert {name: kept.fields[name] for name in ADA} == ADA
    assert (fresh.status_code, stored()) == (303, [("A fine article.", "approved", "ham", "")])


def test_a_stale_reply_stays_a_reply(client, standin, article):
    parent = make_comment(article)
    form = form_on(client.get(f"{POST}{parent.pk}/reply/"))

    with time_machine.travel(timezone.now() + timedelta(hours=3)):
        kept = form_on(client.post(POST, form.fields | ADA))
        client.post(kept.action, kept.fields)

    assert ReaderComment.objects.get(comment="A fine article.").parent_id == parent.pk


def test_a_form_of_almost_two_hours_is_good(client, standin, article):
    sent = form_on(client.get(PAGE)).fields | ADA

    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=59)):
        response = client.post(POST, sent)

    assert response.status_code == 303


@pytest.mark.parametrize("timestamp", ["9" * 30, "9" * 5000, "-1", "0", "soon", "", "1e9", "١٢٣", "\x00", "1\u0000"])
@pytest.mark.parametrize("name", ["timestamp", "security_hash"])
def test_a_tampered_form_comes_back_with_the_text(client, standin, article, name, timestamp):
    response = client.post(POST, filled(article, **{name: timestamp}))

    kept = form_on(response)
    assert (response.status_code, kept.errors) == (422, {"": STALE})
    assert {name: kept.fields[name] for name in ADA} == ADA
    assert (stored(), standin.calls) == ([], [])


@pytest.mark.parametrize("name", ["timestamp", "security_hash", "content_type", "object_pk", "reply_to", "honeypot"])
def test_what_is_wrong_with_a_hidden_field_is_said_on_top(client, standin, article, name):
    response = client.post(POST, filled(article, **{name: "\x00"}))

    assert (response.status_code, form_on(response).errors) == (422, {"": STALE})


def test_a_form_from_the_future_is_refused(client, standin, article):
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        sent = filled(article)

    assert client.post(POST, sent).status_code == 422


def test_another_article_s_form_is_refused(client, standin, article):
    other = make_article()

    response = client.post(POST, filled(other))

    assert (response.status_code, form_on(response).errors, stored()) == (422, {"": STALE}, [])


@pytest.mark.parametrize("reply_to", ["-1", "2147483648", "9" * 18, "9" * 5000, "x", "1.5", "１", "0x1", "1 OR 1=1"])
def test_a_reply_to_nothing_is_refused_and_comes_back_as_a_comment_of_its_own(client, standin, article, reply_to):
    response = client.post(POST, filled(article, reply_to=reply_to))

    kept = form_on(response)
    assert (response.status_code, kept.errors, kept.fields["reply_to"]) == (422, {"": NO_REPLIES}, "")
    assert (stored(), standin.calls) == ([], [])
    assert client.post(kept.action, kept.fields).status_code == 303


@pytest.mark.parametrize("state", [state for state in State if state != State.APPROVED])
def test_what_is_not_public_takes_no_replies(client, standin, article, state):
    hidden = make_comment(article, state)

    response = client.post(POST, filled(article, reply_to=str(hidden.pk)))

    assert (response.status_code, form_on(response).errors) == (422, {"": NO_REPLIES})
    assert client.get(f"{POST}{hidden.pk}/reply/").status_code == 404
    assert (ReaderComment.objects.count(), standin.calls) == (1, [])


def test_a_reply_to_a_comment_of_another_article_is_refused(client, standin, article):
    elsewhere = make_comment(make_article())

    response = client.post(POST, filled(article, reply_to=str(elsewhere.pk)))

    assert (response.status_code, form_on(response).errors) == (422, {"": NO_REPLIES})
    assert client.get(f"{POST}{elsewhere.pk}/reply/").status_code == 404
    assert ReaderComment.objects.count() == 1


@pytest.mark.parametrize("depth", [0, 1, 3, 9])
def test_a_reply_to_one_of_the_deepest_stands_beside_it_and_says_whom_it_answers(
    client, standin, settings, article, depth
):
    settings.COMMENT_DEPTH = depth
    *_upper, deepest = chain(article, depth + 1)

    response = write(client, article, to=deepest, name="Bo", comment="I agree.")

    reply = ReaderComment.objects.get(comment="I agree.")
    assert (response.status_code, reply.parent_id, reply.level) == (303, deepest.pk, depth)
    assert reply.place[:-STEP] == deepest.place[:-STEP]
    html = page_of(client)
    assert html.count(f'href="{POST}{deepest.pk}/" rel="nofollow">in reply to Ada Reader</a>') == 1
    assert f'href="{POST}{reply.pk}/reply/"' in html


def test_threads_that_are_deeper_than_the_setting_says_now_stay_and_take_replies(client, standin, settings, article):
    comments = chain(article, 4)
    settings.COMMENT_DEPTH = 1

    response = write(client, article, to=comments[3], comment="I agree.")

    reply = ReaderComment.objects.get(comment="I agree.")
    assert (response.status_code, reply.level, reply.place[:STEP]) == (303, 1, comments[0].place)
    assert page_of(client).count("in reply to Ada Reader") == 1


@pytest.mark.parametrize("gone", [0, 1])
def test_a_reply_below_a_deleted_comment_is_stored(client, standin, article, gone):
    comments = chain(article, 3)
    comments[gone].delete()

    response = write(client, article, to=comments[2])

    assert response.status_code == 303
    assert ReaderComment.objects.values_list("parent_id", "state").get(comment="A fine article.") == (
        comments[2].pk,
        "approved",
    )


# --- Articles that take no comments -------------------------------------------------------------


def test_a_closed_discussion_refuses_and_shows_the_text(client, standin):
    article = make_article(slug="peace-talks", comments_open=False)

    response = client.post(POST, filled(article, comment="Kept <b>so"))

    html = response.content.decode()
    assert (response.status_code, "<h1>Comments are closed</h1>" in html) == (403, True)
    assert "readonly>Kept &lt;b&gt;so</textarea>" in html
    assert (stored(), standin.calls, form_on(client.get(PAGE)).fields) == ([], [], {})


def test_a_draft_takes_no_comments(client, standin):
    article = make_draft(slug="peace-talks")

    assert (client.post(POST, filled(article)).status_code, stored(), standin.calls) == (404, [], [])


def test_a_scheduled_article_takes_no_comments(client, standin):
    article = make_article(slug="peace-talks", at=timezone.now() + timedelta(hours=1))

    assert (client.post(POST, filled(article)).status_code, stored(), standin.calls) == (404, [], [])


def test_a_withdrawn_article_takes_no_comments_and_says_that_it_is_gone(client, standin, article):
    sent = filled(article)
    article.withdraw()

    response = client.post(POST, sent)

    assert (response.status_code, stored(), standin.calls) == (410, [], [])
    assert client.get(f"{POST}1/reply/").status_code == 410


def test_an_article_that_does_not_exist_takes_no_comments(client, standin):
    assert client.post(POST, ADA).status_code == 404


# --- Bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["name", "comment"])
def test_a_nul_byte_is_an_error_on_its_field(client, standin, article, name):
    response = client.post(POST, filled(article, **{name: "Ada\x00"}))

    assert (response.status_code, form_on(response).errors) == (422, {"": NOT_SENT, name: NUL})
    assert (stored(), standin.calls) == ([], [])


@pytest.mark.parametrize("name", ["email", "url"])
def test_a_nul_byte_in_an_address_is_an_error_on_its_field(client, standin, article, name):
    response = client.post(POST, filled(article, **{name: "http://a@b.example\x00"}))

    assert (response.status_code, set(form_on(response).errors)) == (422, {"", name})


@pytest.mark.parametrize("name", [*ADA, "timestamp", "security_hash", "reply_to", "honeypot", "object_pk"])
def test_a_lone_surrogate_is_refused_by_the_form(article, name):
    form = ReaderCommentForm(article, data=filled(article, **{name: "\ud83d"}))

    assert not form.is_valid()


def test_a_body_in_another_encoding_is_refused_before_it_is_read(client, standin, article):
    """It could bring lone surrogates along (\\ud800), or name an encoding that is none for text."""
    form = filled(article, comment=r"\ud800")
    lines = [f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in form.items()]
    body = "".join([*lines, "--B--\r\n"]).encode()
    kinds = ["unicode_escape", "rot13", "hex", "utf-16", "idna"]

    answers = [
        client.generic("POST", POST, body, content_type=f"multipart/form-data; boundary=B; charset={kind}")
        for kind in kinds
    ]

    assert [answer.status_code for answer in answers] == [400] * len(kinds)
    assert (stored(), standin.calls) == ([], [])


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8", "no-such-thing"])
def test_a_body_that_says_it_is_utf_8_is_read(client, standin, article, charset):
    form = filled(article, comment="Grüße")
    lines = [f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in form.items()]
    body = "".join([*lines, "--B--\r\n"]).encode()

    client.generic("POST", POST, body, content_type=f"multipart/form-data; boundary=B; charset={charset}")

    assert stored() == [("Grüße", "approved", "ham", "")]


def test_broken_utf_8_is_stored_as_what_can_be_read_of_it(client, standin, article):
    body = urlencode(filled(article)).replace("A+fine+article", "Fine%FF%ED%A0%80")

    response = client.generic("POST", POST, body, content_type="application/x-www-form-urlencoded")

    assert (response.status_code, stored()) == (303, [("Fine\ufffd\ufffd\ufffd\ufffd.", "approved", "ham", "")])


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("name", "a" * 51, "Ensure this value has at most 50 characters (it has 51)."),
        ("email", f"{'a' * 250}@b.example", "Ensure this value has at most 254 characters (it has 260)."),
        ("url", f"https://a.example/{'a' * 200}", "Ensure this value has at most 200 characters (it has 218)."),
        ("comment", "a" * 3001, "Ensure this value has at most 3000 characters (it has 3001)."),
    ],
)
def test_what_is_too_long_is_an_error_on_its_field(client, standin, article, name, value, told):
    response = client.post(POST, filled(article, **{name: value}))

    form = form_on(response)
    assert (response.status_code, told in form.errors.pop(name), form.errors) == (422, True, {"": NOT_SENT})
    assert form.fields[name] == value


def test_the_longest_of_everything_fits(client, standin, article):
    response = client.post(
        POST,
        filled(
            article,
            name="☃" * 50,
            email=f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.example",
            url=f"https://a.example/{'a' * 182}",
            comment="☃" * 3000,
        ),
        headers={"User-Agent": "u" * 5000, "Referer": "http://r.example/" + "r" * 5000},
    )

    assert (response.status_code, stored()) == (303, [("☃" * 3000, "approved", "ham", "")])


@pytest.mark.parametrize(
    "body",
    [{"comment": "a" * 5_000_000}, {f"field{n}": "" for n in range(2000)}],
    ids=["five megabytes", "two thousand fields"],
)
@pytest.mark.parametrize("is_multipart", [True, False])
def test_too_much_is_refused_with_a_clear_word(client, standin, article, body, is_multipart):
    sent = filled(article) | body

    if is_multipart:
        response = client.post(POST, sent)
    else:
        response = client.generic("POST", POST, urlencode(sent), content_type="application/x-www-form-urlencoded")

    html = response.content.decode()
    assert (response.status_code, "<h1>Too much for one comment</h1>" in html) == (413, True)
    assert (stored(), standin.calls) == ([], [])


def test_too_many_files_are_too_much(client, standin, article):
    lines = [f'--B\r\nContent-Disposition: form-data; name="f{n}"; filename="f"\r\n\r\nx\r\n' for n in range(200)]

    response = client.generic(
        "POST", POST, "".join([*lines, "--B--\r\n"]).encode(), content_type="multipart/form-data; boundary=B"
    )

    assert (response.status_code, stored()) == (413, [])


@pytest.mark.parametrize("method", ["get", "head"])
def test_whoever_only_looks_at_the_post_s_address_is_led_to_the_discussion(client, article, method):
    response = getattr(client, method)(POST)

    assert (response.status_code, response["Location"]) == (302, f"{PAGE}#comments")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_are_not_allowed(client, article, method):
    assert getattr(client, method)(POST).status_code == 405


def test_another_site_s_page_cannot_post_in_a_reader_s_name(standin, article):
    careful = Client(enforce_csrf_checks=True)
    answers = [
        careful.post(POST, filled(article), headers=headers).status_code
        for headers in (
            {"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.example"},
            {"Origin": "http://evil.example"},
            {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"},
        )
    ]

    assert (answers, len(stored())) == ([403, 403, 303], 1)


# --- What the answers carry ---------------------------------------------------------------------


def test_no_public_answer_sets_a_cookie_or_depends_on_one(client, standin, article):
    parent = make_comment(article)
    other = make_article(slug="closed", comments_open=False)
    standin.switch("spam", times=1)
    receipt = client.post(POST, filled(article))

    answers = [
        receipt,
        client.post(POST, filled(article)),
        client.post(POST, filled(article, name="")),
        client.post(POST, filled(article, comment="a" * 5_000_000)),
        client.post("/world/closed/comments/", filled(other)),
        client.post("/world/missing/comments/", ADA),
        client.get(POST),
        client.get(receipt["Location"]),
        client.get("/comments/receipt/nonsense/"),
        client.get(f"{POST}{parent.pk}/reply/"),
        client.get("/comments/privacy/"),
        client.get(PAGE),
        client.get("/"),
    ]

    statuses = [303, 303, 422, 413, 403, 404, 302, 200, 404, 200, 200, 200, 200]
    assert [answer.status_code for answer in answers] == statuses
    assert {(len(answer.cookies), "Cookie" in answer.get("Vary", "")) for answer in answers} == {(0, False)}


def test_a_receipt_is_for_its_holder_only(client, standin, article):
    standin.switch("spam")
    address = write(client, article)["Location"]

    response = client.get(address)

    assert response.status_code == 200
    assert {name: response[name] for name in ("Referrer-Policy", "X-Robots-Tag")} == {
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex",
    }
    assert {"no-store", "private"} <= set(response["Cache-Control"].split(", "))


def test_a_receipt_follows_what_becomes_of_the_comment(client, standin, article):
    standin.switch("spam")
    address = write(client, article)["Location"]
    comment, editor = ReaderComment.objects.get(), make_staff()

    told = [page_of(client, address)]
    comment.move(State.APPROVED, expected=State.SPAM, by=editor)
    told.append(page_of(client, address))
    comment.move(State.REMOVED, expected=State.APPROVED, by=editor)
    told.append(page_of(client, address))
    comment.delete()

    titles = [
        "<h1>Our spam filter holds it back.</h1>",
        "<h1>Your comment is published.</h1>",
        "<h1>Your comment was removed by the editors.</h1>",
    ]
    assert [title in page for title, page in zip(titles, told, strict=True)] == [True] * 3
    assert ["A fine article." in page for page in told] == [True, True, True]  # it is the writer who reads it
    assert client.get(address).status_code == 404


def test_a_tampered_receipt_is_not_found(client, standin, article):
    standin.switch("spam")
    address = write(client, article)["Location"]
    token = address.removeprefix("/comments/receipt/").rstrip("/")
    pk, rest = token.split(":", 1)

    tampered = [f"{int(pk) + 1}:{rest}", token[:-1], token + "x", pk, "%00", "%ED%A0%80", "9" * 6000]

    assert [client.get(f"/comments/receipt/{one}/").status_code for one in tampered] == [404] * len(tampered)


@pytest.mark.parametrize("state", [state for state in State if state != State.APPROVED])
def test_hidden_text_stands_in_no_public_answer(client, article, state):
    parent = make_comment(article)
    make_comment(article, state, comment="Hidden words", user_name="Hidden Name", parent=parent)
    make_comment(article, state, comment="Hidden words", user_name="Hidden Name")

    pages = [page_of(client, path) for path in (PAGE, f"{POST}{parent.pk}/reply/", "/", "/world/")]

    assert [("Hidden" in page, "ada@readers.example" in page) for page in pages] == [(False, False)] * 4


def test_every_stored_state_in_the_queue_has_a_time(client, standin, article):
    standin.switch("nonsense")

    write(client, article)

    comment = ReaderComment.objects.get()
    assert (comment.state in QUEUED, comment.due_at > timezone.now()) == (True, True)


def test_the_envelope_survives_the_database_as_it_was(client, standin, article):
    write(client, article, comment="A \u2028 \U0001f600 \\u0000 \x7f \ufffe .")

    comment = ReaderComment.objects.get()
    assert comment.envelope["comment_content"] == comment.comment == "A \u2028 \U0001f600 \\u0000 \x7f \ufffe ."
