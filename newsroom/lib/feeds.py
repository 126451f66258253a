"""Feeds in three formats: Django's RSS and Atom with what they leave out, and JSON Feed 1.1.

Besides what Django knows, a feed has `hub`, `icon` and `changed_at`; an item has `summary` (plain), `content` (HTML),
`authors` (dicts of name and, if there is one, url) and `picture` (a dict of url, type, width, height, caption, credit,
or nothing).
"""

import json
import re
from datetime import datetime
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed, rfc3339_date
from django.utils.xmlutils import SimplerXMLGenerator

Item = dict[str, Any]

_MEDIA = "http://search.yahoo.com/mrss/"
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(value: Any) -> Any:
    """Without the control signs that text brings along from elsewhere and no XML may hold."""
    if isinstance(value, str):
        return _NOT_IN_XML.sub("", value)
    if isinstance(value, dict):
        return {name: printable(part) for name, part in value.items()}
    return [printable(part) for part in value] if isinstance(value, list) else value


class Writer(SyndicationFeed):
    content_type: str

    def latest_post_date(self) -> datetime:
        """Of a feed without items it is the same at each call, too."""
        changed_at: datetime = self.feed["changed_at"]
        return super().latest_post_date() if self.items else changed_at


class RssFeed(Writer, Rss201rev2Feed):
    def rss_attributes(self) -> dict[str, str]:
        return super().rss_attributes() | {
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:media": _MEDIA,
        }

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        if self.feed["hub"]:
            handler.addQuickElement("atom:link", None, {"rel": "hub", "href": self.feed["hub"]})
        if self.feed["icon"]:
            handler.startElement("image", AttributesImpl({}))
            for name, words in (("url", "icon"), ("title", "title"), ("link", "link")):
                handler.addQuickElement(name, self.feed[words])
            handler.endElement("image")

    def add_item_elements(self, handler: SimplerXMLGenerator, item: Item) -> None:
        super().add_item_elements(handler, item)
        for author in item["authors"]:
            handler.addQuickElement("dc:creator", author["name"])
        handler.addQuickElement("atom:updated", rfc3339_date(item["updateddate"]))
        handler.addQuickElement("content:encoded", item["content"])
        _add_picture(handler, item["picture"])


class AtomFeed(Writer, Atom1Feed):
    def root_attributes(self) -> dict[str, str]:
        return super().root_attributes() | {"xmlns:media": _MEDIA}

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        super().add_root_elements(handler)
        if self.feed["hub"]:
            handler.addQuickElement("link", "", {"rel": "hub", "href": self.feed["hub"]})
        if self.feed["icon"]:
            handler.addQuickElement("icon", self.feed["icon"])

    def add_item_elements(self, handler: SimplerXMLGenerator, item: Item) -> None:
        super().add_item_elements(handler, item)
        for author in item["authors"]:
            handler.startElement("author", AttributesImpl({}))
            handler.addQuickElement("name", author["name"])
            if "url" in author:
                handler.addQuickElement("uri", author["url"])
            handler.endElement("author")
        handler.addQuickElement("content", item["content"], {"type": "html"})
        _add_picture(handler, item["picture"])


class JsonFeed(Writer):
    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile: Any, encoding: str) -> None:
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "description": self.feed["description"],
            "icon": self.feed["icon"],
            "language": self.feed["language"],
            "hubs": [{"type": "WebSub", "url": self.feed["hub"]}] if self.feed["hub"] else [],
            "items": [_without_gaps(self._entry(item)) for item in self.items],
        }
        # The list of items is there even if nothing is in it.
        outfile.write(json.dumps({"items": []} | _without_gaps(feed), ensure_ascii=False).encode(encoding))

    def _entry(self, item: Item) -> Item:
        return {
            "id": item["unique_id"],
            "url": item["link"],
            "title": item["title"],
            "summary": item["summary"],
            "content_html": item["content"],
            "image": item["picture"].get("url"),
            "date_published": rfc3339_date(item["pubdate"]),
            "date_modified": rfc3339_date(item["updateddate"]),
            "authors": item["authors"],
            "tags": item["categories"],
        }


KINDS: dict[str, type[Writer]] = {"rss": RssFeed, "atom": AtomFeed, "json": JsonFeed}


def _add_picture(handler: SimplerXMLGenerator, picture: Item) -> None:
    if not picture:
        return
    told = {name: str(picture[name]) for name in ("url", "type", "width", "height")}
    handler.startElement("media:content", AttributesImpl(told | {"medium": "image"}))
    if picture["caption"]:
        handler.addQuickElement("media:description", picture["caption"], {"type": "plain"})
    if picture["credit"]:
        handler.addQuickElement("media:credit", picture["credit"], {"role": "photographer"})
    handler.endElement("media:content")


def _without_gaps(known: Item) -> Item:
    return {name: value for name, value in known.items() if value}
