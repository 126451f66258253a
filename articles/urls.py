from django.urls import path

from articles import views

app_name = "articles"
urlpatterns = [
    path("", views.front_page, name="front"),
    path("<unicode_slug:category>/<unicode_slug:slug>/", views.article_detail, name="detail"),
]
