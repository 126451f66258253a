from django.urls import path

from comments import views, views_marks

app_name = "comments"
urlpatterns = [
    path("comments/privacy/", views.privacy, name="privacy"),
    path("comments/receipt/<str:token>/", views.receipt, name="receipt"),
    path("comments/marks/<int:pk>/recommend/", views_marks.recommend, name="recommend"),
    path("comments/marks/<int:pk>/report/", views_marks.report, name="report"),
    path("<slug:category>/<slug:slug>/comments/", views.post, name="post"),
    path("<slug:category>/<slug:slug>/comments/feed/", views.feed, name="feed"),
    path("<slug:category>/<slug:slug>/comments/<int:pk>/reply/", views.reply, name="reply"),
]
