from django.urls import path

from articles import views

app_name = "articles"
urlpatterns = [
    path("", views.front_page, name="front"),
    path("<slug:category>/<slug:slug>/", views.article_detail, name="detail"),
]
