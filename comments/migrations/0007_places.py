from datetime import UTC, datetime, timedelta
from itertools import islice

from django.db import migrations, models
from django.db.models.functions import Left

STEP = 26


def fill(apps, schema_editor):
    """As ReaderComment._take_place does it. Replies to a comment that was deleted begin threads of their own."""
    comments = apps.get_model("comments", "ReaderComment").objects
    rows = comments.order_by("pk").values_list("pk", "parent_id", "submit_date")
    above = {}
    for pk, parent, submitted in rows.iterator():
        micros = max((submitted - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1), 0)
        above[pk] = (parent, f"{micros:016d}{pk:010d}")
    places = ((pk, _place(pk, above)) for pk in above)
    while batch := dict(islice(places, 1000)):
        changed = list(comments.filter(pk__in=batch).only("pk"))
        for comment in changed:
            comment.place = batch[comment.pk]
        comments.bulk_update(changed, ["place"])


def _place(pk, above):
    steps = []
    while pk in above and len(steps) < 10:
        parent, step = above[pk]
        steps.insert(0, step)
        if parent == pk:
            break
        pk = parent
    return "".join(steps)


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0006_canonical_and_pings"),
        ("comments", "0006_letters"),
        ("django_comments_xtd", "0008_auto_20200920_2037"),
    ]

    operations = [
        migrations.AddField("readercomment", "place", models.CharField(editable=False, max_length=260, null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddField(
            "readercomment",
            "thread_place",
            models.GeneratedField(
                expression=Left("place", STEP),
                output_field=models.CharField(max_length=STEP, null=True),
                db_persist=True,
            ),
        ),
        migrations.AddConstraint(
            "readercomment",
            models.UniqueConstraint(fields=["article", "place"], name="comment_has_a_place_of_its_own"),
        ),
        migrations.AddIndex(
            "readercomment",
            models.Index(fields=["article", "-thread_place", "place"], name="comment_newest_threads"),
        ),
        # The newest of an article's, by index.
        migrations.RemoveIndex("readercomment", "comment_article_state"),
        migrations.AddIndex(
            "readercomment",
            models.Index(fields=["article", "state", "xtdcomment_ptr"], name="comment_article_state"),
        ),
    ]
