"""An author's own page in the admin: letters about the comments on what they write, on or off.

Beside the inline on the author's page (admin.py), which is for those who may change authors.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from authors.models import Author
from comments.models import Follow, Mailbox
from comments.models.comment import writer_key

WHEN = [("each", gettext_lazy("At once")), ("daily", gettext_lazy("Once a day, all together"))]


def check_address(author: Author | None) -> None:
    """Whether letters can go there. Raises ValidationError."""
    user = author and author.user
    if not (user and user.email):
        raise ValidationError(_("The author has no user account with an e-mail address."))
    if Mailbox.objects.filter(key=writer_key(user.email), refused_at__isnull=False).exists():
        raise ValidationError(_("A mail server refused the address of the author’s account."))


class OwnLettersForm(forms.Form):
    when = forms.ChoiceField(
        label=gettext_lazy("Letters about comments on your articles"),
        choices=[("", gettext_lazy("None")), *WHEN],
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, author: Author, data: Any = None) -> None:
        self.author, self.follow = author, Follow.objects.select_related("mailbox").filter(author=author).first()
        now = "" if self.follow is None else "daily" if self.follow.mailbox.is_daily else "each"
        super().__init__(data, initial={"when": now})

    def clean_when(self) -> str:
        if self.cleaned_data["when"]:
            check_address(self.author)
        return str(self.cleaned_data["when"])

    @transaction.atomic
    def save(self) -> None:
        when = self.cleaned_data["when"]
        if when:
            follow(self.author, daily=when == "daily")
        elif self.follow:
            self.follow.end()


@transaction.atomic
def follow(author: Author, *, daily: bool) -> None:
    """Letters go to the address of the author's account; administrators vouch for it. Call check_address before."""
    mailbox = Mailbox.objects.of(author.user.email) if author.user else None
    if mailbox is None:
        return  # refused a moment ago
    Mailbox.objects.filter(pk=mailbox.pk).update(is_daily=daily)
    columns = {"mailbox": mailbox, "scope": Follow.Scope.ALL, "confirmed_at": timezone.now()}
    Follow.objects.update_or_create(author=author, defaults=columns)


def view(request: HttpRequest) -> HttpResponse:
    """Behind admin_view: for whoever is logged in at the desk, whatever else they may do there."""
    author = Author.objects.select_related("user").filter(user=request.user.pk).first()
    form = OwnLettersForm(author, request.POST if request.method == "POST" else None) if author else None
    if form and form.is_valid():
        form.save()
        messages.success(request, _("Kept."))
        return redirect(request.path)
    context = admin.site.each_context(request) | {"title": _("Your letters"), "author": author, "form": form}
    status = 422 if form and form.is_bound else 200
    return render(request, "admin/comments/own_letters.html", context, status=status)
