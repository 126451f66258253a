from django.apps import AppConfig
from django.db.models.signals import pre_save


class CommentsConfig(AppConfig):
    name = "comments"

    def ready(self) -> None:
        from django_comments_xtd.models import publish_or_unpublish_on_pre_save

        from comments import checks  # noqa: F401  # registers the system checks

        # It would make every descendant of a saved public comment public, held spam included.
        pre_save.disconnect(publish_or_unpublish_on_pre_save, sender="comments.ReaderComment")
