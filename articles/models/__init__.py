from articles.models.article import Article, ArticleQuerySet, Label, Status, Tag, next_change
from articles.models.attachment import Attachment
from articles.models.follow_up import FollowUp
from articles.models.parts import Byline, Enclosure, Listing, Pick
from articles.models.photo import Photo
from articles.models.pin import Pin
from articles.models.revision import Revision, Story
from articles.models.slug import ArticleSlug, TagSlug

__all__ = [
    "Article",
    "ArticleQuerySet",
    "ArticleSlug",
    "Attachment",
    "Byline",
    "Enclosure",
    "FollowUp",
    "Label",
    "Listing",
    "Photo",
    "Pick",
    "Pin",
    "Revision",
    "Status",
    "Story",
    "Tag",
    "TagSlug",
    "next_change",
]
