"""A story's way over the desk: review, notes, buttons, spike, withdrawal, and the mails about it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from articles import desk_mail, workflow
from articles.admin.words import state_of
from articles.models import Article, Colleague, DeskLetter, FollowUp, Note, Stage, Status, Step
from articles.roles import Role
from newsroom import follow_ups
from tests.articles.test_roles import change, make_user, words
from tests.factories import do_follow_ups, make_article, make_category, make_draft, make_photo, make_staff, make_story
from tests.mailserver import MailServer

pytestmark = pytest.mark.django_db

NOON = datetime(2027, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def writer():
    return with_mail(make_user(Role.CONTRIBUTOR, "conrad"))


@pytest.fixture
def editor():
    return with_mail(make_user(Role.EDITOR, "edith"))


@pytest.fixture
def manager():
    return with_mail(make_user(Role.MANAGING_EDITOR, "mara"))


def with_mail(user):
    user.email = f"{user.username}@desk.example"
    user.save()
    return user


@pytest.fixture
def story(writer) -> Article:
    article = Article()
    article.save_draft(make_story(slug="pier", category=make_category("town").pk), by=writer)
    return article


def at_the_desk(client, user):
    client.force_login(user)
    return client


def errors(response) -> dict[str, list[str]]:
    return dict(response.context["adminform"].form.errors)


def labels(response) -> list[str]:
    return [button.label for button in response.context["buttons"]]


def kinds(article) -> list[str]:
    return [step.kind for step in article.steps.reverse()]


# --- Review -----------------------------------------------------------------------------------------------


def test_a_story_is_submitted_to_a_colleague_until_a_time(client, writer, editor, story):
    due = timezone.localtime(timezone.now() + timedelta(days=1)).replace(second=0, microsecond=0)
    asked = {"reviewer": editor.pk, "review_due_0": f"{due:%Y-%m-%d}", "review_due_1": f"{due:%H:%M:%S}"}

    at_the_desk(client, writer).post(change(story), words(story, _submit="1", **asked))

    story.refresh_from_db()
    assert (story.stage, story.reviewer_id, story.review_due) == (Stage.REVIEW, editor.pk, due)
    assert (story.status, kinds(story)) == (Status.DRAFT, ["submitted"])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"category": ""}, "category"),
        ({"review_due_0": "2020-01-01", "review_due_1": "10:00"}, "review_due"),
        ({"review_due_0": "soon", "review_due_1": ""}, "review_due"),
        ({"reviewer": "99999999999999999999"}, "reviewer"),
        ({"reviewer": "x\x00"}, "reviewer"),
    ],
)
def test_what_is_wrong_with_a_submission_is_said_beside_its_field(client, writer, story, given, field):
    page = at_the_desk(client, writer).post(change(story), words(story, _submit="1", kicker="Kept", **given))

    assert (page.status_code, list(errors(page))) == (200, [field])
    assert page.context["adminform"].form["kicker"].value() == "Kept"
    assert kinds(story) == []


def test_a_reviewer_must_be_one_of_the_storys_category(client, writer, editor, story):
    elsewhere = words(story, _submit="1", category=make_category("world").pk, reviewer=editor.pk)

    page = at_the_desk(client, writer).post(change(story), elsewhere)

    assert errors(page) == {"reviewer": ["edith does not review stories of that category."]}


def test_a_story_sent_back_says_why_until_it_is_submitted_again(client, writer, editor, story):
    workflow.submit(story, writer)
    unsaid = at_the_desk(client, editor).post(change(story), words(story, _reject="1"))
    client.post(change(story), words(story, _reject="1", rejection="Who says so?"))

    page = at_the_desk(client, writer).get(change(story))
    client.post(change(story), words(Article.objects.get(), _submit="1"))
    again = client.get(change(story))

    assert errors(unsaid) == {"rejection": ["Say what the writer is to change."]}
    assert ["Who says so?" in page.content.decode(), page.context["rejection"].words] == [True, "Who says so?"]
    assert again.context["rejection"] is None
    assert kinds(story) == ["submitted", "rejected", "submitted"]


def test_approved_words_are_approved_only_as_long_as_they_stand(editor, writer, story):
    workflow.submit(story, writer)
    workflow.approve(story, editor)
    approved = story.stage
    story.save_draft(make_story(slug="pier", headline="Other words"), by=writer)

    assert (approved, story.stage) == (Stage.APPROVED, Stage.DRAFT)


def test_what_is_in_review_stays_there_while_it_is_polished(editor, writer, story):
    workflow.submit(story, writer, reviewer=Colleague.objects.get(pk=editor.pk))
    story.save_draft(make_story(slug="pier", headline="Better words"), by=editor)

    assert (story.stage, story.reviewer_id) == (Stage.REVIEW, editor.pk)


def test_a_live_story_may_have_its_next_words_in_review(client, editor):
    article = make_article(slug="pier", headline="First", category=make_category("town").pk)
    article.save_draft(make_story(slug="pier", headline="Second"), by=None)
    workflow.submit(article, None)

    page = at_the_desk(client, editor).get(change(article))

    assert state_of(article) == "Published; changes: In review"
    assert labels(page)[:3] == ["Approve", "Send back to the writer", "Publish the change at the time below"]
    assert Article.objects.published().get().headline == "First"


def test_of_two_who_decide_at_once_the_second_is_told(editor, story):
    workflow.submit(story, None)
    late = Article.objects.get()
    workflow.reject(story, editor, "Too long")

    with pytest.raises(workflow.TooLate):
        workflow.approve(late, editor)

    assert (Article.objects.get().stage, kinds(story)) == (Stage.DRAFT, ["submitted", "rejected"])


def test_who_is_late_loses_no_words(client, editor, story):
    page = at_the_desk(client, editor).post(change(story), words(story, _approve="1", headline="Polished"), follow=True)

    assert "A colleague has moved the story on meanwhile" in page.content.decode()
    assert story.latest_revision().read().headline == "Polished"


def test_publishing_ends_the_review_and_an_older_revision_leaves_a_draft(story):
    workflow.submit(story, None)
    first = story.latest_revision()
    story.save_draft(make_story(slug="pier", headline="Second"), by=None)
    story.publish(first)
    older = story.stage
    story.publish(story.latest_revision())

    assert (older, story.stage, story.reviewer) == (Stage.DRAFT, Stage.DONE, None)


@pytest.mark.parametrize("kind", [Step.Kind.REJECTED, Step.Kind.OVERRIDDEN])
def test_no_step_is_kept_without_the_reason_it_needs(story, kind):
    with pytest.raises(IntegrityError), transaction.atomic():
        story.steps.create(kind=kind, words="")


# --- Buttons ------------------------------------------------------------------------------------------------


def naming(article=None) -> str:
    return change(article, "naming") if article else reverse("admin:articles_article_add_naming")


@pytest.mark.parametrize(
    ("day", "hour", "label"),
    [
        ("", "", "Publish now"),
        ("2027-11-23", "09:00", "Schedule for 09:00 CET, 23 November"),
        ("2027-11-23", "09:00:30", "Schedule for 09:00:30 CET, 23 November"),
        ("2028-07-01", "09:00", "Schedule for 09:00 CEST, 1 July 2028"),
        ("2027-11-20", "09:00", "Publish now, dated 09:00 CET, 20 November"),
        ("2027-11-23", "", "Publish at the time below"),
        ("soon", "09:00", "Publish at the time below"),
        ("9999-12-31", "23:59\x00", "Publish at the time below"),
    ],
)
def test_the_publish_button_is_named_after_the_time_that_is_typed(client, settings, clock, manager, day, hour, label):
    clock.move_to(NOON, tick=False)
    settings.TIME_ZONE = "Europe/Berlin"

    with timezone.override("Europe/Berlin"):
        answer = at_the_desk(client, manager).get(naming(), {"publish_at_0": day, "publish_at_1": hour})

    assert answer.json()["label"] == label


@pytest.mark.parametrize(
    ("make", "label", "later"),
    [
        (lambda: make_draft(), "Publish now", "Schedule for"),
        (lambda: make_article(), "Publish the change now", "Schedule the change for"),
        (lambda: withdrawn(), "Publish again now", "Schedule for"),
    ],
)
def test_it_is_named_after_what_the_story_is(client, manager, make, label, later):
    article = make()
    tomorrow = timezone.localtime(timezone.now() + timedelta(days=1))
    typed = {"publish_at_0": f"{tomorrow:%Y-%m-%d}", "publish_at_1": "09:00"}

    at_the_desk(client, manager)
    said = [client.get(naming(article)).json()["label"], client.get(naming(article), typed).json()["label"]]

    assert said == [label, f"{later} 09:00 {tomorrow.replace(hour=9):%Z}, {tomorrow.day} {tomorrow:%B}"]


def withdrawn() -> Article:
    article = make_article()
    article.withdraw()
    return article


def test_without_scripts_a_button_that_names_another_time_is_not_believed(client, manager, story):
    """After a round trip the server has named a time; then another is typed, which no script sees."""
    day = {"publish_at_0": "2090-11-23", "publish_at_1": "09:00"}
    at_the_desk(client, manager)
    first = client.post(change(story), words(story, _publish="1", bylines=["", ""], **day))
    button = first.context["buttons"][0]
    earlier = words(story, _publish=button.value, publish_at_0="2090-11-22", publish_at_1="09:00")
    second = client.post(change(story), earlier)
    renamed = second.context["buttons"][0]
    client.post(change(story), earlier | {"_publish": renamed.value})

    assert button.label == "Schedule for 09:00 GMT, 23 November 2090"
    assert list(errors(second)) == ["publish_at"]
    assert renamed.label == "Schedule for 09:00 GMT, 22 November 2090"
    assert Article.objects.get().live_from == datetime(2090, 11, 22, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.CONTRIBUTOR, ["Submit for review", "Save the draft"]),
        (Role.AUTHOR, ["Publish at the time below", "Submit for review", "Save without publishing"]),
        (Role.EDITOR, ["Publish at the time below", "Submit for review", "Save without publishing"]),
        (Role.MANAGING_EDITOR, ["Publish at the time below", "Submit for review", "Save without publishing"]),
    ],
)
def test_a_new_story_offers_each_role_what_is_its_to_do(client, role, expected):
    page = at_the_desk(client, make_user(role)).get("/admin/articles/article/add/")

    assert labels(page) == expected


def test_in_review_the_editor_is_offered_the_decision_first(client, editor, story):
    workflow.submit(story, None)

    page = at_the_desk(client, editor).get(change(story))

    assert labels(page) == [
        *("Approve", "Send back to the writer", "Publish at the time below", "Ask for the review anew"),
        "Save; it stays in review",
    ]


# --- Notes ------------------------------------------------------------------------------------------------------


def test_a_note_is_pinned_to_words_of_the_body_and_shown_beside_the_form(client, writer, editor, story):
    yellow = make_story(slug="pier", body="<p>It is <em>very</em> yellow.</p>", category=story.category_id)
    story.save_draft(yellow, by=writer)
    refused = at_the_desk(client, editor).post(change(story, "notes"), {"passage": "It is blue", "words": "Is it?"})
    client.post(change(story, "notes"), {"passage": "is  very\nyellow", "words": "Is it?"})

    page = at_the_desk(client, writer).get(change(story))

    assert list(refused.context["form"].errors) == ["passage"]
    assert [(note.passage, note.words, stands) for note, stands in page.context["notes"]] == [
        ("is very yellow", "Is it?", True)
    ]


def test_a_note_whose_passage_is_gone_says_so(client, writer, story):
    workflow.add_note(story, None, "Is it?", "Words.")
    story.save_draft(make_story(slug="pier", body="<p>Others now</p>"), by=writer)

    page = at_the_desk(client, writer).get(change(story)).content.decode()

    assert "This passage does not stand in the text any more." in page


def test_a_resolved_note_leaves_the_form_and_stays_on_its_page(client, writer, story):
    note = workflow.add_note(story, None, "Is it?", "Words.")
    at_the_desk(client, writer).post(change(story, "resolve"), {"note": note.pk})

    note.refresh_from_db()
    assert note.resolved_by == writer
    assert client.get(change(story)).context["notes"] == []
    assert "Is it?" in client.get(change(story, "notes")).content.decode()


@pytest.mark.parametrize("key", ["", "0", "x", "9" * 30, "-1", "1\x00"])
def test_a_note_that_is_not_there_is_not_resolved(client, writer, story, key):
    assert at_the_desk(client, writer).post(change(story, "resolve"), {"note": key}).status_code == 404


def test_a_note_of_another_story_is_not_resolved(client, writer, story):
    note = workflow.add_note(make_draft(), None, "Is it?")

    assert at_the_desk(client, writer).post(change(story, "resolve"), {"note": note.pk}).status_code == 404
    assert Note.objects.get().resolved_at is None


# --- Its ends --------------------------------------------------------------------------------------------------------


def test_a_withdrawn_story_says_to_readers_why_and_a_new_publication_forgets_it(client, manager):
    article = make_article(slug="pier")
    at_the_desk(client, manager).post(change(article, "withdraw"), {"note": "The <b>source</b> lied."})
    gone = client.get(article.get_absolute_url())
    Article.objects.get().publish(article.latest_revision())

    assert gone.status_code == 410
    assert "The &lt;b&gt;source&lt;/b&gt; lied." in gone.content.decode()
    assert [step.words for step in article.steps.all()] == ["The <b>source</b> lied."]
    assert Article.objects.get().withdrawal_note == ""


def test_a_note_for_readers_has_an_end(client, manager):
    article = make_article()

    page = at_the_desk(client, manager).post(change(article, "withdraw"), {"note": "x" * 501})

    assert (page.status_code, list(page.context["form"].errors)) == (200, ["note"])
    assert Article.objects.get().is_live


def test_a_scheduled_story_that_is_withdrawn_is_a_draft_again(client, manager, story):
    story.publish(story.latest_revision(), at=timezone.now() + timedelta(days=1))
    workflow.withdraw(story, manager, "Not yet")

    assert (story.status, story.stage, story.withdrawal_note) == (Status.DRAFT, Stage.DRAFT, "")


def test_a_story_is_spiked_and_taken_off_again(client, writer, story):
    at_the_desk(client, writer).post(change(story, "spike"), {"reason": "Nothing in it"})
    spiked = state_of(Article.objects.get())
    seen = client.get(change(story)).content.decode()
    by_link = client.get(change(story, "unspike")).status_code
    client.post(change(story, "unspike"))

    assert (spiked, "Nothing in it" in seen, by_link) == ("Spiked", True, 405)
    assert (Article.objects.get().stage, kinds(story)) == (Stage.DRAFT, ["spiked", "unspiked"])


def test_what_is_public_or_will_be_is_not_spiked():
    article = make_article()

    with pytest.raises(workflow.TooLate):
        workflow.spike(article, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.update(stage=Stage.SPIKED)


# --- Against the checklist ------------------------------------------------------------


def test_a_managing_editor_publishes_against_the_checklist_for_a_reason_that_is_kept(client, manager, story):
    uncredited = {"lead_photo": make_photo(credit="").pk}
    at_the_desk(client, manager)
    refused = client.post(change(story), words(story, _publish="1", **uncredited))
    client.post(change(story), words(story, _publish="1", override="The flood is now", **uncredited))

    page = client.get(change(story)).content.decode()

    assert errors(refused) == {"lead_photo": ["The lead photo has no credit."]}
    assert Article.objects.published().count() == 1
    assert kinds(story) == ["overridden", "published"]
    assert "The flood is now" in page
    assert any("The flood is now" in entry.get_change_message() for entry in LogEntry.objects.all())


def test_a_reason_without_anything_to_override_is_no_override(client, manager, story):
    at_the_desk(client, manager).post(change(story), words(story, _publish="1", override="Just so"))

    assert kinds(story) == ["published"]


def test_nothing_overrides_what_a_page_cannot_be_without(client, manager, story):
    refused = at_the_desk(client, manager).post(change(story), words(story, _publish="1", body="", override="Now"))

    assert list(errors(refused)) == ["body"]


# --- Mails ------------------------------------------------------------


def wait_for_the_digest(clock):
    clock.shift(desk_mail.GATHERED_FOR + timedelta(seconds=1))


def test_some_minutes_steps_are_one_mail_to_each_whom_they_concern(clock, writer, editor, manager, story):
    workflow.submit(story, writer)
    workflow.add_note(story, editor, "Is it?")
    workflow.reject(story, editor, "Who says so?")

    early = desk_mail.send_due()
    wait_for_the_digest(clock)
    sent = desk_mail.send_due()
    again = desk_mail.send_due()

    told = {message.to[0]: message for message in mail.outbox}
    assert (early, sent, again, set(told)) == (0, 2, 0, {editor.email, writer.email})
    assert told[writer.email].subject == "2 pieces of news from the desk"
    assert [part in told[writer.email].body for part in ("Is it?", "Who says so?", change(story))] == [True] * 3
    assert told[editor.email].subject == f"Submitted for review: {story}"


def test_what_the_clock_does_is_told_at_its_moment_to_writers_and_to_whom_decided(client, clock, writer, editor, story):
    hour = timedelta(hours=1)
    workflow.publish(story, story.latest_revision(), editor, at=NOON + hour)
    story.plan(embargo_until=None, live_until=NOON + 2 * hour, withdrawal_note="The fair is over.")
    wait_for_the_digest(clock)
    desk_mail.send_due()
    mail.outbox.clear()

    told = []
    for moment in (NOON + hour, NOON + 2 * hour):
        clock.move_to(moment, tick=False)
        for _worker in "12":
            do_follow_ups()
        wait_for_the_digest(clock)
        desk_mail.send_due()
        told.append(sorted((message.to[0], message.subject) for message in mail.outbox))
        mail.outbox.clear()
    page = at_the_desk(client, editor).get(change(story)).content.decode()

    assert told == [
        [(user.email, f"{word}: {story}") for user in (writer, editor)]
        for word in ("Went out at its time", "Withdrawn at its time")
    ]
    assert [(step.kind, step.at, step.words) for step in story.steps.all()[:2]] == [
        ("ran-out", NOON + 2 * hour, "The fair is over."),
        ("went-out", NOON + hour, ""),
    ]
    assert ("Withdrawn at its time" in page, "Somebody" in page) == (True, False)


def test_what_was_called_off_is_not_told_as_if_it_had_gone_out(clock, writer, editor, story):
    workflow.publish(story, story.latest_revision(), editor, at=NOON + timedelta(hours=1))
    workflow.withdraw(story, editor)
    clock.move_to(NOON + timedelta(hours=2), tick=False)
    do_follow_ups()

    assert kinds(story) == ["scheduled", "withdrawn"]


@pytest.mark.parametrize("who_is_first", ["slow", "fast"])
def test_if_a_worker_takes_too_long_another_tells_it_and_it_is_told_once(clock, editor, story, who_is_first):
    workflow.publish(story, story.latest_revision(), editor, at=NOON + timedelta(hours=1))
    clock.move_to(NOON + timedelta(hours=1), tick=False)
    slow = FollowUp.objects.claim_due(timedelta(minutes=1), 20)
    clock.shift(timedelta(minutes=2))
    fast = FollowUp.objects.claim_due(timedelta(minutes=1), 20)
    for claimed in (slow, fast) if who_is_first == "slow" else (fast, slow):
        follow_ups.carry_out(claimed)

    assert (kinds(story), len(slow), FollowUp.objects.count()) == (["scheduled", "went-out"], 1, 0)


def test_who_decided_it_is_told_and_not_who_decided_something_since(clock, editor, manager, story):
    workflow.publish(story, story.latest_revision(), editor, at=NOON + timedelta(hours=1))
    clock.move_to(NOON + timedelta(hours=2), tick=False)
    workflow.publish(story, workflow.save(story, make_story(slug="pier", headline="Newer"), manager), manager)
    do_follow_ups()

    letters = DeskLetter.objects.filter(step__kind="went-out")
    assert {letter.reader.username for letter in letters} == {"conrad", "edith"}
    assert kinds(story) == ["scheduled", "went-out", "published"]  # each at its moment, however late it was told


@pytest.mark.parametrize(("named", "told"), [(True, "rita"), (False, "edith")])
def test_a_submission_is_told_to_the_reviewer_or_else_to_the_categorys_editors(writer, editor, story, named, told):
    reviewer = with_mail(make_staff("rita"))
    workflow.submit(story, writer, reviewer=Colleague.objects.get(pk=reviewer.pk) if named else None)

    assert [letter.reader.username for letter in DeskLetter.objects.all()] == [told]


def test_without_editors_whoever_runs_the_desk_is_told(writer, manager, story):
    workflow.submit(story, writer)

    assert [letter.reader for letter in DeskLetter.objects.all()] == [manager]


def test_the_editor_of_a_section_is_told_of_its_sub_sections(writer, editor):
    article = Article()
    article.save_draft(make_story(category=make_category("harbour", parent=make_category("town")).pk), by=writer)
    workflow.submit(article, writer)

    assert [letter.reader for letter in DeskLetter.objects.all()] == [editor]


def test_nobody_is_told_of_what_he_may_not_see_any_more(clock, writer, editor, story):
    workflow.submit(story, writer)
    editor.groups.clear()
    wait_for_the_digest(clock)

    assert (desk_mail.send_due(), mail.outbox) == (1, [])
    assert not DeskLetter.objects.filter(due_at__isnull=False).exists()


def test_a_mail_server_that_is_down_loses_nothing_and_each_mail_goes_once(
    clock, settings, free_port, writer, editor, story
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", free_port, False
    server = MailServer(free_port)
    workflow.submit(story, writer)
    workflow.reject(story, editor, "Who says so?")
    wait_for_the_digest(clock)

    while_down = desk_mail.send_due(), desk_mail.send_due()  # it is asked once, not again at once
    with server:
        for _round in range(3):
            clock.shift(timedelta(minutes=20))
            desk_mail.send_due()

    assert while_down == (1, 0)
    assert sorted(message["X-To"] for message in server.mails) == [writer.email, editor.email]
    assert not DeskLetter.objects.filter(sent_at=None).exists()


def test_a_mail_that_one_server_refuses_does_not_hold_up_the_others(clock, settings, free_port, writer, editor, story):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", free_port, False
    workflow.submit(story, writer)
    workflow.reject(story, editor, "Who says so?")
    wait_for_the_digest(clock)

    with MailServer(free_port) as server:
        server.refusals = {editor.email: "550 Nobody here"}
        desk_mail.send_due()

    assert [message["X-To"] for message in server.mails] == [writer.email]
    assert DeskLetter.objects.get(sent_at=None).failure != ""


def test_a_killed_workers_mail_keeps_its_name(clock, writer, editor, story):
    workflow.submit(story, writer)
    wait_for_the_digest(clock)
    first = DeskLetter.objects.claim_next(desk_mail.LEASE)
    workflow.submit(story, writer)  # something new meanwhile: a mail of its own
    nobody_elses = DeskLetter.objects.filter(pk__in=[row.pk for row in first]).first().due_at > timezone.now()
    clock.shift(desk_mail.LEASE + timedelta(seconds=1))

    again = DeskLetter.objects.claim_next(desk_mail.LEASE)

    assert ([row.pk for row in again], again[0].mail_id, nobody_elses) == ([first[0].pk], first[0].mail_id, True)
