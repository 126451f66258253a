from articles.models.article import Article, ArticleQuerySet, Byline, Pick, Status, Tag, next_change
from articles.models.photo import Photo
from articles.models.ping import Ping
from articles.models.revision import Revision, Story

__all__ = [
    "Article",
    "ArticleQuerySet",
    "Byline",
    "Photo",
    "Pick",
    "Ping",
    "Revision",
    "Status",
    "Story",
    "Tag",
    "next_change",
]
