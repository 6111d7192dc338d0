"""Every URL of the product, one include per app."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("characters.urls")),
    path("", include("chat.urls")),
    path("", include("imagegen.urls")),
    path("", include("accounts.urls")),
    path("", include("moderation.urls")),
    path("", include("notifications.urls")),
    path("", include("helpcenter.urls")),
    path("", include("core.urls")),
    path("admin/", admin.site.urls),
]
