"""The desk's list of articles, quick among a million: by an index, never counted to the end, and searched through the
search index. What is chosen from many is found by typing."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.contrib.admin.widgets import AdminDateWidget, AutocompleteSelect
from django.core.paginator import Paginator
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import checklist, roles, workflow
from articles.admin.photo import thumbnail
from articles.admin.words import state_word
from articles.models import Article, Byline, Figure, FollowUp, Photo, Stage, Status
from articles.roles import Act
from articles.search import with_words
from articles.widgets import is_key
from categories.models import Category
from newsroom.lib.moments import in_words

COUNTED = 1000  # rows, at most: how many more there are, nobody needs to know
COUNTED_WITH_WORDS = 150  # further down among a middling word's, the next row is looked for among hundreds
PER_PAGE = 50
_DAYS = [MinValueValidator(date(1000, 1, 1)), MaxValueValidator(date(9000, 1, 1))]  # in any zone they can be counted
_MOST_AT_ONCE = 200  # of a bulk act


class NotHereError(Exception):
    """An act on several articles cannot do this one. Its words: why."""


class CountsUpTo(Paginator):
    """A count of all would read the whole table: beyond so many it only says that there are more."""

    at_most = COUNTED

    @cached_property
    def found(self) -> int:
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return rows.order_by().values("pk")[: self.at_most + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self.found, self.at_most)

    @property
    def has_more(self) -> bool:
        return self.found > self.at_most


def family_of(section: Category) -> list[int]:
    """Its key and those of what is below it. As values: the database then knows how many articles each has."""
    return [section.pk, *Category.objects.filter(parent=section).values_list("pk", flat=True)]


# --- Filters ------------------------------------------------------------------------------------


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("draft", Status.DRAFT.label),
            (Stage.REVIEW.value, Stage.REVIEW.label),
            ("mine", gettext_lazy("In review, asked of me")),
            (Stage.APPROVED.value, Stage.APPROVED.label),
            ("scheduled", gettext_lazy("Scheduled")),
            ("change", gettext_lazy("A change waits")),
            ("live", Status.LIVE.label),
            ("leaving", gettext_lazy("To be withdrawn")),
            ("withdrawn", Status.WITHDRAWN.label),
            (Stage.SPIKED.value, Stage.SPIKED.label),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        now = timezone.now()
        live = Q(status=Status.LIVE)
        conditions = {
            "draft": Q(status=Status.DRAFT, stage__in=[Stage.DONE, Stage.DRAFT]),
            **{stage.value: Q(stage=stage) for stage in (Stage.REVIEW, Stage.APPROVED, Stage.SPIKED)},
            "mine": Q(stage=Stage.REVIEW, reviewer=request.user.pk),
            "scheduled": live & Q(live_from__gt=now),
            "change": Q(pk__in=Article.objects.filter(replaces__isnull=False, live_from__gt=now).values("replaces")),
            "live": live & Q(live_from__lte=now) & (Q(live_until=None) | Q(live_until__gt=now)),
            "leaving": live & Q(live_until__gt=now),
            "withdrawn": Q(status=Status.WITHDRAWN) | (live & Q(live_until__lte=now)),
        }
        condition = conditions.get(self.value() or "")
        return queryset.filter(condition) if condition else queryset


class _Typed(admin.ListFilter):
    """A filter with fields of its own to fill in, sent as a form. The other parameters of the list go with it."""

    template = "admin/articles/article/_typed_filter.html"
    names: tuple[str, ...] = ()

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        given = {name: params.pop(name)[-1] for name in self.names if name in params}
        self.form = self.make_form(given, model_admin)
        self.used_parameters = {name: value for name, value in given.items() if value}

    def make_form(self, given: dict[str, str], model_admin: Any) -> forms.Form:
        raise NotImplementedError

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str | None]:
        return list(self.names)

    @property
    def chosen(self) -> dict[str, Any]:
        return {name: value for name, value in self.form.cleaned_data.items() if value} if self.form.is_valid() else {}

    def choices(self, changelist: Any) -> Iterator[dict[str, Any]]:
        others = [pair for pair in changelist.params.items() if pair[0] not in {*self.names, "p"}]
        yield {"others": others, "form": self.form, "clear": changelist.get_query_string(remove=[*self.names, "p"])}


class PlaceAndAuthorFilter(_Typed):
    title = gettext_lazy("section and author")
    names = ("section", "author")

    def make_form(self, given: dict[str, str], model_admin: Any) -> forms.Form:
        form = forms.Form({name: value for name, value in given.items() if is_key(value)} or None)
        for name, label, field in (
            ("section", gettext_lazy("Section"), Article._meta.get_field("category")),
            ("author", gettext_lazy("Author"), Byline._meta.get_field("author")),
        ):
            widget = AutocompleteSelect(field, model_admin.admin_site, attrs={"id": f"filter_{name}"})
            form.fields[name] = forms.ModelChoiceField(
                label=label, queryset=field.remote_field.model._default_manager.all(), required=False, widget=widget
            )
        return form

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        if section := self.chosen.get("section"):
            queryset = queryset.filter(category__in=family_of(section))
        if author := self.chosen.get("author"):
            queryset = queryset.filter(pk__in=Byline.objects.filter(author=author).values("article"))
        return queryset


class DatesFilter(_Typed):
    """Of publication; of what is not published yet, of its beginning: the date that the list is ordered by."""

    title = gettext_lazy("dates")
    names = ("since", "until", "before")  # the last where a list goes on that is longer than what is counted

    def make_form(self, given: dict[str, str], model_admin: Any) -> forms.Form:
        form = forms.Form(given or None)
        for name, label in (("since", gettext_lazy("From")), ("until", gettext_lazy("Until"))):
            widget = AdminDateWidget(attrs={"id": f"filter_{name}"})
            form.fields[name] = forms.DateField(label=label, required=False, widget=widget, validators=_DAYS)
        return form

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        queryset = queryset.alias(at_desk=_at_desk()).filter(_older(str(self.used_parameters.get("before", ""))))
        if since := self.chosen.get("since"):
            queryset = queryset.filter(at_desk__gte=_midnight(since))
        if until := self.chosen.get("until"):
            queryset = queryset.filter(at_desk__lt=_midnight(until) + timedelta(days=1))
        return queryset


class AltTextFilter(admin.SimpleListFilter):
    title = gettext_lazy("alternative text")
    parameter_name = "alt"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("missing", gettext_lazy("missing from a picture"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        if self.value() == "missing":
            led = Article.objects.filter(lead_photo__in=Photo.objects.filter(alt="").values("pk")).order_by()
            shown = Figure.objects.filter(has_alt=False).order_by()
            return queryset.filter(pk__in=led.values("pk").union(shown.values("article")))
        return queryset


def _older(key: str) -> Q:
    """What comes after the row of that key, <date>_<pk>. All, if it is none."""
    moment, _separator, number = key.partition("_")
    try:
        at = datetime.fromisoformat(moment.replace(" ", "+")).astimezone(UTC)
    except (ValueError, OverflowError):
        return Q()
    if not is_key(number):
        return Q()
    pk = int(number)
    return Q(at_desk__lte=at) & (Q(at_desk__lt=at) | Q(pk__lt=pk))  # said twice: the first half is the index's


def _at_desk() -> Coalesce:
    return Coalesce("published_at", "created_at", output_field=DateTimeField())


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class _Rows(ChangeList):
    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Article]:
        change = Article.objects.filter(replaces=OuterRef("pk")).values("live_from")
        rows: QuerySet[Article] = super().get_queryset(request, exclude_parameters)
        return rows.defer("body").annotate(change_at=Subquery(change))

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.full_result_count = self.result_count  # said once, below the list
        self.older = ""  # on the last of the pages that are counted: where the list goes on
        rows, paginator = list(self.result_list), cast("CountsUpTo", self.paginator)
        if rows and paginator.has_more and self.page_num == paginator.num_pages:
            key = f"{(rows[-1].published_at or rows[-1].created_at).isoformat()}_{rows[-1].pk}"
            self.older = self.get_query_string({"before": key}, remove=["p"])


# --- The list -------------------------------------------------------------------------------------


class ArticleList(admin.ModelAdmin):
    """What ArticleAdmin has of lists."""

    change_list_template = "admin/articles/article/change_list.html"
    list_display = ["picture", "headline", "state", "category", "signed_by", "date"]
    list_display_links = ["headline"]
    list_filter = [StateFilter, PlaceAndAuthorFilter, DatesFilter, AltTextFilter]
    list_select_related = ["category__parent", "lead_photo"]
    list_per_page = PER_PAGE
    list_max_show_all = 0
    actions_selection_counter = False  # nor a choice of all that is found, which may be a million
    paginator = CountsUpTo
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()  # there is an index for one order
    search_fields = ["headline"]  # what is really asked is with_words
    actions = ["publish_chosen", "withdraw_chosen"]

    def get_ordering(self, request: HttpRequest) -> Any:
        return [_at_desk().desc(), "-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        return super().get_queryset(request).stories().with_bylines()  # type: ignore[attr-defined,no-any-return]

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        words = search_term.replace("\0", "").strip()[:200]
        return (queryset.filter(pk__in=with_words(words)) if words else queryset), False

    def get_paginator(self, request: HttpRequest, *args: Any, **kwargs: Any) -> CountsUpTo:
        found = cast("CountsUpTo", super().get_paginator(request, *args, **kwargs))
        if request.GET.get(SEARCH_VAR):
            found.at_most = COUNTED_WITH_WORDS
        return found

    @property
    def media(self) -> forms.Media:
        return super().media + AutocompleteSelect(Byline._meta.get_field("author"), self.admin_site).media

    # --- Columns ---

    @admin.display(description=SafeString('<input type="checkbox" id="action-toggle">'))
    def action_checkbox(self, article: Article) -> SafeString:
        """As Django has it, but for a widget's template, which would cost a fifth of the page."""
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}">',
            ACTION_CHECKBOX_NAME,
            article.pk,
            format_html(_("Select this object for an action - {}"), article),
        )

    @admin.display(description=gettext_lazy("picture"))
    def picture(self, article: Article) -> str:
        return thumbnail(article.lead_photo)

    @admin.display(description=gettext_lazy("state"))
    def state(self, article: Article) -> SafeString:
        said = state_word(article)
        change_at: datetime | None = getattr(article, "change_at", None)
        if change_at and change_at > timezone.now():
            said += format_html("<br>{}", _("A change waits until %s.") % in_words(change_at, with_zone=True))
        if article.live_until and not article.is_withdrawn:
            words = _("It is withdrawn by itself on %s.") % in_words(article.live_until, with_zone=True)
            said += format_html("<br>{}", words)
        return said

    @admin.display(description=gettext_lazy("by"))
    def signed_by(self, article: Article) -> str:
        names: list[Byline] = list(article.bylines.all())
        return ", ".join(str(byline) for byline in names) or article.agency or "–"

    @admin.display(description=gettext_lazy("published"))
    def date(self, article: Article) -> str:
        return in_words(article.published_at) or _("begun %s") % in_words(article.created_at)

    # --- The page ---

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        late = FollowUp.objects.late().select_related("article").defer("article__body")
        context = {"late": late[:10], "late_count": late.count()}
        return super().changelist_view(request, context | (extra_context or {}))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return _Rows

    def get_urls(self) -> list[URLPattern]:
        again = self.admin_site.admin_view(self.try_again_view)
        return [path("try-again/", again, name="articles_article_try_again"), *super().get_urls()]

    def try_again_view(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if self.has_change_permission(request):
            FollowUp.objects.late().try_again()
            self.message_user(request, _("The worker tries again at once."), messages.SUCCESS)
        return redirect(reverse("admin:articles_article_changelist"))

    # --- Acts on several: each as its own page does it, and each for itself ---

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Whether the acts are offered; of each story it is asked again."""
        return roles.may(request.user, Act.PUBLISH)

    @admin.action(description=gettext_lazy("Publish the newest revision"), permissions=["publish"])
    def publish_chosen(self, request: HttpRequest, chosen: QuerySet[Article]) -> HttpResponse | None:
        self._each(request, chosen, Act.PUBLISH, self._publish_one, _("Published"))
        return None

    @admin.action(description=gettext_lazy("Withdraw …"), permissions=["publish"])
    def withdraw_chosen(self, request: HttpRequest, chosen: QuerySet[Article]) -> HttpResponse | None:
        if "confirmed" in request.POST:
            self._each(request, chosen, Act.WITHDRAW, workflow.withdraw, _("Withdrawn"))
            return None
        context = self.admin_site.each_context(request) | {
            "title": _("Withdraw these articles?"),
            "articles": chosen.filter(status=Status.LIVE).defer("body")[: _MOST_AT_ONCE + 1],
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/articles/article/withdraw_chosen.html", context)

    @staticmethod
    def _publish_one(article: Article, by: Any) -> None:
        """What a form of its own would have to ask, this does not decide."""
        revision = article.latest_revision()
        if revision is None or any(finding.blocks for finding in checklist.check(revision.read())):
            raise IntegrityError("Its checklist says no")
        story = revision.read()
        if not roles.may(by, Act.PUBLISH, article, into=story.category):
            raise NotHereError(_("you do not publish in its category."))
        if article.planned():
            raise NotHereError(_("it goes out at its time. To publish it now, open it."))
        if not revision.change and workflow.has_other_text(article, story.body):
            raise NotHereError(_("its text has changed since it was published. Open it, and say what the change is."))
        workflow.publish(article, revision, by)

    def _each(self, request: HttpRequest, chosen: QuerySet[Article], act: Act, do: Any, said: str) -> None:
        articles = list(chosen.order_by()[: _MOST_AT_ONCE + 1])
        if len(articles) > _MOST_AT_ONCE:
            self.message_user(request, _("Choose at most %d at a time.") % _MOST_AT_ONCE, messages.ERROR)
            return
        done = 0
        for article in articles:
            if not (self.has_change_permission(request, article) and roles.may(request.user, act, article)):
                self._refuse(request, article, _("it is not yours to do that with."))
                continue
            try:
                with transaction.atomic():
                    do(article, request.user)
            except IntegrityError:
                self._refuse(request, article, _("something is missing, as its own page says."))
                continue
            except NotHereError as error:
                self._refuse(request, article, str(error))
                continue
            self.log_change(request, article, said)
            done += 1
        if done:
            words = ngettext("Done with %d article.", "Done with %d articles.", done)
            self.message_user(request, words % done, messages.SUCCESS)

    def _refuse(self, request: HttpRequest, article: Article, why: str) -> None:
        self.message_user(request, f"“{article}”: {why}", messages.WARNING)
