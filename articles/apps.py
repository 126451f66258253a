from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate


class ArticlesConfig(AppConfig):
    name = "articles"

    def ready(self) -> None:
        """What search reads and what roles may do is derived: not migrated, but set up by migrate wherever it is
        missing or out of date."""
        from articles import roles, search

        connection_created.connect(_teach_sqlite)
        pre_migrate.connect(search.stand_aside, sender=self)
        post_migrate.connect(search.build, sender=self)
        post_migrate.connect(roles.keep_groups, sender=self)


def _teach_sqlite(connection: Any, **kwargs: Any) -> None:
    from newsroom.lib.markup import plain_text

    if connection.vendor == "sqlite":
        connection.connection.create_function("plain_text", 1, plain_text, deterministic=True)
