from articles.models.article import Article, ArticleQuerySet, Byline, Listing, Pick, Status, Tag, next_change
from articles.models.photo import Photo
from articles.models.pin import Pin
from articles.models.revision import Revision, Story

__all__ = [
    "Article",
    "ArticleQuerySet",
    "Byline",
    "Listing",
    "Photo",
    "Pick",
    "Pin",
    "Revision",
    "Status",
    "Story",
    "Tag",
    "next_change",
]
