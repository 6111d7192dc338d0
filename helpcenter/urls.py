from django.urls import path

from helpcenter import views

urlpatterns = [path("help/guidelines/", views.guidelines, name="guidelines")]
