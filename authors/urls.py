from django.urls import path

from authors import views

app_name = "authors"
urlpatterns = [
    path("<unicode_slug:slug>/", views.author_detail, name="detail"),
]
