"""The rows around an article: where it is listed, who signed it, what it shows, what goes with it."""

from django.db import models

from authors.models import Author
from categories.models import Category


class Listing(models.Model):
    """A story on the front of one category.

    It repeats the story's date, as its bylines do: by an index over both each list is read from its first page to its
    last at one price. Without it the database walks back through all articles until it has met enough of one author.
    """

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="listings")
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="listings")
    published_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "articles_article_listed_in"  # once Django's own
        unique_together = [("article", "category")]
        indexes = [models.Index(fields=["category", "-published_at", "-article"], name="listing_newest")]

    def __str__(self) -> str:
        return f"{self.article} ({self.category})"


class Byline(models.Model):
    """Who wrote it, in order, with the job title of that day."""

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="bylines")
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="bylines")
    job_title = models.CharField(max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    published_at = models.DateTimeField(null=True)  # the article's: see Listing

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["article", "author"], name="byline_once_an_article")]
        indexes = [models.Index(fields=["author", "-published_at", "-article"], name="byline_newest")]

    def __str__(self) -> str:
        return str(self.author)


class Figure(models.Model):
    """A photo that the article's body shows, in order, each once.

    It repeats what the body says: a sitemap asks it of 10,000 articles, the desk's list of all there are, and reading
    their bodies takes longer than all the rest.
    """

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="figures")
    photo = models.ForeignKey("articles.Photo", on_delete=models.CASCADE, related_name="figures")
    position = models.PositiveIntegerField(default=0)
    has_alt = models.BooleanField(default=True)  # wherever the body shows it

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["article", "photo"], name="figure_once_an_article")]
        indexes = [models.Index(fields=["article"], condition=models.Q(has_alt=False), name="figure_without_alt")]

    def __str__(self) -> str:
        return str(self.photo)


class Enclosure(models.Model):
    """An attachment of an article, in order."""

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="enclosures")
    attachment = models.ForeignKey("articles.Attachment", on_delete=models.PROTECT, related_name="enclosures")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["article", "attachment"], name="enclosure_once_an_article")]

    def __str__(self) -> str:
        return str(self.attachment)


class Pick(models.Model):
    """A story that editors want beside this one."""

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="picked")
    story = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="picked_by")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["article", "story"], name="pick_once_an_article")]

    def __str__(self) -> str:
        return str(self.story)
