from django.urls import path, re_path

from articles import corrections, lists, reports, search_views, views

_YEAR, _MONTH, _DAY = r"(?P<year>[0-9]{4})/", r"(?P<month>0[1-9]|1[0-2])/", r"(?P<day>0[1-9]|[12][0-9]|3[01])/"

app_name = "articles"
urlpatterns = [
    path("", views.front_page, name="front"),
    path("archive/", lists.archive_index, name="archive"),
    re_path(rf"^archive/{_YEAR}$", lists.archive, name="archive"),
    re_path(rf"^archive/{_YEAR}{_MONTH}$", lists.archive, name="archive"),
    re_path(rf"^archive/{_YEAR}{_MONTH}{_DAY}$", lists.archive, name="archive"),
    path("tags/", lists.tag_index, name="tags"),
    path("tags/<unicode_slug:slug>/", lists.tag_detail, name="tag"),
    path("search/", search_views.search, name="search"),
    path("corrections/", corrections.corrections, name="corrections"),
    path("<unicode_slug:category>/<unicode_slug:slug>/report-an-error/", reports.report, name="report"),
    path("<unicode_slug:category>/<unicode_slug:slug>/report-an-error/thanks/", reports.thanks, name="report-thanks"),
    path("<unicode_slug:category>/<unicode_slug:slug>/", views.article_detail, name="detail"),
]
