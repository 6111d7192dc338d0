from django.urls import path

from notifications import views

urlpatterns = [
    path("notifications/", views.list_notices, name="notifications"),
    path("notifications/read/", views.mark_read, name="notifications-read"),
]
