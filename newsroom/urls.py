"""The site's table of contents."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, register_converter

from newsroom import views
from newsroom.lib.addresses import SlugConverter

register_converter(SlugConverter, "unicode_slug")

urlpatterns = [
    path("admin/", admin.site.urls),
    path("healthz", views.healthz),
    path("readyz", views.readyz),
    path("robots.txt", views.robots),
    path("ads.txt", views.ads_txt),
    path("about/advertisements/<int:pk>/", views.follow, name="follow"),
    path("about/how-to-allow-this-site/", views.allowing, name="allowing"),
    path("about/reader-note/", views.notice_count, name="notice-count"),
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
