"""The permission table: every role by every act, asked of `may` and of the desk itself by hand-made requests."""

import itertools

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from articles import workflow
from articles.models import Article, Stage, Status, Step
from articles.roles import BESIDE, TABLE, Act, Role, may, within
from comments.models import State
from tests.factories import (
    make_article,
    make_author,
    make_category,
    make_comment,
    make_draft,
    make_photo,
    make_staff,
    make_story,
)

pytestmark = pytest.mark.django_db

ROLES = [*Role, "Administrator", "Nobody"]
# Stories: whose, where, and whether readers see them. The editor's desk is Town, with its sub-section.
STORIES = [
    *("own draft in town", "own draft in harbour", "own live in town", "own live in world", "own draft in world"),
    *("signed draft in world", "signed live in world"),
    *("other draft in town", "other draft in harbour", "other live in town"),
    *("other draft in world", "other live in world", "other draft nowhere"),
]
TOWN = {name for name in STORIES if name.endswith(("town", "harbour"))}
OWN = {name for name in STORIES if name.startswith(("own", "signed"))}
DRAFTS = {name for name in STORIES if "draft" in name}
ALL = set(STORIES)
SEE = {
    Role.CONTRIBUTOR: OWN,
    Role.AUTHOR: OWN,
    Role.EDITOR: OWN | TOWN,
    Role.MANAGING_EDITOR: ALL,
    "Administrator": ALL,
}
# What the issue says, written out a second time: the table of the code must come to the same.
EXPECTED = {
    Act.SEE: SEE,
    Act.NOTE: SEE,
    Act.BEGIN: dict.fromkeys(SEE, ALL),
    Act.WRITE: SEE | {Role.CONTRIBUTOR: OWN & DRAFTS, Role.EDITOR: TOWN | (OWN & DRAFTS)},
    Act.SUBMIT: SEE | {Role.CONTRIBUTOR: OWN & DRAFTS, Role.EDITOR: TOWN | (OWN & DRAFTS)},
    Act.SPIKE: SEE | {Role.CONTRIBUTOR: OWN & DRAFTS, Role.AUTHOR: OWN & DRAFTS, Role.EDITOR: TOWN | (OWN & DRAFTS)},
    Act.REVIEW: {Role.EDITOR: TOWN, Role.MANAGING_EDITOR: ALL, "Administrator": ALL},
    Act.PUBLISH: {Role.AUTHOR: OWN, Role.EDITOR: TOWN, Role.MANAGING_EDITOR: ALL, "Administrator": ALL},
    Act.WITHDRAW: {Role.AUTHOR: OWN, Role.EDITOR: TOWN, Role.MANAGING_EDITOR: ALL, "Administrator": ALL},
    Act.OVERRIDE: {Role.MANAGING_EDITOR: ALL, "Administrator": ALL},
    Act.DELETE: {Role.MANAGING_EDITOR: ALL, "Administrator": ALL},
}


def make_user(role, name="somebody"):
    user = make_staff(name, superuser=role == "Administrator")
    if role in list(Role):
        user.groups.add(Group.objects.get(name=role))
    if role == Role.EDITOR:
        make_category("town").editors.add(user)
        make_category("harbour", parent=make_category("town"))
    return user


def make_stories(user) -> dict[str, Article]:
    make_category("harbour", parent=make_category("town"))
    return {name: make_one(user, *name.split(" ", 2)) for name in STORIES}


def make_one(user, whose: str, kind: str, where: str) -> Article:
    slug = where.removeprefix("in ")
    category = None if slug == "nowhere" else make_category(slug).pk
    authors = (make_author("myself", user=user).pk,) if whose == "signed" else (make_author().pk,)
    article = Article()
    story = make_story(slug=f"{whose}-{kind}-{slug}", category=category, bylines=authors)
    article.save_draft(story, by=user if whose == "own" else None)
    if kind == "live":
        article.publish(article.latest_revision())
    return article


@pytest.mark.parametrize("role", ROLES)
def test_the_table_is_the_one_that_was_agreed_upon(role):
    user = make_user(role)
    stories = make_stories(user)

    allowed = {act: {name for name, story in stories.items() if may(user, act, story)} for act in Act}

    assert allowed == {act: EXPECTED[act].get(role, set()) for act in Act}
    assert set(TABLE) == set(Act)


@pytest.mark.parametrize("role", ROLES)
def test_a_list_holds_exactly_the_stories_of_which_the_same_is_said_one_by_one(role):
    user = make_user(role)
    stories = make_stories(user)

    for act in set(Act) - {Act.BEGIN}:
        found = set(Article.objects.filter(within(user, act)))
        assert found == {story for story in stories.values() if may(user, act, story)}, act


@pytest.mark.parametrize("without", ["is_staff", "is_active"])
def test_who_has_left_the_desk_may_nothing(without):
    user = make_user("Administrator")
    setattr(user, without, False)

    assert [act for act in Act if may(user, act)] == []
    assert not Article.objects.filter(within(user, Act.SEE)).exists()


def test_several_roles_add_up():
    user = make_user(Role.EDITOR)
    user.groups.add(Group.objects.get(name=Role.AUTHOR))
    stories = make_stories(user)

    assert {name for name, story in stories.items() if may(user, Act.PUBLISH, story)} == OWN | TOWN


# --- The desk itself: what a request by hand can do ----------------------------------------------------


def words(article: Article, **given):
    """What a browser would send, with the words as they stand."""
    revision = article.latest_revision()
    story = revision.read()
    plain = {
        name: getattr(story, name) or ""
        for name in ("headline", "slug", "body", "category", "kicker", "standfirst", "agency")
    }
    bylines = {"bylines": [*story.bylines, ""], "based_on": revision.number, "comments_open": "on"}
    return plain | bylines | given


def change(article: Article, page: str = "change") -> str:
    return reverse(f"admin:articles_article_{page}", args=[article.pk])


def do_see(desk: Client, article: Article):
    pages = [desk.get(change(article)), desk.get(change(article, "preview")), desk.get(change(article, "history"))]
    return all(page.status_code == 200 and article.headline in page.content.decode() for page in pages)


def do_note(desk: Client, article: Article):
    desk.post(change(article, "notes"), {"words": "Really?", "passage": ""})
    return article.notes.exists()


def do_write(desk: Client, article: Article):
    desk.post(change(article), words(article, _draft="1", kicker="Written"))
    return article.latest_revision().read().kicker == "Written"


def do_submit(desk: Client, article: Article):
    desk.post(change(article), words(article, _submit="1", category=article.category_id or make_category().pk))
    return Article.objects.get(pk=article.pk).stage == Stage.REVIEW


def do_spike(desk: Client, article: Article):
    if article.status == Status.LIVE:
        return desk.get(change(article, "spike")).status_code == 200
    desk.post(change(article, "spike"), {"reason": ""})
    return Article.objects.get(pk=article.pk).stage == Stage.SPIKED


def do_review(desk: Client, article: Article):
    Article.objects.filter(pk=article.pk).update(stage=Stage.REVIEW)
    desk.post(change(article), words(article, _approve="1"))
    return Article.objects.get(pk=article.pk).stage == Stage.APPROVED


def do_publish(desk: Client, article: Article):
    desk.post(change(article), words(article, _publish="1", kicker="Out", category=article.category_id or ""))
    return Article.objects.published().filter(pk=article.pk, kicker="Out").exists()


def do_withdraw(desk: Client, article: Article):
    desk.post(change(article, "withdraw"), {"note": "It was wrong."})
    return Article.objects.get(pk=article.pk).status == Status.WITHDRAWN


def do_override(desk: Client, article: Article):
    unsigned = words(article, _publish="1", bylines=["", ""], agency="", override="It is breaking")
    desk.post(change(article), unsigned)
    return article.steps.filter(kind=Step.Kind.OVERRIDDEN).exists()


def do_delete(desk: Client, article: Article):
    desk.post(change(article, "delete"), {"post": "yes"})
    return not Article.objects.filter(pk=article.pk).exists()


DO = {
    Act.SEE: do_see,
    Act.NOTE: do_note,
    Act.WRITE: do_write,
    Act.SUBMIT: do_submit,
    Act.SPIKE: do_spike,
    Act.REVIEW: do_review,
    Act.PUBLISH: do_publish,
    Act.WITHDRAW: do_withdraw,
    Act.OVERRIDE: do_override,
    Act.DELETE: do_delete,
}
# Three stories decide: the user's own, one of the desk, one of elsewhere; and what can be done with each kind at all.
_DECIDING = ["own {} in world", "other {} in harbour", "other {} in world"]
_KIND = {Act.WITHDRAW: "live", Act.DELETE: "draft", Act.SPIKE: "draft"}


def deciding(act: Act) -> list[str]:
    kinds = [_KIND[act]] if act in _KIND else ["draft", "live"]
    names = [name.format(kind) for name, kind in itertools.product(_DECIDING, kinds)]
    return [name.replace("live in harbour", "live in town") for name in names]


@pytest.mark.parametrize("act", DO, ids=lambda act: act.value)
@pytest.mark.parametrize("role", ROLES)
def test_the_desk_does_for_each_role_what_the_table_says_and_nothing_else(client, role, act):
    user = make_user(role)
    client.force_login(user)
    make_category("harbour", parent=make_category("town"))
    stories = {name: make_one(user, *name.split(" ", 2)) for name in deciding(act)}

    done = {name for name, story in stories.items() if DO[act](client, story)}

    assert done == EXPECTED[act].get(role, set()) & set(stories)


@pytest.mark.parametrize("role", ROLES)
def test_a_story_is_begun_by_those_who_write(client, role):
    client.force_login(make_user(role))
    story = words(make_draft(), _draft="1", slug="begun")

    client.post("/admin/articles/article/add/", story)

    assert Article.objects.filter(slug="begun").exists() == (role in SEE)


@pytest.mark.parametrize("role", ROLES)
def test_comments_are_moderated_by_moderators(client, role):
    client.force_login(make_user(role))
    comment = make_comment(make_article(), State.HELD)

    client.post("/admin/comments/readercomment/", {"action": "approve", "_selected_action": [comment.pk]})

    comment.refresh_from_db()
    may_moderate = role in {Role.MODERATOR, Role.MANAGING_EDITOR, "Administrator"}
    assert comment.state == (State.APPROVED if may_moderate else State.HELD)


PAPER = {
    "/admin/articles/pin/": {Role.MANAGING_EDITOR, "Administrator"},
    "/admin/categories/category/add/": {Role.MANAGING_EDITOR, "Administrator"},
    "/admin/authors/author/add/": {Role.MANAGING_EDITOR, "Administrator"},
    "/admin/newsroom/notice/add/": {Role.MANAGING_EDITOR, "Administrator"},
    "/admin/articles/photo/add/": {*Role, "Administrator"} - {Role.MODERATOR},
    "/admin/articles/tag/add/": {Role.AUTHOR, Role.EDITOR, Role.MANAGING_EDITOR, "Administrator"},
    "/admin/auth/user/add/": {"Administrator"},
    "/admin/auth/group/": {"Administrator"},
}


@pytest.mark.parametrize("role", ROLES)
def test_the_rest_of_the_admin_is_open_to_those_whose_it_is(client, role):
    client.force_login(make_user(role))

    opened = {address for address in PAPER if client.get(address, follow=True).status_code == 200}

    assert opened == {address for address, roles in PAPER.items() if role in roles}


# --- Side doors ---------------------------------------------------------------------------------------------


@pytest.fixture
def editor(client) -> User:
    user = make_user(Role.EDITOR)
    client.force_login(user)
    return user


def test_an_editor_cannot_publish_into_anothers_category(client, editor):
    article = make_one(editor, "other", "draft", "in town")

    refused = client.post(change(article), words(article, _publish="1", category=make_category("world").pk))

    said = refused.context["adminform"].form.errors
    assert said == {"category": ["You do not publish in “World”. Submit it for review; its editors are told."]}
    assert not Article.objects.published().exists()


def test_an_editors_own_new_story_goes_out_in_his_category_at_once(client, editor):
    story = words(make_draft(), _publish="1", slug="mine", category=make_category("harbour").pk)

    client.post("/admin/articles/article/add/", story)

    assert Article.objects.published().get().slug == "mine"


@pytest.mark.parametrize(
    ("term", "found"), [("Secret", []), ("Open", ["Open to all"]), ("Mine", ["Mine alone"]), ("Later", [])]
)
def test_pickers_find_what_is_public_and_what_is_ones_own(client, term, found):
    user = make_user(Role.CONTRIBUTOR)
    client.force_login(user)
    make_draft(headline="Secret plan")
    make_article(headline="Open to all")
    Article().save_draft(make_story(headline="Mine alone"), by=user)
    waiting = make_draft(headline="Later today")
    waiting.publish(waiting.latest_revision(), at=waiting.created_at.replace(year=waiting.created_at.year + 1))
    picker = {"app_label": "articles", "model_name": "pick", "field_name": "story", "term": term}

    offered = client.get("/admin/autocomplete/", picker).json()["results"]

    assert [row["text"] for row in offered] == found


def test_another_ones_draft_cannot_be_picked_to_learn_its_headline(client):
    user = make_user(Role.CONTRIBUTOR)
    client.force_login(user)
    secret = make_draft(headline="Secret plan")
    mine = make_one(user, "own", "draft", "in world")

    page = client.post(change(mine), words(mine, _draft="1", related=[secret.pk, ""]))

    assert list(page.context["adminform"].form.errors) == ["related"]
    assert "Secret plan" not in page.content.decode()


def test_nobody_is_offered_as_reviewer_who_is_none(client):
    editor, contributor = make_user(Role.EDITOR, "edith"), make_user(Role.CONTRIBUTOR, "conrad")
    client.force_login(contributor)
    picker = {"app_label": "articles", "model_name": "article", "field_name": "reviewer"}

    offered = client.get("/admin/autocomplete/", picker).json()["results"]

    assert [row["id"] for row in offered] == [str(editor.pk)]
    assert client.get(f"/admin/articles/colleague/{editor.pk}/change/").status_code == 200
    assert client.post(f"/admin/articles/colleague/{editor.pk}/change/", {"username": "x"}).status_code == 403


def test_bulk_deletion_is_refused_to_whoever_may_not_delete(client, editor):
    article = make_one(editor, "own", "draft", "in town")

    client.post(
        "/admin/articles/article/",
        {"action": "delete_selected", "_selected_action": [article.pk], "post": "yes"},
    )

    assert Article.objects.filter(pk=article.pk).exists()


def test_the_list_shows_each_what_is_his_to_see(client, editor):
    stories = make_stories(editor)

    page = client.get("/admin/articles/article/")

    assert set(page.context["cl"].result_list) == {stories[name] for name in SEE[Role.EDITOR]}


def test_a_contributor_does_not_change_the_words_of_a_photo(client):
    client.force_login(make_user(Role.CONTRIBUTOR))
    photo = make_photo()

    statuses = [
        client.post(f"/admin/articles/photo/{photo.pk}/change/", {"alt": "Defaced"}).status_code,
        client.get("/admin/articles/photo/pick/").status_code,
    ]

    assert statuses == [403, 200]


def test_a_story_on_the_spike_is_left_alone(client):
    client.force_login(make_user(Role.MANAGING_EDITOR))
    article = make_draft()
    workflow.spike(article, None)

    page = client.get(change(article))
    written = client.post(change(article), words(article, _publish="1"))

    assert ("Take it off the spike" in page.content.decode(), written.status_code) == (True, 403)
    assert not Article.objects.published().exists()


# --- The groups ------------------------------------------------------------------------------------------------


def test_migrate_makes_the_groups_and_keeps_them_true():
    Group.objects.get(name=Role.CONTRIBUTOR).permissions.add(Permission.objects.get(codename="delete_user"))
    Group.objects.get(name=Role.MODERATOR).permissions.clear()
    Group.objects.filter(name=Role.EDITOR).delete()
    own = Group.objects.create(name="Friends of the paper")
    own.permissions.add(Permission.objects.get(codename="view_photo"))

    for _time in range(2):
        call_command("migrate", verbosity=0)

    held = {
        group.name: {f"{row.content_type.app_label}.{row.codename}" for row in group.permissions.all()}
        for group in Group.objects.prefetch_related("permissions__content_type")
    }
    assert set(held) == {*Role.values, "Friends of the paper"}
    assert held[Role.CONTRIBUTOR] == set(BESIDE[Role.CONTRIBUTOR])
    assert {name.partition(".")[0] for name in held[Role.MODERATOR]} == {"comments"}
    assert held["Friends of the paper"] == {"articles.view_photo"}
