"""The buttons below a story: those that the user may press now, each named after what it does."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import roles
from articles.forms import ArticleForm, said_of
from articles.forms_times import goes_out
from articles.models import Article, Stage, Status
from articles.roles import Act
from newsroom.lib.moments import on_a_button


@dataclass(frozen=True)
class Button:
    name: str
    label: str
    value: str = "1"
    is_default: bool = False


def buttons_for(user: Any, article: Article | None, form: ArticleForm) -> list[Button]:
    """The first is the one that the user most likely came for."""
    offered = [*_review(user, article), *_publish(user, article, form), *_submit(user, article)]
    first, *others = [*offered, Button("_draft", _keep(user, article))]
    return [replace(first, is_default=True), *others]


def publish_button(article: Article | None, at: datetime | None) -> Button:
    """Named after that time: what pressing it will do."""
    is_live = article is not None and article.is_live
    if at is None or (is_live and at <= timezone.now()):
        label = _now(article)
    elif at <= timezone.now():
        label = _("Publish now, dated %s") % on_a_button(at)
    elif is_live:
        label = _("Schedule the change for %s") % on_a_button(at)
    else:
        label = _("Schedule for %s") % on_a_button(at)
    return Button("_publish", label, said_of(at))


def unnamed_publish_button(article: Article | None) -> Button:
    """While nobody knows what is being typed into the field: true of any time."""
    if article is not None and article.is_live:
        return Button("_publish", _("Publish the change at the time below"))
    return Button("_publish", _("Publish at the time below"))


def _now(article: Article | None) -> str:
    if article is not None and article.is_live:
        return _("Publish the change now")
    if article is not None and article.status == Status.WITHDRAWN:
        return _("Publish again now")
    return _("Publish now")


def _publish(user: Any, article: Article | None, form: ArticleForm) -> list[Button]:
    if not _could(user, Act.PUBLISH, article):
        return []
    if not form.is_bound:
        return [unnamed_publish_button(article)]
    try:
        at, embargo = (form.fields[name].clean(form[name].data) for name in ("publish_at", "embargo"))
    except ValidationError:
        return [unnamed_publish_button(article)]
    return [publish_button(article, goes_out(at, embargo))]


def _could(user: Any, act: Act, article: Article | None) -> bool:
    """Also if it would first have to be put into one of the user's categories."""
    places = (None, *roles.desk_of(user))
    return any(roles.may(user, act, article, into=place) for place in places)


def _review(user: Any, article: Article | None) -> list[Button]:
    if article is None or article.stage != Stage.REVIEW or not roles.may(user, Act.REVIEW, article):
        return []
    return [Button("_approve", _("Approve")), Button("_reject", _("Send back to the writer"))]


def _submit(user: Any, article: Article | None) -> list[Button]:
    if not roles.may(user, Act.SUBMIT, article):
        return []
    if article is not None and article.stage == Stage.REVIEW:
        return [Button("_submit", _("Ask for the review anew"))]
    return [Button("_submit", _("Submit for review"))]


def _keep(user: Any, article: Article | None) -> str:
    if article is not None and article.stage == Stage.REVIEW:
        return _("Save; it stays in review")
    return _("Save without publishing") if _could(user, Act.PUBLISH, article) else _("Save the draft")
