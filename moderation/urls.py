from django.urls import path

from moderation import views

urlpatterns = [path("report/<slug:kind>/<str:target_id>/", views.report, name="report")]
