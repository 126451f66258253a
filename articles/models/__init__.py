from articles.models.article import Article, ArticleQuerySet, Label, Status, Tag, next_change
from articles.models.attachment import Attachment
from articles.models.autosave import Autosave
from articles.models.error_report import ErrorReport
from articles.models.parts import Byline, Enclosure, Listing, Pick
from articles.models.photo import Photo
from articles.models.pin import Pin
from articles.models.ping import Ping
from articles.models.revision import Change, Revision, Story
from articles.models.seal import Act, Seal, SealHead
from articles.models.slug import ArticleSlug, TagSlug

__all__ = [
    "Act",
    "Article",
    "ArticleQuerySet",
    "ArticleSlug",
    "Attachment",
    "Autosave",
    "Byline",
    "Change",
    "Enclosure",
    "ErrorReport",
    "Label",
    "Listing",
    "Photo",
    "Pick",
    "Pin",
    "Ping",
    "Revision",
    "Seal",
    "SealHead",
    "Status",
    "Story",
    "Tag",
    "TagSlug",
    "next_change",
]
