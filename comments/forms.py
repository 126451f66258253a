import copy
import functools
import time
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_comments.forms import CommentSecurityForm
from django_comments_xtd.forms import XtdCommentForm

from articles.models import Article
from authors.models import Author
from comments import speakers
from comments.models import Follow, Mark, ReaderComment

_CLOCKS_DIFFER = 300  # seconds that a form's time may lie in the future
_VISIBLE = ("name", "email", "url", "comment")
_LETTERS = ("follow_replies", "follow_all")
_HIDDEN = ("timestamp", "security_hash", "content_type", "object_pk", "reply_to", "honeypot")


def refuse_surrogates(value: str) -> None:
    """A lone surrogate cannot be stored or sent as UTF-8."""
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        raise ValidationError(_("This text holds characters that cannot be stored. Type it again, please."))


class ReaderCommentForm(XtdCommentForm):
    """The package's form with our fields. What is wrong with a text stands beside its field; an expired or tampered
    form and a comment to reply to that is gone are said on top, and sending it again mends them.
    """

    name = forms.CharField(
        label=_("Name"),
        max_length=speakers.NAME_LENGTH,
        validators=[refuse_surrogates],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("Never shown to anybody but the editors."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    url = forms.URLField(
        label=_("Website"),
        max_length=200,
        required=False,
        assume_scheme="https",
        help_text=_("Optional. Your name then links to it."),
        widget=forms.URLInput(attrs={"autocomplete": "url"}),
    )
    comment = forms.CharField(
        label=_("Comment"),
        max_length=settings.COMMENT_MAX_LENGTH,
        validators=[refuse_surrogates],
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    follow_replies = forms.BooleanField(label=_("Write to me when somebody replies to my comment"), required=False)
    follow_all = forms.BooleanField(label=_("Write to me about all new comments on this article"), required=False)
    # What is wrong with a hidden input is said on top: beside it, nobody would see it.
    timestamp = forms.CharField(validators=[refuse_surrogates])
    security_hash = forms.CharField(validators=[refuse_surrogates])
    content_type = forms.CharField(required=False, validators=[refuse_surrogates])
    object_pk = forms.CharField(required=False, validators=[refuse_surrogates])
    reply_to = forms.CharField(required=False)
    honeypot = forms.CharField(required=False, validators=[refuse_surrogates])

    def __init__(self, article: Article, data: Any = None, *, speaker: Author | None = None, **kwargs: Any) -> None:
        super().__init__(article, data=data, **kwargs)
        self.speaker = speaker  # the member of staff who writes
        del self.fields["followup"]
        # The package's __init__ has put its own widgets and labels on them.
        self.fields.update(copy.deepcopy({name: self.base_fields[name] for name in (*_VISIBLE, *_LETTERS, "reply_to")}))
        self.parent: ReaderComment | None = None
        for name in _VISIBLE:
            self._describe(name)

    def _describe(self, name: str) -> None:
        """Tie help text and error to their field for those who hear the form."""
        attrs = self.fields[name].widget.attrs
        described = [f"id_{name}_help"] if self.fields[name].help_text else []
        if self.is_bound and name in self.errors:
            described.append(f"id_{name}_error")
            attrs["aria-invalid"] = "true"
        if described:
            attrs["aria-describedby"] = " ".join(described)

    @property
    def drawn_fields(self) -> SafeString:
        return render_to_string("comments/_form_fields.html", {"form": self})

    @property
    def visible(self) -> list[forms.BoundField]:
        return [self[name] for name in _VISIBLE]

    @property
    def scope(self) -> Follow.Scope | None:
        """What the writer wants letters about, if anything."""
        if self.cleaned_data["follow_all"]:
            return Follow.Scope.ALL
        return Follow.Scope.REPLIES if self.cleaned_data["follow_replies"] else None

    @property
    def fresh_security_data(self) -> dict[str, str]:
        """For the hidden fields: always of now, so that a form that is shown again is good again."""
        data: dict[str, str] = self.generate_security_data()
        return data

    # --- Validation ---------------------------------------------------------------------------

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if objection := speakers.objection(name, self.speaker):
            raise ValidationError(objection)
        return self.speaker.name[: speakers.NAME_LENGTH] if self.speaker else name

    def clean_timestamp(self) -> str:
        return str(self.cleaned_data["timestamp"])

    def clean_security_hash(self) -> str:
        return str(self.cleaned_data["security_hash"])

    def clean_honeypot(self) -> str:
        return str(self.cleaned_data["honeypot"])  # held against the comment, but no reason to lose it

    def clean(self) -> dict[str, Any]:
        # Not the package's clean(): it writes CSS classes.
        broken = [name for name in _HIDDEN if self.errors.pop(name, None)]
        if broken or not self._security_holds():
            self.add_error(
                None,
                _("This form had gone stale. Your text is still here, nothing was lost: send it once more."),
            )
        self._find_parent()
        return dict(self.cleaned_data)

    def _security_holds(self) -> bool:
        stamp = self.cleaned_data["timestamp"]
        expected = self.generate_security_hash(self.target_object._meta.label_lower, str(self.target_object.pk), stamp)
        if not constant_time_compare(expected, self.cleaned_data["security_hash"]):
            return False
        age = time.time() - int(stamp)  # ours, since the hash holds
        return -_CLOCKS_DIFFER <= age <= settings.COMMENTS_TIMEOUT

    def _find_parent(self) -> None:
        wanted = str(self.cleaned_data.get("reply_to") or "0")
        if wanted == "0":
            return
        if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
            self.parent = self.target_object.comments.in_thread().filter(pk=int(wanted)).first()
        if self.parent is None or not self.parent.takes_replies:
            self.parent = None
            self.add_error(
                None,
                _(
                    "The comment you are replying to takes no replies any more. Send your text again to post it as a"
                    " comment of its own."
                ),
            )

    # --- The comment ----------------------------------------------------------------------------

    def get_comment_model(self) -> type[ReaderComment]:
        return ReaderComment

    def get_comment_create_data(self, site_id: int | None = None) -> dict[str, Any]:
        return {
            "content_type": ContentType.objects.get_for_model(Article),
            "object_pk": str(self.target_object.pk),
            "article": self.target_object,
            "site_id": settings.SITE_ID,
            "speaker": self.speaker,
            "badge": speakers.badge_of(self.speaker, self.target_object) if self.speaker else "",
            "user_name": self.cleaned_data["name"],
            "user_email": self.cleaned_data["email"],
            "user_url": self.cleaned_data["url"],
            "comment": self.cleaned_data["comment"],
            "submit_date": timezone.now(),
            "parent_id": self.parent.pk if self.parent else 0,
        }

    def check_for_duplicate_comment(self, new: ReaderComment) -> ReaderComment:
        return new


class BlankForm:
    """ReaderCommentForm as articles show it: empty. Its fields are the same below all of them, and drawing those would
    be a tenth of the whole page's work: it is done once for each language."""

    def __init__(self, article: Article) -> None:
        self.article = article

    @property
    def drawn_fields(self) -> SafeString:
        return _blank_fields(get_language())

    @property
    def fresh_security_data(self) -> dict[str, str]:
        data: dict[str, str] = CommentSecurityForm(self.article).generate_security_data()
        return data


@functools.cache
def _blank_fields(language: str | None) -> SafeString:
    return ReaderCommentForm(Article()).drawn_fields


class EditForm(forms.Form):
    """Other words for a comment; nothing else of it changes."""

    comment = copy.copy(ReaderCommentForm.base_fields["comment"])

    @property
    def is_unchanged(self) -> bool:
        """Whatever ends the lines: browsers have their own way."""
        sent, stored = str(self.cleaned_data["comment"]), str(self.initial["comment"])
        return sent.replace("\r\n", "\n") == stored.replace("\r\n", "\n")


class AppealForm(forms.Form):
    """Why a refused comment should be looked at again."""

    words = forms.CharField(
        label=_("Why should it be published?"),
        max_length=1000,
        validators=[refuse_surrogates],
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Only the editors read this. You can appeal once."),
    )


class ReportForm(forms.Form):
    """Why a comment should be looked at by the moderators."""

    reason = forms.ChoiceField(label=_("What is wrong with it?"), choices=Mark.Reason.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In your words"),
        required=False,
        max_length=500,
        validators=[refuse_surrogates],
        widget=forms.Textarea(attrs={"rows": 3, "aria-describedby": "id_words_help"}),
        help_text=_("Optional. Only the moderators read it."),
    )
