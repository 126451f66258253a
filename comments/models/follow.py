from typing import Self

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from authors.models import Author
from comments.models.comment import ReaderComment, writer_key


class MailboxQuerySet(models.QuerySet["Mailbox"]):
    def of(self, email: str) -> "Mailbox | None":
        """That address's mailbox, locked until the end of the transaction. None: nothing is sent there any more."""
        key = writer_key(email)
        self.get_or_create(key=key)
        mailbox = self.select_for_update().get(key=key)
        if mailbox.refused_at:
            return None
        if not mailbox.email:
            mailbox.email = email
            mailbox.save(update_fields=["email"])
        return mailbox

    def unused(self) -> Self:
        return self.exclude(Exists(Follow.objects.filter(mailbox=OuterRef("pk"))))


class Mailbox(models.Model):
    """Where letters go. While nothing is followed from it, its address is not kept (`email` is empty)."""

    key = models.CharField(max_length=64, unique=True, editable=False)  # the writer_key of the address
    email = models.EmailField(_("e-mail address"), max_length=254, blank=True)
    is_daily = models.BooleanField(_("all letters together, once a day"), default=False)
    # A mail server said for good that nobody is there: noted, so that nobody can ask for letters there again.
    refused_at = models.DateTimeField(_("refused"), null=True, editable=False)
    refusal = models.CharField(_("what the mail server said"), max_length=300, blank=True, editable=False)

    objects = MailboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        default_permissions = ("view", "delete")

    def __str__(self) -> str:
        return self.email or f"{self.key[:8]}…"

    @transaction.atomic
    def stop(self, article_id: int | None = None) -> None:
        """No more letters about that article's comments, or none at all; then the address goes as well."""
        list(Mailbox.objects.select_for_update().filter(pk=self.pk).values("pk"))
        unwanted = self.follows.all()
        if article_id is not None:
            written = Q(author__bylines__article=article_id)
            unwanted = unwanted.filter(Q(comment__article=article_id) | written)
        unwanted.delete()
        self.forget_if_unused()

    @transaction.atomic
    def refuse(self, said: str) -> None:
        """The address takes no mail and never will. It is not written to again."""
        self.refused_at, self.refusal = timezone.now(), said.replace(self.email or "@", "…")[:300]
        self.save(update_fields=["refused_at", "refusal"])
        self.stop()

    def forget_if_unused(self) -> None:
        if not self.follows.exists():
            self.letters.waiting().delete()
            Mailbox.objects.filter(pk=self.pk).update(email="", is_daily=False)
            self.email = ""


class FollowQuerySet(models.QuerySet["Follow"]):
    def confirmed(self) -> Self:
        return self.filter(confirmed_at__isnull=False)

    def unconfirmed(self) -> Self:
        return self.filter(confirmed_at=None)

    def to_ask(self) -> Self:
        """Whose mailbox has not been asked yet. Only for a public comment: nobody else can have mail sent."""
        public = ReaderComment.objects.public().filter(pk=OuterRef("comment"))
        return self.unconfirmed().filter(Exists(public), asked=None)

    def interested_in(self, comment: ReaderComment) -> Self:
        """Who is to be told of a public comment; never its own writer."""
        wanted = Q(scope=Follow.Scope.ALL, comment__article=comment.article_id)
        wanted |= Q(author__bylines__article=comment.article_id)
        if comment.parent_id != comment.pk:
            wanted |= Q(scope=Follow.Scope.REPLIES, comment=comment.parent_id)
        others = self.confirmed().filter(wanted).exclude(mailbox__key=comment.writer_key)
        return others.exclude(author=comment.speaker_id) if comment.speaker_id else others


class Follow(models.Model):
    """Somebody wants letters: the writer of a comment, who has to confirm it, or an author about all they wrote."""

    class Scope(models.TextChoices):
        REPLIES = "replies", _("replies to the comment")
        ALL = "all", _("all comments on the article")

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="follows")
    comment = models.OneToOneField(ReaderComment, null=True, on_delete=models.CASCADE, related_name="follow")
    author = models.OneToOneField(Author, null=True, on_delete=models.CASCADE, related_name="follow")
    scope = models.CharField(_("letters about"), max_length=7, choices=Scope.choices, default=Scope.REPLIES)
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    asked = models.ForeignKey(  # the letter that asks whether it is wanted
        "comments.Letter", null=True, on_delete=models.SET_NULL, related_name="asks_about"
    )

    objects = FollowQuerySet.as_manager()

    class Meta:
        verbose_name = _("letters about comments")
        verbose_name_plural = _("letters about comments")
        indexes = [models.Index(fields=["created_at"], condition=Q(confirmed_at=None), name="follow_unconfirmed")]
        constraints = [
            models.CheckConstraint(
                condition=Q(comment__isnull=False, author=None) | Q(comment=None, author__isnull=False),
                name="follow_is_of_a_comment_or_an_author",
            )
        ]

    def __str__(self) -> str:
        return f"{self.mailbox_id}: {self.get_scope_display()}"

    @transaction.atomic
    def end(self) -> None:
        """It is not wanted any more."""
        mailbox = self.mailbox
        self.delete()
        mailbox.forget_if_unused()
