from django.urls import path

from helpcenter import views

urlpatterns = [
    path("help/guidelines/", views.guidelines, name="guidelines"),
    path("help/transparency/", views.transparency, name="transparency"),
    path("help/transparency.json", views.transparency_json, name="transparency-json"),
]
