from django.urls import path

from articles import search_views, views

app_name = "articles"
urlpatterns = [
    path("", views.front_page, name="front"),
    path("search/", search_views.search, name="search"),
    path("<slug:category>/<slug:slug>/", views.article_detail, name="detail"),
]
