"""Who may move a comment from which state to which: the whole table."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import NotAllowedError, ReaderComment, State, StateChange
from comments.models.states import READERS, WRITER
from tests.factories import make_article, make_comment, make_staff

pytestmark = pytest.mark.django_db

JUDGED = ["provisional", "held", "approved", "spam", "blatant"]
DECIDED = ["held", "approved", "spam", "removed"]
ALLOWED = {
    "screening": {"unchecked": JUDGED, "provisional": JUDGED},
    "readers": {"approved": ["held"]},
    "writer": {
        "unchecked": ["unchecked", "removed"],
        "provisional": ["unchecked", "removed"],
        "held": ["unchecked", "removed"],
        "approved": ["unchecked", "removed"],
        "spam": ["held"],
        "blatant": ["held"],
    },
    "moderator": {
        "unchecked": DECIDED,
        "provisional": DECIDED,
        "held": ["approved", "spam", "removed"],
        "approved": ["held", "spam", "removed"],
        "spam": ["held", "approved", "removed"],
        "blatant": DECIDED,
        "removed": ["held", "approved", "spam"],
    },
}
CASES = [(who, before, after) for who in ALLOWED for before in State.values for after in State.values]
GOOD = [case for case in CASES if case[2] in ALLOWED[case[0]].get(case[1], [])]
BAD = [case for case in CASES if case not in GOOD]


@pytest.fixture
def article():
    return make_article(slug="peace-talks")


@pytest.fixture
def editor():
    return make_staff()


def mover(who, editor):
    """What move() is told of who moves it."""
    return {"moderator": editor, "readers": READERS, "writer": WRITER}.get(who)


def row_of(comment):
    return ReaderComment.objects.filter(pk=comment.pk).values().get()


def last_change():
    return StateChange.objects.values_list("comment_key", "actor", "before", "after", "reason", "guid").last()


@pytest.mark.parametrize(("who", "before", "after"), GOOD)
def test_an_allowed_change_happens_and_is_logged(article, editor, who, before, after):
    comment = make_comment(article, State(before), verdict="ham", verdict_guid="the first")
    by = mover(who, editor)
    due_at = timezone.now() + timedelta(minutes=2) if after in ("provisional", "unchecked") else None
    count, start = StateChange.objects.count(), timezone.now()

    moved = comment.move(
        State(after), expected=State(before), by=by, reason="why", due_at=due_at, verdict_guid="the second"
    )

    row = row_of(comment)
    assert (moved, row["state"], comment.state) == (True, after, after)
    assert (row["is_public"], row["is_removed"]) == (after == "approved", after == "removed")
    assert (row["due_at"], row["verdict_guid"]) == (due_at, "the second")
    if after in ("provisional", "unchecked", "held"):
        assert row["decided_at"] is None
    else:
        assert start <= row["decided_at"] <= timezone.now()
    actor = f"moderator {editor.pk}" if who == "moderator" else who
    assert last_change() == (comment.pk, actor, before, after, "why", "the second")
    assert StateChange.objects.count() == count + 1


@pytest.mark.parametrize(("who", "before", "after"), BAD)
def test_a_change_that_is_not_allowed_is_refused_and_changes_nothing(article, editor, who, before, after):
    comment = make_comment(article, State(before), verdict="ham")
    old, log = row_of(comment), list(StateChange.objects.values())

    with pytest.raises(NotAllowedError):
        comment.move(State(after), expected=State(before), by=mover(who, editor), due_at=timezone.now())

    assert (row_of(comment), list(StateChange.objects.values())) == (old, log)


@pytest.mark.parametrize(("who", "before", "after"), GOOD)
def test_a_change_comes_too_late_for_a_state_that_is_no_more(article, editor, who, before, after):
    now = next(state for state in State if state != before)
    comment = make_comment(article, now)
    old, log = row_of(comment), list(StateChange.objects.values())

    moved = comment.move(State(after), expected=State(before), by=mover(who, editor), due_at=timezone.now())

    assert (moved, row_of(comment), list(StateChange.objects.values())) == (False, old, log)


@pytest.mark.parametrize("state", list(State))
def test_only_approved_comments_are_public_whatever_the_package_s_column_says(article, state):
    comment = make_comment(article, state)
    ReaderComment.objects.filter(pk=comment.pk).update(is_public=True)

    assert list(ReaderComment.objects.public()) == ([comment] if state == State.APPROVED else [])


def test_a_new_comment_is_the_first_row_of_its_log(article):
    comment = make_comment(article, State.UNCHECKED)

    assert last_change() == (comment.pk, "reader", "", "unchecked", "", "")
