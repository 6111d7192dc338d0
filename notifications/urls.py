from django.urls import path

from notifications import views

urlpatterns = [
    path("notifications/", views.list_notices, name="notifications"),
    path("notifications/read/", views.mark_read, name="notifications-read"),
    path("notifications/unsubscribe/<str:token>/", views.unsubscribe, name="notifications-unsubscribe"),
    path(
        "notifications/unsubscribe/<str:token>/undo/",
        views.undo_unsubscribe,
        name="notifications-unsubscribe-undo",
    ),
    path("settings/notifications/", views.wishes, name="settings-notifications"),
]
