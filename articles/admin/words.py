"""What the desk says of a story, in the editor’s words."""

from django.utils.html import format_html, format_html_join
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
    if article.is_withdrawn:
        return str(Status.WITHDRAWN.label)
    return "" if article.status == Status.DRAFT else str(article.get_status_display())


def _colour(article: Article) -> str:
    if article.stage == Stage.SPIKED or article.status == Status.DRAFT:
        return article.stage or Stage.DRAFT
    return "scheduled" if article.is_scheduled else "withdrawn" if article.is_withdrawn else article.status


def waits(story: Article) -> str:
    """Of a pinned story that readers do not see."""
    if story.is_scheduled:
        return _("Takes its place by itself when it goes out, on %s") % in_words(story.live_from, with_zone=True)
    return _("Not published: takes its place as soon as it is (now: %s)") % state_of(story)


def what_is_public(article: Article) -> SafeString | str:
    """In the editor's words: what readers see now, and what they will see when."""
    if not article.is_live and not article.is_scheduled:
        return " ".join([_("Readers do not see it."), *_embargo(article)])
    said: list[SafeString | str] = []
    if article.is_live:
        said.append(format_html(_('Readers see it at <a href="{0}">{0}</a>.'), article.get_absolute_url()))
    said += _to_come(article)
    return format_html_join(" ", "{}", ((words,) for words in said))


def _to_come(article: Article) -> list[str]:
    planned = article.planned()
    said = []
    if planned:
        words = _("It goes out by itself on %s.") if planned is article else _("A change waits until %s.")
        said.append(words % in_words(planned.live_from, with_zone=True))
    else:
        newest = article.latest_revision()
        if newest and newest.pk != article.revision_id:
            said.append(_("Your latest changes are not published."))
    said += _embargo(article)
    if article.live_until:
        said.append(_("It is withdrawn by itself on %s.") % in_words(article.live_until, with_zone=True))
    return said


def _embargo(article: Article) -> list[str]:
    if not article.is_embargoed:
        return []
    return [_("It is under embargo until %s.") % in_words(article.embargo_until, with_zone=True)]
