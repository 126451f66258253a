from articles.models.article import Article, ArticleQuerySet, Label, Stage, Status, Tag, next_changes
from articles.models.attachment import Attachment
from articles.models.autosave import Autosave
from articles.models.colleague import Colleague
from articles.models.desk_letter import DeskLetter
from articles.models.error_report import ErrorReport
from articles.models.follow_up import FollowUp
from articles.models.link import Link
from articles.models.note import Note
from articles.models.parts import Byline, Enclosure, Figure, Listing, Pick
from articles.models.photo import Photo
from articles.models.pin import Pin
from articles.models.revision import Change, Revision, Story
from articles.models.seal import Seal, SealedAct, SealHead
from articles.models.slug import ArticleSlug, TagSlug
from articles.models.step import Step

__all__ = [
    "Article",
    "ArticleQuerySet",
    "ArticleSlug",
    "Attachment",
    "Autosave",
    "Byline",
    "Change",
    "Colleague",
    "DeskLetter",
    "Enclosure",
    "ErrorReport",
    "Figure",
    "FollowUp",
    "Label",
    "Link",
    "Listing",
    "Note",
    "Photo",
    "Pick",
    "Pin",
    "Revision",
    "Seal",
    "SealHead",
    "SealedAct",
    "Stage",
    "Status",
    "Step",
    "Story",
    "Tag",
    "TagSlug",
    "next_changes",
]
