from django.urls import path

from comments import views

app_name = "comments"
urlpatterns = [
    path("comments/privacy/", views.privacy, name="privacy"),
    path("comments/receipt/<str:token>/", views.receipt, name="receipt"),
    path("<unicode_slug:category>/<unicode_slug:slug>/comments/", views.post, name="post"),
    path("<unicode_slug:category>/<unicode_slug:slug>/comments/<int:pk>/reply/", views.reply, name="reply"),
]
