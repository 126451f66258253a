"""What is looked at before a story goes out: errors stand in its way, warnings are only said."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import figures, links
from articles.models import Label, Link, Photo, Story

LONGEST_HEADLINE = 110  # characters: what cards, link previews and search engines show of it


class Weight(Enum):
    MUST = "must"  # without it nothing can be public
    ERROR = "error"  # a managing editor may publish all the same, for a reason
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    weight: Weight
    field: str  # of the form, beside which it is said
    text: str

    @property
    def blocks(self) -> bool:
        return self.weight != Weight.WARNING


def check(story: Story) -> list[Finding]:
    """Nothing is asked of the outside: what the worker found of the links is read."""
    return [*_words(story), *_signature(story), *_pictures(story), *_links(story)]


def _words(story: Story) -> Iterator[Finding]:
    if not story.headline:
        yield Finding(Weight.MUST, "headline", _("It needs a headline before it can be published."))
    if (length := len(story.headline)) > LONGEST_HEADLINE:
        facts = {"length": length, "most": LONGEST_HEADLINE}
        words = _("The headline has %(length)d characters; more than %(most)d are cut off in many places.")
        yield Finding(Weight.ERROR, "headline", words % facts)
    if not story.standfirst:
        yield Finding(Weight.WARNING, "standfirst", _("It has no standfirst."))
    if not story.category:
        yield Finding(Weight.MUST, "category", _("It needs a category before it can be published."))
    if not story.body:
        yield Finding(Weight.MUST, "body", _("It needs a body before it can be published."))


def _signature(story: Story) -> Iterator[Finding]:
    if not story.bylines and not story.agency:
        words = _("It needs a byline before it can be published: an author or an agency.")
        yield Finding(Weight.ERROR, "bylines", words)
    if story.label == Label.SPONSORED and not story.sponsor:
        yield Finding(Weight.ERROR, "sponsor", _("Say who pays for it before it is published."))


def _pictures(story: Story) -> Iterator[Finding]:
    lead = Photo.objects.filter(pk=story.lead_photo).first() if story.lead_photo else None
    if lead and not lead.alt:
        yield Finding(Weight.ERROR, "lead_photo", _("The lead photo has no alternative text."))
    if lead and not lead.credit:
        yield Finding(Weight.ERROR, "lead_photo", _("The lead photo has no credit."))
    shown = figures.shown_in(story.body)
    if count := sum(not alt.strip() for _key, alt in shown):
        words = ngettext(
            "%d picture in the body has no alternative text.",
            "%d pictures in the body have no alternative text.",
            count,
        )
        yield Finding(Weight.ERROR, "body", words % count)
    keys = {key for key, _alt in shown if key}
    if count := Photo.objects.filter(pk__in=keys, credit="").count() if keys else 0:
        words = ngettext("%d picture in the body has no credit.", "%d pictures in the body have no credit.", count)
        yield Finding(Weight.ERROR, "body", words % count)


def _links(story: Story) -> Iterator[Finding]:
    known = {link.url: link for link in Link.objects.filter(url__in=links.outside(story.body))}
    for link in known.values():
        if link.answer in {Link.Answer.FAILS, Link.Answer.REFUSED}:
            facts = {"url": link.url, "answer": link.get_answer_display(), "detail": link.detail}
            words = _("The link %(url)s %(answer)s (%(detail)s).") if link.detail else _("The link %(url)s %(answer)s.")
            yield Finding(Weight.WARNING, "body", words % facts)
    if waiting := sum(link.answer == Link.Answer.UNKNOWN for link in known.values()):
        words = ngettext("%d link is being looked up.", "%d links are being looked up.", waiting)
        yield Finding(Weight.WARNING, "body", words % waiting)
