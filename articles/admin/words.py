"""What the desk says of a story, in the editor’s words."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.models import Article, Stage, Status
from newsroom.lib.moments import in_words


def state_of(article: Article) -> str:
    public = _public_state(article)
    stage = Stage(article.stage)
    if stage == Stage.DONE:
        return public or str(Stage.DRAFT.label)
    if not public or stage == Stage.SPIKED:
        return str(stage.label)
    return _("%(public)s; changes: %(stage)s") % {"public": public, "stage": stage.label}


def state_word(article: Article) -> SafeString:
    """The same with the state's colour beside it (desk.css)."""
    return format_html('<span class="desk-state desk-state-{}">{}</span>', _colour(article), state_of(article))


def _public_state(article: Article) -> str:
    """Empty: readers see nothing of it, and were promised nothing."""
    if article.is_scheduled:
        return _("Scheduled for %s") % in_words(article.live_from, with_zone=True)
    return "" if article.status == Status.DRAFT else str(article.get_status_display())


def _colour(article: Article) -> str:
    if article.stage == Stage.SPIKED or article.status == Status.DRAFT:
        return article.stage or Stage.DRAFT
    return "scheduled" if article.is_scheduled else article.status


def waits(story: Article) -> str:
    """Of a pinned story that readers do not see."""
    if story.is_scheduled:
        return _("Takes its place by itself when it goes out, on %s") % in_words(story.live_from)
    return _("Not published: takes its place as soon as it is (now: %s)") % state_of(story)


def what_is_public(article: Article) -> SafeString | str:
    """In the editor's words: what readers see now, and what they will see when."""
    waiting = getattr(article, "replacement", None)
    if article.is_live:
        seen = format_html(_('Readers see it at <a href="{0}">{0}</a>.'), article.get_absolute_url())
        if waiting:
            return format_html("{} {}", seen, _("A change waits until %s.") % in_words(waiting.live_from))
        newest = article.latest_revision()
        if newest and newest.pk != article.revision_id:
            return format_html("{} {}", seen, _("Your latest changes are not published."))
        return seen
    if article.is_scheduled:
        return _("It goes out by itself on %s.") % in_words(article.live_from)
    return _("Readers do not see it.")
