from django.urls import path

from categories import views

app_name = "categories"
urlpatterns = [
    path("<unicode_slug:slug>/", views.category_detail, name="detail"),
]
