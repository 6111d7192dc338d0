from django.urls import path

from imagegen import events, views

urlpatterns = [
    path("pictures/<pid:public_id>/", views.picture, name="picture"),
    path("pictures/<pid:public_id>/cancel/", views.cancel, name="picture-cancel"),
    path("pictures/<pid:public_id>/retry/", views.retry, name="picture-retry"),
    path("pictures/<pid:public_id>/reroll/", views.reroll, name="picture-reroll"),
    path("events/pictures/<pid:public_id>/", events.stream, name="picture-events"),
]
