from django.urls import path

from moderation import views

urlpatterns = [path("report/<slug:kind>/<pid:target_id>/", views.report, name="report")]
