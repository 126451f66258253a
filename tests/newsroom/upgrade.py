"""An old paper brought up to date, on the database of DATABASE_URL: python -m tests.newsroom.upgrade

Prints as JSON what became of its rows. A process of its own: what has migrated a database back and forth is of no use
to other tests.
"""

import json
import os
import sys
from datetime import datetime, timedelta
from typing import Any

OLD = [
    ("articles", "0006_canonical_and_pings"),
    ("authors", "0003_small_portraits"),
    ("categories", "0002_former_slugs"),
    ("comments", "0006_letters"),
    ("newsroom", "0005_accent"),
]


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "newsroom.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    old = [*OLD, *(node for node in executor.loader.graph.leaf_nodes() if node[0] not in dict(OLD))]
    executor.migrate(old)
    _print_old_paper(executor.loader.project_state(old).apps)
    connection.close()
    call_command("migrate", verbosity=0)
    call_command("verify_revisions", "--sign-old", verbosity=0)
    sys.stdout.write(json.dumps(_what_is_there()))


def _print_old_paper(apps: Any) -> None:
    """A draft, a live story with newer words, another whose change waits and which shows a photo, a discussion with a
    reply."""
    from django.utils import timezone

    now = timezone.now()
    model = apps.get_model
    user = model("auth", "User").objects.create(username="ada")
    section = model("categories", "Category").objects.create(name="World", slug="world")
    articles, revisions = model("articles", "Article").objects, model("articles", "Revision").objects
    live = {"status": "live", "live_from": now, "published_at": now}
    rows = {
        slug: articles.create(headline=slug, slug=slug, body="<p>Words</p>", category=section, **more)
        for slug, more in {"draft": {}, "newer-words": live, "waiting": live}.items()
    }
    change = articles.create(
        headline="changed", slug="waiting", body="<p>Words</p>", category=section, replaces=rows["waiting"], **live
    )
    articles.filter(pk=change.pk).update(live_from=now + timedelta(days=1))
    for number, slug in ((1, "draft"), (1, "newer-words"), (2, "newer-words"), (1, "waiting"), (2, "waiting")):
        story = {"slug": slug, "headline": f"{slug} {number}", "body": "<p>Words</p>", "category": section.pk}
        public_from = now if slug != "draft" and number == 1 else None
        made = revisions.create(
            article=rows[slug], number=number, story=story, created_by=user, published_from=public_from
        )
        if public_from:
            articles.filter(pk=rows[slug].pk).update(revision=made)
        elif slug == "waiting":
            articles.filter(pk=change.pk).update(revision=made)
    model("articles", "Ping").objects.create(article=change, due_at=now + timedelta(days=1))
    photo = model("articles", "Photo").objects.create(file="photos/pier.jpg", alt="The pier", width=8, height=8)
    articles.filter(pk=rows["waiting"].pk).update(
        body=f'<figure><img src="/media/photos/pier.jpg" alt="" data-file="{photo.pk}"></figure>'
    )
    _discuss(model, rows["newer-words"], now)


def _discuss(model: Any, article: Any, now: datetime) -> None:
    kind = model("contenttypes", "ContentType").objects.get_or_create(app_label="articles", model="article")[0]
    site = model("sites", "Site").objects.get_or_create(pk=1, defaults={"domain": "x.example", "name": "x"})[0]
    parent = 0
    for text in ("First", "A reply"):
        comment = model("comments", "ReaderComment").objects.create(
            article=article,
            content_type=kind,
            object_pk=str(article.pk),
            site=site,
            comment=text,
            state="approved",
            submit_date=now,
        )
        comment.thread_id, comment.parent_id = parent or comment.pk, parent or comment.pk
        comment.save()
        parent = parent or comment.pk


def _what_is_there() -> dict[str, Any]:
    from django.db.models import F

    from articles.models import Article, Figure, FollowUp, Seal
    from comments.threads import part_of

    stories = Article.objects.stories().order_by("pk")
    [thread] = part_of(stories.get(slug="newer-words")).nodes
    return {
        "stages": {story.slug: story.stage for story in stories},
        "begun by": sorted({str(story.created_by) for story in stories}),
        "follow-ups": sorted(FollowUp.objects.values_list("article__slug", "what")),
        "figures": list(Figure.objects.values_list("article__slug", "photo__file")),
        "give way": list(stories.filter(gives_way_at=F("replacement__live_from")).values_list("slug", flat=True)),
        "seals": Seal.objects.count(),
        "thread": [thread.comment.comment, *(reply.comment.comment for reply in thread.replies)],
    }


if __name__ == "__main__":
    main()
