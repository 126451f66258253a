"""Who may do what at the desk: one table of roles and acts, and what else of the admin each role may work on.

A role is a group of users; `migrate` makes the groups and sets their permissions anew each time. Every page, form,
button and action of the desk asks `may`, and every list `within`.
"""

from enum import Enum, Flag, auto
from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Byline, Colleague, Status
from categories.models import Category


class Role(models.TextChoices):
    """The value is the group's name."""

    CONTRIBUTOR = "Contributors", _("Contributor")
    AUTHOR = "Authors", _("Author")
    EDITOR = "Editors", _("Editor")
    MODERATOR = "Moderators", _("Moderator")
    MANAGING_EDITOR = "Managing editors", _("Managing editor")


class Act(Enum):
    SEE = "see"
    NOTE = "note"  # write and resolve notes
    BEGIN = "begin"  # a story of one's own
    WRITE = "write"  # and keep as a draft
    SUBMIT = "submit"  # for review
    SPIKE = "spike"  # and take off the spike
    REVIEW = "review"  # approve, or send back
    PUBLISH = "publish"  # now or later, for the first time or as a change
    WITHDRAW = "withdraw"
    OVERRIDE = "override"  # publish against the checklist, for a reason
    DELETE = "delete"  # what was never public


class Reach(Flag):
    """Which stories. Own: begun by the user, or signed by the author the user is."""

    NONE = 0
    OWN_DRAFTS = auto()  # own, and neither public nor scheduled
    OWN = auto()
    DESK = auto()  # in the categories the user edits, and their sub-sections
    ALL = auto()


NONE, OWN_DRAFTS, OWN, DESK, ALL = Reach.NONE, Reach.OWN_DRAFTS, Reach.OWN, Reach.DESK, Reach.ALL

# fmt: off
TABLE: dict[Act, tuple[Reach, ...]] = {
    #              Contributor  Author      Editor             Moderator  Managing editor
    Act.SEE:      (OWN,         OWN,        OWN | DESK,        NONE,      ALL),
    Act.NOTE:     (OWN,         OWN,        OWN | DESK,        NONE,      ALL),
    Act.BEGIN:    (ALL,         ALL,        ALL,               NONE,      ALL),
    Act.WRITE:    (OWN_DRAFTS,  OWN,        OWN_DRAFTS | DESK, NONE,      ALL),
    Act.SUBMIT:   (OWN_DRAFTS,  OWN,        OWN_DRAFTS | DESK, NONE,      ALL),
    Act.SPIKE:    (OWN_DRAFTS,  OWN_DRAFTS, OWN_DRAFTS | DESK, NONE,      ALL),
    Act.REVIEW:   (NONE,        NONE,       DESK,              NONE,      ALL),
    Act.PUBLISH:  (NONE,        OWN,        DESK,              NONE,      ALL),
    Act.WITHDRAW: (NONE,        OWN,        DESK,              NONE,      ALL),
    Act.OVERRIDE: (NONE,        NONE,       NONE,              NONE,      ALL),
    Act.DELETE:   (NONE,        NONE,       NONE,              NONE,      ALL),
}
# fmt: on

# Rows beside the stories: Django's permissions, a whole app's by its name alone. A photo's words stand in public
# pages, so that to change them is not for everybody; and whoever an author's user is, owns the author's stories.
_WRITING = (
    *("articles.view_photo", "articles.add_photo", "articles.view_attachment", "articles.add_attachment"),
    *("articles.view_tag", "authors.view_author", "categories.view_category"),
)
_PUBLISHING = (*_WRITING, "articles.change_photo", "articles.change_attachment", "articles.add_tag")
BESIDE: dict[Role, tuple[str, ...]] = {
    Role.CONTRIBUTOR: _WRITING,
    Role.AUTHOR: _PUBLISHING,
    Role.EDITOR: (*_PUBLISHING, "articles.change_tag"),
    Role.MODERATOR: ("comments",),
    Role.MANAGING_EDITOR: ("articles", "authors", "categories", "comments", "newsroom", "auth.view_user"),
}


# --- Asking ---------------------------------------------------------------------------------------


def may(user: Any, act: Act, article: Article | None = None, *, into: int | None = None) -> bool:
    """Whether the user may do it with that story; without one: with any at all.

    into: the category in which the story would then stand, if that is another.
    """
    if not (user.is_active and user.is_staff):
        return False
    reach = reach_of(user, act)
    if article is None:
        return bool(reach)
    return ALL in reach or _holds_own(user, reach, article) or _holds_desk(user, reach, article, into)


def within(user: Any, act: Act) -> Q:
    """The stories with which the user may do it, for a query."""
    reach = reach_of(user, act) if user.is_active and user.is_staff else NONE
    if ALL in reach:
        return ~Q(pk__in=[])  # not Q(), which would vanish beside an OR
    found = Q(pk__in=[])
    if DESK in reach:
        found |= Q(category__in=desk_of(user))
    if OWN in reach:
        found |= _own(user)
    if OWN_DRAFTS in reach:
        found |= _own(user) & ~Q(status=Status.LIVE)
    return found


def reach_of(user: Any, act: Act) -> Reach:
    if user.is_superuser:
        return ALL
    reach = NONE
    for role in roles_of(user):
        reach |= TABLE[act][list(Role).index(role)]
    return reach


def roles_of(user: Any) -> frozenset[Role]:
    if "desk_roles" not in user.__dict__:  # kept for the request, to which the user's row belongs
        user.desk_roles = frozenset(Role(name) for name in user.groups.values_list("name", flat=True) if name in Role)
    found: frozenset[Role] = user.desk_roles
    return found


def desk_of(user: Any) -> frozenset[int]:
    """The categories that the user edits, with their sub-sections."""
    if "desk_categories" not in user.__dict__:
        mine = Category.objects.filter(Q(editors=user) | Q(parent__editors=user))
        user.desk_categories = frozenset(mine.values_list("pk", flat=True))
    found: frozenset[int] = user.desk_categories
    return found


def reviews_in(user: Any, category: Category) -> bool:
    reach = reach_of(user, Act.REVIEW)
    return ALL in reach or (DESK in reach and category.pk in desk_of(user))


def reviewers() -> models.QuerySet[Colleague]:
    """Who may be asked to review. Whether also a certain story, `reviews_in` says."""
    groups = [role for place, role in enumerate(Role) if TABLE[Act.REVIEW][place]]
    roles = Q(pk__in=Group.objects.filter(name__in=groups).values("user"))
    return Colleague.objects.filter(roles | Q(is_superuser=True), is_active=True, is_staff=True)


def _holds_own(user: Any, reach: Reach, article: Article) -> bool:
    is_enough = OWN in reach or (OWN_DRAFTS in reach and article.status != Status.LIVE)
    return is_enough and is_own(user, article)


def _holds_desk(user: Any, reach: Reach, article: Article, into: int | None) -> bool:
    if DESK not in reach or (into is not None and into not in desk_of(user)):
        return False
    if article.category_id in desk_of(user):
        return True
    # One's own new story, on its way into the desk.
    return into is not None and article.status == Status.DRAFT and is_own(user, article)


def is_own(user: Any, article: Article) -> bool:
    return article.pk is None or article.created_by_id == user.pk or article.bylines.filter(author__user=user).exists()


def _own(user: Any) -> Q:
    """By two looks into indexes: an OR over joined tables would read all articles."""
    begun = Article.objects.filter(created_by=user).order_by().values("pk")
    signed = Byline.objects.filter(author__user=user).order_by().values("article")
    return Q(pk__in=begun.union(signed))


# --- The groups, kept true by migrate --------------------------------------------------------------------


def keep_groups(using: str = "default", **kwargs: Any) -> None:
    """Make the groups that are missing; give each the permissions of this module, no more and no less."""
    labels = {name.partition(".")[0] for names in BESIDE.values() for name in names}
    if not _are_whole({"contenttypes", *labels}, kwargs.get("apps", apps)):
        return  # somebody migrates step by step; the last one does it
    for label in labels:
        create_permissions(apps.get_app_config(label), verbosity=0, using=using)
    for role, names in BESIDE.items():
        group, _is_new = Group.objects.using(using).get_or_create(name=role.value)
        wanted = Permission.objects.using(using).filter(_named(names))
        if set(group.permissions.values_list("pk")) != set(wanted.values_list("pk")):
            group.permissions.set(wanted)


def _are_whole(labels: set[str], state: Any) -> bool:
    """Whether these apps' tables are all there, as far as the migration that has just ended knows."""
    there = {model._meta.label for model in state.get_models()}
    return all(model._meta.label in there for label in labels for model in apps.get_app_config(label).get_models())


def _named(names: tuple[str, ...]) -> Q:
    found = Q()
    for name in names:
        app, _dot, codename = name.partition(".")
        found |= Q(content_type__app_label=app, **({"codename": codename} if codename else {}))
    return found
