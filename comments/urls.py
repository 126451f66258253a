from django.urls import path

from comments import views, views_letters, views_marks, views_receipts, views_threads

app_name = "comments"
urlpatterns = [
    path("comments/privacy/", views.privacy, name="privacy"),
    path("comments/receipt/<str:token>/", views_receipts.receipt, name="receipt"),
    path("comments/receipt/<str:token>/edit/", views_receipts.edit, name="receipt-edit"),
    path("comments/receipt/<str:token>/delete/", views_receipts.delete, name="receipt-delete"),
    path("comments/receipt/<str:token>/appeal/", views_receipts.appeal, name="receipt-appeal"),
    path("comments/receipt/<str:token>/letters/", views_receipts.replies_by_mail, name="receipt-letters"),
    path("<unicode_slug:category>/<unicode_slug:slug>/comments/", views.post, name="post"),
    path("<unicode_slug:category>/<unicode_slug:slug>/comments/oldest/", views_threads.oldest, name="oldest"),
    path("<unicode_slug:category>/<unicode_slug:slug>/comments/newest/", views_threads.newest, name="newest"),
    path("<unicode_slug:category>/<unicode_slug:slug>/comments/<int:pk>/", views_threads.comment, name="comment"),
    path("<unicode_slug:category>/<unicode_slug:slug>/comments/<int:pk>/reply/", views.reply, name="reply"),
    path("comments/letters/confirm/<str:token>/", views_letters.confirm, name="confirm"),
    path("comments/letters/<str:token>/", views_letters.manage, name="letters"),
    path("comments/marks/<int:pk>/recommend/", views_marks.recommend, name="recommend"),
    path("comments/marks/<int:pk>/report/", views_marks.report, name="report"),
    path("<unicode_slug:category>/<unicode_slug:slug>/comments/feed/", views.feed, name="feed"),
]
