"""What stories from before the workflow and the follow-ups lack. A migration of its own: PostgreSQL changes no table
that has rows with references still to be checked."""

from django.db import migrations
from django.db.models import Exists, F, OuterRef, Subquery


def know_what_is_there(apps, schema_editor):
    """Who began each story, and where the words stand that no reader has seen yet."""
    articles = apps.get_model("articles", "Article").objects
    revisions = apps.get_model("articles", "Revision").objects.filter(article=OuterRef("pk")).order_by("number")
    articles.filter(replaces=None).update(created_by=Subquery(revisions.values("created_by")[:1]))
    articles.filter(replaces=None, status="draft").update(stage="draft")
    newest = Subquery(revisions.reverse().values("pk")[:1])
    waiting = articles.filter(replaces=OuterRef("pk"), revision=OuterRef("newest"))
    open_changes = articles.filter(replaces=None, revision__isnull=False).exclude(status="draft")
    open_changes = open_changes.annotate(newest=newest).exclude(revision=F("newest")).filter(~Exists(waiting))
    articles.filter(pk__in=list(open_changes.values_list("pk", flat=True))).update(stage="draft")


def plan_settling(apps, schema_editor):
    """Of the changes that wait, or that nobody has folded in yet."""
    FollowUp = apps.get_model('articles', 'FollowUp')
    waiting = apps.get_model('articles', 'Article').objects.filter(replaces__isnull=False)
    # The hub's rows of a change stood at its own row, which goes.
    for pk, story, at in waiting.values_list('pk', 'replaces', 'live_from'):
        FollowUp.objects.filter(article=pk).update(article=story)
        FollowUp.objects.create(article_id=story, what='settle', moment=at, due_at=at)


class Migration(migrations.Migration):
    dependencies = [("articles", "0010_revisions")]

    operations = [
        migrations.RunPython(know_what_is_there, migrations.RunPython.noop),
        migrations.RunPython(plan_settling, migrations.RunPython.noop),
    ]
