from datetime import UTC, datetime
from typing import Any, cast

from django import forms
from django.contrib.admin import site
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorFormField
from django_prose_editor.widgets import AdminProseEditorWidget

from articles import checklist, roles, workflow
from articles.checklist import Finding, Weight
from articles.figures import with_keys
from articles.forms_times import TimesForm
from articles.models import (
    Article,
    ArticleQuerySet,
    ArticleSlug,
    Attachment,
    Autosave,
    Byline,
    Change,
    Colleague,
    Enclosure,
    Listing,
    Photo,
    Pick,
    Revision,
    Stage,
    Story,
)
from articles.models.revision import TOLD
from articles.roles import Act
from articles.widgets import (
    CheckedChoiceField,
    OfferingAutocomplete,
    OfferingAutocompleteMultiple,
    OrderedAutocomplete,
    OrderedChoiceField,
)
from authors.models import Author
from categories.models import Category
from newsroom.lib import captions, images, markup
from newsroom.lib.addresses import RESERVED_IN_SECTION, free_slug, slug_from
from newsroom.lib.local_times import MomentField

# What the editor offers; newsroom.lib.markup decides what may stay. Sub-extensions must be named too.
EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "Strike": True,
    "Subscript": True,
    "Superscript": True,
    "Heading": {"levels": [2, 3, 4]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "NodeClass": {
        "cssClasses": {
            "blockquote": {
                "title": _("Quote"),
                "cssClasses": [{"className": markup.PULL_QUOTE, "title": _("pull quote")}],
            }
        }
    },
    "HorizontalRule": True,
    "HardBreak": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto", "tel"]},
    "Figure": {"pickerUrl": reverse_lazy("admin:articles_photo_pick")},
    "Caption": True,
    "Image": True,
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "Code": True,
    "CodeBlock": True,
    "History": True,
    "HTML": True,
}


_CATEGORIES = 1000  # more than any paper has

# The buttons of a story's form, each for one act; without any it is saved as a draft.
BUTTONS = {"_publish": Act.PUBLISH, "_submit": Act.SUBMIT, "_approve": Act.REVIEW, "_reject": Act.REVIEW}


class PhotoForm(forms.ModelForm):
    """A new photo may come without words: what its file says is taken, and the editor is shown the picture to see to
    the rest. From then on the alternative text is a must."""

    class Meta:
        model = Photo
        fields = ["file", "alt", "caption", "credit", "focus_x", "focus_y"]
        field_classes = {"file": images.PictureFormField}
        labels = {"focus_x": _("From the left"), "focus_y": _("From the top")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.were_read: list[str] = []  # the fields that were filled from the file
        if "alt" in self.fields:
            self.fields["alt"].required = self.instance.pk is not None

    def save(self, commit: bool = True) -> Photo:
        photo: Photo = self.instance
        if images.is_new(photo.file):
            for name, words in captions.read_words(photo.file)._asdict().items():
                if words and not getattr(photo, name):
                    setattr(photo, name, words[: cast("forms.CharField", self.fields[name]).max_length])
                    self.were_read.append(name)
        return cast("Photo", super().save(commit))


class ArticleForm(forms.ModelForm, TimesForm):
    """One story as its editor left it: the newest revision, whether or not readers see it yet."""

    body = ProseEditorFormField(
        label=_("Body"),
        config={"extensions": EXTENSIONS},
        sanitize=markup.sanitise,
        widget=AdminProseEditorWidget,
        required=False,
    )
    bylines = OrderedChoiceField(
        label=_("Bylines"),
        queryset=Author.objects.all(),
        required=False,
        widget=OrderedAutocomplete(
            Byline._meta.get_field("author"), site, offered=200, attrs={"data-label": _("Author")}
        ),
        help_text=_("In the order in which they sign. Each signs with the job title of the day of publication."),
    )
    attachments = OrderedChoiceField(
        label=_("Attachments"),
        queryset=Attachment.objects.all(),
        required=False,
        widget=OrderedAutocomplete(
            Enclosure._meta.get_field("attachment"), site, offered=200, attrs={"data-label": _("Attachment")}
        ),
        help_text=_("Documents to download, below the text. Upload them under “Attachments” first."),
    )
    further_categories = CheckedChoiceField(
        label=_("Further categories"),
        queryset=Category.objects.all(),
        required=False,
        widget=OfferingAutocompleteMultiple(Listing._meta.get_field("category"), site, offered=_CATEGORIES),
        help_text=_("Their fronts show the story too; its address stays that of its own category."),
    )
    related = OrderedChoiceField(
        label=_("You may also like"),
        queryset=Article.objects.stories(),
        required=False,
        widget=OrderedAutocomplete(Pick._meta.get_field("story"), site, attrs={"data-label": _("Story")}),
        help_text=_("Your picks come first; the rest is found by tags and category."),
    )
    override = forms.CharField(
        label=_("Publish against the checklist, because"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Your reason is kept, and shown to the desk."),
    )
    reviewer = forms.ModelChoiceField(
        label=_("Reviewer"),
        queryset=Colleague.objects.none(),
        required=False,
        widget=OfferingAutocomplete(Article._meta.get_field("reviewer"), site, offered=100),
        help_text=_("Who is asked by “Submit for review”. Nobody: the editors of its category."),
    )
    review_due = MomentField(label=_("Review by"), required=False)
    rejection = forms.CharField(
        label=_("What the writer is to change"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For “Send back to the writer”, who reads it above the story."),
    )
    canonical_url = forms.URLField(
        label=_("Original at"),
        max_length=500,
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["https"], message=_("Give the whole address, beginning with https://."))],
        help_text=Article._meta.get_field("canonical_url").help_text,
    )
    change = forms.ChoiceField(
        label=_("What the change is"),
        choices=[("", _("Nothing that readers see has changed")), *Change.choices],
        required=False,
        help_text=_("For “Publish”, if the text of a published story has changed."),
    )
    note = forms.CharField(
        label=_("Said to readers"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=_(
            "Of a clarification or correction: what was wrong and what is right. It stands below the story, at"
            " /corrections/ and in its feed."
        ),
    )
    based_on = forms.IntegerField(required=False, widget=forms.HiddenInput)

    user: Any = None  # whose form it is: the admin sets it

    class Meta:
        model = Article
        fields = [
            "label",
            "sponsor",
            "kicker",
            "headline",
            "slug",
            "standfirst",
            "body",
            "lead_photo",
            "sensitive_note",
            "category",
            "agency",
            "tags",
            "comments_open",
            "search_title",
            "search_description",
            "canonical_url",
        ]
        widgets = {
            "category": OfferingAutocomplete(Article._meta.get_field("category"), site, offered=_CATEGORIES),
        }

    taken_up: Autosave | None = None  # words that were never saved, and are to be

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        article: Article | None = kwargs.get("instance")
        self.newest: Revision | None = article.latest_revision() if article and article.pk else None
        if self.newest:
            kwargs["initial"] = self._as_saved(self.newest) | (kwargs.get("initial") or {})
        if self.taken_up:
            kwargs["initial"] = (kwargs.get("initial") or {}) | self._as_kept(self.taken_up)
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            related = cast("OrderedChoiceField", self.fields["related"])
            related.queryset = self._may_be_picked().exclude(pk=self.instance.pk)
            cast("forms.ModelChoiceField", self.fields["reviewer"]).queryset = roles.reviewers()
            if self.instance.stage == Stage.REVIEW:
                self.initial.update(reviewer=self.instance.reviewer_id, review_due=self.instance.review_due)

    def _may_be_picked(self) -> ArticleQuerySet:
        """What is public, what the user sees at the desk, and what is picked already."""
        picked = self.newest.read().related if self.newest else ()
        seen = Q(pk__in=picked) | Q(pk__in=Article.objects.published().values("pk")) | roles.within(self.user, Act.SEE)
        return Article.objects.stories().filter(seen)

    def _as_saved(self, revision: Revision) -> dict[str, Any]:
        story = revision.read()
        words = {name: getattr(story, name) for name in Story.__dataclass_fields__}
        plan = self.times_of(revision.article) | {"why_withdrawn": revision.article.withdrawal_note}
        return words | {"based_on": revision.number} | plan

    @staticmethod
    def _as_kept(autosave: Autosave) -> dict[str, Any]:
        story = autosave.read()
        kept = {name: getattr(story, name) for name in Story.__dataclass_fields__}
        return kept | {"based_on": autosave.based_on}

    @property
    def act(self) -> Act:
        """What the button that was pressed asks for."""
        return next((act for name, act in BUTTONS.items() if name in self.data), Act.WRITE)

    @property
    def may_plan(self) -> bool:
        """Whether its times are the user's to set: whoever may publish the story, where it is to stand."""
        category = self.cleaned_data.get("category")
        return roles.may(self.user, Act.PUBLISH, self.instance, into=category.pk if category else None)

    @property
    def is_publishing(self) -> bool:
        return self.act == Act.PUBLISH

    @property
    def about_the_change(self) -> dict[str, str]:
        """For the revision."""
        change = self.cleaned_data.get("change", "")
        return {"change": change, "note": self.cleaned_data.get("note", "") if change in TOLD else ""}

    @property
    def story(self) -> Story:
        return Story.from_form(self.cleaned_data)

    @cached_property
    def findings(self) -> list[Finding]:
        """What the checklist says of the words as they stand in the form."""
        if not self.is_bound:
            return checklist.check(self.newest.read()) if self.newest else []
        return checklist.check(self.story) if hasattr(self, "cleaned_data") else []

    def as_typed(self) -> Story:
        """What is in the form, whether or not it would do: of words that would not, as much as their column takes."""
        self.is_valid()
        parts = dict(self.cleaned_data)
        for name in set(self.errors) & set(self.fields):
            if isinstance(field := self.fields[name], forms.CharField):
                typed = str(self.data.get(name, "")).replace("\0", "").encode("utf-8", "ignore").decode()
                parts[name] = typed[: field.max_length]
        return Story.from_form(parts)

    def clean_body(self) -> str:
        return with_keys(self.cleaned_data["body"])

    def clean_slug(self) -> str:
        slug = self.cleaned_data.get("slug") or slug_from(self.cleaned_data.get("headline", ""), 200)
        if not slug:
            raise ValidationError(_("Give it an address: letters, digits and hyphens."))
        if slug in RESERVED_IN_SECTION:
            raise ValidationError(
                _("The site itself uses “%(slug)s”. “%(free)s” is free.")
                % {"slug": slug, "free": free_slug(slug, self._is_taken)}
            )
        if self._is_taken(slug):
            raise ValidationError(
                _("Another article is or was at “%(slug)s”. “%(free)s” is free.")
                % {"slug": slug, "free": free_slug(slug, self._is_taken)}
            )
        return str(slug)

    def _is_taken(self, slug: str) -> bool:
        """Also by what another story was once called, or will be: it stays that story's."""
        stories = Article.objects.stories().exclude(pk=self.instance.pk)
        slugs = ArticleSlug.objects.exclude(owner=None).exclude(owner=self.instance.pk)
        return any(rows.filter(slug=slug).exists() for rows in (stories, slugs))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._refuse_to_bury_anothers_words()
        self._refuse_what_is_not_theirs(cleaned)
        if self.may_plan:
            self.clean_times(is_publishing=self.is_publishing, planned=self.times_of(self.instance)["publish_at"])
        elif roles.may(self.user, Act.PUBLISH) and self.changes_plan_of(self.instance):
            words = _("Embargo and withdrawal are set by whoever may publish the story, where it is to stand.")
            self.add_error("embargo", words)
        match self.act:
            case Act.PUBLISH:
                self._require_for_publication(cleaned)
                self._require_that_the_button_named_the_time(cleaned)
                self._require_a_name_for_the_change(cleaned)
            case Act.SUBMIT:
                self._require_for_review(cleaned)
            case Act.REVIEW if "_reject" in self.data and not cleaned.get("rejection"):
                self.add_error("rejection", _("Say what the writer is to change."))
        if cleaned.get("change") in TOLD and not cleaned.get("note") and "note" not in self.errors:
            self.add_error("note", _("Tell readers what was wrong, and what is right."))
        return cleaned

    def _refuse_what_is_not_theirs(self, cleaned: dict[str, Any]) -> None:
        category = cleaned.get("category")
        if roles.may(self.user, self.act, self.instance, into=category.pk if category else None):
            return
        if category and self.act == Act.PUBLISH and roles.may(self.user, self.act, self.instance):
            words = _("You do not publish in “%s”. Submit it for review; its editors are told.")
            self.add_error("category", words % category)
        else:
            self.add_error(None, _("That is not yours to do. What you wrote stands below, and is not saved."))

    def _require_a_name_for_the_change(self, cleaned: dict[str, Any]) -> None:
        """Whoever changes what was published says what that is."""
        if "body" in self.errors or "change" in self.errors or cleaned.get("change"):
            return
        if workflow.has_other_text(self.instance, cleaned.get("body", "")):
            self.add_error("change", _("The text of a published story has changed: say what the change is."))

    def _require_for_publication(self, cleaned: dict[str, Any]) -> None:
        is_overridden = bool(cleaned.get("override")) and roles.may(self.user, Act.OVERRIDE, self.instance)
        for finding in self.findings:
            if finding.weight == Weight.MUST or (finding.weight == Weight.ERROR and not is_overridden):
                field = finding.field if finding.field in self.fields else None
                if field is None or field not in self.errors:
                    self.add_error(field, finding.text)

    @property
    def overridden(self) -> str:
        """The reason, if there is something against which it publishes."""
        against = any(finding.weight == Weight.ERROR for finding in self.findings)
        return str(self.cleaned_data.get("override", "")) if against else ""

    def _require_that_the_button_named_the_time(self, cleaned: dict[str, Any]) -> None:
        """Without scripts the button keeps the words with which the page came, and the time may be another by now."""
        said = self.data["_publish"]
        if said.startswith("at:") and self.knows_times and said != said_of(self.goes_out_at):
            self.add_error(
                "publish_at",
                _("The button spoke of another time. It now names the one that stands here: press it again."),
            )

    def _require_for_review(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("category") and "category" not in self.errors:
            self.add_error("category", _("It needs a category, so that its editors see it."))
        if not cleaned.get("headline") and "headline" not in self.errors:
            self.add_error("headline", _("It needs a headline."))
        reviewer, category = cleaned.get("reviewer"), cleaned.get("category")
        if reviewer and category and not roles.reviews_in(reviewer, category):
            self.add_error("reviewer", _("%s does not review stories of that category.") % reviewer)
        due = cleaned.get("review_due")
        if due and due < timezone.now():
            self.add_error("review_due", _("That time has passed."))

    def _refuse_to_bury_anothers_words(self) -> None:
        """Two editors in one story: the second learns of the first before covering what he wrote."""
        based_on = self.cleaned_data.get("based_on")
        if self.newest and based_on is not None and based_on < self.newest.number:
            data = cast("QueryDict", self.data).copy()
            data[self.add_prefix("based_on")] = str(self.newest.number)
            self.data = data
            self.add_error(
                None,
                _(
                    "%(who)s saved revision %(number)s while you were writing. Nothing of yours is lost: it stands"
                    " below. Compare it with theirs, then save again to make yours the newest."
                )
                % {"who": self.newest.created_by or _("Somebody"), "number": self.newest.number},
            )

    def _post_clean(self) -> None:
        """The instance keeps what readers may see; only the fields' own rules are checked here."""

    def save(self, commit: bool = True) -> Article:
        """Writes nothing: the article makes a revision of the story."""
        return cast("Article", self.instance)

    def save_m2m(self) -> None:
        """As above."""


def said_of(at: datetime | None) -> str:
    """What the button whose words name that time sends along. Without words for a time it sends something else."""
    return f"at:{at.astimezone(UTC).isoformat() if at else ''}"
