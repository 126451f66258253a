from typing import Any

from django.apps import AppConfig
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_save


class NewsroomConfig(AppConfig):
    name = "newsroom"
    verbose_name = "The paper"

    def ready(self) -> None:
        for signal in (post_save, post_delete, m2m_changed):
            signal.connect(_renew_edition, dispatch_uid=f"edition-{id(signal)}")


# Whatever readers see outside the comments. The comments renew their own article's page instead.
_SEEN_BY_READERS = {"newsroom", "flatpages", "authors", "categories", "articles"}
_SEEN_OF_COMMENTS = {"comments.discussionrules"}
_UNSEEN = {
    *("articles.followup", "articles.revision", "articles.seal", "articles.sealhead", "articles.autosave"),
    *("articles.step", "articles.note", "articles.link", "articles.deskletter", "articles.errorreport"),
    "newsroom.noticehour",
}


def _renew_edition(sender: Any, **kwargs: Any) -> None:
    """Content saved -> new edition, on commit. The only signal between our apps."""
    from newsroom.lib.caching import renew_edition

    meta = sender._meta
    is_seen = meta.app_label in _SEEN_BY_READERS or meta.label_lower in _SEEN_OF_COMMENTS
    if is_seen and meta.label_lower not in _UNSEEN and not kwargs.get("raw"):
        transaction.on_commit(renew_edition, robust=True)
