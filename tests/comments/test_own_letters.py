"""Letters about the comments on what an author writes: ticked by an editor, or by the author alone."""

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from comments import letters
from comments.models import Badge, Follow, Mailbox
from comments.models.comment import writer_key
from tests.factories import make_article, make_author, make_comment, make_staff
from tests.mailserver import MailServer

pytestmark = pytest.mark.django_db

OWN = "/admin/comments/mailbox/own/"
ACCOUNT = "carter@newsroom.example"


@pytest.fixture
def article():
    return make_article(slug="peace-talks")


@pytest.fixture
def author(article):
    """James Carter, who may log in at the desk and nothing else."""
    account = make_staff("carter", superuser=False)
    account.email = ACCOUNT
    account.save()
    author = make_author()
    author.user = account
    author.save()
    return author


@pytest.fixture
def desk(client, author):
    client.force_login(author.user)
    return client


@pytest.fixture
def post_office(free_port, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port
    with MailServer(free_port) as server:
        yield server


def follows():
    return list(Follow.objects.values_list("author__slug", "mailbox__email", "mailbox__is_daily", "scope"))


@pytest.mark.parametrize(("when", "daily"), [("each", False), ("daily", True)])
def test_an_author_turns_letters_on_and_off(desk, author, when, daily):
    answer = desk.post(OWN, {"when": when})

    assert (answer.status_code, answer["Location"]) == (302, OWN)
    assert follows() == [("james-carter", ACCOUNT, daily, "all")]
    assert f'value="{when}" id="id_when_{1 + daily}" checked' in desk.get(OWN).content.decode()
    desk.post(OWN, {"when": ""})
    assert (follows(), Mailbox.objects.get().email) == ([], "")


def test_the_letters_come_by_mail_and_not_about_the_author_s_own_words(desk, article, author, post_office):
    desk.post(OWN, {"when": "each"})

    make_comment(article, speaker=author, badge=Badge.AUTHOR, user_email="carter@elsewhere.example")
    make_comment(article, user_name="Bo Reader")
    letters.write_due()
    letters.send_due()

    (mail,) = post_office.mails
    assert (mail["X-To"], mail["Subject"].startswith("Bo Reader on")) == (ACCOUNT, True)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_every_page_of_the_desk_leads_there(desk):
    assert f'<a href="{OWN}">' in desk.get("/admin/").content.decode()


def test_whoever_is_no_author_is_told_so(client):
    client.force_login(make_staff())

    answer = client.post(OWN, {"when": "each"})

    assert (answer.status_code, "Your account belongs to no author." in answer.content.decode()) == (200, True)
    assert follows() == []


def test_an_account_without_an_address_is_told_so(desk, author):
    type(author.user).objects.update(email="")

    answer = desk.post(OWN, {"when": "each"})

    assert (answer.status_code, follows()) == (422, [])
    assert "The author has no user account with an e-mail address." in answer.content.decode()


def test_an_address_that_was_refused_is_not_written_to(desk):
    Mailbox.objects.create(key=writer_key(ACCOUNT), refused_at=timezone.now())

    answer = desk.post(OWN, {"when": "daily"})

    assert (answer.status_code, follows()) == (422, [])


def test_what_no_form_of_ours_sends_changes_nothing(desk):
    desk.post(OWN, {"when": "each"})

    assert (desk.post(OWN, {"when": "hourly"}).status_code, len(follows())) == (422, 1)


def test_without_a_login_there_is_nothing(client, author):
    assert client.get(OWN)["Location"].startswith("/admin/login/")


def test_an_editor_without_rights_over_comments_ticks_it_on_the_author_s_page(client, author):
    editor = make_staff("chief", superuser=False)
    editor.user_permissions.set(Permission.objects.filter(codename__in=["view_author", "change_author"]))
    client.force_login(editor)
    known = {"name": author.name, "slug": author.slug, "links-TOTAL_FORMS": 0, "links-INITIAL_FORMS": 0}
    inline = {"follow-TOTAL_FORMS": 1, "follow-INITIAL_FORMS": 0, "follow-0-when": "each", "follow-0-author": author.pk}

    answer = client.post(f"/admin/authors/author/{author.pk}/change/", known | inline)

    assert (answer.status_code, follows()) == (302, [("james-carter", ACCOUNT, False, "all")])
