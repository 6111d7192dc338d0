from django.urls import path

from moderation import appeal_views, views

urlpatterns = [
    path("report/<slug:kind>/<pid:target_id>/", views.report, name="report"),
    path("help/appeals/", appeal_views.list_appeals, name="appeals"),
    path("help/appeals/new/", appeal_views.new_appeal, name="appeal"),
    path("help/appeals/<pid:public_id>/", appeal_views.show_appeal, name="appeal-detail"),
    path("help/appeals/<pid:public_id>/files/<pid:file_id>/", appeal_views.download_file, name="appeal-file"),
    path("help/appeals/<pid:public_id>/withdraw/", appeal_views.withdraw, name="appeal-withdraw"),
]
