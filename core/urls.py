from django.urls import path

from core import views

urlpatterns = [
    path("media/<slug:kind>/<pid:public_id>/", views.media_file, name="media"),
    path("ui/", views.gallery, name="gallery"),
]
