"""The site's table of contents."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import admin
from django.http import HttpResponse
from django.urls import URLPattern, include, path, register_converter

from newsroom import changes, feeds, sitemaps, views
from newsroom.lib.addresses import SlugConverter
from newsroom.lib.feeds import KINDS

register_converter(SlugConverter, "unicode_slug")


def feed_paths(place: str, view: Callable[..., HttpResponse], name: str) -> list[URLPattern]:
    """A feed in each of its formats, RSS at the shortest address. All have the one name; `kind` tells them apart."""
    ends = {kind: "" if kind == "rss" else f"{kind}/" for kind in KINDS}
    return [path(f"{place}feed/{end}", view, {"kind": kind}, name=name) for kind, end in ends.items()]


urlpatterns = [
    path("admin/", admin.site.urls),
    path("healthz", views.healthz),
    path("readyz", views.readyz),
    path("robots.txt", views.robots),
    path("ads.txt", views.ads_txt),
    path(".well-known/security.txt", views.security_txt),
    path("favicon.ico", views.favicon),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemaps/pages.xml", sitemaps.pages, name="sitemap-pages"),
    path("sitemaps/news.xml", sitemaps.news, name="sitemap-news"),
    path("sitemaps/<slug:kind>-<int:number>.xml", sitemaps.part, name="sitemap-part"),
    *feed_paths("", feeds.paper_feed, "feed"),
    *feed_paths("corrections/", feeds.corrections_feed, "corrections-feed"),
    *feed_paths("authors/<unicode_slug:slug>/", feeds.author_feed, "author-feed"),
    *feed_paths("tags/<unicode_slug:slug>/", feeds.tag_feed, "tag-feed"),
    *feed_paths("<unicode_slug:slug>/", feeds.category_feed, "category-feed"),
    path("about/advertisements/<int:pk>/", views.follow, name="follow"),
    path("about/how-to-allow-this-site/", views.allowing, name="allowing"),
    path("about/reader-note/", views.notice_count, name="notice-count"),
    path("<unicode_slug:category>/<unicode_slug:slug>/changes/", changes.changes, name="changes"),
    path("<unicode_slug:category>/<unicode_slug:slug>/changes/<int:number>/", changes.change, name="change"),
    path("", include("comments.urls")),
    path("authors/", include("authors.urls")),
    path("", include("articles.urls")),
    path("", include("categories.urls")),
    path("<path:address>", views.nowhere),  # the last: so each 404 is a view's, and ForwardingMiddleware is asked
]
if settings.SERVE_MEDIA:
    urlpatterns.insert(0, path("media/<path:name>", views.media))

handler400 = "newsroom.views.bad_request"
handler403 = "newsroom.views.forbidden"
handler404 = "newsroom.views.not_found"
handler500 = "newsroom.views.server_error"
