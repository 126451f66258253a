"""What the paper itself holds for or against a comment. Whatever that is, it is stored, and Akismet is asked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import BlockedTerm, ReaderComment, State
from tests.comments.reader import filled, stored
from tests.factories import make_article, make_comment, make_staff

pytestmark = pytest.mark.django_db

POST = "/world/peace-talks/comments/"
REFUSED = "A moderator refused this writer's comments before."
HONEYPOT = "It filled in the field that people do not see."


@pytest.fixture
def article():
    return make_article(slug="peace-talks", at=timezone.now() - timedelta(days=1))


@pytest.fixture
def editor():
    return make_staff()


def post(client, article, address="203.0.113.9", **fields):
    client.post(POST, filled(article, **fields), REMOTE_ADDR=address)
    return stored()[-1][1:]


def make_decided(article, editor, state, count=1, email="ada@readers.example"):
    for _number in range(count):
        comment = make_comment(article, State.UNCHECKED, user_email=email, verdict="ham")
        comment.move(state, expected=State.UNCHECKED, by=editor)


@pytest.mark.parametrize(
    ("term", "fields"),
    [
        ("fine article", {}),
        ("FINE Article", {}),
        ("straße", {"comment": "In der STRASSE"}),
        ("ada reader", {}),
        ("@readers.example", {}),
        ("ADA@READERS.EXAMPLE", {}),
        ("bad.example", {"url": "https://Bad.Example/page"}),
        ("203.0.113.", {}),
        ("2001:db8::7", {"address": "2001:db8::7"}),
    ],
)
def test_a_blocked_word_or_address_holds_ham(client, standin, article, term, fields):
    BlockedTerm.objects.create(term=term)

    found = post(client, article, **fields)

    assert (found, len(standin.calls)) == (("held", "ham", f"Blocked: {term}"), 1)


def test_what_is_blocked_elsewhere_holds_nothing(client, standin, article):
    BlockedTerm.objects.create(term="casino")

    assert post(client, article) == ("approved", "ham", "")


@pytest.mark.parametrize(("mode", "state"), [("spam", "spam"), ("discard", "blatant")])
def test_a_blocked_word_makes_nothing_of_spam(client, standin, article, mode, state):
    BlockedTerm.objects.create(term="fine")
    standin.switch(mode)

    assert post(client, article)[0] == state


@pytest.mark.parametrize(
    ("mode", "state", "verdict"), [("ham", "held", "ham"), ("spam", "spam", "spam"), ("discard", "blatant", "blatant")]
)
def test_a_filled_honeypot_is_held_against_it_and_sent(client, standin, article, mode, state, verdict):
    standin.switch(mode)

    found = post(client, article, honeypot="I am a machine")

    assert found == (state, verdict, HONEYPOT)
    assert [call.fields["honeypot"] for call in standin.calls] == ["I am a machine"]


@pytest.mark.parametrize(("published", "state"), [(0, "spam"), (2, "spam"), (3, "held"), (9, "held")])
def test_spam_of_a_writer_whom_moderators_published_is_held(client, standin, article, editor, published, state):
    make_decided(article, editor, State.APPROVED, published, email="Ada@Readers.Example")
    standin.switch("spam")

    assert (post(client, article), len(standin.calls)) == ((state, "spam", ""), 1)


def test_what_akismet_published_makes_nobody_trusted(client, standin, article):
    for _number in range(5):
        make_comment(article, user_email="ada@readers.example", verdict="ham")
    standin.switch("spam")

    assert post(client, article) == ("spam", "spam", "")


def test_blatant_spam_of_a_trusted_writer_stays_blatant(client, standin, article, editor):
    make_decided(article, editor, State.APPROVED, 3)
    standin.switch("discard")

    assert post(client, article) == ("blatant", "blatant", "")


def test_how_many_comments_make_a_writer_trusted_is_a_setting(client, standin, settings, article, editor):
    settings.TRUST_AFTER = 1
    make_decided(article, editor, State.APPROVED)
    standin.switch("spam")

    assert post(client, article)[0] == "held"


@pytest.mark.parametrize("decision", [State.SPAM, State.REMOVED])
def test_ham_of_a_writer_whom_a_moderator_refused_is_held(client, standin, article, editor, decision):
    make_decided(article, editor, State.APPROVED, 5)
    make_decided(article, editor, decision)

    assert (post(client, article), len(standin.calls)) == (("held", "ham", REFUSED), 1)


def test_a_refusal_that_was_taken_back_is_no_refusal(client, standin, article, editor):
    make_decided(article, editor, State.SPAM)
    ReaderComment.objects.get().move(State.APPROVED, expected=State.SPAM, by=editor)

    assert post(client, article) == ("approved", "ham", "")


def test_what_akismet_called_spam_refuses_nobody(client, standin, article):
    make_comment(article, State.SPAM, verdict="spam", user_email="ada@readers.example")

    assert post(client, article) == ("approved", "ham", "")


def test_another_writer_s_past_is_nothing_to_this_one(client, standin, article, editor):
    make_decided(article, editor, State.SPAM, email="bob@readers.example")

    assert post(client, article) == ("approved", "ham", "")


def test_a_policy_costs_the_same_however_much_is_blocked_and_decided(
    client, standin, article, editor, django_assert_max_num_queries
):
    BlockedTerm.objects.bulk_create(BlockedTerm(term=f"word {number}") for number in range(50))
    make_decided(article, editor, State.APPROVED, 30)

    with django_assert_max_num_queries(40):
        post(client, article)
