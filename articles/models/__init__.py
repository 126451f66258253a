from articles.models.article import (
    Article,
    ArticleQuerySet,
    Byline,
    Enclosure,
    Label,
    Pick,
    Status,
    Tag,
    next_change,
)
from articles.models.attachment import Attachment
from articles.models.photo import Photo
from articles.models.revision import Revision, Story

__all__ = [
    "Article",
    "ArticleQuerySet",
    "Attachment",
    "Byline",
    "Enclosure",
    "Label",
    "Photo",
    "Pick",
    "Revision",
    "Status",
    "Story",
    "Tag",
    "next_change",
]
